"""Exclusion and selection grounds: content with the ESPD's codes, what a buyer picks of it, and as
that is frozen with the tender (rule R83).

Pure. A code that was once given stays in the content, since drafts and copies name it; its words
are frozen with the tender that asks for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext
from pydantic import Field, ValidationError, model_validator

from certcentre.lifecycle import NotReady
from standards.catalogue.content import BrokenContent, Problem, read
from standards.catalogue.records import wrongs
from tenders import paper_languages
from tenders.legal_clauses import Stated, Words
from tenders.paper_languages import CONTENT, Part, said_in_each
from tenders.voice import Voice

FILE = CONTENT / "grounds" / "espd.yaml"
EXCLUSION, SELECTION = "exclusion", "selection"
Pick = dict[str, str]  # code, kind, and what is asked in the buyer's words
Body = Mapping[str, Any]  # one ground as it is frozen, or the tender that it is frozen in
ANSWERS = {EXCLUSION: ("clear", "applies"), SELECTION: ("met", "not_met")}
FALLS_SHORT = ("applies", "not_met")


class Ground(Part):
    """One ground; `asks`: an example of the buyer's own words, which it says nothing without."""

    code: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    title: Words
    words: Words
    asks: Words | None = None


class Group(Stated):
    """Grounds that rest on the same place of the law."""

    key: Annotated[str, Field(pattern=r"^[a-z]{2,20}$")]
    kind: Literal["exclusion", "selection"]
    name: Words
    grounds: Annotated[list[Ground], Field(min_length=1)]

    @model_validator(mode="after")
    def _asked(self) -> Self:
        if self.kind == SELECTION and not all(ground.asks for ground in self.grounds):
            raise ValueError("a ground for selection says with `asks` what a buyer writes")
        return self


class Grounds(Part):
    """The list that grounds are picked from; `codes` says where its codes were read."""

    key: str
    dated: date
    last_checked: date
    name: Words
    codes: Stated
    groups: list[Group]

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [ground.code for group in self.groups for ground in group.grounds]
        if len(codes) > len(set(codes)):
            raise ValueError("has a code twice")
        return self


def load(path: Path = FILE) -> Grounds:
    """BrokenContent with file, place and reason."""
    data = read(path)
    try:
        known = Grounds.model_validate(data)
    except ValidationError as error:
        reasons = [Problem(path.name, "", reason) for reason in wrongs(error, data)]
        raise BrokenContent(*reasons) from error
    return Grounds.model_validate(said_in_each(known.key, data, paper_languages.LANGUAGES))


LIST = load()
BY_CODE = {ground.code: (group, ground) for group in LIST.groups for ground in group.grounds}


def picked(asked: Mapping[str, str]) -> list[Pick]:
    """What is picked, by code with the buyer's words, in the order of the list.

    NotReady for a code that is not in it, and where words are lacking.
    """
    if unknown := set(asked) - set(BY_CODE):
        words = gettext("No such ground: %(codes)s.")
        raise NotReady(words % {"codes": ", ".join(sorted(unknown))})
    lacking = [code for code in asked if BY_CODE[code][1].asks and not asked[code].strip()]
    if lacking:
        words = gettext("Say in your words what is asked: %(codes)s.")
        raise NotReady(words % {"codes": ", ".join(lacking)})
    return [
        {"code": code, "kind": group.kind, "asked": asked[code].strip() if ground.asks else ""}
        for code, (group, ground) in BY_CODE.items()
        if code in asked
    ]


def written(picks: Iterable[Pick], voice: Voice) -> list[dict[str, str]]:
    """As they are frozen, in the language of the tender."""
    language = voice.language
    return [
        {
            "code": pick["code"],
            "kind": pick["kind"],
            "group": BY_CODE[pick["code"]][0].name[language],
            "title": BY_CODE[pick["code"]][1].title[language],
            "words": BY_CODE[pick["code"]][1].words[language],
            "asked": voice.open(pick["asked"]),
        }
        for pick in picks
    ]


def asks(body: Body) -> list[tuple[str, str]]:
    """Which grounds a frozen tender asks for, and in which words; once none could be asked."""
    return [(ground["code"], ground["asked"]) for ground in body.get("grounds", ())]


@dataclass(frozen=True)
class Section:
    """The grounds for exclusion, or those for selection, by group."""

    title: str
    answers: tuple[str, ...]  # in words
    groups: list[tuple[str, list[Body]]]


def sections(body: Body) -> list[Section]:
    """What a frozen tender asks for, as it is set out."""
    labels = paper_languages.of(body["language"]).grounds
    return [
        Section(
            labels[kind],
            tuple(labels[answer] for answer in ANSWERS[kind]),
            [
                (name, list(rows))
                for name, rows in groupby(members, key=lambda ground: str(ground["group"]))
            ],
        )
        for kind, members in groupby(body.get("grounds", ()), key=lambda ground: ground["kind"])
    ]


def paragraphs(ground: Body, language: str) -> list[str]:
    """All that is said of one below its title."""
    asked = (
        paper_languages.of(language).grounds["asked"].format(asked=ground["asked"])
        if ground["asked"]
        else ""
    )
    return [words for words in (ground["words"], asked) if words]


def as_data(body: Body) -> Iterator[dict[str, Any]]:
    """As criteria of OCDS, about the tenderer and answered by it: one for each ground, since those
    of one criterion would stand for each other."""
    labels = paper_languages.of(body["language"]).grounds
    for ground in body.get("grounds", ()):
        key, good = f"ground-{ground['code']}", ANSWERS[ground["kind"]][0]
        yield {
            "id": key,
            "title": ground["title"],
            "description": ground["group"],
            "source": "tenderer",
            "relatesTo": "tenderer",
            "requirementGroups": [
                {
                    "id": f"{key}-all",
                    "requirements": [
                        {
                            "id": f"{key}-{good}",
                            "title": labels[good],
                            "description": "\n".join(paragraphs(ground, body["language"])),
                            "dataType": "boolean",
                            "expectedValue": True,
                        }
                    ],
                }
            ],
            "certcentre_kind": ground["kind"],
            "certcentre_code": ground["code"],
            "certcentre_asked": ground["asked"] or None,
        }


def differing(before: Body, after: Body) -> tuple[list[str], list[str]]:
    """What went and what came between two frozen tenders, each in words."""
    old, new = before.get("grounds", ()), after.get("grounds", ())

    def only(those: Sequence[Body], others: Body) -> list[str]:
        known = asks(others)
        return [called(each) for each in those if (each["code"], each["asked"]) not in known]

    return only(old, after), only(new, before)


def called(ground: Body) -> str:
    return f"{ground['title']} ({ground['asked']})" if ground["asked"] else str(ground["title"])


def called_here(code: str) -> str:
    """The title of one of the list, in the reader's language."""
    return BY_CODE[code][1].title[paper_languages.spoken()]
