"""What an auditing body keeps an eye on: what is due when, its examinations and who is at what,
what is suspended (rule R105). Everything is asked at a moment, so that it is true without a timer.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import Reader
from standards.assessment.periods import last_day_of
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from standards.attestation.results import Result

SOON = timedelta(days=30)
MONTHS = 12  # shown, from this one on
SURVEILLANCE, END, REPORT, CORRECTION = "surveillance", "end", "report", "correction"
EXAMINED = (Engagement.Status.READY,)  # nothing is left to examine
KINDS: dict[str, Promise | str] = {
    SURVEILLANCE: _("Surveillance"),
    END: _("Ends"),
    REPORT: _("Report due"),
    CORRECTION: _("Correction due"),
}


@dataclass(frozen=True)
class Due:
    """A day that a certificate, an accreditation, an examination of the body or a correction in
    one has ahead, or has let go by."""

    kind: str
    day: date
    record: Certificate | Accreditation | Engagement | CorrectiveAction
    left: int  # days from today; below 0: so many days over

    @property
    def words(self) -> str:
        return str(KINDS[self.kind])

    @property
    def over(self) -> int:
        return max(0, -self.left)

    @property
    def soon(self) -> bool:
        return self.left <= SOON.days

    @property
    def number(self) -> str:
        """Of the record; of a correction, that of its examination."""
        record = self.record
        return record.finding.engagement.number if hasattr(record, "finding") else record.number

    @property
    def key(self) -> str:
        """What no other day of the body has."""
        name = self.record.pk if self.kind == CORRECTION else self.number
        return f"{name}-{self.kind}"

    @property
    def about(self) -> str:
        """The product that it is of; or that it is the body's own accreditation."""
        match self.record:
            case Certificate() as certificate:
                return f"{certificate.release}, {certificate.edition.name}"
            case Engagement() as engagement:
                return str(engagement.declaration.release)
            case CorrectiveAction(finding=finding):
                criterion = finding.criterion
                release = finding.engagement.declaration.release
                return f"{release}: {criterion.ref} {criterion.text('title')}"
        return gettext("Accreditation")

    @property
    def turn(self) -> str:
        """Who does what next, of an examination or a correction in one."""
        if isinstance(self.record, Engagement):
            return str(self.record.turn.words)
        return self.record.turn if isinstance(self.record, CorrectiveAction) else ""

    @property
    def certificate(self) -> Certificate | None:
        return self.record if isinstance(self.record, Certificate) else None


def bodies_of(user: Reader) -> QuerySet[Organisation]:
    """The bodies at work that this person acts for."""
    mine = Organisation.objects.acted_for_by(user).at_work()
    return mine.filter(kind=Organisation.Kind.AUDITOR)


def days_of(body: Organisation, *, at: datetime) -> list[Due]:
    """Every planned check and end of what is in force, and the day of every report and correction
    that is waited for, the nearest first. Four statements.

    A check stays due until it is recorded: a certificate in force has one, or none at all.
    """
    today = at.date()
    certificates = body.certificates.in_force(at=at).defer("facts")
    days: list[Due] = []
    for certificate in certificates.select_related("release__solution", "edition"):
        due, until = certificate.surveillance_due, last_day_of(certificate.valid_until)
        if due:
            days.append(Due(SURVEILLANCE, due, certificate, (due - today).days))
        days.append(Due(END, until, certificate, (until - today).days))
    for accreditation in body.accreditations.in_force(at=at):
        until = accreditation.valid_until
        days.append(Due(END, until, accreditation, (until - today).days))
    for engagement in body.engagements.live().exclude(due_on=None).with_parties().with_turns(at=at):
        if due := engagement.due_on:
            days.append(Due(REPORT, due, engagement, (due - today).days))
    for action in CorrectiveAction.objects.dated(body):
        if due := action.due_on:
            days.append(Due(CORRECTION, due, action, (due - today).days))
    return sorted(days, key=lambda due: (due.day, due.number, due.kind))


@dataclass(frozen=True)
class Month:
    """How many reports, corrections, checks and ends fall into a month; `first` None: those that
    are over."""

    first: date | None
    surveillance: int
    ends: int
    reports: int = 0
    corrections: int = 0


def months_of(days: list[Due], *, at: datetime) -> list[Month]:
    """What is over, then this month and those that follow it."""
    today = at.date()
    starts = [date(today.year, today.month, 1)]
    while len(starts) < MONTHS:
        later = starts[-1] + timedelta(days=31)
        starts.append(date(later.year, later.month, 1))
    counts = Counter((None if due.over else due.day.replace(day=1), due.kind) for due in days)
    return [Month(first, *(counts[first, kind] for kind in KINDS)) for first in (None, *starts)]


def examinations_of(body: Organisation, *, at: datetime) -> QuerySet[Any]:
    """Those under way, each with its turn, `criteria` and how many are `examined`. One
    statement."""
    rows: Any = body.engagements.live().with_parties().with_turns(at=at)
    rows = rows.select_related("evaluator")
    return rows.annotate(
        criteria=Count("findings"),
        examined=Count("findings", filter=~Q(findings__result=Result.NOT_EXAMINED)),
    ).order_by("due_on", "requested_at", "pk")


@dataclass(frozen=True)
class Load:
    """One evaluator of the body: examinations that they lead, and criteria still to examine."""

    person: User
    examinations: int
    criteria: int


def workload(body: Organisation, examinations: list[Any]) -> list[Load]:
    """Every evaluator, the busiest first; who has nothing is free for the next. One statement."""
    here = body.memberships.filter(until=None, role=Role.EVALUATOR).values("user")
    people = User.objects.filter(pk__in=here)
    loads = []
    for person in people:
        own = [each for each in examinations if each.evaluator_id == person.pk]
        left = sum(each.criteria - each.examined for each in own if each.status not in EXAMINED)
        loads.append(Load(person, len(own), left))
    return sorted(loads, key=lambda load: (-load.criteria, -load.examinations, load.person.name))
