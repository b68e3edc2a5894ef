"""What a product's facts bring into play. Pure: values in, values out (rule R41).

Three-valued logic: a condition on an unanswered fact is unknown (None), never no. Every fired rule
is expanded to criteria, and each criterion is resolved for itself. Nothing depends on the order of
the rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from standards.catalogue.levels import Grade, included

BLOCK, LAW, EXPECTED = "blocks_listing", "mandatory_by_law", "expected"
FLAG, OPTIONAL, NOT_APPLICABLE = "flag", "optional", "not_applicable"
RANK = {BLOCK: 5, LAW: 4, EXPECTED: 3, FLAG: 2, OPTIONAL: 1, NOT_APPLICABLE: 0}
BINDING = {BLOCK, LAW}

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """From facts (`when`) to an edition, one of its levels, or the criteria `refs` of it."""

    key: str
    when: Mapping[str, Any]
    edition: str
    effect: str
    level: str = ""
    refs: tuple[str, ...] = ()
    law_excludes: tuple[str, ...] = ()
    applies_from: date | None = None
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Shape:
    """What an edition is made of: its levels from low to high with whether each is cumulative,
    and the level of each criterion by its ref, in order."""

    levels: Mapping[str, bool]
    criteria: Mapping[str, str]

    def at(self, level: str) -> list[str]:
        """The refs at a level, lower ones included where it is cumulative; all without a level."""
        grades = {key: Grade(key, at, self.levels[key]) for at, key in enumerate(self.levels)}
        asked = grades[level] if level else None
        wanted = {grade.key for grade in included(grades.values(), asked)}
        return [ref for ref, its in self.criteria.items() if its in wanted]


@dataclass(frozen=True)
class Catalogue:
    """The editions that rules speak of, and the groups that stand for several values."""

    editions: Mapping[str, Shape]
    groups: Mapping[str, Iterable[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fired:
    """A rule whose condition holds, with the criteria (full ids) that its effect reaches."""

    rule: str
    effect: str
    edition: str
    level: str
    criteria: tuple[str, ...]
    also_expected: tuple[str, ...]  # the law does not refer to these
    reason: str
    basis: str
    applies_from: date | None
    comes: bool  # the law's date is still ahead
    lists: bool  # it lists its criteria, and does not name a whole edition or level
    facts: tuple[str, ...] = ()  # the answered facts that its condition asks


@dataclass(frozen=True)
class Undecided:
    """A rule that waits for facts, and which facts could decide it."""

    rule: str
    effect: str
    edition: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Applied:
    """The answer: what applies, at which effect, why, and what is still open."""

    rules: tuple[Fired, ...] = ()
    criteria: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    not_applicable: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)


def resolve(rules: Iterable[Rule], facts: Facts, catalogue: Catalogue, *, today: date) -> Applied:
    """Read every rule against the facts and resolve each criterion.

    The highest effect wins; a flag stands beside; *not applicable* beats every effect of a rule
    that names a whole edition or level, and yields only to a law or block that lists the criterion.
    """
    fired, undecided = [], []
    for rule in rules:
        holds = condition(rule.when, facts, catalogue.groups)
        if holds:
            answered = tuple(fact for fact in asked(rule.when) if is_answered(facts.get(fact)))
            fired.append(fire(rule, catalogue.editions[rule.edition], today, answered))
        elif holds is None:
            asks = tuple(sorted(unanswered(rule.when, facts, catalogue.groups)))
            undecided.append(Undecided(rule.key, rule.effect, rule.edition, asks))
    fired.sort(key=lambda each: (-RANK[each.effect], each.edition, each.rule))
    undecided.sort(key=lambda each: (-RANK[each.effect], each.edition, each.rule))
    criteria, set_aside = per_criterion(fired)
    counted = Counter(fact for each in undecided for fact in each.facts)
    return Applied(
        rules=tuple(fired),
        criteria=criteria,
        standards=per_edition(criteria),
        flags=tuple(sorted({c for each in fired if each.effect == FLAG for c in each.criteria})),
        open=tuple(sorted(counted, key=lambda fact: (-counted[fact], fact))),
        undecided=tuple(undecided),
        not_applicable=set_aside,
        blocks=tuple(each.rule for each in fired if each.effect == BLOCK),
        facts=dict(facts),
    )


def is_answered(value: object) -> bool:
    """An empty list or text is no answer; `none` and no are answers."""
    return value is not None and value != [] and value != ""


def condition(node: Mapping[str, Any], facts: Facts, groups: Mapping[str, Any]) -> bool | None:
    """True, False, or None where an unanswered fact could still decide it."""
    if "fact" in node:
        return leaf(node, facts.get(node["fact"]), groups)
    if "not" in node:
        inside = condition(node["not"], facts, groups)
        return None if inside is None else not inside
    decisive = "any" in node  # one True decides `any`, one False decides `all`
    found = [condition(each, facts, groups) for each in node["any" if decisive else "all"]]
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def leaf(node: Mapping[str, Any], answer: object, groups: Mapping[str, Any]) -> bool | None:
    """One fact asked with one operator."""
    if not is_answered(answer):
        return None
    operator = node["op"]
    if operator in ("is_true", "is_false"):
        return bool(answer is (operator == "is_true"))
    wanted = expanded(node["value"], groups)
    given = set(answer) if isinstance(answer, list) else {answer}
    if operator == "none_of":
        return not given & wanted
    if operator == "not_only":
        return bool(given - wanted)
    return bool(given & wanted)  # any_of, eq, in


def expanded(value: str | list[str], groups: Mapping[str, Any]) -> set[str]:
    """The values asked for, with `group:X` standing for the members of X."""
    found: set[str] = set()
    for each in value if isinstance(value, list) else [value]:
        name = each.removeprefix("group:")
        found |= {each} if name == each else set(groups[name])
    return found


def unanswered(node: Mapping[str, Any], facts: Facts, groups: Mapping[str, Any]) -> set[str]:
    """The facts that keep an undecided condition undecided; decided branches are left out."""
    if condition(node, facts, groups) is not None:
        return set()
    if "fact" in node:
        return {node["fact"]}
    inner = [node["not"]] if "not" in node else node.get("all") or node.get("any") or []
    return {fact for each in inner for fact in unanswered(each, facts, groups)}


def asked(node: Mapping[str, Any]) -> list[str]:
    """The facts that a condition asks, each once, as they stand in it."""
    if "fact" in node:
        return [node["fact"]]
    inner = [node["not"]] if "not" in node else node.get("all") or node.get("any") or []
    return list(dict.fromkeys(fact for each in inner for fact in asked(each)))


def fire(rule: Rule, shape: Shape, today: date, answered: tuple[str, ...] = ()) -> Fired:
    """The rule expanded: the criteria it lists, else the edition at its level, else all of it."""
    refs = list(rule.refs) or shape.at(rule.level)
    excluded = set(rule.law_excludes)
    return Fired(
        rule=rule.key,
        effect=rule.effect,
        edition=rule.edition,
        level=rule.level,
        criteria=tuple(f"{rule.edition}:{ref}" for ref in refs if ref not in excluded),
        also_expected=tuple(f"{rule.edition}:{ref}" for ref in refs if ref in excluded),
        reason=rule.reason,
        basis=rule.basis,
        applies_from=rule.applies_from,
        comes=rule.applies_from is not None and rule.applies_from > today,
        lists=bool(rule.refs),
        facts=answered,
    )


def per_criterion(fired: Iterable[Fired]) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The effect of each criterion, and by which rule and why those set aside are."""
    highest: dict[str, str] = {}
    aside: dict[str, tuple[str, str]] = {}
    held: set[str] = set()  # listed by a law or a block: not applicable yields
    for each in fired:
        if each.effect == NOT_APPLICABLE:
            for criterion in each.criteria:
                aside[criterion] = min(aside.get(criterion, ("~", "")), (each.rule, each.reason))
        elif each.effect != FLAG:
            pairs = [(criterion, each.effect) for criterion in each.criteria]
            pairs += [(criterion, EXPECTED) for criterion in each.also_expected]
            for criterion, effect in pairs:
                highest[criterion] = higher(highest.get(criterion, effect), effect)
            if each.lists and each.effect in BINDING:
                held |= set(each.criteria)
    aside = {criterion: why for criterion, why in aside.items() if criterion not in held}
    effects = highest | dict.fromkeys(aside, NOT_APPLICABLE)
    return dict(sorted(effects.items())), dict(sorted(aside.items()))


def higher(one: str, other: str) -> str:
    return one if RANK[one] >= RANK[other] else other


def per_edition(criteria: Mapping[str, str]) -> dict[str, str]:
    """The highest effect of an edition's criteria; none with nothing but *not applicable*."""
    found: dict[str, str] = {}
    for criterion, effect in criteria.items():
        edition = criterion.partition(":")[0]
        if effect != NOT_APPLICABLE:
            found[edition] = higher(found.get(edition, effect), effect)
    return found
