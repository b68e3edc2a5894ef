"""The page of an engagement in few statements: scope, progress, steps, what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.log.models import LogEntry
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.results import NONCONFORMING, Result

Told = list[tuple[LogEntry, Promise | str]]
Step = tuple[Any, str, str]
LIFE = (
    ("requested", _("Requested")),
    ("accepted", _("Accepted")),
    ("examining", _("Being examined")),
    ("ready", _("Ready for decision")),
    ("decided", _("Decided")),
)
STOOD = {"corrections": "examining", "granted": "decided", "refused": "decided"}


@dataclass(frozen=True)
class Scope:
    """One edition of an engagement: how many criteria are in scope, how far they are."""

    row: EngagementEdition
    criteria: int
    examined: int
    nonconforming: int


@dataclass(frozen=True)
class Overview:
    scope: list[Scope]
    steps: list[Step]
    decision: Decision | None
    certificates: list[tuple[Certificate, str]]
    actions: int
    waiting: int

    @property
    def criteria(self) -> int:
        return sum(one.criteria for one in self.scope)

    @property
    def examined(self) -> int:
        return sum(one.examined for one in self.scope)


def scope(engagement: Engagement) -> list[Scope]:
    """The editions with their counts. Two statements."""
    counted = (
        engagement.findings.order_by()
        .values("criterion__edition")
        .annotate(
            criteria=Count("pk"),
            examined=Count("pk", filter=~Q(result=Result.NOT_EXAMINED)),
            bad=Count("pk", filter=Q(result__in=NONCONFORMING)),
        )
    )
    found = {row["criterion__edition"]: row for row in counted}
    return [
        Scope(row, one["criteria"], one["examined"], one["bad"])
        for row in engagement.editions.select_related("edition", "level")
        if (one := found.get(row.edition_id))
    ]


def steps(engagement: Engagement, told: Told, examined: str) -> list[Step]:
    """Where it stands in its life, each step with the day it was reached."""
    dates: dict[str, datetime] = {}
    for entry, _words in told:
        dates.setdefault(STOOD.get(entry.to_state, entry.to_state), entry.at)
    if engagement.status in (Engagement.Status.DECLINED, Engagement.Status.CANCELLED):
        return ended(engagement, dates)
    here = [key for key, _words in LIFE].index(STOOD.get(engagement.status, engagement.status))
    made: list[Step] = []
    for place, (key, words) in enumerate(LIFE):
        state = "now" if place == here else "done" if place < here else ""
        day = date_format(dates[key]) if key in dates and place <= here else ""
        detail = examined if key == "examining" and state == "now" and examined else day
        if key == "decided" and state == "now":
            made.append((engagement.get_status_display(), detail, state))
        else:
            made.append((words, detail, state))
    return made


def ended(engagement: Engagement, dates: dict[str, datetime]) -> list[Step]:
    """Of one that ended without a decision: what was reached, and the end."""
    last = engagement.status
    reached = [(words, date_format(dates[key]), "done") for key, words in LIFE if key in dates]
    day = date_format(dates[last]) if last in dates else ""
    return [*reached, (engagement.get_status_display(), day, "now")]


def of(engagement: Engagement, told: Told, *, inside: bool, at: datetime) -> Overview:
    """`inside` the body more is shown: how far it is, and what was not handed over yet."""
    now_scope = scope(engagement)
    total, done = sum(s.criteria for s in now_scope), sum(s.examined for s in now_scope)
    words = gettext("%(done)s of %(total)s") % {"done": done, "total": total} if inside else ""
    actions = CorrectiveAction.objects.filter(finding__engagement=engagement)
    actions = actions.filter(finding__result__in=NONCONFORMING) if inside else actions.released()
    counted = actions.order_by().aggregate(
        all=Count("pk"),
        theirs=Count("pk", filter=Q(status__in=CorrectiveAction.WITH_PROVIDER)),
        ours=Count("pk", filter=Q(status=CorrectiveAction.Status.ANSWERED)),
    )
    decided = engagement.status in Engagement.DECIDED
    issued = engagement.certificates.select_related("edition", "level") if decided else []
    return Overview(
        scope=now_scope,
        steps=steps(engagement, told, words),
        decision=Decision.objects.filter(engagement=engagement).first() if decided else None,
        certificates=[(one, one.status_at(at)) for one in issued],
        actions=counted["all"],
        waiting=counted["ours" if inside else "theirs"],
    )


def before_handing_over(engagement: Engagement) -> list[str]:
    """What the evaluator should know before the summary is written. Two statements."""
    said = []
    if left := engagement.findings.filter(result=Result.NOT_EXAMINED).count():
        words = ngettext(
            "%(n)s criterion has no finding yet, so it cannot be handed over.",
            "%(n)s criteria have no finding yet, so it cannot be handed over.",
            left,
        )
        said.append(words % {"n": left})
    found = engagement.findings.uncorrected().select_related("criterion", "corrective_action")
    unseen = [one for one in found if not one.corrective_action.released_at]
    majors = [one for one in found if one.result == Result.MAJOR]
    if unseen:
        words = gettext("The provider has not seen the nonconformities on %(refs)s.")
        said.append(words % {"refs": refs(unseen)})
    if majors:
        words = gettext("With a major one open (%(refs)s), whoever decides can only refuse.")
        said.append(words % {"refs": refs(majors)})
    return said


def refs(findings: list[Finding]) -> str:
    """Their refs for a sentence."""
    return ", ".join(one.criterion.ref for one in findings)
