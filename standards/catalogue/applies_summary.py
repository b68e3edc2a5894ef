"""What applies, arranged for a page: by effect, with reasons, open questions and counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from standards.catalogue.applicability import (
    BLOCK,
    EXPECTED,
    FLAG,
    LAW,
    NOT_APPLICABLE,
    OPTIONAL,
    RANK,
    Applied,
    Fired,
)
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.facts import Fact
from standards.catalogue.profiles import Profile

FIRST = 8  # open questions shown at once
NAMED = 3  # editions named beside a question


@dataclass(frozen=True)
class Because:
    """One fired rule in words, and the answers it rests on."""

    reason: str
    basis: str
    applies_from: date | None
    comes: bool
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Line:
    """One edition under its highest effect: how many criteria, how many to start with, and why."""

    edition: Edition
    effect: str
    criteria: int
    starter: int
    reasons: list[Because]

    @property
    def comes(self) -> date | None:
        """The first day of a law whose day is still ahead."""
        ahead = [each.applies_from for each in self.reasons if each.comes and each.applies_from]
        return min(ahead) if ahead and len(ahead) == len(self.reasons) else None


@dataclass(frozen=True)
class Aside:
    """Criteria of one edition that one reason sets aside, or that a flag stands at."""

    edition: Edition
    reason: str
    criteria: list[Criterion]


@dataclass(frozen=True)
class Question:
    """A fact that would decide more, where to answer it, and about which editions."""

    ask: str
    url: str
    rules: int
    decides: list[Edition]

    @property
    def named(self) -> list[Edition]:
        return self.decides[:NAMED]

    @property
    def more(self) -> int:
        """How many editions beside those that are named."""
        return len(self.decides[NAMED:])


@dataclass
class Shown:
    """Everything `catalogue/_applies.html` shows."""

    held: list[Line] = field(default_factory=list)
    laws: list[Line] = field(default_factory=list)
    expected: list[Line] = field(default_factory=list)
    optional: list[Line] = field(default_factory=list)
    flags: list[Aside] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answered: int = 0
    asked: int = 0
    standards: int = 0
    undecided: int = 0
    to_answer: int = 0  # criteria that a law or a block asks for, or that are expected
    starter: int = 0

    @property
    def first_questions(self) -> list[Question]:
        return self.questions[:FIRST]

    @property
    def more_questions(self) -> list[Question]:
        return self.questions[FIRST:]

    @property
    def set_aside(self) -> int:
        return sum(len(each.criteria) for each in self.aside)


def show(applied: Applied, facts: Iterable[Fact], *, address: Callable[[str], str]) -> Shown:
    """Arrange an answer. `address` gives the page of a fact group. At most four statements."""
    by_key = {fact.key: fact for fact in facts}
    named = {each.edition for each in applied.rules} | {each.edition for each in applied.undecided}
    editions = Edition.objects.in_bulk(named, field_name="key")
    profile = Profile.objects.filter(key="starter").first()
    chosen = set(profile.criteria_for(applied)) if profile else set()
    named_criteria = Criterion.objects.select_related("edition").in_bulk(
        {*applied.flags, *aside_keys(applied)}, field_name="key"
    )
    wanted = {key for key, effect in applied.criteria.items() if RANK[effect] >= RANK[EXPECTED]}
    shown = Shown(
        flags=flagged(applied, editions, named_criteria),
        questions=questions(applied, by_key, editions, address),
        answered=sum(key in applied.facts for key in by_key),
        asked=len(by_key),
        standards=len(applied.standards),
        undecided=len(applied.undecided),
        to_answer=len(wanted),
        starter=len(chosen - applied.not_applicable.keys()),
    )
    sections = {
        BLOCK: shown.held,
        LAW: shown.laws,
        EXPECTED: shown.expected,
        OPTIONAL: shown.optional,
    }
    for key, effect in applied.standards.items():
        sections[effect].append(line(applied, editions[key], effect, chosen, by_key))
    for section in sections.values():
        section.sort(key=lambda each: each.edition.name)
    shown.aside = set_aside(applied, editions, named_criteria)
    return shown


def line(
    applied: Applied,
    edition: Edition,
    effect: str,
    chosen: set[str],
    facts: Mapping[str, Fact],
) -> Line:
    own = {
        key: its
        for key, its in applied.criteria.items()
        if its != NOT_APPLICABLE and key.startswith(f"{edition.key}:")
    }
    rules = [
        rule for rule in applied.rules if rule.edition == edition.key and rule.effect == effect
    ]
    return Line(
        edition=edition,
        effect=effect,
        criteria=sum(its == effect for its in own.values()),
        starter=len(chosen & own.keys()),
        reasons=[because(rule, applied.facts, facts) for rule in rules],
    )


def because(rule: Fired, answers: Mapping[str, Any], facts: Mapping[str, Fact]) -> Because:
    said = [(facts[key], answers[key]) for key in rule.facts if key in facts]
    return Because(
        reason=rule.reason,
        basis=rule.basis,
        applies_from=rule.applies_from,
        comes=rule.comes,
        answers=[(fact.text("ask"), fact.said(value)) for fact, value in said],
    )


def questions(
    applied: Applied,
    facts: Mapping[str, Fact],
    editions: Mapping[str, Edition],
    address: Callable[[str], str],
) -> list[Question]:
    """The open facts, those that decide most first."""
    found = []
    for key in applied.open:
        waiting = [each for each in applied.undecided if key in each.facts]
        decides = dict.fromkeys(
            each.edition for each in waiting if RANK[each.effect] >= RANK[EXPECTED]
        )
        url = f"{address(facts[key].group)}#id_{key}"
        names = [editions[edition] for edition in decides]
        found.append(Question(facts[key].text("ask"), url, len(waiting), names))
    return found


def flagged(
    applied: Applied, editions: Mapping[str, Edition], criteria: Mapping[str, Criterion]
) -> list[Aside]:
    """The warnings that buyers see, by rule."""
    return [
        Aside(editions[rule.edition], rule.reason, [criteria[key] for key in rule.criteria])
        for rule in applied.rules
        if rule.effect == FLAG
    ]


def set_aside(
    applied: Applied, editions: Mapping[str, Edition], criteria: Mapping[str, Criterion]
) -> list[Aside]:
    """Criteria marked not applicable in the standards that matter, by standard and reason."""
    found: dict[tuple[str, str], list[Criterion]] = {}
    for key in aside_keys(applied):
        _rule, reason = applied.not_applicable[key]
        found.setdefault((key.partition(":")[0], reason), []).append(criteria[key])
    rows = [
        Aside(editions[edition], reason, sorted(its, key=lambda each: each.position))
        for (edition, reason), its in found.items()
    ]
    return sorted(rows, key=lambda each: (each.edition.name, each.reason))


def aside_keys(applied: Applied) -> list[str]:
    return [key for key in applied.not_applicable if key.partition(":")[0] in applied.standards]
