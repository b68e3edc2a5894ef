"""Rows written as fast as a database takes them: for millions that were made up, not for steps.

Claims and standings are written together, as their one door would leave them. Of the steps, the
log holds those that the state and the words of a record are compared with.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models, transaction

from certcentre.accounts.models import Organisation, OrganisationWords, User
from certcentre.log.models import LogEntry, entry
from certcentre.steps import Step
from standards.assessment import standings
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solution_words import SolutionWords
from standards.assessment.solutions import Release, Solution
from standards.assessment.standings import Standing

Made = TypeVar("Made", bound=models.Model)


def stored(value: object) -> object:
    """As the database writes it: text, a number or nothing."""
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    if isinstance(value, UUID):
        return str(value) if connection.features.has_native_uuid_field else value.hex
    return value


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of values that are `stored()` already and hold neither tab nor backslash."""
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                copy.write("".join(map(line, rows)))
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 (our own names)
            cursor.executemany(sql, list(rows))


def line(row: Sequence[Any]) -> str:
    return "\t".join("\\N" if value is None else str(value) for value in row) + "\n"


@dataclass
class Rows:
    """The rows of one batch, in the order that they are written."""

    made: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    claims: list[Callable[[], Iterator[tuple[Any, ...]]]] = field(default_factory=list)
    steps: list[Callable[[], LogEntry]] = field(default_factory=list)

    def add(self, row: Made) -> Made:
        self.made.setdefault(type(row), []).append(row)
        return row

    def log(
        self,
        row: models.Model,
        step: Step,
        *,
        at: datetime,
        by: User | None = None,
        reason: str = "",
        **detail: str,
    ) -> None:
        """The entry that says how a row came to stand as it does; its key is given later."""
        state: str = row.status  # type: ignore[attr-defined]
        words: dict[str, Any] = {"by": by, "reason": reason, "detail": detail}
        self.steps.append(lambda: entry(row, step, at=at, to_state=state, **words))

    def write(self) -> None:
        """Keys are given while rows are written, so claims are made up last."""
        with transaction.atomic():
            for model, rows in self.made.items():
                if model is not Standing:
                    model._default_manager.bulk_create(rows, batch_size=1000)
            LogEntry.objects.bulk_create([step() for step in self.steps], batch_size=1000)
            insert(Claim, CLAIM, (row for some in self.claims for row in some()))
            version = standings.next_number()
            for row in self.made[Standing]:
                row.version = version
            Standing.objects.bulk_create(self.made[Standing], batch_size=1000)
            OrganisationWords.put(self.made[Organisation])
            SolutionWords.put(
                {each.current_release.standing.pk: each.texts for each in self.made[Solution]}
            )


CLAIM = (
    *("release_id", "criterion_id", "outcome", "assurance", "basis", "accepted_by"),
    *("valid_from", "valid_until", "source", "declaration_id", "evidence_id", "ended_by"),
)


def claim_rows(
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
