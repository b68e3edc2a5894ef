"""Whom each hand-over tells, and in what words; that each has one mail, test_followers.py asks."""

import pytest

from certcentre.desk.notices import people_told, send_notices, told_steps
from tests import make
from tests.desk.handing_over import KEY, SCENARIOS, action_answered, action_returned
from tests.desk.handing_over_ends import ENDS
from tests.desk.handing_over_follows import FOLLOWS
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


EVERY = SCENARIOS | ENDS | FOLLOWS


@pytest.mark.parametrize("scenario", [action_answered, action_returned])
def test_a_criterion_is_called_by_its_number_and_words(scenario, mailoutbox):
    steps = scenario()
    next(steps)
    send_notices(at=AT)
    mailoutbox.clear()
    next(steps)
    send_notices(at=AT)
    mail = mailoutbox[0]
    assert KEY not in mail.subject + mail.body
    assert "1.1 Criterion 1" in mail.subject
    assert "1.1 Criterion 1" in mail.body


def test_a_body_whose_certificates_ran_out_is_not_asked_to_withdraw_them():
    certificate = make.certificate()
    solution = certificate.release.solution
    assert people_told("solution.withdrawn", solution, at=AT) == [certificate.body.person]
    assert not people_told("solution.withdrawn", solution, at=certificate.valid_until)


def test_every_row_of_the_table_is_tried():
    assert EVERY.keys() == told_steps()
