"""Library YAML as open governance tools exchange it: a flat list of requirement nodes."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_noop

from standards.catalogue.files.losses import Loss, Read, Refused
from standards.catalogue.files.parsing import from_json, from_yaml, listing, mapping, words
from standards.catalogue.files.refs import as_ref, plain_letters, shorten, slug, title_from
from standards.catalogue.schema import CriterionRecord, Document, GroupRecord, LevelRecord

OTHER = {
    "requirement_mapping_set": "a mapping between standards",
    "requirement_mapping_sets": "mappings between standards",
    "risk_matrix": "a risk matrix",
    "threats": "threats",
    "reference_controls": "reference controls",
    "metric_definitions": "metrics",
}
UNKEPT = {
    "threats": gettext_noop("Threats"),
    "reference_controls": gettext_noop("Reference controls"),
    "questions": gettext_noop("Questions"),
    "weight": gettext_noop("Weights"),
    "importance": gettext_noop("Importance"),
}
WORDLESS = gettext_noop("Requirements without words")
GROUPS = gettext_noop("Further implementation groups")
UNDECLARED = gettext_noop("Implementation groups that are used and not declared")
ASKED = gettext_noop("Requirements that are only asked")
NO_REF = gettext_noop("No ref")
NO_TITLE = gettext_noop("No title")
NO_HEADING = gettext_noop("No title of a part")
TOO_LONG = gettext_noop("A title too long")
TWICE = gettext_noop("A ref given twice")
SIGNS = gettext_noop("A ref that cannot stand in an address")
MADE = {
    UNDECLARED: gettext_noop("each is a level of its own name, above those that are declared"),
    ASKED: gettext_noop(
        "their questions stand for their words, the answers to choose for guidance"
    ),
    NO_REF: gettext_noop("made from the end of the urn"),
    NO_TITLE: gettext_noop("the first words of the description stand for it"),
    NO_HEADING: gettext_noop("its ref or the end of its urn stands for it"),
    TOO_LONG: gettext_noop("cut at 250 characters"),
    TWICE: gettext_noop("a number was put behind the second"),
    SIGNS: gettext_noop("signs and spaces were taken out"),
}
MOST_KEY, MOST_TITLE = LevelRecord.most("key"), CriterionRecord.most("title")
TEXTS = ("name", "description", "annotation", "typical_evidence")


def read(data: str, name: str = "") -> Read:
    """The one framework of a library. Refused when there is none: never an empty standard."""
    top = mapping(from_json(data) if data.lstrip()[:1] == "{" else from_yaml(data), "The file")
    objects = mapping(top.get("objects"), "`objects`")
    found = objects.get("framework") or objects.get("frameworks")
    frameworks = found if isinstance(found, list) else [found] if found else []
    if not frameworks:
        holds = [label for key, label in OTHER.items() if objects.get(key)]
        raise Refused(
            gettext(
                "The library holds no framework%(value)s. There is no standard in it to bring in."
            )
            % {"value": ", only " + ", ".join(holds) if holds else ""}
        )
    if len(frameworks) > 1:
        names = ", ".join(words(mapping(f, "A framework").get("name")) for f in frameworks)
        raise Refused(
            gettext(
                "The library holds %(number)s frameworks (%(names)s). Give each a file "
                "of its own: an edition is brought in one at a time."
            )
            % {"number": len(frameworks), "names": names}
        )
    return Reader(top, mapping(frameworks[0], "The framework")).read()


class Reader:
    """One reading of a framework."""

    def __init__(self, top: Mapping[str, Any], framework: Mapping[str, Any]) -> None:
        self.top, self.framework = top, framework
        nodes = listing(framework.get("requirement_nodes"), "requirement_nodes")
        self.nodes = [mapping(node, "A requirement node") for node in nodes]
        self.by_urn = {words(node.get("urn")): node for node in self.nodes}
        self.made: dict[str, list[str]] = {}
        self.lost: dict[str, list[str]] = {}
        self.refs: dict[str, str] = {}  # by urn, of what is assessable
        self.named: dict[str, str] = {}  # implementation groups, by their names in small letters
        self.document = Document.model_construct(name="")

    def read(self) -> Read:
        self.check()
        self.head()
        groups_of_levels = self.levels()
        for node in self.nodes:
            if self.is_criterion(node):
                self.item(node, groups_of_levels)
            else:
                self.group(node)
        if not self.document.items:
            raise Refused(
                gettext("The framework holds no assessable requirement with words in it.")
            )
        return Read(document=self.document, losses=list(self.losses()))

    def check(self) -> None:
        """Every node with its own urn, under a parent that is there, in no circle."""
        wrong: dict[str, None] = {}
        if "" in self.by_urn:
            wrong["A requirement node has no urn."] = None
        urns = [words(node.get("urn")) for node in self.nodes]
        for urn in urns:
            if urns.count(urn) > 1:
                wrong[f"The urn {urn} is given to {urns.count(urn)} nodes."] = None
        for urn, node in self.by_urn.items():
            parent = words(node.get("parent_urn"))
            if parent and parent not in self.by_urn:
                wrong[f"{urn} stands under {parent}, which is not there."] = None
            elif circles(self.by_urn, urn):
                wrong[f"{urn} stands under itself."] = None
        if wrong:
            raise Refused(*wrong)

    def head(self) -> None:
        top, framework, said = self.top, self.framework, self.document
        said.name = words(framework.get("name")) or words(top.get("name"))
        if not said.name:
            raise Refused(gettext("The framework has no name."))
        ref = words(framework.get("ref_id")) or words(top.get("ref_id")) or said.name
        said.version = words(top.get("version")) or "1"
        said.standard = slug(ref)
        said.key = slug(f"{ref}-{said.version}", Document.most("key"))
        said.issuing_body = words(top.get("provider")) or words(top.get("packager"))
        said.published = words(top.get("publication_date"))
        said.reference = ref
        said.text_licence = words(top.get("copyright"))
        said.notice = words(top.get("copyright"))
        said.notes = words(framework.get("description"))
        said.language = words(top.get("locale")) or "en"
        said.source_basis = words(top.get("urn"))
        said.translations = translated(framework, {"name": "name", "description": "notes"})

    def levels(self) -> dict[str, int]:
        """Implementation groups as levels, low to high; cumulative where they nest."""
        defined = listing(
            self.framework.get("implementation_groups_definition"), "implementation groups"
        )
        found: list[Mapping[str, Any]] = [
            mapping(each, "An implementation group") for each in defined
        ]
        self.named = {
            words(each.get("ref_id")).casefold(): words(each.get("ref_id")) for each in found
        }
        for node in self.nodes:
            for name in groups_of(node):
                if self.is_criterion(node) and name.casefold() not in self.named:
                    self.named[name.casefold()] = name
                    self.made.setdefault(UNDECLARED, []).append(name)
                    found.append({"ref_id": name})
        names = list(self.named.values())
        used = [self.groups_of(node) for node in self.nodes if self.is_criterion(node)]
        nested = bool(names) and all(
            set(names[names.index(some[0]) :]) == set(some) for some in ordered(used, names)
        )
        several = len({tuple(some) for some in used}) > 1 or any(len(some) > 1 for some in used)
        self.document.levels = [
            LevelRecord.model_construct(
                key=key,
                label=words(each.get("name")) or name,
                obligation="must",
                cumulative=nested and several and len(names) > 1,
                translations=translated(each, {"name": "label"}),
            )
            for key, name, each in zip(level_keys(names), names, found, strict=True)
        ]
        if not names or not all(used):
            every: Any = {"key": "all", "label": "All requirements", "obligation": "must"}
            self.document.levels.insert(0, LevelRecord.model_construct(**every))
        return {name: place for place, name in enumerate(names)}

    def groups_of(self, node: Mapping[str, Any]) -> list[str]:
        """The groups of a node as they are declared, whatever the case it writes them in."""
        return list(dict.fromkeys(self.named[name.casefold()] for name in groups_of(node)))

    def is_criterion(self, node: Mapping[str, Any]) -> bool:
        return node.get("assessable") is True or words(node.get("assessable")).lower() == "true"

    def group(self, node: Mapping[str, Any]) -> None:
        urn, ref = words(node.get("urn")), words(node.get("ref_id"))
        title = words(node.get("name")) or shorten(words(node.get("description")), 150)
        if not title:
            self.made.setdefault(NO_HEADING, []).append(urn)
        self.document.groups.append(
            GroupRecord.model_construct(
                key=key_of(urn),
                title=(title or ref or tail(urn))[: GroupRecord.most("title")],
                ref=ref if title else "",
                text=words(node.get("description")) if node.get("name") else "",
                parent=self.above(node)[0],
                translations=translated(node, {"name": "title", "description": "text"}),
            )
        )

    def item(self, node: Mapping[str, Any], groups: Mapping[str, int]) -> None:
        urn, title = words(node.get("urn")), words(node.get("name"))
        statement, choices = words(node.get("description")) or title, ""
        asked = not statement
        if asked:
            statement, choices = questions_of(node)
        if not statement:
            self.lost.setdefault(WORDLESS, []).append(urn)
            return
        ref = self.ref(node, urn)
        for field, label in UNKEPT.items():
            if asked and field == "questions":
                self.made.setdefault(ASKED, []).append(ref)
            elif node.get(field):
                self.lost.setdefault(label, []).append(ref)
        if not title:
            self.made.setdefault(NO_TITLE, []).append(ref)
        elif len(title) > MOST_TITLE:
            self.made.setdefault(TOO_LONG, []).append(ref)
        group, parent = self.above(node)
        self.document.items.append(
            CriterionRecord.model_construct(
                ref=ref,
                title=shorten(title, MOST_TITLE) or title_from(statement),
                statement=statement,
                level=self.level(node, groups, ref),
                source_id=urn,
                part=group,
                parent=parent,
                guidance=words(node.get("annotation")) or choices,
                hint=words(node.get("typical_evidence")),
                translations=translated(node, dict(zip(TEXTS, FIELDS, strict=True))),
            )
        )

    def ref(self, node: Mapping[str, Any], urn: str) -> str:
        written = words(node.get("ref_id"))
        ref = as_ref(written) or as_ref(tail(urn)) or f"r{len(self.refs) + 1}"
        if not written:
            self.made.setdefault(NO_REF, []).append(ref)
        elif ref != written:
            self.made.setdefault(SIGNS, []).append(written)
        taken, plain, number = set(self.refs.values()), ref, 1
        while ref in taken:
            number += 1
            ref = f"{plain}-{number}"
        if ref != plain:
            self.made.setdefault(TWICE, []).append(ref)
        self.refs[urn] = ref
        return ref

    def level(self, node: Mapping[str, Any], groups: Mapping[str, int], ref: str) -> str:
        mine = sorted(self.groups_of(node), key=lambda name: groups[name])
        if not mine:
            return "all"
        first = next(iter(mine))
        offset = len(self.document.levels) - len(groups)
        level = self.document.levels[offset + groups[first]]
        if len(mine) > 1 and not level.cumulative:
            self.lost.setdefault(GROUPS, []).append(ref)
        return level.key

    def above(self, node: Mapping[str, Any]) -> tuple[str, str]:
        """The group a node stands in, and the criterion it is part of."""
        parent_ref, here = "", words(node.get("parent_urn"))
        while here in self.by_urn:
            above = self.by_urn[here]
            if not self.is_criterion(above):
                return key_of(here), parent_ref
            parent_ref = parent_ref or self.refs.get(here, "")
            here = words(above.get("parent_urn"))
        return "", parent_ref

    def losses(self) -> Iterator[Loss]:
        for what, where in self.lost.items():
            why = gettext("criteria have no place for them")
            if what == WORDLESS:
                why = gettext("an empty criterion can be neither answered nor examined; left out")
            yield Loss(gettext(what), why, tuple(where))
        for what, where in self.made.items():
            yield Loss(gettext(what), gettext(MADE[what]), tuple(where), made=True)


FIELDS = ("title", "statement", "guidance", "evidence_hint")


def circles(by_urn: Mapping[str, Mapping[str, Any]], urn: str) -> bool:
    """Whether a node stands under itself."""
    seen, here = {urn}, words(by_urn[urn].get("parent_urn"))
    while here in by_urn:
        if here in seen:
            return here == urn
        seen.add(here)
        here = words(by_urn[here].get("parent_urn"))
    return False


def groups_of(node: Mapping[str, Any]) -> list[str]:
    """As a node names them: each by itself, or several in one text with semicolons."""
    every = [words(each) for each in listing(node.get("implementation_groups"), "groups")]
    return [name.strip() for each in every for name in each.split(";") if name.strip()]


def questions_of(node: Mapping[str, Any]) -> tuple[str, str]:
    """What a node asks, a line each, and the answers to choose from."""
    given = node.get("questions")
    every = list(given.values()) if isinstance(given, dict) else listing(given, "questions")
    asked = [mapping(each, "A question") for each in every]
    choices = [
        words(choice.get("value"))
        for each in asked
        for choice in listing(each.get("choices"), "choices")
        if isinstance(choice, dict)
    ]
    texts = (words(each.get("text")) for each in asked)
    return "\n".join(filter(None, texts)), "\n".join(dict.fromkeys(filter(None, choices)))


def level_keys(names: list[str]) -> Iterator[str]:
    """A key of plain letters for each group: R and R+, Règle and Regle stay apart."""
    taken: set[str] = set()
    for place, name in enumerate(names):
        plain = plain_letters(name.replace("+", "-plus")).encode("ascii", "ignore").decode()
        stem = as_ref(plain)[:MOST_KEY] or f"level-{place}"
        key, number = stem, 1
        while key.casefold() in taken:
            number += 1
            key = f"{stem[: MOST_KEY - len(str(number)) - 1]}-{number}"
        taken.add(key.casefold())
        yield key


def ordered(used: list[list[str]], names: list[str]) -> Iterator[list[str]]:
    for some in used:
        if some:
            yield sorted(some, key=names.index)


def tail(urn: str) -> str:
    return urn.rpartition(":")[2]


def key_of(urn: str) -> str:
    return urn[-GroupRecord.most("key") :]


def translated(node: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The node's texts in other languages, by two-letter language and by our field."""
    found = {}
    for language, said in (node.get("translations") or {}).items():
        if len(language) == 2 and isinstance(said, dict):
            mine = {ours: words(said.get(own)) for own, ours in fields.items() if said.get(own)}
            if mine:
                found[language] = mine
    return found
