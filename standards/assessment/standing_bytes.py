"""The bytes of a standing: one for each criterion, at its permanent slot. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

EXCUSED = 16  # added to the assurance of what is accepted as not applicable
HINDERED = 32  # added to the assurance of what is said to be partly met or not met
UNACCEPTED = 48  # added to that of what the provider alone says does not apply: it counts as open


class Spoken(NamedTuple):
    """One claim, as far as a standing asks. The strongest of a criterion comes first."""

    slot: int | None  # None: its edition is not published, so nothing counts yet
    outcome: str
    assurance: int
    accepted: bool
    begins: datetime
    ends: datetime | None


def byte(outcome: str, assurance: int, accepted: bool) -> int:
    """AL 1-4 if met, 16 + AL if accepted as not applicable, 32 + AL if it falls short.

    48 + AL where nobody accepted that it does not apply; 0 stands for silence alone.
    """
    if outcome == "met":
        return assurance
    if outcome == "not_applicable":
        return (EXCUSED if accepted else UNACCEPTED) + assurance
    return HINDERED + assurance


def worth(value: int) -> int:
    """The assurance at which a byte says that it is met, or accepted as not applicable; else 0."""
    if value < EXCUSED:
        return value
    return value - EXCUSED if value < HINDERED else 0


def row(claims: Iterable[Spoken], *, at: datetime) -> tuple[bytes, datetime | None]:
    """The bytes as of `at`, and the first moment at which time alone may change them."""
    bytes_by_slot: dict[int, int] = {}
    turns = []
    for claim in claims:
        if claim.slot is None or (claim.ends and claim.ends <= at):
            continue
        if claim.begins > at:
            turns.append(claim.begins)
            continue
        if claim.ends:
            turns.append(claim.ends)
        bytes_by_slot.setdefault(claim.slot, byte(claim.outcome, claim.assurance, claim.accepted))
    levels = bytearray(max(bytes_by_slot, default=-1) + 1)
    for slot, value in bytes_by_slot.items():
        levels[slot] = value
    return bytes(levels), min(turns, default=None)


def proven(levels: bytes) -> int:
    """A number to order by: who has more met at AL3 or above comes first, then at AL2 or above."""
    examined = levels.count(3) + levels.count(4)
    return examined * 100_000 + examined + levels.count(2)


def at_slot(levels: bytes, slot: int | None) -> int:
    return levels[slot] if slot is not None and slot < len(levels) else 0
