"""Whether the register claims what was declared, attested and recorded, and nothing else.

Each claim is held against the frozen words that it rests on; whether these are what the log holds
is asked of them by record_check.py.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from standards.assessment.claims import Claim, Outcome
from standards.assessment.periods import end_of
from standards.attestation.results import OUTCOMES, Result
from standards.models import Certificate, Decision, Declaration, ExternalCertificate, Release

AT_ONCE = 50  # releases
SECOND = timedelta(seconds=1)  # frozen words hold moments to the second
FINDINGS = frozenset(OUTCOMES.values())


class Source(NamedTuple):
    """What a declaration or certificate lets the register claim of one release."""

    release: UUID
    outcomes: dict[str, str]  # by criterion
    assurance: frozenset[int]
    until: datetime | None
    stands: bool  # its claims may be in force


def differences() -> Iterator[str]:
    """Each difference in a sentence that names the release."""
    releases = list(Release.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(releases), AT_ONCE):
        part = releases[start : start + AT_ONCE]
        sources = {**declared(part), **certified(part), **recorded(part), **decided(part)}
        rows = Claim.objects.filter(release__in=part).select_related("criterion")
        claims = list(rows.order_by("release", "pk"))
        for claim in claims:
            if words := wrong(claim, sources.get(claim.source)):
                yield f"claim on {claim.criterion.key} of release {claim.release_id}: {words}"
        yield from missing(claims, sources)


def wrong(claim: Claim, source: Source | None) -> str:
    """What speaks against a claim; empty where it is one that its source makes."""
    if source is None or source.release != claim.release_id:
        return f"nothing that is called {claim.source or 'so'} makes it"
    key, living = claim.criterion.key, claim.ended_at is None
    if claim.basis == Claim.Basis.FINDING:
        good = claim.outcome in FINDINGS and not source.outcomes
        return "" if good else f"{claim.source} finds no such thing"
    if source.outcomes.get(key) != claim.outcome:
        return f"{claim.source} says another thing of it"
    if claim.assurance not in source.assurance:
        return f"{claim.source} gives no AL{claim.assurance}"
    if source.until and (claim.valid_until is None or claim.valid_until > source.until + SECOND):
        return f"it lasts longer than {claim.source}"
    if living and not source.stands:
        return f"it is in force, and {claim.source} is not"
    return "" if living or claim.ended_by else "it has ended, and nothing ended it"


def missing(claims: Iterable[Claim], sources: dict[str, Source]) -> Iterator[str]:
    """Certificates and declarations that say more than is claimed by them."""
    made: dict[str, set[str]] = {}
    for claim in claims:
        made.setdefault(claim.source, set()).add(claim.criterion.key)
    for number, source in sources.items():
        if number[:2] in ("DC", "CC") and source.stands:
            for key in sorted(source.outcomes.keys() - made.get(number, set())):
                yield f"release {source.release}: nothing is claimed of {key}, and {number} says it"


def declared(part: list[UUID]) -> dict[str, Source]:
    rows = Declaration.objects.filter(release__in=part).order_by("declared_at", "pk")
    last = {row.release_id: row.pk for row in rows}
    return {
        row.number: Source(
            row.release_id,
            {answer["criterion"]: answer["value"] for answer in row.content.get("answers", [])},
            frozenset((1, 2)),
            row.valid_until,
            last[row.release_id] == row.pk and row.withdrawn_at is None,
        )
        for row in rows
    }


def certified(part: list[UUID]) -> dict[str, Source]:
    return {
        row.number: Source(
            row.release_id,
            {fact["key"]: outcome_of(fact["result"]) for fact in row.facts.get("criteria", [])},
            frozenset((3, 4) if row.complete else (3,)),
            row.valid_until,
            row.status == Certificate.Status.VALID,
        )
        for row in Certificate.objects.filter(release__in=part)
    }


def outcome_of(result: str) -> str:
    absent = result == Result.NOT_APPLICABLE
    return Outcome.NOT_APPLICABLE if absent else Outcome.MET


def recorded(part: list[UUID]) -> dict[str, Source]:
    rows = ExternalCertificate.objects.filter(release__in=part).prefetch_related("criteria")
    return {
        row.number: Source(
            row.release_id,
            {criterion.key: Outcome.MET for criterion in row.criteria.all()},
            frozenset((row.assurance,) if row.assurance else ()),
            end_of(row.valid_until),
            row.status == ExternalCertificate.Status.RECORDED,
        )
        for row in rows
    }


def decided(part: list[UUID]) -> dict[str, Source]:
    """What examinations found: the outcomes of findings change as corrections are seen done."""
    rows = Decision.objects.filter(engagement__declaration__release__in=part)
    pairs = rows.values_list("engagement__number", "engagement__declaration__release")
    return {number: Source(release, {}, frozenset((3,)), None, True) for number, release in pairs}
