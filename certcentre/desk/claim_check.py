"""Whether the register claims what was declared, attested and recorded, and nothing else.

Each claim is held against the frozen words that it rests on; whether these are what the log holds
is asked of them by record_check.py.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet

from certcentre.desk.cases.case import Case
from standards.assessment.claims import Claim, Outcome
from standards.assessment.declaration_body import period_of
from standards.assessment.declarations import begins
from standards.assessment.periods import end_of, speaking_within
from standards.attestation.examination import corrected
from standards.attestation.external import basis_of
from standards.attestation.findings import Finding
from standards.attestation.results import NONCONFORMING, OUTCOMES, Result
from standards.catalogue.editions import Edition
from standards.models import Certificate, Criterion, Declaration, ExternalCertificate, Release

AT_ONCE = 50  # releases
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)  # words of something else
Basis, AcceptedBy = Claim.Basis, Claim.AcceptedBy


class Difference(str):
    """What differs, in a sentence that names the record; `record` is its kind and key alone, as an
    operator's line names it."""

    record: str

    @classmethod
    def of(cls, record: Model, words: str) -> "Difference":
        made = cls(words)
        made.record = f"{record._meta.label_lower}:{record.pk}"
        return made


class Source(NamedTuple):
    """What a declaration, certificate or decision lets the register claim of one release."""

    release: UUID
    outcomes: dict[str, str]  # by criterion
    ways: frozenset[tuple[str, int]]  # basis and assurance
    until: datetime | None
    stands: bool  # its claims may be in force
    must: frozenset[str]  # criteria that are claimed where it stands
    excused_by: frozenset[str] = frozenset()  # who may have accepted that one does not apply
    pieces: dict[str, dict[str, datetime]] | None = None  # by criterion: evidence, until when
    follows: str = ""  # the certificate in whose place it came


def differences() -> Iterator[Difference]:
    """Each difference in a sentence that names the release."""
    releases = list(Release.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(releases), AT_ONCE):
        part = releases[start : start + AT_ONCE]
        sources = {
            **declared(part),
            **certified(part),
            **recorded(part),
            **decided(part),
            **upheld(part),
        }
        rows = Claim.objects.filter(release__in=part).select_related("criterion")
        claims = list(rows.order_by("release", "pk"))
        for claim in claims:
            if words := wrong(claim, sources.get(claim.source)):
                about = f"claim on {claim.criterion.key} of release {claim.release_id}"
                yield Difference.of(claim, f"{about}: {words}")
        yield from missing(claims, sources)


def wrong(claim: Claim, source: Source | None) -> str:
    """What speaks against a claim; empty where it is one that its source makes."""
    if source is None or source.release != claim.release_id:
        return f"nothing that is called {claim.source or 'so'} makes it"
    if source.outcomes.get(claim.criterion.key) != claim.outcome:
        return f"{claim.source} says another thing of it"
    if (claim.basis, claim.assurance) not in source.ways:
        return f"{claim.source} gives no AL{claim.assurance} by {claim.basis}"
    absent = claim.outcome == Outcome.NOT_APPLICABLE
    if claim.accepted_by not in (source.excused_by if absent else {AcceptedBy.NOBODY}):
        return f"{claim.source} does not say that {claim.accepted_by or 'nobody'} accepted it"
    ends = source.until
    if claim.evidence_id or (source.pieces is not None and claim.basis == Basis.EVIDENCE):
        named = (source.pieces or {}).get(claim.criterion.key, {})
        ends = named.get(str(claim.evidence_id))
        if ends is None:
            return f"{claim.source} names no such evidence for it"
    if ends != claim.valid_until and (
        ends is None or claim.valid_until is None or claim.valid_until > ends
    ):
        return f"it lasts {'longer' if ends else 'shorter'} than {claim.source}"
    if claim.ended_at is None:
        return "" if source.stands else f"it is in force, and {claim.source} is not"
    return "" if claim.ended_by else "it has ended, and nothing ended it"


Made = dict[str, dict[str, set[str]]]  # by source and criterion: what ended the claims


def missing(claims: Iterable[Claim], sources: dict[str, Source]) -> Iterator[Difference]:
    """Certificates, declarations and decisions that say more than is claimed by them."""
    made: Made = defaultdict(dict)
    for claim in claims:
        made[claim.source].setdefault(claim.criterion.key, set()).add(claim.ended_by)
    for number, source in sources.items():
        if source.stands:
            for key in sorted(source.must - made[number].keys() - lost(source, sources, made)):
                words = f"nothing is claimed of {key}, and {number} says it"
                yield of_release(source.release, f"release {source.release}: {words}")


def of_release(key: UUID, words: str) -> Difference:
    return Difference.of(Release(pk=key), words)


def lost(source: Source, sources: dict[str, Source], made: Made) -> set[str]:
    """What the certificates before it no longer stood for when they were superseded: a step had
    ended it, so the next does not claim it either."""
    gone: set[str] = set()
    before: list[str] = []
    while source.follows in sources and source.follows not in before:
        before.append(source.follows)
        ended = made[source.follows]
        gone |= {key for key, by in ended.items() if f"superseded {source.follows}" not in by}
        source = sources[source.follows]
    return gone


def readable(
    rows: "QuerySet[Any]", source_of: Callable[[Any], Source]
) -> Iterator[tuple[Any, Source]]:
    """Each row whose words can be read, with what it lets claim."""
    for row in rows:
        try:
            yield row, source_of(row)
        except UNREADABLE:
            continue


def declared(part: list[UUID]) -> dict[str, Source]:
    rows = Declaration.objects.filter(release__in=part).order_by("declared_at", "pk")
    last = {row.release_id: row.pk for row in rows}
    keys = {key for row in rows for key in outcomes_in(row)}
    criteria = Criterion.objects.filter(key__in=keys).select_related("edition")
    editions = {criterion.key: criterion.edition for criterion in criteria}

    def source_of(row: Declaration) -> Source:
        outcomes, day = outcomes_in(row), row.declared_at.date()
        return Source(
            row.release_id,
            outcomes,
            frozenset([(Basis.DECLARATION, 1), (Basis.EVIDENCE, 2)]),
            row.valid_until,
            last[row.release_id] == row.pk and row.withdrawn_at is None,
            # what was only announced then may begin after its end
            frozenset(key for key in outcomes if key in editions and editions[key].binds(day)),
            frozenset((AcceptedBy.NOBODY, AcceptedBy.RULE)),
            pieces_in(row, editions),
        )

    return {row.number: source for row, source in readable(rows, source_of)}


def outcomes_in(row: Declaration) -> dict[str, str]:
    try:
        return {answer["criterion"]: answer["value"] for answer in row.content["answers"]}
    except UNREADABLE:
        return {}


def pieces_in(row: Declaration, editions: dict[str, Edition]) -> dict[str, dict[str, datetime]]:
    """The evidence that each *met* rests on, and until when it lifts it; none that does not."""
    periods = {piece["id"]: period_of(piece) for piece in row.content["evidence"]}
    pieces: dict[str, dict[str, datetime]] = defaultdict(dict)
    for answer in row.content["answers"]:
        key, edition = answer["criterion"], editions.get(answer["criterion"])
        if answer["value"] != Outcome.MET or edition is None:
            continue
        since = begins(edition, row.declared_at)
        for piece in answer["evidence"]:
            if span := speaking_within(since, row.valid_until, *periods[piece]):
                pieces[key][piece] = span[1]
    return pieces


def certified(part: list[UUID]) -> dict[str, Source]:
    rows = Certificate.objects.filter(release__in=part)
    before = {row.superseded_by_id: row.number for row in rows if row.superseded_by_id}

    def source_of(row: Certificate) -> Source:
        outcomes = {fact["key"]: outcome_of(fact["result"]) for fact in row.facts["criteria"]}
        return Source(
            row.release_id,
            outcomes,
            frozenset((Basis.CERTIFICATE, level) for level in range(3, row.assurance + 1)),
            row.valid_until,
            row.status == Certificate.Status.VALID,
            frozenset(outcomes),
            frozenset([AcceptedBy.AUDITOR]),
            follows=before.get(row.pk, ""),
        )

    return {row.number: source for row, source in readable(rows, source_of)}


def outcome_of(result: str) -> str:
    absent = result == Result.NOT_APPLICABLE
    return Outcome.NOT_APPLICABLE if absent else Outcome.MET


def recorded(part: list[UUID]) -> dict[str, Source]:
    rows = ExternalCertificate.objects.filter(release__in=part).prefetch_related("criteria")

    def source_of(row: ExternalCertificate) -> Source:
        level, keys = row.assurance, [criterion.key for criterion in row.criteria.all()]
        return Source(
            row.release_id,
            dict.fromkeys(keys, Outcome.MET),
            frozenset([(basis_of(level), level)] if level else []),
            end_of(row.valid_until),
            row.status == ExternalCertificate.Status.RECORDED,
            frozenset(keys),
        )

    return {row.number: source for row, source in readable(rows, source_of)}


def decided(part: list[UUID]) -> dict[str, Source]:
    """What examinations found against a criterion. One that was corrected may have been so before
    the decision, which then had nothing to say of it."""
    findings = Finding.objects.filter(
        engagement__declaration__release__in=part,
        engagement__decision__isnull=False,
        result__in=NONCONFORMING,
    ).select_related("criterion", "engagement__declaration", "corrective_action")
    outcomes: dict[str, dict[str, str]] = defaultdict(dict)
    left: dict[str, set[str]] = defaultdict(set)
    releases = {}
    for finding in findings:
        number, key = finding.engagement.number, finding.criterion.key
        releases[number] = finding.engagement.declaration.release_id
        outcomes[number][key] = OUTCOMES[Result(finding.result)]
        if not corrected(finding):
            left[number].add(key)
    ways = frozenset([(Basis.FINDING, 3)])
    return {
        number: Source(release, outcomes[number], ways, None, True, frozenset(left[number]))
        for number, release in releases.items()
    }


def upheld(part: list[UUID]) -> dict[str, Source]:
    """What cases that were upheld say against criteria."""
    ways = frozenset([(Basis.FINDING, 3)])
    rows = Case.objects.filter(release__in=part).select_related("release")
    return {
        case.number: Source(
            case.release.pk,
            dict.fromkeys(case.against, Outcome.NOT_MET),
            ways,
            None,
            True,
            frozenset(case.against),
        )
        for case in rows
        if case.release
    }
