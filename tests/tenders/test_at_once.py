"""What two people press at the same moment: one of it happens, and the other is told."""

from datetime import timedelta

import pytest

from certcentre.desk.record_check import differences
from certcentre.lifecycle import Conflict, IllegalMove
from certcentre.log.models import LogEntry
from tenders.bids.bid import Bid
from tenders.bids.evaluation import Evaluation
from tenders.bids.opening import Opening
from tenders.bids.scores import Scores
from tenders.cancelling import cancel_lot
from tenders.enquiry import Enquiry
from tenders.lot import Lot
from tenders.tender import Tender
from tests import make
from tests.assessment.threads import at_once
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = pytest.mark.django_db(transaction=True)
LATER = CLOSES + timedelta(hours=2)


def test_of_two_who_begin_a_bid_both_write_in_one(provider, at):
    tender = make.bids_tender(criteria=1)
    colleague = make.member(provider, "editor")
    start = [
        lambda by=by: Bid.start(
            Tender.objects.get(pk=tender.pk).lots.get(), organisation=provider, by=by, at=at
        )
        for by in (provider.person, colleague)
    ]
    first, second = at_once(*start)
    assert first.pk == second.pk


def test_of_two_who_open_at_once_one_does():
    tender = make.bids_tender(criteria=1)
    made = make.bid(tender, "handed_in")
    called = Opening.call(tender, by=tender.person, at=LATER)
    people = [make.member(tender.buyer, "editor") for _ in range(2)]
    open_ = [lambda by=by: Opening.objects.get(pk=called.pk).open(by=by, at=LATER) for by in people]
    results = at_once(*open_)
    assert [type(each) for each in sorted(results, key=str)].count(IllegalMove) == 1
    made.refresh_from_db()
    assert made.status == "opened"


def test_of_awarding_and_cancelling_at_once_one_happens():
    tender = make.tender(status="published")
    lot, by = tender.lot.pk, {"by": tender.person, "at": AT}
    results = at_once(
        lambda: make.award(
            Lot.objects.get(pk=lot), supplier="Example Soma Labs", reason="Best of three", **by
        ),
        lambda: cancel_lot(Lot.objects.get(pk=lot), reason="No budget", **by),
    )
    assert [type(each) for each in results].count(IllegalMove) <= 1
    status = Lot.objects.get(pk=lot).status
    assert status in ("awarded", "cancelled")
    assert not [words for words in differences() if words.startswith(("award", "lot", "tender"))]


def test_of_closing_and_agreeing_at_once_nothing_is_agreed_after():
    """Nor are there two closings where two press at once."""
    made = make.scored_tender()
    make.bid(made, "opened")
    people = [made.person, make.member(made.buyer, "evaluator")]
    for person in people:
        make.scores(made.lot, by=person).hand_in(by=person, at=LATER)
    late = make.scores(made.lot, 0, by=make.member(made.buyer, "evaluator"))
    by = {"by": made.person, "at": LATER}
    results = at_once(
        *[lambda: Evaluation.close(Lot.objects.get(pk=made.lot.pk), **by)] * 2,
        lambda: Scores.objects.get(pk=late.pk).hand_in(by=late.evaluator, at=LATER),
    )
    assert [type(each) for each in results].count(Evaluation) <= 1
    steps = list(LogEntry.objects.order_by("pk").values_list("step", flat=True))
    assert steps.count("evaluation.closed") == Evaluation.objects.count() <= 1
    if "evaluation.closed" in steps:
        assert "scores.handed_in" not in steps[steps.index("evaluation.closed") :]


@pytest.mark.services
def test_of_two_who_answer_at_once_one_wins_and_the_other_reads_both(at):
    tender = make.tender(status="published")
    made, person = make.enquiry(tender), tender.person

    def answer(reply):
        own = Enquiry.objects.get(pk=made.pk)
        return lambda: own.answer(by=person, at=at, reply=reply)

    met = at_once(answer("Yes."), answer("No."))
    made.refresh_from_db()
    (refused,) = [each for each in met if each is not None]
    assert isinstance(refused, Conflict)
    assert refused.stored.reply == made.reply in ("Yes.", "No.")
    assert LogEntry.objects.filter(step="enquiry.answered").count() == 1


@pytest.mark.services
def test_answers_given_at_once_have_numbers_of_their_own(at):
    tender = make.tender(status="published")
    made, person = [make.enquiry(tender, question=f"{n}?") for n in range(4)], tender.person
    steps = [lambda e=each: e.answer(by=person, at=at, reply="Yes.") for each in made]
    assert at_once(*steps) == [None] * 4
    assert [each.place for each in Enquiry.objects.on(tender).answered()] == [1, 2, 3, 4]


@pytest.mark.services
def test_pressed_twice_at_once_is_one_question(at):
    tender, asker = make.tender(status="published"), make.organisation("provider").person

    def ask():
        return Enquiry.ask(tender, by=asker, at=at, question="For whom?").pk

    first, second = at_once(ask, ask)
    assert first == second == Enquiry.objects.get().pk
