"""Forms that bidders returned, as workbooks and as they are read."""

import io
import json

from openpyxl import load_workbook

from certcentre.log.models import stored
from tenders import annex
from tenders.bids.bringing import asked_in, bring, lots_of
from tenders.bids.returned_form import read_all
from tenders.exporting import export
from tests.make.bids import CLOSES

FIRST, ANSWERS = 0, 1  # sheets


def returned(asked, *, bidder="Example Away Ltd", price="1000", currency="KES", **cells):
    """The portal's own form of a tender as a bidder filled it in, as bytes: for each lot the price,
    and for each requirement that it complies. `cells`: of the sheet of answers, written over."""
    book = load_workbook(io.BytesIO(export(asked, "xlsx")[0]))
    about = {"Bidder": bidder, "Solution and release offered": "Away Reader 3"}
    for row in book.worksheets[FIRST].iter_rows(min_col=1, max_col=2):
        label = str(row[0].value)
        if label in about:
            row[1].value = about[label]
        for name, value in (("Price, lot", price), ("Currency, lot", currency)):
            if label.startswith(name):
                row[1].value = value
    sheet = book.worksheets[ANSWERS]
    for row in range(2, sheet.max_row + 1):
        sheet[f"H{row}"], sheet[f"I{row}"] = "complies", "See page 3."
    for cell, value in cells.items():
        sheet[cell] = value
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_returned(asked, *files, at=CLOSES):
    """What the portal reads in the files, each with its name; the first is `form-1.xlsx`."""
    tree = annex.build(json.loads(stored(asked.body)), asked.digest)
    lots = lots_of(asked)
    lines = {lot.number: asked_in(lot, at=at) for lot in lots}
    named = [(f"form-{number}.xlsx", data) for number, data in enumerate(files, start=1)]
    return read_all(named, asked, tree, lots, lines)


def brought(asked, *, at=CLOSES, by=None, **filled):
    """The bids of one returned form, brought by the buyer's person."""
    forms = read_returned(asked, returned(asked, **filled), at=at)
    assert not forms[0].problems, forms[0].problems
    return bring(asked, forms, by=by or asked.person, at=at)
