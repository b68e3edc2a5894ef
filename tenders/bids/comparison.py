"""Bids for one lot, requirement by requirement, and their points so far (rule R73).

Only frozen bytes are read: the tender as it was published, and each bid as it was handed in. Of a
bid that the log contradicts nothing is read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext

from certcentre.log.models import stored
from tenders import annex, frozen_body, scoring
from tenders.bids import self_declaration
from tenders.bids.answers import Body, Cell, Column, cells_of, take
from tenders.bids.bid import Bid
from tenders.bids.opening import read_as_logged
from tenders.lot import Lot
from tenders.scoring import FULL, RATIO, Rules


@dataclass
class Row:
    """One requirement as the annex says it, with a cell for each bid."""

    asked: annex.Row
    cells: list[Cell]

    @property
    def fails(self) -> bool:
        return any(cell.fails for cell in self.cells)

    @property
    def named(self) -> str:
        return annex.named(self.asked)

    @property
    def least(self) -> int | None:
        """The score below which a bid is not considered."""
        return next((cell.least for cell in self.cells if cell.least), None)

    @property
    def read(self) -> list[Cell]:
        """The cells of the bids that may be relied on."""
        return [cell for cell in self.cells if cell.column.vouched]

    @property
    def same(self) -> bool:
        """Whether all bids say the same."""
        return len({cell.says for cell in self.read}) <= 1

    @property
    def shared(self) -> Cell | None:
        """What all of them say."""
        return next(iter(self.read), None)


@dataclass
class Comparison:
    """All bids that were opened for a lot."""

    columns: list[Column]
    rows: list[Row]
    award: Body | None  # as published; None where it was published before this could be said
    vouched: bool  # whether the log holds the tender so
    declared: list[self_declaration.Compared]
    waiting: list[Bid] = field(default_factory=list)  # brought, and confirmed by nobody yet

    @property
    def fails(self) -> list[Row]:
        return [row for row in self.rows if row.fails]

    @property
    def differs(self) -> list[Row]:
        return [row for row in self.rows if not row.fails and not row.same]

    @property
    def same(self) -> list[Row]:
        return [row for row in self.rows if not row.fails and row.same]

    @cached_property
    def scored_columns(self) -> list[Column]:
        return [column for column in self.columns if column.scored]

    @property
    def considered(self) -> list[Column]:
        return [column for column in self.columns if column.considered]

    @property
    def currencies(self) -> set[str]:
        return {column.content["currency"] for column in self.considered}

    @property
    def several_currencies(self) -> bool:
        """Whether the prices are amounts that cannot be put in an order."""
        return len(self.currencies) > 1

    @property
    def scored(self) -> bool:
        """Whether points can be given: how is published, and all prices are of one currency."""
        weight = self.award and self.award["price"]["weight"]
        return bool(weight and self.vouched and len(self.currencies) == 1)

    @property
    def price_alone(self) -> bool:
        """Whether the lowest price wins, so that points would say nothing more."""
        return bool(self.award) and not (self.award or {})["quality"]

    @property
    def complete(self) -> bool:
        """Whether nobody has to score or judge anything before the order is known."""
        return self.scored and not any(column.awaited for column in self.considered)

    @property
    def standing(self) -> dict[UUID, str]:
        """Total and place of each bid in words, or why it is not considered, by its key.

        Empty of totals while people still score or read something.
        """
        words = {}
        for column in self.columns:
            if column.left_out:
                words[column.bid.pk] = column.left_out
            elif self.complete and column.placed:
                about = {"total": column.placed.total, "place": column.placed.place}
                with_points = gettext("%(total)s points, place %(place)d")
                alone = gettext("Place %(place)d")
                words[column.bid.pk] = (alone if self.price_alone else with_points) % about
        return words

    @property
    def rules(self) -> Rules:
        """As published."""
        award: Body = self.award or {"price": {}, "quality": None}
        price, quality = award["price"], award["quality"] or {}
        formula = price.get("formula") or RATIO
        return Rules(price.get("weight") or 0, formula, quality.get("threshold"))

    def place(self) -> None:
        """Give bids their points; the order is that of what is known."""
        if not self.scored:
            return
        rules = self.rules if self.complete else replace(self.rules, threshold=None)
        bids = [
            scoring.Bid(at, Decimal(column.content["price"]), column.quality, not column.below)
            for at, column in enumerate(self.scored_columns)
        ]
        for placed in scoring.placed(rules, bids):
            self.scored_columns[int(str(placed.bid.key))].placed = placed


def compared(lot: Lot, scores: Mapping[tuple[str, str], Fraction] = {}) -> Comparison:
    """The bids that were opened for a lot of the tender as it was published.

    `scores`: what people give, by bid and requirement: of an answer that they judge HIGHEST where
    they accept it, 0 where they do not, anything between while they differ.

    Three statements at any number of bids and requirements; one more for each earlier version.
    """
    tender = lot.tender
    bids, good, waiting = read_as_logged(Bid.objects.filter(lot__in=lot.line_of_lots))
    columns = [Column(bid, bid.pk in good) for bid in bids]
    frozen = stored(tender.body or b"{}")
    body = json.loads(frozen)
    written = next(each for each in body["lots"] if each["number"] == lot.number)
    part = annex.lot_part(written, body)
    award = written.get("award")
    earns = ((award or {}).get("quality") or {}).get("earns", FULL)
    for column in columns:
        column.cells = cells_of(column, written["requirements"], earns, tender)
        for each, words in zip(column.cells, written["requirements"], strict=False):
            each.asked_id = words["id"]
            each.least = words.get("least_score")
            score = scores.get((str(column.bid.pk), words["id"]))
            if each.by_people and score is not None:
                take(each, score, words, earns)
            elif lot.is_over and not each.should and not each.equivalent:
                each.open = False  # awarded before musts on words alone were judged: as it says
    asked = [row for group in part.groups for row in group.rows]
    table = [
        Row(row, [column.cells[at] if column.vouched else Cell(column, None) for column in columns])
        for at, row in enumerate(asked)
    ]
    for row in table:
        mark(row)
    for column in columns:
        pairs = list(zip(asked, column.cells, strict=False))
        column.failing = [line.ref for line, each in pairs if each.fails]
        column.below = [line.ref for line, each in pairs if each.below]
    declared = self_declaration.compared(columns, body.get("grounds", ()))
    made = Comparison(columns, table, award, frozen_body.as_logged(tender), declared, waiting)
    made.place()
    return made


def mark(row: Row) -> None:
    """Name what is shown with the most assurance, where not all show as much."""
    levels = [cell.level for cell in row.cells if cell.content]
    most = max(levels, default=0)
    if most > min(levels, default=0):
        for each in row.cells:
            each.best = each.level == most
