"""Answers that nothing in the portal stands for: evaluators accept them or not."""

import io
from datetime import timedelta
from importlib import import_module

import openpyxl
import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.worklist import tasks
from tenders.amending import amend
from tenders.bids.bid import Bid
from tenders.bids.comparison import compared
from tenders.bids.given import Consensus, read
from tenders.bids.scores import (
    ACCEPTED,
    NOT_ACCEPTED,
    Scores,
    judged_keys,
    questions,
    require_beginning,
)
from tenders.letters import letters
from tenders.models import Tender
from tenders.report import Evaluated, agreements, report
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.tenders.test_compare import bid, points, recalculated, scored, text, workbook_of

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)


def judged():
    """Two shoulds of 20 points and a must in own words; the cheaper bid calls one should and the
    must equivalent, the dearer proves all."""
    made = scored(must="Runs offline")
    made.dear = bid(made, 2000)
    made.cheap = bid(made, 1000, L1_002="equivalent", L1_004="equivalent")
    make.opened(made)
    return made


kept = make.kept(judged)


@pytest.fixture
def tender(kept, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    return kept()


def judge(tender, by, should=ACCEPTED, must=ACCEPTED, why="Read.", hand_in=True):
    """The verdicts of one evaluator."""
    sheet = make.scores(tender.lot, by=by, given=False)
    refs = {row.asked.ref: row.cells[1].asked_id for row in compared(tender.lot).rows}
    given = dict.fromkeys(questions(compared(tender.lot)), (ACCEPTED, "Read."))
    given |= {
        (str(tender.cheap.pk), refs[ref]): (score, why)
        for ref, score in (("L1-002", should), ("L1-004", must))
    }
    sheet.say(by=by, at=LATER, revision=0, given=given)
    if hand_in:
        sheet.hand_in(by=by, at=LATER)
    return sheet


def seen(tender):
    return compared(tender.lot, read(tender.lot).means)


def page(client, tender, name="lot-compare"):
    client.force_login(tender.person)
    return client.get(reverse(name, args=[tender.reference, tender.lot.pk]))


def begins(tender, person):
    """Whether the work list asks this person to begin."""
    url = reverse("lot-scores", args=[tender.reference, tender.lot.pk])
    asked = [task for task in tasks(person, at=LATER) if task.title.startswith("Score the bids")]
    return url in [task.url for task in asked]


def test_the_workbook_takes_points_of_shoulds_alone(client, tender):
    """A must that waits to be accepted is counted, and earns none that could be typed."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(client, tender)))
    rows = {row[0].value: row for row in book["Requirements"].iter_rows()}
    cheap = {ref: row[10].protection.locked for ref, row in rows.items()}
    assert (cheap["L1-002"], cheap["L1-004"]) == (False, True)


def test_there_is_no_order_before_somebody_judged(client, tender):
    assert not compared(tender.lot).complete
    words = text(page(client, tender))
    assert "3 answers stand on words alone: evaluators say on the page of scores" in words
    assert "to be accepted or not" in words
    person = make.member(tender.buyer, "evaluator")
    assert begins(tender, person)
    Scores.begin(tender.lot, by=person, at=LATER, interests="None")
    assert not begins(tender, person)


def test_where_all_is_proven_nobody_is_asked_to_judge():
    tender = scored()
    bid(tender, 1000)
    make.opened(tender)
    assert compared(tender.lot).complete
    assert not begins(tender, make.member(tender.buyer, "evaluator"))


def test_what_is_accepted_gets_the_published_points_and_the_bid_its_place(client, tender):
    judge(tender, tender.person)
    assert [each.placed.total for each in seen(tender).columns] == [70, 100]
    assert seen(tender).complete
    words = text(page(client, tender))
    assert "Points and order" in words
    assert "Accepted Equivalent" in words
    assert "Equivalent: to read" not in words
    make.award(tender.lot, bid=tender.cheap, reason="Best", by=tender.person, at=LATER)
    assert tender.lot.status == "awarded"


def test_what_the_portal_proves_is_not_judged_whatever_it_is_called(client):
    tender = scored(must="Runs offline")
    made = bid(tender, 1000, proves=True, L1_001="equivalent", L1_002="equivalent")
    make.opened(tender)
    (column,) = compared(tender.lot).columns
    assert [(cell.judged, cell.to_read, cell.points) for cell in column.cells[:3]] == [
        (False, False, None),
        (False, False, 20),
        (False, False, 20),
    ]
    assert Bid.objects.get(pk=made.pk).answers_judged == 1  # the must in own words
    assert "Equivalent: to read" not in text(page(client, tender))


def test_evaluators_see_what_stands_beside_what_they_judge(client, tender):
    row = tender.lot.requirements.get(position=2)
    assert (row.least, tender.cheap.content["requirements"][1]["claim"]) == (1, None)
    sheet = make.scores(tender.lot, by=tender.person, given=False)
    client.force_login(tender.person)
    assert "less than is asked" not in client.get(reverse("scores-fill", args=[sheet.pk])).text


def test_an_award_to_another_than_the_first_is_told_so_first(client, tender):
    judge(tender, tender.person)
    make.closed(tender.lot)
    client.force_login(tender.person)
    url = reverse("lot-award", args=[tender.reference, tender.lot.pk])
    asked = {"value": "5", "currency": "EUR", "reason": "Known to us"}
    second = client.post(url, asked | {"bid": str(tender.dear.pk)})
    words = text(second)
    assert f"{tender.dear.number} is not first: it has place 2 with 70.00 points" in words
    assert "The award is in EUR, the bid in KES." in words
    first = client.post(url, {"reason": "Best", "bid": str(tender.cheap.pk)})
    assert "is not first" not in text(first)
    assert "The award is in" not in text(first)


def test_what_is_not_accepted_earns_nothing(tender):
    judge(tender, tender.person, should=NOT_ACCEPTED)
    assert [each.placed.total for each in seen(tender).columns] == [70, 80]


def test_a_must_that_is_not_accepted_is_not_met(client, tender):
    judge(tender, tender.person, must=NOT_ACCEPTED, why="It needs a server.")
    dear, cheap = seen(tender).columns
    assert (dear.placed.total, cheap.placed, cheap.failing) == (100, None, ["L1-004"])
    assert "Not accepted" in text(page(client, tender))
    with pytest.raises(NotReady, match="fails a must: L1-004"):
        make.award(tender.lot, bid=tender.cheap, reason="Best", by=tender.person, at=LATER)


@pytest.mark.parametrize(("earns", "gets"), [("full", 20), ("level", 5)])
def test_by_assurance_it_gets_the_points_of_the_least_that_is_asked(earns, gets, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    tender = scored(earns=earns)
    tender.cheap = bid(tender, 1000, L1_002="equivalent")
    make.opened(tender)
    sheet = make.scores(tender.lot, ACCEPTED, by=tender.person)
    sheet.hand_in(by=tender.person, at=LATER)
    (column,) = seen(tender).columns
    assert column.cells[1].points == gets


def test_two_who_differ_agree_before_anything_is_awarded(client, tender):
    second = make.member(tender.buyer, "evaluator")
    judge(tender, tender.person), judge(tender, second, should=NOT_ACCEPTED)
    assert not seen(tender).complete
    with pytest.raises(NotReady, match="differ"):
        make.award(tender.lot, bid=tender.cheap, reason="Best", by=tender.person, at=LATER)
    client.force_login(second)
    words = text(client.get(reverse("lot-scores", args=[tender.reference, tender.lot.pk])))
    assert "You do not say the same." in words
    ((bid_key, asked),) = read(tender.lot).apart(questions(compared(tender.lot)))
    agreed = {"by": second, "at": LATER, "bid": bid_key, "requirement": asked, "words": "Seen."}
    with pytest.raises(NotReady, match="accept"):
        Consensus.reach(tender.lot, score=3, **agreed)
    Consensus.reach(tender.lot, score=ACCEPTED, **agreed)
    assert seen(tender).complete
    assert seen(tender).columns[1].cells[1].points == 20


@pytest.mark.parametrize(
    ("score", "why", "refused"),
    [(None, "Seen", True), (0, " ", True), (3, "Seen", True), (0, "No", False), (5, "", True)],
)
def test_each_answer_is_accepted_or_not_and_who_does_not_says_why(tender, score, why, refused):
    sheet = judge(tender, tender.person, score, score, why, hand_in=False)
    if refused:
        with pytest.raises(NotReady, match="Of 2 answers it is not said whether you accept them"):
            sheet.hand_in(by=tender.person, at=LATER)
        assert Scores.objects.get().status == "draft"
    else:
        sheet.hand_in(by=tender.person, at=LATER)
        judged = [each for each in sheet.content["judged"] if each["bid"] == str(tender.cheap.pk)]
        assert [(each["accepted"], each["why"]) for each in judged] == [(score == 5, why)] * 2
        assert sheet.content["scores"] == []


def test_the_page_takes_verdicts_and_nothing_else(client, tender):
    sheet = make.scores(tender.lot, by=tender.person, given=False)
    client.force_login(tender.person)
    url = reverse("scores-fill", args=[sheet.pk])
    keys = ["/".join(key) for key in questions(compared(tender.lot))]
    sent = {f"score/{key}": "5" for key in keys} | {f"why/{key}": "As ours." for key in keys}
    wrong = client.post(url, sent | {"revision": 0, f"score/{keys[0]}": "3"})
    assert wrong.status_code == 422
    assert "Say whether you accept the answer, or do not." in wrong.text
    assert wrong.text.count("As ours.") == 3
    assert client.post(url, sent | {"revision": 0}).status_code == 302
    assert client.get(url).text.count("checked") == 3


def test_of_a_form_that_was_brought_musts_and_shoulds_are_judged():
    """As in the portal, where nothing but a claim, or what people accept, meets a must."""
    tender = make.tender(deadline=CLOSES, criteria=2)
    _first, second = tender.lot.requirements.select_related("lot__tender").order_by("position")
    by = {"by": tender.person, "at": AT}
    second.change(revision=second.revision, obligation="should", **by)
    tender.lot.add_words("Prints", obligation="must", justification="They read", **by)
    tender.lot.state_award(price_weight=60, weights={str(second.pk): 40}, **by)
    tender.publish(**by)
    make.brought(tender)
    (column,) = compared(tender.lot).columns
    assert [(cell.judged, cell.open) for cell in column.cells] == [(True, True)] * 3
    assert len(judged_keys(compared(tender.lot))) == 3
    evaluator = make.member(tender.buyer, "evaluator")
    assert begins(tender, evaluator)
    make.scores(tender.lot, NOT_ACCEPTED, by=evaluator).hand_in(by=evaluator, at=LATER)
    (column,) = compared(tender.lot, read(tender.lot).means).columns
    assert column.failing == ["L1-001", "L1-003"]


@pytest.fixture
def failing(monkeypatch):
    """A bid that says itself that it fails a must, and calls a should equivalent."""
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    tender = scored(must="Runs offline")
    made = bid(tender, 1000, L1_002="equivalent", L1_004="not")
    make.opened(tender)
    made.tender = tender
    return made


def test_nobody_is_asked_to_judge_a_bid_that_fails_a_must(failing):
    assert failing.answers_judged == 0
    assert questions(compared(failing.lot)) == []
    assert not begins(failing.tender, make.member(failing.tender.buyer, "evaluator"))


def amended(tender, position, obligation):
    """The next version, of which one requirement has another obligation."""
    by = {"by": tender.person, "at": AT}
    newer = amend(tender, reason="It need not be", **by)
    row = newer.lots.get().requirements.get(position=position)
    row.change(revision=row.revision, obligation=obligation, **by)
    newer.publish(**by)
    newer.person, newer.lot = tender.person, newer.lots.get()
    return newer


def test_after_an_amendment_list_and_page_ask_by_the_version_in_force(monkeypatch):
    tender = scored()
    bid(tender, 1000, L1_001="equivalent")
    newer = amended(tender, 1, "may")
    make.opened(newer)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    person = make.member(tender.buyer, "evaluator")
    assert not begins(newer, person)
    with pytest.raises(NotReady, match="Nothing in the bids"):
        require_beginning(newer.lot, by=person, at=LATER)


def test_an_upgrade_counts_what_is_judged_by_the_version_in_force():
    tender = scored()
    own = bid(tender, 1000, L1_001="equivalent", L1_002="equivalent")
    newer = amended(amended(amended(tender, 1, "may"), 1, "must"), 1, "may")
    make.opened(newer)
    own.refresh_from_db()
    assert own.answers_judged == len(judged_keys(compared(newer.lot))) == 1
    Bid.objects.filter(pk=own.pk).update(answers_judged=2)
    import_module("tenders.migrations.0031_answers_judged_by_version").count(apps, None)
    own.refresh_from_db()
    assert own.answers_judged == 1


def test_an_upgrade_counts_what_is_judged(tender, failing):
    """In rows from before it was counted, and in those in which a bid that fails was."""
    count = import_module("tenders.migrations.0030_answers_judged_counted").count
    forged = bid(tender, 3000, L1_002="equivalent")
    Bid.objects.filter(pk=tender.cheap.pk).update(answers_judged=0)
    Bid.objects.filter(pk=failing.pk).update(answers_judged=7)
    Bid.objects.filter(pk=forged.pk).update(answers_judged=1, body=b"{}")
    count(apps, None)
    rows = dict(Bid.objects.values_list("pk", "answers_judged"))
    assert [rows[each.pk] for each in (tender.cheap, tender.dear, failing, forged)] == [2, 0, 0, 1]


def test_a_bid_that_nobody_may_see_of_yet_shows_no_verdict(client, tender):
    second = make.member(tender.buyer, "evaluator")
    judge(tender, second, must=NOT_ACCEPTED)
    assert "Not accepted" not in text(page(client, tender))


@pytest.mark.long
def test_the_workbook_has_the_verdicts_and_the_order(client, tender, tmp_path):
    before = recalculated(workbook_of(client, tender), tmp_path)
    assert [row[4:6] for row in before] == [["", "1"], ["", "2"]]
    judge(tender, tender.person)
    after = recalculated(workbook_of(client, tender), tmp_path)
    assert [row[3:6] for row in after] == [["70", "2", "0"], ["100", "1", "0"]]
    assert points(tender)[0] is not None


def test_a_step_that_is_not_apart_is_not_agreed_on(tender):
    judge(tender, tender.person)
    (key, *_rest) = questions(compared(tender.lot))
    agreed = {"bid": key[0], "requirement": key[1], "words": "Seen.", "score": ACCEPTED}
    with pytest.raises(IllegalMove):
        Consensus.reach(tender.lot, by=tender.person, at=LATER, **agreed)


def test_report_and_letter_say_what_was_not_accepted_and_why(tender):
    judge(tender, tender.person, must=NOT_ACCEPTED, why="It needs a server.")
    make.award(tender.lot, bid=tender.dear, reason="Best", by=tender.person, at=LATER)
    tender.lot.refresh_from_db()
    said = str(report(Tender.objects.get(), tender.person, at=LATER))
    assert ("L1-004" in said, "'Not accepted'" in said) == (True, True)
    tender.cheap.refresh_from_db()
    (own, other) = (
        str(letters(tender.lot, at=LATER, only=each)) for each in (tender.cheap, tender.dear)
    )
    assert "It needs a server." in own
    assert "Ask the buyer how, and until when, you may object." in own
    assert "you may object" not in other
    assert tender.contact_email in own
    assert "What each evaluator gave" in said
    assert "'It needs a server.'" in said
    assert "fails a must: L1-004" in own
    assert "It needs a server." not in other


def test_whoever_differs_after_an_agreement_opens_it_again(client, tender):
    second, third = (make.member(tender.buyer, "evaluator") for _ in range(2))
    judge(tender, tender.person), judge(tender, second, must=NOT_ACCEPTED)
    ((bid_key, asked),) = read(tender.lot).apart(questions(compared(tender.lot)))
    agreed = {"by": second, "bid": bid_key, "requirement": asked, "words": "Seen."}
    Consensus.reach(tender.lot, score=ACCEPTED, at=LATER, **agreed)
    with pytest.raises(IllegalMove, match="said already"):
        Consensus.reach(tender.lot, score=ACCEPTED, at=LATER, **agreed)
    assert seen(tender).complete
    sheet = judge(tender, third, must=NOT_ACCEPTED, hand_in=False)
    sheet.hand_in(by=third, at=LATER + timedelta(hours=1))
    assert not seen(tender).complete
    with pytest.raises(NotReady, match="differ"):
        make.closed(tender.lot)
    assert "This counts no longer" in text(page(client, tender, "lot-scores"))
    assert list(agreements(Evaluated.of(tender.lot))) == []
    again = agreed | {"words": "It needs a server."}
    Consensus.reach(tender.lot, score=NOT_ACCEPTED, at=LATER + timedelta(hours=2), **again)
    assert seen(tender).columns[1].failing == ["L1-004"]
    ((_ref, _bid, *said),) = agreements(Evaluated.of(tender.lot))
    assert said == ["Not accepted", "It needs a server."]
    assert "This counts no longer" not in text(page(client, tender, "lot-scores"))
