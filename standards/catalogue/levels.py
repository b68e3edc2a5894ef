"""Which levels an edition is asked for at with a level: the one home of "lower ones included"."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol, TypeVar

from django.db.models import Q


class Graded(Protocol):
    """A level as this rule reads it. Keys and positions are of one edition."""

    @property
    def key(self) -> str: ...

    @property
    def position(self) -> int: ...

    @property
    def cumulative(self) -> bool: ...


class Grade(NamedTuple):
    """A level that is no row."""

    key: str
    position: int
    cumulative: bool


G = TypeVar("G", bound=Graded)


def includes(level: Graded, other: Graded) -> bool:
    """Whether who asks for `level` asks for `other` too: both build up, and it stands below."""
    below = other.position < level.position
    return other.key == level.key or (level.cumulative and other.cumulative and below)


def included(levels: Iterable[G], level: Graded | None) -> list[G]:
    """Those that are asked for with `level`, itself among them; all of them if it is None."""
    return [each for each in levels if level is None or includes(level, each)]


def at_level(level: Graded) -> Q:
    """The same of criteria, for a database: those of the edition at this level."""
    own = Q(level__key=level.key)
    if not level.cumulative:
        return own
    return own | Q(level__cumulative=True, level__position__lt=level.position)
