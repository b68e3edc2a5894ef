"""Scores of questions in own words: each evaluator alone, handed in for good, and the means."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.record_check import differences
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from tenders.bids.comparison import compared
from tenders.bids.given import Consensus, read
from tenders.bids.scores import Scores, questions
from tenders.lot import Lot
from tenders.tender import Tender
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)


def two_bids():
    """Opened; the first is dearer."""
    made = make.scored_tender()
    made.bids_made = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    return made


kept = make.kept(two_bids)


@pytest.fixture
def tender(kept, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    return kept()


@pytest.fixture
def evaluators(tender):
    return [make.member(tender.buyer, "evaluator") for _ in range(2)]


def handed_in(tender, by, score=4):
    made = make.scores(tender.lot, score, by=by)
    made.hand_in(by=by, at=LATER)
    return made


def page(client, tender, person, name="lot-scores"):
    client.force_login(person)
    return client.get(reverse(name, args=[tender.reference, tender.lot.pk]))


def apart(lot):
    return read(lot).apart(questions(compared(lot)))


def test_points_are_the_mean_of_what_was_handed_in(tender, evaluators):
    for person, score in zip(evaluators, (5, 4), strict=True):
        handed_in(tender, person, score)
    make.scores(tender.lot, 0, by=tender.person)
    made = compared(tender.lot, read(tender.lot).means)
    assert made.complete
    assert [(each.placed.total, each.placed.place) for each in made.columns] == [(66, 2), (96, 1)]


def test_nothing_is_said_to_come_that_was_given_or_can_come_no_more(client, tender, evaluators):
    for person in evaluators:
        handed_in(tender, person)
    words = page(client, tender, tender.person, "lot-compare").text
    assert "What colleagues gave is left out here" in words
    assert "still to come" not in words
    assert "still to come" not in page(client, tender, evaluators[0], "lot-compare").text


def test_of_a_lot_that_is_over_no_score_is_still_to_come(client, tender, evaluators):
    assert "still to come" in page(client, tender, tender.person, "lot-compare").text
    Tender.objects.get(pk=tender.pk).call_off(by=tender.person, at=LATER, outcome="No money")
    words = page(client, tender, tender.person, "lot-compare").text
    assert "still to come" not in words
    assert "not every answer was given its points here" in words


def test_nobody_is_asked_to_agree_on_a_lot_that_is_over(client, tender, evaluators):
    for person, score in zip(evaluators, (0, 5), strict=True):
        handed_in(tender, person, score)
    address = reverse("lot-consensus", args=[tender.reference, tender.lot.pk])
    words = page(client, tender, evaluators[0]).text
    assert "Until then the lot is not" in words
    assert address in words
    Tender.objects.get(pk=tender.pk).call_off(by=tender.person, at=LATER, outcome="No money")
    words = page(client, tender, evaluators[0]).text
    assert "Until then the lot is not" not in words
    assert address not in words


def test_nobody_sees_what_others_gave_before_handing_in_their_own(client, tender, evaluators):
    first, second = evaluators
    handed_in(tender, first)
    mine = make.scores(tender.lot, 3, by=second)
    for handed, shown in ((False, False), (True, True)):
        if handed:
            mine.hand_in(by=second, at=LATER)
        assert bool(read(tender.lot).shown_to(second)) is shown
        assert ("Seen on film." in page(client, tender, second).text) is shown
        compare = page(client, tender, second, "lot-compare").text
        assert ("Points and order" in compare) is shown


@pytest.mark.parametrize("state", Scores.Status.values)
@pytest.mark.parametrize("step", ["say", "hand_in"])
def test_scores_move_as_designed(tender, evaluators, state, step):
    person = evaluators[0]
    made = make.scores(tender.lot, by=person)
    if state != "draft":
        made.hand_in(by=person, at=LATER)
    if state == "superseded":
        Scores.objects.update(status=state)
        made.refresh_from_db()
    words = {"revision": made.revision, "given": {}} if step == "say" else {}
    if state == "draft":
        getattr(made, step)(by=person, at=LATER, **words)
        assert made.status == ("draft" if step == "say" else "handed_in")
    else:
        with pytest.raises(IllegalMove):
            getattr(made, step)(by=person, at=LATER, **words)


def test_only_independent_evaluators_score_and_each_their_own(tender, evaluators):
    first, second = evaluators
    made = make.scores(tender.lot, by=first)
    with pytest.raises(NotAllowed):
        made.say(by=second, at=LATER, revision=1, given={})
    sells = make.member(tender.buyer, "evaluator")
    belong(sells, make.organisation("provider"), days=30)
    for person in (sells, make.member(tender.buyer, "manager"), make.user("stranger")):
        with pytest.raises(NotAllowed):
            Scores.begin(tender.lot, by=person, at=LATER, interests="None")


def test_nothing_is_scored_before_the_opening_or_without_a_statement(tender, evaluators):
    other = make.scored_tender()
    with pytest.raises(IllegalMove, match="not opened yet"):
        Scores.begin(other.lot, by=other.person, at=LATER, interests="None")
    with pytest.raises(NotReady):
        Scores.begin(tender.lot, by=evaluators[0], at=LATER, interests=" ")


def test_each_answer_has_a_score_from_0_to_5_and_a_reason(tender, evaluators):
    person = evaluators[0]
    made = make.scores(tender.lot, by=person, given=False)
    first, second = questions(compared(tender.lot))
    with pytest.raises(NotReady, match="from 0 to 5"):
        made.say(by=person, at=LATER, revision=0, given={first: (6, "Much")})
    made.say(by=person, at=LATER, revision=0, given={first: (5, "Seen"), second: (0, " ")})
    with pytest.raises(NotReady, match="1 answer has no score"):
        made.hand_in(by=person, at=LATER)
    with pytest.raises(Conflict):
        made.say(by=person, at=LATER, revision=0, given={second: (0, "Nothing")})
    made.say(by=person, at=LATER, revision=1, given={second: (0, "Nothing")})
    made.hand_in(by=person, at=LATER)
    assert [each["score"] for each in made.content["scores"]] == [5, 0]


def test_what_lies_far_apart_is_talked_through_before_the_award(client, tender, evaluators):
    handed_in(tender, evaluators[0], 5), handed_in(tender, evaluators[1], 2)
    award = {"bid": tender.bids_made[1], "reason": "Best", "by": tender.person, "at": LATER}
    assert "differ by more than 2" in page(client, tender, evaluators[0]).text
    url = reverse("lot-consensus", args=[tender.reference, tender.lot.pk])
    for bid, requirement in apart(tender.lot):
        with pytest.raises(NotReady, match="differ by more than 2"):
            make.award(tender.lot, **award)
        about = {"bid": bid, "requirement": requirement, "score": 3, "words": "We saw it again."}
        with pytest.raises(NotAllowed):
            Consensus.reach(tender.lot, by=tender.person, at=LATER, **about)
        said = {"about": f"{bid}/{requirement}", "score": "3", "words": about["words"]}
        assert client.post(url, said).status_code == 302
    assert "We saw it again." in page(client, tender, evaluators[1]).text
    kept = list(Consensus.objects.values_list("pk", "words"))
    Consensus.objects.update(words="We saw nothing.")  # as whoever has the database in hand
    assert "We saw nothing." not in page(client, tender, evaluators[1]).text
    with pytest.raises(NotReady, match="differ by more than 2"):
        make.award(tender.lot, **award)
    for key, words in kept:
        Consensus.objects.filter(pk=key).update(words=words)
    assert make.award(tender.lot, **award).pk


def test_what_was_typed_of_a_difference_is_kept_where_it_lacks_words(client, tender, evaluators):
    handed_in(tender, evaluators[0], 5), handed_in(tender, evaluators[1], 2)
    url = reverse("lot-consensus", args=[tender.reference, tender.lot.pk])
    client.force_login(evaluators[0])
    (key, *_others) = ["/".join(each) for each in apart(tender.lot)]
    lacking = client.post(url, {"about": key, "score": "4", "words": " "})
    assert lacking.status_code == 422
    assert "Say what you agreed, and why." in lacking.text
    assert len(re.findall(r'value="4"\s+selected', lacking.text)) == 1
    kept = client.post(url, {"about": key, "score": "", "words": "We saw it print."})
    assert (kept.status_code, kept.text.count("We saw it print.")) == (422, 1)
    assert not Consensus.objects.exists()


def test_the_score_that_was_agreed_on_counts_instead_of_the_mean(client, tender, evaluators):
    """As the log holds it; rows from before it was asked have words alone, and keep the mean."""
    handed_in(tender, evaluators[0], 5), handed_in(tender, evaluators[1], 1)
    url = reverse("lot-consensus", args=[tender.reference, tender.lot.pk])
    client.force_login(evaluators[1])
    keys = apart(tender.lot)
    for key in keys:
        client.post(url, {"about": "/".join(key), "score": "4", "words": "It prints, after all."})
    assert set(read(tender.lot).means.values()) == {4}
    assert ">4.</strong>" in page(client, tender, evaluators[0]).text
    assert not [words for words in differences() if words.startswith("consensus")]
    Consensus.objects.update(score=5)  # as whoever has the database in hand
    assert set(read(tender.lot).means.values()) == {3}
    found = [words for words in differences() if words.startswith("consensus")]
    assert len(found) == len(keys)
    before = Consensus.objects.first()
    before.score = None
    assert b"score" not in before.frozen


def test_once_the_evaluation_is_closed_all_read_what_was_given(client, tender, evaluators):
    """Whoever awards the lot, too: nobody gives anything any more."""
    for person in evaluators:
        handed_in(tender, person)
    assert "Seen on film." not in page(client, tender, tender.person).text
    make.closed(tender.lot)
    assert "Seen on film." in page(client, tender, tender.person).text
    assert "place 1" in page(client, tender, tender.person, "lot-award").text


def test_scores_close_together_need_no_words(tender, evaluators):
    handed_in(tender, evaluators[0], 5), handed_in(tender, evaluators[1], 3)
    assert apart(tender.lot) == []


def test_a_difference_on_a_bid_that_was_excluded_is_nobodys_business(client, tender, evaluators):
    dear, cheap = tender.bids_made
    handed_in(tender, evaluators[0], 5), handed_in(tender, evaluators[1], 2)
    by = {"by": tender.person, "at": LATER}
    for bid, requirement in apart(tender.lot):
        if bid == str(cheap.pk):
            about = {
                "bid": bid,
                "requirement": requirement,
                "score": 3,
                "words": "We saw it again.",
            }
            Consensus.reach(tender.lot, by=evaluators[0], at=LATER, **about)
    with pytest.raises(NotReady, match="differ by more than 2"):
        make.award(tender.lot, bid=cheap, reason="Best", **by)
    dear.refresh_from_db()
    dear.exclude(reason="It is another product", **by)
    assert str(dear.pk) not in {bid for bid, _asked in apart(tender.lot)}
    assert "differ by more than 2" not in page(client, tender, evaluators[0]).text
    assert make.award(tender.lot, bid=cheap, reason="Best", **by).pk


def test_a_bid_that_scores_below_the_least_is_not_considered(client, tender, evaluators):
    """The cheapest: neither its price nor its place counts for the others."""
    least = make.scored_tender(least=3)
    dear, cheap = [make.bid(least, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(least)
    person = make.member(least.buyer, "evaluator")
    sheet = make.scores(least.lot, by=person, given=False)
    keys = {bid: (bid, asked) for bid, asked in questions(compared(least.lot))}
    given = {keys[str(dear.pk)]: (3, "As asked."), keys[str(cheap.pk)]: (2, "Half of it.")}
    sheet.say(by=person, at=LATER, revision=0, given=given)
    sheet.hand_in(by=person, at=LATER)
    made = compared(least.lot, read(least.lot).means)
    assert [(each.placed.price, each.placed.place) for each in made.columns] == [(60, 1), (0, None)]
    assert made.standing[cheap.pk] == "scores below the least of L1-002"
    shown = page(client, least, person, "lot-compare").text
    assert shown.count("scores below the least of L1-002") == 2
    assert "scores below 3" in shown


def test_forged_scores_are_not_counted_and_are_found(tender, evaluators):
    made = handed_in(tender, evaluators[0], 1)
    Scores.objects.filter(pk=made.pk).update(
        body=bytes(made.body).replace(b'"score":1', b'"score":5')
    )
    given = read(tender.lot)
    assert (given.forged, given.means) == (1, {})
    assert [words for words in differences() if words.startswith("scores")]


def test_from_the_statement_to_handing_in(client, tender, evaluators):
    person = evaluators[0]
    assert "Before your first score" in page(client, tender, person).text
    url = reverse("lot-scores", args=[tender.reference, tender.lot.pk])
    assert client.post(url, {"interests": "None"}).status_code == 422
    begun = client.post(url, {"interests": "None", "agreed": "on"})
    made = Scores.objects.get(evaluator=person)
    assert begun["Location"] == reverse("scores-fill", args=[made.pk])
    keys = ["/".join(key) for key in questions(compared(tender.lot))]
    data = {"revision": 0, **{f"score/{key}": "3" for key in keys}}
    data |= {f"why/{key}": "As asked" for key in keys}
    assert client.post(begun["Location"], data).status_code == 302
    stale = client.post(begun["Location"], data | {f"why/{keys[0]}": "Mine"})
    assert (stale.status_code, "Mine" in stale.text) == (409, True)
    done = client.post(reverse("scores-hand-in", args=[made.pk]), follow=True)
    assert "What all gave" in done.text
    client.force_login(evaluators[1])
    assert client.get(begun["Location"]).status_code == 404


def test_no_word_of_it_before_bids_are_opened(client):
    tender = make.scored_tender()
    make.bid(tender, "handed_in", at=AT)
    assert page(client, tender, tender.person).status_code == 404


def test_nothing_is_handed_in_or_agreed_once_the_evaluation_is_closed(tender, evaluators):
    """Not even by whoever read the lot before: it is read again under the lock of the closing."""
    for person, score in zip(evaluators, (5, 2), strict=True):
        handed_in(tender, person, score)
    first, second = (Lot.objects.select_related("tender__buyer").get(pk=tender.lot.pk),) * 2
    words = {"score": 3, "words": "We saw it again.", "by": evaluators[0], "at": LATER}
    for bid, asked in apart(tender.lot):
        Consensus.reach(tender.lot, bid=bid, requirement=asked, **words)
    leaves = make.member(tender.buyer, "evaluator")
    late = make.scores(tender.lot, by=leaves)
    late.lot = first
    leaves.memberships.update(until=AT)  # no evaluator any more while it is closed
    make.closed(tender.lot)
    leaves.memberships.update(until=None)
    with pytest.raises(IllegalMove, match="evaluation of this lot is closed"):
        late.hand_in(by=leaves, at=LATER)
    with pytest.raises(IllegalMove, match="evaluation of this lot is closed"):
        Consensus.reach(second, bid=bid, requirement=asked, **words)


@pytest.mark.parametrize("score", ["four", "6", "-1", "²", "1" + "0" * 30, "0" * 5000])
def test_what_is_no_score_is_refused_in_words_and_the_reasons_stay(
    client, tender, evaluators, score
):
    sheet = make.scores(tender.lot, by=evaluators[0], given=False)
    keys = ["/".join(key) for key in questions(compared(tender.lot))]
    client.force_login(evaluators[0])
    data = {"revision": 0, f"score/{keys[0]}": score, f"why/{keys[0]}": "Seen on film"}
    refused = client.post(reverse("scores-fill", args=[sheet.pk]), data)
    assert refused.status_code == 422
    assert "A score is from 0 to 5." in refused.text
    assert "Seen on film" in refused.text
    sheet.refresh_from_db()
    assert sheet.given == {}


@pytest.mark.parametrize("state", ["begun", "filled", "handed in"])
def test_pages_of_scores_compare_the_bids_once(client, tender, evaluators, state):
    person = evaluators[0]
    made = make.scores(tender.lot, by=person, given=state != "begun")
    if state == "handed in":
        made.hand_in(by=person, at=LATER)
    with CaptureQueriesContext(connection) as asked:
        assert page(client, tender, person).status_code == 200
    read = [each for each in asked if "'tenders.bid'" in each["sql"]]
    assert len(read) == 1  # what the log holds of them
