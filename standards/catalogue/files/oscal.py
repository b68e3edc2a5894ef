"""OSCAL catalogs: groups to groups, controls (enhancements too) to criteria; and back, as 1.1.2."""

import json
import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.oscal_text import Params, joined, prop
from standards.catalogue.files.parsing import from_json, from_yaml, listing, mapping, words
from standards.catalogue.files.refs import as_ref, duplicates, slug, title_from
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

VERSION = "1.1.2"
KNOWN = re.compile(r"1\.\d+\.\d+.*")
MOST_DEEP = 12  # groups in groups, controls in controls
OURS = "urn:uuid:6f0b6f0e-6a0c-4f0e-9a57-3f1c2f6f5f41"  # ours on every portal, whoever runs it
TOKEN = re.compile(r"[^\W\d][\w.-]*")
MOVED = ("incorporated-into", "moved-to")
NAMES = uuid.UUID("5a2c2c80-6a1f-5d34-9d8e-0d5f1c6f6b11")
EVERYTHING: Any = {"key": "all", "label": "All controls", "obligation": "must"}
NO_STATEMENT = ""
WITHDRAWN = "withdrawn"
OWN = "own-controls"  # marks a group that only holds its parent's controls
TEXTS = {
    "statement": "statement",
    "item": "statement",
    "guidance": "guidance",
    "evidence-hint": "hint",
}


def read(data: str, name: str = "") -> Read:
    """A catalog in JSON or YAML. Refused when it is not one, or names point nowhere."""
    top = from_json(data) if data.lstrip()[:1] == "{" else from_yaml(data)
    catalog = mapping(mapping(top, "The file").get("catalog"), "`catalog`")
    return Reader(catalog).read()


class Reader:
    """One reading of a catalog: what it found so far, and what it could not keep."""

    def __init__(self, catalog: Mapping[str, Any]) -> None:
        self.catalog = catalog
        self.params = Params()
        self.document = Document.model_construct(name="")
        self.made_up: list[str] = []
        self.ids: list[str] = []
        self.group_ids: set[str] = set()  # as the file gives them
        self.no_id: list[str] = []  # groups without one, by the id made for each
        self.ours = False  # written by us: then a control without a source id has none
        self.unsaid: dict[str, list[str]] = {}  # what is lost, and the controls that had it
        self.moved: list[tuple[CriterionRecord, list[str]]] = []  # withdrawn, and where each went
        self.wrong: list[str] = []

    def read(self) -> Read:
        meta = mapping(self.catalog.get("metadata"), "`metadata`")
        version = words(meta.get("oscal-version"))
        if not KNOWN.fullmatch(version):
            raise Refused(
                gettext("The file says OSCAL version “%(version)s”; we read 1.0 and 1.1.")
                % {"version": version}
            )
        self.head(meta)
        self.collect(self.catalog)
        self.groups(self.catalog, "", 0)
        self.controls(self.catalog, "", "", 0)
        self.check()
        return Read(document=self.document, losses=list(self.losses()))

    def head(self, meta: Mapping[str, Any]) -> None:
        """What the metadata says of the edition; our own properties win over what is guessed."""
        own = {name: prop(meta, name, OURS) for name in (*ONE_LINE, *LONG)}
        notes = {each.get("name"): words(each.get("remarks")) for each in ours(meta)}
        said = self.document
        self.ours = bool(own["key"])
        said.name = words(meta.get("title"))
        said.version = words(meta.get("version"))
        said.dated = words(meta.get("last-modified"))
        said.published = own["published"] or said.dated[:10]
        parties = [p for p in listing(meta.get("parties"), "parties") if isinstance(p, dict)]
        said.issuing_body = next((words(p.get("name")) for p in parties if p.get("name")), "")
        for name in ONE_LINE:
            if own[name]:
                said.say(name, own[name])
        for name in LONG:
            setattr(said, name, notes.get(name, ""))
        said.jurisdictions = [words(p.get("value")) for p in ours(meta, "jurisdiction")]
        said.levels = [
            LevelRecord.model_construct(
                key=words(p.get("value")),
                label=words(p.get("remarks")),
                obligation=words(p.get("class")).partition(".")[0],
                cumulative=words(p.get("class")).endswith(".cumulative"),
            )
            for p in ours(meta, "level")
        ]
        levels = {level.key: level for level in said.levels}
        for each in ours(meta, "level-translations"):
            if level := levels.get(words(each.get("value"))):
                level.translations = from_json(words(each.get("remarks")))
        said.translations = translations(meta)

    def collect(self, owner: Mapping[str, Any], depth: int = 0) -> None:
        """All parameters first: one control may insert another's."""
        if depth > MOST_DEEP:
            raise Refused(
                gettext("Groups or controls are nested more than %(most_deep)s deep.")
                % {"most_deep": MOST_DEEP}
            )
        self.params.take(owner.get("params"))
        for name in ("groups", "controls"):
            for each in listing(owner.get(name), name):
                if name == "groups" and isinstance(each, dict):
                    self.group_ids.add(words(each.get("id")))
                self.collect(mapping(each, f"An entry of `{name}`"), depth + 1)

    def groups(self, owner: Mapping[str, Any], parent: str, depth: int) -> None:
        for each in listing(owner.get("groups"), "groups"):
            if prop(each, OWN, OURS):  # not a group: OSCAL takes no controls beside groups
                self.controls(each, parent, "", depth)
                continue
            title = words(each.get("title"))
            key = words(each.get("id"))
            if not key:
                key = group_key(title, parent, self.group_ids)
                self.group_ids.add(key)
                self.no_id.append(key)
            parts = [p for p in listing(each.get("parts"), "parts") if isinstance(p, dict)]
            group = GroupRecord.model_construct(
                key=prop(each, "source-id", OURS) or key,
                title=title or key,
                ref=prop(each, "label"),
                text="\n".join(joined(part, self.params) for part in parts),
                parent=parent,
                translations=translations(each),
            )
            self.document.groups.append(group)
            self.controls(each, group.key, "", depth)
            self.groups(each, group.key, depth + 1)

    def controls(self, owner: Mapping[str, Any], group: str, parent: str, depth: int) -> None:
        for each in listing(owner.get("controls"), "controls"):
            item = self.item(each, group, parent)
            self.document.items.append(item)
            self.controls(each, group, item.ref, depth + 1)

    def item(self, control: Mapping[str, Any], group: str, parent: str) -> CriterionRecord:
        name = words(control.get("id"))
        if not name:
            raise Refused(gettext("A control of group “%(group)s” has no id.") % {"group": group})
        self.ids.append(name)
        own_id = prop(control, "source-id", OURS)
        label = prop(control, "label") or name
        withdrawn = prop(control, "status").lower() == WITHDRAWN
        links = [
            [words(link.get("rel")), words(link.get("href")).removeprefix("#")]
            for link in listing(control.get("links"), "links")
            if isinstance(link, dict)
        ]
        texts = self.texts(control, name)
        item = CriterionRecord.model_construct(
            ref=as_ref(label) or as_ref(name),
            title=words(control.get("title")),
            statement=texts.get("statement", ""),
            level=prop(control, "level", OURS),
            source_id=own_id if self.ours else own_id or name,
            part=prop(control, "group", OURS) or group,
            parent=parent,
            guidance=texts.get("guidance", ""),
            hint=texts.get("hint", ""),
            domain=prop(control, "domain", OURS),
            verification=prop(control, "verification", OURS),
            force=WITHDRAWN if withdrawn else prop(control, "force", OURS),
            translations=translations(control),
        )
        kept = [link for link in links if link[0] != "reference"]
        if kept:
            item.more["links"] = kept
        item.more |= more(control)
        if len(kept) != len(links):
            self.lose(gettext("References to the back matter"), name)
        self.complete(item, links)
        return item

    def texts(self, control: Mapping[str, Any], name: str) -> dict[str, str]:
        """The statement, guidance and hint of a control; other parts are lost, and said so."""
        found: dict[str, list[str]] = {}
        for part in listing(control.get("parts"), "parts"):
            part = mapping(part, f"A part of {name}")
            label = words(part.get("name"))
            if label in TEXTS:
                found.setdefault(TEXTS[label], []).append(joined(part, self.params))
            else:
                self.lose(gettext("Parts “%(name)s”") % {"name": label}, name)
        return {label: "\n".join(texts) for label, texts in found.items()}

    def lose(self, what: str, where: str) -> None:
        self.unsaid.setdefault(what, []).append(where)

    def complete(self, item: CriterionRecord, links: list[list[str]]) -> None:
        """Never an empty criterion: say what became of a withdrawn one, title the untitled."""
        if not item.statement and item.force == WITHDRAWN:
            item.statement = "Withdrawn."
            self.moved.append((item, [target for rel, target in links if rel in MOVED]))
        if not item.title and item.statement:
            item.title = title_from(item.statement)
            self.made_up.append(item.ref)
        if not item.statement:
            item.statement = item.title
            self.lose(NO_STATEMENT, item.ref)
        if not item.title:
            raise Refused(
                gettext("%(ref)s has neither a title nor a statement.") % {"ref": item.ref}
            )

    def check(self) -> None:
        """What validators pass over: ids given twice, parameters and levels that are not there."""
        said = self.document
        for twice, names in (
            (gettext("The id %(name)s is given to two controls."), self.ids),
            (gettext("The label %(ref)s is given to two controls."), [i.ref for i in said.items]),
            (gettext("The id %(key)s is given to two groups."), [g.key for g in said.groups]),
        ):
            self.wrong += [
                twice % {"name": each, "ref": each, "key": each} for each in duplicates(names)
            ]
        for name in self.params.missing:
            self.wrong.append(
                gettext("The parameter %(name)s is inserted and defined nowhere.") % {"name": name}
            )
        if not said.items:
            self.wrong.append(gettext("The catalog holds no control."))
        if self.wrong:
            raise Refused(*self.wrong)
        point(self.ids, self.document.items)
        labels = {item.source_id: item.ref for item in said.items}
        for item, targets in self.moved:
            if targets:
                named = ", ".join(labels.get(each, each) for each in targets)
                item.statement = f"Withdrawn. See {named}."
        if not said.levels:
            said.levels = [LevelRecord.model_construct(**EVERYTHING)]
        for item in said.items:
            item.level = item.level or said.levels[0].key

    def losses(self) -> Iterator[Loss]:
        for what, where in self.unsaid.items():
            if what == NO_STATEMENT:
                why = gettext("the control has none; its title stands for it")
                yield Loss(gettext("No statement"), why, tuple(where), made=True)
            else:
                yield Loss(what, gettext("criteria have no place for them"), tuple(where))
        if self.params.used:
            yield Loss(
                (gettext("%(used)s inserted parameters") % {"used": self.params.used}),
                (
                    gettext(
                        "each is written out in the text, as “[Assignment: …]” or “[Selection: "
                        "…]”, and can no longer be set"
                    )
                ),
            )
        if self.moved:
            gone = tuple(item.ref for item, _ in self.moved)
            why = gettext("withdrawn controls have none; we say so, and where each went")
            yield Loss(gettext("No statement of withdrawn controls"), why, gone, made=True)
        if self.no_id:
            why = gettext("made from its title and its place")
            yield Loss(gettext("No id of a group"), why, tuple(self.no_id), made=True)
        if self.made_up:
            why = gettext("the control has none; its first words stand for it")
            yield Loss(gettext("No title"), why, tuple(self.made_up), made=True)
        if self.params.links:
            yield Loss(
                (gettext("%(links)s links inside texts") % {"links": self.params.links}),
                gettext("their words stay"),
            )
        if listing(
            mapping(self.catalog.get("back-matter", {}), "`back-matter`").get("resources"), ""
        ):
            yield Loss(
                gettext("Back matter"),
                gettext("sources and references of the catalog are not kept"),
            )


ONE_LINE = ("key", "standard", "reference", "published", "effective_from", "category", "domain",
            "nature", "may_quote_text", "catalogue_licence", "language")  # fmt: skip
LONG = ("text_licence", "notice", "source_basis", "notes")


def group_key(title: str, parent: str, taken: Collection[str]) -> str:
    """An id for a group without one: its title, where that is taken its place too."""
    stem, number = slug(title, 80) or "group", 1
    if stem in taken and parent:
        stem = f"{slug(parent, 18)}-{stem}"
    key = stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def point(ids: Sequence[str], items: Sequence[CriterionRecord]) -> None:
    """Links to controls of our own exports, by the names that their source gave them."""
    names = {name: item.source_id for name, item in zip(ids, items, strict=True) if item.source_id}
    for item in items:
        for link in item.more.get("links", []):
            link[1] = names.get(link[1], link[1])


def ours(owner: Mapping[str, Any], name: str = "") -> Iterator[Mapping[str, Any]]:
    for each in listing(owner.get("props"), "props"):
        if isinstance(each, dict) and each.get("ns") == OURS and name in ("", each.get("name")):
            yield each


def translations(owner: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Texts in other languages, as our exports keep them."""
    found = list(ours(owner, "translations"))
    return from_json(words(found[0].get("remarks"))) if found else {}


def more(owner: Mapping[str, Any]) -> dict[str, Any]:
    found = list(ours(owner, "more"))
    return from_json(words(found[0].get("remarks"))) if found else {}


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def stable(*names: str) -> str:
    """The same UUID for the same thing in every export."""
    return str(uuid.uuid5(NAMES, " ".join(names)))
