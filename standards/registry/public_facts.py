"""The facts that a provider states of a release, in public: the data sheet in words, and the
warnings of rules that fire on them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext

from certcentre import places
from certcentre.accounts.models import Organisation
from certcentre.places import read_in
from standards.assessment.solutions import Release
from standards.attestation.certificates import Certificate
from standards.catalogue.applicability import FLAG, condition
from standards.catalogue.facts import CountryGroup, Fact
from standards.catalogue.reviewing import published
from standards.catalogue.rules import Rule
from standards.registry.matching.facts import CHECKED
from standards.registry.needs import State
from standards.registry.trail import NeedShown

UNPUBLISHED = {"hosting"}  # rule R45


def public_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What everybody may read of the facts of a release."""
    return {key: value for key, value in facts.items() if key not in UNPUBLISHED}


def doubts(
    release: Release, needs: Iterable[NeedShown], certificates: Iterable[Certificate]
) -> Iterator[str]:
    """What a reader of this release is warned of: what the provider says of its connection, where
    claims say otherwise, and a valid certificate that is of another release."""
    checked = CHECKED.get(str(release.declared_facts.get("connectivity", "")), "")
    for need in needs:
        if need.need.key == checked and need.derived.state in (State.BARRIER, State.PARTIAL):
            words = gettext(
                "That it works offline is the provider’s word. Of what is checked for “%(need)s” "
                "it meets %(met)s of %(of)s."
            )
            names = {"need": need.title, "met": need.derived.met, "of": need.derived.of}
            yield words % names
    for each in of_other_releases(certificates, release):
        words = gettext("%(number)s covers release %(other)s; you read release %(this)s.")
        names = {"number": each.number, "other": each.release.label, "this": release.label}
        yield words % names


def of_other_releases(valid: Iterable[Certificate], release: Release) -> list[Certificate]:
    """Of these certificates those of another release, where none of the same edition is of this."""
    every = list(valid)
    here = {each.edition_id for each in every if each.release_id == release.pk}
    return [each for each in every if each.release_id != release.pk and each.edition_id not in here]


class Line(NamedTuple):
    """A question with its answer in words; None where the provider has not said."""

    question: str
    answer: str | None
    verified: str = ""  # what the centre knows of the organisation, where that is something else
    fact: Fact | None = None


@dataclass(frozen=True)
class Sheet:
    """The questions of one group with their answers."""

    group: str
    words: str
    lines: tuple[Line, ...]

    @property
    def shown(self) -> "SheetShown":
        return SheetShown(self.words, tuple(line._replace(fact=None) for line in self.lines))


class SheetShown(NamedTuple):
    """A part of the sheet as a page shows it, in the reader's words: of equal ones one is drawn."""

    words: str
    lines: tuple[Line, ...]


def sheet(
    facts: Mapping[str, Any], asked: Iterable[Fact], provider: Organisation
) -> tuple[Sheet, ...]:
    """Every public question, answered in the reader's language. Personal data comes first."""
    known = {"provider_country": provider.country, "provider_size": provider.size}
    public = [fact for fact in asked if fact.key not in UNPUBLISHED]
    order = list(dict.fromkeys(fact.group for fact in public))
    public.sort(key=lambda fact: (fact.group != Fact.Group.DATA, order.index(fact.group)))
    sheets = []
    for group, members in groupby(public, lambda fact: fact.group):
        questions = list(members)
        lines = tuple(line(fact, facts, known) for fact in questions)
        sheets.append(Sheet(group, questions[0].get_group_display(), lines))
    return tuple(sheets)


def line(fact: Fact, facts: Mapping[str, Any], known: Mapping[str, str]) -> Line:
    words = answer(fact, facts.get(fact.key))
    otherwise = answer(fact, known.get(fact.key)) or ""
    return Line(fact.text("ask"), words, otherwise if words and words != otherwise else "", fact)


def answer(fact: Fact, value: object) -> str | None:
    """A value of this fact in words; None where nothing is said (an empty list says nothing)."""
    if value is None or value in ([], ""):
        return None
    if fact.type == Fact.Type.BOOL:
        return gettext("Yes") if value else gettext("No")
    values = value if isinstance(value, list) else [value]
    if fact.type in (Fact.Type.COUNTRY, Fact.Type.COUNTRIES):
        return ", ".join(places.country(str(code)) for code in values)
    if fact.type == Fact.Type.LANGUAGES:
        return ", ".join(places.language(str(code)) for code in values)
    if fact.type == Fact.Type.PARTIES:
        return fact.said(values)
    return ", ".join(_labels(fact).get(str(key), str(key)) for key in values)


def _labels(fact: Fact) -> dict[str, str]:
    own = fact.translations.get(read_in(), {}).get("values", {})
    return {each["id"]: own.get(each["id"]) or each["label"] for each in fact.values}


@dataclass(frozen=True)
class Flags:
    """What every public listing of a solution warns of: the published flag rules, and the groups
    that they name."""

    rules: Sequence[Rule]
    groups: Mapping[str, Iterable[str]]

    @classmethod
    def published(cls) -> "Flags":
        """One statement; two where a rule names a group of countries."""
        rules = list(published(Rule).filter(effect=FLAG, edition__status="published"))
        grouped = any("group:" in json.dumps(rule.when) for rule in rules)
        groups = CountryGroup.objects.values_list("key", "members") if grouped else []
        return cls(rules, dict(groups))

    def raised(self, facts: Mapping[str, Any]) -> list[str]:
        """Why a reader is warned of a product with these facts. Unknown raises nothing."""
        return [rule.text("why") for rule in self.rules if condition(rule.when, facts, self.groups)]
