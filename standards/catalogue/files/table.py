"""Editions as rows of a table: CSV, XLSX and ODS, and what a ministry's own list looks like.

Every row has a kind: `standard` (a field of the edition: its name in `ref`, its value in `title`),
`level`, `group` or `criterion`. A list without that column holds criteria.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, gettext_noop

from certcentre.tables.headings import Record, alike, under_headings
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import Book, Kind, Sheet
from standards.catalogue import methods
from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import from_json, mapping
from standards.catalogue.files.refs import (
    LONGEST_REF,
    as_ref,
    plain_letters,
    shorten,
    slug,
    title_from,
)
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

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
    "evidence_hint": "evidence proof preuve preuves howtoshow whatwouldshowit hint hints",
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
          "reference", "category", "domain", "nature", "text_licence", "may_quote_text",
          "catalogue_licence", "notice", "source_basis", "notes", "language", "dated")  # fmt: skip
KINDS = {"standard", "level", "group", "criterion"}
SHEETS = {"standard": "standard", "levels": "level", "groups": "group", "criteria": "criterion"}
MOST_KEY, MOST_TITLE = LevelRecord.most("key"), CriterionRecord.most("title")
MOST_SAID = 40  # mistakes told at once
WORDLESS = gettext_noop("Rows without words")
NO_TITLE = gettext_noop("No title")
NO_STATEMENT = gettext_noop("No statement")
NO_REF = gettext_noop("No ref")
SIGNS = gettext_noop("A ref that cannot stand in an address")
SPELT = gettext_noop("A level spelt in several ways")
ERRORS = gettext_noop("Cells that hold an error")
MADE = {
    WORDLESS: gettext_noop("neither a title nor a statement; left out"),
    NO_TITLE: gettext_noop("the first words of the statement stand for it"),
    NO_STATEMENT: gettext_noop("the title stands for it"),
    NO_REF: gettext_noop("numbered in the order of the rows"),
    SIGNS: gettext_noop("signs and spaces were taken out"),
    SPELT: gettext_noop("capitals and spaces apart they are one level"),
    ERRORS: gettext_noop("the spreadsheet could not work them out; look at them"),
}


@dataclass
class Line:
    """One row under its headings."""

    record: Record
    kind: str
    cells: Mapping[str, str]
    translations: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.cells.get(name, "")

    def place(self, name: str = "") -> str:
        return self.record.place(name)


def read(data: bytes, name: str = "", *, hidden: bool = False) -> Read:
    """The document that a file of tables tells. Refused with the rows where something is wrong."""
    book = read_tables(data, hidden=hidden)
    document = read_book(book)
    document.losses += [
        Loss(each.what, each.why, each.where, made=not each.lost) for each in book.remarks
    ]
    return document


def read_book(book: Book) -> Read:
    lines: list[Line] = []
    unread: list[str] = []
    for sheet in book.sheets:
        if table := under_headings(sheet, column, enough):
            lines += lines_of(sheet, table)
            unread += table.unknown
    if not {line.kind for line in lines} - (KINDS - {"criterion"}):
        raise Refused(
            gettext(
                "No table has criteria. The first row should name its columns, at least "
                "“statement” or “title”; download the template to see how."
            )
        )
    return Reader(lines, unread).read()


def enough(names: set[str]) -> bool:
    """Whether a row names two columns of ours, and what is asked in one of them."""
    return len(names) >= 2 and bool({"title", "statement"} & names)


def lines_of(sheet: Sheet, records: Iterable[Record]) -> Iterator[Line]:
    """The rows of a sheet, each with its kind and its texts in other languages."""
    usual = SHEETS.get(sheet.name.strip().lower(), "criterion")
    for record in records:
        cells: dict[str, str] = {}
        others: dict[str, dict[str, str]] = {}
        for name, text in record.cells.items():
            if match := TRANSLATED.fullmatch(name):
                others.setdefault(match.group(2), {})[match.group(1)] = text
            else:
                cells[name] = text
        yield Line(record, cells.get("kind", usual).lower(), cells, others)


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
        self.document = Document.model_construct(name="")
        self.made: dict[str, list[str]] = {}
        self.wrong: list[str] = []
        self.groups: dict[str, GroupRecord] = {}
        self.levels: dict[
            str, LevelRecord
        ] = {}  # by how they are written, capitals and spaces apart
        self.places: dict[str, int] = {}  # the row of each ref
        self.number = 0  # of the last ref that was made

    def read(self) -> Read:
        takers = {"standard": self.field, "level": self.level, "group": self.group}
        for line in self.lines:
            if line.kind not in KINDS:
                words = gettext("%(place)s: there is no kind of row called “%(kind)s”.")
                self.refuse(words, line, "kind", kind=line.kind)
            elif line.kind in takers:
                takers[line.kind](line)
        self.declared = {level.key for level in self.document.levels}
        for line in self.lines:
            if line.kind == "criterion":
                self.criterion(line)
        if self.wrong:
            more = len(self.wrong) - MOST_SAID
            rest = [gettext("And %(number)s more.") % {"number": more}] if more > 0 else []
            raise Refused(*self.wrong[:MOST_SAID], *rest)
        self.document.groups = list(self.groups.values())
        return Read(document=self.document, losses=list(self.losses()))

    def refuse(self, words: str, line: Line, name: str, **said: str) -> None:
        """Keep a mistake of one cell, to be told with all the others."""
        self.wrong.append(words % {"place": line.place(name), **said})

    def note(self, what: str, where: str) -> None:
        """Keep what was made up or left out, to be told with the document."""
        self.made.setdefault(what, []).append(where)

    def field(self, line: Line) -> None:
        name, value = line.get("ref").lower().replace(" ", "_"), line.get("title")
        if name == "jurisdictions":
            self.document.jurisdictions = [
                each.strip() for each in value.split(",") if each.strip()
            ]
        elif name in FIELDS:
            self.document.say(name, value)
            for language, said in line.translations.items():
                texts = self.document.translations.setdefault(language, {})
                texts[name] = said.get("title", "")

    def level(self, line: Line) -> None:
        made = LevelRecord.model_construct(
            key=as_ref(line.get("ref"))[:MOST_KEY],
            label=line.get("title") or line.get("ref"),
            obligation=self.obligation(line) or "must",
            cumulative=said_yes(line.get("cumulative")),
            translations={
                code: {"label": each["title"]} for code, each in line.translations.items()
            },
        )
        if not made.key:
            self.refuse(gettext("%(place)s: a level needs a ref."), line, "ref")
        self.document.levels.append(made)
        for name in (line.get("ref"), made.label):
            self.levels.setdefault(alike(name), made)

    def group(self, line: Line) -> None:
        key = line.get("source_id") or line.get("ref") or slug(line.get("title"))
        if key in self.groups:
            words = gettext("%(place)s: the group %(key)s stands here twice.")
            self.refuse(words, line, "ref", key=key)
        self.groups[key] = GroupRecord.model_construct(
            key=key,
            title=line.get("title") or key,
            ref=line.get("ref"),
            text=line.get("statement"),
            parent=line.get("parent"),
            translations=line.translations,
        )

    def criterion(self, line: Line) -> None:
        title, statement = line.get("title"), line.get("statement")
        if not (title or statement):
            self.note(WORDLESS, line.place())
            return
        if not title:
            self.note(NO_TITLE, line.place())
        if not statement:
            self.note(NO_STATEMENT, line.place())
        for name, kind in line.record.kinds.items():
            if kind is Kind.ERROR:
                self.note(ERRORS, f"{line.place(name)} {line.get(name)}")
        self.document.items.append(
            CriterionRecord.model_construct(
                ref=self.ref(line),
                title=shorten(title, MOST_TITLE) or title_from(statement),
                statement=statement or title,
                level=self.level_of(line),
                source_id=line.get("source_id"),
                part=self.group_of(line),
                parent=as_ref(line.get("parent")),
                guidance=line.get("guidance"),
                hint=line.get("evidence_hint"),
                domain=key_word(line.get("domain")),
                verification=methods.typed(line.get("verification")),
                force=line.get("force").lower(),
                more=self.more(line),
                translations=line.translations,
            )
        )

    def ref(self, line: Line) -> str:
        """The ref of a criterion as it can stand in an address; a number where it has none."""
        written = line.get("ref")
        ref = as_ref(written, most=None)
        if line.record.kinds.get("ref") is Kind.DATE:
            words = gettext(
                "%(place)s: this is a date (%(text)s), not a reference. Give the column the "
                "format “Text” and type its references again."
            )
            self.refuse(words, line, "ref", text=written)
        elif len(ref) > LONGEST_REF:
            words = gettext(
                "%(place)s: the reference “%(text)s” is longer than %(most)s characters. "
                "Give a shorter one."
            )
            self.refuse(words, line, "ref", text=f"{written[:LONGEST_REF]}…", most=str(LONGEST_REF))
        elif ref in self.places:
            words = gettext(
                "%(place)s: the ref %(ref)s is given to two criteria; row %(before)s has it too."
            )
            self.refuse(words, line, "ref", ref=ref, before=str(self.places[ref]))
        if not ref:
            ref = self.next_ref()
            self.note(NO_REF, f"{line.place()} → {ref}")
        elif ref != written:
            self.note(SIGNS, ref)
        self.places.setdefault(ref, line.record.number)
        return ref

    def next_ref(self) -> str:
        self.number = max(self.number, len(self.document.items)) + 1
        while f"R{self.number}" in self.places:
            self.number += 1
        return f"R{self.number}"

    def more(self, line: Line) -> dict[str, Any]:
        try:
            return mapping(from_json(line.get("more")), "more") if line.get("more") else {}
        except Refused as error:
            self.refuse("%(place)s: %(error)s", line, "more", error=str(error))
            return {}

    def obligation(self, line: Line) -> str:
        said = re.sub(r"[^a-z0-9]", "", plain_letters(line.get("obligation")).lower())
        if said and said not in OBLIGATIONS:
            words = gettext("%(place)s: “%(text)s” is not must, should or may.")
            self.refuse(words, line, "obligation", text=line.get("obligation"))
        return OBLIGATIONS.get(said, "")

    def level_of(self, line: Line) -> str:
        """The level of a criterion; without levels, its obligation is one."""
        obligation = self.obligation(line)
        written = line.get("level") or obligation or "must"
        level = self.levels.get(alike(written))
        if level is None:
            if self.declared and line.get("level"):
                words = gettext("%(place)s: there is no level “%(written)s”.")
                self.refuse(words, line, "level", written=written)
            return self.new_level(written, line.get("level"), obligation).key
        if written not in (level.key, level.label) and as_ref(written)[:MOST_KEY] != level.key:
            self.note(SPELT, f"{line.place('level')} “{written}” → {level.label}")
        if obligation and level.key not in self.declared and level.obligation != obligation:
            words = gettext(
                "%(place)s: level “%(key)s” is %(obligation)s here and %(obligation2)s "
                "before. One level has one obligation."
            )
            said = {"obligation": obligation, "obligation2": level.obligation}
            self.refuse(words, line, "obligation", key=level.key, **said)
        return level.key

    def new_level(self, written: str, label: str, obligation: str) -> LevelRecord:
        """A level that no row declares, under a key of its own."""
        key = as_ref(written)[:MOST_KEY] or "level"
        taken, number = {level.key for level in self.document.levels}, 2
        while key in taken:
            key, number = f"{as_ref(written)[: MOST_KEY - 3] or 'level'}-{number}", number + 1
        made = LevelRecord.model_construct(
            key=key, label=label or key.capitalize(), obligation=obligation or "must"
        )
        self.document.levels.append(made)
        self.levels[alike(written)] = made
        return made

    def group_of(self, line: Line) -> str:
        """The group that is named, by its key; a heading that is new becomes a group."""
        said = line.get("group")
        if not said or said in self.groups:
            return said
        key = slug(said, 100) or f"group-{len(self.groups) + 1}"
        if key not in self.groups:
            self.groups[key] = GroupRecord.model_construct(key=key, title=said)
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
