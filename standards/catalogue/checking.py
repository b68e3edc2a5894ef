"""Does every reference in the content hit something: in the content, or already in the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from standards.catalogue.content import BrokenContent, Content
from standards.catalogue.editions import Domain
from standards.catalogue.shapes import misfits

OPERATORS = {
    "multi": {"any_of", "none_of", "not_only"},
    "countries": {"any_of", "none_of", "not_only"},
    "languages": {"any_of", "none_of", "not_only"},
    "single": {"eq", "in"},
    "country": {"eq", "in"},
    "bool": {"is_true", "is_false"},
}
Reasons = Iterator[str]


@dataclass
class Known:
    """What may be referred to. Criteria are full keys; levels are `<edition> <level>`."""

    editions: set[str] = field(default_factory=set)
    levels: set[str] = field(default_factory=set)
    criteria: set[str] = field(default_factory=set)
    facts: dict[str, tuple[str, set[str]]] = field(default_factory=dict)  # type, value ids
    groups: dict[str, list[str]] = field(default_factory=dict)
    profiles: set[str] = field(default_factory=set)

    def take(self, content: Content) -> None:
        """Add what the content itself brings."""
        for key, record in content.of("edition").items():
            self.editions.add(key)
            self.levels |= {f"{key} {level.get('id')}" for level in record.data["level_structure"]}
            self.criteria |= {f"{key}:{each.get('ref')}" for each in record.data["criteria"]}
        for key, record in content.of("fact").items():
            values = {str(value.get("id")) for value in record.data.get("values", [])}
            self.facts[key] = (record.data["type"], values)
        self.groups |= {key: record.data["members"] for key, record in content.groups.items()}
        self.profiles |= set(content.of("profile"))

    def missing(self, criteria: Iterable[str]) -> Reasons:
        for key in criteria:
            if key not in self.criteria:
                yield f"there is no criterion {key}"

    def missing_edition(self, edition: str, level: str = "") -> Reasons:
        if edition not in self.editions:
            yield f"there is no edition {edition}"
        elif level and f"{edition} {level}" not in self.levels:
            yield f"{edition} has no level {level}"


def check(content: Content, known: Known) -> None:
    """BrokenContent naming every reference that hits nothing."""
    known.take(content)
    for key, record in content.groups.items():
        content.refuse(record.file, key, group_reasons(record.data["members"]))
    for kind, reasons in CHECKS.items():
        for key, record in content.of(kind).items():
            content.refuse(record.file, key, translation_reasons(kind, record.data))
            content.refuse(record.file, key, reasons(record.data, known))
    if content.problems:
        raise BrokenContent(*content.problems)


def group_reasons(members: Any) -> Reasons:
    if not (isinstance(members, list) and members and all(isinstance(m, str) for m in members)):
        yield "should hold a list of texts; put NO in quotes"


def translation_reasons(kind: str, data: dict[str, Any]) -> Reasons:
    for language, words in data.get("translations", {}).items():
        if not (len(language) == 2 and isinstance(words, dict)):
            yield f"the translation {language!r} should be a two-letter language and its texts"
            continue
        for name in words.keys() - TRANSLATED.get(kind, set()):
            yield f"`{name}` of a {kind} is not translated"
        for name, said in words.items():
            if name in ("values", "aliases"):
                continue
            if not isinstance(said, str):
                yield f"the {language} text of `{name}` is not text"


def edition_reasons(data: dict[str, Any], known: Known) -> Reasons:
    criteria, levels = data["criteria"], data["level_structure"]
    for kind, name, parts in (("level", "id", levels), ("criterion", "ref", criteria)):
        seen: set[Any] = set()
        for part in parts:
            key = part.get(name)
            yield from (f"{kind} {key}: {reason}" for reason in misfits(kind, part))
            yield from (f"{kind} {key}: {reason}" for reason in translation_reasons(kind, part))
            if str(key) in seen:
                yield f"{kind} {key} stands here twice"
            seen.add(str(key))
    if before := data.get("supersedes"):
        yield from known.missing_edition(before)
        if before == data["id"]:
            yield "cannot supersede itself"
    own = {level.get("id") for level in levels}
    for part in criteria:
        if part.get("level") not in own:
            yield f"criterion {part.get('ref')}: there is no level {part.get('level')}"
    if data.get("criteria_count", len(criteria)) != len(criteria):
        yield f"has {len(criteria)} criteria, but `criteria_count` says {data['criteria_count']}"


def fact_reasons(data: dict[str, Any], known: Known) -> Reasons:
    values = data.get("values", [])
    for value in values:
        yield from (f"value {value.get('id')}: {reason}" for reason in misfits("value", value))
    ids = [value.get("id") for value in values]
    yield from (f"value {key} stands here twice" for key in {k for k in ids if ids.count(k) > 1})
    if (data["type"] in ("single", "multi")) != bool(values):
        yield "facts of type single and multi have values, and no others"
    for words in data.get("translations", {}).values():
        said = words.get("values", {}) if isinstance(words, dict) else {}
        yield from (f"translates the value {key}, which is not there" for key in said.keys() - ids)


def rule_reasons(data: dict[str, Any], known: Known) -> Reasons:
    then = data["then"]
    yield from condition_reasons(data["when"], known)
    wrong = list(misfits("then", then))
    yield from wrong
    if wrong:
        return
    edition, law = then["standard"], then["effect"] == "mandatory_by_law"
    listed, excluded = then.get("criteria", []), data.get("legal_reference_excludes", [])
    yield from known.missing_edition(edition, then.get("level", ""))
    yield from known.missing(f"{edition}:{ref}" for ref in [*listed, *excluded])
    if listed and then.get("level"):
        yield "names criteria and a level; a rule names one of them, or neither"
    if law and not (data.get("legal_basis") and data.get("human_confirmation")):
        yield "a law needs a `legal_basis` and `human_confirmation: true`"
    if excluded and not law:
        yield "only a law has `legal_reference_excludes`"


def condition_reasons(node: Any, known: Known) -> Reasons:
    if not isinstance(node, dict) or len(node.keys() & {"all", "any", "not", "fact"}) != 1:
        yield "a condition holds one of all, any, not, fact"
    elif "fact" in node:
        yield from leaf_reasons(node, known)
    elif "not" in node:
        yield from condition_reasons(node["not"], known)
    else:
        (inner,) = node.values() if len(node) == 1 else ([],)
        if not isinstance(inner, list) or not inner:
            yield "all and any hold a list of conditions"
            return
        for each in inner:
            yield from condition_reasons(each, known)


def leaf_reasons(leaf: dict[str, Any], known: Known) -> Reasons:
    if leaf["fact"] not in known.facts:
        yield f"there is no fact {leaf['fact']}"
        return
    kind, values = known.facts[leaf["fact"]]
    operator, asked = leaf.get("op"), leaf.get("value", [])
    if operator not in OPERATORS[kind]:
        yield f"{leaf['fact']} is a fact of type {kind}; it cannot be asked {operator}"
    if leaf.keys() - {"fact", "op", "value"}:
        yield f"a condition on {leaf['fact']} holds only fact, op and value"
    if kind == "bool":
        return
    if isinstance(asked, str) and operator == "eq":
        asked = [asked]
    if not isinstance(asked, list) or not asked or not all(isinstance(v, str) for v in asked):
        yield f"the value asked of {leaf['fact']} should be text, or a list of texts"
        return
    for value in asked:
        if value.startswith("group:"):
            if value.removeprefix("group:") not in known.groups:
                yield f"there is no group {value.removeprefix('group:')}"
        elif values and value not in values:
            yield f"{leaf['fact']} has no value {value}"


def need_reasons(data: dict[str, Any], known: Known) -> Reasons:
    evidence = data["evidence"]
    wrong = list(misfits("evidence", evidence))
    groups = evidence.get("required_any", [])
    if not wrong:
        wrong = [reason for group in groups for reason in misfits("any", group)]
    yield from wrong
    if wrong:
        return
    required = evidence["required_all"]
    if not required:
        yield "`required_all` is empty"
    if len(set(required)) != len(required):
        yield "`required_all` names a criterion twice"
    for name in ("required_all", "supporting", "barriers_if_not_met", "tested_with_people"):
        yield from known.missing(evidence.get(name, []))
    for group in groups:
        yield from known.missing(group["any_of"])


def profile_reasons(data: dict[str, Any], known: Known) -> Reasons:
    yield from known.missing([*data.get("criteria", []), *data.get("if_ai", [])])
    for whole in data.get("editions", []):
        wrong = list(misfits("whole", whole))
        yield from wrong
        if not wrong:
            yield from known.missing_edition(whole["edition"], whole.get("level", ""))
    for edition, refs in data.get("laws", {}).items():
        yield from known.missing_edition(edition)
        if not isinstance(refs, list):
            yield f"`laws` of {edition} should be a list of refs"
            continue
        yield from known.missing(f"{edition}:{ref}" for ref in refs)
    for name in data.get("includes", []):
        if name not in known.profiles or name == data["id"]:
            yield f"there is no other profile {name} to include"
    for domain, least in data.get("least", {}).items():
        if domain and domain not in Domain.values:
            yield f"`least` names the domain {domain}, which is not there"
        if least not in (0, 1, 2, 3, 4):
            yield f"`least` of {domain or 'all others'} is {least!r}, not 0 to 4"


def mapping_reasons(data: dict[str, Any], known: Known) -> Reasons:
    yield from known.missing([data["source"], data["target"]])
    if data["source"] == data["target"]:
        yield "maps a criterion to itself"
    elif data["source"].partition(":")[0] == data["target"].partition(":")[0]:
        yield "maps an edition to itself"


def related_reasons(data: dict[str, Any], known: Known) -> Reasons:
    yield from known.missing_edition(data["source"], data.get("level", ""))


def scheme_reasons(data: dict[str, Any], known: Known) -> Reasons:
    yield from known.missing(data.get("supports", []))


CHECKS: dict[str, Callable[[dict[str, Any], Known], Iterable[str]]] = {
    "edition": edition_reasons,
    "fact": fact_reasons,
    "rule": rule_reasons,
    "need": need_reasons,
    "profile": profile_reasons,
    "mapping": mapping_reasons,
    "related": related_reasons,
    "scheme": scheme_reasons,
}
TRANSLATED: dict[str, set[str]] = {
    "edition": {"name", "notes", "notice"},
    "level": {"label"},
    "criterion": {"title", "statement", "guidance", "evidence_hint", "group"},
    "fact": {"ask", "why", "values"},
    "rule": {"why"},
    "need": {"label", "means", "learners", "aliases"},
    "profile": {"label", "purpose"},
}
