"""OpenACR catalogs (YAML of the GSA): chapters to groups, ids to refs; and back."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import from_json, from_yaml, listing, mapping, words
from standards.catalogue.files.refs import as_ref, duplicates, slug
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

GRADES = {
    "success_criteria_level_a": "A",
    "success_criteria_level_aa": "AA",
    "success_criteria_level_aaa": "AAA",
}
LABELS = {
    "A": ("Level A", "must"),
    "AA": ("Level AA", "must"),
    "AAA": ("Level AAA", "may"),
    "required": ("Required", "must"),
}
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
TERMS = (
    ("supports", "Supports"),
    ("partially-supports", "Partially Supports"),
    ("does-not-support", "Does Not Support"),
    ("not-applicable", "Not Applicable"),
    ("not-evaluated", "Not Evaluated"),
)
COMPONENTS = {
    "web": "Web",
    "electronic-docs": "Electronic Documents",
    "software": "Software",
    "authoring-tool": "Authoring Tool",
    "none": "",
}


def read(data: str, name: str = "") -> Read:
    """A catalog. Refused when it is a provider's report: that fills answers, not the catalogue."""
    top = mapping(from_json(data) if data.lstrip()[:1] == "{" else from_yaml(data), "The file")
    if "product" in top:
        raise Refused(
            gettext(
                "This is a provider's accessibility report, not a catalog. Bring it to "
                "the answers of a release; its catalog belongs here."
            )
        )
    title = words(top.get("title"))
    if not title or not listing(top.get("chapters"), "chapters"):
        raise Refused(gettext("An OpenACR catalog has a `title` and `chapters`."))
    version = title.removeprefix("VPAT®").strip().partition(" ")[0] if "VPAT" in title else ""
    document = Document.model_construct(
        name=title,
        version=version if version[:1].isdigit() else "1",
        standard=slug(title.replace(version, " ") if version[:1].isdigit() else title),
        key=slug(title, Document.most("key")),
        issuing_body="U.S. General Services Administration (OpenACR)",
        reference=title,
        category="ethical",
        domain="accessibility",
        jurisdictions=["global"],
        text_licence="CC0; titles of WCAG criteria: W3C Document Licence",
        may_quote_text="yes",
        catalogue_licence="CC0-1.0",
        notice="From the catalogs of OpenACR. VPAT is a registered mark of the ITI.",
        language=words(top.get("lang")) or "en",
    )
    parents = standards(top, document)
    chapters = [mapping(each, "A chapter") for each in listing(top["chapters"], "chapters")]
    known = {words(each.get("id")) for each in chapters}
    if lost := [chapter for chapter in parents if chapter not in known]:
        raise Refused(
            gettext("The standards name chapters that are not there: %(value)s.")
            % {"value": ", ".join(lost)}
        )
    for each in sorted(chapters, key=lambda one: parents_first(one, parents)):
        chapter(each, document, parents)
    finish(document)
    return Read(document=document, losses=list(losses(document)))


def parents_first(chapter: Mapping[str, Any], parents: Mapping[str, str]) -> int:
    names = list(parents)
    own = words(chapter.get("id"))
    return names.index(own) if own in names else len(names)


def standards(top: Mapping[str, Any], said: Document) -> dict[str, str]:
    """The standards as groups; by chapter, the first standard that names it."""
    found: dict[str, str] = {}
    for each in listing(top.get("standards"), "standards"):
        each = mapping(each, "A standard")
        group = GroupRecord.model_construct(
            key=f"standard:{words(each.get('id'))}",
            title=words(each.get("label")),
            text=words(each.get("url")),
        )
        said.groups.append(group)
        for chapter_id in listing(each.get("chapters"), "chapters"):
            found.setdefault(words(chapter_id), group.key)
    return found


def chapter(data: Mapping[str, Any], said: Document, parents: Mapping[str, str]) -> None:
    key = words(data.get("id"))
    group = GroupRecord.model_construct(
        key=key,
        title=words(data.get("label")) or key,
        text=words(data.get("description")),
        parent=parents.get(key, ""),
    )
    said.groups.append(group)
    for each in listing(data.get("criteria"), f"The criteria of {key}"):
        each = mapping(each, f"A criterion of {key}")
        ref, handle = words(each.get("id")), words(each.get("handle"))
        if not ref or not handle:
            raise Refused(gettext("A criterion of %(key)s has no id or no handle.") % {"key": key})
        more = {
            "alt_id": [words(each.get("alt_id"))] if each.get("alt_id") else [],
            "components": [words(one) for one in listing(each.get("components"), "components")],
        }
        said.items.append(
            CriterionRecord.model_construct(
                ref=as_ref(ref),
                title=handle[: CriterionRecord.most("title")],
                statement=words(each.get("description")) or stated(ref, handle),
                level=GRADES.get(key, "required"),
                source_id=ref,
                part=key,
                domain="accessibility",
                more={name: value for name, value in more.items() if value},
            )
        )


def stated(ref: str, handle: str) -> str:
    """The sentence that stands where the format has none."""
    return f"The product supports {ref} {handle}."


def finish(said: Document) -> None:
    if twice := list(duplicates(item.ref for item in said.items)):
        raise Refused(
            *((gettext("The id %(ref)s is given to two criteria.") % {"ref": ref}) for ref in twice)
        )
    if not said.items:
        raise Refused(gettext("The catalog holds no criterion."))
    used = {item.level for item in said.items}
    said.levels = [
        LevelRecord.model_construct(
            key=key, label=label, obligation=obligation, cumulative=key != "required"
        )
        for key, (label, obligation) in LABELS.items()
        if key in used
    ]


def losses(said: Document) -> Iterator[Loss]:
    made = [item.ref for item in said.items if item.statement == stated(item.source_id, item.title)]
    if made:
        why = gettext("the format has titles only; a sentence of ours stands for it")
        yield Loss(gettext("No statement"), why, tuple(made), made=True)
    open_ = [item.ref for item in said.items if item.level == "required"]
    if open_:
        why = gettext("only WCAG's chapters name one; the others are taken as required")
        yield Loss(gettext("No level"), why, tuple(open_), made=True)


def write(said: Document) -> tuple[bytes, list[Loss]]:
    """The catalog as YAML: one chapter per group, or per level where the levels are WCAG's."""
    graded = {level.key for level in said.levels} <= {"A", "AA", "AAA"}
    top = [group for group in said.groups if group.key.startswith("standard:")]
    used: dict[str, list[CriterionRecord]] = {}
    names = {grade: chapter for chapter, grade in GRADES.items()}
    for item in said.items:
        if item.force:
            continue
        used.setdefault(names[item.level] if graded else item.part or "criteria", []).append(item)
    labels = {group.key: group for group in said.groups if group not in top}
    keys = list(names.values()) if graded else [*labels, *(k for k in used if k not in labels)]
    keys = [key for key in keys if key in used or (key in labels and labels[key].parent in
            {each.key for each in top})]  # fmt: skip
    chapters = [
        written(key, place, labels.get(key), used.get(key, []))
        for place, key in enumerate(keys, start=1)
    ]
    catalog = {
        "title": said.name,
        "lang": said.language,
        "description": f"{said.issuing_body}. {said.notice}".strip(),
        "standards": sources(said, top, labels, [c["id"] for c in chapters]),
        "chapters": chapters,
        "components": [{"id": key, "label": label} for key, label in COMPONENTS.items()],
        "terms": [{"id": key, "label": label} for key, label in TERMS],
    }
    text = yaml.dump(catalog, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=100)
    return text.encode(), list(left(said, graded))


def sources(
    said: Document, top: list[GroupRecord], labels: Mapping[str, GroupRecord], chapters: list[str]
) -> list[dict[str, Any]]:
    if not top:
        named = slug(said.standard or said.key)
        heading = f"{said.name} Report"
        return [source(named, said.name, heading, said.address, chapters)]
    return [
        source(
            group.key.removeprefix("standard:"),
            group.title,
            f"{group.title} Report",
            group.text,
            [key for key in chapters if key in labels and labels[key].parent == group.key],
        )
        for group in top
    ]


def source(key: str, label: str, heading: str, url: str, chapters: list[str]) -> dict[str, Any]:
    return {
        "id": key,
        "label": label,
        "report_heading": heading,
        "url": url,
        "chapters": chapters,
    }


def written(
    key: str, place: int, group: GroupRecord | None, items: list[CriterionRecord]
) -> dict[str, Any]:
    grade = GRADES.get(key)
    label = f"Table {place}: Success Criteria, Level {grade}" if grade else key
    if group:
        label = group.heading
    made: dict[str, Any] = {"id": key, "label": label, "order": place}
    if group and group.text:
        made["description"] = group.text
    made["criteria"] = [
        {
            "id": item.ref,
            "handle": item.title,
            "alt_id": (item.more.get("alt_id") or [slug(item.title)])[0],
            **(
                {"description": item.statement}
                if item.statement != stated(item.source_id, item.title)
                else {}
            ),
            **({"components": item.more["components"]} if item.more.get("components") else {}),
        }
        for item in items
    ]
    return made


def left(said: Document, graded: bool) -> Iterator[Loss]:
    """What an OpenACR catalog has no place for."""
    why = gettext("an OpenACR catalog has no place for it")
    for what, has in (
        (gettext("Guidance"), [i.ref for i in said.items if i.guidance]),
        (gettext("What would show it"), [i.ref for i in said.items if i.hint]),
        (gettext("The criterion it is part of"), [i.ref for i in said.items if i.parent]),
        (gettext("Translations"), [i.ref for i in said.items if i.translations]),
        (gettext("Links"), [i.ref for i in said.items if i.more.get("links")]),
        (gettext("How it is verified"), [i.ref for i in said.items if i.verification]),
        (gettext("Permanent names"), [i.ref for i in said.items if i.source_id not in ("", i.ref)]),
    ):
        if has:
            yield Loss(what, why, tuple(has))
    if said.standard != slug(said.name):
        yield Loss(
            gettext("Facts about the edition"),
            gettext("only its name, issuer and notice are told"),
        )
    gone = [item.ref for item in said.items if item.force]
    if gone:
        yield Loss(
            gettext("Criteria not in force"),
            gettext("a report cannot answer them"),
            tuple(gone),
        )
    if graded and any(not group.key.startswith("standard:") for group in said.groups):
        yield Loss(
            gettext("Groups"),
            gettext("chapters stand for the levels, and only there are levels told"),
        )
    elif {level.key for level in said.levels} - set(LABELS):
        yield Loss(
            gettext("Levels"), gettext("only WCAG's A, AA and AAA can be told, by the chapter")
        )
    standards = ("", *(g.key for g in said.groups if g.key.startswith("standard:")))
    deep = [group.key for group in said.groups if group.parent not in standards]
    if deep and not graded:
        yield Loss(gettext("Groups in groups"), gettext("chapters are flat"), tuple(deep))
