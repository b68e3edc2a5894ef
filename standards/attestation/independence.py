"""Who may examine and decide: role, ties and accreditation (rules R6 to R9)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from certcentre.accounts.models import Interest, Membership, Organisation, Role, User
from certcentre.lifecycle import NotAllowed, NotReady
from standards.assessment.teamwork import colleagues
from standards.attestation.accreditation import Accreditation
from standards.catalogue.editions import Edition


def require_role(person: User, organisation: Organisation, *roles: str) -> None:
    """NotAllowed unless the person holds one of the roles there now."""
    if not person.acts_for(organisation, *roles):
        raise NotAllowed(
            gettext("Your role at %(organisation)s does not include this step. Ask a colleague.")
            % {"organisation": organisation}
        )


def ties(person: User, body: Organisation, provider: Organisation, *, at: datetime) -> list[str]:
    """Why this person may neither examine nor decide about the provider; empty if they may."""
    question = ("ties", body.pk, provider.pk, at)
    return person.once(question, lambda: _ties(person, body, provider, at))


def _ties(person: User, body: Organisation, provider: Organisation, at: datetime) -> list[str]:
    problems = []
    if Membership.objects.recent(provider, user=person, at=at).exists():
        problems.append(
            gettext(
                "You belong to %(provider)s or did in the last 24 months, so you may neither "
                "examine nor decide. Ask a colleague."
            )
            % {"provider": provider}
        )
    if tied(body, provider):
        problems.append(interest(body, provider))
    return problems


def untied(person: User, *, at: datetime, body: str = "body", provider: str = "provider") -> Q:
    """The same as a filter: of the rows whose body and provider stand at these paths, those that
    nothing ties this person to."""
    close = Membership.objects.recently_of(person, at=at).values("organisation")
    between = Interest.between(OuterRef(body), OuterRef(provider))
    return ~Q(**{f"{provider}__in": close}) & ~Q(Exists(between))


def evaluators(body: Organisation, provider: Organisation, *, at: datetime) -> QuerySet[User]:
    """The evaluators of a body who may examine this provider, by name."""
    able = colleagues(body, Role.EVALUATOR)
    close = Membership.objects.lately(at=at).filter(organisation=provider)
    return able.exclude(pk__in=close.values("user"))


def tied(body: Organisation, provider: Organisation) -> bool:
    """Whether body and provider are one, or declared an interest in each other."""
    return body.pk == provider.pk or Interest.between(body, provider).exists()


def require_apart(body: Organisation, provider: Organisation) -> None:
    """NotAllowed where the two are tied."""
    if tied(body, provider):
        raise NotAllowed(interest(body, provider))


def interest(body: Organisation, provider: Organisation) -> str:
    return gettext(
        "%(body)s and %(provider)s have a declared interest in each other, so one may not "
        "examine the other."
    ) % {"body": body, "provider": provider}


def require_untied(
    person: User, body: Organisation, provider: Organisation, *, at: datetime
) -> None:
    """NotAllowed where person or body are tied to the provider."""
    if problems := ties(person, body, provider, at=at):
        raise NotAllowed(*problems)


def require_no_part(
    person: User,
    body: Organisation,
    provider: Organisation,
    *,
    hands: Collection[UUID],
    at: datetime,
) -> None:
    """NotAllowed for whoever had a hand in the examination or is tied to the provider."""
    if problems := decider_problems(person, body, provider, hands=hands, at=at):
        raise NotAllowed(*problems)


def decider_problems(
    person: User,
    body: Organisation,
    provider: Organisation,
    *,
    hands: Collection[UUID],
    at: datetime,
) -> list[str]:
    """Why this person may not decide; empty if they may. `hands`: whoever took part, by key."""
    own = gettext("You took part in this examination, so somebody else of the body decides.")
    problems = ties(person, body, provider, at=at)
    return [own, *problems] if person.pk in hands else problems


def unaccredited(
    body: Organisation,
    editions: Iterable[Edition],
    *,
    country: str,
    at: datetime,
    by: User | None = None,
) -> list[str]:
    """For each edition that the body may not attest for this country at `at`: why not.

    A page that asks for several records says `by` whom, and reads what is covered once.
    """
    if body.status != Organisation.Status.VERIFIED:
        return [gettext("%(body)s is not verified by the centre now.") % {"body": body}]

    def read() -> set[int]:
        return set(Accreditation.objects.by_edition(body, country=country, at=at))

    covered = by.once(("covered", body.pk, country, at), read) if by else read()
    return [
        gettext("%(body)s is not accredited for %(edition)s in this country today.")
        % {"body": body, "edition": edition}
        for edition in editions
        if edition.pk not in covered
    ]


def require_accredited(
    by: User, body: Organisation, editions: Iterable[Edition], *, country: str, at: datetime
) -> None:
    if problems := unaccredited(body, editions, country=country, at=at, by=by):
        raise NotReady(*problems)
