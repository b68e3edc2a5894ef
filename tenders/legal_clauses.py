"""Packs: what the law of a place says about naming standards, and what it asks of a notice.

Each is a file of `content/`, dated and reviewable by counsel. It says of every statement on what
it rests, and whether that was read or recalled. None is edited in place: change its words, change
`dated`. A published tender holds the words it was published with. The portal informs; it gives no
advice.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from standards.catalogue.content import BrokenContent, Problem, files, read
from standards.catalogue.records import wrongs
from tenders.paper_languages import CONTENT, LANGUAGES, ORIGINAL, Language, Part, of, said_in_each

PLAIN = "neutral"  # the pack for a law that none covers


Words = dict[str, str]  # by language; which, `said_in_each` checks


class Stated(Part):
    """A statement: the place in the law, and what of it was read or is recalled."""

    basis: Words
    read: str = ""
    recalled: str = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if not self.read and not self.recalled:
            raise ValueError("says neither what was read nor what is recalled")
        return self


class Clause(Stated):
    """The equivalence clause; `proof` is empty where the neutral pack's words serve."""

    words: Words
    proof: Words | None = None


class Period(Stated):
    """The fewest days bidders have; None where the law gives no number, or we are not sure."""

    days: Annotated[int, Field(ge=1, le=366)] | None = None
    count: Literal["calendar", "working"] = "calendar"  # working: Monday to Friday


class Minimum(Part):
    """How long bids are taken at least: from publishing, and after a change."""

    open: Period
    electronic: Period | None = None  # where bids are handed in online
    accelerated: Period | None = None  # with a reason
    changed: Period


class Standstill(Stated):
    """The time between the award and the contract in which one may object. `days` where those who
    were not chosen are told electronically, `other_days` where not; None where not known."""

    days: Annotated[int, Field(ge=1, le=366)] | None = None
    other_days: Annotated[int, Field(ge=1, le=366)] | None = None
    count: Literal["calendar", "working"] = "calendar"  # working: Monday to Friday
    first: Literal["award", "after"] = "after"  # the first day that counts: of the award, or next


class Demand(Stated):
    """What a notice says under this law."""

    fields: Annotated[list[str], Field(min_length=1)]


class Pack(Part):
    """What holds for purchases under one law."""

    key: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]
    dated: date
    last_checked: date
    name: Words
    law: Words
    clause: Clause
    minimum: Minimum | None = None
    standstill: Standstill | None = None
    demands: list[Demand] = []


def load(folder: Path = CONTENT, languages: Mapping[str, Language] = LANGUAGES) -> dict[str, Pack]:
    """Every pack, the neutral one first. BrokenContent with file, place and reason."""
    packs = [one(path, languages) for path in files(folder)]
    packs.sort(key=lambda pack: (pack.key != PLAIN, pack.name[ORIGINAL]))
    return {pack.key: pack for pack in packs}


def one(path: Path, languages: Mapping[str, Language]) -> Pack:
    data = read(path)
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        reasons = [Problem(path.name, "", reason) for reason in wrongs(error, data)]
        raise BrokenContent(*reasons) from error
    if pack.key != path.stem:
        raise BrokenContent(Problem(path.name, "", f"`key` is {pack.key}, not {path.stem}"))
    return Pack.model_validate(said_in_each(pack.key, data, languages))


PACKS = load()


def pack(key: str) -> Pack:
    """The pack of a law; the neutral one for a law that none covers."""
    return PACKS.get(key, PACKS[PLAIN])


def proof(pack: Pack) -> dict[str, str]:
    """Which other proof is accepted, in the words of the law or in neutral ones."""
    return pack.clause.proof or PACKS[PLAIN].clause.proof or {}


def clause(key: str, language: str) -> list[str]:
    """The equivalence clause of a wording pack, one string a paragraph."""
    chosen, words = pack(key), of(language)
    law = chosen.law[language]
    return [
        *(line.format(required=words.neutrality.required) for line in words.clause),
        proof(chosen)[language],
        chosen.clause.words[language],
        *([words.under.format(law=law)] if law else []),
        words.advice.format(dated=chosen.dated.isoformat()),
    ]


def wording(key: str, language: str, levels: set[int]) -> dict[str, object]:
    """Every sentence of the annex that is not a requirement, as it is frozen at publication."""
    chosen, words = pack(key), of(language)
    other_proof = words.neutrality.other_proof
    return {
        "pack": chosen.key,
        "name": chosen.name[language],
        "dated": chosen.dated.isoformat(),
        "how": list(words.how),
        "definitions": [list(pair) for pair in words.definitions],
        "schedule": [
            [level, *(cell.format(other_proof=other_proof) for cell in words.schedule[level - 1])]
            for level in sorted(levels)
        ],
        "clause": clause(key, language),
    }
