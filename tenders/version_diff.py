"""What one version of a tender asks otherwise than another. Pure: between two written tenders."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from certcentre.numbers import reference_of
from standards.catalogue.difference import Piece, marked
from tenders import grounds
from tenders.notice import Notice
from tenders.scoring import HIGHEST
from tenders.voice import second_of

Body = Mapping[str, Any]  # as `frozen_body.written` gives it, or one of its requirements
PLACES = ("countries", "languages")
OF_LOT = ("title", "products", "countries", "all_countries", "languages", "all_languages")
OF_PRICE = ("price_kind", "price_words", "price_weight", "price_formula")
OF_QUALITY = ("earns", "threshold")
OF_SCORES = tuple(f"score_{n}" for n in range(HIGHEST + 1))
OF_AWARD = OF_PRICE + OF_QUALITY + OF_SCORES
TERMS = tuple(name for name in Notice.TERMS if name != "value_public")  # none: not in a body
ABOUT = tuple(name for name in Notice.DETAILS if name not in Notice.TERMS)
SAID = (
    *("title", "obligation", "weight", "least_score", "least", "must_be_present", "text", "cites"),
    *("alternatives", "evidence", "justification"),
)


def carried(key: str, reference: str) -> str:
    """What a requirement is known by in the tender of this reference that took it over."""
    return str(uuid5(UUID(key), reference))


def follow_to(key: str, line: str, first: int, last: int) -> str:
    """What a requirement of version `first` is known by in version `last`; itself in an earlier.

    `line`: the reference of version 1.
    """
    for version in range(first + 1, last + 1):
        key = carried(key, reference_of(line, version))
    return key


@dataclass(frozen=True)
class Change:
    """A requirement that both versions have, and what it now says otherwise. `moved`: the lots,
    where it went to another one."""

    before: Body
    after: Body
    moved: tuple[int, int] | None = None

    @property
    def parts(self) -> list[str]:
        """Names of what differs."""
        return [name for name in SAID if self.before.get(name) != self.after.get(name)]

    @property
    def differs(self) -> bool:
        return bool(self.parts or self.moved)

    def marked(self, name: str) -> list[Piece]:
        """Both texts of a part as one, with the words that went and came."""
        return marked(str(self.before[name] or ""), str(self.after[name] or ""))


@dataclass(frozen=True)
class Changes:
    """`lots` and `renumbered` are by the numbers of the later version."""

    about: dict[str, tuple[Any, Any]]  # what the tender says of itself: name → before, after
    lots: dict[int, dict[str, tuple[Any, Any]]]  # what a lot says of itself: number → name → both
    renumbered: dict[int, int]  # number now → number before, where it is another
    new_lots: list[Body]
    gone_lots: list[Body]
    new: list[Body]
    changed: list[Change]
    gone: list[Body]

    def __bool__(self) -> bool:
        lots = self.lots or self.renumbered or self.new_lots or self.gone_lots
        return bool(self.about or lots or self.new or self.changed or self.gone)


def changes(before: Body, after: Body) -> Changes:
    """What went, came and is said otherwise; what only has another place is the same."""
    old, new = rows(before), rows(after)
    pairs = paired(old, new, after["reference"])
    lots = same_lots(before, after, pairs, old)
    both = [
        Change(
            old[pairs[key]].body,
            row.body,
            None if lots.get(row.lot) == old[pairs[key]].lot else (old[pairs[key]].lot, row.lot),
        )
        for key, row in new.items()
        if key in pairs
    ]
    about = {name: (said(before, name), said(after, name)) for name in ABOUT + TERMS}
    about["documents"] = filed(before), filed(after)
    about["grounds"] = grounds.differing(before, after)
    about["second"] = in_second(before, after), in_second(after, before)
    kept = set(pairs.values())
    return Changes(
        about={name: pair for name, pair in about.items() if pair[0] != pair[1]},
        lots=lots_changed(before, after, lots),
        renumbered={now: then for now, then in lots.items() if now != then},
        new_lots=[lot for lot in after["lots"] if lot["number"] not in lots],
        gone_lots=[lot for lot in before["lots"] if lot["number"] not in lots.values()],
        new=[row.body for key, row in new.items() if key not in pairs],
        changed=[change for change in both if change.differs],
        gone=[row.body for key, row in old.items() if key not in kept],
    )


@dataclass(frozen=True)
class Row:
    """A requirement and the number of its lot."""

    lot: int
    body: Body

    @property
    def what(self) -> tuple[str, str]:
        """What it asks for: a criterion, a fact, or its own words."""
        if self.body["criterion"]:
            return "criterion", self.body["criterion"]
        if fact := self.body.get("fact"):
            return "fact", fact["key"]
        return "words", self.body["text"]


Rows = dict[str, Row]  # by the id of the requirement


def rows(body: Body) -> Rows:
    return {
        requirement["id"]: Row(lot["number"], requirement)
        for lot in body["lots"]
        for requirement in lot["requirements"]
    }


def paired(old: Rows, new: Rows, reference: str) -> dict[str, str]:
    """Which requirement of the version before each one is: {id now: id before}.

    The one that it was taken over from; else the one that asks for the same in the same lot; else
    in another lot. Each is one, and of several alike the first is the first.
    """
    pairs = {key: then for then in old if (key := carried(then, reference)) in new}
    for same in (lambda row: (row.lot, row.what), lambda row: row.what):
        waiting: dict[Any, list[str]] = {}
        taken = set(pairs.values())
        for then, row in old.items():
            if then not in taken:
                waiting.setdefault(same(row), []).append(then)
        for key, row in new.items():
            if key not in pairs and (alike := waiting.get(same(row))):
                pairs[key] = alike.pop(0)
    return pairs


def same_lots(before: Body, after: Body, pairs: dict[str, str], old: Rows) -> dict[int, int]:
    """Which lot of the version before each one is: where most of what it asks came from, else the
    one of the same title, else of the same number."""
    number = {
        requirement["id"]: row for row in after["lots"] for requirement in row["requirements"]
    }
    came = Counter(
        (number[key]["number"], old[then].lot) for key, then in pairs.items() if key in number
    )
    titles = {lot["title"]: lot["number"] for lot in reversed(before["lots"])}
    known = {lot["number"] for lot in before["lots"]}
    same: dict[int, int] = {}
    likely = [pair for pair, _count in came.most_common()]
    likely += [(lot["number"], titles.get(lot["title"], 0)) for lot in after["lots"]]
    likely += [(lot["number"], lot["number"]) for lot in after["lots"]]
    for now, then in likely:
        if now not in same and then in known and then not in same.values():
            same[now] = then
    return same


def lots_changed(
    before: Body, after: Body, same: Mapping[int, int]
) -> dict[int, dict[str, tuple[Any, Any]]]:
    """What lots that both versions have say otherwise of themselves."""
    old = {lot["number"]: lot for lot in before["lots"]}
    pairs = {
        lot["number"]: {
            name: (about_lot(old[same[lot["number"]]], before, name), about_lot(lot, after, name))
            for name in OF_LOT
        }
        | {
            name: (award_said(old[same[lot["number"]]], name), award_said(lot, name))
            for name in OF_AWARD
        }
        for lot in after["lots"]
        if lot["number"] in same
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


def award_said(lot: Body, name: str) -> Any:
    """What the award criteria of a lot say; None for what they say nothing of, or once did not."""
    award = lot.get("award") or {}
    if name in OF_SCORES:
        scores = award.get("scores") or [None] * len(OF_SCORES)
        return scores[OF_SCORES.index(name)]
    if name in OF_QUALITY:
        return (award.get("quality") or {}).get(name)
    return (award.get("price") or {}).get(name.removeprefix("price_")) or None


def filed(body: Body) -> list[tuple[str, str, str, str]]:
    """The documents of the call: kind, title, name and digest of each; once there were none."""
    known = body.get("documents", ())
    return [(each["kind"], each["title"], each["file_name"], each["digest"]) for each in known]


def in_second(body: Body, other: Body) -> list[str]:
    """What one tender says in a second language and the other does not: the code of the language
    where it is another, and own words; once there was none."""
    language, words = second_of(body)
    other_language, known = second_of(other)
    new = [words[text] for text in words if known.get(text) != words[text]]
    return [language, *new] if language != other_language else new


def said(body: Body, name: str) -> Any:
    """A pack of words is known by its name; its text follows from what is asked. What says
    nothing is alike, also of a version from before it could be said."""
    if name in TERMS:
        return body.get("notice", {}).get(name) or None
    return body["wording"]["pack"] if name == "wording" else body[name]
