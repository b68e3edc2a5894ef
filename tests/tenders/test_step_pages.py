"""A page that asks before a step says, as every other, that the log holds something else."""

import ast
import inspect
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tenders.bids.opening import Opening
from tenders.bids.scores import Scores
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.tenders.test_as_logged import RED, addresses, forged, pages, signed_in, views

pytestmark = pytest.mark.django_db
PAGES = Path("tenders/pages")
ASKING = {"step_page", "tender_step", "stepped", "plain_step", "bids_bring"}
OF_DRAFTS = {"tender-discard"}  # the log holds nothing of what only its writers have seen
EARLY, LATE = AT + timedelta(hours=1), CLOSES + timedelta(hours=3)


def calls(function):
    """The names that a view calls."""
    tree = ast.parse(inspect.getsource(inspect.unwrap(function)))
    return {each.func.id for each in ast.walk(tree) if isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)}  # fmt: skip


def asking():
    """The name of every page of tenders that asks before a step."""
    return {
        name
        for name, view in views().items()
        if view.__module__.startswith("tenders.pages.")
        and (ASKING & calls(view) or view.__name__ in ASKING)
    }


def taking_bids():
    """A tender that takes bids, with a question, one bid that is begun and one handed in."""
    tender = make.bids_tender(criteria=1)
    bids = [make.bid(tender), make.bid(tender, "handed_in")]
    enquiry = make.enquiry(tender)
    return tender, bids, [enquiry.pk], EARLY


def closed():
    """One whose bids nobody has opened."""
    tender = make.bids_tender(criteria=1)
    return tender, [make.bid(tender, "handed_in")], [], LATE


def called():
    """One whose opening a colleague has called."""
    tender, bids, _more, at = closed()
    Opening.call(tender, by=make.member(tender.buyer, "editor", "signatory"), at=at)
    return tender, bids, [], at


def scored():
    """One whose bids are opened, and scored in part."""
    tender = make.scored_tender()
    bids = [make.bid(tender, "handed_in")]
    make.opened(tender)
    scores = make.scores(tender.lots.get(), by=tender.person)
    return tender, bids, [scores.pk], LATE


def awarded():
    """One by post that is awarded, and has no contract yet."""
    tender = make.tender(criteria=1, deadline=CLOSES, status="published")
    make.awarded(tender, at=CLOSES)
    return tender, [], [], LATE


def brought():
    """One whose forms a colleague is to confirm."""
    tender = make.tender(criteria=1, deadline=CLOSES, status="published")
    (bid,) = make.brought(tender, confirmed=False)
    bid.person = make.member(tender.buyer, "editor")
    return tender, [bid], [bid.bringing_id], LATE


def evaluated():
    """One whose evaluation is closed, and the lot not awarded."""
    tender, bids, scores, at = scored()
    Scores.objects.get(pk=scores[0]).hand_in(by=tender.person, at=at)
    make.closed(tender.lots.get(), at=at)
    return tender, bids, scores, at


def reopened():
    """One whose evaluation was opened again."""
    tender, bids, scores, at = evaluated()
    tender.lots.get().evaluation.reopen(by=tender.person, at=at, reason="So.")
    return tender, bids, scores, at


def invited():
    """A call that asks a few, of whom one has not answered."""
    why = {"method": "limited", "method_reason": "Two makers know the braille code."}
    tender = make.bids_tender(criteria=1, status="draft", **why)
    provider = make.organisation()
    invitee = make.invited(tender, provider)
    tender.publish(by=tender.person, at=AT)
    invitee.person = provider.person
    return tender, [invitee], [], EARLY


WORLDS = [invited, taking_bids, closed, called, scored, evaluated, reopened, awarded, brought]


def step_pages(tender, bids, more, officer):
    """The pages that ask before a step, each as the first reads it who may."""
    about = [[tender.reference], *[[bid.pk] for bid in bids], *[[key] for key in more]]
    about += [[tender.reference, key] for key in [*tender.lots.values_list("pk", flat=True), *more]]
    places = addresses(asking(), *about)
    people = [tender.person, *[bid.person for bid in bids], officer]
    met = {}
    for client in map(signed_in, people):
        seen = {address for _, _, address in met}
        met |= pages((client, *place) for place in places if place[1] not in seen)
    return met


@pytest.mark.long
def test_every_page_that_asks_is_red_where_the_title_is_forged(centre, monkeypatch):
    """One row after the other; a page that nobody reaches here fails the test."""
    met = set()
    for build in WORLDS:
        *about, at = build()
        monkeypatch.setattr(timezone, "now", lambda moment=at: moment)
        calm = step_pages(*about, centre.officer)
        assert not [name for (_, name, _), text in calm.items() if RED in text], build
        met |= {name for _, name, _ in calm}
        for table in ("tenders_tender", "tenders_lot"):
            with forged(table):
                red = {visit for visit, text in pages(calm).items() if RED in text}
            assert red == set(calm), (build, table)
    assert met == asking() - OF_DRAFTS


def test_pages_of_tenders_ask_in_one_way():
    """Nothing but the one home calls `step_page`, so that no page forgets to compare."""
    callers = [path.name for path in PAGES.glob("*.py") if " step_page(" in path.read_text()]
    assert callers == ["fetching.py"]
