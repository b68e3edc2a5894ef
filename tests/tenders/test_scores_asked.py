"""Who is asked for scores on the work list, and who is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from tenders.bids.scores import Scores
from tenders.lot import Lot
from tenders.models import Tender
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES

pytestmark = pytest.mark.django_db


LATER = CLOSES + timedelta(hours=2)


@pytest.fixture
def tender(monkeypatch):
    """Two bids, opened; the first is dearer."""
    made = make.scored_tender()
    made.bids_made = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    return made


@pytest.fixture
def evaluators(tender):
    return [make.member(tender.buyer, "evaluator") for _ in range(2)]


def handed_in(tender, by, score=4):
    made = make.scores(tender.lot, score, by=by)
    made.hand_in(by=by, at=LATER)
    return made


def to_score(person, at=LATER):
    return [task.url for task in tasks(person, at=at) if task.title.startswith("Score the bids")]


@pytest.mark.parametrize("role", ["manager", "editor", "signatory", "evaluator"])
def test_whoever_may_begin_to_score_has_it_on_the_work_list(tender, role):
    person, lot = make.member(tender.buyer, role), tender.lot
    begins = role != "manager"
    assert to_score(person) == [reverse("lot-scores", args=[tender.reference, lot.pk])] * begins
    if begins:
        make.scores(lot, by=person, given=False)
        assert to_score(person) == []
    else:
        with pytest.raises(NotAllowed):
            make.scores(lot, by=person, given=False)


def test_no_work_list_asks_for_scores_that_would_be_refused(tender, evaluators):
    person, tied = evaluators
    belong(tied, make.organisation("provider"), days=30)
    assert (len(to_score(person)), to_score(tied)) == (1, [])
    for bid in tender.bids_made:
        bid.refresh_from_db()
        bid.exclude(by=tender.person, at=LATER, reason="It has no French.")
    assert to_score(person) == []


@pytest.mark.parametrize("state", ["not opened", "no question", "awarded", "amended"])
def test_scores_are_asked_for_once_there_is_something_to_score(state):
    made = make.bids_tender(criteria=1) if state == "no question" else make.scored_tender()
    make.bid(made, "handed_in")
    person, signatory = make.member(made.buyer, "evaluator"), made.person
    if state == "amended":
        made = make.amended(made)
        Tender.objects.filter(pk=made.pk).update(deadline=CLOSES)
        made.refresh_from_db()
        made.person = signatory
    if state != "not opened":
        make.opened(made)
    if state == "awarded":
        Lot.objects.filter(pk=made.lot.pk).update(status="awarded")
    assert bool(to_score(person)) == (state == "amended")


@pytest.mark.parametrize("here", [True, False])
def test_scores_are_asked_for_once_forms_are_brought(here):
    made = make.scored_tender() if here else make.scored_tender(by_post=True)
    person = make.member(made.buyer, "evaluator")
    if here:
        make.opened(made)
    else:
        with pytest.raises(IllegalMove, match="No bid stands here yet"):
            make.scores(made.lot, by=person, given=False)
    assert to_score(person) == []
    make.brought(made)
    assert to_score(person) == [reverse("lot-scores", args=[made.reference, made.lot.pk])]
    make.scores(made.lot, by=person, given=False)


def test_a_lot_without_questions_asks_nobody_for_interests(client, monkeypatch):
    made = make.bids_tender(criteria=1)
    make.bid(made, "opened")
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    with pytest.raises(NotReady, match="Nothing in the bids for this lot"):
        Scores.begin(made.lot, by=made.person, at=LATER, interests="None")
    client.force_login(made.person)
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(reverse("lot-scores", args=[made.reference, made.lot.pk]))
    assert sum('"tenders_bid"."body",' in each["sql"] for each in statements) == 1
    assert "Nothing in the bids for this lot is scored or judged by people." in answer.text
    assert "Before your first score" not in answer.text
