"""The lifecycle of a tender, with the allowed pairs written by hand."""

import pytest

from certcentre.lifecycle import IllegalMove
from tenders.cancelling import cancel_tender
from tests import make

ALLOWED = {
    ("draft", "publish"),
    ("published", "award"),
    ("published", "cancel"),
}
STATES = ("draft", "published", "awarded", "cancelled")
STEPS = {
    "publish": lambda tender, at: tender.publish(by=tender.person, at=at),
    "award": lambda tender, at: make.awarded(tender, at=at),
    "cancel": lambda tender, at: cancel_tender(tender, by=tender.person, at=at, reason="None"),
}
AFTER = {"publish": "published", "award": "awarded", "cancel": "cancelled"}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_tender_moves_as_designed(db, state, step, at):
    tender = make.tender(status=state)
    if (state, step) in ALLOWED:
        STEPS[step](tender, at)
        tender.refresh_from_db()
        assert tender.status == AFTER[step]
    else:
        with pytest.raises(IllegalMove):
            STEPS[step](tender, at)
        tender.refresh_from_db()
        assert tender.status == state


def test_a_published_tender_cannot_be_edited(db, at):
    tender = make.tender(status="published")
    by = tender.person
    with pytest.raises(IllegalMove):
        tender.state(by=by, at=at, title="Other")
    with pytest.raises(IllegalMove):
        tender.lot.add_words("More", by=by, at=at)
    with pytest.raises(IllegalMove):
        tender.lot.requirements.first().remove(by=by, at=at)
