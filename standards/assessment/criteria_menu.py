"""What a draft may be started with, and how many criteria each choice leaves to answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from standards.catalogue.applicability import EXPECTED, OPTIONAL, RANK, Applied
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.levels import included
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import published


@dataclass(frozen=True)
class Count:
    """How many criteria are left to answer, and how many a rule has answered already."""

    to_answer: int
    marked: int


@dataclass(frozen=True)
class Whole:
    """An edition, whole or at a level, with its count. `key` names it in a form."""

    key: str
    label: str
    edition: Edition
    level: Level | None
    criteria: frozenset[str]
    count: Count


@dataclass(frozen=True)
class Offered:
    """One edition with the ways to take it, and what applies says of it."""

    edition: Edition
    effect: str
    wholes: list[Whole]


@dataclass
class Menu:
    """Everything that may be chosen for a release, from the editions that may be answered."""

    rules: Applied
    profiles: list[tuple[Profile, frozenset[str], Count]] = field(default_factory=list)
    offered: list[Offered] = field(default_factory=list)

    @property
    def pressing(self) -> list[Offered]:
        """What a law or a block asks for, or what is expected, the most pressing first."""
        return [
            offered for offered in self.offered if RANK.get(offered.effect, 0) >= RANK[EXPECTED]
        ]

    @property
    def claimable(self) -> list[Offered]:
        return [offered for offered in self.offered if offered.effect == OPTIONAL]

    @property
    def others(self) -> list[Offered]:
        return [offered for offered in self.offered if not offered.effect]

    def count(self, keys: Iterable[str]) -> Count:
        wanted = set(keys)
        marked = len(wanted & self.rules.not_applicable.keys())
        return Count(len(wanted) - marked, marked)


def menu(rules: Applied, *, at: datetime) -> Menu:
    """What may be chosen. Five statements and those of the profiles."""
    made = Menu(rules)
    editions = list(Edition.objects.answerable(at=at).prefetch_related("levels"))
    by_level = keys_by_level(editions)
    begun = [
        edition
        for edition in editions
        if not edition.effective_from or edition.effective_from <= at.date()
    ]
    there = {
        key for one in begun for level in one.levels.all() for key in by_level.get(level.pk, [])
    }
    for profile in published(Profile):
        keys = frozenset(there.intersection(profile.criteria_for(rules)))
        made.profiles.append((profile, keys, made.count(keys)))
    for edition in editions:
        effect = rules.standards.get(edition.key, "")
        made.offered.append(Offered(edition, effect, wholes(made, edition, by_level)))
    made.offered.sort(key=lambda one: (-RANK.get(one.effect, 0), str(one.edition)))
    return made


def keys_by_level(editions: list[Edition]) -> dict[int, list[str]]:
    """The criteria's keys of each level. One statement."""
    keys: dict[int, list[str]] = {}
    rows = Criterion.objects.answerable().filter(edition__in=editions).order_by("position")
    for level, key in rows.values_list("level", "key"):
        keys.setdefault(level, []).append(key)
    return keys


def wholes(menu: Menu, edition: Edition, by_level: dict[int, list[str]]) -> list[Whole]:
    """The edition at each level, lower ones included where they build up, and all of it."""
    levels = sorted(edition.levels.all(), key=lambda level: level.position)
    lines = []
    for level in levels:
        own = by_level.get(level.pk, [])
        taken = included(levels, level)
        keys = frozenset(key for each in taken for key in by_level.get(each.pk, []))
        label, key = level.text("label"), f"{edition.pk}:{level.pk}"
        if own:  # a level of which the catalogue holds no criterion of its own is not offered
            lines.append(Whole(key, label, edition, level, keys, menu.count(keys)))
    every = frozenset(key for level in levels for key in by_level.get(level.pk, []))
    if every and all(line.criteria != every for line in lines):
        lines.append(Whole(f"{edition.pk}:", "", edition, None, every, menu.count(every)))
    return lines


@dataclass(frozen=True)
class Choice:
    """What somebody chose of a menu. `keys` are all its criteria, each once."""

    profile: Profile | None
    wholes: list[Whole]
    criteria: list[Criterion]
    keys: frozenset[str]

    def parts(self) -> dict[str, Any]:
        """As `Assessment.start()` takes it."""
        editions = [(whole.edition, whole.level) for whole in self.wholes]
        return {"profile": self.profile, "editions": editions, "criteria": self.criteria}


def chosen(menu: Menu, *, profile: str, wholes: Iterable[str], criteria: Iterable[str]) -> Choice:
    """Read a choice by its keys; what is not on the menu is passed over."""
    named = {each.key: (each, keys) for each, keys, _count in menu.profiles}
    whole = {whole.key: whole for offered in menu.offered for whole in offered.wholes}
    taken = [whole[key] for key in wholes if key in whole]
    picked = list(
        Criterion.objects.answerable().filter(key__in=list(criteria)).select_related("edition")
    )
    able = {each.edition.pk for each in menu.offered}
    picked = [each for each in picked if each.edition_id in able]
    known, keys = named.get(profile, (None, frozenset()))
    every = keys.union(*(each.criteria for each in taken), (each.key for each in picked))
    return Choice(known, taken, picked, frozenset(every))
