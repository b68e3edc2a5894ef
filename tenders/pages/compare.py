"""The bids for a lot beside each other, for the buyer's people, once they are opened."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre import zones
from certcentre.abilities import Reader, abilities
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import disagrees
from certcentre.limits import limited
from certcentre.tables.writing import (
    XLSX,
    Column,
    Formula,
    Page,
    Styled,
    Value,
    as_xlsx,
    letters,
    quoted,
)
from tenders import scoring
from tenders.bids import self_declaration
from tenders.bids.answers import Cell
from tenders.bids.comparison import Comparison, compared
from tenders.bids.comparison_words import without_order
from tenders.bids.evaluation import Evaluation, as_logged, evaluated
from tenders.bids.given import read
from tenders.bids.opening import Opening
from tenders.lot import Lot
from tenders.pages.bids import bids_trail
from tenders.pages.fetching import lot_in, reads_bids, visible
from tenders.tender import Tender

FIRST = 5  # column of a workbook with which the bids begin


def read_tender(request: HttpRequest, reference: str) -> tuple[Tender, Opening | None]:
    """A tender whose bids the person compares, and their opening, if they were not all brought;
    404 for others."""
    tender = visible(request, reference)
    opening = Opening.objects.filter(tender=tender, status=Opening.Status.HELD).first()
    if not reads_bids(tender, signed_in_user(request), opened=bool(opening)):
        raise Http404
    if opening:
        opening.tender = tender
    return tender, opening


def read_lot(request: HttpRequest, reference: str, pk: int) -> tuple[Opening | None, Lot]:
    """A lot whose bids the person may compare."""
    tender, opening = read_tender(request, reference)
    return opening, lot_in(tender, pk)


@require_safe
def lot_compare(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What each bid says of each requirement, and the points so far."""
    user = signed_in_user(request)
    with user.memberships_read_once():
        opening, lot = read_lot(request, reference, pk)
        given = read(lot)
        comparison = compared(lot, given.shown_to(user))
        evaluation = lot.evaluation
        may = evaluating(lot, evaluation, user, at=timezone.now())
    context = {
        "tender": lot.tender,
        "lot": lot,
        "opening": opening,
        "compared": comparison,
        "unordered": without_order(comparison, unseen=given.hidden_from(user), over=lot.is_over),
        "unseen": given.hidden_from(user),
        "may": may,
        "evaluation": evaluation,
        "evaluation_vouched": evaluation is None or all(as_logged([evaluation])),
        "groups": [
            (gettext("Fails a must"), comparison.fails),
            (gettext("Differs"), comparison.differs),
        ],
        "trail": bids_trail(lot.tender),
    }
    return render(request, "tenders/compare.html", context)


def evaluating(
    lot: Lot, evaluation: Evaluation | None, user: Reader, *, at: datetime
) -> dict[str, bool]:
    """Which steps of its evaluation and award somebody may take."""
    may = dict(abilities(lot, user, at=at, of=("award", "close", "cancel")).may)
    if evaluation:
        evaluation.lot = lot
        may |= abilities(evaluation, user, at=at).may
    return may


@limited("export")
@require_safe
def lot_compare_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The same as a workbook in which points can be given, and totals add themselves up."""
    _opening, lot = read_lot(request, reference, pk)
    comparison = compared(lot, read(lot).shown_to(signed_in_user(request)))
    if not comparison.vouched:
        raise disagrees(reference)
    closings = evaluated([lot])[lot.pk]
    answer = HttpResponse(workbook(comparison, lot.tender, closings), content_type=XLSX)
    name = f"{reference}-L{lot.number}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def workbook(comparison: Comparison, tender: Tender, closings: Sequence[Evaluation] = ()) -> bytes:
    """The points of each bid, what each says of each requirement, and when it was evaluated."""
    names = (gettext("Points"), gettext("Requirements"))
    points = Page(
        names[0],
        points_rows(comparison, quoted(names[1])),
        [Column(18), Column(30), *[Column(16)] * 7, Column(30)],
        protected=True,
        tall=True,
    )
    asked = Page(
        names[1],
        asked_rows(comparison),
        [*map(Column, (10, 40, 18, 8, 8)), *map(Column, (34, 8, 9) * len(comparison.columns))],
        frozen=2,
        protected=True,
        tall=True,
    )
    about = {"title": f"{tender.reference} {tender.title}", "author": tender.buyer.name}
    closed = Page(gettext("Evaluation"), closing_rows(closings), [*map(Column, (30, 60))])
    declared = Page(
        gettext("Self-declaration"),
        declared_rows(comparison),
        [*map(Column, (50, 18, 24, 60))],
        tall=True,
    )
    sheets = [points, asked, *([declared] if comparison.declared else ())]
    return as_xlsx([*sheets, *([closed] if closings else ())], properties=about)


def declared_rows(comparison: Comparison) -> Iterator[Sequence[Value]]:
    """What each bid declares of each ground, what applies or is not met first."""
    yield gettext("Ground"), gettext("Bid"), gettext("Declared"), gettext("In words")
    yield from self_declaration.lines(comparison.declared)


def closing_rows(closings: Sequence[Evaluation]) -> Iterator[Sequence[Value]]:
    """When the evaluation was closed, by whom, and why it was opened again."""
    yield gettext("When"), gettext("What")
    for each in closings:
        tender = each.lot.tender
        closed = gettext("Closed by %(name)s. SHA-256 %(digest)s")
        about = {"name": each.content["by"], "digest": each.digest}
        yield zones.written(each.closed_at, tender.zone), closed % about
        if each.reopened_at:
            again = gettext("Opened again: %(why)s") % {"why": each.reopened_because}
            yield zones.written(each.reopened_at, tender.zone), again


def points_rows(comparison: Comparison, sheet: str) -> Iterator[Sequence[Value]]:
    """Each bid with the points of its price, its quality, total and place."""
    priced = " ".join((gettext("Price"), *comparison.currencies)) if comparison.scored else ""
    yield (
        *(gettext("Bid"), gettext("Bidder"), priced or gettext("Price")),
        gettext("Points for quality"),
        *(gettext("Compared price"), gettext("Points for the price")),
        *(gettext("Total"), gettext("Place"), gettext("To be scored")),
        gettext("Why it is not considered"),
    )
    last = 1 + len(comparison.columns)
    for at, column in enumerate(comparison.columns):
        head = (column.bid.number, column.bid.bidder)
        if not column.placed or not comparison.award:
            yield (*head, column.price, *[None] * 6, column.left_out)
            continue
        line, price = at + 2, Decimal(column.content["price"])
        points = letters(FIRST + 3 * at + 2)
        points = f"{sheet}!{points}2:{points}{1 + len(comparison.rows)}"
        compares = f"IF(ISNUMBER(E{line}),{price_points(comparison, line, last)},0)"
        few = f"D{line}<{scoring.least_quality(comparison.rules)}"
        below = scored_below(comparison, at, sheet)
        open_ones = f"{column.pointed}-COUNT({points})"
        considered = column.placed.place is not None
        yield (
            *(*head, price, Formula(f"=ROUND(SUM({points}),2)", column.quality)),
            Formula(f'=IF(OR({few},{below}>0),"",C{line})', price if considered else ""),
            Formula(f"={compares}", column.placed.price),
            Formula(f"=ROUND(D{line}+F{line},2)", column.placed.total),
            Formula(place(line, last), column.placed.place or "" if comparison.complete else ""),
            Formula(f"=IF({below}>0,0,{open_ones})", column.awaited if considered else 0),
            Formula(why_not(comparison, at, sheet, last), column.left_out),
        )


def score_column(at: int) -> str:
    """Where the scores of a bid stand, by its place."""
    return letters(FIRST + 3 * at + 1)


def scored_below(comparison: Comparison, at: int, sheet: str) -> str:
    """How many scores of a bid are below the least of their question."""
    last, scores, least = 1 + len(comparison.rows), score_column(at), letters(FIRST - 1)
    scores, least = (f"{sheet}!{each}2:{each}{last}" for each in (scores, least))
    return f"SUMPRODUCT(ISNUMBER({scores})*ISNUMBER({least})*({scores}<{least}))"


def why_not(comparison: Comparison, at: int, sheet: str, last: int) -> str:
    """The words for a bid that scores too little, naming each question of a least score."""
    scores, least = score_column(at), letters(FIRST - 1)
    refs = "".join(
        f"&IF(COUNT({sheet}!{scores}{line})*({sheet}!{scores}{line}<{sheet}!{least}{line}),"
        f'" {row.asked.ref}","")'
        for line, row in enumerate(comparison.rows, start=2)
        if row.least
    )
    below, few = (
        words.replace('"', '""')
        for words in (gettext("scores below the least of"), gettext("too few points for quality"))
    )
    least_points = scoring.least_quality(comparison.rules)
    too_few = f'IF(AND(D{at + 2}<{least_points},SUM(I$2:I${last})=0),"{few}","")'
    return f'=IF({scored_below(comparison, at, sheet)}>0,"{below}"{refs},{too_few})'


def price_points(comparison: Comparison, line: int, last: int) -> str:
    """As `scoring.for_prices` has it, of the lowest price that is compared."""
    lowest, weight = f"MIN(E$2:E${last})", comparison.rules.price
    if comparison.rules.formula == scoring.RATIO:
        share = f"{weight}*{lowest}/E{line}"
    else:
        share = f"IF({lowest}=0,0,MAX({weight}*(2-E{line}/{lowest}),0))"
    return f"IF(E{line}={lowest},{weight},ROUND({share},2))"


def place(line: int, last: int) -> str:
    """One more than there are bids before it: by total, then quality, then the lower price; none
    while something is to be scored."""
    total, quality, price = (f"{name}$2:{name}${last}" for name in "GDE")
    own = {name: f"{name}{line}" for name in "GDE"}
    before = (
        f"({total}>{own['G']})+({total}={own['G']})*({quality}>{own['D']})"
        f"+({total}={own['G']})*({quality}={own['D']})*({price}<{own['E']})"
    )
    ranked = f"1+SUMPRODUCT(ISNUMBER({price})*({before}))"
    return f'=IF(AND(ISNUMBER({own["E"]}),SUM(I$2:I${last})=0),{ranked},"")'


def asked_rows(comparison: Comparison) -> Iterator[Sequence[Value]]:
    """Each requirement with what each bid says, the score that people give, and its points."""
    head: list[Value] = [gettext("Reference"), gettext("Requirement")]
    head += [gettext("Obligation"), gettext("Points"), gettext("Least score")]
    for column in comparison.columns:
        head += [f"{column.bid.number} {column.bid.bidder}"]
        head += [gettext("Score"), gettext("Points")]
    yield head
    for at, row in enumerate(comparison.rows):
        line: list[Value] = [row.asked.ref, row.named, ", ".join(row.asked.obligation)]
        line.append(row.asked.weight if row.asked.scored else None)
        line.append(row.least)
        for number, cell in enumerate(row.cells):
            line += [cell.as_text, *scored_cells(cell, at + 2, FIRST + 3 * number + 1)]
        yield line


def scored_cells(cell: Cell, line: int, column: int) -> tuple[Value, Value]:
    """The score and the points of an answer; open to be filled in where people give them. A must
    earns none: whether it is accepted is said on the page of scores."""
    if cell.score is not None and cell.question:
        mean = Decimal(cell.score.numerator) / Decimal(cell.score.denominator)
        return mean, cell.points
    if not (cell.open and cell.should):
        return None, cell.points
    if not cell.question:
        return None, Styled(None, "open")
    score = f"{letters(column)}{line}"
    right = f"AND(ISNUMBER({score}),{score}>=0,{score}<={scoring.HIGHEST})"
    worked_out = f'=IF({right},ROUND($D{line}*{score}/{scoring.HIGHEST},2),"")'
    return Styled(None, "open"), Formula(worked_out)
