"""What a draft lacks before it can be declared: the one list that verb, pages and lists ask.

`check` looks at one draft and names everything. `lacking` is the same rule as a filter over many
answers, and `Blocks` over many releases, so that lists ask it in a constant number of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from certcentre.accounts.models import Organisation
from standards.assessment.answers import Answer, flaw, passed_over
from standards.assessment.claims import NEEDS_REASON, Outcome
from standards.assessment.solutions import Release, Solution
from standards.catalogue import applicability
from standards.catalogue.applicability import BLOCK, Applied, condition, unanswered
from standards.catalogue.editions import Edition, Obligation
from standards.catalogue.facts import CountryGroup, Fact
from standards.catalogue.rules import applied, published_rules


@dataclass(frozen=True)
class Lack:
    """One thing to do first; with the answer or the fact that it is about, if it is about one."""

    words: str
    answer: Answer | None = None
    fact: Fact | None = None

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Blocks:
    """The rules that could hold a release at a moment, and the facts that they wait for.

    Those facts must be known first: unknown is never no, and leaving one out would otherwise be
    the way around being held.
    """

    rules: Sequence[applicability.Rule]
    groups: Mapping[str, Any]

    @classmethod
    def at(cls, moment: datetime) -> "Blocks":
        """Two statements; one where there is no such rule."""
        rules = [rule for rule in published_rules(at=moment) if rule.effect == BLOCK]
        groups = CountryGroup.objects.values_list("key", "members")
        return cls(rules, dict(groups) if rules else {})

    def open_in(self, facts: Mapping[str, Any]) -> set[str]:
        """The keys of the facts that some of the rules wait for."""
        return {
            key
            for rule in self.rules
            if condition(rule.when, facts, self.groups) is None
            for key in unanswered(rule.when, facts, self.groups)
        } & self.known.keys()

    @cached_property
    def known(self) -> dict[str, Fact]:
        """The facts that the rules ask. One statement."""
        keys = {key for rule in self.rules for key in applicability.asked(rule.when)}
        return Fact.objects.in_bulk(keys, field_name="key") if keys else {}

    def lacks(self, release: Release) -> list[Lack]:
        keys = self.open_in(release.facts)
        return [Lack(to_answer(fact), fact=fact) for key, fact in self.known.items() if key in keys]


def to_answer(fact: Fact) -> str:
    """That a fact must be known first, in words."""
    return gettext("Answer the question “%(fact)s”") % {"fact": fact.text("ask")}


def unfit(release: Release) -> list[Lack]:
    """What keeps this provider or solution from declaring at all."""
    provider, lacks = release.solution.organisation, []
    if provider.status != Organisation.Status.VERIFIED:
        words = gettext("The centre has not verified %(name)s yet.")
        lacks.append(Lack(words % {"name": provider.name}))
    if release.solution.status != Solution.Status.ACTIVE:
        lacks.append(Lack(gettext("This solution was withdrawn.")))
    return lacks


def gap(answer: Answer, at: datetime) -> str:
    """What this answer lacks before it can be declared, in words; empty when nothing.

    What is only announced at the moment `at` may stay open; of a withdrawn edition nothing is
    asked.
    """
    edition = answer.criterion.edition
    if edition.status == Edition.Status.WITHDRAWN:
        return ""
    name = answer.criterion.called
    must = edition.binds(at.date()) and answer.criterion.level.obligation == Obligation.MUST
    if must and not answer.value:
        return gettext("Not answered yet: %(name)s") % {"name": name}
    if must and answer.to_confirm:
        return gettext("Answer to confirm: %(name)s") % {"name": name}
    quoted = gettext("“%(name)s”") % {"name": name}
    return flaw(quoted, answer.value, answer.reason) if answer.counts else ""


def lacking(at: datetime, path: str = "") -> Q:
    """The answers that `gap` names; `path` leads to them from the rows asked."""
    edition = f"{path}criterion__edition__"
    begun = Q(**{f"{edition}effective_from": None}) | Q(
        **{f"{edition}effective_from__lte": at.date()}
    )
    must = begun & Q(**{f"{path}criterion__level__obligation": Obligation.MUST})
    given = Q(**{f"{path}value__gt": "", f"{path}to_confirm": False})
    asks_why = Q(**{f"{path}value__in": NEEDS_REASON}) & ~Q(**{f"{path}reason__regex": r"\S"})
    flawed = asks_why | ~Q(**{f"{path}value__in": Outcome.values})
    return ~passed_over(path) & ((must & ~given) | (given & flawed))


@dataclass(frozen=True)
class Check:
    """A draft as it would be declared now: what goes into it, and all that it still lacks."""

    release: Release
    rules: Applied
    answers: list[Answer]  # of editions that were not withdrawn
    lacks: list[Lack]


def check(release: Release, answers: Iterable[Answer], *, at: datetime) -> Check:
    """Look at the answers of a draft as of `at`. Seven statements and those of the answers."""
    asked = [
        answer for answer in answers if answer.criterion.edition.status != Edition.Status.WITHDRAWN
    ]
    lacks = [*unfit(release), *Blocks.at(at).lacks(release)]
    if not asked:
        lacks.append(Lack(nothing_left()))
    lacks += [Lack(words, answer=answer) for answer in asked if (words := gap(answer, at))]
    return Check(release, applied(release.facts, at=at), asked, lacks)


def nothing_left() -> str:
    return gettext("Every edition of this set was withdrawn. Add criteria that can be answered.")
