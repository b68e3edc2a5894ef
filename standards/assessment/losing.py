"""What a solution would lose and gain if another release became the current one."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from standards.assessment.claims import Claim, Outcome, effective
from standards.assessment.solutions import Release
from standards.catalogue.editions import Criterion, Edition


@dataclass(frozen=True)
class Change:
    """One criterion whose effective claim would count for more or for less."""

    criterion: Criterion
    edition: str
    before: int  # assurance level; 0 where nothing counts
    after: int


@dataclass(frozen=True)
class Exchange:
    """Lost or lowered, and gained or raised."""

    lost: list[Change]
    gained: list[Change]
    same: int

    @property
    def lost_at_a_glance(self) -> list[tuple[str, int, int, int]]:
        return at_a_glance(self.lost)

    @property
    def gained_at_a_glance(self) -> list[tuple[str, int, int, int]]:
        return at_a_glance(self.gained)


def at_a_glance(changes: list[Change]) -> list[tuple[str, int, int, int]]:
    """How many criteria of which edition go from which level to which."""
    found = Counter((one.edition, one.before, one.after) for one in changes)
    return [(*kind, number) for kind, number in sorted(found.items())]


def counts(claim: Claim | None) -> int:
    """The assurance at which a claim counts as met, or as accepted not to apply; else 0."""
    if claim is None:
        return 0
    excused = claim.outcome == Outcome.NOT_APPLICABLE and claim.accepted_by
    return claim.assurance if claim.outcome == Outcome.MET or excused else 0


def exchange(current: Release | None, other: Release, *, at: datetime) -> Exchange:
    """Compare what both releases may rely on today. Two statements."""
    found = effective([one.pk for one in (current, other) if one], at=at)
    before = found[current.pk] if current else {}
    after = found[other.pk]
    names = {edition.key: edition for edition in Edition.objects.published()}
    changes, same = [], 0
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        claim = old or new
        if claim is None or counts(old) == counts(new):
            same += bool(counts(old))
            continue
        edition = names[key.partition(":")[0]].text("name")
        changes.append(Change(claim.criterion, edition, counts(old), counts(new)))
    changes.sort(key=lambda one: (one.edition, one.criterion.position))
    return Exchange(
        lost=[one for one in changes if one.after < one.before],
        gained=[one for one in changes if one.after > one.before],
        same=same,
    )
