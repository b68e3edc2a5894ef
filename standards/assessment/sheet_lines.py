"""All answers of a draft, a line each: what the sheet lists, counts, narrows down and finds.

One statement reads the lines, three what their answers rest on, what was found and what is asked.
1,189 lines take some 20 ms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.places import read_in
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Claim, Outcome
from standards.assessment.evidence import EvidenceUse
from standards.assessment.mapped_answers import Kind, Offer
from standards.assessment.periods import in_date
from standards.assessment.sheet_rows import WRITTEN_IN
from standards.assessment.teamwork import Remark
from standards.catalogue.editions import Edition, Obligation
from standards.catalogue.long_sheet import LongSheet, holds, in_groups, words_of

COLUMNS = (
    "pk",
    "value",
    "revision",
    "to_confirm",
    "origin",
    "answered_at",
    "answered_by_id",
    "answered_by__name",
    "criterion_id",
    "criterion__ref",
    "criterion__title",
    "criterion__domain",
    "criterion__group",
    "criterion__level__obligation",
    "criterion__edition__name",
    "criterion__edition__status",
    "assignment__person_id",
    "assignment__person__name",
    "assignment__due",
)
READ_THROUGH = ("reason", "note", "criterion__statement")  # beside the names, where words are asked


class Only(TextChoices):
    """What the sheet can be narrowed down to."""

    OPEN = "open", pgettext_lazy("answers", "Open")
    CONFIRM = "confirm", _("To confirm")
    MUST = "must", pgettext_lazy("answers", "Must")
    BARE = "bare", _("No evidence")
    AGAINST = "against", _("Nonconformity")
    MINE = "mine", _("Mine")
    ASKED = "asked", _("Questions")


@dataclass(slots=True)
class Line:
    """One criterion with its answer, as far as a line of the sheet shows it."""

    pk: int
    value: str
    revision: int
    to_confirm: bool
    origin: str
    answered_at: datetime | None
    by: UUID | None
    by_name: str | None
    criterion: int
    ref: str
    title: str
    domain: str
    group: str
    obligation: str
    edition: str
    edition_status: str
    to: UUID | None  # who is to answer it
    to_name: str | None
    due: date | None
    withdrawn: bool = False  # of a draft: it takes no answer any more
    own: bool = False  # answered by the reader
    mine: bool = False  # for the reader to answer; where it is for nobody, answered by the reader
    question_to: str = ""  # who is asked something beside it
    question_to_reader: bool = False
    files: int = 0  # pieces of evidence on file
    speaking: int = 0  # those of them that are in date
    proven: int = 0  # the assurance that an auditor or a certificate gives this very answer
    contradicted: str = ""  # what a finding in force says instead
    offer: Offer | None = None
    typed: str | None = None  # an answer that was not taken

    @property
    def asked(self) -> bool:
        return not self.withdrawn

    @property
    def counts(self) -> bool:
        return bool(self.value) and not self.to_confirm and not self.withdrawn

    @property
    def open(self) -> bool:
        """Whether it waits for somebody: not answered, or to confirm."""
        return not self.withdrawn and (not self.value or self.to_confirm)

    @property
    def bare(self) -> bool:
        """Said to be met, and nothing on file shows it now."""
        return self.counts and self.value == Outcome.MET and not self.speaking

    @property
    def level(self) -> int:
        """The assurance it would have if the draft were declared now; 0 where it says nothing."""
        if not self.counts:
            return 0
        return self.proven or (2 if self.value == Outcome.MET and self.speaking else 1)

    def fits(self, only: str) -> bool:
        """Whether a filter keeps it."""
        return not only or (not self.withdrawn and FITS[only](self))


FITS: dict[str, Callable[[Line], bool]] = {
    Only.OPEN: lambda line: line.open,
    Only.CONFIRM: lambda line: line.to_confirm,
    Only.MUST: lambda line: line.obligation == Obligation.MUST,
    Only.BARE: lambda line: line.bare,
    Only.AGAINST: lambda line: bool(line.contradicted),
    Only.MINE: lambda line: line.mine,
    Only.ASKED: lambda line: bool(line.question_to),
}


class Sheet(LongSheet[Line]):
    """The answers of a draft, in the order of the sheet."""

    FILTERS = Only

    @classmethod
    def read(
        cls, assessment: Assessment, *, by: User, at: datetime, words: str = "", only: str = ""
    ) -> "Sheet":
        """Four statements."""
        wanted = words_of(words)
        columns = (*COLUMNS, *spoken(), *(READ_THROUGH if wanted else ()))
        rows = list(assessment.answers.in_order().values_list(*columns))
        lines = [line_of(row) for row in rows]
        holding = None
        if wanted:
            pairs = zip(lines, rows, strict=True)
            holding = {line.pk for line, row in pairs if holds(texts_of(row, line), wanted)}
        complete(assessment, lines, by=by, at=at)
        return cls(in_groups(lines), holding, only)

    @property
    def so_far(self) -> str:
        return gettext("%(done)s of %(of)s answered") % {"done": self.done, "of": self.of}


def some_lines(
    assessment: Assessment, keys: Iterable[int], *, by: User, at: datetime
) -> list[Line]:
    """These answers as lines. Four statements."""
    rows = assessment.answers.filter(pk__in=list(keys)).in_order()
    lines = [line_of(row) for row in rows.values_list(*COLUMNS, *spoken())]
    complete(assessment, lines, by=by, at=at)
    return lines


def spoken() -> tuple[str, ...]:
    """The columns of title and edition in the reader's language, where it is not the first."""
    language = read_in()
    if language == WRITTEN_IN:
        return ()
    path = f"translations__{language}"
    return (f"criterion__{path}__title", f"criterion__edition__{path}__name")


def line_of(row: tuple[Any, ...]) -> Line:
    line = Line(*row[: len(COLUMNS)])
    if words := row[len(COLUMNS) : len(COLUMNS) + len(spoken())]:
        line.title, line.edition = words[0] or line.title, words[1] or line.edition
    return line


def texts_of(row: tuple[Any, ...], line: Line) -> tuple[str, ...]:
    """Its names, its statement, and what was written."""
    return (line.ref, line.title, line.group, line.edition, *row[-len(READ_THROUGH) :])


def complete(assessment: Assessment, lines: list[Line], *, by: User, at: datetime) -> None:
    """What the lines rest on, and what was found and asked about them. Three statements."""
    draft = assessment.status == Assessment.Status.DRAFT
    rests = rests_on(assessment, at=at)
    strong = Q(basis=Claim.Basis.FINDING) | Q(assurance__gte=3)
    claims = Claim.objects.in_force(at=at).filter(strong, release=assessment.release_id)
    columns = ("criterion_id", "outcome", "assurance", "basis")
    rows = claims.order_by("assurance", "valid_from", "pk").values_list(*columns)
    says = {criterion: claim for criterion, *claim in rows}  # the strongest comes last
    questions = Remark.objects.open().filter(answer__assessment=assessment)
    asked = {
        answer: (person, name)
        for answer, person, name in questions.values_list("answer", "asks", "asks__name")
    }
    for line in lines:
        line.withdrawn = draft and line.edition_status == Edition.Status.WITHDRAWN
        line.own = line.by == by.pk
        line.mine = (line.to or line.by) == by.pk
        if line.pk in asked:
            person, line.question_to = asked[line.pk]
            line.question_to_reader = person == by.pk
        line.files, line.speaking = rests.get(line.pk, (0, 0))
        outcome, assurance, basis = says.get(line.criterion, ("", 0, ""))
        if outcome == line.value:
            line.proven = assurance
        elif basis == Claim.Basis.FINDING:
            line.contradicted = outcome


def rests_on(assessment: Assessment, *, at: datetime) -> dict[int, tuple[int, int]]:
    """By answer, how many pieces of evidence are on file, and how many of them are in date. One
    statement."""
    uses = EvidenceUse.objects.filter(answer__assessment=assessment, evidence__removed_at=None)
    speaking = Count("pk", filter=in_date(at, "evidence__"))
    rows = uses.order_by().values_list("answer").annotate(files=Count("pk"), speaking=speaking)
    return {answer: (files, number) for answer, files, number in rows}


def offer(assessment: Assessment, lines: Iterable[Line]) -> None:
    """What mappings offer to those that wait. At most three statements."""
    waiting = {line.criterion: line for line in lines if line.open}
    if not waiting or assessment.status != Assessment.Status.DRAFT:
        return
    for criterion, offered in assessment.offers(waiting).items():
        line = waiting[criterion]
        if offered.kind != Kind.EVIDENCE or not line.files:
            line.offer = offered


def answers_in(assessment: Assessment, keys: Iterable[int]) -> list[Answer]:
    """These answers of the draft, each with what its verbs ask. One statement."""
    wanted = assessment.answers.filter(pk__in=list(keys)).select_related("criterion__edition")
    answers = list(wanted)
    for answer in answers:
        answer.assessment = assessment
    return answers
