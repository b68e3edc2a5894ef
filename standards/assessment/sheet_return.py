"""What a table of answers that comes back would change in a draft, and taking it (rule R104).

What does not fit is refused by cell, what somebody answered here meanwhile is asked about, and the
rest goes in when it is confirmed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove
from certcentre.tables.headings import UNLIKE, Record, Table, alike, at_cell, unlike
from certcentre.tables.rows import Remark, Unreadable
from standards.assessment import answer_history
from standards.assessment.answers import Answer, flaw, require_answerable, too_long
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.assessment.sheet_file import (
    CONFIRMED,
    FILLED,
    Shelf,
    Stood,
    bare_print,
    edged,
    known_answers,
    known_confirmations,
    read_book,
    table_of,
)
from standards.assessment.sheet_rows import print_of

FIELDS = [*Answer.MARKED, "note", "answered_by"]


@dataclass(frozen=True)
class Change:
    """What a row says otherwise than the answer as it stands. `clash`: somebody answered it here
    since the file was written."""

    answer: Answer
    value: str
    reason: str
    note: str
    evidence: tuple[Evidence, ...] = ()
    writes: bool = False  # the answer itself, not only its evidence
    clash: bool = False

    @property
    def words(self) -> str:
        return str(Outcome(self.value).label) if self.value else ""

    @property
    def is_new(self) -> bool:
        return not self.answer.value

    @property
    def stands(self) -> "Change":
        """The answer as it is here."""
        answer = self.answer
        return Change(answer, answer.value, answer.reason, answer.note)


@dataclass
class Preview:
    """What a file would change, what of it is refused by cell, and what is left as it stands."""

    changes: list[Change] = field(default_factory=list)
    clashes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)  # references
    same: int = 0
    absent: int = 0  # criteria of which the file says nothing
    remarks: list[Remark] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.new


def read(data: bytes, draft: Assessment) -> Preview:
    """Compare a file with the answers as they stand; Unreadable if it is not of this draft.

    The number of statements does not grow with the rows.
    """
    book = read_book(data)
    reading = Reading(draft, table_of(book))
    preview = Preview(remarks=book.remarks)
    for key, records in reading.rows.items():
        reading.take(preview, key, records)
    preview.absent = sum(
        key not in reading.rows and not withdrawn(answer) for key, answer in reading.answers.items()
    )
    return preview


class Reading:
    """The rows of a file beside the answers of the draft that it is read for."""

    def __init__(self, draft: Assessment, table: Table) -> None:
        self.columns = table.columns
        self.draft = draft.pk.hex[:12]
        self.rows: dict[str, list[Record]] = {}
        for record in table:
            if stood := Stood.read(record.get("stood")):
                self.require_own(stood)
            self.rows.setdefault(record.get("key"), []).append(record)
        answers = draft.answers.with_evidence().select_related("answered_by").in_order()
        self.answers = {answer.criterion.key: answer for answer in answers}
        self.shelf = Shelf(draft)

    def require_own(self, stood: Stood) -> None:
        if stood.draft != self.draft:
            raise Unreadable(
                gettext("This file was written for another self-assessment."),
                gettext("Take the file from this page."),
            )

    def take(self, preview: Preview, key: str, records: list[Record]) -> None:
        """One criterion: as it stands, changed, or said to be wrong."""
        first, answer = records[0], self.answers.get(key)
        problems = list(self.misplaced(key, answer, records))
        if answer is None or problems:
            preview.problems += problems
            return
        value = known_answers().get(alike(first.get("answer")), "")
        if answer.value and not first.get("answer") and "answer" not in first.kinds:
            if untouched(first):  # answered here since the file was written
                preview.same += 1
            else:
                preview.emptied.append(answer.criterion.ref)
            return
        given = Change(
            answer,
            value,
            self.text(first, "reason", answer.reason),
            self.text(first, "note", answer.note),
        )
        pieces, odd = self.evidence_in(first, answer)
        wrong = [*self.wrong(first, given), *odd]
        change = compared(given, Stood.read(first.get("stood")), pieces, first)
        if change and not wrong:  # of what stands as it was nothing is asked again
            wrong = list(unfit(change))
        if wrong:
            preview.problems += [at_cell(first, name, why) for name, why in wrong]
        elif change is None:
            preview.same += 1
        else:
            (preview.clashes if change.clash else preview.changes).append(change)

    def misplaced(self, key: str, answer: Answer | None, records: list[Record]) -> Iterator[str]:
        """Why rows are no answer of this draft."""
        known = {"key": key[:60]}
        if not key:
            for record in records:
                if any(map(record.get, FILLED)):
                    yield at_cell(record, "key", gettext("the key of the row is missing"))
        elif answer is None:
            words = gettext("“%(key)s” is none of the criteria of this self-assessment")
            yield at_cell(records[0], "key", words % known)
        elif odd := next((each for each in records if misnamed(each, answer)), None):
            words = gettext("“%(ref)s” is not the reference that this key is of; that is %(own)s")
            names = {"ref": odd.get("ref")[:60], "own": answer.criterion.ref}
            yield at_cell(odd, "ref", words % names)
        elif any(filled(record) != filled(records[0]) for record in records):
            words = gettext("“%(key)s” stands in several rows that say different things")
            yield from (at_cell(record, "key", words % known) for record in records)

    def text(self, record: Record, name: str, stands: str) -> str:
        """A text of the row; as it stands where the file has no such column."""
        return record.get(name) if name in self.columns else edged(stands)

    def wrong(self, record: Record, given: Change) -> Iterator[tuple[str, str]]:
        """The cells of a row that do not fit, each with why."""
        yield from unlike(record, FILLED)
        answer = record.get("answer")
        if answer and not given.value and record.kinds.get("answer") not in UNLIKE:
            words = gettext("“%(written)s” is none of the answers; write one of these: %(answers)s")
            answers = " · ".join(str(value.label) for value in Outcome)
            yield "answer", words % {"written": answer[:60], "answers": answers}
        confirm = record.get("confirm")
        if confirm and alike(confirm) not in known_confirmations():
            words = gettext("write “%(yes)s”, or leave it as it is")
            yield "confirm", words % {"yes": CONFIRMED}
        for name, text in (("reason", given.reason), ("note", given.note)):
            if problem := too_long(text):
                yield name, problem

    def evidence_in(
        self, record: Record, answer: Answer
    ) -> tuple[list[Evidence], list[tuple[str, str]]]:
        """What the titles of a row name, and those that name nothing or several things.

        A title of what the answer rests on already adds nothing, however many bear it."""
        pieces, odd = [], []
        attached = {use.evidence_id for use in answer.on_file}
        for title in filter(None, map(str.strip, record.get("evidence").split("\n"))):
            named = self.shelf.called(title)
            if len(named) == 1:
                pieces += named
            elif named and attached.isdisjoint(piece.pk for piece in named):
                words = gettext(
                    "several pieces of evidence are called “%(title)s”; write one of these: "
                    "%(names)s"
                )
                names = " · ".join(map(self.shelf.name, named[:5]))
                odd.append(("evidence", words % {"title": title[:60], "names": names}))
            elif not named:
                words = gettext("no evidence on file is called “%(title)s”; file it first")
                odd.append(("evidence", words % {"title": title[:60]}))
        return pieces, odd


def unfit(change: Change) -> Iterator[tuple[str, str]]:
    """Why the answer cannot be given so, each with its column."""
    problem = flaw(change.answer.criterion.ref, change.value, change.reason)
    if problem and change.writes:
        yield "reason", problem
    if problem := withdrawn(change.answer):
        yield "key", problem


def misnamed(record: Record, answer: Answer) -> bool:
    """Whether the row names another criterion by its reference than by its key."""
    ref = alike(record.get("ref"))
    return bool(ref) and ref != alike(edged(answer.criterion.ref))


def withdrawn(answer: Answer) -> str:
    """That its edition takes no answers any more; empty where it does."""
    try:
        require_answerable(answer.criterion.edition)
    except IllegalMove as refused:
        return str(refused)
    return ""


def untouched(record: Record) -> bool:
    """Whether the answer stands in the row as it was written, without one."""
    stood = Stood.read(record.get("stood"))
    says = print_of("", record.get("reason"), record.get("note"))
    return stood is not None and stood.print == says


def filled(record: Record) -> tuple[str, ...]:
    return tuple(map(record.get, FILLED))


def compared(
    given: Change, stood: Stood | None, pieces: Iterable[Evidence], record: Record
) -> Change | None:
    """The change that a row makes; None where it makes none."""
    answer = given.answer
    says, stands = print_of(given.value, given.reason, given.note), bare_print(answer)
    attached = {use.evidence_id for use in answer.on_file}
    new = tuple(piece for piece in pieces if piece.pk not in attached)
    confirms = (
        answer.to_confirm and known_confirmations().get(alike(record.get("confirm"))) == "yes"
    )
    rewritten = says != stands and (stood is None or says != stood.print)
    if not (rewritten or confirms or new):
        return None
    if not rewritten:
        given = replace(given, value=answer.value, reason=answer.reason, note=answer.note)
    moved = answer.counts if stood is None else stood.print != stands
    clash = moved and (rewritten or confirms)
    return replace(given, evidence=new, writes=rewritten or confirms, clash=clash)


@dataclass
class Taken:
    """What went in, and the references of answers that somebody changed after the preview."""

    answers: int = 0
    attached: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """A change as a preview showed it, of an answer at `revision`."""

    answer: int
    revision: int
    value: str
    reason: str
    note: str
    evidence: tuple[UUID, ...]
    writes: bool  # the answer itself, not only its evidence


def take(draft: Assessment, changes: Iterable[Wanted], *, by: User, at: datetime) -> Taken:
    """Write what a preview showed, in one go; what was changed since stays and is told.

    The number of statements does not grow with the changes, but by one for each 200.
    """
    draft.may_fill(by=by, at=at)
    wanted = {change.answer: change for change in changes}
    taken, written, uses = Taken(), [], []
    with transaction.atomic():
        draft.lock_draft()
        named = {key for change in wanted.values() for key in change.evidence}
        shelf = draft.release.solution.organisation.evidence.on_file()
        there = set(shelf.filter(pk__in=named).values_list("pk", flat=True))
        for answer in draft.answers.filter(pk__in=wanted).with_evidence().in_order():
            change = wanted[answer.pk]
            if answer.revision != change.revision or withdrawn(answer):
                taken.left.append(answer.criterion.ref)
                continue
            if change.writes:
                texts = {"value": change.value, "reason": change.reason, "note": change.note}
                for name, stands in answer.given(**texts, by=by, at=at).items():
                    setattr(answer, name, stands)
                answer.revision += 1
                written.append(answer)
            uses += [
                EvidenceUse(answer=answer, evidence_id=key)
                for key in change.evidence
                if key in there
            ]
        answer_history.keep_all(written, by=by, at=at)
        Answer.objects.bulk_update(written, FIELDS, batch_size=200)
        EvidenceUse.objects.bulk_create(uses, ignore_conflicts=True)
    taken.answers, taken.attached = len(written), len(uses)
    return taken
