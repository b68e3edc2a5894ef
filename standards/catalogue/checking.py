"""Does every reference in the content hit something: in the content, or already in the database."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from standards.catalogue.content import BrokenContent, Content
from standards.catalogue.editions import Domain
from standards.catalogue.schema import (
    EditionRecord,
    FactRecord,
    MappingRecord,
    NeedRecord,
    ProfileRecord,
    RelatedRecord,
    RuleRecord,
    SchemeRecord,
)

OPERATORS = {
    "multi": {"any_of", "none_of", "not_only"},
    "countries": {"any_of", "none_of", "not_only"},
    "languages": {"any_of", "none_of", "not_only"},
    "parties": set(),
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
    broken: dict[str, set[str]] = field(default_factory=dict)  # told already; by kind

    def take(self, content: Content) -> None:
        """Add what the content itself brings."""
        for key, placed in content.of("edition").items():
            self.editions.add(key)
            self.levels |= {f"{key} {level.key}" for level in placed.record.levels}
            self.criteria |= {f"{key}:{item.ref}" for item in placed.record.items}
        for key, placed in content.of("fact").items():
            self.facts[key] = (placed.record.type, {value.key for value in placed.record.values})
        self.groups |= {key: placed.record for key, placed in content.groups.items()}
        self.profiles |= set(content.of("profile"))
        self.broken = content.broken

    def is_broken(self, kind: str, key: str) -> bool:
        return key in self.broken.get(kind, ())

    def missing(self, criteria: Iterable[str]) -> Reasons:
        for key in criteria:
            edition = key.partition(":")[0]
            if key not in self.criteria and not self.is_broken("edition", edition):
                yield f"there is no criterion {key}"

    def missing_edition(self, edition: str, level: str = "") -> Reasons:
        if self.is_broken("edition", edition):
            return
        if edition not in self.editions:
            yield f"there is no edition {edition}"
        elif level and f"{edition} {level}" not in self.levels:
            yield f"{edition} has no level {level}"


def check(content: Content, known: Known) -> None:
    """BrokenContent naming all that has not its shape, and every reference that hits nothing."""
    known.take(content)
    for key, placed in content.groups.items():
        content.refuse(placed.file, key, group_reasons(placed.record))
    for kind, reasons in CHECKS.items():
        for key, placed in content.of(kind).items():
            content.refuse(placed.file, key, reasons(placed.record, known))
    if content.problems:
        raise BrokenContent(*content.problems)


def group_reasons(members: object) -> Reasons:
    if not (isinstance(members, list) and members and all(isinstance(m, str) for m in members)):
        yield "should hold a list of texts; put NO in quotes"


def edition_reasons(edition: EditionRecord, known: Known) -> Reasons:
    if edition.supersedes:
        yield from known.missing_edition(edition.supersedes)
        if edition.supersedes == edition.key:
            yield "cannot supersede itself"
    if edition.criteria_count not in (None, len(edition.items)):
        said = edition.criteria_count
        yield f"has {len(edition.items)} criteria, but `criteria_count` says {said}"


def fact_reasons(fact: FactRecord, known: Known) -> Reasons:
    ids = Counter(value.key for value in fact.values)
    yield from (f"value {key} stands here twice" for key in ids if ids[key] > 1)
    if (fact.type in ("single", "multi")) != bool(ids):
        yield "facts of type single and multi have values, and no others"
    for words in fact.translations.values():
        others = words.get("values", {}).keys() - ids
        yield from (f"translates the value {key}, which is not there" for key in others)


def rule_reasons(rule: RuleRecord, known: Known) -> Reasons:
    yield from condition_reasons(rule.when, known)
    then, law = rule.then, rule.then.effect == "mandatory_by_law"
    yield from known.missing_edition(then.standard, then.level)
    listed = [*then.criteria, *rule.law_excludes]
    yield from known.missing(f"{then.standard}:{ref}" for ref in listed)
    if then.criteria and then.level:
        yield "names criteria and a level; a rule names one of them, or neither"
    if law and not (rule.legal_basis and rule.human_confirmation):
        yield "a law needs a `legal_basis` and `human_confirmation: true`"
    if rule.law_excludes and not law:
        yield "only a law has `legal_reference_excludes`"


def condition_reasons(node: object, known: Known) -> Reasons:
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
        if not known.is_broken("fact", leaf["fact"]):
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


def need_reasons(need: NeedRecord, known: Known) -> Reasons:
    evidence = need.evidence
    required = evidence.required_all
    if not required:
        yield "`required_all` is empty"
    if len(set(required)) != len(required):
        yield "`required_all` names a criterion twice"
    yield from known.missing(
        [
            *required,
            *evidence.supporting,
            *evidence.barriers_if_not_met,
            *evidence.tested_with_people,
            *(key for each in evidence.required_any for key in each.any_of),
        ]
    )


def profile_reasons(profile: ProfileRecord, known: Known) -> Reasons:
    yield from known.missing([*profile.criteria, *profile.if_ai])
    for whole in profile.editions:
        yield from known.missing_edition(whole.edition, whole.level)
    for edition, refs in profile.laws.items():
        yield from known.missing_edition(edition)
        yield from known.missing(f"{edition}:{ref}" for ref in refs)
    for name in profile.includes:
        unknown = name not in known.profiles and not known.is_broken("profile", name)
        if unknown or name == profile.key:
            yield f"there is no other profile {name} to include"
    for domain, least in profile.least.items():
        if domain and domain not in Domain.values:
            yield f"`least` names the domain {domain}, which is not there"
        if least not in (0, 1, 2, 3, 4):
            yield f"`least` of {domain or 'all others'} is {least!r}, not 0 to 4"


def mapping_reasons(mapping: MappingRecord, known: Known) -> Reasons:
    yield from known.missing([mapping.source, mapping.target])
    if mapping.source == mapping.target:
        yield "maps a criterion to itself"
    elif mapping.source.partition(":")[0] == mapping.target.partition(":")[0]:
        yield "maps an edition to itself"


def related_reasons(related: RelatedRecord, known: Known) -> Reasons:
    yield from known.missing_edition(related.source, related.level)


def scheme_reasons(scheme: SchemeRecord, known: Known) -> Reasons:
    yield from known.missing(scheme.supports)


CHECKS: dict[str, Callable[[Any, Known], Iterable[str]]] = {
    "edition": edition_reasons,
    "fact": fact_reasons,
    "rule": rule_reasons,
    "need": need_reasons,
    "profile": profile_reasons,
    "mapping": mapping_reasons,
    "related": related_reasons,
    "scheme": scheme_reasons,
}
