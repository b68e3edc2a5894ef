"""All findings of an examination, a line each: what the auditor's sheet lists, counts, narrows down
and finds, and what stands in a row that is open.

Four statements read the lines: the findings, what the provider declared, what that rests on, and
what samples are drawn.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict, NotReady, StepRefused
from certcentre.saving import Standing, revision_sent
from standards.assessment.answers import Answer
from standards.assessment.claims import Outcome
from standards.assessment.sheet_lines import rests_on, spoken
from standards.assessment.sheet_rows import print_of
from standards.attestation.bulk_findings import TOGETHER
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction, Finding, FindingQuerySet
from standards.attestation.results import NONCONFORMING, Result
from standards.attestation.sampling import drawn_for
from standards.catalogue.long_sheet import LongSheet, holds, in_groups, words_of
from standards.catalogue.methods import Method, in_words, needed

COLUMNS = (
    "pk",
    "result",
    "methods",
    "revision",
    "recorded_at",
    "recorded_by_id",
    "recorded_by__name",
    "criterion_id",
    "criterion__ref",
    "criterion__title",
    "criterion__domain",
    "criterion__group",
    "criterion__verification",
    "criterion__edition__name",
    "corrective_action__status",
    "portion__person_id",
    "portion__person__name",
    "portion__due",
)
READ_THROUGH = ("note", "criterion__statement")  # beside the names, where words are asked


class Only(TextChoices):
    """What the sheet can be narrowed down to."""

    OPEN = "open", _("Not examined")
    LESS = "less", _("Declared less than met")
    BARE = "bare", _("No evidence")
    TEST = "test", _("Test required")
    AGAINST = "against", _("Nonconformity")
    MORE = "more", _("More than declared")
    MINE = "mine", pgettext_lazy("findings", "Mine")


@dataclass(slots=True)
class Line:
    """One criterion in scope with its finding, as far as a line of the sheet shows it."""

    pk: int
    result: str
    methods: list[str]
    revision: int
    recorded_at: datetime | None
    by: UUID | None
    by_name: str | None
    criterion: int
    ref: str
    title: str
    domain: str
    group: str
    verification: str
    edition: str
    action: str | None  # how far the correction of a nonconformity is
    to: UUID | None  # who is to examine it
    to_name: str | None
    due: date | None
    declared: str = ""  # what the provider answered
    sample: str = ""  # of what a part is examined, in words
    files: int = 0  # pieces of its evidence on file
    speaking: int = 0  # those of them that are in date
    own: bool = False  # found by the reader
    mine: bool = False  # for the reader to examine; where it is for nobody, found by the reader
    typed: tuple[str, list[str]] | None = None  # finding and methods that were not taken

    @property
    def asked(self) -> bool:
        return True

    @property
    def counts(self) -> bool:
        return self.result != Result.NOT_EXAMINED

    @property
    def open(self) -> bool:
        return not self.counts

    @property
    def settled(self) -> bool:
        """Its correction was seen done, so nothing is written any more."""
        return self.action == CorrectiveAction.Status.CLOSED

    @property
    def bare(self) -> bool:
        """Declared met, and nothing on file shows it now."""
        return self.declared == Outcome.MET and not self.speaking

    @property
    def less(self) -> bool:
        """Declared so that a finding that it conforms says more, and is written alone."""
        return Result.CONFORMING.says_more_than(self.declared)

    @property
    def more(self) -> bool:
        return Result(self.result).says_more_than(self.declared)

    @property
    def together(self) -> bool:
        """Whether “tick all” takes it: declared met, and not examined yet."""
        return self.open and not self.less and self.action is None

    def fits(self, only: str) -> bool:
        """Whether a filter keeps it."""
        return not only or FITS[only](self)


FITS: dict[str, Callable[[Line], bool]] = {
    Only.OPEN: lambda line: line.open,
    Only.LESS: lambda line: line.less,
    Only.BARE: lambda line: line.bare,
    Only.TEST: lambda line: Method.TEST in needed(line.verification),
    Only.AGAINST: lambda line: line.result in NONCONFORMING,
    Only.MORE: lambda line: line.more,
    Only.MINE: lambda line: line.mine,
}


class Sheet(LongSheet[Line]):
    """The findings of an examination, in the order of the sheet."""

    FILTERS = Only

    @classmethod
    def read(
        cls, engagement: Engagement, *, by: User, at: datetime, words: str = "", only: str = ""
    ) -> "Sheet":
        """Four statements."""
        wanted = words_of(words)
        columns = (*COLUMNS, *spoken(), *(READ_THROUGH if wanted else ()))
        rows = list(engagement.findings.in_order().values_list(*columns))
        lines = [line_of(row) for row in rows]
        reasons = complete(engagement, lines, by=by, at=at)
        holding = None
        if wanted:
            pairs = zip(lines, rows, strict=True)
            holding = {
                line.pk
                for line, row in pairs
                if holds((*texts_of(row, line), reasons.get(line.criterion, "")), wanted)
            }
        return cls(in_groups(lines), holding, only)

    @property
    def so_far(self) -> str:
        return gettext("%(done)s of %(of)s examined") % {"done": self.done, "of": self.of}


def some_lines(
    engagement: Engagement, keys: Iterable[int], *, by: User, at: datetime
) -> list[Line]:
    """These findings as lines. Four statements."""
    rows = engagement.findings.filter(pk__in=list(keys)).in_order()
    lines = [line_of(row) for row in rows.values_list(*COLUMNS, *spoken())]
    complete(engagement, lines, by=by, at=at)
    return lines


def line_of(row: tuple[Any, ...]) -> Line:
    line = Line(*row[: len(COLUMNS)])
    if words := row[len(COLUMNS) : len(COLUMNS) + len(spoken())]:
        line.title, line.edition = words[0] or line.title, words[1] or line.edition
    return line


def texts_of(row: tuple[Any, ...], line: Line) -> tuple[str, ...]:
    """Its names, its statement, and what the auditor wrote."""
    return (line.ref, line.title, line.group, line.edition, *row[-len(READ_THROUGH) :])


def complete(
    engagement: Engagement, lines: list[Line], *, by: User, at: datetime
) -> dict[int, str]:
    """What the provider declared, what that rests on, what samples are drawn; the reasons it gave,
    by criterion. Three statements."""
    assessment = engagement.declaration.assessment
    rests, samples = rests_on(assessment, at=at), drawn_for(engagement)
    columns = ("criterion_id", "pk", "value", "reason")
    given = {row[0]: row[1:] for row in assessment.answers.order_by().values_list(*columns)}
    for line in lines:
        answer, line.declared, _reason = given.get(line.criterion, (0, "", ""))
        line.files, line.speaking = rests.get(answer, (0, 0))
        line.sample = samples.get(line.pk, "")
        line.own = line.by == by.pk
        line.mine = (line.to or line.by) == by.pk
    return {criterion: reason for criterion, (_pk, _value, reason) in given.items()}


def findings_in(engagement: Engagement, keys: Iterable[int]) -> list[Finding]:
    """These findings, each with what its verbs ask. One statement."""
    wanted = engagement.findings.filter(pk__in=list(keys))
    findings = list(wanted.select_related("criterion__edition", "criterion__level"))
    for finding in findings:
        finding.engagement = engagement
    return findings


# ---- what stands in a row that is open ---------------------------------------------------------


@dataclass
class Row:
    """One criterion in scope: the provider's answer and evidence, and the finding."""

    finding: Finding
    answer: Answer | None
    problem: str = ""
    standing: Standing | None = None  # the stored finding, when somebody else changed it meanwhile

    @property
    def pk(self) -> int:
        return self.finding.pk

    @property
    def statement(self) -> str:
        return self.finding.criterion.text("statement")

    @property
    def hint(self) -> str:
        return self.finding.criterion.text("evidence_hint")

    @property
    def edition(self) -> str:
        return self.finding.criterion.edition.text("name")

    @property
    def action(self) -> CorrectiveAction | None:
        return getattr(self.finding, "corrective_action", None)

    @property
    def settled(self) -> bool:
        action = self.action
        return action is not None and action.status == CorrectiveAction.Status.CLOSED

    @property
    def evidence(self) -> list[Any]:
        uses = self.answer.evidence_uses.all() if self.answer else []
        return [use.evidence for use in uses]

    @property
    def words_shown(self) -> str:
        """Revision and print of the words that a page shows, to tell what its reader changed."""
        return f"{self.finding.revision}.{'' if self.problem else print_of(self.finding.note)}"

    @property
    def problems(self) -> list[str]:
        return [self.problem] if self.problem else []

    def keep(self, note: str | None, refused: StepRefused) -> None:
        """Show what was typed but not saved, and why."""
        self.finding.note = self.finding.note if note is None else note
        stored = refused.stored if isinstance(refused, Conflict) else None
        self.standing = standing_of(stored) if isinstance(stored, Finding) else None
        if self.standing:
            self.finding.revision = self.standing.revision
        self.problem = str(refused)


@dataclass(frozen=True)
class Typed:
    """A finding as typed. `note` None: the page did not show it, so it stays.

    `shown` and `words_shown`: prints of the finding and of its words that the page came with.
    """

    result: str = Result.NOT_EXAMINED
    methods: tuple[str, ...] = ()
    note: str | None = None
    revision: int = 0
    shown: str = ""
    words_shown: str = ""

    @classmethod
    def of(cls, sent: QueryDict, pk: int) -> "Typed":
        """From the fields of a row: `v12`, `m12`, `n12`, and what it showed (`s12`, `w12`);
        NotReady where they are odd."""
        whole, _, shown = sent.get(f"s{pk}", "").partition(".")
        revision = revision_sent({"revision": sent.get("revision", whole)})
        result = sent.get(f"v{pk}") or Result.NOT_EXAMINED
        if result not in Result.values:
            raise NotReady(gettext("Choose one of the six findings."))
        note = sent.get(f"n{pk}")
        return cls(
            result=result,
            methods=tuple(sorted(set(sent.getlist(f"m{pk}")))),
            note=None if note is None else note.strip(),
            revision=revision,
            shown=shown,
            words_shown=sent.get(f"w{pk}", "").partition(".")[2],
        )

    def changed(self, stored: Finding) -> bool:
        """Whether the reader changed what the page showed, to something else than what stands."""
        given = print_of(self.result, *self.methods) != self.shown
        written = self.note is not None and print_of(self.note) != self.words_shown
        stands = (stored.result, tuple(stored.methods), stored.note)
        return (given or written) and stands != (self.result, self.methods, self.words(stored))

    def words(self, stored: Finding) -> str:
        return stored.note if self.note is None else self.note

    def record(self, finding: Finding, *, by: User, at: datetime) -> int:
        """Write it; the new revision."""
        return finding.record(
            result=self.result,
            methods=self.methods,
            note=self.words(finding),
            revision=self.revision,
            by=by,
            at=at,
        )


def rows(engagement: Engagement, keys: Collection[int]) -> list[Row]:
    """These findings with the answers of the declaration that is examined. Four statements."""
    findings: FindingQuerySet = engagement.findings.filter(pk__in=keys).select_related(
        "criterion__edition", "criterion__level", "corrective_action", "recorded_by"
    )
    listed = list(findings.in_order())
    wanted = [finding.criterion_id for finding in listed]
    answers = engagement.declaration.assessment.answers.filter(criterion__in=wanted)
    given = {
        answer.criterion_id: answer
        for answer in answers.prefetch_related("evidence_uses__evidence")
    }
    return [Row(finding, given.get(finding.criterion_id)) for finding in listed]


def standing_of(finding: Finding) -> Standing:
    """A finding that somebody else wrote meanwhile, beside the one that was not saved."""
    pk, how = finding.pk, "+".join(finding.methods)
    return Standing(
        revision=finding.revision,
        by=str(finding.recorded_by or ""),
        mark=finding.result,
        texts=[("", in_words(how) if how else ""), ("", finding.note)],
        fields={
            f"v{pk}": finding.result,
            f"m{pk}": list(finding.methods),
            f"n{pk}": finding.note,
        },
    )


class Option(NamedTuple):
    """One finding or method as the sheet offers it: words of the reader's language."""

    value: str
    label: str
    short: str
    tone: str = ""


def choices() -> dict[str, Any]:
    """The findings to choose from, those for several at once, and the methods."""
    offered = [
        Option(result.value, str(result.label), str(result.short), result.tone)
        for result in Result
        if result != Result.NOT_EXAMINED
    ]
    return {
        "choices": offered,
        "together": [each for each in offered if each.value in TOGETHER],
        "methods": [Option(each.value, str(each.label), str(each.short)) for each in Method],
    }
