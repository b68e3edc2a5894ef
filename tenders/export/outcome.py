"""What became of a tender as open contracting data: its end, its awards, its contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tenders.export.ocds import Json, without_empty

ENDED = {"awarded": ("tenderUpdate", "complete"), "cancelled": ("tenderCancellation", "cancelled")}


@dataclass(frozen=True)
class Given:
    """To whom a lot was awarded, and when the contract was signed."""

    lot: int
    supplier: str
    supplier_id: str  # empty: known by name alone
    amount: float | None
    currency: str
    at: datetime
    why: str
    cancelled: bool = False
    contracted_on: date | None = None


@dataclass(frozen=True)
class Ending:
    """What became of a published tender: awarded or cancelled, when and why; the lots that were
    awarded, and the numbers of those that were cancelled."""

    status: str
    at: datetime
    why: str
    given: tuple[Given, ...] = ()
    cancelled: frozenset[int] = frozenset()


def after(made: Json, ending: Ending) -> Json:
    """The release that says what became of a tender: the same words, with their new state."""
    tag, status = ENDED[ending.status]
    about = made["tender"]
    gone = {str(number) for number in ending.cancelled}
    lots = [lot | {"status": "cancelled" if lot["id"] in gone else status} for lot in about["lots"]]
    return made | {
        "id": f"{made['id']}-{ending.status}",
        "date": ending.at.isoformat(timespec="seconds"),
        "tag": ["award"] if ending.given else [tag],
        "parties": [*made["parties"], *suppliers(ending.given)],
        "tender": about | {"status": status, "lots": lots, "certcentre_outcome": ending.why},
        **without_empty({"awards": [award(made["ocid"], each) for each in ending.given]}),
    }


def contracted(made: Json, given: Sequence[Given]) -> Json:
    """The release that says when contracts were signed, after the one that says who was awarded."""
    signed = [each for each in given if each.contracted_on]
    days = [each.contracted_on.isoformat() for each in signed if each.contracted_on]
    return made | {
        "id": f"{made['id']}-contracted",
        "date": f"{max(days)}T00:00:00+00:00",
        "tag": ["contract"],
        "contracts": [
            {
                "id": f"{made['ocid']}-contract-{each.lot}",
                "awardID": award_id(made["ocid"], each),
                "status": "active",
                "dateSigned": f"{day}T00:00:00+00:00",
            }
            for each, day in zip(signed, days, strict=True)
        ],
    }


def award_id(ocid: str, given: Given) -> str:
    return f"{ocid}-award-{given.lot}"


def supplier_id(given: Given) -> str:
    return given.supplier_id or f"supplier-of-lot-{given.lot}"


def award(ocid: str, given: Given) -> Json:
    value = {"amount": given.amount, "currency": given.currency}
    return without_empty(
        {
            "id": award_id(ocid, given),
            "description": given.why,
            "status": "cancelled" if given.cancelled else "active",
            "date": given.at.isoformat(timespec="seconds"),
            "value": value if given.amount is not None else None,
            "suppliers": [{"id": supplier_id(given), "name": given.supplier}],
            "relatedLots": [str(given.lot)],
        }
    )


def suppliers(given: Sequence[Given]) -> list[Json]:
    """Each supplier once."""
    known = {supplier_id(each): each.supplier for each in given}
    return [{"id": key, "name": name, "roles": ["supplier"]} for key, name in known.items()]
