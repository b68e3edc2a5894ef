"""A market of invented solutions, made in bulk, to measure with. Never in a real register.

Number n is the same solution each time. Claims go through their one door; no step is logged,
because nobody took one.
"""

import hashlib
import uuid
from collections.abc import Callable, Sequence
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
from standards.assessment import claims
from standards.assessment.answers import Assessment
from standards.assessment.claims import Claim
from standards.assessment.declaration import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.assessment.standings import Standing
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.catalogue.applying import applied
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Profile
from standards.registry import invented

BATCH = 500
OF_ONE_PROVIDER = 3
EXAMINED = 12  # one solution in so many was examined
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
        for one in providers(part):
            if one not in had:
                rows.add(provider(part, one, at))
        for number in part:
            Maker(number, Random(number), rows, by, body, subjects, at).solution()  # noqa: S311
        rows.write(at=at)
        told(part[-1] + 1)


def key(kind: str, number: int) -> uuid.UUID:
    """The same key for the same number, so that a second part of the market finds the first."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"seed:{kind}:{number}")


def providers(numbers: Sequence[int]) -> dict[uuid.UUID, int]:
    return {key("provider", n // OF_ONE_PROVIDER): n // OF_ONE_PROVIDER for n in numbers}


def provider(numbers: Sequence[int], pk: uuid.UUID, at: datetime) -> Organisation:
    number = providers(numbers)[pk]
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
    """What invented providers answer: the starter criteria, and an edition or two for some."""

    starter: Sequence[int]
    editions: Sequence[tuple[Edition, Sequence[int]]]

    @classmethod
    def of_catalogue(cls, *, at: datetime) -> "Subjects":
        held: dict[int, list[int]] = {}
        for edition, pk in Criterion.objects.order_by("pk").values_list("edition_id", "pk"):
            held.setdefault(edition, []).append(pk)
        if not held:
            raise NotReady("There is no catalogue yet. Run manage.py load_standards first.")
        starter = Profile.objects.filter(key="starter").first()
        keys = starter.criteria_for(applied({}, at=at)) if starter else []
        wanted = list(Criterion.objects.filter(key__in=keys).values_list("pk", flat=True))
        every = [pk for criteria in held.values() for pk in criteria]
        editions = Edition.objects.in_bulk(held)
        return cls(
            starter=wanted or every[:FEWEST],
            editions=[(editions[pk], criteria) for pk, criteria in sorted(held.items())],
        )


@dataclass
class Rows:
    """The rows of one batch, in the order that they are written."""

    made: dict[type[Model], list[Any]] = field(default_factory=dict)
    said: list[Claim] = field(default_factory=list)

    def add(self, row: Any) -> Any:
        self.made.setdefault(type(row), []).append(row)
        return row

    def write(self, *, at: datetime) -> None:
        with transaction.atomic():
            for model, rows in self.made.items():
                model._default_manager.bulk_create(rows, batch_size=1000)
            claims.change([row.pk for row in self.made[Release]], add=self.said, at=at)


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
        self.rows.add(Standing(release=release))
        declaration = self.declaration(release, since)
        self.claims(release, declaration)
        if self.number % EXAMINED == EXAMINED - 1:
            self.certificate(release, declaration)

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

    def claims(self, release: Release, declaration: Declaration) -> None:
        """AL1 for every answer; AL2 too where there is evidence: some have more than others."""
        evidence = self.evidence(release, declaration)
        careful = self.source.random()
        chosen = list(self.subjects.starter)
        more = min(self.source.choice((0, 0, 1, 2)), len(self.subjects.editions))
        for _, criteria in self.source.sample(self.subjects.editions, more):
            chosen += criteria
        for criterion in dict.fromkeys(chosen):
            outcome, accepted = invented.answer(self.source)
            common = {
                "release": release,
                "criterion_id": criterion,
                "outcome": outcome,
                "valid_from": declaration.declared_at,
                "valid_until": declaration.valid_until,
                "source": declaration.number,
                "declaration": declaration,
            }
            self.said(basis="declaration", assurance=1, accepted_by=accepted, **common)
            if outcome == "met" and self.source.random() < careful * 0.8:
                self.said(basis="evidence", assurance=2, evidence=evidence, **common)

    def said(self, **fields: Any) -> None:
        self.rows.said.append(Claim(**fields))

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

    def certificate(self, release: Release, declaration: Declaration) -> None:
        """An examination of one edition, whole for some, a part of it for the others."""
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
        for criterion in covered:
            for assurance, end in terms.items():
                self.said(
                    release=release,
                    criterion_id=criterion,
                    outcome="met",
                    assurance=assurance,
                    basis="certificate",
                    valid_from=issued,
                    valid_until=end,
                    source=made.number,
                )
