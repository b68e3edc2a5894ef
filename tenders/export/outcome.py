"""What became of a tender as open contracting data: its end, its awards, its contracts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tenders.export.ocds import Json, without_empty

ENDED = {"awarded": ("tenderUpdate", "complete"), "cancelled": ("tenderCancellation", "cancelled")}


@dataclass(frozen=True)
class Given:
    """To whom a lot was awarded, and on which day the contract was signed, said when."""

    lot: int
    supplier: str
    supplier_id: str
    amount: float | None
    currency: str
    at: datetime
    why: str
    bids: int | None = None  # how many came
    signed_on: date | None = None
    signed_at: datetime | None = None
    pending_until: datetime | None = None  # from when on a contract may be signed

    def stands(self, at: datetime) -> str:
        """How an award stands that no contract followed yet: while one may object it is pending."""
        return "pending" if self.pending_until and at < self.pending_until else "active"


@dataclass(frozen=True)
class Ending:
    """What became of a published tender: awarded or cancelled, when and why; the lots that were
    awarded, and when the others, or lots of these, were cancelled, by number."""

    status: str
    at: datetime
    why: str
    given: tuple[Given, ...] = ()
    cancelled: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Closing:
    """That the evaluation of a lot was closed, by a number of its own, and perhaps opened again."""

    number: int
    lot: int
    closed_at: datetime
    reopened_at: datetime | None = None
    why: str = ""


def with_invited(made: Json, invited: Sequence[tuple[str, str]]) -> Json:
    """The same, with whom the buyer invited: key and name. The standard has no field for it."""
    if not invited:
        return made
    named = [{"id": key, "name": name} for key, name in invited]
    return made | {"tender": made["tender"] | {"certcentre_invited": named}}


def evaluated(made: Json, closings: Sequence[Closing]) -> list[Json]:
    """What is published, and a release more each time that an evaluation was closed or opened
    again: the milestones of assessment that were met by then."""
    steps = [(each.closed_at, f"evaluated-{each.number}") for each in closings]
    steps += [
        (each.reopened_at, f"evaluated-{each.number}-reopened")
        for each in closings
        if each.reopened_at
    ]
    releases = [made]
    for at, name in sorted(steps):
        met = [milestone(made["ocid"], each, at) for each in closings if each.closed_at <= at]
        releases.append(
            made
            | {
                "id": f"{made['id']}-{name}",
                "date": at.isoformat(timespec="seconds"),
                "tag": ["tenderUpdate"],
                "tender": made["tender"] | {"milestones": met},
            }
        )
    return releases


def milestone(ocid: str, closing: Closing, at: datetime) -> Json:
    """The assessment of a lot as it stood at a moment; not met where it was opened again."""
    again = closing.reopened_at if closing.reopened_at and closing.reopened_at <= at else None
    return without_empty(
        {
            "id": f"{ocid}-evaluation-{closing.number}",
            "title": f"Evaluation of lot {closing.lot}",
            "type": "assessment",
            "description": closing.why if again else None,
            "dateModified": (again or closing.closed_at).isoformat(timespec="seconds"),
            "dateMet": None if again else closing.closed_at.isoformat(timespec="seconds"),
            "status": "notMet" if again else "met",
            "relatedLots": [str(closing.lot)],
        }
    )


def after(made: Json, ending: Ending, first: str) -> Iterator[Json]:
    """The releases since a tender ended, each whole, with its own id and date: none changes when
    another follows. `first`: the id of what was published."""
    made = made | {"id": first}
    tag = "award" if ending.given and ending.status == "awarded" else ENDED[ending.status][0]
    yield standing(made, ending, ending.status, tag, ending.at)
    later = [
        (each.signed_at, f"contract-{each.lot}", "contract")
        for each in ending.given
        if each.signed_at
    ]
    later += [
        (when, f"cancelled-{number}", "awardCancellation")
        for number, when in ending.cancelled.items()
    ]
    for at, name, of in sorted(later):
        if at > ending.at:
            yield standing(made, ending, name, of, at)


def standing(made: Json, ending: Ending, name: str, tag: str, at: datetime) -> Json:
    """The same words, with the state that lots, awards and contracts had at a moment."""
    status = ENDED[ending.status][1]
    gone = {number for number, when in ending.cancelled.items() if when <= at}
    about, parties = made["tender"], made["parties"]
    lots = [
        lot | {"status": "cancelled" if int(lot["id"]) in gone else status} for lot in about["lots"]
    ]
    signed = [each for each in ending.given if each.signed_at and each.signed_at <= at]
    stand = [
        "cancelled" if each.lot in gone else "active" if each in signed else each.stands(at)
        for each in ending.given
    ]
    awards = [
        award(made["ocid"], each, status=state)
        for each, state in zip(ending.given, stand, strict=True)
    ]
    contracts = [contract(made["ocid"], each) for each in signed]
    return made | {
        "id": f"{made['id']}-{name}",
        "date": at.isoformat(timespec="seconds"),
        "tag": [tag],
        "parties": [*parties, *suppliers(ending.given)],
        "tender": about | {"status": status, "lots": lots, "certcentre_outcome": ending.why},
        **without_empty(
            {"awards": awards, "contracts": contracts, "bids": received(made, ending.given)}
        ),
    }


def received(made: Json, given: Sequence[Given]) -> Json:
    """How many bids came for each lot that was awarded, where that was said."""
    return {
        "statistics": [
            {
                "id": f"{made['ocid']}-bids-{each.lot}",
                "measure": "bids",
                "value": each.bids,
                "relatedLot": str(each.lot),
            }
            for each in given
            if each.bids
        ]
    }


def contract(ocid: str, given: Given) -> Json:
    return {
        "id": f"{ocid}-contract-{given.lot}",
        "awardID": award_id(ocid, given),
        "status": "active",
        "dateSigned": f"{given.signed_on}T00:00:00+00:00",
    }


def award_id(ocid: str, given: Given) -> str:
    return f"{ocid}-award-{given.lot}"


def award(ocid: str, given: Given, *, status: str) -> Json:
    value = {"amount": given.amount, "currency": given.currency}
    return without_empty(
        {
            "id": award_id(ocid, given),
            "description": given.why,
            "status": status,
            "date": given.at.isoformat(timespec="seconds"),
            "value": value if given.amount is not None else None,
            "suppliers": [{"id": given.supplier_id, "name": given.supplier}],
            "relatedLots": [str(given.lot)],
        }
    )


def suppliers(given: Sequence[Given]) -> list[Json]:
    """Each supplier once."""
    known = {each.supplier_id: each.supplier for each in given}
    return [{"id": key, "name": name, "roles": ["supplier"]} for key, name in known.items()]
