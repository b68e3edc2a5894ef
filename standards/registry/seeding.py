"""A market of invented solutions, made in bulk, to measure with. Never in a real register.

Number n is the same solution each time. Claims and standings are written together and in bulk,
as their one door would leave them; no step is logged, because nobody took one.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import rfc8785
from django.db import transaction
from django.db.models import Model

from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import NotReady
from standards.assessment import standings
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.assessment.standing_bytes import byte, proven
from standards.assessment.standings import Standing
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Profile
from standards.catalogue.rules import applied
from standards.registry import invented
from standards.registry.bulk import insert, stored

BATCH = 500
OF_ONE_PROVIDER = 3
EXAMINED = 12  # one solution in so many was examined
USUAL = 3  # editions that the thorough answer
FEWEST = 60  # criteria answered, where there is no starter profile
YEAR = timedelta(days=365)
HOW = "Invented, to measure with"


def seed(
    solutions: int,
    *,
    at: datetime,
    start: int = 0,
    told: Callable[[int], None] = lambda done: None,
) -> None:
    """Make the invented solutions number `start` to `solutions`; the same ones each time."""
    subjects = Subjects.of_catalogue(at=at)
    by, _ = User.objects.get_or_create(
        email="seed@example.org", defaults={"name": "Example Signatory"}
    )
    body = examining_body(at)
    numbers = iter(range(start, solutions))
    while part := list(islice(numbers, BATCH)):
        rows = Rows()
        had = set(Organisation.objects.filter(pk__in=providers(part)).values_list("pk", flat=True))
        for one, number in providers(part).items():
            if one not in had:
                rows.add(provider(number, one, at))
        for number in part:
            Maker(number, Random(number), rows, by, body, subjects, at).solution()  # noqa: S311
        rows.write()
        told(part[-1] + 1)


def key(kind: str, number: int) -> uuid.UUID:
    """The same key for the same number, so that a second part of the market finds the first."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"seed:{kind}:{number}")


def providers(numbers: Sequence[int]) -> dict[uuid.UUID, int]:
    return {key("provider", n): n for n in {number // OF_ONE_PROVIDER for number in numbers}}


def provider(number: int, pk: uuid.UUID, at: datetime) -> Organisation:
    source = Random(f"provider {number}")  # noqa: S311 (invented data)
    return organisation(
        pk, Organisation.Kind.PROVIDER, invented.company(source, number), at, source
    )


def examining_body(at: datetime) -> Organisation:
    pk = key("body", 0)
    found = Organisation.objects.filter(pk=pk).first()
    if found is None:
        source = Random(0)  # noqa: S311 (invented data)
        found = organisation(pk, Organisation.Kind.AUDITOR, "Example Measured Audit", at, source)
        found.save(force_insert=True)
    return found


def organisation(pk: uuid.UUID, kind: str, name: str, at: datetime, source: Random) -> Organisation:
    return Organisation(
        pk=pk,
        kind=kind,
        name=name,
        country=source.choice(invented.COUNTRIES),
        register_number=f"SEED-{str(pk)[:8]}",
        size=invented.size(source),
        status=Organisation.Status.VERIFIED,
        created_at=at - YEAR,
        verified_at=at - YEAR,
        verified_how=HOW,
    )


@dataclass(frozen=True)
class Subjects:
    """What invented providers answer: the starter criteria, and an edition or two for some.

    The thorough answer the usual editions, the longest ones, so that long tenders have answers.
    """

    starter: Sequence[int]
    usual: Sequence[int]
    editions: Sequence[tuple[Edition, Sequence[int]]]
    slots: Mapping[int, int]

    @classmethod
    def of_catalogue(cls, *, at: datetime) -> "Subjects":
        held: dict[int, list[int]] = {}
        slots: dict[int, int] = {}
        rows = Criterion.objects.published().order_by("pk")
        for edition, pk, slot in rows.values_list("edition_id", "pk", "slot"):
            held.setdefault(edition, []).append(pk)
            slots[pk] = slot or 0
        if not held:
            raise NotReady("There is no catalogue yet. Run manage.py load_standards first.")
        starter = Profile.objects.filter(key="starter").first()
        keys = starter.criteria_for(applied({}, at=at)) if starter else []
        wanted = list(Criterion.objects.filter(key__in=keys).values_list("pk", flat=True))
        longest = sorted(held.values(), key=lambda criteria: (-len(criteria), criteria))[:USUAL]
        editions = Edition.objects.in_bulk(held)
        return cls(
            starter=wanted or [pk for criteria in held.values() for pk in criteria][:FEWEST],
            usual=[pk for criteria in longest for pk in criteria],
            editions=[(editions[pk], criteria) for pk, criteria in sorted(held.items())],
            slots=slots,
        )


@dataclass
class Rows:
    """The rows of one batch, in the order that they are written."""

    made: dict[type[Model], list[Any]] = field(default_factory=dict)
    claims: list[Callable[[], Iterator[tuple[Any, ...]]]] = field(default_factory=list)

    def add(self, row: Any) -> Any:
        self.made.setdefault(type(row), []).append(row)
        return row

    def write(self) -> None:
        """Keys are given while rows are written, so claims are made up last."""
        with transaction.atomic():
            for model, rows in self.made.items():
                if model is not Standing:
                    model._default_manager.bulk_create(rows, batch_size=1000)
            insert(Claim, CLAIM, (row for some in self.claims for row in some()))
            version = standings.next_number()
            for row in self.made[Standing]:
                row.version = version
            Standing.objects.bulk_create(self.made[Standing], batch_size=1000)


CLAIM = (
    *("release_id", "criterion_id", "outcome", "assurance", "basis", "accepted_by"),
    *("valid_from", "valid_until", "source", "declaration_id", "evidence_id", "ended_by"),
)


@dataclass
class Held:
    """What counts of one release, while its claims are made up: the strongest comes last."""

    slots: Mapping[int, int]
    levels: bytearray = field(default_factory=bytearray)

    def say(self, criterion: int, outcome: str, assurance: int, accepted: str) -> None:
        slot = self.slots[criterion]
        if slot >= len(self.levels):
            self.levels.extend(bytes(slot + 1 - len(self.levels)))
        self.levels[slot] = byte(outcome, assurance, bool(accepted))


@dataclass(frozen=True)
class Maker:
    """Makes the rows of one solution."""

    number: int
    source: Random
    rows: Rows
    by: User
    body: Organisation
    subjects: Subjects
    at: datetime

    def solution(self) -> None:
        name, summary = invented.product(self.source, self.number)
        facts = invented.facts(self.source)
        since = self.at - timedelta(days=self.source.randint(1, 360))
        solution = self.rows.add(
            Solution(
                pk=key("solution", self.number),
                organisation_id=key("provider", self.number // OF_ONE_PROVIDER),
                name=name,
                summary=summary,
                search_text=f"{name} {summary}".casefold(),
                created_at=since,
            )
        )
        release = Release(
            pk=key("release", self.number),
            solution=solution,
            label=f"{self.source.randint(1, 6)}.x",
            facts=facts,
            declared_facts=facts,
            public_since=since,
            created_at=since,
        )
        solution.current_release = self.rows.add(release)
        declaration = self.declaration(release, since)
        evidence = self.evidence(release, declaration)
        answers = list(self.answers())
        certificate = (
            self.certificate(release, declaration) if self.number % EXAMINED == EXAMINED - 1 else []
        )
        held = Held(self.subjects.slots)
        for criterion, outcome, assurance, accepted in answers:
            held.say(criterion, outcome, assurance, accepted)
        for _, criterion, assurance, _until in certificate:
            held.say(criterion, "met", assurance, "")
        ends = [declaration.valid_until, *(until for *_, until in certificate)]
        levels = bytes(held.levels)
        self.rows.add(
            Standing(release=release, levels=levels, proven=proven(levels), next_change=min(ends))
        )
        self.rows.claims.append(lambda: said(release, declaration, evidence, answers, certificate))

    def declaration(self, release: Release, since: datetime) -> Declaration:
        number = f"DC-0000-{self.number:06d}"
        assessment = self.rows.add(
            Assessment(release=release, status="declared", started_at=since, started_by=self.by)
        )
        body = rfc8785.dumps({"number": number, "answers": [], "facts": release.facts})
        made: Declaration = self.rows.add(
            Declaration(
                number=number,
                assessment=assessment,
                release=release,
                signatory_name=self.by.name,
                signatory_role="Director",
                declared_at=since,
                declared_by=self.by,
                valid_until=since + YEAR,
                public_since=since,
                body=body,
                digest=hashlib.sha256(body).hexdigest(),
            )
        )
        return made

    def answers(self) -> Iterator[tuple[int, str, int, str]]:
        """AL1 for every answer; AL2 too where there is evidence: some have more than others.

        Criterion, outcome, assurance, and who accepted it where it does not apply.
        """
        care, filed = invented.care(self.source), self.source.random() * 0.8
        chosen = list(self.subjects.starter)
        if care > 0.99:
            chosen += self.subjects.usual
        else:
            more = min(self.source.choice((0, 0, 1, 2)), len(self.subjects.editions))
            for _, criteria in self.source.sample(self.subjects.editions, more):
                chosen += criteria
        for criterion in dict.fromkeys(chosen):
            outcome, accepted = invented.answer(self.source, care)
            yield criterion, outcome, 1, accepted
            if outcome == "met" and self.source.random() < filed:
                yield criterion, outcome, 2, ""

    def evidence(self, release: Release, declaration: Declaration) -> Evidence:
        link = f"https://example.org/{release.pk}"
        made: Evidence = self.rows.add(
            Evidence(
                organisation_id=release.solution.organisation_id,
                kind=Evidence.Kind.LINK,
                title="Example test report",
                link=link,
                digest=hashlib.sha256(link.encode()).hexdigest(),
                speaks_from=declaration.declared_at.date(),
                received_at=declaration.declared_at,
                received_by=self.by,
            )
        )
        return made

    def certificate(
        self, release: Release, declaration: Declaration
    ) -> list[tuple[str, int, int, datetime]]:
        """An examination of one edition, whole for some, a part of it for the others.

        Number, criterion, assurance and end of each claim that it writes.
        """
        edition, criteria = self.source.choice(self.subjects.editions)
        complete = self.source.random() < 0.5
        covered = criteria if complete else criteria[: max(1, len(criteria) // 2)]
        issued, until = declaration.declared_at, declaration.declared_at + 2 * YEAR
        engagement = self.rows.add(
            Engagement(
                number=f"EN-0000-{self.number:06d}",
                declaration=declaration,
                provider_id=release.solution.organisation_id,
                body=self.body,
                status=Engagement.Status.GRANTED,
                requested_at=issued,
                requested_by=self.by,
                interest_statement="None.",
                evaluator=self.by,
            )
        )
        made = self.rows.add(
            Certificate(
                number=f"CC-0000-{self.number:06d}",
                engagement=engagement,
                release=release,
                edition=edition,
                body=self.body,
                complete=complete,
                named_count=len(criteria),
                covered_count=len(covered),
                facts={"counts": {"beyond": 0}},
                issued_at=issued,
                valid_until=until,
                surveillance_due=(issued + YEAR).date(),
            )
        )
        terms = {3: until, 4: issued + YEAR + timedelta(days=60)} if complete else {3: until}
        return [
            (made.number, criterion, assurance, end)
            for criterion in covered
            for assurance, end in terms.items()
        ]


def said(
    release: Release,
    declaration: Declaration,
    evidence: Evidence,
    answers: Iterable[tuple[int, str, int, str]],
    certificate: Iterable[tuple[str, int, int, datetime]],
) -> Iterator[tuple[Any, ...]]:
    """The rows of one release's claims, as CLAIM names their columns."""
    key, shown = stored(release.pk), stored(evidence.pk)
    since, until = stored(declaration.declared_at), stored(declaration.valid_until)
    number, signed = declaration.number, declaration.pk
    for criterion, outcome, assurance, accepted in answers:
        filed = assurance == 2
        yield (
            *(key, criterion, outcome, assurance, "evidence" if filed else "declaration", accepted),
            *(since, until, number, signed, shown if filed else None, ""),
        )
    for paper, criterion, assurance, end in certificate:
        yield (
            *(key, criterion, "met", assurance, "certificate", ""),
            *(since, stored(end), paper, None, None, ""),
        )
