"""Where requirements come from: a profile, an edition at a level, a search, a learner need."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext, ngettext

from certcentre.lifecycle import NotReady
from standards.catalogue.editions import Criterion, Domain, Edition, Level
from standards.catalogue.facts import Fact
from standards.catalogue.filters import said_in
from standards.catalogue.mappings import Mapping, relations_of
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import published
from standards.catalogue.rules import applied
from standards.registry.matching.facts import ASKABLE
from standards.registry.matching.market import known_facts

MOST_FOUND = 50
MOST_PASTED = 3000
NAMED = 20  # references that a sentence names
BETWEEN = re.compile(r"[,;\t\r\n]+")  # references of a list that was pasted
PERSONAL_DATA = ["learning_activity"]  # stands for any: rules ask whether there is some


def by_keys(keys: Iterable[str]) -> list[Criterion]:
    """The criteria of these keys, in this order; unknown ones are left out. One statement."""
    wanted = list(dict.fromkeys(keys))
    by_key = {
        criterion.key: criterion
        for start in range(0, len(wanted), 500)
        for criterion in Criterion.objects.published().filter(key__in=wanted[start : start + 500])
    }
    return [by_key[key] for key in wanted if key in by_key]


def picked_out(text: str, known: Container[str]) -> tuple[list[str], list[str]]:
    """The references in a text that was pasted: those known (in small letters), and the others.

    They stand with commas, semicolons or line ends between, or with spaces where that makes them
    known; each once, in the order of the text.
    """
    wanted, others = dict[str, None](), dict[str, None]()
    for piece in filter(None, map(str.strip, BETWEEN.split(text))):
        whole = piece.casefold() in known
        for each in [piece] if whole else piece.split():
            if each.casefold() in known:
                wanted[each.casefold()] = None
            else:
                others[each] = None
    return list(wanted), list(others)


def named_in(text: str, known: Container[str]) -> tuple[list[str], list[str]] | None:
    """The same of a text that is nothing but references, some of them known; None where it is
    words. What has a digit in it is taken for a reference."""
    wanted, unknown = picked_out(text, known)
    if not wanted or not all(any(sign.isdigit() for sign in each) for each in unknown):
        return None
    return wanted, unknown


def by_references(text: str, edition: str = "", *, at: datetime) -> list[Criterion]:
    """The criteria of a list that was pasted: keys of the catalogue, or references of an edition
    (of any in force where none is named). Two statements.

    NotReady where one is unknown, or stands in several editions: then nothing is taken.
    """
    in_force = Edition.objects.in_force(at=at)
    editions = in_force.filter(key=edition) if edition else in_force
    rows = Criterion.objects.filter(edition__in=editions).values_list("key", "ref", "edition__name")
    by_name: dict[str, dict[str, str]] = {}
    for key, ref, name in rows:
        by_name.setdefault(key.casefold(), {})[key] = name
        by_name.setdefault(ref.casefold(), {})[key] = name
    wanted, unknown = picked_out(text, by_name)
    if len(wanted) + len(unknown) > MOST_PASTED:
        words = gettext("At most %(most)d references at once. Nothing was added.")
        raise NotReady(words % {"most": MOST_PASTED})
    if unknown:
        words = ngettext(
            "%(n)d reference is not there: %(refs)s. Nothing was added.",
            "%(n)d references are not there: %(refs)s. Nothing was added.",
            len(unknown),
        )
        raise NotReady(words % {"n": len(unknown), "refs": ", ".join(unknown[:NAMED])})
    if several := [name for name in wanted if len(by_name[name]) > 1]:
        words = gettext(
            "These stand in more than one edition: %(refs)s. Choose the standard. Nothing was "
            "added."
        )
        raise NotReady(words % {"refs": ", ".join(several[:NAMED])})
    return by_keys(key for name in wanted for key in by_name[name])


def facts() -> list[Fact]:
    """What providers state and a buyer may ask for, in the order that they are asked."""
    return sorted(known_facts(ASKABLE), key=lambda fact: fact.position)


def of_profile(profile: Profile, countries: Sequence[str], *, at: datetime) -> list[Criterion]:
    """The criteria of a profile, with those of the laws where the product will be used."""
    there = {"countries_offered": list(countries), "personal_data": PERSONAL_DATA}
    facts = there if countries else {}
    return by_keys(profile.criteria_for(applied(facts, at=at)))


def of_need(need: Need) -> tuple[list[Criterion], dict[str, list[str]]]:
    """What a need requires: every check, and of each any-of group the one named first.

    Beside them, the others of each group: alternatives that do as well.
    """
    evidence = need.evidence
    groups = [group["any_of"] for group in evidence["required_any"]]
    wanted = by_keys([*evidence["required_all"], *(group[0] for group in groups)])
    return wanted, {
        group[0]: group[1:] for group in groups if group[0] not in evidence["required_all"]
    }


def of_edition(choice: str) -> tuple[Edition, Level | None]:
    """The edition and level of a choice made by `edition_choices`."""
    key, _, level = choice.partition("|")
    edition = Edition.objects.get(key=key)
    return edition, edition.levels.get(key=level) if level else None


def edition_choices(*, at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every edition in force with its levels, by domain. Two statements."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for edition in Edition.objects.in_force(at=at).prefetch_related("levels").order_by("name"):
        name = edition.text("name")
        lines = [(edition.key, gettext("%(edition)s: all of it") % {"edition": name})]
        levels = sorted(edition.levels.all(), key=lambda level: level.position)
        for level in levels if len(levels) > 1 else []:
            words = gettext("%(edition)s: %(level)s")
            if level.cumulative:
                words = gettext("%(edition)s: %(level)s, lower ones included")
            label = words % {"edition": name, "level": level.text("label")}
            lines.append((f"{edition.key}|{level.key}", label))
        groups.setdefault(edition.domain, []).extend(lines)
    return [(str(Domain(key).label), groups[key]) for key in Domain if key in groups]


def edition_names(*, at: datetime) -> list[tuple[str, str]]:
    """Every edition in force by its key. One statement."""
    return [(e.key, e.text("name")) for e in Edition.objects.in_force(at=at).order_by("name")]


@dataclass(frozen=True)
class Found:
    """What a search among the criteria in force came to."""

    criteria: list[Criterion] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)  # references that no edition in force has
    more: bool = False  # whether others say the words too


def search(words: str, *, at: datetime) -> Found:
    """Criteria of editions in force of these references or keys, in this order; else the first
    fifty that say all of the words. Two statements."""
    if not words.strip():
        return Found()
    criteria = Criterion.objects.filter(edition__in=Edition.objects.in_force(at=at))
    criteria = criteria.select_related("edition").order_by("edition__name", "pk")
    if (named := by_name(words, criteria)) is not None:
        return named
    matching = said_in(words, "title", "statement", "ref", "key", "edition__name")
    rows = list(criteria.filter(matching)[: MOST_FOUND + 1])
    return Found(rows[:MOST_FOUND], more=len(rows) > MOST_FOUND)


def by_name(text: str, criteria: QuerySet[Criterion]) -> Found | None:
    """Those that a text names, where it is nothing but references; None where it is words."""
    if not any(sign.isdigit() for sign in text):
        return None
    pieces = [piece.strip().casefold() for piece in BETWEEN.split(text)]
    names = {*pieces, *(each for piece in pieces for each in piece.split())}
    known: dict[str, list[Criterion]] = {}
    small = criteria.annotate(small_ref=Lower("ref"), small_key=Lower("key"))
    for criterion in small.filter(Q(small_ref__in=names) | Q(small_key__in=names)):
        for name in {criterion.ref.casefold(), criterion.key.casefold()}:
            known.setdefault(name, []).append(criterion)
    named = named_in(text, known)
    if named is None:
        return None
    wanted, unknown = named
    rows = {criterion.pk: criterion for name in wanted for criterion in known[name]}
    return Found([*rows.values()][:MOST_FOUND], unknown, more=len(rows) > MOST_FOUND)


def alternatives_to(criterion: Criterion | None, accepted: list[str]) -> list[tuple[str, str]]:
    """Criteria that a mapping calls equal, and those accepted already. Two statements."""
    if criterion is None:
        return []
    equal = [
        each.other for each in relations_of(criterion) if each.relation == Mapping.Relation.EQUAL
    ]
    keys = {other.key for other in equal}
    more = Criterion.objects.filter(key__in=set(accepted) - keys).select_related("edition")
    return [
        (match.key, f"{match.edition.text('name')}: {match.ref} {match.text('title')}")
        for match in [*equal, *more]
    ]


def need_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every learner need by its group. One statement."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for need in published(Need):
        groups.setdefault(need.group, []).append((need.key, need.text("label")))
    return [(str(Need.Group(key).label), lines) for key, lines in groups.items()]


def profile_choices() -> list[tuple[str, str]]:
    return [
        (profile.key, f"{profile.text('label')}: {profile.text('purpose')}")
        for profile in published(Profile)
    ]


def fill_of(profile: Profile) -> dict[str, Any]:
    """The assurance that a profile suggests, by domain."""
    return {"least": {domain: int(level) for domain, level in profile.least.items()} or 1}
