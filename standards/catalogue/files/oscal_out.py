"""An edition as an OSCAL 1.1.2 catalog: ids unique, UUIDs the same in every export."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.oscal import (
    LONG,
    ONE_LINE,
    OURS,
    OWN,
    TOKEN,
    VERSION,
    WITHDRAWN,
    as_json,
    stable,
)
from standards.catalogue.files.oscal_text import flat
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

Json = dict[str, Any]


def write(said: Document) -> tuple[bytes, list[Loss]]:
    """The catalog as JSON. Nothing of an edition is lost: what OSCAL has no word for is a prop."""
    catalog = Writer(said).catalog()
    text = json.dumps({"catalog": catalog}, ensure_ascii=False, indent=1)
    return text.encode(), []


class Writer:
    """One writing: it hands out ids, so that none is given twice."""

    def __init__(self, said: Document) -> None:
        self.said = said
        self.given: set[str] = set()
        self.names = [self.token(item.source_id or item.ref, "c") for item in said.items]
        self.items = {item.ref: item for item in said.items}
        self.by_ref = {i.ref: name for i, name in zip(said.items, self.names, strict=True)}
        self.by_id = {i.source_id: name for i, name in zip(said.items, self.names, strict=True)}
        self.in_group: dict[str, list[CriterionRecord]] = {}
        self.in_item: dict[str, list[CriterionRecord]] = {}
        self.subgroups: dict[str, list[GroupRecord]] = {}
        for group in said.groups:
            self.subgroups.setdefault(group.parent, []).append(group)
        for item in said.items:
            if item.parent:
                self.in_item.setdefault(item.parent, []).append(item)
            else:
                self.in_group.setdefault(item.part, []).append(item)

    def catalog(self) -> Json:
        said = self.said
        if not said.items:
            raise Refused(gettext("An edition without criteria cannot be an OSCAL catalog."))
        made: Json = {"uuid": stable(said.key), "metadata": self.metadata()}
        made |= filled(groups=[self.group(each) for each in self.subgroups.get("", [])])
        made |= filled(controls=[self.control(each) for each in self.in_group.get("", [])])
        return made

    def metadata(self) -> Json:
        said = self.said
        party = stable(said.key, "party", said.issuing_body)
        return {
            "title": flat(said.name),
            "last-modified": said.dated or "1970-01-01T00:00:00Z",
            "version": flat(said.version) or "1",
            "oscal-version": VERSION,
            "props": list(self.properties()),
            **filled(remarks=said.notice),
            **(
                {
                    "roles": [{"id": "creator", "title": "Document creator"}],
                    "parties": [{"uuid": party, "type": "organization", "name": said.issuing_body}],
                    "responsible-parties": [{"role-id": "creator", "party-uuids": [party]}],
                }
                if said.issuing_body
                else {}
            ),
        }

    def properties(self) -> Iterator[Json]:
        said = self.said
        for name in ONE_LINE:
            if value := flat(str(getattr(said, name) or "")):
                yield ours(name, value)
        for name in LONG:
            if getattr(said, name):
                yield ours(name, "see-remarks", remarks=getattr(said, name))
        for name, value in said.source.items():
            if flat(value):
                yield ours(f"source-{name}", flat(value))
        for place in said.jurisdictions:
            yield ours("jurisdiction", place)
        for level in said.levels:
            yield from self.level(level)
        yield from translated(said.translations)

    def level(self, level: LevelRecord) -> Iterator[Json]:
        kind = level.obligation + (".cumulative" if level.cumulative else "")
        yield ours("level", level.key, kind=kind, remarks=level.label)
        if level.translations:
            text = as_json(level.translations)
            yield ours("level-translations", level.key, remarks=text)

    def group(self, group: GroupRecord) -> Json:
        name = self.token(group.key, "g")
        props = [] if name == group.key else [ours("source-id", flat(group.key))]
        props += [{"name": "label", "value": flat(group.ref)}] if group.ref else []
        parts = [{"id": self.token(f"{name}_ovw"), "name": "overview", "prose": group.text}]
        made = {
            "id": name,
            "title": flat(group.title),
            **filled(props=[*props, *translated(group.translations)]),
            **(filled(parts=parts) if group.text else {}),
        }
        inner = [self.group(each) for each in self.subgroups.get(group.key, [])]
        own = [self.control(each) for each in self.in_group.get(group.key, [])]
        if inner and own:  # OSCAL takes no controls beside groups
            wrapped = {"id": self.token(f"{name}-own"), "title": made["title"]}
            inner.insert(0, {**wrapped, "props": [ours(OWN, "yes")], "controls": own})
            own = []
        return {**made, **filled(groups=inner, controls=own)}

    def control(self, item: CriterionRecord) -> Json:
        name = self.by_ref[item.ref]
        return {
            "id": name,
            "title": flat(item.title),
            "props": list(self.control_props(item, name)),
            **filled(links=list(self.links(item))),
            **filled(parts=list(self.parts(item, name))),
            **filled(controls=[self.control(each) for each in self.in_item.get(item.ref, [])]),
        }

    def control_props(self, item: CriterionRecord, name: str) -> Iterator[Json]:
        yield {"name": "label", "value": item.ref}
        if item.force == WITHDRAWN:
            yield {"name": "status", "value": WITHDRAWN}
        elif item.force:
            yield ours("force", item.force)
        if item.source_id:
            yield ours("source-id", flat(item.source_id))
        above = self.items.get(item.parent)
        if above and above.part != item.part:
            yield ours("group", flat(item.part) or "none")
        for field in ("level", "domain", "verification"):
            if value := getattr(item, field):
                yield ours(field, value)
        left = {key: value for key, value in item.more.items() if key != "links"}
        if left:
            yield ours("more", "see-remarks", remarks=as_json(left))
        yield from translated(item.translations)

    def links(self, item: CriterionRecord) -> Iterator[Json]:
        """To controls of this catalog by their id here, to anything else as it was."""
        for rel, target in item.more.get("links", []):
            here = self.by_id.get(target)
            yield {"href": f"#{here}" if here else target, "rel": rel}

    def parts(self, item: CriterionRecord, name: str) -> Iterator[Json]:
        for ending, part, text in (
            ("smt", "statement", item.statement),
            ("gdn", "guidance", item.guidance),
            ("hnt", "evidence-hint", item.hint),
        ):
            if text:
                more = {"ns": OURS} if part == "evidence-hint" else {}
                yield {"id": self.token(f"{name}_{ending}"), "name": part, **more, "prose": text}

    def token(self, text: str, before: str = "x") -> str:
        """An id that OSCAL takes, and that nothing else in this catalog has."""
        name = re.sub(r"[^\w.-]", "-", text)
        if not TOKEN.fullmatch(name):
            name = f"{before}-{name}"
        found, number = name, 1
        while found in self.given:
            number += 1
            found = f"{name}-{number}"
        self.given.add(found)
        return found


def ours(name: str, value: str, *, kind: str = "", remarks: str = "") -> Json:
    return {
        "name": name,
        "ns": OURS,
        "value": value,
        **filled(remarks=remarks, **{"class": kind}),
    }


def translated(translations: dict[str, dict[str, str]]) -> Iterator[Json]:
    if translations:
        yield ours("translations", "see-remarks", remarks=as_json(translations))


def filled(**values: Any) -> Json:
    """Those that hold something: OSCAL takes no empty list or text."""
    return {name: value for name, value in values.items() if value}
