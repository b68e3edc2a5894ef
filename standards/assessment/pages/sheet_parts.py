"""The parts of the answer sheet: its rows, their cells, and the counts around them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.repeated import Row as Repeated
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.sheet_lines import LONGEST_FIND, Group, Line, Only, Sheet, offer
from standards.assessment.sheet_rows import PAGE, print_of
from standards.catalogue.editions import Obligation

SOME = 50  # rows that come at once as they come into sight
Flag = tuple[str, str, str]  # kind, icon, words


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
    def of(cls, asked: QueryDict) -> "View":
        only = asked.get("only", "")
        return cls(
            only=only if only in Only.values else "",
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

    def begins(self, sheet: Sheet) -> int | str:
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
    """The key of an answer; 0 where it can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def address(draft: Assessment, **query: str) -> str:
    """The sheet of a draft, as the query wants it seen."""
    asked = {name: text for name, text in query.items() if text}
    return reverse("assessment-sheet", args=[draft.pk], query=asked or None)


@dataclass(frozen=True)
class Chunk:
    """Rows that stand or come together; without rows they come when they are in sight."""

    keys: str
    rows: list[Repeated]


@dataclass(frozen=True)
class Section:
    """One group of the sheet as far as it is shown. `here`: some of it without script too."""

    group: Group
    here: bool
    first_of_domain: bool
    chunks: list[Chunk]


def sections(
    sheet: Sheet,
    page: int,
    opened: Mapping[int, str],
    *,
    picked: Collection[int] = (),
    writes: bool,
    at: datetime,
) -> list[Section]:
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
                rows = [
                    row_of(
                        line,
                        opened.get(line.pk),
                        picked=line.pk in picked,
                        writes=writes,
                        at=at,
                    )
                    for line in here
                ]
                chunks.append(Chunk("", rows))
                continue
            for start in range(0, len(here), SOME):
                part = here[start : start + SOME]
                chunks.append(Chunk(".".join(str(line.pk) for line in part), []))
        first = group.domain not in domains
        domains.add(group.domain)
        made.append(Section(group, any(chunk.rows for chunk in chunks), first, chunks))
    return made


def row_of(
    line: Line, more: str | None = None, *, picked: bool = False, writes: bool, at: datetime
) -> Repeated:
    """What a row asks of its line, and what it writes of it (see certcentre/repeated.py)."""
    shape = {
        "writable": writes and not line.withdrawn,
        "value": line.value,
        "duty": str(Obligation(line.obligation).label),
        "level": line.level,
        "has_files": bool(line.files),
        "to_confirm": line.to_confirm and not line.withdrawn,
        "flags": flags_of(line, writes=writes),
        "opened": more is not None,
        "picked": picked,
    }
    values = {
        "pk": line.pk,
        "number": str(line.pk),
        "name": f"v{line.pk}",
        "by": f"t{line.pk}",
        "ref": line.ref,
        "title": line.title,
        "revision": line.revision,
        "shown": f"{line.revision}.{'' if line.unsaved else print_of(line.value)}",
        "files": line.files,
        "files_words": ngettext("%(n)s file", "%(n)s files", line.files) % {"n": line.files},
        "who": who(line, at),
        "more": SafeString(more or ""),
    }
    return shape, values


def who(line: Line, at: datetime) -> str:
    """Who answered, and when."""
    if not line.answered_at:
        return ""
    same_year = line.answered_at.year == at.year
    day = date_format(line.answered_at, "j M" if same_year else "j M Y")
    name = gettext("You") if line.mine else line.by_name
    return gettext("%(name)s, %(date)s") % {"name": name, "date": day} if name else day


def flags_of(line: Line, *, writes: bool) -> tuple[Flag, ...]:
    """What is to do or to know of it, each with its sign and words."""
    if line.withdrawn:
        return (("", "info", gettext("withdrawn")),)
    made: list[Flag] = []
    if line.contradicted:
        outcome = Outcome(line.contradicted).label
        made.append(("bad", "warn", gettext("finding: %(outcome)s") % {"outcome": outcome}))
    if line.to_confirm and not writes:  # else it is a button
        made.append(("accent", "check", gettext("to confirm")))
    if line.bare and line.files:
        made.append(("bad", "clock", gettext("evidence not in date")))
    elif line.bare:
        made.append(("", "file", gettext("no evidence")))
    if line.offer and not line.value:
        made.append(("accent", "map", gettext("an answer is offered")))
    if line.origin == Answer.Origin.RULE:
        made.append(("", "info", gettext("from your facts")))
    return tuple(made)


def outline(sheet: Sheet) -> list[dict[str, Any]]:
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


def tally(sheet: Sheet) -> list[dict[str, Any]]:
    """The filters with their counts, as components/tools.html shows them."""
    filters = [("", gettext("All")), *((str(value), str(label)) for value, label in Only.choices)]
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


def around(answer: Answer, by: User, at: datetime) -> str:
    """What changes around an answer that was just saved: its cells, and the counts. At most six
    statements."""
    sheet = Sheet.read(answer.assessment, by=by, at=at)
    line = next(each for each in sheet.lines if each.pk == answer.pk)
    offer(answer.assessment, [line])
    group = next(each for each in sheet.groups if line in each.lines)
    shape, values = row_of(line, writes=True, at=at)
    context = {
        **counts(sheet, [group]),
        "shape": shape,
        **shape,
        **values,
        "base": f"{answer.assessment.get_absolute_url()}answers/",
    }
    return render_to_string("assessment/_sheet_around.html", context)


def counts(sheet: Sheet, groups: Iterable[Group] | None = None) -> dict[str, Any]:
    """What templates/assessment/_sheet_counts.html writes; of these groups, or of all."""
    changed = sheet.groups if groups is None else list(groups)
    domains = {group.domain for group in changed}
    return {
        "tally": tally(sheet),
        "sheet": sheet,
        "domains": [each for each in outline(sheet) if each["domain"] in domains],
        "groups": changed,
    }
