"""The answer sheet as it is shown: rows, progress by domain, and what a row is offered.

A sheet may hold 1,189 criteria and is to open in 0.15 s (rule R50). So its rows are
plain values, not model instances.
"""

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from certcentre.lifecycle import Conflict, StepRefused
from certcentre.places import read_in
from certcentre.saving import Standing
from standards.assessment import answer_history
from standards.assessment.answer_history import Change
from standards.assessment.answers import Answer, passed_over
from standards.assessment.assessments import Assessment
from standards.assessment.claims import ANY_WORDS, Outcome
from standards.assessment.declaration_check import lacking
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.assessment.mapped_answers import Offer
from standards.assessment.periods import Phase, in_date
from standards.assessment.teamwork import Remark
from standards.catalogue.editions import Criterion, Domain, Edition, Obligation

WRITTEN_IN = "en"
COLUMNS = (
    "pk",
    "value",
    "reason",
    "note",
    "revision",
    "to_confirm",
    "origin",
    "criterion_id",
    "criterion__key",
    "criterion__ref",
    "criterion__title",
    "criterion__statement",
    "criterion__evidence_hint",
    "criterion__level__label",
    "criterion__level__obligation",
    "criterion__edition__key",
    "criterion__edition__name",
    "criterion__edition__status",
)


@dataclass(slots=True)
class Row:
    """One criterion of the sheet with its answer."""

    pk: int
    value: str
    reason: str
    note: str
    revision: int
    to_confirm: bool
    origin: str
    criterion: int
    key: str
    ref: str
    title: str
    statement: str
    hint: str
    level: str
    obligation: str
    edition_key: str
    edition: str
    edition_status: str
    withdrawn: bool = False  # of a draft: it takes no answer any more
    files: list[tuple[Evidence, Phase]] = field(default_factory=list)
    offer: Offer | None = None
    history: list[Change] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    problem: str = ""
    standing: Standing | None = None  # the stored answer, when somebody else changed it meanwhile

    @property
    def shown(self) -> str:
        """Revision and print of the answer that a page shows, to tell what its reader changed.

        What could not be saved has no print: it counts as changed until it is.
        """
        return f"{self.revision}.{'' if self.problems else print_of(self.value)}"

    @property
    def words_shown(self) -> str:
        """The same of its words, public and private."""
        return f"{self.revision}.{'' if self.problems else print_of(self.reason, self.note)}"

    @property
    def words(self) -> str:
        return str(Outcome(self.value).label) if self.value else ""

    @property
    def asks(self) -> str:
        """What is asked beside the answer."""
        return str(Outcome(self.value).asks if self.value else ANY_WORDS)

    @property
    def binding(self) -> str:
        return str(Obligation(self.obligation).label)

    def keep(self, value: str, reason: str | None, note: str | None, refused: StepRefused) -> None:
        """Show what was typed but not saved, and why."""
        self.value = value if value in Outcome.values else ""
        self.reason = self.reason if reason is None else reason
        self.note = self.note if note is None else note
        stored = refused.stored if isinstance(refused, Conflict) else None
        self.standing = standing_of(stored) if isinstance(stored, Answer) else None
        self.revision = self.standing.revision if self.standing else self.revision
        self.problem = str(refused)

    @property
    def problems(self) -> list[str]:
        return [self.problem] if self.problem else []

    @property
    def open(self) -> bool:
        """Whether it waits for somebody: not answered, or to confirm."""
        return not self.withdrawn and (not self.value or self.to_confirm)

    @property
    def must(self) -> bool:
        return self.obligation == Obligation.MUST


def standing_of(answer: Answer) -> Standing:
    """An answer that somebody else wrote meanwhile, beside the one that was not saved."""
    pk = answer.pk
    return Standing(
        revision=answer.revision,
        by=str(answer.answered_by or ""),
        mark=answer.value,
        texts=[("", answer.reason), (gettext("Your private note:"), answer.note)],
        fields={f"v{pk}": answer.value, f"r{pk}": answer.reason, f"n{pk}": answer.note},
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as the sheet offers it: words of the reader's language, looked up once."""

    value: str
    label: str
    short: str
    glyph: str
    tone: str
    asks: str
    wants_words: bool


def choices() -> dict[str, Any]:
    """The answers to choose from, and what is asked while none is chosen."""
    offered = [
        Choice(
            value.value,
            str(value.label),
            str(value.short),
            value.glyph,
            value.tone,
            str(value.asks),
            bool(value.without_reason),
        )
        for value in Outcome
    ]
    return {"choices": offered, "ask_any": str(ANY_WORDS)}


def print_of(*texts: str) -> str:
    """A short print of an answer, or of its words."""
    return f"{zlib.crc32(chr(31).join(texts).encode()):x}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one domain is: answered and confirmed, of how many, and what a declaration lacks.

    Of a draft, criteria of editions that were withdrawn meanwhile are counted apart.
    """

    domain: str
    label: str
    done: int
    of: int
    waiting: int
    to_confirm: int
    withdrawn: int
    given: dict[Outcome, int]  # how many of each answer

    @property
    def open(self) -> int:
        return self.of - self.done

    @property
    def counts(self) -> list[tuple[Outcome, int]]:
        """Each answer with its number, for a row of a table."""
        return list(self.given.items())


def progress(assessment: Assessment, *, at: datetime) -> list[Progress]:
    """Progress by domain, in the order of the domains. One statement."""
    asked, given = ~passed_over(), Q(to_confirm=False) & ~Q(value="")
    rows = (
        assessment.answers.order_by()
        .values("criterion__domain")
        .annotate(
            of=Count("pk", filter=asked),
            done=Count("pk", filter=asked & given),
            waiting=Count("pk", filter=lacking(at)),
            unconfirmed=Count("pk", filter=asked & Q(to_confirm=True)),
            withdrawn=Count("pk", filter=~asked),
            **{
                f"is_{value}": Count("pk", filter=asked & given & Q(value=value))
                for value in Outcome
            },
        )
    )
    by_domain: dict[str, Any] = {row["criterion__domain"]: row for row in rows}
    return [
        Progress(
            key,
            str(label),
            row["done"],
            row["of"],
            row["waiting"],
            row["unconfirmed"],
            row["withdrawn"],
            {value: row[f"is_{value}"] for value in Outcome},
        )
        for key, label in Domain.choices
        if (row := by_domain.get(key))
    ]


def total(domains: list[Progress]) -> Progress:
    """All domains together."""
    counts = ("done", "of", "waiting", "to_confirm", "withdrawn")
    given = {value: sum(each.given[value] for each in domains) for value in Outcome}
    summed = {name: sum(getattr(each, name) for each in domains) for name in counts}
    return Progress(domain="", label="", given=given, **summed)


def proven(assessment: Assessment, *, at: datetime) -> dict[str, int]:
    """By domain, how many criteria are met with evidence in date. One statement."""
    shows = EvidenceUse.objects.filter(
        in_date(at, "evidence__"), answer=OuterRef("pk"), evidence__removed_at=None
    )
    met = assessment.answers.asked().filter(Exists(shows), value=Outcome.MET, to_confirm=False)
    return dict(met.order_by().values_list("criterion__domain").annotate(n=Count("pk")))


def complete(assessment: Assessment, answers: QuerySet[Answer], *, at: datetime) -> list[Row]:
    """The answers as rows, with evidence, history, remarks and what they are offered. Seven
    statements."""
    rows = [Row(*values) for values in answers.values_list(*COLUMNS)]
    translate(rows)
    by_answer = {row.pk: row for row in rows}
    for use in EvidenceUse.objects.on_file().filter(answer__in=by_answer).order_by("pk"):
        by_answer[use.answer_id].files.append((use.evidence, use.evidence.phase(at)))
    for key, changes in answer_history.changes(rows).items():
        by_answer[key].history = changes
    for remark in Remark.objects.filter(answer__in=by_answer).with_draft():
        by_answer[remark.answer_id].remarks.append(remark)
    if assessment.status == Assessment.Status.DRAFT:
        for row in rows:
            row.withdrawn = row.edition_status == Edition.Status.WITHDRAWN
        asked = [row for row in rows if not row.withdrawn]
        waiting = [row.criterion for row in asked if row.open]
        offered = assessment.offers(waiting)
        for row in asked:
            row.offer = offered.get(row.criterion)
            if row.offer and row.offer.nothing_new(piece.pk for piece, _phase in row.files):
                row.offer = None
    return rows


def translate(rows: list[Row]) -> None:
    """The criteria's words in the reader's language, where there are any."""
    language = read_in()
    if language == WRITTEN_IN:
        return
    criteria = Criterion.objects.filter(pk__in=[row.criterion for row in rows])
    texts = dict(criteria.values_list("pk", f"translations__{language}"))
    for row in rows:
        words = texts.get(row.criterion) or {}
        row.title = words.get("title") or row.title
        row.statement = words.get("statement") or row.statement
        row.hint = words.get("evidence_hint") or row.hint
