"""Forms that bidders returned, as workbooks and as they are read."""

import io
import json
from datetime import timedelta

from openpyxl import load_workbook

from certcentre.log.models import stored
from tenders import annex
from tenders.bids.bringing import asked_in, bring, lots_of
from tenders.bids.received import Received
from tenders.bids.returned_form import read_all
from tenders.exporting import export
from tests.make.accounts import member
from tests.make.bids import CLOSES

FIRST, ANSWERS = 0, 1  # sheets
IN_TIME = CLOSES - timedelta(hours=3)


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


def came(*, at=IN_TIME, way="post", late=""):
    """That a form came a while before bids closed."""
    return Received(at, way, late)


def read_returned(asked, *files, at=CLOSES):
    """What the portal reads in the files, each with its name, and that all came in time; the first
    is `form-1.xlsx`."""
    tree = annex.build(json.loads(stored(asked.body)), asked.digest)
    lots = lots_of(asked)
    lines = {lot.number: asked_in(lot, at=at) for lot in lots}
    named = [(f"form-{number}.xlsx", data) for number, data in enumerate(files, start=1)]
    forms = read_all(named, asked, tree, lots, lines)
    in_time = asked.deadline - timedelta(hours=3) if asked.deadline else at
    for form in forms:
        form.received = came(at=min(at, in_time))
    return forms


def brought(asked, *, at=CLOSES, by=None, received=None, confirmed=True, **filled):
    """The bids of one returned form, brought by the buyer's person and confirmed by a colleague."""
    forms = read_returned(asked, returned(asked, **filled), at=at)
    assert not forms[0].problems, forms[0].problems
    forms[0].received = received or forms[0].received
    bids = bring(asked, forms, by=by or asked.person, at=at)
    return confirm(bids, at=at) if confirmed else bids


def confirm(bids, *, at=CLOSES):
    """The same bids once a colleague has seen their paper."""
    bringing = bids[0].bringing
    bringing.confirm(by=member(bringing.tender.buyer, "editor"), at=at)
    for bid in bids:
        bid.refresh_from_db()
    return bids
