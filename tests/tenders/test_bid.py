"""Bids: who writes them until when, what is frozen, and that nobody of the buyer reads one."""

from datetime import timedelta
from functools import partial

import pytest

from certcentre.desk.record_check import differences
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry, digest
from tenders.amending import amend
from tenders.bids.bid import Bid
from tenders.bids.response import Response
from tenders.models import Reply
from tests import make
from tests.abilities.people import belong
from tests.make.bids import CLOSES

pytestmark = pytest.mark.django_db
ONE_SECOND = timedelta(seconds=1)
OWN = "Prints a report"
ALLOWED = {
    ("draft", "hand_in"): "handed_in",
    ("handed_in", "take_back"): "taken_back",
}


kept = make.kept(partial(make.bids_tender, own=OWN))


@pytest.fixture
def tender(kept, db):
    return kept()


@pytest.fixture
def draft(tender, provider):
    return make.bid(tender, provider=provider)


def wrong():
    return [words for words in differences() if words.startswith(("bid ", "opening "))]


def take(bid, step, at):
    words = make.SIGNED if step == "hand_in" else {}
    getattr(bid, step)(by=bid.person, at=at, **words)


@pytest.mark.parametrize("step", ["hand_in", "take_back"])
@pytest.mark.parametrize("state", Bid.Status.values)
def test_a_bid_moves_as_designed(tender, state, step, at):
    made = make.bid(tender)
    Bid.objects.filter(pk=made.pk).update(
        status=state, number="BD-2026-000009", handed_in_at=at, body=b"{}", digest="0" * 64
    )
    made.refresh_from_db()
    if (state, step) in ALLOWED:
        take(made, step, at)
        assert made.status == ALLOWED[state, step]
    else:
        with pytest.raises(IllegalMove):
            take(made, step, at)
        made.refresh_from_db()
        assert made.status == state


def test_what_stands_fills_the_bid(tender, provider, at):
    by = {"by": provider.person, "at": at}
    bid = Bid.start(tender.lot, organisation=provider, **by)
    assert [line.response for line in bid.lines(at=at)] == ["not", "not", "not", ""]
    bid.state(revision=0, releases=[make.offered(tender, provider)], price=9, currency="KES", **by)
    assert [line.response for line in bid.lines(at=at)] == ["complies"] * 3 + [""]


@pytest.mark.parametrize(
    ("claim", "response"),
    [
        (("met", 2), "complies"),
        (("met", 1), "partly"),
        (("partly_met", 2), "partly"),
        (("not_met", 2), "not"),
        (("not_applicable", 2), "not"),
        (("not_applicable", 2, "auditor"), "complies"),
    ],
)
def test_each_outcome_is_said_as_the_form_of_bidders_says_it(provider, claim, response, at):
    tender = make.bids_tender(criteria=1, status="draft")
    row = tender.lot.requirements.get()
    row.change(by=tender.person, at=at, revision=0, least=2)
    tender.publish(by=tender.person, at=at)
    claims = {row.criterion.key: claim}
    release = make.listed(organisation=provider, claims=claims).current_release
    (line,) = make.bid(tender, provider=provider, release=release).lines(at=at)
    assert (line.response, line.fails) == (response, response != "complies")


def test_of_two_products_each_stands_for_what_it_meets(tender, provider, at):
    first, second, third = tender.edition.criteria.order_by("position")
    one = make.listed("One", organisation=provider, claims={first.key: 1, second.key: 1})
    two = make.listed("Two", organisation=provider, claims={second.key: 3, third.key: 1})
    bid = make.bid(tender, provider=provider, release=one.current_release)
    assert [line.product.solution.name for line in bid.lines(at=at)[:3]] == ["One"] * 3
    both = [one.current_release, two.current_release]
    bid.state(by=bid.person, at=at, revision=bid.revision, releases=both)
    lines = bid.lines(at=at)[:3]
    assert [line.product.solution.name for line in lines] == ["One", "Two", "Two"]
    assert all(line.enough for line in lines)


def test_what_is_declared_is_not_contradicted_but_proven_otherwise(draft, at):
    line = draft.lines(at=at)[0]
    by = {"by": draft.person, "at": at, "revision": 0}
    with pytest.raises(NotReady, match="answered by what your products declare"):
        draft.say(line.requirement, response="complies", words="", **by)
    draft.say(line.requirement, response="equivalent", words="", **by)
    assert draft.lines(at=at)[0].open
    draft.say(line.requirement, response="equivalent", words="See annex 2", **by | {"revision": 1})
    said = draft.lines(at=at)[0]
    assert (said.open, said.response, said.is_read) == (False, "equivalent", False)  # it is proven


@pytest.mark.parametrize(
    ("response", "words", "lacks"),
    [
        ("complies", "", True),
        ("partly", " ", True),
        ("complies", "Five", False),
        ("not", "", False),
    ],
)
def test_what_evaluators_score_is_said_in_words(provider, at, response, words, lacks):
    asked = make.scored_tender()
    draft = make.bid(asked, provider=provider)
    line = draft.lines(at=at)[-1]
    by = {"by": draft.person, "at": at}
    draft.say(line.requirement, response=response, words=words, revision=1, **by)
    assert draft.lines(at=at)[-1].open is lacks
    if lacks:
        with pytest.raises(NotReady, match=r"Say in words how, .*: L1-002"):
            draft.hand_in(**make.SIGNED, **by)
    else:
        draft.hand_in(**make.SIGNED, **by)


def test_of_two_who_answer_one_requirement_the_second_sees_what_stands(draft, at):
    line = draft.lines(at=at)[-1]
    assert line.reply.revision == 1
    by = {"by": draft.person, "at": at, "revision": 1, "response": "partly"}
    assert draft.say(line.requirement, words="Ours", **by) == 2
    with pytest.raises(Conflict) as met:
        draft.say(line.requirement, words="Theirs", **by)
    assert met.value.stored.words == "Ours"


def test_a_first_answer_that_somebody_else_gave_meanwhile_is_not_written_over(tender, at):
    bid = make.bid(tender)
    first = bid.lines(at=at)[0].requirement
    words = {"response": "equivalent", "words": "Ours"}
    assert Reply.keep(bid.pk, first, revision=0, **words) == 1
    with pytest.raises(Conflict):
        Reply.keep(bid.pk, first, revision=0, **words | {"words": "Theirs"})
    assert Reply.objects.get(bid=bid, requirement=first).words == "Ours"


def test_nothing_is_handed_in_while_something_is_missing(tender, provider, at):
    bid = Bid.start(tender.lot, organisation=provider, by=provider.person, at=at)
    with pytest.raises(NotReady) as refused:
        bid.hand_in(by=provider.person, at=at, **make.SIGNED)
    assert refused.value.problems == [
        "Choose the products that you offer.",
        "Say the price and its currency.",
        "Answer L1-004.",
    ]
    assert Bid.objects.get().status == "draft"


def test_a_bid_is_signed_by_a_name_and_a_role(draft, at):
    for name in make.SIGNED:
        with pytest.raises(NotReady):
            draft.hand_in(by=draft.person, at=at, **make.SIGNED | {name: " "})


def test_what_is_handed_in_is_frozen_with_a_receipt(draft, at):
    draft.hand_in(by=draft.person, at=at, **make.SIGNED)
    draft.refresh_from_db()
    content = draft.content
    assert digest(draft.body) == draft.digest
    assert draft.number.startswith("BD-2026-")
    assert [row["response"] for row in content["requirements"]] == ["complies"] * 4
    assert content["requirements"][0]["claim"]["assurance"] == 1
    assert (content["price"], content["signatory"]["name"]) == ("1000.00", "Amina Example")
    entry = LogEntry.objects.get(step="bid.handed_in")
    assert (entry.visibility, entry.organisation) == ("private", draft.organisation)
    assert wrong() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("price", 1), ("offer", "Cheaper"), ("body", b"{}"), ("signatory_name", "Somebody")],
)
def test_a_forged_bid_is_found_and_named(tender, column, value):
    made = make.bid(tender, "handed_in")
    Bid.objects.filter(pk=made.pk).update(**{column: value})
    assert any(made.number in words for words in wrong())


def test_one_second_after_closing_nothing_is_handed_in_or_taken_back(tender, provider):
    kept = make.bid(tender, "handed_in")
    late = make.bid(tender, provider=provider)
    for moment in (CLOSES, CLOSES + ONE_SECOND):
        with pytest.raises(IllegalMove, match="Bids closed"):
            late.hand_in(by=late.person, at=moment, **make.SIGNED)
        with pytest.raises(IllegalMove, match="Bids closed"):
            kept.take_back(by=kept.person, at=moment)
    late.hand_in(by=late.person, at=CLOSES - ONE_SECOND, **make.SIGNED)
    kept.take_back(by=kept.person, at=CLOSES - ONE_SECOND)
    assert (late.status, kept.status) == ("handed_in", "taken_back")


def test_a_later_bid_takes_the_place_of_the_earlier_one(tender, provider, at):
    first = make.bid(tender, "handed_in", provider=provider)
    second = make.bid(tender, provider=provider, at=at + ONE_SECOND)
    assert (second.price, second.in_hand_before().pk) == (first.price, first.pk)
    second.hand_in(by=provider.person, at=at + ONE_SECOND, **make.SIGNED)
    first.refresh_from_db()
    assert (first.status, first.taken_back_at) == ("taken_back", at + ONE_SECOND)
    assert Bid.objects.in_hand().get().pk == second.pk
    assert wrong() == []


def test_an_amendment_leaves_the_bid_in_hand_and_its_words_come_along(tender, provider, at):
    first = make.bid(tender, "handed_in", provider=provider)
    newer = make.amended(tender, without="L1-002")
    later = make.bid(newer, provider=provider, release=first.release, at=at + ONE_SECOND)
    assert (later.lot_id, later.price) == (newer.lots.get().pk, first.price)
    (carried_over,) = later.replies.all()
    assert carried_over.requirement.words == OWN
    first.refresh_from_db()
    assert first.status == "handed_in"
    later.refresh_from_db()
    answer = {"by": provider.person, "at": at, "revision": 0, "words": "Yes"}
    for line in later.lines(at=at):
        if line.open:
            later.say(line.requirement, response=Response.COMPLIES, **answer)
    later.hand_in(by=provider.person, at=at + ONE_SECOND, **make.SIGNED)
    first.refresh_from_db()
    assert (first.status, later.status) == ("taken_back", "handed_in")


def test_a_draft_for_an_earlier_version_makes_way_for_the_next(tender, draft, provider, at):
    newer = make.amended(tender)
    with pytest.raises(IllegalMove, match="newer version"):
        draft.hand_in(by=draft.person, at=at, **make.SIGNED)
    lot = newer.lots.get()
    made = Bid.start(lot, organisation=provider, by=provider.person, at=at)
    assert Bid.objects.get() == made
    assert made.replies.count() == draft.lines(at=at)[-1].requirement.lot.requirements.count() - 3


def test_who_may_bid(tender, provider, at):
    new = make.organisation("provider", verified=False)
    reader = make.member(provider, "evaluator")
    both = make.member(provider, "editor")
    belong(both, tender.buyer, days=30)
    for person in (new.person, reader, both, make.user("stranger"), tender.person):
        with pytest.raises(NotAllowed):
            Bid.start(tender.lot, organisation=provider, by=person, at=at)
    with pytest.raises(NotAllowed, match="do not act for this provider"):
        Bid.start(tender.lot, organisation=new, by=provider.person, at=at)
    assert Bid.start(tender.lot, organisation=provider, by=provider.person, at=at).pk


def test_only_a_signatory_hands_in(draft, at):
    editor = make.member(draft.organisation, "editor")
    with pytest.raises(NotAllowed, match="signatory"):
        draft.hand_in(by=editor, at=at, **make.SIGNED)


def test_who_belonged_to_the_buyer_lately_hands_nothing_in(tender, draft, at):
    belong(draft.person, tender.buyer, days=30)
    with pytest.raises(NotAllowed, match="belong to the buyer"):
        draft.hand_in(by=draft.person, at=at, **make.SIGNED)


def test_a_product_of_others_or_outside_the_register_is_not_offered(draft, at):
    rival = make.listed("Theirs").current_release
    with pytest.raises(NotReady, match="Offer products of your own"):
        draft.state(by=draft.person, at=at, revision=draft.revision, releases=[rival], price=5)
    draft.refresh_from_db()
    assert (draft.price, draft.releases.get()) == (1000, draft.release)


def test_bids_are_taken_where_the_notice_says_so_alone(provider, at):
    tender = make.tender(status="published", deadline=CLOSES)
    with pytest.raises(IllegalMove, match="not taken here"):
        Bid.start(tender.lot, organisation=provider, by=provider.person, at=at)


def test_nobody_of_the_buyer_sees_a_bid_before_the_opening(tender, draft, at):
    rival = make.organisation("provider").person
    officer = make.centre().officer
    draft.hand_in(by=draft.person, at=at, **make.SIGNED)
    for person in (tender.person, rival, officer):
        assert not Bid.objects.visible_to(person).exists()
    make.opened(tender)
    assert Bid.objects.visible_to(tender.person).get().status == "opened"
    for person in (rival, officer):
        assert not Bid.objects.visible_to(person).exists()


def test_amending_ties_each_lot_to_the_one_it_was_taken_over_from(tender, at):
    made = amend(tender, by=tender.person, at=at, reason="More is needed")
    assert made.lots.get().line_of_lots == [made.lots.get().pk, tender.lot.pk]
