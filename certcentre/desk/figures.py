"""Figures in public (rule R103): what waits, how long things take, and what came of them.

Of the log where it says so, else of the records; nothing of a person, of an organisation, or of
what a case is about. Months and days are those of UTC, as in the log.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Cast, TruncMonth

from certcentre.accounts import steps as of_organisations
from certcentre.accounts.models import Organisation
from certcentre.desk.cases import steps as of_cases
from certcentre.desk.cases.case import Case
from certcentre.log.models import LogEntry
from certcentre.steps import Step
from standards.attestation import steps
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.results import OUTCOMES, Result

MONTHS = 24  # shown, this one too
YEAR = 12  # months that a median is of
FEWEST_TIMES = 3  # cases behind a median; of fewer it would be one of them
FEWEST_PROVIDERS = 5  # behind the rate of a criterion, so that it points at nobody
DAY = timedelta(days=1)

Cell = int | float | None  # None: too few to say
Moments = Mapping[str, datetime]  # by the key of a record
Month = date  # its first day


@dataclass(frozen=True)
class Line:
    """One row: what it is of, and a number for each column."""

    key: date | str  # a month, the key of a criterion, or a name
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Figure:
    """One table as of a moment: its name, its columns by name, and since when it counts."""

    name: str
    columns: tuple[str, ...]
    lines: list[Line]
    since: date | None
    until: datetime

    @property
    def empty(self) -> bool:
        """Whether nothing was counted."""
        return not any(cell for line in self.lines for cell in line.cells)


@dataclass(frozen=True)
class Span:
    """From one step to another, each by the log unless a record says when it began."""

    name: str
    begins: Step | None
    ends: tuple[Step, ...]


SPANS = (
    Span(
        "verified",
        of_organisations.ORGANISATION_REGISTERED,
        (of_organisations.ORGANISATION_VERIFIED,),
    ),
    Span("accepted", steps.ENGAGEMENT_REQUESTED, (steps.ENGAGEMENT_ACCEPTED,)),
    Span(
        "decided",
        steps.ENGAGEMENT_ACCEPTED,
        (steps.ENGAGEMENT_GRANTED, steps.ENGAGEMENT_REFUSED),
    ),
    Span("corrected", None, (steps.CORRECTION_CLOSED,)),
    Span("acknowledged", of_cases.CASE_RECEIVED, (of_cases.CASE_ACKNOWLEDGED,)),
    Span("closed", of_cases.CASE_RECEIVED, tuple(Case.OUTCOMES.values())),
)
CERTIFICATES = {
    "issued": steps.CERTIFICATE_ISSUED,
    "suspended": steps.CERTIFICATE_SUSPENDED,
    "reinstated": steps.CERTIFICATE_REINSTATED,
    "withdrawn": steps.CERTIFICATE_WITHDRAWN,
    "superseded": steps.CERTIFICATE_SUPERSEDED,
}
CASES = ("received", *Case.OUTCOMES, "taken_back")
LABELS = tuple(
    model._meta.label_lower for model in (Organisation, Engagement, CorrectiveAction, Case)
)


def month_of(moment: datetime) -> Month:
    return moment.astimezone(UTC).date().replace(day=1)


def months_before(month: Month, number: int) -> Month:
    whole = month.year * 12 + month.month - 1 - number
    return date(whole // 12, whole % 12 + 1, 1)


def months(at: datetime) -> list[Month]:
    """Those that are shown, the newest first."""
    return [months_before(month_of(at), number) for number in range(MONTHS)]


def begun(month: Month) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def middle(lengths: Iterable[timedelta]) -> float | None:
    """The median in days, to a tenth; None where too few stand behind it."""
    counted = [length / DAY for length in lengths]
    return round(median(counted), 1) if len(counted) >= FEWEST_TIMES else None


def first_steps(at: datetime) -> dict[str, dict[str, datetime]]:
    """When each record first took each step that a span begins or ends with. One statement."""
    named = {str(step) for span in SPANS for step in (span.begins, *span.ends) if step}
    rows = LogEntry.objects.filter(subject_type__in=LABELS, step__in=named, at__lte=at)
    first: dict[str, dict[str, datetime]] = {name: {} for name in named}
    entries = rows.order_by("pk").values_list("step", "subject_id", "at")
    for step, key, moment in entries.iterator():
        first[step].setdefault(key, moment)
    return first


def lengths(begins: Moments, ends: Moments) -> Iterable[tuple[datetime, timedelta]]:
    """When each ended, and how long it had taken."""
    return ((end, end - begins[key]) for key, end in ends.items() if key in begins)


def queue(at: datetime, cases: Iterable[Case]) -> Figure:
    """What waits now: how many, and for how many days in the middle. Two statements."""
    live = Engagement.objects.live().filter(requested_at__lte=at)
    requested: list[datetime] = []
    accepted: list[datetime] = []
    for asked, taken in live.values_list("requested_at", "accepted_at"):
        (accepted if taken else requested).append(taken or asked)
    waiting = Organisation.objects.waiting().filter(created_at__lte=at)
    since = {
        "organisations": list(waiting.values_list("created_at", flat=True)),
        "to_accept": requested,
        "to_decide": accepted,
        "cases": [case.received_at for case in cases if case.is_open],
    }
    lines = [
        Line(name, (len(moments), middle(at - moment for moment in moments)))
        for name, moments in since.items()
    ]
    return Figure("queue", ("waiting", "days"), lines, None, at)


def times(at: datetime, first: Mapping[str, Moments]) -> Figure:
    """The median of each span that ended in the last twelve months, and in the twelve before.
    One statement."""
    (now, *_, oldest) = months(at)
    turn = begun(months_before(now, YEAR - 1))
    closed = CorrectiveAction.objects.filter(status=CorrectiveAction.Status.CLOSED)
    opened = {str(key): moment for key, moment in closed.values_list("pk", "opened_at")}
    lines = []
    for span in SPANS:
        begins = first[str(span.begins)] if span.begins else opened
        ends = {key: end for step in span.ends for key, end in first[str(step)].items()}
        taken = list(lengths(begins, ends))
        last = [length for end, length in taken if end >= turn]
        before = [length for end, length in taken if begun(oldest) <= end < turn]
        cells = (len(last), middle(last), len(before), middle(before))
        lines.append(Line(span.name, cells))
    columns = ("number", "days", "number_before", "days_before")
    return Figure("times", columns, lines, oldest, at)


def first_attempts(at: datetime) -> Figure:
    """Of each criterion how many products passed when it was first examined in them, up to the end
    of the last whole month. One statement.

    Passed: it conforms and no nonconformity was handed to the provider. Not counted: what does not
    apply. Whole months, so that no single decision is seen in the change from one day to the next.
    """
    until, since = begun(month_of(at)), months(at)[-1]
    seen = [result for result in OUTCOMES if result != Result.NOT_APPLICABLE]
    when, product = "engagement__decision__decided_at", "engagement__declaration__release__solution"
    decided = Finding.objects.filter(result__in=seen, **{f"{when}__lt": until})
    before = Q(**{f"{when}__lt": OuterRef(when)})
    before |= Q(**{when: OuterRef(when), "pk__lt": OuterRef("pk")})
    earlier = decided.filter(
        before, criterion=OuterRef("criterion"), **{product: OuterRef(product)}
    )
    # only where a product was examined more than once: to ask of every row took five times as long
    several = Window(Count("pk"), partition_by=F(product.partition("__")[2]))
    again = Engagement.objects.filter(decision__decided_at__lt=until).annotate(turns=several)
    twice = again.filter(turns__gt=1).values("pk")
    passed = Q(result__in=[each for each in seen if each.conforms], corrective_action=None)
    rows = (
        decided.filter(**{f"{when}__gte": begun(since)})
        .filter(~Q(engagement__in=twice) | ~Exists(earlier))
        .values("criterion__key")
        .annotate(
            providers=Count("engagement__provider", distinct=True),
            examined=Count("pk"),
            passed=Count("pk", filter=passed),
        )
        .filter(providers__gte=FEWEST_PROVIDERS)
        .order_by()
    )
    lines = [
        Line(
            row["criterion__key"],
            (row["examined"], row["passed"], round(100 * row["passed"] / row["examined"])),
        )
        for row in rows
    ]
    lines.sort(key=lambda line: (line.cells[2] or 0, str(line.key)))
    return Figure("first-attempt", ("examined", "passed", "percent"), lines, since, until)


def by_month(at: datetime, counts: Mapping[str, Counter[Month]], name: str) -> Figure:
    """A row for each month, the newest first."""
    shown = months(at)
    lines = [Line(month, tuple(each[month] for each in counts.values())) for month in shown]
    return Figure(name, tuple(counts), lines, shown[-1], at)


def certificates(at: datetime) -> Figure:
    """What became of certificates and verifications. Two statements."""
    since = begun(months(at)[-1])
    label = Certificate._meta.label_lower
    names = {str(step): name for name, step in CERTIFICATES.items()}
    counts: dict[str, Counter[Month]] = {name: Counter() for name in (*CERTIFICATES, "expired")}
    entries = LogEntry.objects.public().filter(subject_type=label, step__in=names)
    taken = entries.filter(at__gte=since, at__lte=at).order_by()
    month = TruncMonth("at", tzinfo=UTC)
    for when, step, count in taken.values_list(month, "step").annotate(count=Count("pk")):
        counts[names[step]][month_of(when)] += count
    out = [str(steps.CERTIFICATE_WITHDRAWN), str(steps.CERTIFICATE_SUPERSEDED)]
    before = LogEntry.objects.filter(
        subject_type=label,
        subject_id=Cast(OuterRef("pk"), CharField()),
        step__in=out,
        at__lte=OuterRef("valid_until"),
    )
    ended = Certificate.objects.filter(valid_until__gte=since, valid_until__lte=at).order_by()
    month = TruncMonth("valid_until", tzinfo=UTC)
    rows = ended.exclude(Exists(before)).values_list(month).annotate(count=Count("pk"))
    for when, count in rows:
        counts["expired"][month_of(when)] += count
    return by_month(at, counts, "certificates")


def cases_of(kind: str, at: datetime, cases: Iterable[Case]) -> Figure:
    """How many of this kind were received and closed, and how."""
    counts: dict[str, Counter[Month]] = {name: Counter() for name in CASES}
    for case in cases:
        if case.kind == kind:
            counts["received"][month_of(case.received_at)] += 1
            if case.closed_at:
                counts[case.status][month_of(case.closed_at)] += 1
    return by_month(at, counts, f"{kind}s")


def figures(at: datetime) -> dict[str, Figure]:
    """All of them by name, as of this moment. Eight statements, however many rows."""
    rows = Case.objects.filter(received_at__lte=at).order_by()
    cases = list(rows.only("kind", "status", "received_at", "closed_at"))
    every: list[Figure] = [
        queue(at, cases),
        times(at, first_steps(at)),
        first_attempts(at),
        certificates(at),
        *(cases_of(kind, at, cases) for kind in Case.Kind.values),
    ]
    return {each.name: each for each in every}
