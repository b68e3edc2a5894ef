"""Holding a tender and one of its lots while a step on the lot is taken.

Award, contract, cancelling, scores, consensus and exclusion take it before they check anything for
good, so that of two of them at once the second sees what the first did.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tenders.lot import Lot
from tenders.tender import Tender


@contextmanager
def held(lot: Lot) -> Iterator[Tender]:
    """Hold the tender, then the lot, as they stand now, until the step is taken."""
    with transaction.atomic():
        tender = Tender.objects.held(lot.tender_id)[lot.tender_id]
        lot.status = Lot.objects.select_for_update().get(pk=lot.pk).status
        lot.tender = tender
        yield tender
