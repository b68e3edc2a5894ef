"""Changing a published tender: a new version, begun from the words of the one in force."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from certcentre.accounts.models import Role
from certcentre.lifecycle import IllegalMove, reason_required
from certcentre.log.models import record
from tenders.authors import admit
from tenders.copying import copy
from tenders.tender import Tender


def amend(earlier: Tender, *, by: Any, at: datetime, reason: str) -> Tender:
    """Begin the next version as a draft. The earlier one stays in force until it is published."""
    admit(by, earlier.buyer_id, Role.EDITOR, at=at)
    why = reason_required(reason, public=True)
    try:
        with transaction.atomic():
            held = Tender.objects.select_for_update().get(pk=earlier.pk)
            require_amendable(held, at=at)
            return _begin(held, by=by, at=at, reason=why)
    except IntegrityError as twin:
        raise IllegalMove(gettext("The next version is being written already.")) from twin


def require_amendable(tender: Tender, *, at: datetime) -> None:
    """Refuse what is not in force, and what nobody can bid for any more."""
    tender.require_in_force()
    if not tender.is_open(at=at):
        raise IllegalMove(
            gettext("Bids have closed, so its words stay. Award it, or cancel it and start again.")
        )


def first_reference(tender: Tender) -> str:
    """The reference of version 1, which those of later versions begin with."""
    return tender.reference.removesuffix(f"-v{tender.version}")


def _begin(earlier: Tender, *, by: Any, at: datetime, reason: str) -> Tender:
    version = earlier.version + 1
    made = Tender.objects.create(
        reference=f"{first_reference(earlier)}-v{version}",
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
    record(made, "tender.started", by=by, at=at, organisation=made.buyer, reason=reason)
    copy(earlier, made, by=by, at=at)
    return made
