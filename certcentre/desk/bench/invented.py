"""Invented solutions, spread about as in a real market: names, facts, answers and their rows.

Number n is the same solution each time.
"""

import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import rfc8785

from certcentre.accounts.models import Organisation, User
from certcentre.desk.bench.bulk import Rows, claim_rows
from certcentre.lifecycle import NotReady
from certcentre.log.models import digest
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.assessment.standing_bytes import byte, proven
from standards.assessment.standings import Standing
from standards.assessment.steps import ASSESSMENT_DECLARED
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.steps import CERTIFICATE_ISSUED, ENGAGEMENT_GRANTED
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Profile
from standards.catalogue.rules import applied

OF_ONE_PROVIDER = 3
EXAMINED = 12  # one solution in so many was examined
USUAL = 3  # editions that the thorough answer
FEWEST = 60  # criteria answered, where there is no starter profile
YEAR = timedelta(days=365)
HOW = "Invented, to measure with"


def words(text: str) -> list[str]:
    return text.split()


COUNTRIES = words(
    "KE TZ UG RW NG GH SN CI ZA MA EG JO LB SA IN BD ID PH VN BR CL UY MX CO PE US CA "
    "GB IE FR DE EE FI PL ES PT IT NL SE NO"
)
LANGUAGES = words("en fr sw ar pt es hi bn id et de fi pl it nl wo ha yo am rw")
FIRST = words("Soma Kitabu Lecture Tusome Aprender Leer Lugemine Padhai Belajar Kupanda Ecole")
SECOND = words("Reader Maths Tutor Library Cards Lab Studio Bridge Garden Atlas Compass Notes")
KINDS = words("learning_app content_library assessment communication adaptive_tutor lms")
LEGAL = ("Labs", "Trust", "Cooperative", "Ltd", "GmbH", "SARL", "Foundation")
SIZES = ("micro", "micro", "micro", "small", "small", "medium", "large")
CONNECTIONS = ("always_online", "always_online", "tolerates_gaps", "works_offline")
THOROUGH = 0.03
ADVERTISING = ("none",) * 8 + ("contextual", "behavioural")


def product(source: Random, number: int) -> tuple[str, str]:
    """Name and summary."""
    name = f"Example {source.choice(FIRST)} {source.choice(SECOND)} {number}"
    ages = f"{source.randint(4, 9)} to {source.randint(10, 17)}"
    return name, f"{source.choice(SECOND)} for ages {ages}."


def company(source: Random, number: int) -> str:
    return f"Example {source.choice(FIRST)} {source.choice(LEGAL)} {number}"


def size(source: Random) -> str:
    return source.choice(SIZES)


def some_facts(source: Random) -> dict[str, Any]:
    """Some of what a provider says; one in twenty says neither countries nor languages."""
    stated: dict[str, Any] = {
        "product_kind": [source.choice(KINDS)],
        "delivery": source.sample(["web", "android", "ios", "offline_package"], 2),
        "audience_age": source.sample(["6-9", "10-12", "13-15", "16-17"], 2),
        "direct_users": ["learner", "teacher"],
        "personal_data": source.sample(["school_identifier", "learning_activity", "contact"], 2),
        "advertising": source.choice(ADVERTISING),
        "connectivity": source.choice(CONNECTIONS),
        "provider_size": size(source),
        "ai_use": source.choice((["none"], ["none"], ["recommendation"], ["speech_recognition"])),
    }
    if source.random() < 0.95:
        stated["countries_offered"] = source.sample(COUNTRIES, source.randint(1, 12))
        stated["languages"] = source.sample(LANGUAGES, source.randint(1, 5))
    return stated


def carefulness(source: Random) -> float:
    """How much of what it answers a provider meets; three in a hundred meet nearly all."""
    return 0.999 if source.random() < THOROUGH else source.triangular(0.5, 0.98, 0.85)


def answer(source: Random, care: float) -> tuple[str, str]:
    """An outcome, and who accepted it where it does not apply."""
    drawn = source.random()
    if drawn < care:
        return ("met", "") if drawn > 0.03 else ("not_applicable", "rule")
    left = (drawn - care) / (1 - care)
    if left < 0.4:
        return "partly_met", ""
    return ("not_met", "") if left < 0.75 else ("not_applicable", "")


def key(kind: str, number: int) -> uuid.UUID:
    """The same key for the same number, so that a second part of the market finds the first."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"seed:{kind}:{number}")


def organisation(pk: uuid.UUID, kind: str, name: str, at: datetime, source: Random) -> Organisation:
    return Organisation(
        pk=pk,
        kind=kind,
        name=name,
        country=source.choice(COUNTRIES),
        register_number=f"SEED-{str(pk)[:8]}",
        size=size(source),
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
        asked: dict[int, list[int]] = {}
        slots: dict[int, int] = {}
        rows = Criterion.objects.published().order_by("pk")
        for edition, pk, slot in rows.values_list("edition_id", "pk", "slot"):
            asked.setdefault(edition, []).append(pk)
            slots[pk] = slot or 0
        if not asked:
            raise NotReady("There is no catalogue yet. Run manage.py load_standards first.")
        starter = Profile.objects.filter(key="starter").first()
        keys = starter.criteria_for(applied({}, at=at)) if starter else []
        wanted = list(Criterion.objects.filter(key__in=keys).values_list("pk", flat=True))
        longest = sorted(asked.values(), key=lambda criteria: (-len(criteria), criteria))[:USUAL]
        editions = Edition.objects.in_bulk(asked)
        return cls(
            starter=wanted or [pk for criteria in asked.values() for pk in criteria][:FEWEST],
            usual=[pk for criteria in longest for pk in criteria],
            editions=[(editions[pk], criteria) for pk, criteria in sorted(asked.items())],
            slots=slots,
        )


@dataclass
class Counted:
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
    second: User
    body: Organisation
    subjects: Subjects
    at: datetime

    def solution(self) -> None:
        name, summary = product(self.source, self.number)
        facts = some_facts(self.source)
        since = self.at - timedelta(days=self.source.randint(1, 360))
        solution = self.rows.add(
            Solution(
                pk=key("solution", self.number),
                organisation_id=key("provider", self.number // OF_ONE_PROVIDER),
                name=name,
                summary=summary,
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
        counted = Counted(self.subjects.slots)
        for criterion, outcome, assurance, accepted in answers:
            counted.say(criterion, outcome, assurance, accepted)
        for _, criterion, assurance, _until in certificate:
            counted.say(criterion, "met", assurance, "")
        ends = [declaration.valid_until, *(until for *_, until in certificate)]
        levels = bytes(counted.levels)
        self.rows.add(
            Standing(release=release, levels=levels, proven=proven(levels), next_change=min(ends))
        )
        self.rows.claims.append(
            lambda: claim_rows(release, declaration, evidence, answers, certificate)
        )

    def declaration(self, release: Release, since: datetime) -> Declaration:
        number = f"DC-0000-{self.number:06d}"
        assessment = self.rows.add(
            Assessment(release=release, status="declared", started_at=since, started_by=self.by)
        )
        body = rfc8785.dumps(
            {"number": number, "answers": [], "evidence": [], "facts": release.facts}
        )
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
                digest=digest(body),
            )
        )
        self.rows.log(assessment, ASSESSMENT_DECLARED, at=since, digest=made.digest)
        return made

    def answers(self) -> Iterator[tuple[int, str, int, str]]:
        """AL1 for every answer; AL2 too where there is evidence: some have more than others.

        Criterion, outcome, assurance, and who accepted it where it does not apply.
        """
        care, filed = carefulness(self.source), self.source.random() * 0.8
        chosen = list(self.subjects.starter)
        if care > 0.99:
            chosen += self.subjects.usual
        else:
            more = min(self.source.choice((0, 0, 1, 2)), len(self.subjects.editions))
            for _, criteria in self.source.sample(self.subjects.editions, more):
                chosen += criteria
        for criterion in dict.fromkeys(chosen):
            outcome, accepted = answer(self.source, care)
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
        engagement: Engagement = self.rows.add(
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
        made: Certificate = self.rows.add(
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
        decision = Decision(engagement=engagement, outcome="granted", reason=HOW, decided_at=issued)
        decision.decided_by, decision.evaluator = self.second, self.by
        self.rows.add(decision)
        self.rows.log(engagement, ENGAGEMENT_GRANTED, at=issued, by=self.second, reason=HOW)
        self.rows.log(made, CERTIFICATE_ISSUED, at=issued, digest=digest(made.frozen))
        terms = {3: until, 4: issued + YEAR + timedelta(days=60)} if complete else {3: until}
        return [
            (made.number, criterion, assurance, end)
            for criterion in covered
            for assurance, end in terms.items()
        ]
