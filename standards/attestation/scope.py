"""Which criteria a request names, and how many of them an examination covered. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.utils.translation import gettext

from standards.catalogue import levels as grades
from standards.catalogue.levels import included


class Graded(grades.Graded, Protocol):
    """A level as this module reads it."""

    @property
    def pk(self) -> int: ...

    @property
    def obligation(self) -> str: ...


Level = TypeVar("Level", bound=Graded)


@dataclass(frozen=True)
class Coverage:
    """How far an examination reached what its request named, in one edition."""

    complete: bool
    named: frozenset[int]
    covered: frozenset[int]  # of the named: examined and in order; when complete, all of them
    beyond: frozenset[int]  # examined and in order, and not named
    left: frozenset[int]  # named, and not covered


def named(levels: Iterable[Graded], level: Graded | None, graded: Mapping[int, int]) -> set[int]:
    """The criteria that a request for an edition names (rule R32).

    `graded` gives the level of each criterion of the edition. Where levels are cumulative: the
    level asked for and those below. Otherwise the criteria of obligation *must*; where an edition
    has none of those, all its criteria.
    """
    if level is not None:
        wanted = {each.pk for each in included(levels, level)}
        return {criterion for criterion, grade in graded.items() if grade in wanted}
    binding = {each.pk for each in levels if each.obligation == "must"}
    must = {criterion for criterion, grade in graded.items() if grade in binding}
    return must or set(graded)


def to_ask_for(levels: Iterable[Level], declared: Container[int | None]) -> list[Level]:
    """The levels that can be chosen where criteria are declared at these levels, by their keys."""
    return [level for level in levels if level.cumulative and level.pk in declared]


def level_problem(levels: Iterable[Graded], level: Graded | None, graded: Mapping[int, int]) -> str:
    """Why an edition may not be asked for at this level; empty if it may."""
    steps = [each for each in levels if each.cumulative]
    if steps and level is None:
        return gettext("Name the level. Lower ones are included.")
    if level is not None and level.pk not in {step.pk for step in steps}:
        return gettext("This edition has no levels that build on each other, so name none.")
    if level is not None and level.pk not in graded.values():
        return gettext("The catalogue holds no criteria of this level, so it cannot be attested.")
    return ""


def cover(
    wanted: Iterable[int],
    *,
    in_order: Iterable[int],
    examined: Iterable[int],
    accepted: Iterable[int],
) -> Coverage:
    """Compare what a request names with what was found.

    `in_order`: conforming, or confirmed as not applicable. `examined`: every criterion in scope.
    `accepted`: not applicable by a rule or the centre; it excuses what nobody examined.
    """
    asked, good = frozenset(wanted), frozenset(in_order)
    excused = frozenset(accepted) - frozenset(examined)
    complete = bool(good & asked) and asked <= good | excused
    covered = asked if complete else asked & good
    return Coverage(complete, asked, covered, good - asked, asked - covered)
