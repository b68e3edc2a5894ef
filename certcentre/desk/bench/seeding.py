"""A market of invented solutions, made in bulk, to measure with. Never in a real register."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from random import Random

from certcentre.accounts.models import Organisation, OrganisationWords, User
from certcentre.accounts.steps import ORGANISATION_VERIFIED
from certcentre.desk.bench.bulk import Rows
from certcentre.desk.bench.invented import (
    OF_ONE_PROVIDER,
    YEAR,
    Maker,
    Subjects,
    company,
    key,
    organisation,
)
from certcentre.log.models import record

BATCH = 500


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
    second, _ = User.objects.get_or_create(
        email="second@example.org", defaults={"name": "Example Decider"}
    )
    body = examining_body(at)
    numbers = iter(range(start, solutions))
    while part := list(islice(numbers, BATCH)):
        rows = Rows()
        had = set(Organisation.objects.filter(pk__in=providers(part)).values_list("pk", flat=True))
        for pk, number in providers(part).items():
            if pk not in had:
                rows.log(rows.add(provider(number, pk, at)), ORGANISATION_VERIFIED, at=at - YEAR)
        for number in part:
            Maker(number, Random(number), rows, by, second, body, subjects, at).solution()  # noqa: S311
        rows.write()
        told(part[-1] + 1)


def providers(numbers: Sequence[int]) -> dict[uuid.UUID, int]:
    return {key("provider", n): n for n in {number // OF_ONE_PROVIDER for number in numbers}}


def provider(number: int, pk: uuid.UUID, at: datetime) -> Organisation:
    source = Random(f"provider {number}")  # noqa: S311 (invented data)
    return organisation(pk, Organisation.Kind.PROVIDER, company(source, number), at, source)


def examining_body(at: datetime) -> Organisation:
    pk = key("body", 0)
    body = Organisation.objects.filter(pk=pk).first()
    if body is None:
        source = Random(0)  # noqa: S311 (invented data)
        body = organisation(pk, Organisation.Kind.AUDITOR, "Example Measured Audit", at, source)
        body.save(force_insert=True)
        OrganisationWords.put([body])
        record(body, ORGANISATION_VERIFIED, by=None, at=at - YEAR, to_state=body.status)
    return body
