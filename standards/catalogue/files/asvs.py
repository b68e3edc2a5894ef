"""OWASP ASVS 4 and 5 in their own JSON or CSV, nested or flat: chapters and sections to groups,
levels cumulative."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from certcentre.tables.csv_files import from_text
from certcentre.tables.headings import under_headings
from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import from_json, listing, mapping, words
from standards.catalogue.files.refs import title_from
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

LEVELS = (  # key, label, obligation; each includes the lower ones
    ("L1", "Level 1, the least that any product needs", "must"),
    ("L2", "Level 2, for products with personal data", "must"),
    ("L3", "Level 3, where most is at stake", "must"),
)
COLUMNS = ("chapter_id", "chapter_name", "section_id", "section_name", "req_id", "req_description")
ALL = (*COLUMNS, "L")
FLAGS = ("level1", "level2", "level3")  # of version 4: marked where a level asks for it
GONE = ("~~", "[DELETED", "[MOVED", "[MODIFIED, MOVED")  # version 4 leaves its number there
LICENCE = "CC BY-SA 4.0"
Row = tuple[str, str, str, str, str, str, str]  # COLUMNS, and the level


def read(data: str, name: str = "") -> Read:
    """Each requirement at the least level that asks for it."""
    if data.lstrip()[:1] == "{":
        version, every = from_tree(mapping(from_json(data), "The file"))
    else:
        version, every = from_table(data)
    gone = tuple(row[4] for row in every if row[5].startswith(GONE))
    rows = [row for row in every if row[4] not in gone]
    document = edition(version)
    groups: dict[str, GroupRecord] = {}
    for chapter, chapter_name, section, section_name, ref, text, level in rows:
        if f"L{level}" not in ("L1", "L2", "L3"):
            raise Refused(
                gettext("%(ref)s has the level “%(level)s”, which is not 1, 2 or 3.")
                % {"ref": ref, "level": level}
            )
        if not text:
            raise Refused(gettext("%(ref)s has no text.") % {"ref": ref})
        groups.setdefault(chapter, group(chapter, chapter_name))
        groups.setdefault(section, group(section, section_name, chapter))
        document.items.append(
            CriterionRecord.model_construct(
                ref=ref,
                title=title_from(text),
                statement=text,
                level=f"L{level}",
                source_id=ref,
                part=section,
            )
        )
    if not document.items:
        raise Refused(gettext("The file holds no requirement."))
    document.groups = list(groups.values())
    refs = tuple(item.ref for item in document.items)
    why = gettext("ASVS gives its requirements none; their first words stand for it")
    losses = [Loss(gettext("No title"), why, refs, made=True)]
    if gone:
        why = gettext("only their numbers stand there; left out")
        losses.append(Loss(gettext("Requirements that were taken out"), why, gone))
    return Read(document=document, losses=losses)


def edition(version: str) -> Document:
    """What holds of every requirement of a version."""
    return Document.model_construct(
        name=f"OWASP Application Security Verification Standard {version}",
        version=version,
        standard="owasp-asvs",
        key=f"owasp-asvs-{version}",
        issuing_body="OWASP Foundation",
        reference=f"OWASP ASVS {version}",
        category="security",
        domain="security",
        jurisdictions=["global"],
        text_licence=LICENCE,
        may_quote_text="yes, with attribution and share-alike",
        catalogue_licence="CC-BY-SA-4.0",
        notice=f"OWASP Application Security Verification Standard {version}, OWASP Foundation, "
        f"{LICENCE}.",
        levels=[
            LevelRecord.model_construct(
                key=key, label=label, obligation=obligation, cumulative=True
            )
            for key, label, obligation in LEVELS
        ],
    )


def group(ref: str, title: str, parent: str = "") -> GroupRecord:
    return GroupRecord.model_construct(key=ref, ref=ref, title=title, parent=parent)


def from_tree(top: dict[str, Any]) -> tuple[str, list[Row]]:
    if "requirements" in top:
        return from_flat([mapping(each, "A row") for each in listing(top["requirements"], "rows")])
    if "Requirements" not in top:
        raise Refused(
            gettext("The file has no `Requirements`, so it is not the ASVS as OWASP gives it.")
        )
    return words(top.get("Version")) or "5.0.0", list(branches(top))


def from_flat(rows: Iterable[Mapping[str, Any]]) -> tuple[str, list[Row]]:
    """Version 5 says the least level, version 4 marks each that asks."""
    found, version = [], "5.0.0"
    for row in rows:
        chapter, chapter_name, section, section_name, ref, text = (
            words(row.get(name)) for name in COLUMNS
        )
        if not words(row.get("L")) and any(name in row for name in FLAGS):
            version = "4.0.3"
        level = words(row.get("L")) or least(row.get(name) for name in FLAGS)
        found.append((chapter, chapter_name, section, section_name, ref, text, level))
    return version, found


def least(marks: Iterable[object]) -> str:
    """The first level that is marked, from 1 on."""
    return next((str(level) for level, mark in enumerate(marks, start=1) if words(mark)), "")


def branches(top: dict[str, Any]) -> Iterator[Row]:
    for chapter in listing(top["Requirements"], "Requirements"):
        chapter = mapping(chapter, "A chapter")
        for section in listing(chapter.get("Items"), "Items"):
            section = mapping(section, "A section")
            for leaf in listing(section.get("Items"), "Items"):
                leaf = mapping(leaf, "A requirement")
                yield (
                    words(chapter.get("Shortcode")),
                    words(chapter.get("Name")),
                    words(section.get("Shortcode")),
                    words(section.get("Name")),
                    words(leaf.get("Shortcode")),
                    words(leaf.get("Description")),
                    words(leaf.get("L"))
                    or least(
                        "x" if required(leaf.get(level)) else "" for level in ("L1", "L2", "L3")
                    ),
                )


def required(level: object) -> bool:
    """Whether a level of version 4 asks for a requirement."""
    return isinstance(level, dict) and level.get("Required") is True


def from_table(data: str) -> tuple[str, list[Row]]:
    (sheet,) = from_text(data).sheets
    table = under_headings(sheet, named, enough)
    if table is None:
        raise Refused(
            gettext("The table should have the columns %(value)s and L, or level1, level2, level3.")
            % {"value": ", ".join(COLUMNS)}
        )
    names = [name for name in (*ALL, *FLAGS) if name in table.columns]
    return from_flat({name: line.get(name) for name in names} for line in table)


def enough(names: set[str]) -> bool:
    return set(COLUMNS) <= names and ("L" in names or set(FLAGS) <= names)


def named(heading: str) -> str:
    return heading if heading in (*ALL, *FLAGS) else ""
