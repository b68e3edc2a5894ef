"""Changing a published tender: a new version, begun from the words of the one in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from certcentre.accounts.models import Role
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import record
from tenders.authors import admit
from tenders.copying import copy
from tenders.tender import Tender

Body = Mapping[str, Any]
ABOUT = ("title", "summary", "language", "countries", "languages", "deadline")
SAID = (
    "text",
    "cites",
    "alternatives",
    "obligation",
    "weight",
    "least",
    "must_be_present",
    "evidence",
    "justification",
)


def amend(earlier: Tender, *, by: Any, at: datetime, reason: str) -> Tender:
    """Begin the next version as a draft. The earlier one stays in force until it is published."""
    admit(by, earlier.buyer_id, Role.EDITOR, at=at)
    if not reason.strip():
        raise NotReady(gettext("Say why. The public reads the reason."))
    try:
        with transaction.atomic():
            held = Tender.objects.select_for_update().get(pk=earlier.pk)
            require_amendable(held, at=at)
            return _begin(held, by=by, at=at, reason=reason.strip())
    except IntegrityError as twin:
        raise IllegalMove(gettext("The next version is being written already.")) from twin


def require_amendable(tender: Tender, *, at: datetime) -> None:
    """Refuse what is not in force, and what nobody can bid for any more."""
    tender.require_in_force()
    if not tender.is_open(at=at):
        raise IllegalMove(
            gettext("Bids have closed, so its words stay. Award it, or cancel it and start again.")
        )


def _begin(earlier: Tender, *, by: Any, at: datetime, reason: str) -> Tender:
    version = earlier.version + 1
    first = earlier.reference.removesuffix(f"-v{earlier.version}")
    made = Tender.objects.create(
        reference=f"{first}-v{version}",
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


@dataclass(frozen=True)
class Changes:
    """What one version asks otherwise than the one before, by the refs of each."""

    about: list[str]  # names of what the tender says of itself
    new: list[Body]
    changed: list[Body]
    gone: list[Body]

    def __bool__(self) -> bool:
        return bool(self.about or self.new or self.changed or self.gone)


def changes(before: Body, after: Body) -> Changes:
    """Between two written tenders (`freezing.written`). Requirements are the same where lot and
    criterion are; one in own words where lot and words are."""
    old, new = by_name(before), by_name(after)
    return Changes(
        about=[name for name in ABOUT if before[name] != after[name]]
        + (["wording"] if before["wording"]["pack"] != after["wording"]["pack"] else []),
        new=[one for name, one in new.items() if name not in old],
        changed=[
            one
            for name, one in new.items()
            if name in old and any(one[part] != old[name][part] for part in SAID)
        ],
        gone=[one for name, one in old.items() if name not in new],
    )


def by_name(body: Body) -> dict[tuple[int, str], Body]:
    return {
        (lot["number"], one["criterion"] or one["text"]): one
        for lot in body["lots"]
        for one in lot["requirements"]
    }
