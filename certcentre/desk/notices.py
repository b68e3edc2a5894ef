"""Who is told of which step: the table. How mails are written and sent is in mailing.py."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model

from certcentre.accounts.audiences import people
from certcentre.accounts.models import Organisation, Role, User
from certcentre.steps import every_step

PROVIDING = (Role.MANAGER, Role.EDITOR, Role.SIGNATORY)
People = Callable[[Any], Iterable[User]]


def members(organisation: Organisation | None, *roles: str) -> Iterable[User]:
    """The people who hold one of the roles there now, each once."""
    held: dict[str, Any] = {"memberships__organisation": organisation, "memberships__until": None}
    if roles:
        held["memberships__role__in"] = roles
    return User.objects.filter(is_active=True, **held).distinct().order_by("pk")


def officers(subject: Any) -> Iterable[User]:
    kind = Organisation.Kind.CENTRE
    held = {"memberships__organisation__kind": kind, "memberships__role": Role.OFFICER}
    return User.objects.filter(is_active=True, memberships__until=None, **held).distinct()


def the_provider(subject: Any) -> Iterable[User]:
    """Those who work on the release: of an engagement, a certificate, a release."""
    return members(provider_of(subject), *PROVIDING)


def the_body(subject: Any) -> Iterable[User]:
    """Managers of the body of an engagement or certificate."""
    return members(subject.body, Role.MANAGER)


def deciders(engagement: Any) -> Iterable[User]:
    """Those of the body's deciders who had no hand in the examination."""
    examined = {engagement.evaluator_id, *engagement.examiners.values_list("pk", flat=True)}
    return [one for one in members(engagement.body, Role.DECIDER) if one.pk not in examined]


def evaluators(action: Any) -> Iterable[User]:
    """Who examines the engagement of a corrective action."""
    engagement = action.finding.engagement
    return {engagement.evaluator, *engagement.examiners.filter(is_active=True)} - {None}


def both_parties(engagement: Any) -> Iterable[User]:
    return {*the_provider(engagement), *the_body(engagement)}


def provider_of(subject: Any) -> Organisation:
    """The provider that a record of the domain is about."""
    for path in (
        ("provider",),
        ("solution", "organisation"),
        ("release", "solution", "organisation"),
    ):
        found = subject
        for name in path:
            found = getattr(found, name, None)
        if found is not None:
            return found
    raise LookupError(f"{subject!r} has no provider")


# step → who is told, where its part has no steps.py yet
TABLE: dict[str, Callable[[Any], Iterable[User | None]]] = {
    "externalcertificate.filed": officers,
    "externalcertificate.recorded": the_provider,
    "externalcertificate.refused": the_provider,
    "externalcertificate.ended": the_provider,
    "engagement.requested": the_body,
    "engagement.accepted": the_provider,
    "engagement.declined": the_provider,
    "engagement.cancelled": both_parties,
    "engagement.rescheduled": the_provider,
    "engagement.corrections": the_provider,
    "correctiveaction.answered": evaluators,
    "correctiveaction.returned": lambda action: the_provider(action.finding.engagement),
    "engagement.ready": deciders,
    "engagement.granted": the_provider,
    "engagement.refused": the_provider,
    "certificate.suspended": the_provider,
    "certificate.reinstated": the_provider,
    "certificate.withdrawn": the_provider,
}


def told_steps() -> set[str]:
    """The steps that somebody is written to about. The mail is templates/emails/<step>.txt."""
    return {*TABLE, *(name for name, step in every_step().items() if step.told)}


def people_told(step: str, record: Model, *, at: datetime) -> Iterable[User | None]:
    """Who is told of a step on a record, as they are now; None is whoever a letter is for."""
    if step in TABLE:
        return TABLE[step](record)
    return people(every_step()[step].told, record, at=at)
