"""A draft bid as the tender's form: a workbook filled with what stands, and read back in.

What does not fit is said by sheet and cell; what a file would change is taken whole, or not at all
(rule R75).
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext, override

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict
from certcentre.log.models import stored
from certcentre.plain_text import plain
from certcentre.tables.headings import (
    EDGES,
    UNLIKE,
    Record,
    Table,
    alike,
    at_cell,
    bare,
    said_at,
    under_headings,
    unlike,
)
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import Book, Foreign, Kind, Remark, Sheet, Unreadable, place
from tenders import annex, paper_languages
from tenders.amounts import amount_written
from tenders.bids.bid import Bid
from tenders.bids.offered import Line, require_answerable
from tenders.bids.reply import Reply
from tenders.bids.response import Response
from tenders.export import xlsx
from tenders.requirements import LONGEST, Requirement
from tenders.tender import Tender

LARGEST = 5 * 1024 * 1024
WRITTEN = ("response", "proof", "offered")  # the bidder's columns
COLUMNS = ("ref", *WRITTEN)
NEEDED = set(COLUMNS)
PRICED = ("price", "currency")
WORDS = [each.annex for each in paper_languages.LANGUAGES.values()]
HEADINGS = {alike(xlsx.heading(words, name)): name for words in WORDS for name, _ in xlsx.COLUMNS}
LEVELS = tuple(words[f"al{level}"] for words in WORDS for level in (1, 2, 3, 4))
RECORD = {alike(words[name]): name for words in WORDS for name in ("reference", "digest")}


@cache
def known_answers() -> dict[str, str]:
    """The answers as the form and the pages of a bid say them, in each language of theirs."""
    known = {alike(words[each]): each for words in WORDS for each in annex.ANSWERS}
    for language in paper_languages.LANGUAGES:
        with override(language):
            known |= {alike(str(each.label)): each.value for each in Response}
    return known


@dataclass(frozen=True)
class Change:
    """An answer that a file says otherwise than the bid."""

    line: Line
    response: str  # as `Reply` keeps it: empty where the products answer
    words: str

    @property
    def shown(self) -> Line:
        """The line as it would be."""
        return self.line.saying(self.response, self.words)


@dataclass
class Preview:
    """What a file would change, what in it does not fit, and what is left out of it."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    elsewhere: int = 0  # answers to other lots of the tender
    problems: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def tree_of(bid: Bid) -> annex.Annex:
    return annex.build(json.loads(stored(bid.tender.body or b"{}")), bid.tender.digest)


def write(bid: Bid, lines: Sequence[Line]) -> bytes:
    """The form of the bid's lot, filled with what stands."""
    tree = tree_of(bid)
    lot = replace(tree, lots=(tree.lots[bid.lot.number - 1],))
    products = bid.releases.select_related("solution").order_by("solution__name", "pk")
    about = {
        "bidder": bid.bidder,
        "solution": "\n".join(str(release) for release in products),
        f"price {bid.lot.number}": str(bid.price) if bid.price is not None else "",
        f"currency {bid.lot.number}": bid.currency,
    }
    rows = {line.ref: cells(line, tree.labels) for line in lines}
    return xlsx.write(lot, filled=xlsx.Filled(about, rows))


def cells(line: Line, words: Mapping[str, str]) -> tuple[str, str, str]:
    """Response, reference to proof, and what is offered instead."""
    response = words[line.response] if line.response else ""
    own = line.words.strip(EDGES)
    if line.answered_by_hand and line.response != Response.EQUIVALENT:
        return response, own, ""
    return response, proof(line, words), own


def proof(line: Line, words: Mapping[str, str]) -> str:
    """The number of what stands for it, with its level; empty where nothing does."""
    claim = line.claim
    level = words.get(f"al{claim.assurance}", "") if claim else ""
    return f"{claim.source}, {level}" if claim and level else ""


def read(data: bytes, bid: Bid, lines: Sequence[Line]) -> Preview:
    """Compare a file with what the bid says. Unreadable if it is not this bid's form."""
    book = read_book(data)
    require_form_of(bid.tender, book, instead=gettext("Take the form from this page."))
    if bid.lot.about_products and not any(line.product for line in lines):
        words = gettext("Choose the products that you offer first: what they declare answers most.")
        raise Unreadable(words)
    tree, preview = tree_of(bid), Preview(remarks=book.remarks)
    answered = {line.ref: line for line in lines}
    others = {row.ref for row in tree.rows} - answered.keys()
    given: set[str] = set()
    for record in table_of(book, tree.labels):
        ref, filled = record.get("ref"), any(map(record.get, WRITTEN))
        if ref in others:
            preview.elsewhere += filled
            continue
        line = answered.get(ref)
        if problem := misplaced(ref, line, again=ref in given):
            preview.problems.append(at_cell(record, "ref", problem))
        elif line and (filled or record.kinds):
            take(preview, record, line, tree.labels)
        elif line:
            preview.same += 1
        given.add(ref)
    about, _twice = written_on(book, [bid.lot.number])
    price, currency = (about.get(f"{name} {bid.lot.number}", Cell()) for name in PRICED)
    stands = alike(currency.text) in ("", alike(bid.currency))
    if not stands or (price.filled and price.amount != bid.price):
        why = gettext("left as they are here; change them where you say what you offer")
        where = tuple(each.where for each in (price, currency) if each.filled)
        preview.remarks.append(Remark(gettext("Price and currency"), why, where, lost=True))
    return preview


def read_book(data: bytes) -> Book:
    """The tables of a form that comes back."""
    try:
        return read_tables(data, largest=LARGEST, hidden=True)  # filters hide rows, and they count
    except Foreign as other:
        words = gettext("This is %(kind)s. Bring the form as a workbook (XLSX).")
        raise Unreadable(words % {"kind": other.kind}) from other


def require_form_of(tender: Tender, book: Book, *, instead: str) -> None:
    """Refuse what is not the form of this version, byte for byte; in words that say whose it is,
    and then what to do `instead`."""
    record = record_of(book)
    if record.get("digest") == tender.digest:
        return
    if "reference" not in record:
        raise Unreadable(gettext("This is not the form of a tender."), instead)
    known: dict[str, Any] = {"given": record["reference"][:60], "reference": tender.reference}
    if "digest" not in record:
        words = gettext("This form is of a draft of %(given)s.")
        raise Unreadable(words % known, instead)
    versions = Tender.objects.of_line(tender.line).published().defer("body")
    if other := versions.filter(digest=record["digest"]).first():
        known |= {"version": other.version, "asked": tender.version}
        words = gettext(
            "This is the form of version %(version)s (%(given)s); what is answered is version "
            "%(asked)s (%(reference)s)."
        )
    elif record["reference"] == tender.reference:
        words = gettext("The digest in this form is not that of %(reference)s.")
    else:
        words = gettext("This is the form of %(given)s; what is answered is %(reference)s.")
    raise Unreadable(words % known, instead)


def record_of(book: Book) -> dict[str, str]:
    """Reference and digest, as the record on the first sheet says them."""
    sheet = first_sheet(book)
    named = {RECORD.get(alike(bare(row.text(0)))): bare(row.text(1)) for row in sheet.rows}
    return {name: text for name, text in named.items() if name and text}


def first_sheet(book: Book) -> Sheet:
    """The one with the record, wherever it stands now; an empty one where none has it."""
    for sheet in book.sheets:
        if any(alike(bare(row.text(0))) in RECORD and row.text(1) for row in sheet.rows):
            return sheet
    return Sheet()


@dataclass(frozen=True)
class Cell:
    """What a bidder wrote on the first sheet, and where. `exact`: a number that the sheet shows
    otherwise, as it counts."""

    text: str = ""
    where: str = ""
    kind: Kind | None = None
    exact: str = ""

    @property
    def filled(self) -> bool:
        return bool(self.text or self.kind)

    @property
    def amount(self) -> Decimal | None:
        return amount_written(self.exact or self.text)


def written_on(book: Book, numbers: Sequence[int]) -> tuple[dict[str, Cell], list[str]]:
    """What is written about bidder and prices of these lots, by the names of `xlsx.written_about`;
    and what stands twice, each time otherwise."""
    labels = {
        alike(label): name
        for words in WORDS
        for name, label in xlsx.written_about(words, numbers).items()
    }
    cells: dict[str, Cell] = {}
    twice = []
    sheet = first_sheet(book)
    for row in sheet.rows:
        if name := labels.get(alike(bare(row.text(0)))):
            where = place(sheet.name, row.number, 1)
            cell = Cell(bare(row.text(1)), where, row.kinds.get(1), row.exact.get(1, ""))
            if replace(cells.setdefault(name, cell), where=where) != cell:
                twice.append(said_at(where, gettext("it stands twice in the file")))
    return cells, twice


def table_of(book: Book, labels: Mapping[str, str]) -> Table:
    """The requirements, on whichever sheet they stand."""
    for sheet in book.sheets:
        table = under_headings(sheet, lambda head: HEADINGS.get(alike(head), ""), NEEDED.issubset)
        if table:
            return table
    columns = ", ".join(xlsx.heading(labels, name) for name in COLUMNS)
    words = gettext("No sheet of it has the columns %(columns)s.")
    raise Unreadable(words % {"columns": columns})


def misplaced(ref: str, line: Line | None, *, again: bool) -> str:
    """Why a row is none of the lot's; empty where it is one."""
    if again and ref:
        return gettext("“%(ref)s” stands twice in the file") % {"ref": ref[:60]}
    if line is None:
        known = {"ref": ref[:60]}
        return gettext("“%(ref)s” is none of the references of the tender") % known
    return ""


def take(preview: Preview, record: Record, line: Line, labels: Mapping[str, str]) -> None:
    """One answer: as it stands, changed, or said to be wrong."""
    problems = [at_cell(record, name, why) for name, why in wrong(record, line, labels)]
    if problems:
        preview.problems += problems
        return
    response = answer_in(record)
    if not line.answered_by_hand and response != Response.EQUIVALENT:
        response = ""
    words = words_of(record, line, labels)
    reply = line.reply
    stands = (reply.response if reply else "", plain(line.words.strip(EDGES)))
    if (response, words) == stands:
        preview.same += 1
    else:
        preview.changes.append(Change(line, response, words))


def words_of(record: Record, line: Line, labels: Mapping[str, str]) -> str:
    """The bidder's words: both cells, but for the proof that the portal wrote there itself."""
    written = record.get("proof")
    own = [] if written == proof(line, labels) else [written]
    return "\n\n".join(part for part in (*own, record.get("offered")) if part)


def wrong(record: Record, line: Line, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The columns of a row that do not fit, each with why."""
    yield from unlike(record, COLUMNS)
    yield from no_answer(record, labels)
    response = answer_in(record)
    stands = line.saying("", "").response
    if record.kinds.get("response") in UNLIKE:
        pass
    elif response and not line.answered_by_hand and response not in (stands, Response.EQUIVALENT):
        words = gettext(
            "your products answer this with “%(stands)s”. Write “%(equivalent)s” with what makes "
            "it so, or change what is declared"
        )
        yield "response", words % {"stands": labels[stands], "equivalent": labels["equivalent"]}
    shown, now = record.get("proof"), proof(line, labels)
    if not line.answered_by_hand and shown != now and shown.endswith(LEVELS):
        words = gettext("what stands for it is %(now)s today; empty the cell")
        yield "proof", words % {"now": now or gettext("nothing")}
    yield from many_words(record, words_of(record, line, labels))


def no_answer(record: Record, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A response that is written and is none of the answers."""
    written = record.get("response")
    if written and record.kinds.get("response") not in UNLIKE and not answer_in(record):
        words = gettext("“%(written)s” is none of the answers; write one of these: %(answers)s")
        answers = " · ".join(labels[each] for each in annex.ANSWERS)
        yield "response", words % {"written": written[:60], "answers": answers}


def answer_in(record: Record) -> str:
    """The answer that a row gives, empty where it is none."""
    return known_answers().get(alike(record.get("response")), "")


def many_words(record: Record, words: str) -> Iterator[tuple[str, str]]:
    """Words of a row that are more than a bid holds, at the longer of their cells."""
    if problem := too_long(len(words)):
        yield max(("proof", "offered"), key=lambda name: len(record.get(name))), problem


def too_long(length: int) -> str:
    """Empty where it is not."""
    words = gettext("%(length)s letters in its words; at most %(most)s")
    return words % {"length": f"{length:,}", "most": f"{LONGEST:,}"} if length > LONGEST else ""


def written(bid: Bid) -> int:
    """How often somebody wrote in the bid."""
    rows = Bid.objects.filter(pk=bid.pk).annotate(answers=Sum("replies__revision"))
    revision, answers = rows.values_list("revision", "answers").get()
    return revision + int(answers or 0)


def say_all(
    bid: Bid,
    answers: Mapping[uuid.UUID, tuple[str, str]],
    *,
    by: User,
    at: datetime,
    since: int,
) -> None:
    """Answer many requirements, or none: response and words by the key of each.

    Conflict where somebody wrote in the bid after it had been `written` so often.
    """
    with bid.filled(by=by, at=at):
        if written(bid) != since:
            raise Conflict(Bid.objects.whole().get(pk=bid.pk))
        revisions = dict(bid.replies.values_list("requirement_id", "revision"))
        for asked in Requirement.objects.filter(lot=bid.lot_id, pk__in=answers):
            asked.lot = bid.lot
            response, words = answers[asked.pk]
            require_answerable(bid, asked, response)
            revision = revisions.get(asked.pk, 0)
            Reply.keep(bid.pk, asked, revision=revision, response=response, words=words)
