"""Beginning a tender from an earlier one of the same buyer."""

from datetime import datetime
from typing import Any

from certcentre.lifecycle import NotAllowed
from tenders.requirements import Lot, Requirement
from tenders.tender import Tender

COPIED = (
    "position",
    "criterion_id",
    "words",
    "obligation",
    "weight",
    "least",
    "must_be_present",
    "evidence_asked",
    "justification",
    "alternatives",
)


def copy(earlier: Tender, into: Tender, *, by: Any, at: datetime) -> None:
    """Take over lots and requirements as they stand; the draft had one empty lot.

    Reasons come along and are read again before publishing: they were written for another call.
    """
    if earlier.buyer_id != into.buyer_id:
        raise NotAllowed("A tender is copied within one organisation.")
    with into.edited(by=by, at=at):
        into.lots.all().delete()
        for lot in earlier.lots.prefetch_related("requirements").order_by("number"):
            made = Lot.objects.create(tender=into, number=lot.number, title=lot.title)
            rows = [
                Requirement(lot=made, **{name: getattr(row, name) for name in COPIED})
                for row in lot.requirements.all()
            ]
            Requirement.objects.bulk_create(rows, batch_size=500)
