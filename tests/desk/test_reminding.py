"""What ends is told 90, 30 and 7 days before, each once, to those whom it concerns."""

from datetime import date, timedelta

import pytest

from certcentre.desk.notices import send_notices
from certcentre.desk.reminding import ENDINGS, remind
from certcentre.log.models import LogEntry
from standards.attestation.findings import CorrectiveAction
from tests import make
from tests.desk.handing_over import KEY, engaged
from tests.make.attestation import officer

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
DAY = timedelta(days=1)


def promise():
    made = engaged("examining", {KEY: "minor"})
    make.planned(made)
    return CorrectiveAction.objects.get()


def evidence():
    piece = make.filed(make.organisation("provider"))
    make.proven(piece.organisation, piece=piece)
    return piece


MADE = {
    "certificate.ends": lambda: make.certificate(),
    "externalcertificate.ends": lambda: make.external(make.organisation(), status="recorded"),
    "accreditation.ends": lambda: make.accreditation(make.body()),
    "accreditationapplication.insurance_ends": lambda: make.application("granted"),
    "correctiveaction.due": promise,
    "declaration.ends": lambda: make.declaration(),
    "evidence.ends": evidence,
}


def days_told(step, record, ends):
    """How many days before its end people were told, each time."""
    entries = LogEntry.objects.about(record).filter(step=step)
    return [(ends - entry.at).days for entry in entries]


def ending_of(step):
    return next(ending for ending in ENDINGS if str(ending.step) == step)


@pytest.mark.parametrize("step", [str(ending.step) for ending in ENDINGS])
def test_each_end_is_told_90_30_and_7_days_before(step, at):
    record, ending = MADE[step](), ending_of(step)
    ends = ending.ends(record)
    for left in range(95, -3, -1):
        day = max(at, ends - left * DAY)
        remind(at=day, endings=[ending])
        remind(at=day, endings=[ending])
    known = (ends - at).days
    marks = (30,) if step.endswith("insurance_ends") else (90, 30, 7)
    assert days_told(step, record, ends) == [mark for mark in marks if mark <= known]


def test_after_the_timers_stood_still_it_is_told_once_with_what_is_left(at):
    declaration = make.declaration()
    ends = declaration.valid_until
    for left in (25, 24, 3, 2):
        remind(at=ends - left * DAY)
    assert days_told("declaration.ends", declaration, ends) == [25, 3]


def test_what_has_ended_or_was_replaced_is_not_told(at):
    declaration = make.declaration()
    near = declaration.valid_until - 20 * DAY
    make.declaration(declaration.release, at=near)
    certificate = make.certificate()
    certificate.withdraw(by=certificate.body.second, at=at, reason="So.")
    remind(at=near)
    remind(at=certificate.valid_until - 20 * DAY)
    remind(at=declaration.valid_until + DAY)
    assert not LogEntry.objects.about(declaration).filter(step="declaration.ends").exists()
    assert not LogEntry.objects.about(certificate).filter(step="certificate.ends").exists()


def test_nobody_is_reminded_at_once_of_a_day_just_promised(at):
    action = promise()
    CorrectiveAction.objects.filter(pk=action.pk).update(due_on=(at + 20 * DAY).date())
    remind(at=at + DAY)
    assert not LogEntry.objects.about(action).filter(step="correctiveaction.due").exists()
    remind(at=at + 15 * DAY)
    assert LogEntry.objects.about(action).filter(step="correctiveaction.due").count() == 1


def test_the_mail_names_the_day(at, mailoutbox):
    granted = make.accreditation(make.body(), until=date(2027, 3, 1))
    send_notices(at=at)
    mailoutbox.clear()
    soon = at + 10 * DAY
    remind(at=soon)
    send_notices(at=soon)
    assert {mail.subject for mail in mailoutbox} == {
        f"{granted.number} of {granted.body} ends on 1 March 2027"
    }


def test_looking_takes_the_same_statements_for_more(at, django_assert_num_queries):
    ending = ending_of("declaration.ends")
    near = make.declaration().valid_until - 200 * DAY
    for _turn in range(2):
        make.declaration()
        with django_assert_num_queries(1):  # nothing is near
            remind(at=near, endings=[ending])
    near = near + 120 * DAY
    remind(at=near)
    counts = []
    for _turn in range(2):
        with django_assert_num_queries(2):
            counts.append(remind(at=near, endings=[ending]))
        make.declaration(at=at - 400 * DAY)
    assert counts == [0, 0]


def test_an_insurance_of_which_a_later_day_is_known_is_not_told(at):
    granted = make.application("granted")
    near = ending_of("accreditationapplication.insurance_ends").ends(granted) - 20 * DAY
    own = {"body": granted.body, "editions": granted.editions.all(), "at": at}
    later = make.application("sent", insured_until=date(2028, 12, 31), **own)
    step = {"step": "accreditationapplication.insurance_ends"}
    remind(at=near)
    assert not LogEntry.objects.filter(**step).exists()
    later.refuse(by=officer(), at=at, reason="Too few.")
    remind(at=near)
    assert LogEntry.objects.about(granted).filter(**step).count() == 1
    granted.accreditation.withdraw(by=officer(), at=at, reason="Over.")
    remind(at=near + 15 * DAY)
    assert LogEntry.objects.filter(**step).count() == 1
