"""The bytes of a bid that was handed in: all that the buyer will read, and their shape."""

from collections.abc import Iterable, Sequence
from typing import Any

import rfc8785

from certcentre.log.models import digest
from certcentre.plain_text import plain
from tenders.bids import dossier, self_declaration
from tenders.bids.offer import Offer
from tenders.bids.offered import Line
from tenders.frozen_body import moment

FORMAT = "certcentre.bid/1"


def freeze(bid: Offer, answered: Sequence[Line], **more: Any) -> dict[str, Any]:
    """Its columns as it is signed, or brought: then `more` says by whom and in which file. The
    canonical bytes (RFC 8785) and their digest."""
    frozen = rfc8785.dumps(written(bid, answered) | more)
    return {"body": frozen, "digest": digest(frozen)}


def written(bid: Offer, answered: Iterable[Line]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        **stated(bid),
        "tender_digest": bid.tender.digest,
        "lot_title": plain(bid.lot.title),
        "bidder": bidder_written(bid),
        "products": [] if bid.brought else products_written(bid),
        "requirements": [line_written(line) for line in answered],
        **({} if bid.brought else dossier.written(bid)),
    }


def products_written(bid: Offer) -> list[dict[str, str]]:
    releases = bid.releases.select_related("solution").order_by("solution__name", "pk")
    return [
        {"release": str(each.pk), "solution": str(each.solution_id), "name": plain(str(each))}
        for each in releases
    ]


def bidder_written(bid: Offer) -> dict[str, Any]:
    """Whose it is; of one that was brought no more is known than the name."""
    organisation = bid.organisation
    return {
        "id": str(organisation.pk) if organisation else None,
        "name": plain(bid.present_bidder),
        "country": organisation.country if organisation else "",
        "register_number": plain(organisation.register_number) if organisation else "",
    }


def stated(bid: Offer) -> dict[str, Any]:
    """What its columns say too."""
    more = {"bidder": bidder_written(bid), "form_digest": bid.form_digest} if bid.brought else {}
    return more | {
        "number": bid.number,
        "tender": bid.tender.reference,
        "lot": bid.lot.number,
        "organisation": None if bid.brought else str(bid.organisation_id),
        "price": f"{bid.price:.2f}" if bid.price is not None else None,
        "currency": bid.currency,
        "price_words": plain(bid.price_words),
        "offer": plain(bid.offer),
        "declared": self_declaration.written(bid),
        "signatory": {"name": plain(bid.signatory_name), "role": plain(bid.signatory_role)},
        "handed_in": moment(bid.handed_in_at) if bid.handed_in_at else None,
    }


def unlike(bid: Offer) -> list[str]:
    """The columns of a bid that do not say what its frozen body says."""
    content = {"declared": []} | bid.content  # once nothing was
    return [name for name, value in stated(bid).items() if content.get(name) != value]


def line_written(line: Line) -> dict[str, Any]:
    """One requirement: the answer, what stands for it, and the bidder's words."""
    claim = line.claim
    return {
        "id": str(line.requirement.pk),
        "ref": line.ref,
        "response": line.response,
        "enough": line.enough,
        "words": plain(line.words),
        "product": str(line.stands_for_it.pk) if line.stands_for_it else None,
        "stated": plain(line.stated),
        "claim": {
            "criterion": claim.criterion.key,
            "outcome": claim.outcome,
            "assurance": claim.assurance,
            "basis": claim.basis,
            "accepted_by": claim.accepted_by,
            "source": claim.source,
            "from": moment(claim.valid_from),
            "to": moment(claim.valid_until) if claim.valid_until else None,
        }
        if claim
        else None,
    }
