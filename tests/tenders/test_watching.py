"""What a winning bid rests on: the buyer is told when less stands, until the contract ends."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.desk import notices, timers
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from tenders import watching
from tenders.bids.bid import Bid
from tenders.cancelling import cancel_lot
from tests import make
from tests.make.bids import CLOSES

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)
NEXT = LATER + timedelta(days=1)
LIST = "Less stands for what you bought"


def looked_at():
    made = make.bought(at=LATER, contract_months=12)
    watching.look(at=LATER)
    return made


kept = make.kept(looked_at)


@pytest.fixture
def bought(kept, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NEXT)
    return kept()


def suspend(award, at=NEXT):
    certificate = award.certificate
    certificate.suspend(by=certificate.body.second, at=at, reason="Doubt")


def steps(award):
    entries = LogEntry.objects.about(award).filter(step__startswith="award.")
    return [entry.step for entry in entries]


def on_list(person, at=NEXT):
    return [task for task in tasks(person, at=at) if LIST in task.title]


def page(client, award, person=None):
    if person:
        client.force_login(person)
    return client.get(reverse("tender-award", args=[award.tender.reference])).text


def test_a_lot_that_is_cancelled_meanwhile_does_not_end_the_looking(bought, monkeypatch):
    other = make.bought(at=LATER, contract_months=12)
    watching.look(at=LATER)
    for award in (bought, other):
        suspend(award)
    look_at, looked = watching.look_at, []

    def looking(award, *, at):
        """Whoever comes first finds the lot of the other cancelled."""
        look_at(award, at=at)
        looked.append(award.pk)
        left = {bought.pk: other, other.pk: bought}[award.pk]
        cancel_lot(left.lot, by=left.tender.person, at=at, reason="No budget")

    monkeypatch.setattr(watching, "look_at", looking)
    watching.look(at=NEXT)
    assert len(looked) == 1


def test_a_suspended_certificate_is_told_once_by_mail_list_and_page(client, bought, mailoutbox):
    assert steps(bought) == []
    assert "less than then" not in page(client, bought, bought.tender.person)
    suspend(bought)
    for _ in range(2):
        timers.tick(at=NEXT)
    assert steps(bought) == ["award.weakened"]
    mails = [mail for mail in mailoutbox if "Less stands for the winning bid" in mail.subject]
    told = [mail for mail in mails if mail.to == [bought.tender.person.email]]
    number = bought.certificate.number
    assert f"L1-001: then AL4 ({number}), now AL1" in told[0].body
    assert len(told) == 1
    assert bought.bidder.email not in {mail.to[0] for mail in mails}
    assert on_list(bought.tender.person)
    shown = page(client, bought, bought.tender.person)
    assert "less than then" in shown
    assert f"AL4, {number}" in " ".join(shown.split())


def test_what_stands_again_is_told_and_leaves_the_list(bought, mailoutbox):
    suspend(bought)
    watching.look(at=NEXT)
    decider = bought.certificate.body.second
    bought.certificate.refresh_from_db()
    bought.certificate.reinstate(by=decider, at=NEXT, reason="Resolved")
    watching.look(at=NEXT)
    assert steps(bought) == ["award.weakened", "award.restored"]
    assert not on_list(bought.tender.person)
    notices.send_notices(at=NEXT)
    assert [mail for mail in mailoutbox if "All stands again" in mail.subject]


def withdraw(award):
    award.certificate.withdraw(by=award.certificate.body.second, at=NEXT, reason="Doubt")
    return NEXT


def run_out(award):
    return award.certificate.valid_until + timedelta(days=1)


def take_back(award):
    """The certificate goes, and the declaration under it: nothing stands."""
    declaration = award.certificate.engagement.declaration
    declaration.withdraw(by=award.bidder, at=NEXT, reason="It is another product now")
    return withdraw(award)


@pytest.mark.parametrize(("ends", "now"), [(withdraw, 1), (run_out, 0), (take_back, 0)])
def test_every_way_in_which_a_proof_ends(bought, ends, now):
    at = ends(bought)
    timers.tick(at=at)
    bought.refresh_from_db()
    assert {(each["then"], each["now"]) for each in bought.weaker} == {(4, now)}
    assert "award.weakened" in steps(bought)


def contract_over(award):
    day = LATER.date()
    award.contract(by=award.tender.person, at=LATER, contracted_on=day)
    return LATER + timedelta(days=366)


def cancelled(award):
    cancel_lot(award.lot, by=award.tender.person, at=NEXT, reason="It fell")
    return NEXT


@pytest.mark.parametrize("over", [contract_over, cancelled])
def test_nobody_watches_after_the_contract_or_the_lot_ended(client, bought, over):
    at = over(bought)
    suspend(bought, at)
    watching.look(at=at)
    assert steps(bought) == []
    assert not on_list(bought.tender.person, at)


def test_on_the_last_day_of_the_contract_it_is_still_watched(bought):
    contract_over(bought)
    bought.refresh_from_db()
    suspend(bought, bought.ends_at - timedelta(hours=1))
    watching.look(at=bought.ends_at - timedelta(hours=1))
    assert steps(bought) == ["award.weakened"]


def test_nobody_else_reads_what_the_bid_rests_on(client, bought):
    suspend(bought)
    watching.look(at=NEXT)
    for person in (None, bought.bidder, make.organisation("buyer").person):
        assert bought.certificate.number not in page(client, bought, person)
        if person:
            assert not on_list(person)


def test_of_a_bid_that_the_log_contradicts_nothing_is_told(client, bought):
    Bid.objects.filter(pk=bought.bid_id).update(price=1)
    suspend(bought)
    watching.look(at=NEXT)
    assert steps(bought) == []
    assert "less than then" not in page(client, bought, bought.tender.person)


def test_where_nothing_changed_looking_takes_one_statement(bought, django_assert_num_queries):
    with django_assert_num_queries(1):
        watching.look(at=NEXT)
    suspend(bought)
    watching.look(at=NEXT)
    with django_assert_num_queries(1):
        watching.look(at=NEXT)
    assert steps(bought) == ["award.weakened"]
