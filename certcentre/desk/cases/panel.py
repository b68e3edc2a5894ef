"""The panel of an appeal: three persons who had no part in what it is against (rule R107)."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, User
from certcentre.desk.cases.case_file import CaseFile
from certcentre.desk.cases.steps import REPORT_READ
from certcentre.lifecycle import NotAllowed, NotReady, StepRefused
from certcentre.log.models import LogEntry
from standards.attestation.certificates import Certificate, put_back
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement, hands_in

SEATS = 3


class PanelMember(models.Model):
    """That a person sits on the panel of an appeal."""

    case = models.ForeignKey("desk.Case", on_delete=models.PROTECT, related_name="panel")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seat = models.PositiveSmallIntegerField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)  # with the decision

    class Meta:
        verbose_name = _("member of a panel")
        ordering = ["seat"]
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="panelmember_once"),
            models.UniqueConstraint(fields=["case", "seat"], name="panelmember_one_on_a_seat"),
            models.CheckConstraint(
                condition=Q(seat__gte=1, seat__lte=SEATS), name="panelmember_of_three"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.seat}"


def engagement_behind(case: CaseFile) -> Engagement | None:
    """The examination that led to what is appealed."""
    about = case.about
    if isinstance(about, Certificate):
        return about.engagement
    return about if isinstance(about, Engagement) else None


def took_part(case: CaseFile) -> set[UUID]:
    """Who examined, decided, or took any step on what is appealed, whoever handled another case
    about it, and who appeals: by key."""
    people: set[Any] = {case.raised_by_id, case.appealed.actor_id if case.appealed else None}
    people |= actors(LogEntry.objects.about(case.about))
    same = Q(**{name: getattr(case, f"{name}_id") for name in case.SUBJECTS if subject(case, name)})
    if engagement := engagement_behind(case):
        people |= hands_in(engagement) | actors(LogEntry.objects.about(engagement))
        decided = Decision.objects.filter(engagement=engagement)
        people |= set(decided.values_list("decided_by", flat=True))
        release = engagement.declaration.release
        same |= Q(solution=release.solution_id) | Q(certificate__engagement=engagement)
        same |= Q(engagement=engagement)
    others = type(case)._base_manager.filter(same).exclude(pk=case.pk)
    return (people | actors(LogEntry.objects.among(list(others)))) - {None}


def subject(case: CaseFile, name: str) -> bool:
    return getattr(case, f"{name}_id") is not None


def actors(entries: models.QuerySet[LogEntry]) -> set[Any]:
    """Who took these steps; that a panel read the report is no part in it."""
    entries = entries.exclude(step=str(REPORT_READ))
    return set(entries.order_by().values_list("actor", flat=True).distinct())


def belonging(case: CaseFile, people: Collection[User], *, at: datetime) -> set[UUID]:
    """Those of them who belong to a party, or did in the last 24 months. One statement."""
    concerned = {*case.parties, case.organisation_id}
    close = Membership.objects.lately(at=at).filter(user__in=people, organisation__in=concerned)
    return set(close.values_list("user", flat=True))


def unfit(case: CaseFile, people: Collection[User], *, at: datetime) -> list[str]:
    """Why these persons may not decide an appeal, one sentence each; none where they may."""
    hands, close = took_part(case), belonging(case, people, at=at)
    problems = []
    for person in people:
        name = {"name": person.name}
        if person.pk in hands:
            words = gettext("%(name)s had a part in what is appealed, or in a case about it.")
            problems.append(words % name)
        elif person.pk in close:
            words = gettext("%(name)s belongs to a party, or did in the last 24 months.")
            problems.append(words % name)
        elif not person.is_active:
            problems.append(gettext("%(name)s has no account any more.") % name)
    return problems


def sitting(case: CaseFile) -> list[User]:
    """Who sits on its panel, by their seats."""
    rows = PanelMember.objects.filter(case=case.pk).select_related("person")
    return [row.person for row in rows]


def require_seat(case: CaseFile, by: User, at: datetime) -> None:
    """NotAllowed unless the person sits on its panel, and belongs to no party."""
    if not PanelMember.objects.filter(case=case.pk, person=by).exists():
        raise NotAllowed(gettext("The panel named for this appeal looks into it and decides."))
    if belonging(case, [by], at=at):
        raise NotAllowed(
            gettext(
                "You belong to a party, or did in the last 24 months. An officer names another."
            )
        )


def require_three(case: CaseFile, at: datetime) -> None:
    """NotReady unless three sit on it, of whom none had a part."""
    people = sitting(case)
    if len(people) != SEATS:
        raise NotReady(gettext("An appeal is decided by three. An officer names who is missing."))
    if problems := unfit(case, people, at=at):
        more = gettext("An officer names somebody else.")
        raise NotReady(*problems, more)


def restore(case: CaseFile, *, by: User, at: datetime) -> None:
    """What was suspended and is set aside comes back into force, where nothing else stands against
    it; the record of what was done stays."""
    certificate = case.about
    if not isinstance(certificate, Certificate) or not case.appealed:
        return
    certificate.lock()
    moves = LogEntry.objects.about(certificate).exclude(to_state="")
    last = moves.order_by("-pk").first()
    if last is None or last.pk != case.appealed.pk or certificate.status != "suspended":
        return
    with suppress(StepRefused):
        certificate.require_reinstatable(by=by, at=at)
        put_back([certificate], by=by, at=at, reason=case.outcome)
