"""A page that asks before a step says, as every other, that the log holds something else."""

import ast
import inspect
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from tenders.bids.opening import Opening
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.tenders.test_as_logged import RED, addresses

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
    every = get_resolver().reverse_dict
    views = {
        pattern.name: pattern.callback
        for part in get_resolver().url_patterns
        for pattern in getattr(part, "url_patterns", [part])
        if getattr(pattern, "name", None) in every
    }
    return {
        name
        for name, view in views.items()
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


WORLDS = [taking_bids, closed, called, scored, awarded, brought]


def step_pages(client, tender, bids, more, officer):
    """The pages that ask before a step, by name, each with its text as somebody reads it."""
    about = [[tender.reference], *[[bid.pk] for bid in bids], *[[key] for key in more]]
    about += [[tender.reference, key] for key in [*tender.lots.values_list("pk", flat=True), *more]]
    names, pages = asking(), {}
    for person in (tender.person, *[bid.person for bid in bids], officer):
        client.force_login(person)
        for name, address in addresses(*about):
            if name in names and (answer := client.get(address)).status_code == 200:
                pages[name, person.pk] = answer.content.decode()
    return pages


def forge(table):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET title = 'Forged'")  # noqa: S608 (our words)
        assert cursor.rowcount


def test_every_page_that_asks_is_red_where_the_title_is_forged(client, centre, monkeypatch):
    """One row after the other; a page that nobody reaches here fails the test."""
    met = set()
    for build in WORLDS:
        tender, bids, more, at = build()
        monkeypatch.setattr(timezone, "now", lambda moment=at: moment)
        about = client, tender, bids, more, centre.officer
        calm = step_pages(*about)
        assert not [name for (name, _), text in calm.items() if RED in text], build
        met |= {name for name, _person in calm}
        for table in ("tenders_tender", "tenders_lot"):
            before = transaction.savepoint()
            forge(table)
            red = {name for name, text in step_pages(*about).items() if RED in text}
            transaction.savepoint_rollback(before)
            assert red == set(calm), (build, table)
    assert met == asking() - OF_DRAFTS


def test_pages_of_tenders_ask_in_one_way():
    """Nothing but the one home calls `step_page`, so that no page forgets to compare."""
    callers = [path.name for path in PAGES.glob("*.py") if " step_page(" in path.read_text()]
    assert callers == ["fetching.py"]
