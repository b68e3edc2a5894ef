"""What a record of each kind must look like: its keys, their types, lengths and choices."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from standards.catalogue.editions import Criterion, Domain, Edition, Obligation, SeedCategory
from standards.catalogue.facts import Fact
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import Review
from standards.catalogue.rules import Rule

WORDS = {
    str: "text; put it in quotes",
    bool: "true or false",
    int: "a whole number",
    date: "a date such as 2026-12-01",
    list: "a list",
    dict: "a mapping",
}
LOOKALIKES = {int: (bool,), date: (datetime,)}


@dataclass(frozen=True)
class Key:
    """One key of a record: its type, whether it may be left out, and what it may hold."""

    kind: type
    needed: bool = True
    most: int = 0  # characters of a text
    among: frozenset[Any] | None = None
    form: re.Pattern[str] | None = None
    of: type | None = None  # kind of a list's members

    def wrong(self, value: Any) -> str:
        """What is wrong with a value, or nothing."""
        fits = isinstance(value, self.kind) and type(value) not in LOOKALIKES.get(self.kind, ())
        if not fits:
            return f"is {value!r:.60} and should be {WORDS[self.kind]}"
        if self.kind is str and (self.needed and not value.strip()):
            return "is empty"
        if self.most and len(value) > self.most:
            return f"has {len(value)} characters, at most {self.most}"
        if self.among is not None and value not in self.among:
            return f"is {value!r:.60}, not one of {', '.join(map(str, sorted(self.among)))}"
        if self.form is not None and not self.form.fullmatch(value):
            return f"is {value!r:.60}; use letters, digits, dots and hyphens"
        if self.of and not all(isinstance(member, self.of) for member in value):
            return f"should hold {WORDS[self.of].split(';')[0]} only"
        return ""


KEY = re.compile(r"[a-z0-9][a-z0-9._-]*")
REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
CRITERION_REF = re.compile(r"[^\W_][\w.+()-]*")  # NIST writes AC-2(1); letters of any script


def text(most: int = 0) -> Key:
    return Key(str, most=most)


def maybe(most: int = 0) -> Key:
    return Key(str, needed=False, most=most)


def key(most: int) -> Key:
    return Key(str, most=most, form=KEY)


def one_of(choices: type[Any], *but: str, needed: bool = True) -> Key:
    return Key(str, needed=needed, among=frozenset(choices.values) - set(but))


def texts(needed: bool = False) -> Key:
    return Key(list, needed=needed, of=str)


def mappings(needed: bool = True) -> Key:
    return Key(list, needed=needed, of=dict)


MAYBE_DATE = Key(date, needed=False)
MAYBE_MAP = Key(dict, needed=False)
MAYBE_BOOL = Key(bool, needed=False)
STATUS = one_of(Review, needed=False)

SHAPES: dict[str, dict[str, Key]] = {
    "edition": {
        "id": key(80),
        "standard": key(60),
        "edition": text(60),
        "name": text(250),
        "issuing_body": text(250),
        "version": text(200),
        "published": text(200),
        "effective_from": MAYBE_DATE,
        "grace_until": MAYBE_DATE,
        "supersedes": maybe(80),
        "language": Key(str, needed=False, form=re.compile("[a-z]{2}")),
        "reference": text(250),
        "seed_category": one_of(SeedCategory),
        "domain": one_of(Domain),
        "jurisdictions": texts(needed=True),
        "text_licence": text(),
        "may_quote_text": text(250),
        "catalogue_licence": text(40),
        "notice": maybe(),
        "source_basis": maybe(),
        "notes": maybe(),
        "last_checked": MAYBE_DATE,
        "status": one_of(Edition.Status, "withdrawn", needed=False),
        "source": MAYBE_MAP,
        "groups": mappings(needed=False),
        "level_structure": mappings(),
        "criteria_count": Key(int, needed=False),
        "criteria": mappings(),
        "translations": MAYBE_MAP,
    },
    "level": {
        "id": Key(str, most=30, form=REF),
        "obligation": one_of(Obligation),
        "label": text(250),
        "cumulative": MAYBE_BOOL,
        "translations": MAYBE_MAP,
    },
    "group": {
        "id": text(120),
        "title": text(200),
        "ref": maybe(60),
        "text": maybe(),
        "parent": maybe(120),
        "translations": MAYBE_MAP,
    },
    "criterion": {
        "ref": Key(str, most=60, form=CRITERION_REF),
        "title": text(250),
        "level": text(30),
        "statement": text(),
        "guidance": maybe(),
        "evidence_hint": maybe(),
        "domain": one_of(Domain),
        "group": maybe(200),
        "part": maybe(120),
        "parent": maybe(60),
        "force": one_of(Criterion.Force, needed=False),
        "source_id": maybe(250),
        "more": MAYBE_MAP,
        "verification": Key(str, needed=False, among=frozenset({"document", "test"})),
        "translations": MAYBE_MAP,
    },
    "fact": {
        "id": key(40),
        "type": one_of(Fact.Type),
        "group": one_of(Fact.Group),
        "ask": text(250),
        "why": maybe(250),
        "values": mappings(needed=False),
        "translations": MAYBE_MAP,
    },
    "value": {
        "id": Key(str, most=40, form=REF),
        "label": text(120),
        "alone": MAYBE_BOOL,
        "data_domain": maybe(40),
    },
    "rule": {
        "id": Key(str, most=20, form=REF),
        "when": Key(dict),
        "then": Key(dict),
        "why": text(),
        "legal_basis": maybe(),
        "human_confirmation": MAYBE_BOOL,
        "applies_from": MAYBE_DATE,
        "legal_reference_excludes": texts(),
        "status": STATUS,
        "translations": MAYBE_MAP,
    },
    "then": {
        "standard": text(80),
        "effect": one_of(Rule.Effect),
        "level": maybe(30),
        "criteria": texts(),
    },
    "need": {
        "id": key(40),
        "group": one_of(Need.Group),
        "label": text(160),
        "means": text(250),
        "learners": maybe(160),
        "also_searched_as": texts(),
        "anchors": MAYBE_MAP,
        "evidence": Key(dict),
        "status": STATUS,
        "translations": MAYBE_MAP,
    },
    "evidence": {
        "required_all": texts(needed=True),
        "required_any": mappings(needed=False),
        "supporting": texts(),
        "barriers_if_not_met": texts(),
        "tested_with_people": texts(),
    },
    "any": {"label": text(250), "any_of": texts(needed=True)},
    "profile": {
        "id": Key(str, most=40, form=re.compile(r"[a-z0-9-]+")),
        "label": text(120),
        "for": text(250),
        "criteria": texts(),
        "editions": mappings(needed=False),
        "if_ai": texts(),
        "laws": MAYBE_MAP,
        "all_laws": MAYBE_BOOL,
        "includes": texts(),
        "least": MAYBE_MAP,
        "status": STATUS,
        "translations": MAYBE_MAP,
    },
    "whole": {"edition": text(80), "level": maybe(30)},
    "mapping": {
        "source": text(141),
        "relation": one_of(Mapping.Relation),
        "target": text(141),
        "strength": Key(int, needed=False, among=frozenset(range(1, 11))),
        "rationale": maybe(40),
        "note": maybe(),
        "group": maybe(120),
        "origin": text(250),
        "status": STATUS,
    },
    "related": {
        "source": text(80),
        "level": maybe(30),
        "relation": one_of(Mapping.Relation),
        "target": text(250),
        "note": maybe(),
    },
    "scheme": {
        "id": key(40),
        "name": text(160),
        "operator": text(160),
        "validity": text(200),
        "imports_as": Key(str, among=frozenset({"AL0", "AL1", "AL2", "AL3", "AL4"})),
        "supports": texts(),
        "care": maybe(),
        "basis": maybe(200),
    },
}


def misfits(kind: str, data: dict[str, Any]) -> Iterator[str]:
    """What keeps a record from having the shape of its kind, in words."""
    shape = SHAPES[kind]
    for name in data.keys() - shape.keys():
        yield f"`{name}` is not a key of a {kind}"
    for name, expected in shape.items():
        if name in data:
            wrong = expected.wrong(data[name])
            if wrong:
                yield f"`{name}` {wrong}"
        elif expected.needed:
            yield f"`{name}` is missing"
