"""A market of invented solutions, made in bulk, to measure with. Never in a real register."""

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from certcentre.accounts.models import Organisation, User
from standards.assessment.answers import Assessment
from standards.assessment.claims import Claim, Outcome
from standards.assessment.declaration import Declaration
from standards.assessment.solutions import Release, Solution
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Profile

CRITERIA = 60  # answered by each solution
OF_ONE_PROVIDER = 4
BATCH = 1000
COUNTRIES = ("KE", "EE", "IN", "BR", "ID", "FR", "NG", "UY")
LANGUAGES = ("en", "fr", "sw", "pt-BR", "es", "ar", "hi", "et")
WORDS = ("Reading", "Maths", "Science", "Library", "Drawing", "Music", "History", "Language")


def seed(solutions: int, *, at: datetime, start: int = 0) -> None:
    """Make the invented solutions number `start` to `solutions`; the same ones each time."""
    criteria = asked()
    signer, _ = User.objects.get_or_create(
        email="seed@example.org", defaults={"name": "Example Signatory"}
    )
    numbers = iter(range(start, solutions))
    while part := list(islice(numbers, BATCH)):
        with transaction.atomic():
            write(part, criteria, signer, at)


def asked() -> list[int]:
    """The criteria of the starter profile, by key; else the first of the catalogue."""
    starter = Profile.objects.first()
    wanted = starter.contents.get("criteria", []) if starter else []
    found = list(Criterion.objects.filter(key__in=wanted).order_by("pk").values_list("pk"))
    if len(found) < CRITERIA:
        found += list(Criterion.objects.exclude(key__in=wanted).order_by("pk").values_list("pk"))
    return [pk for (pk,) in found[:CRITERIA]]


def write(numbers: list[int], criteria: list[int], signer: User, at: datetime) -> None:
    """One batch, in some ten statements."""
    providers = {number // OF_ONE_PROVIDER for number in numbers}
    known = {f"SEED-{one}" for one in providers}
    had = set(Organisation.objects.filter(register_number__in=known).values_list("pk", flat=True))
    Organisation.objects.bulk_create(
        one for number in sorted(providers) if (one := provider(number, at)).pk not in had
    )
    made = [solution(number, at) for number in numbers]
    releases = [release(number, at) for number in numbers]
    Solution.objects.bulk_create(made)
    Release.objects.bulk_create(releases)
    for offered, line in zip(made, releases, strict=True):
        offered.current_release = line
    Solution.objects.bulk_update(made, ["current_release"], batch_size=500)
    drafts = Assessment.objects.bulk_create(
        Assessment(release=line, status="declared", started_at=at, started_by=signer)
        for line in releases
    )
    signed = Declaration.objects.bulk_create(
        declaration(number, one, signer, at) for number, one in zip(numbers, drafts, strict=True)
    )
    Claim.objects.bulk_create(
        (
            claim
            for number, one in zip(numbers, signed, strict=True)
            for claim in claims(number, one, criteria, at)
        ),
        batch_size=2000,
    )


def key(kind: str, number: int) -> uuid.UUID:
    """The same key for the same number, so that a second part of the market finds the first."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"seed:{kind}:{number}")


def provider(number: int, at: datetime) -> Organisation:
    return Organisation(
        pk=key("provider", number),
        kind="provider",
        name=f"Example Provider {number}",
        country=COUNTRIES[number % len(COUNTRIES)],
        register_number=f"SEED-{number}",
        size=("micro", "small", "medium", "large")[number % 4],
        status="verified",
        created_at=at,
        verified_at=at,
        verified_how="Invented, to measure with",
    )


def solution(number: int, at: datetime) -> Solution:
    name = f"Example {WORDS[number % len(WORDS)]} {number}"
    summary = "An invented product for measuring the register."
    return Solution(
        pk=key("solution", number),
        organisation_id=key("provider", number // OF_ONE_PROVIDER),
        name=name,
        summary=summary,
        search_text=f"{name} {summary}".casefold(),
        created_at=at,
    )


def release(number: int, at: datetime) -> Release:
    facts: dict[str, Any] = {
        "countries_offered": sorted({COUNTRIES[number % 8], COUNTRIES[number * 3 % 8]}),
        "languages": sorted({LANGUAGES[number % 8], LANGUAGES[number * 5 % 8]}),
        "provider_size": ("micro", "small", "medium", "large")[number // OF_ONE_PROVIDER % 4],
    }
    return Release(
        pk=key("release", number),
        solution_id=key("solution", number),
        label="1.x",
        facts=facts,
        declared_facts=facts,
        public_since=at,
        created_at=at,
    )


def declaration(number: int, draft: Assessment, signer: User, at: datetime) -> Declaration:
    return Declaration(
        number=f"DC-0000-{number:06d}",
        assessment=draft,
        release_id=draft.release_id,
        signatory_name="Example Signatory",
        signatory_role="Director",
        declared_at=at,
        declared_by=signer,
        valid_until=at + timedelta(days=365),
        public_since=at,
        body=b"{}",
        digest="0" * 64,
    )


def claims(number: int, signed: Declaration, criteria: list[int], at: datetime) -> Iterator[Claim]:
    """An answer to each criterion: most met, some with evidence, few partly or not."""
    luck = random.Random(number)  # noqa: S311 (invented data)
    outcomes = luck.choices(
        (Outcome.MET, Outcome.PARTLY_MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE),
        (78, 9, 5, 8),
        k=len(criteria),
    )
    for criterion, outcome in zip(criteria, outcomes, strict=True):
        shown = outcome == Outcome.MET and luck.random() < 0.4
        for assurance in (1, 2) if shown else (1,):
            yield Claim(
                release_id=signed.release_id,
                criterion_id=criterion,
                outcome=outcome,
                assurance=assurance,
                basis=Claim.Basis.EVIDENCE if assurance == 2 else Claim.Basis.DECLARATION,
                accepted_by="rule" if outcome == Outcome.NOT_APPLICABLE else "",
                valid_from=at,
                valid_until=signed.valid_until,
                source=signed.number,
                declaration=signed,
            )
