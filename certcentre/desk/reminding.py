"""What ends is told to those whom it concerns 90, 30 and 7 days before, each once; that a
certificate or an accreditation expired to whoever follows it; and that an examination stands still
because of that, or goes on since a day has come, to its provider.

A reminder is a step that nobody takes: an entry of the log, from which a line and a mail are made
as of every other step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, Q, QuerySet

from certcentre.accounts import steps as accounts
from certcentre.accounts.models import Organisation
from certcentre.log.models import LogEntry, record
from certcentre.steps import Step
from standards.assessment import periods
from standards.assessment import steps as assessing
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.attestation import steps as attesting
from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import CorrectiveAction

MARKS = tuple(timedelta(days=days) for days in (7, 30, 90))
LONGEST = max(MARKS)
AT_ONCE = 500  # rows that are looked at together


@dataclass(frozen=True)
class Ending:
    """Records that end: those in force, the filter for what ends by a moment, and each one's end.

    `begun` is the step since which its people know the end, where it may come sooner than that;
    `marks` are how long before it they are told.
    """

    step: Step
    records: Callable[[datetime], QuerySet[Any]]
    by: Callable[[datetime], Q]
    ends: Callable[[Any], datetime]
    begun: Step | None = None
    marks: tuple[timedelta, ...] = MARKS

    def due(self, rows: Sequence[Any], at: datetime) -> list[Any]:
        """Those whose people were told of nothing since the last of the marks went by. One
        statement."""
        steps = [str(step) for step in (self.step, self.begun) if step]
        told = LogEntry.objects.among(rows).filter(step__in=steps).order_by()
        last = dict(told.values_list("subject_id").annotate(Max("at")))
        return [row for row in rows if self.is_due(row, last.get(str(row.pk)), at)]

    def is_due(self, row: Model, last: datetime | None, at: datetime) -> bool:
        ends = self.ends(row)
        passed = [ends - mark for mark in self.marks if ends - mark <= at < ends]
        return bool(passed) and (last is None or last < max(passed))


def moment(field: str) -> tuple[Callable[[datetime], Q], Callable[[Any], datetime]]:
    """The filter and the end of what ends at the moment in a field."""
    return lambda at: Q(**{f"{field}__lte": at}), lambda row: getattr(row, field)


def day(field: str) -> tuple[Callable[[datetime], Q], Callable[[Any], datetime]]:
    """The same where a field holds the last day."""
    return (
        lambda at: Q(**{f"{field}__lte": at.date()}),
        lambda row: periods.end_of(getattr(row, field)),
    )


ENDINGS = (
    Ending(
        attesting.CERTIFICATE_ENDS,
        lambda at: Certificate.objects.in_force(at=at),
        *moment("valid_until"),
        attesting.CERTIFICATE_ISSUED,
    ),
    Ending(
        attesting.EXTERNAL_ENDS,
        lambda at: ExternalCertificate.objects.in_force(at=at),
        *day("valid_until"),
        attesting.EXTERNAL_RECORDED,
    ),
    Ending(
        attesting.ACCREDITATION_ENDS,
        lambda at: Accreditation.objects.in_force(at=at),
        *day("valid_until"),
        attesting.ACCREDITATION_GRANTED,
    ),
    Ending(
        attesting.INSURANCE_ENDS,
        lambda at: AccreditationApplication.objects.insuring(at=at),
        *day("insured_until"),
        attesting.APPLICATION_GRANTED,
        marks=(timedelta(days=30),),
    ),
    Ending(
        attesting.CORRECTION_DUE,
        lambda at: CorrectiveAction.objects.promised(),
        *day("due_on"),
        attesting.CORRECTION_ACCEPTED,
    ),
    Ending(
        assessing.DECLARATION_ENDS,
        lambda at: Declaration.objects.in_force(at=at).defer("body"),
        *moment("valid_until"),
    ),
    Ending(
        assessing.EVIDENCE_ENDS,
        lambda at: Evidence.objects.needed(at=at),
        periods.ran_out,
        lambda piece: periods.evidence_ends(piece.speaks_from, piece.speaks_until),
        assessing.EVIDENCE_ADDED,
    ),
)


def remind(*, at: datetime, endings: Sequence[Ending] = ENDINGS) -> int:
    """Record what is due now, of each record at most one; how many. Twice does no harm."""
    count = 0
    for ending in endings:
        near = ending.records(at).filter(ending.by(at + LONGEST)).order_by("pk")
        rows = near.iterator(AT_ONCE)
        while part := list(islice(rows, AT_ONCE)):
            for row in ending.due(part, at):
                count += told(ending, row, at=at)
    return count


RECENT = timedelta(days=30)  # what expired before that is no news


def say_expired(*, at: datetime) -> int:
    """Record that certificates of ours and from elsewhere, and accreditations, expired, once of
    each, for whoever follows them; how many. That they did is a question of time and does not
    wait for this."""
    ours = Certificate.objects.filter(
        status__in=Certificate.STANDING,
        valid_until__lte=at,
        valid_until__gt=at - RECENT,
    )
    outside = ExternalCertificate.objects.filter(
        status=ExternalCertificate.Status.RECORDED,
        valid_until__lt=at.date(),
        valid_until__gte=(at - RECENT).date(),
    )
    bodies = Accreditation.objects.exclude(status=Accreditation.Status.WITHDRAWN).filter(
        valid_until__lt=at.date(), valid_until__gte=(at - RECENT).date()
    )
    over: list[tuple[Model, Step]] = []
    over += [(row, attesting.CERTIFICATE_EXPIRED) for row in ours.order_by("pk")]
    over += [(row, attesting.EXTERNAL_EXPIRED) for row in outside.order_by("pk")]
    over += [(row, attesting.ACCREDITATION_EXPIRED) for row in bodies.order_by("pk")]
    return sum(say_once(row, step, at=at) for row, step in over)


STANDING = (attesting.ENGAGEMENT_RESTS, attesting.ENGAGEMENT_GOES_ON)


def say_standing(*, at: datetime) -> int:
    """Record that examinations stand still since an accreditation ran out or their body was
    stopped, or go on since one began or it works again, for their providers; how many (rule R124).

    What a step on an accreditation changed says so itself. Only what the last entry does not say,
    so that twice does no harm and that it comes late after the timers stood still.
    """
    rests = Engagement.objects.at_rest(at=at)
    stops = LogEntry.objects.filter(step=str(attesting.ENGAGEMENT_RESTS)).order_by()
    rested = Engagement.objects.live().filter(
        pk__in=set(stops.values_list("subject_id", flat=True))
    )
    going = rested.exclude(pk__in=rests.values("pk"))
    return sum(
        standing_said(row, step, at=at)
        for step, rows in zip(STANDING, (rests, going), strict=True)
        for row in unsaid(list(rows.order_by("pk")), step)
    )


def unsaid(rows: Sequence[Engagement], step: Step) -> list[Engagement]:
    """Those of which the last entry says otherwise; what never stood still does not go on."""
    entries = LogEntry.objects.among(rows).filter(step__in=[str(each) for each in STANDING])
    last = dict(entries.values_list("subject_id", "step"))
    otherwise = {str(each) for each in STANDING if each != step}
    if step == attesting.ENGAGEMENT_RESTS:
        otherwise.add("")
    return [row for row in rows if last.get(str(row.pk), "") in otherwise]


def standing_said(engagement: Engagement, step: Step, *, at: datetime) -> bool:
    """Record it by what is why, with the body held: that the body is suspended or closed, or else
    the accreditation that ran out or began; nothing where neither is."""
    with transaction.atomic():
        body = Organisation.objects.select_for_update().get(pk=engagement.body_id)
        rests = Engagement.objects.at_rest(at=at).filter(pk=engagement.pk).exists()
        if rests != (step == attesting.ENGAGEMENT_RESTS) or not unsaid([engagement], step):
            return False
        if rests and body.status in Organisation.STOPPED:
            return stopped_with(engagement, body, at=at)
        rows = engagement.body.accreditations.filter(
            editions__in=engagement.editions.values("edition"), status=Accreditation.Status.ACTIVE
        )
        over = rows.filter(valid_until__lt=at.date()).order_by("-valid_until", "pk")
        began = rows.filter(valid_from__lte=at.date()).order_by("-valid_from", "pk")
        country = engagement.provider.country
        which = (row for row in (over if rests else began) if row.covers_country(country))
        if cause := next(which, None):
            cause.tell(engagement, step, by=None, at=at)
    return cause is not None


def stopped_with(engagement: Engagement, body: Organisation, *, at: datetime) -> bool:
    """Record that an examination stands still since its body is suspended or closed; why, where the
    centre suspended it."""
    steps = LogEntry.objects.about(body).filter(step=str(accounts.ORGANISATION_SUSPENDED))
    last = steps.last() if body.status == Organisation.Status.SUSPENDED else None
    record(
        engagement,
        attesting.ENGAGEMENT_RESTS,
        by=None,
        at=at,
        organisation=body,
        detail={"body": body.status},
        reason=last.reason if last else "",
    )
    return True


def say_once(row: Model, step: Step, *, at: datetime) -> bool:
    """Record a step that comes once to a row, with the row held."""
    with transaction.atomic():
        own = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
        first = not LogEntry.objects.about(own).filter(step=str(step)).exists()
        if first:
            record(own, step, by=None, at=at)
    return first


def told(ending: Ending, row: Model, *, at: datetime) -> bool:
    """Record it with the row held, unless somebody did meanwhile."""
    with transaction.atomic():
        rows = type(row)._base_manager.select_for_update().filter(pk=row.pk)
        if due := ending.due(list(rows), at):
            record(due[0], ending.step, by=None, at=at)
    return bool(due)
