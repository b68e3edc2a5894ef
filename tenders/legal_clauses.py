"""Packs: what the law of a place says about naming standards, and what it asks of a notice.

Each is a file of `content/`, dated and reviewable by counsel. It says of every statement on what
it rests, and whether that was read or recalled. None is edited in place: change its words, change
`dated`. A published tender holds the words it was published with. The portal informs; it gives no
advice.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from django.utils.translation import get_language
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from standards.catalogue.content import BrokenContent, Problem, files, read
from standards.catalogue.records import wrongs

LANGUAGES = ("en", "fr")
CONTENT = Path(__file__).parent / "content"
PLAIN = "neutral"  # the pack for a law that none covers


def in_each(words: dict[str, str]) -> dict[str, str]:
    if set(words) != set(LANGUAGES):
        raise ValueError(f"should be said in {' and '.join(LANGUAGES)}")
    return words


Words = Annotated[dict[str, str], AfterValidator(in_each)]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


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
    demands: list[Demand] = []


def load(folder: Path = CONTENT) -> dict[str, Pack]:
    """Every pack, the neutral one first. BrokenContent with file, place and reason."""
    packs = [one(path) for path in files(folder)]
    packs.sort(key=lambda pack: (pack.key != PLAIN, pack.name["en"]))
    return {pack.key: pack for pack in packs}


def one(path: Path) -> Pack:
    data = read(path)
    try:
        pack = Pack.model_validate(data)
    except ValidationError as error:
        reasons = [Problem(path.name, "", reason) for reason in wrongs(error, data)]
        raise BrokenContent(*reasons) from error
    if pack.key != path.stem:
        raise BrokenContent(Problem(path.name, "", f"`key` is {pack.key}, not {path.stem}"))
    return pack


PACKS = load()


def pack(key: str) -> Pack:
    """The pack of a law; the neutral one for a law that none covers."""
    return PACKS.get(key, PACKS[PLAIN])


def spoken() -> str:
    """The reader's language, where packs are said in it."""
    language = (get_language() or "")[:2]
    return language if language in LANGUAGES else LANGUAGES[0]


def proof(pack: Pack) -> dict[str, str]:
    """Which other proof is accepted, in the words of the law or in neutral ones."""
    return pack.clause.proof or PACKS[PLAIN].clause.proof or {}
