"""Editions as rows of a table: what CSV and XLSX share, and what a ministry's own list looks like.

Every row has a kind: `standard` (a field of the edition: its name in `ref`, its value in `title`),
`level`, `group` or `criterion`. A list without that column holds criteria.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_noop

from standards.catalogue.files.parsing import from_json
from standards.catalogue.files.shape import (
    Document,
    Group,
    Item,
    Level,
    Loss,
    Read,
    Refused,
    as_ref,
    plain_letters,
    shorten,
    slug,
    title_from,
)

COLUMNS = ("kind", "ref", "title", "statement", "level", "obligation", "cumulative", "group",
           "parent", "guidance", "evidence_hint", "domain", "verification", "force", "source_id",
           "more")  # fmt: skip
CALLED = {  # other headings that people write, without accents, signs and case
    "ref": "reference number no nr n id code numero num identifier section clause article",
    "title": "titre name nom criterion critere intitule label heading titulo",
    "statement": "text texte description enonce exigence requirement requirementtext requisito",
    "level": "niveau grade class nivel",
    "obligation": "binding must priority obligatoire caractere moscow obligacion",
    "group": "chapter theme category categorie groupe chapitre part area domaine rubrique",
    "guidance": "comment comments notes note explanation explication conseil conseils commentaire "
    "remarque remarques remark remarks observations",
    "evidence_hint": "evidence proof preuve preuves howtoshow whatwouldshowit",
    "domain": "field",
    "verification": "verified howverified",
    "force": "status statut",
    "source_id": "sourceid urn key",
    "parent": "partof parentref",
}
HEADINGS = {name: {name.replace("_", ""), *called.split()} for name, called in CALLED.items()}
HEADINGS |= {name: {name} for name in COLUMNS if name not in CALLED}
TRANSLATED = re.compile(r"(.+?)\s*\(([a-z]{2})\)")
MUST = {
    "must": "must shall mandatory required obligatoire doit oui yes m 1 high obligatorio",
    "should": "should recommended recommande devrait s 2 medium recomendado",
    "may": "may could optional facultatif optionnel peut c 3 low opcional",
}
OBLIGATIONS = {word: kind for kind, said in MUST.items() for word in said.split()}
FIELDS = ("key", "standard", "name", "version", "issuing_body", "published", "effective_from",
          "reference", "category", "domain", "text_licence", "may_quote_text",
          "catalogue_licence", "notice", "source_basis", "notes", "language", "dated")  # fmt: skip
KINDS = {"standard", "level", "group", "criterion"}
SHEETS = {"standard": "standard", "levels": "level", "groups": "group", "criteria": "criterion"}
MOST_ROWS = 20_000
LOOKED_AT = 30  # rows in which the headings are looked for
WORDLESS = gettext_noop("Rows without words")
NO_TITLE = gettext_noop("No title")
NO_STATEMENT = gettext_noop("No statement")
NO_REF = gettext_noop("No ref")
SIGNS = gettext_noop("A ref that cannot stand in an address")
MADE = {
    WORDLESS: gettext_noop("neither a title nor a statement; left out"),
    NO_TITLE: gettext_noop("the first words of the statement stand for it"),
    NO_STATEMENT: gettext_noop("the title stands for it"),
    NO_REF: gettext_noop("numbered in the order of the rows"),
    SIGNS: gettext_noop("signs and spaces were taken out"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Sheet:
    """A table as it lies in the file: its name, and its rows of cells."""

    name: str
    rows: list[list[str]]


@dataclass
class Line:
    """One row under its headings, and where it stands."""

    place: str
    kind: str
    cells: dict[str, str]
    translations: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.cells.get(name, "")


def read(sheets: Iterable[Sheet]) -> Read:
    """The document that the tables tell. Refused with the row where something is wrong."""
    lines, unread = [], []
    for sheet in sheets:
        found, unknown = under_headings(sheet)
        lines += found
        unread += unknown
    if not {line.kind for line in lines} - (KINDS - {"criterion"}):
        raise Refused(
            gettext(
                "No table has criteria. The first row should name its columns, at least "
                "“statement” or “title”; download the template to see how."
            )
        )
    return Reader(lines, unread).read()


def under_headings(sheet: Sheet) -> tuple[list[Line], list[str]]:
    """The rows of a sheet by column, and the headings that we do not know."""
    heads, start = headings(sheet)
    if heads is None:
        return [], []
    kind_of_sheet = SHEETS.get(sheet.name.strip().lower(), "criterion")
    named = [(at, name) for at, name in enumerate(heads) if name]
    lines = []
    for place, row in enumerate(sheet.rows[start:], start=start + 1):
        cells: dict[str, str] = {}
        others: dict[str, dict[str, str]] = {}
        for at, name in named:
            text = row[at].strip() if at < len(row) else ""
            text = text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
            if not text:
                continue
            if match := TRANSLATED.fullmatch(name):
                others.setdefault(match.group(2), {})[match.group(1)] = text
            else:
                cells[name] = text
        if cells:
            kind = cells.get("kind", kind_of_sheet).lower()
            where = f"{sheet.name}, row {place}" if sheet.name else f"Row {place}"
            lines.append(Line(where, kind, cells, others))
    known = {at for at, _ in named}
    row = sheet.rows[start - 1]
    return lines, [text for at, text in enumerate(row) if text.strip() and at not in known]


def headings(sheet: Sheet) -> tuple[list[str] | None, int]:
    """The columns by their place, from the first row that names two of ours and what is asked."""
    for place, row in enumerate(sheet.rows[:LOOKED_AT]):
        names = [column(cell) for cell in row]
        once = [name if name and name not in names[:at] else "" for at, name in enumerate(names)]
        if len(set(filter(None, once))) >= 2 and {"title", "statement"} & set(once):
            return once, place + 1
    return None, 0


def column(heading: str) -> str:
    """The column that a heading means; empty if it means none of ours."""
    if match := TRANSLATED.fullmatch(heading.strip().lower()):
        name = column(match.group(1))
        return f"{name} ({match.group(2)})" if name else ""
    plain = re.sub(r"[^a-z]", "", plain_letters(heading.replace("#", "no")).lower())
    return next((name for name, called in HEADINGS.items() if plain in called), "")


class Reader:
    """One reading of the lines."""

    def __init__(self, lines: list[Line], unread: list[str]) -> None:
        self.lines, self.unread = lines, unread
        self.document = Document(name="")
        self.made: dict[str, list[str]] = {}
        self.wrong: list[str] = []
        self.groups: dict[str, Group] = {}

    def read(self) -> Read:
        takers = {"standard": self.field, "level": self.level, "group": self.group}
        for line in self.lines:
            if line.kind not in KINDS:
                self.wrong.append(
                    gettext("%(place)s: there is no kind of row called “%(kind)s”.")
                    % {"place": line.place, "kind": line.kind}
                )
            elif line.kind in takers:
                takers[line.kind](line)
        self.declared = {level.key for level in self.document.levels}
        for line in self.lines:
            if line.kind == "criterion":
                self.criterion(line)
        if self.wrong:
            raise Refused(*self.wrong)
        self.document.groups = list(self.groups.values())
        return Read(document=self.document, losses=list(self.losses()))

    def field(self, line: Line) -> None:
        name, value = line.get("ref").lower().replace(" ", "_"), line.get("title")
        if name == "jurisdictions":
            self.document.jurisdictions = [
                each.strip() for each in value.split(",") if each.strip()
            ]
        elif name in FIELDS:
            setattr(self.document, name, value)
            for language, said in line.translations.items():
                texts = self.document.translations.setdefault(language, {})
                texts[name] = said.get("title", "")

    def level(self, line: Line) -> None:
        made = Level(
            as_ref(line.get("ref"))[:30],
            line.get("title") or line.get("ref"),
            self.obligation(line) or "must",
            said_yes(line.get("cumulative")),
            {code: {"label": each["title"]} for code, each in line.translations.items()},
        )
        if not made.key:
            self.wrong.append(gettext("%(place)s: a level needs a ref.") % {"place": line.place})
        self.document.levels.append(made)

    def group(self, line: Line) -> None:
        key = line.get("source_id") or line.get("ref") or slug(line.get("title"))
        if key in self.groups:
            self.wrong.append(
                gettext("%(place)s: the group %(key)s stands here twice.")
                % {"place": line.place, "key": key}
            )
        self.groups[key] = Group(
            key, line.get("title") or key, line.get("ref"), line.get("statement"),
            line.get("parent"), line.translations,
        )  # fmt: skip

    def criterion(self, line: Line) -> None:
        title, statement = line.get("title"), line.get("statement")
        if not (title or statement):
            self.made.setdefault(WORDLESS, []).append(line.place)
            return
        if not title:
            self.made.setdefault(NO_TITLE, []).append(line.place)
        if not statement:
            self.made.setdefault(NO_STATEMENT, []).append(line.place)
        ref = as_ref(line.get("ref"))
        if not ref:
            ref = self.next_ref()
            self.made.setdefault(NO_REF, []).append(f"{line.place} → {ref}")
        elif ref != line.get("ref"):
            self.made.setdefault(SIGNS, []).append(ref)
        self.document.items.append(
            Item(
                ref=ref,
                title=shorten(title, 250) or title_from(statement),
                statement=statement or title,
                level=self.level_of(line),
                source_id=line.get("source_id"),
                group=self.group_of(line),
                parent=as_ref(line.get("parent")),
                guidance=line.get("guidance"),
                hint=line.get("evidence_hint"),
                domain=key_word(line.get("domain")),
                verification=line.get("verification").lower(),
                force=line.get("force").lower() if line.get("force") else "",
                more=from_json(line.get("more")) if line.get("more") else {},
                translations=line.translations,
            )
        )

    def next_ref(self) -> str:
        taken = {item.ref for item in self.document.items}
        number = len(self.document.items) + 1
        while f"R{number}" in taken:
            number += 1
        return f"R{number}"

    def obligation(self, line: Line) -> str:
        said = re.sub(r"[^a-z0-9]", "", plain_letters(line.get("obligation")).lower())
        if said and said not in OBLIGATIONS:
            text = line.get("obligation")
            self.wrong.append(
                gettext("%(place)s: “%(text)s” is not must, should or may.")
                % {"place": line.place, "text": text}
            )
        return OBLIGATIONS.get(said, "")

    def level_of(self, line: Line) -> str:
        """The level of a criterion; without levels, its obligation is one."""
        obligation = self.obligation(line)
        written = line.get("level")
        key = as_ref(written)[:30] or obligation or "must"
        found = self.document.level(key)
        if found is None:
            if self.declared and written:
                self.wrong.append(
                    gettext("%(place)s: there is no level “%(written)s”.")
                    % {"place": line.place, "written": written}
                )
                return key
            label = written or key.capitalize()
            self.document.levels.append(Level(key, label, obligation or "must"))
        elif obligation and key not in self.declared and found.obligation != obligation:
            self.wrong.append(
                gettext(
                    "%(place)s: level “%(key)s” is %(obligation)s here and %(obligation2)s "
                    "before. One level has one obligation."
                )
                % {
                    "place": line.place,
                    "key": key,
                    "obligation": obligation,
                    "obligation2": found.obligation,
                }
            )
        return key

    def group_of(self, line: Line) -> str:
        """The group that is named, by its key; a heading that is new becomes a group."""
        said = line.get("group")
        if not said or said in self.groups:
            return said
        key = slug(said, 100) or f"group-{len(self.groups) + 1}"
        if key not in self.groups:
            self.groups[key] = Group(key, said)
        return key

    def losses(self) -> Iterator[Loss]:
        for what, where in self.made.items():
            lost = what == WORDLESS
            yield Loss(gettext(what), gettext(MADE[what]), tuple(where), made=not lost)
        if self.unread:
            why = gettext("we know no column of this name")
            yield Loss(gettext("Columns"), why, tuple(self.unread))


def said_yes(text: str) -> bool:
    return plain_letters(text).lower() in ("yes", "true", "oui", "x", "1", "si")


def key_word(text: str) -> str:
    return re.sub(r"[^a-z]+", "_", text.lower()).strip("_")


def rows(said: Document) -> Iterator[dict[str, str]]:
    """Every row of an edition by column, all kinds; reading them gives the same document."""
    for name in FIELDS:
        if value := getattr(said, name):
            texts = {code: {"title": each[name]} for code, each in said.translations.items()
                     if each.get(name)}  # fmt: skip
            yield {"kind": "standard", "ref": name, "title": value, **beside(texts)}
    if said.jurisdictions:
        places = ", ".join(said.jurisdictions)
        yield {"kind": "standard", "ref": "jurisdictions", "title": places}
    for name, value in said.source.items():
        yield {"kind": "standard", "ref": f"source {name}", "title": value}
    for level in said.levels:
        labels = {code: {"title": each["label"]} for code, each in level.translations.items()}
        yield {
            "kind": "level", "ref": level.key, "title": level.label,
            "obligation": level.obligation, "cumulative": "yes" if level.cumulative else "",
            **beside(labels),
        }  # fmt: skip
    for group in said.groups:
        yield {
            "kind": "group", "ref": group.ref, "title": group.title, "statement": group.text,
            "parent": group.parent, "source_id": group.key, **beside(group.translations),
        }  # fmt: skip
    yield from (row(item) for item in said.items)


def row(item: Item) -> dict[str, str]:
    return {
        "kind": "criterion", "ref": item.ref, "title": item.title, "statement": item.statement,
        "level": item.level, "group": item.group, "parent": item.parent,
        "guidance": item.guidance, "evidence_hint": item.hint, "domain": item.domain,
        "verification": item.verification, "force": item.force, "source_id": item.source_id,
        "more": json.dumps(item.more, ensure_ascii=False, sort_keys=True) if item.more else "",
        **beside(item.translations),
    }  # fmt: skip


def beside(translations: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Texts in other languages in columns of their own: `title (fr)`."""
    return {
        f"{name} ({code})": text
        for code, texts in translations.items()
        for name, text in texts.items()
    }


def columns(found: list[dict[str, str]]) -> list[str]:
    """The columns that hold something, ours first in their order."""
    used = {name for each in found for name, text in each.items() if text}
    extra = sorted(used - set(COLUMNS))
    return [name for name in COLUMNS if name in used] + extra


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA else text
