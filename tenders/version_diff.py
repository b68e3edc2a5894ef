"""What one version of a tender asks otherwise than another. Pure: between two written tenders."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

Body = Mapping[str, Any]  # as `frozen_body.written` gives it, or one of its requirements
ABOUT = ("title", "summary", "language", "countries", "languages", "deadline", "wording")
PLACES = ("countries", "languages")
OF_LOT = ("title", "products", "countries", "all_countries", "languages", "all_languages")
TERMS = (
    *("method", "method_reason", "category", "scheme", "code", "code_words", "value", "currency"),
    *("contract_start", "contract_months", "contract_extensions", "contact_office"),
    *("contact_email", "contact_phone", "bid_how", "bid_address", "bid_languages", "zone"),
    *("questions_until", "valid_days", "short_reason"),
)
SAID = ("obligation", "weight", "least", "must_be_present", "text", "cites", "alternatives",
        "evidence", "justification")  # fmt: skip


def carried(key: str, reference: str) -> str:
    """What a requirement is known by in the tender of this reference that took it over."""
    return str(uuid5(UUID(key), reference))


@dataclass(frozen=True)
class Change:
    """A requirement that both versions have, and what it now says otherwise."""

    before: Body
    after: Body

    @property
    def parts(self) -> list[str]:
        """Names of what differs."""
        return [name for name in SAID if self.before[name] != self.after[name]]


@dataclass(frozen=True)
class Changes:
    about: dict[str, tuple[Any, Any]]  # what the tender says of itself: name → before, after
    lots: dict[int, dict[str, tuple[Any, Any]]]  # what a lot says of itself: number → name → both
    new: list[Body]
    changed: list[Change]
    gone: list[Body]

    def __bool__(self) -> bool:
        return bool(self.about or self.lots or self.new or self.changed or self.gone)


def changes(before: Body, after: Body) -> Changes:
    """Requirements are the same where lot and criterion or fact are; one in own words where its
    words. Of several that ask for one fact, the first is the first."""
    old, new = dict(by_name(before)), dict(by_name(after))
    both = [Change(old[name], requirement) for name, requirement in new.items() if name in old]
    pairs = {name: (said(before, name), said(after, name)) for name in ABOUT + TERMS}
    return Changes(
        about={name: pair for name, pair in pairs.items() if pair[0] != pair[1]},
        lots=lots_changed(before, after),
        new=[requirement for name, requirement in new.items() if name not in old],
        changed=[requirement for requirement in both if requirement.parts],
        gone=[requirement for name, requirement in old.items() if name not in new],
    )


def lots_changed(before: Body, after: Body) -> dict[int, dict[str, tuple[Any, Any]]]:
    """What lots that both versions have say otherwise of themselves."""
    old = {lot["number"]: lot for lot in before["lots"]}
    pairs = {
        lot["number"]: {
            name: (about_lot(old[lot["number"]], before, name), about_lot(lot, after, name))
            for name in OF_LOT
        }
        for lot in after["lots"]
        if lot["number"] in old
    }
    differing = {
        number: {name: pair for name, pair in about.items() if pair[0] != pair[1]}
        for number, about in pairs.items()
    }
    return {number: about for number, about in differing.items() if about}


def about_lot(lot: Body, body: Body, name: str) -> Any:
    """What a lot says of itself; None where that is what the tender says, or once said for all."""
    value = lot.get(name, body.get(name, True))
    return None if name in PLACES and value == body[name] else value


def by_name(body: Body) -> Iterator[tuple[tuple[int, str], Body]]:
    for lot in body["lots"]:
        asked: Counter[str] = Counter()  # how often of each fact
        for requirement in lot["requirements"]:
            name = requirement["criterion"] or requirement["text"]
            if fact := requirement.get("fact"):
                asked[fact["key"]] += 1
                name = f"{fact['key']} {asked[fact['key']]}"
            yield (lot["number"], name), requirement


def said(body: Body, name: str) -> Any:
    """A pack of words is known by its name; its text follows from what is asked. What says
    nothing is alike, also of a version from before it could be said."""
    if name in TERMS:
        return body.get("notice", {}).get(name) or None
    return body["wording"]["pack"] if name == "wording" else body[name]
