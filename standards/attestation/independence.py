"""Who may examine and decide: role, ties and accreditation (rules R6 to R9)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from certcentre.accounts.models import Interest, Membership, Organisation, Role, User
from certcentre.lifecycle import NotAllowed, NotReady
from standards.attestation.accreditation import Accreditation
from standards.catalogue.editions import Edition


def require_role(person: User, organisation: Organisation, *roles: str) -> None:
    """NotAllowed unless the person holds one of the roles there now."""
    if not person.acts_for(organisation, *roles):
        raise NotAllowed(
            gettext("Your role at %(organisation)s does not include this step. Ask a colleague.")
            % {"organisation": organisation}
        )


def ties(person: User, *, body: Organisation, provider: Organisation, at: datetime) -> list[str]:
    """Why this person may neither examine nor decide about the provider; empty if they may."""
    found = []
    if Membership.objects.recent(provider, user=person, at=at).exists():
        found.append(
            gettext(
                "You belong to %(provider)s or did in the last 24 months, so you may neither "
                "examine nor decide. Ask a colleague."
            )
            % {"provider": provider}
        )
    if tied(body, provider):
        found.append(interest(body, provider))
    return found


def tied(body: Organisation, provider: Organisation) -> bool:
    """Whether body and provider are one, or declared an interest in each other."""
    return body.pk == provider.pk or Interest.between(body, provider)


def require_apart(body: Organisation, provider: Organisation) -> None:
    """NotAllowed where the two are tied."""
    if tied(body, provider):
        raise NotAllowed(interest(body, provider))


def interest(body: Organisation, provider: Organisation) -> str:
    return gettext(
        "%(body)s and %(provider)s have a declared interest in each other, so one may not "
        "examine the other."
    ) % {"body": body, "provider": provider}


def require_examiner(
    person: User, *, body: Organisation, provider: Organisation, at: datetime
) -> None:
    """NotAllowed unless an evaluator of the body whom nothing ties to the provider."""
    require_role(person, body, Role.EVALUATOR)
    if problems := ties(person, body=body, provider=provider, at=at):
        raise NotAllowed(*problems)


def require_decider(
    person: User,
    *,
    body: Organisation,
    provider: Organisation,
    hands: Collection[UUID],
    at: datetime,
) -> None:
    """NotAllowed unless a decider of the body who had no part in the examination."""
    require_role(person, body, Role.DECIDER)
    if problems := decider_problems(person, body=body, provider=provider, hands=hands, at=at):
        raise NotAllowed(*problems)


def decider_problems(
    person: User,
    *,
    body: Organisation,
    provider: Organisation,
    hands: Collection[UUID],
    at: datetime,
) -> list[str]:
    """Why this person may not decide; empty if they may. `hands`: whoever took part, by key."""
    own = gettext("You took part in this examination, so somebody else of the body decides.")
    problems = ties(person, body=body, provider=provider, at=at)
    return [own, *problems] if person.pk in hands else problems


def unaccredited(
    body: Organisation, editions: Iterable[Edition], *, country: str, at: datetime
) -> list[str]:
    """For each edition that the body may not attest for this country at `at`: why not."""
    wanted = list(editions)
    if body.status != Organisation.Status.VERIFIED:
        return [gettext("%(body)s is not verified by the centre now.") % {"body": body}]
    covered = Accreditation.objects.by_edition(body, country=country, at=at)
    return [
        gettext("%(body)s is not accredited for %(edition)s in this country today.")
        % {"body": body, "edition": edition}
        for edition in wanted
        if edition.pk not in covered
    ]


def require_accredited(
    body: Organisation, editions: Iterable[Edition], *, country: str, at: datetime
) -> None:
    if found := unaccredited(body, editions, country=country, at=at):
        raise NotReady(*found)
