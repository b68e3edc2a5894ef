"""What waits for officers that no other part knows of."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk import backup_age
from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from certcentre.desk.cases.steps import ANSWERING
from certcentre.desk.draw import Draw, due, to_look_at
from certcentre.worklist import Task, Waiting, until
from standards.attestation.certificates import Certificate

Kind = Organisation.Kind


def without_backup(user: User, at: datetime) -> QuerySet[Organisation]:
    """Their centre, where the last backup of the portal is too long ago."""
    centre = Organisation.objects.acted_for_by(user, Role.OFFICER).filter(kind=Kind.CENTRE)
    return centre if backup_age.is_old(at=at) else centre.none()


def have_it_taken(centre: Organisation, at: datetime) -> Task:
    last = backup_age.taken()
    words = _("The last one that was checked is of %(date)s.") % {
        "date": date_format(last, "DATETIME_FORMAT") if last else ""
    }
    return Task(
        _("Ask the operator for a backup of the portal"),
        reverse("help-page", args=["centre"]),
        words if last else _("No backup is known that was checked."),
        _("Overdue"),
        "bad",
    )


def cases_at(status: str) -> Callable[[User, datetime], QuerySet[Case]]:
    """Cases in this state that nothing ties the officer to, the oldest first."""

    def records(user: User, at: datetime) -> QuerySet[Case]:
        rows = Case.objects.filter(status=status).handled_by(user, at=at)
        if status != Case.Status.RECEIVED:
            rows = rows.exclude(kind=Case.Kind.APPEAL)
        return rows.order_by("received_at", "pk")

    return records


def appeals_at(status: str) -> Callable[[User, datetime], QuerySet[Case]]:
    """Appeals in this state on whose panel the person sits, the oldest first."""

    def records(user: User, at: datetime) -> QuerySet[Case]:
        rows = Case.objects.filter(status=status).decided_on_by(user, at=at)
        return rows.order_by("received_at", "pk")

    return records


def without_panel(user: User, at: datetime) -> QuerySet[Case]:
    """Appeals whose panel is to be named, or anew since one of it joined a party; the oldest
    first."""
    rows = Case.objects.filter(status__in=Case.LOOKED_INTO, kind=Case.Kind.APPEAL)
    return rows.lacking_a_panel(at=at).handled_by(user, at=at).order_by("received_at", "pk")


def empanel(case: Case, at: datetime) -> Task:
    title = _("Name the panel of %(number)s") % {"number": case.number}
    return Task(title, case.get_absolute_url(), **until(case.decided_by, at))


def acknowledge(case: Case, at: datetime) -> Task:
    title = _("Acknowledge %(number)s") % {"number": case.number}
    return Task(title, case.get_absolute_url(), **until(case.acknowledged_by, at))


def examine(case: Case, at: datetime) -> Task:
    title = _("Examine %(number)s") % {"number": case.number}
    return Task(title, case.get_absolute_url(), **until(case.decided_by, at))


def decide(case: Case, at: datetime) -> Task:
    title = _("Decide the outcome of %(number)s") % {"number": case.number}
    return Task(title, case.get_absolute_url(), **until(case.decided_by, at))


def asked_of(user: User, at: datetime) -> QuerySet[PartyQuestion]:
    return PartyQuestion.objects.to_answer_by(user)


def reply(question: PartyQuestion, at: datetime) -> Task:
    title = _("Answer what the centre asks in %(number)s") % {"number": question.case.number}
    where, party = question.get_absolute_url(), question.party.name
    return Task(title, where, party, **until(question.case.decided_by, at))


def take_draw(draw: Draw, at: datetime) -> Task:
    title = _("Draw the certificates of %(year)s") % {"year": draw.year}
    return Task(title, draw.get_absolute_url(), **until(draw.draw_on, at))


def look_again(certificate: Certificate, at: datetime) -> Task:
    return Task(
        _("Look at %(number)s again: it was drawn") % {"number": certificate.number},
        certificate.get_absolute_url(),
        str(certificate.release),
        _("Drawn"),
        "accent",
    )


def own_cases(user: User, at: datetime) -> QuerySet[Case]:
    """Open cases that this person or their organisation raised, the oldest first."""
    theirs = Organisation.objects.acted_for_by(user)
    rows = Case.objects.open().filter(Q(raised_by=user) | Q(organisation__in=theirs))
    return with_panel(rows, at).order_by("received_at", "pk")


def with_panel(rows: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """Each with `seated`: whether it is an appeal that its panel of three looks into."""
    seated = Case.objects.filter(status__in=Case.LOOKED_INTO, kind=Case.Kind.APPEAL)
    lacking = Case.objects.lacking_a_panel(at=at).values("pk")
    return rows.annotate(seated=Exists(seated.exclude(pk__in=lacking).filter(pk=OuterRef("pk"))))


def wait_for_case(case: Case, at: datetime) -> Task:
    """With whom it is, since when, and by when."""
    words, by = _("With the centre since %(date)s, which decides it."), case.decided_by
    if case.status == Case.Status.RECEIVED:
        words = _("With the centre since %(date)s, which acknowledges it first.")
        by = case.acknowledged_by
    elif getattr(case, "seated", False):
        words = _("With its panel of three; raised on %(date)s.")
    return Task(
        f"{case.get_kind_display()} {case.number}",
        case.get_absolute_url(),
        words % {"date": date_format(case.received_at)},
        **until(by, at),
    )


def with_panels(user: User, at: datetime) -> QuerySet[Case]:
    """Appeals that an officer handles and their panel looks into."""
    rows = with_panel(Case.objects.open().handled_by(user, at=at), at)
    return rows.filter(Q(seated=True)).exclude(panel__person=user).order_by("received_at", "pk")


def waiting_parties(user: User, at: datetime) -> QuerySet[PartyQuestion]:
    """What was asked in open cases that the officer handles or decides, and is not answered."""
    handled = Q(case__in=Case.objects.handled_by(user, at=at).values("pk"))
    seated = Q(case__in=Case.objects.decided_on_by(user, at=at).values("pk"))
    rows = PartyQuestion.objects.filter(
        handled | seated, status=PartyQuestion.Status.ASKED, case__status__in=Case.OPEN
    )
    return rows.select_related("case", "party").order_by("asked_at", "pk")


def wait_for_party(question: PartyQuestion, at: datetime) -> Task:
    return Task(
        _("An answer in %(number)s") % {"number": question.case.number},
        question.get_absolute_url(),
        _("With %(party)s since %(date)s.")
        % {"party": question.party, "date": date_format(question.asked_at)},
        **until(question.case.decided_by, at),
    )


OFFICER, OF_CASE = (Role.OFFICER,), {"case": "pk"}
WAITING = (
    Waiting("backup.old", Kind.CENTRE, OFFICER, without_backup, have_it_taken),
    Waiting("case.acknowledge", Kind.CENTRE, OFFICER, cases_at("received"), acknowledge, OF_CASE),
    Waiting("case.examine", Kind.CENTRE, OFFICER, cases_at("acknowledged"), examine, OF_CASE),
    Waiting("case.decide", Kind.CENTRE, OFFICER, cases_at("examined"), decide, OF_CASE),
    Waiting("case.empanel", Kind.CENTRE, OFFICER, without_panel, empanel, OF_CASE),
    Waiting("case.examine", "", (), appeals_at("acknowledged"), examine, OF_CASE, anybody=True),
    Waiting("case.decide", "", (), appeals_at("examined"), decide, OF_CASE, anybody=True),
    Waiting("draw.draw", Kind.CENTRE, OFFICER, due, take_draw),
    Waiting(
        "certificate.look_again",
        Kind.AUDITOR,
        (Role.DECIDER,),
        to_look_at,
        look_again,
        {"certificate": "pk", "release": "release"},
    ),
    Waiting("partyquestion.reply", "", ANSWERING, asked_of, reply, {"case": "case"}),
    Waiting("case.raised", "", (), own_cases, wait_for_case, OF_CASE, turn=False, anybody=True),
    Waiting("case.seated", Kind.CENTRE, OFFICER, with_panels, wait_for_case, OF_CASE, turn=False),
    Waiting(
        "partyquestion.asked",
        "",
        (),
        waiting_parties,
        wait_for_party,
        {"case": "case"},
        turn=False,
        anybody=True,
    ),
)
