"""The evaluation of a lot: closed once all is said, opened again with a public reason."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.notices import send_notices
from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.bringing import bring
from tenders.bids.evaluation import Evaluation
from tenders.bids.given import Consensus, read
from tenders.bids.scores import Scores
from tenders.lot import Lot
from tenders.models import Tender
from tenders.report import report
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.markup import text
from tests.tenders import ocds_schema

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(hours=2)
AFTER = LATER + timedelta(hours=1)
WHY = "A score was given for another product."


def scored():
    """Two bids, opened; two evaluators have handed in."""
    made = make.scored_tender()
    made.dear, made.cheap = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    made.evaluators = [make.member(made.buyer, "evaluator") for _ in range(2)]
    for person in made.evaluators:
        make.scores(made.lot, by=person).hand_in(by=person, at=LATER)
    return made


kept = make.kept(scored)


@pytest.fixture
def tender(kept, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AFTER)
    made = kept()
    for bid in (made.dear, made.cheap):
        bid.refresh_from_db()
    return made


def reopened(tender):
    made = make.closed(tender.lot)
    made.reopen(by=tender.person, at=LATER, reason=WHY)
    return made


def close(tender, **more):
    return Evaluation.close(tender.lot, **{"by": tender.person, "at": LATER} | more)


def on_lot(name, tender):
    return reverse(name, args=[tender.reference, tender.lot.pk])


def test_it_is_closed_once_all_who_began_have_handed_in_and_agree(tender):
    third = make.member(tender.buyer, "evaluator")
    sheet = make.scores(tender.lot, 0, by=third)
    with pytest.raises(NotReady, match=f"{third.name} has begun to score"):
        close(tender)
    sheet.hand_in(by=third, at=LATER)
    with pytest.raises(NotReady, match="differ by more than 2"):
        close(tender)
    for bid, asked in read(tender.lot).scores:
        about = {"bid": bid, "requirement": asked, "score": 3, "words": "Seen again."}
        Consensus.reach(tender.lot, by=third, at=LATER, **about)
    content = close(tender).content
    assert [each["place"] for each in content["bids"]] == [2, 1]
    assert (len(content["scores"]), len(content["agreed"])) == (3, 2)


def test_what_nobody_scored_is_scored_first():
    made = make.scored_tender()
    make.bid(made, "opened")
    with pytest.raises(NotReady, match="1 answer was scored or judged by nobody"):
        close(made)


def test_whoever_evaluates_no_more_is_waited_for_no_more(tender):
    third = make.member(tender.buyer, "evaluator")
    make.scores(tender.lot, by=third)
    third.memberships.update(until=LATER)
    assert close(tender).pk


def test_a_signatory_closes_and_nobody_else(tender):
    with pytest.raises(NotAllowed):
        close(tender, by=tender.evaluators[0])
    close(tender)
    with pytest.raises(IllegalMove, match="is closed"):
        close(tender)


def test_a_lot_is_awarded_once_it_is_closed_and_while_it_is(tender, client):
    given = {"bid": tender.cheap, "reason": "Best", "by": tender.person, "at": AFTER}
    client.force_login(tender.person)
    for made in (None, reopened(tender)):
        with pytest.raises(IllegalMove, match="not closed"):
            Award.give(tender.lot, **given)
        page = client.get(on_lot("lot-compare", tender)).text
        assert (on_lot("lot-award", tender) in page) is False
        assert on_lot("evaluation-close", tender) in page
        assert made is None or WHY in text(client.get(made.get_absolute_url()))
    make.closed(tender.lot, at=AFTER)
    assert Award.give(tender.lot, **given).pk
    assert not [words for words in differences() if not words.startswith("edition")]


def test_while_it_is_closed_nothing_of_it_changes(tender):
    make.closed(tender.lot)
    (scores, *_rest), lot = Scores.objects.all(), Lot.objects.get(pk=tender.lot.pk)
    key = next(iter(scores.handed_in))
    about = {"bid": key[0], "requirement": key[1], "score": 3, "words": "Seen."}
    evaluator, signatory = ({"by": each, "at": AFTER} for each in (scores.evaluator, tender.person))
    form = make.read_returned(tender, make.returned(tender), at=CLOSES)
    for step in (
        lambda: Scores.begin(lot, interests="None", **signatory),
        lambda: scores.begin_anew(interests="None", **evaluator),
        lambda: Consensus.reach(lot, **about, **evaluator),
        lambda: Bid.objects.get(pk=tender.dear.pk).exclude(reason="So.", **signatory),
        lambda: bring(tender, form, **signatory),
    ):
        with pytest.raises(IllegalMove, match="evaluation of this lot is closed"):
            step()


def test_what_is_not_what_was_closed_is_not_awarded(tender):
    made = make.closed(tender.lot)
    given = {"bid": tender.cheap, "reason": "Best", "by": tender.person, "at": AFTER}
    Bid.objects.filter(pk=tender.dear.pk).update(price=1)  # as whoever has the database in hand
    with pytest.raises(NotReady, match="What was closed is not what stands here"):
        Award.give(tender.lot, **given)
    Bid.objects.filter(pk=tender.dear.pk).update(price=2000)
    body = bytes(made.body).replace(b'"place":2', b'"place":3')
    Evaluation.objects.update(body=body)
    with pytest.raises(NotReady, match="What was closed is not what stands here"):
        Award.give(tender.lot, **given)
    assert [words for words in differences() if words.startswith("evaluation")]


def test_who_scored_scores_anew_and_what_was_given_is_superseded(tender, client):
    first, _second = tender.evaluators
    earlier = Scores.objects.get(evaluator=first)
    with pytest.raises(IllegalMove, match="not closed and opened again"):
        earlier.begin_anew(by=first, at=LATER, interests="None")
    reopened(tender)
    with pytest.raises(IllegalMove, match="closed once"):
        make.scores(tender.lot, by=make.member(tender.buyer, "evaluator"))
    client.force_login(first)
    anew = reverse("scores-begin-anew", args=[earlier.pk])
    assert anew in client.get(on_lot("lot-scores", tender)).text
    assert client.post(anew, {"interests": "None", "agreed": "on"}).status_code == 302
    sheet = Scores.objects.get(supersedes=earlier)
    assert sheet.given == earlier.given
    changed = dict.fromkeys(earlier.handed_in, (5, "It prints."))
    sheet.say(by=first, at=AFTER, revision=0, given=changed)
    before = bytes(earlier.body)
    sheet.hand_in(by=first, at=AFTER)
    earlier.refresh_from_db()
    assert (earlier.status, bytes(earlier.body)) == ("superseded", before)
    assert {tuple(each) for each in read(tender.lot).scores.values()} == {(4, 5)}
    assert not [words for words in differences() if not words.startswith("edition")]


def test_an_agreement_ends_with_what_it_was_about(tender):
    third = make.member(tender.buyer, "evaluator")
    make.scores(tender.lot, 0, by=third).hand_in(by=third, at=LATER)
    for bid, asked in read(tender.lot).scores:
        about = {"bid": bid, "requirement": asked, "score": 1, "words": "Seen again."}
        Consensus.reach(tender.lot, by=third, at=LATER, **about)
    reopened(tender)
    assert len(read(tender.lot).settled) == 2
    sheet = Scores.objects.get(evaluator=third).begin_anew(by=third, at=AFTER, interests="None")
    given = dict.fromkeys(read(tender.lot).scores, (4, "It prints."))
    sheet.say(by=third, at=AFTER, revision=0, given=given)
    sheet.hand_in(by=third, at=AFTER)
    assert (read(tender.lot).settled, set(read(tender.lot).means.values())) == ({}, {4})


def test_evaluators_are_told_why_it_is_open_again_and_the_public_reads_it(tender, client):
    reopened(tender)
    mail.outbox.clear()
    send_notices(at=AFTER)
    told = {each.to[0] for each in mail.outbox if "open again" in each.subject}
    assert told == {person.email for person in tender.evaluators}
    client.logout()
    assert WHY in text(client.get(reverse("tender-award", args=[tender.reference])))
    entry = LogEntry.objects.get(step="evaluation.reopened")
    assert (entry.visibility, entry.reason) == ("public", WHY)
    assert LogEntry.objects.get(step="evaluation.closed").visibility == "private"


def test_the_work_list_says_first_to_close_and_then_to_award(tender):
    def waits():
        return " ".join(str(task.title) for task in tasks(tender.person, at=AFTER))

    assert "Close the evaluation of lot 1" in waits()
    assert "Say what became of lot 1" not in waits()
    make.closed(tender.lot)
    assert "Close the evaluation of lot 1" not in waits()
    assert "Say what became of lot 1" in waits()


def test_report_workbook_and_data_say_where_it_stands(tender, client, settings):
    settings.OCID_PREFIX = "ocds-a1b2c3"
    reopened(tender)
    last = make.closed(tender.lot, at=AFTER)
    said = str(report(Tender.objects.get(), tender.person, at=AFTER))
    assert (WHY in said, last.digest in said, "'Closed" in said) == (True, True, True)
    client.force_login(tender.person)
    assert client.get(on_lot("lot-compare-file", tender)).status_code == 200
    record = client.get(reverse("tender-record", args=[tender.reference])).json()["records"][0]
    for release in record["releases"]:
        assert ocds_schema.wrongs(ocds_schema.OURS, release) == []
    assert [release["tag"] for release in record["releases"]] == [
        ["tender"],
        *[["tenderUpdate"]] * 3,
    ]
    first, second = record["compiledRelease"]["tender"]["milestones"]
    assert (first["status"], first["description"], second["status"]) == ("notMet", WHY, "met")
    Evaluation.objects.filter(pk=last.pk).update(digest="0" * 64)
    for door in ("tender-record", "tender-ocds"):
        assert client.get(reverse(door, args=[tender.reference])).status_code == 409


def test_a_bidder_or_stranger_closes_and_reopens_nothing(tender, client):
    made = make.closed(tender.lot)
    for person in (tender.cheap.person, make.user(), make.organisation("buyer").person):
        client.force_login(person)
        for name in ("evaluation-close", "evaluation-reopen"):
            assert client.post(on_lot(name, tender), {"reason": "So."}).status_code == 404
    client.force_login(tender.evaluators[0])
    assert client.post(on_lot("evaluation-reopen", tender), {"reason": "So."}).status_code == 403
    client.force_login(tender.person)
    assert client.post(on_lot("evaluation-reopen", tender), {"reason": ""}).status_code == 422
    made.refresh_from_db()
    assert (made.status, made.closed_at, made.lot.tender_id) == ("closed", LATER, tender.pk)
    assert made.closed_at > AT
