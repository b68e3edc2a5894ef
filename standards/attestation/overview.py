"""The page of an engagement in few statements: scope, progress, steps, what came of it; and whether
what came of it is what the log holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.log.models import LogEntry, detail_of, digest, same, vouched
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Release
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.results import NONCONFORMING, Result

Told = list[tuple[LogEntry, Promise | str]]
Step = tuple[Any, str, str]
Record = Certificate | Declaration | Accreditation | ExternalCertificate
LIFE = (
    ("requested", _("Requested")),
    ("accepted", _("Accepted")),
    ("examining", _("Being examined")),
    ("ready", _("Ready for decision")),
    ("decided", _("Decided")),
)
STOOD = {"corrections": "examining", "granted": "decided", "refused": "decided"}


def agrees(record: Record) -> bool:
    """Whether its words and its state are those that the log holds; an alarm where not."""
    if isinstance(record, Declaration):
        return record.agrees()
    if isinstance(record, Certificate):
        return same(record, is_as_issued(record))
    if vouched(record, record.frozen, old=True) is False:
        return False
    return same(record, LogEntry.objects.states([record]).get(str(record.pk)) == record.status)


def is_as_issued(certificate: Certificate) -> bool:
    """Whether its words, its state and the decision that it rests on are those of the log. One
    statement, and the decision where it is not joined."""
    engagement = certificate.engagement
    about = LogEntry.objects.about(engagement).filter(to_state__in=engagement.DECIDED)
    entries = list(LogEntry.objects.about(certificate) | about)
    decision = getattr(engagement, "decision", None)
    if decision is None or not decision.granted or not decision.is_logged(entries):
        return False
    mine = [entry for entry in entries if entry.subject_type == certificate._meta.label_lower]
    words = [kept for entry in mine if (kept := detail_of(entry.body).get("digest"))]
    states = [entry.to_state for entry in mine if entry.to_state]
    good_words = not words or words[0] == digest(certificate.frozen)  # none were kept at first
    good_words = good_words and certificate.is_as_stated
    return good_words and states[-1:] == [certificate.status]


def in_the_log(release: Release) -> Iterator[tuple[str, str, str]]:
    """Examinations, corrections that the provider was shown, and certificates of a release: kind
    and key as the log has them, and number. Three statements."""
    engagements = Engagement.objects.filter(declaration__release=release)
    certificates = Certificate.objects.filter(release=release)
    for kind, rows in (("engagement", engagements), ("certificate", certificates)):
        for pk, number in rows.values_list("pk", "number"):
            yield kind, str(pk), number
    actions = CorrectiveAction.objects.released().filter(finding__engagement__in=engagements)
    named = ("pk", "finding__engagement__number", "finding__criterion__ref")
    for pk, number, ref in actions.values_list(*named):
        yield "correctiveaction", str(pk), f"{number}, {ref}"


@dataclass(frozen=True)
class Scope:
    """One edition of an engagement: how many criteria are in scope, how far they are."""

    row: EngagementEdition
    criteria: int
    examined: int
    nonconforming: int
    released: int  # nonconformities that the provider was shown


@dataclass(frozen=True)
class Overview:
    scope: list[Scope]
    steps: list[Step]
    decision: Decision | None
    disagrees: bool  # the decision is not the one that the log holds
    by_a_second: bool
    certificates: list[tuple[Certificate, str]]
    inside: bool

    @property
    def criteria(self) -> int:
        return sum(part.criteria for part in self.scope)

    @property
    def examined(self) -> int:
        return sum(part.examined for part in self.scope)

    @property
    def actions(self) -> int:
        """The corrective actions that the reader may see."""
        return sum(part.nonconforming if self.inside else part.released for part in self.scope)


def scope(engagement: Engagement) -> list[Scope]:
    """The editions with their counts. Two statements."""
    shown = Q(corrective_action__released_at__isnull=False)
    counted = (
        engagement.findings.order_by()
        .values("criterion__edition")
        .annotate(
            criteria=Count("pk"),
            examined=Count("pk", filter=~Q(result=Result.NOT_EXAMINED)),
            nonconforming=Count("pk", filter=Q(result__in=NONCONFORMING)),
            released=Count("pk", filter=shown),
        )
    )
    counts = {part["criterion__edition"]: part for part in counted}
    return [
        Scope(
            row,
            part["criteria"],
            part["examined"],
            part["nonconforming"],
            part["released"],
        )
        for row in engagement.editions.select_related("edition", "level")
        if (part := counts.get(row.edition_id))
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
    parts = scope(engagement)
    total, done = sum(part.criteria for part in parts), sum(part.examined for part in parts)
    words = gettext("%(done)s of %(total)s") % {"done": done, "total": total} if inside else ""
    decided = engagement.status in Engagement.DECIDED
    issued = engagement.certificates.select_related("edition", "level") if decided else []
    decision = Decision.objects.filter(engagement=engagement).first() if decided else None
    if decision:
        decision.engagement = engagement
    good = not decided or bool(decision and decision.is_logged(entry for entry, _words in told))
    return Overview(
        scope=parts,
        steps=steps(engagement, told, words),
        decision=decision,
        disagrees=not good,
        by_a_second=bool(good and decision and decision.by_a_second()),
        certificates=[(certificate, certificate.status_at(at)) for certificate in issued],
        inside=inside,
    )


def before_handing_over(engagement: Engagement) -> list[str]:
    """What the evaluator should know before the summary is written. One statement."""
    warnings = []
    left = engagement.findings.uncorrected().select_related("criterion", "corrective_action")
    unseen = [finding for finding in left if not finding.corrective_action.released_at]
    majors = [finding for finding in left if finding.result == Result.MAJOR]
    if unseen:
        words = gettext("The provider has not seen the nonconformities on %(refs)s.")
        warnings.append(words % {"refs": refs(unseen)})
    if majors:
        words = gettext("With a major one open (%(refs)s), whoever decides can only refuse.")
        warnings.append(words % {"refs": refs(majors)})
    return warnings


def refs(findings: list[Finding]) -> str:
    """Their refs for a sentence."""
    return ", ".join(finding.criterion.ref for finding in findings)
