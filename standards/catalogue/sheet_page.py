"""The page of a long sheet: what its address asks to see, what it sent, and the parts it shows.

With script rows come as they are in sight; without, a page holds a hundred.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from certcentre.lifecycle import Conflict, StepRefused
from certcentre.repeated import Row as Repeated
from certcentre.saving import SAVED, code_of
from certcentre.step_page import or_nothing
from standards.catalogue.long_sheet import LONGEST_FIND, Done, Group, L, LongSheet

PAGE = 100  # rows of one page: 1,189 would be 2 MB on a phone
MOST = 2 * PAGE  # rows that one post may save
SOME = 50  # rows that come at once as they come into sight
Flag = tuple[str, str, str]  # kind, icon, words
T = TypeVar("T")  # what was typed in a row


@dataclass(frozen=True)
class View:
    """What the address asks to see."""

    only: str
    words: str
    page: str
    opened: int  # the row that stands open
    row: int  # the row to begin with
    domain: str  # the domain to begin with
    group: int  # the group to begin with

    @classmethod
    def of(cls, asked: QueryDict, filters: type[TextChoices]) -> "View":
        only = asked.get("only", "")
        return cls(
            only=only if only in filters.values else "",
            words=asked.get("q", "").strip()[:LONGEST_FIND],
            page=asked.get("page", ""),
            opened=key_of(asked.get("open", "")),
            row=key_of(asked.get("row", asked.get("open", ""))),
            domain=asked.get("domain", ""),
            group=key_of(asked.get("group", "")),
        )

    @property
    def here(self) -> str:
        """The query to go on from: `?only=open&`."""
        query = QueryDict(mutable=True)
        query.update({name: text for name, text in self.kept.items() if text})
        return f"?{query.urlencode()}&" if query else "?"

    @property
    def kept(self) -> dict[str, str]:
        return {"only": self.only, "q": self.words}

    @property
    def filter(self) -> dict[str, str]:
        """What a search keeps of the address."""
        return {"only": self.only}

    def begins(self, sheet: LongSheet[L]) -> int | str:
        """The page to show: of the row, the group or the domain asked for, else of the number."""
        groups = [each for each in sheet.groups if each.place == self.group]
        if self.row:
            wanted = {self.row}
        elif groups:
            wanted = {line.pk for line in groups[0].lines}
        elif self.domain:
            wanted = {line.pk for line in sheet.lines if line.domain == self.domain}
        else:
            return self.page
        places = (place for place, line in enumerate(sheet.shown) if line.pk in wanted)
        return next(places, 0) // PAGE + 1


def key_of(text: str) -> int:
    """The key of a row; 0 where it can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def keys_asked(asked: QueryDict) -> list[int]:
    """The rows that come into sight (`k=12.13`)."""
    return [key for text in asked.get("k", "").split(".")[:MOST] if (key := key_of(text))]


def keys_of(sent: QueryDict) -> list[int]:
    """The rows that a page sent: each says by `s12` what it showed."""
    keys = [name[1:] for name in sent if name[:1] == "s" and name[1:].isdecimal()][:MOST]
    return [key for key in map(key_of, keys) if key]


def picked(sent: QueryDict, seen: Mapping[int, int]) -> dict[int, int]:
    """The rows that are ticked, each with the revision at which it was in sight: of its row, or
    said with the tick (`12.3`)."""
    ticks = {}
    for text in sent.getlist("pick"):
        name, _, revision = text.partition(".")
        key = key_of(name)
        if key in seen or revision:
            ticks[key] = key_of(revision) if revision else seen[key]
    return ticks


@dataclass
class Result(Generic[T]):
    """What one post did: rows that were written, rows that were not, and a deed to many."""

    number: int = 0
    refused: Mapping[int, tuple[T, StepRefused]] = field(default_factory=dict)
    written: str = ""  # how many were, in words
    picked: Mapping[int, int] = field(default_factory=dict)
    done: Done | None = None
    problem: StepRefused | None = None  # why nothing was done to those that are ticked

    @property
    def sentences(self) -> list[str]:
        done = [or_nothing(self.done.sentence, self.done.number)] if self.done else []
        return [*([self.written] if self.number else []), *done]

    @property
    def left(self) -> list[tuple[int, str, str]]:
        """Key, ref and why of what stays as it was."""
        left = self.done.left if self.done else []
        return [(key, ref, str(problem)) for key, ref, problem in left]

    def problems(self, refs: Mapping[int, str]) -> list[str]:
        """Why something was not written, with the `refs` of rows whose reasons do not name them."""
        rows = [
            f"{refs[key]}: {problem}" if key in refs else str(problem)
            for key, (_, problem) in self.refused.items()
        ]
        return list(dict.fromkeys([*rows, *map(str, filter(None, [self.problem]))]))

    @property
    def status(self) -> int:
        """200, or 409 where somebody else was quicker with one of them."""
        refusals = [problem for _, problem in self.refused.values()]
        if any(isinstance(problem, Conflict) for problem in refusals):
            return 409
        if refusals:
            return max(code_of(problem) for problem in refusals)
        return code_of(self.problem) if self.problem else 200

    def tell(self, request: HttpRequest) -> None:
        """In the messages of the next page."""
        for words in self.sentences:
            messages.success(request, words)
        for _key, ref, why in self.left:
            messages.warning(request, f"{ref}: {why}")


@dataclass(frozen=True)
class Chunk:
    """Rows that stand or come together; without rows they come when they are in sight."""

    keys: str
    rows: list[Repeated]


@dataclass(frozen=True)
class Section(Generic[L]):
    """One group of the sheet as far as it is shown. `here`: some of it without script too."""

    group: Group[L]
    here: bool
    first_of_domain: bool
    chunks: list[Chunk]


def sections(sheet: LongSheet[L], page: int, row_of: Callable[[L], Repeated]) -> list[Section[L]]:
    """The groups with the rows of one page; the others as keys."""
    shown = {line.pk: place // PAGE + 1 for place, line in enumerate(sheet.shown)}
    made, domains = [], set()
    for group in sheet.groups:
        lines = [line for line in group.lines if line.pk in shown]
        if not lines:
            continue
        chunks = []
        for number, together in groupby(lines, key=lambda line: shown[line.pk]):
            here = list(together)
            if number == page:
                chunks.append(Chunk("", [row_of(line) for line in here]))
                continue
            for start in range(0, len(here), SOME):
                part = here[start : start + SOME]
                chunks.append(Chunk(".".join(str(line.pk) for line in part), []))
        first = group.domain not in domains
        domains.add(group.domain)
        made.append(Section(group, any(chunk.rows for chunk in chunks), first, chunks))
    return made


def who(name: str | None, mine: bool, when: datetime | None, at: datetime) -> str:
    """Who said it, and when."""
    if not when:
        return ""
    day = date_format(when, "j M" if when.year == at.year else "j M Y")
    name = gettext("You") if mine else name
    return gettext("%(name)s, %(date)s") % {"name": name, "date": day} if name else day


def to_whom(name: str | None, mine: bool, due: date | None, at: datetime) -> str:
    """Whose it is to do, and until when."""
    name = gettext("You") if mine else str(name)
    if not due:
        return name
    day = date_format(due, "j M" if due.year == at.year else "j M Y")
    return gettext("%(name)s, by %(date)s") % {"name": name, "date": day}


def outline(sheet: LongSheet[L]) -> list[dict[str, Any]]:
    """Domains with their groups and how far each is."""
    made = []
    for domain, groups in groupby(sheet.groups, key=lambda group: group.domain):
        parts = list(groups)
        made.append(
            {
                "domain": domain,
                "label": parts[0].label,
                "done": sum(group.done for group in parts),
                "of": sum(group.of for group in parts),
                "groups": parts,
            }
        )
    return made


def tally(sheet: LongSheet[L]) -> list[dict[str, Any]]:
    """The filters with their counts, as components/tools.html shows them."""
    filters = [
        ("", gettext("All")),
        *((str(value), str(label)) for value, label in sheet.FILTERS.choices),
    ]
    return [
        {
            "key": key or "all",
            "only": key,
            "words": words,
            "number": sheet.tally[key],
            "current": key == sheet.only,
        }
        for key, words in filters
    ]


def counts(sheet: LongSheet[L], groups: Iterable[Group[L]] | None = None) -> dict[str, Any]:
    """What templates/components/_sheet_counts.html writes; of these groups, or of all."""
    changed = sheet.groups if groups is None else list(groups)
    domains = {group.domain for group in changed}
    return {
        "tally": tally(sheet),
        "sheet": sheet,
        "domains": [each for each in outline(sheet) if each["domain"] in domains],
        "groups": changed,
    }


def page_of(sheet: LongSheet[L], view: View) -> Page[L]:
    """The rows that a page holds without script."""
    return Paginator(sheet.shown, PAGE).get_page(view.begins(sheet))


def context_of(sheet: LongSheet[L], view: View, row_of: Callable[[L], Repeated]) -> dict[str, Any]:
    """What templates/long_sheet.html shows: one page of the sheet, and the counts around it."""
    paged = page_of(sheet, view)
    return {
        "wide": True,
        "view": view,
        "here": view.here,
        "page": paged,
        "sections": sections(sheet, paged.number, row_of),
        "outline": outline(sheet),
        "tally": tally(sheet),
        "sheet": sheet,
        "number": len(sheet.shown),
        "next_open": next((line.pk for line in paged.object_list if line.open), None),
        "longest_find": LONGEST_FIND,
    }


def hits(sheet: LongSheet[L]) -> HttpResponse:
    """Which rows hold the words: their keys, and a line that says how many."""
    keys = [line.pk for line in sheet.shown]
    words = ngettext("%(n)s criterion", "%(n)s criteria", len(keys)) % {"n": len(keys)}
    text = ".".join(map(str, keys))
    return HttpResponse(f"{text}\n{words}", content_type="text/plain; charset=utf-8")


def pressed_reply(
    request: HttpRequest, sheet: LongSheet[L], refs: Mapping[int, str], result: Result[T]
) -> HttpResponse:
    """What a press changed, for the page that it was made on. `refs`: of the rows by key."""
    typed = [(key, refs[key], str(problem)) for key, (_, problem) in result.refused.items()]
    context = {
        **counts(sheet),
        "said": result.sentences,
        "problem": result.problem,
        "left": [*typed, *result.left],
    }
    response = render(request, "components/_sheet_saved.html", context)
    response.status_code = result.status
    response[SAVED] = str(result.number)
    return response


def onward(sent: QueryDict, view: View, count: int, pressed: str) -> dict[str, str] | None:
    """Where a page without script goes after it was saved, as a query of the same address: the same
    place; with “go on” the next page, None after the last. `count`: rows in all."""
    page = sent.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    if pressed.isdecimal():
        return {**view.kept, "row": pressed}
    if sent.get("do") != "next":
        return {**view.kept, "page": str(number) if number > 1 else ""}
    if any(view.kept.values()):  # what is left of them moves up
        return view.kept
    return {"page": str(number + 1)} if number * PAGE < count else None
