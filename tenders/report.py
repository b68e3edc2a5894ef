"""The report of an evaluation as a document (rule R82).

It is computed from frozen bytes as it is asked for: the tender as it was published, bids as
they were handed in or brought, scores as they were given. What a reader may not see yet of what
others gave is left out, and the report says so.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext, ngettext, override

from certcentre.accounts.models import User
from certcentre.lifecycle import disagrees
from certcentre.log.models import stored
from certcentre.places import money
from certcentre.zones import day, written
from tenders import annex, award_words, paper_languages
from tenders.award import Award, as_logged, price_beside
from tenders.bids import self_declaration
from tenders.bids.answers import Column
from tenders.bids.bid import Bid
from tenders.bids.comparison import Comparison, compared
from tenders.bids.comparison_words import without_order
from tenders.bids.evaluation import Evaluation, evaluated
from tenders.bids.given import Given, read
from tenders.bids.minutes import Minutes, invited, of_brought, of_opening
from tenders.enquiry import Enquiry
from tenders.export.printed import Paper, Part, Table, numbered, pairs, plain
from tenders.frozen_body import moment
from tenders.lot import Lot
from tenders.tender import Tender

WIDE_DIGESTS = (22, 78)  # of a table in which digests stay in one line


@dataclass
class Evaluated:
    """A lot with its bids. `unseen`: scores were given that the reader may not see yet."""

    lot: Lot
    comparison: Comparison
    given: Given
    unseen: bool = False
    closings: list[Evaluation] = field(default_factory=list)  # the last one last

    @classmethod
    def of(cls, lot: Lot, reader: User | None = None) -> "Evaluated":
        """By all scores where no reader is named. Refused where the log contradicts the tender."""
        given = read(lot)
        comparison = compared(lot, given.shown_to(reader))
        if not comparison.vouched:
            raise disagrees(lot.tender.reference)
        closings = evaluated([lot])[lot.pk]
        return cls(lot, comparison, given, given.hidden_from(reader), closings)

    @property
    def title(self) -> str:
        words = paper_languages.of(self.lot.tender.language).annex["lot_title"]
        return words.format(number=self.lot.number, title=self.lot.title)

    @property
    def award(self) -> Award | None:
        return getattr(self.lot, "award", None)

    @property
    def price(self) -> str:
        """The price of the bid that was awarded for another amount."""
        if not (award := self.award):
            return ""
        return price_beside(award.bid, award.value, award.currency)


def report(tender: Tender, reader: User, *, at: datetime) -> Paper:
    """The whole evaluation, in the language of the tender.

    The same statements for each lot, whatever the number of its bids and requirements.
    """
    with override(tender.language):
        rows = tender.lots.select_related("award__bid").order_by("number")
        lots = [Evaluated.of(lot, reader) for lot in ends_as_logged(tender, rows)]
        body = json.loads(stored(tender.body or b"{}"))
        about = gettext("Report of the evaluation, as of %(when)s") % {"when": when(tender, at)}
        first = Part(table=pairs(annex.facts(body, tender.language)))
        minutes = of_opening(tender), of_brought(tender)
        return paper(tender, about, first, numbered(parts(tender, lots, *minutes)), at=at)


def paper(
    tender: Tender, about: str, opening: Part, parts: tuple[Part, ...], *, at: datetime
) -> Paper:
    return Paper(
        language=tender.language,
        title=tender.title,
        reference=tender.reference,
        buyer=tender.buyer.name,
        draft="",
        about=about,
        running=f"{tender.reference} · {about}",
        contents=paper_languages.of(tender.language).annex["contents"],
        dated=at,
        opening=opening,
        parts=parts,
    )


def ends_as_logged(tender: Tender, lots: Iterable[Lot]) -> list[Lot]:
    """The lots, each with the tender that was fetched; refused where the log contradicts what
    became of one. One statement."""
    rows = list(lots)
    for lot in rows:
        lot.tender = tender
    if not all(as_logged(rows)):
        raise disagrees(tender.reference)
    return rows


def parts(
    tender: Tender, lots: list[Evaluated], opened: list[Minutes], brought: list[Minutes]
) -> Iterator[Part]:
    course = history(tender, lots, opened, brought)
    yield Part(gettext("What happened"), table=table([34, 66], course))
    yield from invited(tender)
    yield Part(
        gettext("Bids"),
        table=table(
            [18, 7, 27, 22, 14, 12],
            [bid for lot in lots for bid in bids(lot)],
            gettext("Bid"),
            gettext("Lot"),
            gettext("Bidder"),
            gettext("Handed in"),
            gettext("Price"),
            gettext("As logged"),
        ),
    )
    yield Part(gettext("Evaluation"))
    for lot in lots:
        yield from evaluation(lot)
    yield Part(gettext("Award"))
    for lot in lots:
        yield Part(lot.title, 2, table=pairs(came_out(lot)))
    yield from evaluators(lots)
    digests = pairs(record(tender, lots, [*opened, *brought]))
    yield Part(gettext("Record"), table=replace(digests, widths=WIDE_DIGESTS))


def table(widths: list[int], rows: Sequence[tuple[str, ...]], *head: str) -> Table:
    return Table(head, tuple(widths), plain(rows))


def history(
    tender: Tender, lots: list[Evaluated], opened: list[Minutes], brought: list[Minutes]
) -> list[tuple[str, ...]]:
    """The course of the call, day by day, up to what became of each lot."""
    versions = Tender.objects.of_line(tender.line).exclude(published_at=None).order_by("version")
    rows = []
    for version in versions.defer("body"):
        words = gettext("Published, version %(n)d.") % {"n": version.version}
        rows.append(
            (version.published_at, " ".join(filter(None, (words, version.amended_because))))
        )
    rows += [
        (enquiry.closed_at, gettext("A question was answered to all."))
        for enquiry in Enquiry.objects.on(tender).answered()
    ]
    if tender.deadline:
        rows.append((tender.deadline, gettext("Bids closed.")))
    for each in opened:
        if each.content:
            words = gettext("Bids were opened by two people: %(names)s.")
            rows.append((each.at("opened"), words % {"names": " · ".join(each.names)}))
    rows += witnessed(brought)
    rows += [step for lot in lots for step in course(lot)]
    dated = sorted((at, words) for at, words in rows if at)
    return [(when(tender, at), words) for at, words in dated]


def witnessed(brought: list[Minutes]) -> Iterator[tuple[datetime, str]]:
    """How many bids were brought, by whom, and who confirmed them, go by go."""
    for each in (minutes for minutes in brought if minutes.content):
        bids, (first, second) = each.content["bids"], each.names
        words = ngettext(
            "%(n)d bid that %(first)s had brought was confirmed by %(second)s, who saw its paper.",
            "%(n)d bids that %(first)s had brought were confirmed by %(second)s, who saw their "
            "paper.",
            len(bids),
        )
        yield each.at("confirmed"), words % {"n": len(bids), "first": first, "second": second}


def course(lot: Evaluated) -> Iterator[tuple[datetime | None, str]]:
    """What happened to the bids for a lot, and to the lot itself."""
    for bid in (column.bid for column in lot.comparison.columns if column.vouched):
        about = {"number": bid.number, "why": bid.ended_because, "lot": lot.title}
        if received := bid.received:
            about |= {"way": received.way_words, "late": received.late}
            words = gettext("%(number)s was received. %(way)s.")
            if received.late:
                words = gettext(
                    "%(number)s was received late. %(way)s. Why it is taken all the same: %(late)s"
                )
            yield received.at, words % about
        if bid.brought:
            yield bid.handed_in_at, gettext("%(number)s was brought by the buyer.") % about
        if bid.status == Bid.Status.EXCLUDED:
            yield bid.ended_at, gettext("%(number)s was excluded: %(why)s") % about
    if not lot.unseen:
        for sheet in lot.given.sheets:
            about = {"name": sheet.content["evaluator"], "lot": lot.title}
            yield sheet.handed_in_at, gettext("%(name)s handed in scores: %(lot)s") % about
    for each in lot.closings:
        yield from each.course(lot.title)
    if lot.award:
        about = {"supplier": lot.award.supplier, "lot": lot.title}
        yield lot.award.awarded_at, gettext("Awarded to %(supplier)s: %(lot)s") % about
    if lot.lot.called_off_at:
        about = {"why": lot.lot.called_off_because, "lot": lot.title}
        yield lot.lot.called_off_at, gettext("Cancelled: %(lot)s. %(why)s") % about


def bids(lot: Evaluated) -> Iterator[tuple[str, ...]]:
    """Each bid that is read for a lot, and whether it is what our log holds."""
    for column in lot.comparison.columns:
        bid = column.bid
        handed_in = in_short(lot.lot.tender, bid.handed_in_at)
        if bid.brought:
            handed_in = gettext("%(when)s, brought by the buyer") % {"when": handed_in}
        if column.vouched and (received := bid.received):
            about = {"when": in_short(lot.lot.tender, received.at), "way": received.way_words}
            about |= {"why": received.late}
            words = gettext("Received %(when)s, brought by the buyer. %(way)s.")
            if received.late:
                words = gettext("Received late, %(when)s, brought by the buyer. %(way)s. %(why)s")
            handed_in = words % about
        logged = gettext("yes") if column.vouched else gettext("no")
        yield (bid.number, str(lot.lot.number), bid.bidder, handed_in, column.price, logged)


def evaluation(lot: Evaluated) -> Iterator[Part]:
    """How the bids for a lot were scored, question by question, and their order."""
    comparison, language = lot.comparison, lot.lot.tender.language
    lines = [award_words.short(comparison.award, language)] if comparison.award else []
    if lot.unseen:
        lines.append(
            gettext(
                "What colleagues gave is left out here: you read it once you have handed in your "
                "own scores, or once the evaluation is closed."
            )
        )
    if not comparison.columns:
        lines.append(gettext("Nobody bid for this lot."))
    elif words := without_order(comparison, unseen=lot.unseen, over=lot.lot.is_over):
        lines.append(words)
    rows = [standing(each, comparison, language) for each in comparison.columns]
    head = [gettext("Bid"), gettext("Bidder"), gettext("Points for the price")]
    head += [gettext("Points for quality"), gettext("Total"), gettext("Place")]
    ordered = table([15, 29, 13, 13, 11, 19], rows, *head) if rows else None
    if ordered and comparison.price_alone:
        prices = [column.price for column in comparison.columns]
        rows = [(*row[:2], price, row[-1]) for row, price in zip(rows, prices, strict=True)]
        ordered = table([20, 38, 20, 22], rows, *head[:2], gettext("Price"), head[-1])
    yield Part(lot.title, 2, lead=tuple(filter(None, lines)), table=ordered)
    if declared := list(self_declaration.lines(comparison.declared)):
        head = [gettext("Ground"), gettext("Bid"), gettext("Declared"), gettext("In words")]
        yield Part(gettext("Self-declaration"), 3, table=table([40, 16, 18, 26], declared, *head))
    if given := list(scores(lot, language)):
        head = [gettext("Reference"), gettext("Asked"), gettext("Bid")]
        head += [gettext("Mean or agreed score"), gettext("Points")]
        yield Part(gettext("Scores"), 3, table=table([12, 46, 16, 13, 13], given, *head))
    if agreed := list(agreements(lot)):
        head = [gettext("Reference"), gettext("Bid"), gettext("Agreed")]
        head += [gettext("What was agreed, and why")]
        columns = table([12, 16, 13, 59], agreed, *head)
        yield Part(gettext("Where evaluators differed"), 3, table=columns)
    if sheets := list(sheet_lines(lot)):
        head = [gettext("Reference"), gettext("Bid"), gettext("Evaluator"), gettext("Given")]
        columns = table([12, 16, 18, 12, 42], sheets, *head, gettext("Why"))
        yield Part(gettext("What each evaluator gave"), 3, table=columns)


def standing(column: Column, comparison: Comparison, language: str) -> tuple[str, ...]:
    """A bid with its points; one that is not considered says why where its place would stand."""
    named, placed = (column.bid.number, column.bid.bidder), column.placed
    if column.left_out or not placed:
        return (*named, "", "", "", column.left_out)
    if not comparison.complete:
        return (*named, "", "", "", "")
    numbers = (placed.price, column.quality, placed.total)
    return (*named, *(award_words.points(n, language) for n in numbers), str(placed.place))


def scores(lot: Evaluated, language: str) -> Iterator[tuple[str, ...]]:
    """The mean of what evaluators gave each bid, or what they agreed on, question by question."""
    for row in lot.comparison.rows:
        for cell in row.cells:
            if cell.score is not None:
                mean = cell.verdict if cell.judged else f"{float(cell.score):.2f}"
                points = "" if cell.points is None else award_words.points(cell.points, language)
                yield (row.asked.ref, row.named, cell.column.bid.number, mean, points)


def agreements(lot: Evaluated) -> Iterator[tuple[str, ...]]:
    """What evaluators agreed on where they differed, and still do, for readers who may see what
    they gave."""
    if lot.unseen:
        return
    for row in lot.comparison.rows:
        for cell in row.cells:
            if agreed := lot.given.settled.get((str(cell.column.bid.pk), cell.asked_id)):
                score = cell.given(agreed.score)
                yield (row.asked.ref, cell.column.bid.number, score, agreed.words)


def sheet_lines(lot: Evaluated) -> Iterator[tuple[str, ...]]:
    """What each evaluator gave each answer and why, for readers who may see it."""
    sheets = [] if lot.unseen else lot.given.sheets
    handed_in = [(sheet.content["evaluator"], sheet.handed_in) for sheet in sheets]
    for row in lot.comparison.rows if handed_in else ():
        for cell in row.cells:
            key = (str(cell.column.bid.pk), cell.asked_id)
            for name, given in handed_in:
                if key in given:
                    score, why = given[key]
                    yield (row.asked.ref, cell.column.bid.number, name, cell.given(score), why)


def came_out(lot: Evaluated) -> list[tuple[str, str]]:
    """What became of a lot, in pairs of words."""
    award, gone, spoken = lot.award, lot.lot.called_off_at, lot.lot.tender.language
    made = [(gettext("State"), lot.lot.stands_at)]
    if last := next(reversed(lot.closings), None):
        made += [(gettext("Evaluation"), last.standing)]
    if award:
        made += [(gettext("Awarded to"), award.supplier)]
        if award.value is not None:
            made += [(gettext("Value"), money(award.value, award.currency))]
        if lot.price:
            made += [(gettext("Price of the bid"), lot.price)]
        if award.bids:
            made += [(gettext("Number of bids"), str(award.bids))]
        made += [(gettext("Awarded on"), when(lot.lot.tender, award.awarded_at))]
        made += [(gettext("Reason"), award.reason)]
        if award.standstill_until:
            made += [(gettext("No contract before"), day(award.standstill_until, spoken))]
        if award.contracted_on:
            made += [(gettext("Contract signed on"), day(award.contracted_on, spoken))]
    if gone:
        made += [(gettext("Why it was cancelled"), lot.lot.called_off_because)]
    return made


def evaluators(lots: list[Evaluated]) -> Iterator[Part]:
    """Who scored, with the statement of interests that each made, for readers who may see it."""
    rows = [
        (
            str(lot.lot.number),
            sheet.content["evaluator"],
            in_short(lot.lot.tender, sheet.handed_in_at),
            sheet.content["interests"],
        )
        for lot in lots
        if not lot.unseen
        for sheet in lot.given.sheets
    ]
    if rows:
        head = [gettext("Lot"), gettext("Name"), gettext("Handed in"), gettext("Interests stated")]
        yield Part(gettext("Who evaluated"), table=table([8, 24, 24, 44], rows, *head))


def record(
    tender: Tender, lots: list[Evaluated], minutes: list[Minutes]
) -> Iterator[tuple[str, str]]:
    """What lets a reader check that nothing was changed since."""
    yield gettext("Tender"), f"{tender.reference}, SHA-256 {tender.digest}"
    for each in minutes:
        contradicted = gettext("not to be relied on: our log holds something else")
        yield each.title, f"SHA-256 {each.digest}" if each.content else contradicted
    for lot in lots:
        for bid in (column.bid for column in lot.comparison.columns if column.vouched):
            yield bid.number, f"SHA-256 {bid.digest}"
        for closing in lot.closings:
            yield gettext("Evaluation: %(lot)s") % {"lot": lot.title}, f"SHA-256 {closing.digest}"
        for sheet in () if lot.unseen else lot.given.sheets:
            name = gettext("Scores of %(name)s") % {"name": sheet.content["evaluator"]}
            yield name, f"SHA-256 {sheet.digest}"


def when(tender: Tender, at: datetime) -> str:
    """A moment as the clocks of the place show it."""
    return written(at, tender.zone, tender.language)


def in_short(tender: Tender, at: datetime | None) -> str:
    """A moment in UTC, for the cell of a table."""
    return annex.when(moment(at), tender.language) if at else ""
