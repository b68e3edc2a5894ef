"""What no person types into forms that decide a tender: a clear refusal; nothing changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.log.models import LogEntry
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.given import Consensus
from tenders.models import Lot, Opening, Tender
from tests import make
from tests.make.bids import CLOSES

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
LATER = CLOSES + timedelta(hours=2)
NOBODY = "5f0c6c1e-8f0e-4b8f-9d55-0d6b0a3b9f11"
ODD = {
    "nothing": None,
    "empty": "",
    "NUL": "\x00",
    "huge": "1" + "0" * 30,
    "zeros": "0" * 5000,
    "infinite": "Infinity",
    "no number": "NaN",
    "emoji": "🎉",
    "key": NOBODY,
    "path": "../../etc/passwd",
    "separator": "/",
}
DAYS = [
    "0000-01-01", "0001-01-01", "9999-12-31", "12026-01-01", "2026-02-31", "31.02.", "-1", "1e9",
    "2026-13-01", "🎉",
]  # fmt: skip


@pytest.fixture
def tender(monkeypatch):
    """Bids are opened; two evaluators differ on a question."""
    made = make.scored_tender()
    made.bids_made = [make.bid(made, "handed_in", price=price) for price in (2000, 1000)]
    make.opened(made)
    for score in (0, 5):
        by = make.member(made.buyer, "evaluator")
        made.sheet = make.scores(made.lot, score, by=by)
        made.sheet.hand_in(by=by, at=LATER)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    return made


@pytest.fixture
def awarded(monkeypatch):
    made = make.tender(status="published")
    made.award = make.awarded(made)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    return made


def stands():
    """All that such a form could change."""
    models = (Tender, Lot, Bid, Award, Opening, Consensus)
    rows = [list(model.objects.order_by("pk").values()) for model in models]
    return [*rows, LogEntry.objects.count()]


def refused(client, address, form):
    """The status; nothing was changed by it."""
    before = stands()
    answer = client.post(address, {name: text for name, text in form.items() if text is not None})
    assert stands() == before
    return answer.status_code


def on_lot(name, tender):
    return reverse(name, args=[tender.reference, tender.lot.pk])


RIGHT = {"value": "900", "currency": "KES", "reason": "Best of two", "standstill_until": ""}
WRONG = [
    *(("bid", kind) for kind in ODD),
    *(("value", kind) for kind in ODD if kind not in ("nothing", "empty", "zeros", "NUL")),
    *(("currency", kind) for kind in ODD),
    *(("reason", kind) for kind in ("nothing", "empty", "NUL", "zeros")),
]


def statuses(client, address, forms):
    """What is answered to each; they are all of one record, since none of them changes it."""
    return {words: refused(client, address, form) for words, form in forms.items()}


def key(tender, asked=None):
    """Of the first bid and the question."""
    asked = asked or tender.lot.requirements.scored_by_people().get().pk
    return f"{tender.bids_made[0].pk}/{asked}"


def test_an_award_of_odd_words_is_refused(client, tender):
    for bid, requirement in tender.sheet.handed_in:
        about = {"bid": bid, "requirement": requirement, "score": 3, "words": "We agreed on 3."}
        Consensus.reach(tender.lot, by=tender.sheet.evaluator, at=LATER, **about)
    make.closed(tender.lot)
    client.force_login(tender.person)
    right = {**RIGHT, "bid": str(tender.bids_made[1].pk), "confirm": "1"}
    forms = {f"{name}, {kind}": {**right, name: ODD[kind]} for name, kind in WRONG}
    forms |= {f"standstill, {day}": {**right, "standstill_until": day} for day in DAYS}
    answers = statuses(client, on_lot("lot-award", tender), forms)
    assert {words: status for words, status in answers.items() if status != 422} == {}


def test_a_contract_of_a_day_that_is_none_is_refused(client, awarded):
    client.force_login(awarded.person)
    forms = {day: {"contracted_on": day} for day in [*DAYS, "\x00", ""]}
    assert set(statuses(client, on_lot("lot-contract", awarded), forms).values()) == {422}


@pytest.mark.parametrize("name", ["contract_start", "deadline", "questions_until"])
def test_a_day_of_a_notice_that_is_none_is_refused(client, name):
    draft = make.tender()
    client.force_login(draft.person)
    clock = "" if name == "contract_start" else "T12:00"
    about = {"title": "T", "language": "en", "wording": "neutral", "zone": "UTC"}
    forms = {day: {**about, name: f"{day}{clock}"} for day in DAYS}
    address = reverse("tender-details", args=[draft.reference])
    assert set(statuses(client, address, forms).values()) == {422}


def test_a_reason_that_says_nothing_is_refused(client, tender):
    client.force_login(tender.person)
    forms = {kind: {"reason": ODD[kind]} for kind in ("nothing", "empty", "NUL")}
    exclude = reverse("bid-exclude", args=[tender.bids_made[0].pk])
    for address in (on_lot("lot-cancel", tender), exclude):
        assert set(statuses(client, address, forms).values()) == {422}


def test_a_consensus_on_what_is_not_asked_is_refused(client, tender):
    client.force_login(tender.sheet.evaluator)
    odd = [*ODD.values(), key(tender, NOBODY), "/a/b", "x" * 5000, f"{NOBODY}/{NOBODY}"]
    said = {"score": "3", "words": "We agreed on 3."}
    forms = {about: {"about": about, **said} for about in odd}
    address = on_lot("lot-consensus", tender)
    assert set(statuses(client, address, forms).values()) == {409}
    about, empty = key(tender), ("nothing", "NUL")
    forms = {kind: {"about": about, **said, "words": ODD[kind]} for kind in empty}
    assert set(statuses(client, address, forms).values()) == {422}
    assert "Say what you agreed, and why." in client.post(address, forms["NUL"]).text
    forms = {score: {"about": about, **said, "score": score} for score in ("", "6", "-1", "²")}
    assert set(statuses(client, address, forms).values()) == {422}
    assert "Choose the score that you agreed on" in client.post(address, forms["6"]).text
    assert not Consensus.objects.exists()


def test_the_opening_is_held_once(client, tender):
    client.force_login(tender.person)
    for name in ("opening-call", "opening-open"):
        address = reverse(name, args=[tender.reference])
        assert refused(client, address, {"confirm": "\x00"}) in (403, 409)
