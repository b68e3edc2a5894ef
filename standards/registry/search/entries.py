"""One line of the register: a solution, what is claimed of it, and how well that is proven."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext, ngettext

from standards.assessment.claims import Claim
from standards.assessment.solutions import Release, Solution
from standards.assessment.standing_bytes import EXCUSED, byte
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Need
from standards.registry.public_facts import Flags
from standards.registry.search.wanted import Assured, Lacking

Said = tuple[str, int, str]  # outcome, assurance, who accepted that it does not apply


@dataclass(frozen=True)
class Tally:
    """How many criteria stand where; each is counted once, by its effective claim."""

    met: tuple[int, int, int, int]  # at AL4, AL3, AL2, AL1
    open: int  # partly met, not met, or said not to apply without anybody accepting it
    excused: int  # accepted as not applicable

    @classmethod
    def of_levels(cls, levels: bytes) -> "Tally":
        """From the bytes of a standing (see `standing_bytes.py`)."""
        count = levels.count
        met = (count(4), count(3), count(2), count(1))
        excused = sum(count(EXCUSED + level) for level in range(1, 5))
        return cls(met, len(levels) - count(0) - sum(met) - excused, excused)

    @classmethod
    def of_claims(cls, claims: Iterable[Said]) -> "Tally":
        """From effective claims."""
        return cls.of_levels(bytes(byte(outcome, level, bool(by)) for outcome, level, by in claims))

    @property
    def counts(self) -> tuple[int, int, int, int, int]:
        """What a skyline draws: AL4 to AL1, and what is open."""
        return (*self.met, self.open)

    @property
    def of(self) -> int:
        """Criteria that apply."""
        return sum(self.counts)

    @property
    def level(self) -> int:
        """The highest assurance that any criterion is met at; 0 where none is."""
        return next((4 - place for place, count in enumerate(self.met) if count), 0)

    @property
    def at_level(self) -> int:
        return self.met[4 - self.level] if self.level else 0

    @property
    def met_count(self) -> int:
        return sum(self.met)

    @property
    def examined(self) -> int:
        """Met, and somebody independent has checked it."""
        return self.met[0] + self.met[1]


class Part(NamedTuple):
    """A need that is supported in part, in words."""

    need: str
    met: int
    of: int
    lacks: list[str]  # the checks that are not met


@dataclass(frozen=True)
class Entry:
    solution: Solution
    tally: Tally
    assured: Assured | None  # of the needs and the standard that were asked for
    certificates: int
    warnings: list[str]
    parts: list[Part]
    only_said: str = ""  # whose word it is that is asked for

    @property
    def release(self) -> str:
        label = cast(Release, self.solution.current_release).label
        return gettext("Release %(label)s") % {"label": label}

    @property
    def level(self) -> int:
        """The assurance of what was asked for, else the highest of anything."""
        return self.assured.level if self.assured else self.tally.level

    @property
    def scope(self) -> str:
        """What the assurance is of; empty where nothing is met."""
        if self.assured and self.assured.of:
            words = gettext("for %(n)s of %(of)s criteria of what you chose")
            return words % {"n": self.assured.met, "of": self.assured.of}
        if self.assured and self.parts:
            return gettext("for what it meets of what you chose")
        if self.assured:
            return gettext("for all that you chose")
        if not self.tally.level:
            return ""
        words = gettext("for %(n)s of the %(of)s criteria answered")
        return words % {"n": self.tally.at_level, "of": self.tally.of}

    @property
    def met(self) -> str:
        n = self.tally.met_count
        return ngettext("%(n)s criterion met", "%(n)s criteria met", n) % {"n": n}

    @property
    def examined(self) -> str:
        n = self.tally.examined
        if not n:
            return gettext("none checked by others")
        words = ngettext("%(n)s of them checked by others", "%(n)s of them checked by others", n)
        return words % {"n": n}

    @property
    def attested(self) -> str:
        words = ngettext(
            "%(n)s certificate or verification",
            "%(n)s certificates or verifications",
            self.certificates,
        )
        return words % {"n": self.certificates}


def shown(solutions: QuerySet[Solution], *, at: datetime) -> QuerySet[Solution]:
    """With what a line needs: provider, release, and the number of certificates in force."""
    valid = Certificate.objects.in_force(at=at).filter(release=OuterRef("current_release"))
    counted = valid.order_by().values("release").annotate(n=Count("pk")).values("n")
    return (
        solutions.select_related("organisation", "current_release__standing")
        .defer("current_release__facts")
        .annotate(certificate_count=Coalesce(Subquery(counted), 0))
    )


def entries(
    solutions: Sequence[Solution],
    *,
    at: datetime,
    assured: Mapping[UUID, Assured] | None = None,
    lacking: Mapping[UUID, Sequence[Lacking]] | None = None,
    needs: Iterable[Need] = (),
    only_said: Mapping[UUID, str] | None = None,
) -> list[Entry]:
    """The lines for these solutions (from `shown`). One statement; one more where time has passed,
    and one where something is lacking.

    `assured` is how well what a reader asked for is proven, and `lacking` what it lacks of the
    `needs` of which a part was enough, by solution.
    """
    tallied = tallies([cast(Release, solution.current_release) for solution in solutions], at=at)
    flags = Flags.published()
    parts = in_words(lacking or {}, needs)
    return [
        Entry(
            solution=solution,
            tally=tallied[solution.current_release_id],
            assured=(assured or {}).get(solution.pk),
            certificates=getattr(solution, "certificate_count", 0),
            warnings=flags.raised(cast(Release, solution.current_release).declared_facts),
            parts=parts.get(solution.pk, []),
            only_said=(only_said or {}).get(solution.pk, ""),
        )
        for solution in solutions
    ]


def in_words(
    lacking: Mapping[UUID, Sequence[Lacking]], needs: Iterable[Need]
) -> dict[UUID, list[Part]]:
    """Needs and checks by their names. One statement; none where nothing is lacking."""
    keys = {
        key for each in lacking.values() for lack in each for check in lack.lacks for key in check
    }
    criteria = Criterion.objects.in_bulk(sorted(keys), field_name="key") if keys else {}
    labels = {need.key: need for need in needs}

    def part(lack: Lacking) -> Part:
        groups = labels[lack.need].evidence.get("required_any", [])
        called = {tuple(group["any_of"]): group.get("label", "") for group in groups}
        words = [
            called.get(check) or ", ".join(criteria[key].text("title") for key in check)
            for check in lack.lacks
            if called.get(check) or criteria.keys() >= set(check)
        ]
        return Part(labels[lack.need].text("label"), lack.met, lack.of, words)

    return {solution: [part(lack) for lack in each] for solution, each in lacking.items()}


def tallies(releases: Sequence[Release], *, at: datetime) -> dict[UUID | None, Tally]:
    """The tally of each release (with its standing), as of `at`.

    Without a statement; with one for those that time alone has changed since they were worked out.
    """
    tallied: dict[UUID | None, Tally] = {}
    for release in releases:
        standing = getattr(release, "standing", None)
        if standing and not (standing.next_change and standing.next_change <= at):
            tallied[release.pk] = Tally.of_levels(bytes(standing.levels))
    turned = [release.pk for release in releases if release.pk not in tallied]
    return tallied | (_from_claims(turned, at=at) if turned else {})


def _from_claims(releases: Sequence[UUID], *, at: datetime) -> dict[UUID | None, Tally]:
    claims_of: dict[UUID | None, dict[int, Said]] = {release: {} for release in releases}
    as_text = Cast("release_id", CharField())  # a UUID made for every row took half the time
    rows = (
        Claim.objects.in_force(at=at)
        .filter(release__in=releases)
        .strongest_first()
        .values_list(as_text, "criterion_id", "outcome", "assurance", "accepted_by")
    )
    for release, group in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        strongest = claims_of[UUID(release)]
        for _, criterion, outcome, assurance, accepted_by in group:
            strongest.setdefault(criterion, (outcome, assurance, accepted_by))
    return {release: Tally.of_claims(claims.values()) for release, claims in claims_of.items()}
