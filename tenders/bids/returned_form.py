"""The form of a tender as a bidder returned it, who is not here: read cell by cell (rule R80).

What does not fit is said by sheet and cell, and what is empty is empty: nothing is filled in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext

from certcentre.log.models import digest
from certcentre.places import folded
from certcentre.plain_text import plain
from certcentre.received_files import Unwelcome, media_type
from certcentre.tables.headings import UNLIKE, Record, at_cell, said_at, unlike
from certcentre.tables.rows import Book, Remark, Unreadable
from tenders import annex
from tenders.amounts import CurrencyField, no_amount
from tenders.bids.bid import Bid
from tenders.bids.form_file import (
    COLUMNS,
    PRICED,
    WRITTEN,
    Cell,
    answer_in,
    many_words,
    misplaced,
    no_answer,
    read_book,
    require_form_of,
    table_of,
    too_long,
    written_on,
)
from tenders.bids.offered import Line
from tenders.bids.received import Received
from tenders.bids.response import Response
from tenders.lot import Lot
from tenders.tender import Tender

LONGEST_NAME = int(Bid._meta.get_field("bidder_name").max_length or 0)
LONGEST_FILE_NAME = 120  # letters of it that are kept


@dataclass
class Part:
    """What a form offers for one lot. `answers`: response and words by the id of a requirement."""

    price: Decimal | None = None
    currency: str = ""
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def counted(self) -> list[tuple[str, int]]:
        """How many answers there are of each kind, in words."""
        given = [response for response, _words in self.answers.values()]
        return [(str(each.label), given.count(each)) for each in Response if each in given]


@dataclass
class Returned:
    """A returned form: whose it is, what it offers for each lot by number, what does not fit; and,
    once somebody said it, when and how it came."""

    name: str  # of the file
    digest: str  # SHA-256 of the file, hexadecimal
    bidder: str = ""
    offer: str = ""  # solution and release, as the bidder wrote them
    parts: dict[int, Part] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    mends: bool = False  # the bidder mends what does not fit, cell by cell
    remarks: list[Remark] = field(default_factory=list)
    received: Received | None = None
    file: File | None = None  # the form itself
    annexes: list[File] = field(default_factory=list)  # what came with it
    aside: str = ""  # where the form lies until it is taken in

    def written(self) -> list[Any]:
        """As JSON, for `again`: what the file says."""
        parts = [
            [number, str(part.price), part.currency, part.answers]
            for number, part in self.parts.items()
        ]
        return [self.name, self.digest, self.aside, self.bidder, self.offer, parts]

    @classmethod
    def again(cls, written: Sequence[Any]) -> "Returned":
        """What was `written`, which had no problem."""
        name, form_digest, aside, bidder, offer, parts = written
        offers = {
            number: Part(
                Decimal(price), currency, {key: (each[0], each[1]) for key, each in answers.items()}
            )
            for number, price, currency, answers in parts
        }
        return cls(name, form_digest, bidder, offer, offers, aside=aside)


class Bidders:
    """Whose bids for which lot stand already, by the key of the lot."""

    def __init__(self, lots: Sequence[Lot]) -> None:
        self.names: dict[int, dict[str, str]] = {}  # each with its file, where it comes in this go
        self.forms: dict[int, set[str]] = {}
        for lot in lots:
            rows = Bid.objects.filter(lot__in=lot.line_of_lots, status__in=Bid.STANDS).whole()
            self.names[lot.pk] = {folded(bid.bidder): "" for bid in rows if not bid.made_way}
            self.forms[lot.pk] = {bid.form_digest for bid in rows}

    def clash(self, lot: Lot, form: Returned) -> str:
        """Why this form is no further bid for a lot; empty where it is one."""
        known = {"bidder": form.bidder, "lot": lot.number}
        if form.digest in self.forms[lot.pk]:
            return gettext("Lot %(lot)d: this file was brought already.") % known
        file = self.names[lot.pk].get(folded(form.bidder))
        if file:
            known["file"] = file
            words = gettext("Lot %(lot)d: “%(file)s”, which you bring too, is of “%(bidder)s”.")
            return words % known
        if file is not None:
            words = gettext("Lot %(lot)d: a bid of “%(bidder)s” stands there already.")
            return words % known
        return ""

    def add(self, lot: Lot, form: Returned) -> None:
        self.names[lot.pk][folded(form.bidder)] = form.name
        self.forms[lot.pk].add(form.digest)


Lines = Mapping[int, Sequence[Line]]  # of each lot, by its number


def read_all(
    files: Sequence[tuple[str, bytes]],
    tender: Tender,
    tree: annex.Annex,
    lots: Sequence[Lot],
    lines: Lines,
) -> list[Returned]:
    """Each file with what it offers, or what in it does not fit. `files`: names and contents.

    The number of statements does not grow with files or answers.
    """
    bidders, forms = Bidders(lots), []
    for name, data in files:
        form = Returned(plain(name)[:LONGEST_FILE_NAME], digest(data))
        form.file = ContentFile(data, form.name)
        try:
            if not data:
                raise Unreadable(gettext("The file is empty."))
            read_tables_of(form, data, tender, tree, lines)
            form.mends = bool(form.problems)
            media_type(form.file, form.name)
        except Unwelcome as unwelcome:
            form.problems.append(str(unwelcome))
        except Unreadable as error:
            form.problems += error.reasons
        for lot in lots:
            if lot.number not in form.parts:
                continue
            if not lot.is_open:
                words = gettext("Lot %(lot)d stands at “%(state)s”; no bid is taken for it.")
                known = {"lot": lot.number, "state": lot.get_status_display()}
                form.problems.append(words % known)
            elif problem := bidders.clash(lot, form):
                form.problems.append(problem)
        if not form.problems:
            for lot in lots:
                if lot.number in form.parts:
                    bidders.add(lot, form)
        forms.append(form)
    return forms


def read_tables_of(
    form: Returned, data: bytes, tender: Tender, tree: annex.Annex, lines: Lines
) -> None:
    """Read one file into `form`. Unreadable where it is not the form of this tender."""
    book = read_book(data)
    form.remarks = book.remarks
    instead = gettext("Ask the bidder for the form that %(reference)s has on its page.")
    require_form_of(tender, book, instead=instead % {"reference": tender.reference})
    cells = read_about(form, book, tree)
    table = table_of(book, tree.labels)
    answered = {line.ref: (number, line) for number, each in lines.items() for line in each}
    rows: dict[str, Record] = {}
    for row in table:
        ref = row.get("ref")
        line = answered[ref][1] if ref in answered else None
        if problem := misplaced(ref, line, again=ref in rows):
            form.problems.append(at_cell(row, "ref", problem))
        else:
            rows[ref] = row
    for number, asked in lines.items():
        price, currency = (cells.get(f"{name} {number}", Cell()) for name in PRICED)
        own = {line.ref: rows[line.ref] for line in asked if line.ref in rows}
        if price.filled or any(each.kinds or any(map(each.get, WRITTEN)) for each in own.values()):
            part = form.parts[number] = Part()
            part.price = priced(form, price, tree.labels["price"].format(number=number))
            part.currency = currency_of(
                form, currency, tree.labels["currency"].format(number=number)
            )
            if part.currency and tender.currency not in ("", part.currency):
                why = gettext("not %(currency)s; bids in several currencies get no points")
                known = {"currency": tender.currency}
                form.remarks.append(Remark(gettext("Currency"), why % known, (currency.where,)))
            for line in asked:
                take(form, part, line, own.get(line.ref), table.sheet, tree.labels)
    if not form.parts:
        form.problems.append(gettext("Nothing is answered in it, and no price is said."))


def read_about(form: Returned, book: Book, tree: annex.Annex) -> dict[str, Cell]:
    """What is written about bidder and prices, on the first sheet."""
    cells, twice = written_on(book, [lot.number for lot in tree.lots])
    form.problems += twice
    bidder = cells.get("bidder", Cell())
    label = tree.labels["bidder"]
    if words := unfit(bidder, label, gettext("the name of the bidder is missing")):
        form.problems.append(words)
    elif len(bidder.text) > LONGEST_NAME:
        words = gettext("%(length)s letters in the name; at most %(most)s")
        known = {"length": len(bidder.text), "most": LONGEST_NAME}
        form.problems.append(said_at(bidder.where, words % known))
    else:
        form.bidder = " ".join(bidder.text.split())
    solution = cells.get("solution", Cell())
    if solution.kind in UNLIKE:
        form.problems.append(said_at(solution.where, str(UNLIKE[solution.kind])))
    form.offer = solution.text
    if problem := too_long(len(form.offer)):
        form.problems.append(said_at(solution.where, problem))
    return cells


def unfit(cell: Cell, label: str, missing: str) -> str:
    """Why a cell that must be filled is not, with its place; empty where it is."""
    if not cell.where:
        return gettext("No row of the first sheet says “%(label)s”.") % {"label": label}
    if cell.kind in UNLIKE:
        return said_at(cell.where, str(UNLIKE[cell.kind]))
    return "" if cell.text else said_at(cell.where, missing)


def priced(form: Returned, cell: Cell, label: str) -> Decimal | None:
    """The price of a lot; a problem where none is said."""
    if words := unfit(cell, label, gettext("the price is missing")):
        form.problems.append(words)
        return None
    if cell.amount is None:
        form.problems.append(said_at(cell.where, no_amount(cell.exact or cell.text)))
    return cell.amount


def currency_of(form: Returned, cell: Cell, label: str) -> str:
    if words := unfit(cell, label, gettext("the currency is missing")):
        form.problems.append(words)
        return ""
    try:
        return CurrencyField().clean(cell.text)
    except forms.ValidationError as error:
        form.problems.append(said_at(cell.where, " ".join(error.messages)))
        return ""


def take(
    form: Returned,
    part: Part,
    line: Line,
    row: Record | None,
    sheet: str,
    labels: Mapping[str, str],
) -> None:
    """One answer, or why it is none."""
    if row is None:
        known = {"sheet": sheet, "ref": line.ref}
        form.problems.append(gettext("“%(sheet)s”: the row of %(ref)s is missing") % known)
        return
    response = answer_in(row)
    words = "\n\n".join(filter(None, (row.get("proof"), row.get("offered"))))
    if problems := list(wrong(row, line.saying(response, words), labels)):
        form.problems += [at_cell(row, name, why) for name, why in problems]
    else:
        part.answers[str(line.requirement.pk)] = (response, words)


def wrong(row: Record, line: Line, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The columns of a row that do not fit, each with why. `line` says what the row does."""
    odd = list(unlike(row, COLUMNS))
    yield from odd
    yield from no_answer(row, labels)
    if not row.get("response") and "response" not in dict(odd):
        yield "response", gettext("no answer")
    elif answer_in(row) and line.lacks_words and not odd:
        yield "proof", gettext("no words, and somebody reads how it is so")
    yield from many_words(row, line.words)


def complete(part: Part, lines: Sequence[Line]) -> list[Line] | None:
    """The lines of a lot with these answers; None where one is missing or says too little."""
    answers = {UUID(key): answer for key, answer in part.answers.items()}
    if answers.keys() != {line.requirement.pk for line in lines} or part.price is None:
        return None
    if not all(response in Response.values for response, _words in answers.values()):
        return None
    made = [line.saying(*answers[line.requirement.pk]) for line in lines]
    return None if any(line.open for line in made) else made
