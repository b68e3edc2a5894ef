"""Who may write a tender: an editor of the buyer who belongs to no provider."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.lifecycle import NotAllowed, illegal
from tenders.notice import Notice

BEGINS = (Organisation.Status.REGISTERED, Organisation.Status.VERIFIED)


def admit(person: User, buyer: UUID, role: str, *, at: datetime) -> None:
    """Raise NotAllowed unless `person` holds `role` at the buyer and is no provider's member.

    Without a role, any member will do.
    Asked by every verb that writes a tender. One statement, also for a page that asks many.
    """

    def read() -> list[tuple[UUID, str, str, datetime | None]]:
        close = Membership.objects.recently_of(person, at=at)
        return list(close.values_list("organisation", "organisation__kind", "role", "until"))

    memberships = person.once(("close memberships", at), read)
    if not any(
        until is None and organisation == buyer and role in ("", role_there)
        for organisation, _kind, role_there, until in memberships
    ):
        raise NotAllowed(needed(role))
    if any(kind == Organisation.Kind.PROVIDER for _key, kind, _role, _until in memberships):
        raise NotAllowed(
            gettext(
                "You belong to a provider, or did in the last 24 months, so you may not write "
                "or publish a tender. Ask a colleague who sells nothing to schools."
            )
        )


def independent(person: User, *, at: datetime) -> Q:
    """The same as a filter, beside the role: no row for whoever belongs to a provider or did."""
    return ~Q(Exists(selling(at=at).filter(user=person)))


def selling(*, at: datetime) -> QuerySet[Membership]:
    """What ties somebody to a provider: that they belong to one, or did lately."""
    return Membership.objects.lately(at=at).filter(organisation__kind=Organisation.Kind.PROVIDER)


def admit_second(
    person: User, buyer: UUID, first: UUID | None, words: str, *, at: datetime
) -> None:
    """Raise NotAllowed unless `person` may be the second of two people of the buyer who take a
    step together: any member with no tie to a provider, but whoever took the first, who reads
    `words`."""
    admit(person, buyer, "", at=at)
    if person.pk == first:
        raise NotAllowed(words)


def as_second(person: User, first: str, *, at: datetime) -> Q:
    """The same as a filter, beside membership; `first` names the column of whoever was first."""
    return independent(person, at=at) & ~Q(**{first: person})


def has_second(person: User, buyer: Organisation, *, at: datetime) -> bool:
    """Whether the buyer has anybody who may be the second beside this person."""
    members = Membership.objects.filter(organisation=buyer, until=None, user__is_active=True)
    members = members.exclude(user=person)
    return members.exclude(user__in=selling(at=at).values("user")).exists()


def needed(role: str) -> str:
    if not role:
        return gettext("Only members of the buying organisation take this step.")
    if role == Role.SIGNATORY:
        return gettext("Only a signatory of the buying organisation takes this step.")
    return gettext("Only an editor of the buying organisation may change its tenders.")


def require_second(tender: Notice, by: User) -> None:
    """Where the buyer wants two people, whoever wrote in a version does not publish it."""
    if tender.buyer.two_people and tender.authors.filter(pk=by.pk).exists():
        words = gettext(
            "Your organisation wants a second person to publish, and you wrote in this version. "
            "Ask a colleague who signs for it."
        )
        raise NotAllowed(words)


def require_no_part(person: User, buyer: UUID, *, at: datetime) -> None:
    """Whoever belongs to the buyer, or did lately, bids for nobody."""
    close = Membership.objects.recently_of(person, at=at).filter(organisation=buyer)
    if person.once(("part in buyer", buyer, at), close.exists):
        raise NotAllowed(
            gettext("You belong to the buyer, or did in the last 24 months, so you may not bid.")
        )


def require_buying(buyer: Organisation, *, by: User, at: datetime) -> None:
    """Only an editor of a buyer that is not suspended or closed starts its tenders."""
    if buyer.kind != Organisation.Kind.BUYER:
        raise NotAllowed(gettext("Only a buyer writes tenders. Register one beside this."))
    admit(by, buyer.pk, Role.EDITOR, at=at)
    if buyer.status not in BEGINS:
        raise illegal(Organisation, buyer.status)


def buying(person: User, *, at: datetime) -> QuerySet[Organisation]:
    """The organisations that `require_buying` lets this person start tenders of."""
    mine = Organisation.objects.acted_for_by(person, Role.EDITOR)
    buyers = mine.filter(kind=Organisation.Kind.BUYER, status__in=BEGINS)
    return buyers.filter(independent(person, at=at))


def providers_among(people: Collection[UUID], *, at: datetime) -> list[str]:
    """Names of those who belong to a provider now or did in the 24 months before `at`."""
    tied = selling(at=at).filter(user__in=people)
    return sorted(set(tied.values_list("user__name", flat=True)))
