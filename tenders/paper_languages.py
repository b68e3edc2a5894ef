"""The languages of tenders: each is a folder of `content/languages/`, and nothing else.

`words.yaml` holds every fixed word of a tender's papers; `laws.yaml` and `grounds.yaml` what the
packs and the list of grounds say, by place. English is the original: another language says all
that English says, or is refused with the place that lacks it. Not gettext: a paper is in the
language of its tender, whoever exports it.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from certcentre import places
from standards.catalogue.content import BrokenContent, Problem, read
from standards.catalogue.records import Data, wrongs
from standards.catalogue.translations import HUMAN, MACHINE

ORIGINAL = "en"
CONTENT = Path(__file__).parent / "content"
PLACES = "laws", "grounds"  # files that say what stands elsewhere, by place
LONGEST = 3  # letters of a code
Table = dict[str, str]
Pattern = str  # a regular expression


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Neutrality(Part):
    """The words of openness, and how a text that narrows competition is told."""

    equivalent: str
    required: str
    foreign: str  # of a law that is in force in none of the countries of use: `places`
    other_proof: str
    covered: Pattern  # what says "or equivalent" in any of its forms
    level: str  # the word before the level of a standard
    closed_formats: Pattern
    leads: Pattern  # words after which a name is most likely a product or a maker
    articles: Pattern
    issued: Pattern  # words after which a name is most likely who certifies
    fillers: str  # what a sentence may hold and still say nothing but a standard's name


class Elsewhere(Part):
    """What one file of content says, by place; `of`: the date of the original that it says."""

    of: date
    words: Table


class Language(Part):
    """All that a tender's papers need in one language."""

    code: Annotated[str, Field(pattern=rf"^[a-z]{{2,{LONGEST}}}$")]
    made_by: Literal[HUMAN, MACHINE]  # type: ignore[valid-type]
    neutrality: Neutrality
    annex: Table
    how: list[str]
    definitions: list[list[str]]
    schedule: list[list[str]]  # by assurance: what counts, who may issue it, how old it may be
    clause: list[str]
    under: str
    advice: str
    notice: Table
    choices: Table
    facts: Table
    award: Table
    scores: list[str]
    grounds: Table
    data: Table
    places: dict[str, Elsewhere] = {}  # by name of the file

    @model_validator(mode="after")
    def _known(self) -> Self:
        try:  # whose dates, numbers and names of places are written
            Locale.parse(self.code)
        except UnknownLocaleError as error:
            raise ValueError(f"is of no language that we can write dates in: {error}") from error
        return self

    @property
    def rtl(self) -> bool:
        return bool(Locale(self.code).text_direction == "rtl")


def load(folder: Path = CONTENT / "languages") -> dict[str, Language]:
    """Every language, the original first. BrokenContent with file, place and reason."""
    codes = sorted(path.name for path in folder.iterdir() if path.is_dir())
    known = {code: one(folder / code) for code in sorted(codes, key=lambda each: each != ORIGINAL)}
    problems = [
        Problem(f"{code}/words.yaml", "", reason)
        for code, language in known.items()
        for reason in differences(words_of(known[ORIGINAL]), words_of(language))
    ]
    if problems:
        raise BrokenContent(*problems)
    return known


def one(folder: Path) -> Language:
    elsewhere: dict[str, Any] = {}
    for name in PLACES:
        path = folder / f"{name}.yaml"
        elsewhere |= read(path) if path.exists() else {}
    given = {"code": folder.name, **read(folder / "words.yaml"), "places": elsewhere}
    try:
        return Language.model_validate(given)
    except ValidationError as error:
        name = f"{folder.name}/words.yaml"
        raise BrokenContent(*(Problem(name, "", why) for why in wrongs(error, given))) from error


def words_of(language: Language) -> Table:
    """Its fixed words, each with its place, such as annex.lot_title."""
    return dict(flat(language.model_dump(exclude={"code", "made_by", "neutrality", "places"}), ""))


def flat(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
        return
    for key, part in members(value):
        yield from flat(part, f"{place}.{key}" if place else key)


def differences(original: Table, words: Table) -> Iterator[str]:
    """Where a language says less or more than the original, or leaves out what is filled in."""
    for place in original:
        if not words.get(place, "").strip() and original[place]:
            yield f"`{place}` is missing"
        elif gaps(words[place]) != gaps(original[place]):
            wanted = ", ".join(sorted(gaps(original[place]))) or "nothing"
            yield f"`{place}` should leave room for {wanted}"
    yield from (f"`{place}` is not a key that we know" for place in words if place not in original)


def gaps(words: str) -> set[str]:
    """What is filled into a sentence, by name; one with a lone brace has a gap of its own."""
    try:
        return {name for _text, name, _shape, _more in Formatter().parse(words) if name is not None}
    except ValueError:
        return {words}


def said_in_each(name: str, original: Data, languages: Mapping[str, Language]) -> Data:
    """A file of content whose words, {en: …}, have those of every language beside them.

    BrokenContent where a language says less or more, or says an older original.
    """
    problems = []
    for code, language in languages.items():
        if code == ORIGINAL:
            continue
        elsewhere = language.places.get(name)
        if elsewhere is None:
            problems.append(Problem(f"{code}", "", f"`{name}` is missing"))
            continue
        if elsewhere.of != original.get("dated"):
            problems.append(Problem(code, name, f"says the original of {elsewhere.of}"))
        left = dict(elsewhere.words)
        missing = [place for place in filled(original, "", code, left) if place]
        problems += [Problem(code, name, f"`{place}` is missing") for place in missing]
        problems += [Problem(code, name, f"`{place}` is not a place of it") for place in left]
    if problems:
        raise BrokenContent(*problems)
    return original


def filled(value: object, place: str, code: str, words: Table) -> Iterator[str]:
    """Puts the words of a language beside the original, taking each away; yields what is lacking.

    A member of a list is named by its key or code, else by its number.
    """
    if isinstance(value, dict) and isinstance(value.get(ORIGINAL), str):
        if place in words and bool(words[place].strip()) == bool(value[ORIGINAL]):
            value[code] = words.pop(place)
        else:
            yield place
        return
    for key, part in members(value):
        yield from filled(part, f"{place}.{key}" if place else key, code, words)


def members(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from ((str(key), part) for key, part in value.items())
    elif isinstance(value, list):
        for number, part in enumerate(value, start=1):
            named = part if isinstance(part, dict) else {}
            yield str(named.get("key") or named.get("code") or number), part


LANGUAGES = load()


def of(code: str) -> Language:
    """The words of a language; those of the original for one that none has."""
    return LANGUAGES.get(code, LANGUAGES[ORIGINAL])


def spoken() -> str:
    """The reader's language, where tenders are said in it."""
    return of((get_language() or "").split("-")[0]).code


def name_of(code: str) -> str:
    """What the reader calls a language."""
    return places.language(code).capitalize()


def choices() -> list[tuple[str, str]]:
    """The languages that a tender can be in, for a form."""
    return [(code, name_of(code)) for code in LANGUAGES]
