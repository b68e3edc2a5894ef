"""WCAG as the W3C gives it in JSON: principles and guidelines to groups, criteria by number."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import from_json, listing, mapping, words
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

LEVELS = (  # key, label, obligation; each includes the lower ones
    ("A", "Level A", "must"),
    ("AA", "Level AA", "must"),
    ("AAA", "Level AAA", "may"),
)
LICENCE = "W3C Document Licence: text may be copied unchanged with attribution"
NOTICE = (
    "Copyright © World Wide Web Consortium, under the W3C Document License. Text copied unchanged "
    "from the Web Content Accessibility Guidelines (WCAG) {version}, https://www.w3.org/TR/WCAG{short}/."
)


def read(data: str, name: str = "") -> Read:
    """The newest version the file speaks of; what that version dropped is left out, and said."""
    principles = listing(mapping(from_json(data), "The file").get("principles"), "principles")
    if not principles:
        raise Refused(gettext("The file has no `principles`, so it is not the W3C's WCAG JSON."))
    tree = [mapping(each, "A principle") for each in principles]
    version = newest(tree)
    document = Document.model_construct(
        name=f"Web Content Accessibility Guidelines (WCAG) {version}",
        version=version,
        standard="wcag",
        key=f"w3c-wcag-{version}",
        issuing_body="World Wide Web Consortium (W3C)",
        reference=f"W3C WCAG {version}",
        category="ethical",
        domain="accessibility",
        jurisdictions=["global"],
        text_licence=LICENCE,
        may_quote_text="yes, unchanged, with the W3C’s notice",
        catalogue_licence="W3C Document Licence",
        notice=NOTICE.format(version=version, short=version.replace(".", "")),
        levels=[
            LevelRecord.model_construct(
                key=key, label=label, obligation=obligation, cumulative=True
            )
            for key, label, obligation in LEVELS
        ],
    )
    left: list[str] = []
    techniques: list[str] = []
    for principle in tree:
        top = group(principle, "")
        document.groups.append(top)
        for guideline in inner(principle, "guidelines"):
            section = group(guideline, top.key)
            document.groups.append(section)
            for criterion in inner(guideline, "successcriteria"):
                if version not in listing(criterion.get("versions"), "versions"):
                    left.append(words(criterion.get("num")))
                    continue
                if criterion.get("techniques"):
                    techniques.append(words(criterion.get("num")))
                document.items.append(item(criterion, section.key))
    return Read(document=document, losses=list(losses(version, left, techniques)))


def newest(tree: list[dict[str, Any]]) -> str:
    found = {
        words(version)
        for principle in tree
        for guideline in inner(principle, "guidelines")
        for criterion in inner(guideline, "successcriteria")
        for version in listing(criterion.get("versions"), "versions")
    }
    if not found:
        raise Refused(gettext("No success criterion says which versions of WCAG it belongs to."))
    return max(found, key=lambda each: [int(part) for part in each.split(".") if part.isdigit()])


def inner(owner: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for each in listing(owner.get(name), name):
        yield mapping(each, f"An entry of `{name}`")


def group(data: Mapping[str, Any], parent: str) -> GroupRecord:
    return GroupRecord.model_construct(
        key=words(data.get("id")),
        ref=words(data.get("num")),
        title=words(data.get("handle")),
        text=words(data.get("title")),
        parent=parent,
    )


def item(data: Mapping[str, Any], section: str) -> CriterionRecord:
    number, level = words(data.get("num")), words(data.get("level"))
    if level not in ("A", "AA", "AAA"):
        raise Refused(
            gettext("%(number)s has the level “%(level)s”, which is not A, AA or AAA.")
            % {"number": number, "level": level}
        )
    lines = [words(data.get("title"))]
    for detail in inner(data, "details"):
        for part in inner(detail, "items"):
            head = words(part.get("handle"))
            lines.append(": ".join(each for each in (head, words(part.get("text"))) if each))
        if text := words(detail.get("text")):
            lines.append(text)
    other = [words(each) for each in listing(data.get("alt_id"), "alt_id")]
    return CriterionRecord.model_construct(
        ref=number,
        title=words(data.get("handle")),
        statement="\n".join(lines),
        level=level,
        source_id=words(data.get("id")),
        part=section,
        domain="accessibility",
        more={"alt_id": other} if other else {},
    )


def losses(version: str, left: list[str], techniques: list[str]) -> Iterator[Loss]:
    if left:
        yield Loss(
            gettext("Success criteria left out"),
            (gettext("they are not in WCAG %(version)s") % {"version": version}),
            tuple(left),
        )
    if techniques:
        yield Loss(
            gettext("Techniques"), gettext("criteria have no place for them"), tuple(techniques)
        )
