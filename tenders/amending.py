"""Beginning a tender from an earlier one: the next version of one in force, or a copy."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotAllowed, reason_required
from certcentre.log.models import record
from certcentre.numbers import reference_of
from tenders import asking_grounds, second_language
from tenders.documents import Document
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.steps import TENDER_STARTED
from tenders.tender import Tender
from tenders.version_diff import carried


def amend(earlier: Tender, *, by: User, at: datetime, reason: str) -> Tender:
    """Begin the next version as a draft. The earlier one stays in force until it is published."""
    earlier.may_amend(by=by, at=at)
    why = reason_required(reason, public=True)
    try:
        with transaction.atomic():
            tender = Tender.objects.select_for_update().get(pk=earlier.pk)
            tender.may_amend(by=by, at=at)
            return _begin(tender, by=by, at=at, reason=why)
    except IntegrityError as twin:
        raise IllegalMove(gettext("The next version is being written already.")) from twin


def _begin(earlier: Tender, *, by: User, at: datetime, reason: str) -> Tender:
    version = earlier.version + 1
    made = Tender.objects.create(
        reference=reference_of(earlier.line, version),
        version=version,
        amends=earlier,
        amended_because=reason,
        buyer=earlier.buyer,
        created_at=at,
        changed_at=at,
        created_by=by,
        **{name: getattr(earlier, name) for name in Tender.DETAILS},
    )
    made.authors.add(by)
    record(made, TENDER_STARTED, by=by, at=at, organisation=made.buyer, reason=reason)
    copy(earlier, made, by=by, at=at)
    Document.copy(earlier.documents.all(), tender=made)
    return made


COPIED = ("position", "criterion_id", "fact", "least_score", *Requirement.CHANGED)


def copy(earlier: Tender, into: Tender, *, by: User, at: datetime) -> None:
    """Take over grounds, lots and requirements as they stand; the draft had one empty lot.

    Each requirement is known by what it was copied from, so that it can be followed.

    In the next version it keeps its reference, too (rule R141).

    Reasons come along and are read again before publishing: they were written for another call.
    """
    if earlier.buyer_id != into.buyer_id:
        raise NotAllowed("A tender is copied within one organisation.")
    with into.edited(by=by, at=at):
        asking_grounds.copy(earlier, into)
        second_language.copy(earlier, into)
        into.lots.all().delete()
        for lot in earlier.lots.prefetch_related("requirements").order_by("number"):
            about = {name: getattr(lot, name) for name in Lot.DETAILS + Lot.AWARD}
            follows = lot if into.amends_id == earlier.pk else None
            made = Lot.objects.create(tender=into, number=lot.number, follows=follows, **about)
            rows = [
                Requirement(
                    pk=carried(str(row.pk), into.reference),
                    lot=made,
                    number=row.number_in_lot if follows else None,
                    **{name: getattr(row, name) for name in COPIED},
                )
                for row in lot.requirements.all()
            ]
            Requirement.objects.bulk_create(rows, batch_size=500)
