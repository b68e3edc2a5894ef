"""Learner needs, derived from effective claims and never ticked (rule R28).

Pure: claims in, answer and its trail out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

TESTED_FROM = 2  # a test with people counts from evidence on file (AL2) upwards


class State(TextChoices):
    """How far one release supports one need, worst first after *unknown*."""

    UNKNOWN = "unknown", _("Not known yet")
    BARRIER = "barrier_known", _("Barrier known")
    PARTIAL = "partial", _("Partly")
    NOT_AFFECTED = "not_affected", _("Not affected")
    SUPPORTED = "supported", _("Supported")
    TESTED = "supported_and_tested", _("Supported, and tested with people")


SUPPORTED = (State.SUPPORTED, State.TESTED)


@dataclass(frozen=True)
class Said:
    """The effective claim on one criterion, as far as a need asks; in force when it is given."""

    outcome: str
    assurance: int
    accepted: bool = False  # of *not applicable*: by a rule, an auditor or the centre (rule R25)
    until: datetime | None = None
    by: str = ""  # who examined it, where somebody independent did

    @property
    def met(self) -> bool:
        return self.outcome == "met"

    @property
    def excused(self) -> bool:
        """Not applicable, and somebody other than the provider accepted it."""
        return self.outcome == "not_applicable" and self.accepted

    @property
    def hinders(self) -> bool:
        return self.outcome not in ("", "met", "not_applicable")


@dataclass(frozen=True)
class Check:
    """One thing a need requires: a criterion, or one of a group of which the best counts."""

    keys: tuple[str, ...]
    label: str  # of an any-of group; empty for a single criterion
    key: str  # the criterion that decides
    said: Said | None

    @property
    def met(self) -> bool:
        return bool(self.said and self.said.met)

    @property
    def excused(self) -> bool:
        return bool(self.said and self.said.excused)

    @property
    def satisfied(self) -> bool:
        return self.met or self.excused


@dataclass(frozen=True)
class Derived:
    """One need of one release: the state, the count behind it and how we got there."""

    state: State
    assurance: int | None  # the lowest of the checks that are met; None unless supported
    checks: tuple[Check, ...]
    barriers: tuple[str, ...]  # criteria answered partly met or not met that stop a learner
    tested: tuple[str, ...]  # tests with people that are met at AL2 or higher
    supporting: tuple[str, ...]  # met, helpful, and never required

    @property
    def met(self) -> int:
        return sum(check.met for check in self.checks)

    @property
    def of(self) -> int:
        """Required and applicable: what does not apply is not counted."""
        return sum(not check.excused for check in self.checks)

    @property
    def unmet(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.satisfied)

    @property
    def supported(self) -> bool:
        return self.state in SUPPORTED

    @property
    def next_expiry(self) -> datetime | None:
        """When the first of the claims it rests on runs out."""
        dates = [check.said.until for check in self.checks if check.satisfied and check.said]
        return min((date for date in dates if date), default=None)

    @property
    def examiners(self) -> tuple[str, ...]:
        """Who examined, only where every check that is met was examined by somebody."""
        names = [check.said.by for check in self.checks if check.met and check.said]
        return tuple(dict.fromkeys(names)) if names and all(names) else ()


def required(evidence: Mapping[str, Any]) -> list[str]:
    """Every criterion that decides about a need, once each; supporting ones are not asked for."""
    groups = [key for group in evidence.get("required_any", []) for key in group["any_of"]]
    return list(
        dict.fromkeys(
            [
                *evidence.get("required_all", []),
                *groups,
                *evidence.get("barriers_if_not_met", []),
                *evidence.get("tested_with_people", []),
            ]
        )
    )


def derive(evidence: Mapping[str, Any], claims: Mapping[str, Said]) -> Derived:
    """What `claims` (effective and in force, by criterion key) say about one need."""
    checks = tuple(_checks(evidence, claims))
    barriers = tuple(
        key
        for key in evidence.get("barriers_if_not_met", [])
        if key in claims and claims[key].hinders
    )
    tested = tuple(
        key
        for key in evidence.get("tested_with_people", [])
        if key in claims and claims[key].met and claims[key].assurance >= TESTED_FROM
    )
    helping = tuple(
        key for key in evidence.get("supporting", []) if key in claims and claims[key].met
    )
    state = _state(checks, barriers, tested)
    levels = [check.said.assurance for check in checks if check.said and check.met]
    return Derived(
        state=state,
        assurance=min(levels) if state in SUPPORTED else None,
        checks=checks,
        barriers=barriers,
        tested=tested,
        supporting=helping,
    )


def _checks(evidence: Mapping[str, Any], claims: Mapping[str, Said]) -> Iterable[Check]:
    for key in evidence.get("required_all", []):
        yield Check(keys=(key,), label="", key=key, said=claims.get(key))
    for group in evidence.get("required_any", []):
        keys = tuple(group["any_of"])
        best = max(keys, key=lambda key: _worth(claims.get(key)))
        yield Check(keys=keys, label=group.get("label", ""), key=best, said=claims.get(best))


def _worth(said: Said | None) -> tuple[int, int]:
    """Met before accepted as not applicable, before any other answer, before none."""
    if said is None:
        return (0, 0)
    return (3 if said.met else 2 if said.excused else 1, said.assurance)


def _state(checks: Sequence[Check], barriers: Sequence[str], tested: Sequence[str]) -> State:
    if barriers:
        return State.BARRIER
    if all(check.said is None for check in checks):
        return State.UNKNOWN
    if not all(check.satisfied for check in checks):
        return State.PARTIAL
    if not any(check.met for check in checks):
        return State.NOT_AFFECTED
    return State.TESTED if tested else State.SUPPORTED
