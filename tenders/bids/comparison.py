"""Bids for one lot, requirement by requirement, and their points so far (rule R73).

Only frozen bytes are read: the tender as it was published, and each bid as it was handed in. Of a
bid that the log contradicts nothing is read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from certcentre.log.models import stored
from certcentre.places import money
from standards.assessment.claims import Outcome
from standards.catalogue.editions import Obligation
from tenders import annex, frozen_body, scoring
from tenders.award_words import is_question
from tenders.bids import self_declaration
from tenders.bids.bid import Bid
from tenders.bids.opening import read_as_logged
from tenders.bids.response import Response
from tenders.lot import Lot
from tenders.scoring import FULL, RATIO, Placed, Rules
from tenders.tender import Tender
from tenders.version_diff import follow_to

Body = Mapping[str, Any]  # a part of frozen bytes


@dataclass
class Cell:
    """What one bid says of one requirement. `content` None: it was not asked of it, or not read."""

    column: "Column"
    content: Body | None
    fails: bool = False  # a must, and the bid itself says that it is not met
    to_read: bool = False  # nothing in the portal stands for it: somebody reads the words
    points: Decimal | None = None  # None: it earns none, or people say how many
    open: bool = False  # people say how many
    asked_id: str = ""
    question: bool = False  # in the buyer's own words: scored from 0 to the highest
    least: int | None = None  # the score below which a bid is not considered
    score: Fraction | None = None  # the mean of what people gave
    best: bool = False  # shown with more assurance than others

    @property
    def below(self) -> bool:
        """Whether it scores less than a bid must to be considered."""
        return self.score is not None and not scoring.enough(self.score, self.least)

    @property
    def by_people(self) -> bool:
        """Whether people give it a score, or have given it one."""
        return self.question and (self.open or self.score is not None)

    @property
    def equivalent(self) -> bool:
        return self.content is not None and self.content["response"] == Response.EQUIVALENT

    @property
    def word(self) -> str:
        return str(Response(self.content["response"]).label) if self.content else ""

    @property
    def told(self) -> str:
        """All of it as text."""
        if not self.content:
            return "" if not self.column.vouched else gettext("Was not asked of this bid")
        claim = self.content["claim"]
        proof = ""
        if claim:
            outcome = Outcome(claim["outcome"]).label
            proof = f"{outcome}, AL{claim['assurance']}, {claim['source']}"
        return "\n".join(filter(None, (self.word, proof, *self._words)))

    @property
    def _words(self) -> tuple[str, str]:
        return (self.content["stated"], self.content["words"]) if self.content else ("", "")

    @property
    def level(self) -> int:
        """The assurance at which it meets what is asked; 0 where it does not."""
        claim = self.content and self.content["enough"] and self.content["claim"]
        return claim["assurance"] if claim else 0

    @property
    def says(self) -> tuple[object, ...]:
        """What makes it another answer than that of a second bid."""
        if self.content is None:
            return ()
        claim = self.content["claim"] or {}
        about = (claim.get("outcome"), claim.get("assurance"), self.content["enough"], self.points)
        return (*about, *(self.content[name] for name in ("response", "stated", "words")))


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
class Column:
    """One bid. `cells` are empty where the log contradicts it."""

    bid: Bid
    vouched: bool
    cells: list[Cell] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)  # refs of musts
    below: list[str] = field(default_factory=list)  # refs of questions that it scores too low on
    placed: Placed | None = None  # None: it has no points

    @cached_property
    def content(self) -> Body:
        return self.bid.content if self.vouched else {}

    @property
    def price(self) -> str:
        """In words; – where it is not read."""
        return money(self.content.get("price"), self.content.get("currency", ""))

    @property
    def scored(self) -> bool:
        """Whether it has points: it meets every must, and nobody excluded it."""
        return self.vouched and not self.failing and self.bid.status != Bid.Status.EXCLUDED

    @property
    def considered(self) -> bool:
        """As published, as far as people gave scores."""
        return self.scored and not self.below

    @property
    def left_out(self) -> str:
        """Why it is not considered, in words; empty where it is, as far as is known."""
        if not self.vouched:
            return gettext("not to be relied on: our log holds something else")
        if self.bid.status == Bid.Status.EXCLUDED:
            return str(self.bid.get_status_display())
        if self.failing:
            return gettext("fails a must: %(refs)s") % {"refs": ", ".join(self.failing)}
        if self.below:
            words = gettext("scores below the least of %(refs)s")
            return words % {"refs": ", ".join(self.below)}
        if self.placed and not self.placed.place:
            return gettext("too few points for quality")
        return ""

    @property
    def quality(self) -> Decimal:
        return scoring.for_quality(cell.points for cell in self.cells if cell.points is not None)

    @property
    def open(self) -> int:
        """How many shoulds people still score or read."""
        return sum(cell.open for cell in self.cells)

    @property
    def to_read(self) -> int:
        """How many other answers somebody reads, since nothing in the portal stands for them."""
        return sum(cell.to_read and not cell.open for cell in self.cells)


@dataclass
class Comparison:
    """All bids that were opened for a lot."""

    columns: list[Column]
    rows: list[Row]
    award: Body | None  # as published; None where it was published before this could be said
    vouched: bool  # whether the log holds the tender so
    declared: list[self_declaration.Compared]

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
    def complete(self) -> bool:
        """Whether nobody has to score or read anything before the order is known."""
        return self.scored and not any(column.open for column in self.considered)

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
                words[column.bid.pk] = gettext("%(total)s points, place %(place)d") % about
        return words

    @property
    def shoulds(self) -> int:
        """How many requirements earn points."""
        return sum(row.asked.kind == Obligation.SHOULD for row in self.rows)

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

    `scores`: what people give, by bid and requirement.

    Three statements at any number of bids and requirements; one more for each earlier version.
    """
    tender = lot.tender
    bids, good = read_as_logged(Bid.objects.filter(lot__in=lot.line_of_lots))
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
            if each.open and each.question and score is not None:
                each.score = score
                each.points = scoring.for_question(words["weight"] or 0, score)
                each.open = each.to_read = False
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
    made = Comparison(columns, table, award, frozen_body.as_logged(tender), declared)
    made.place()
    return made


def cells_of(column: Column, asked: Sequence[Body], earns: str, tender: Tender) -> list[Cell]:
    """What a bid says of each requirement, in their order, by what each was known by before."""
    if not column.vouched:
        return []
    answers = {}
    for answer in column.content["requirements"]:
        versions = column.bid.tender.version, tender.version
        answers[follow_to(answer["id"], tender.line, *versions)] = answer
    return [cell(column, each, answers.get(each["id"]), earns) for each in asked]


def cell(column: Column, asked: Body, answer: Body | None, earns: str) -> Cell:
    """One answer: whether it fails, is to be read, and what it earns by itself."""
    should = asked["obligation"] == Obligation.SHOULD
    if answer is None:
        return Cell(column, None, to_read=True, open=should, question=is_question(asked))
    response, question = Response(answer["response"]), is_question(asked)
    to_read = response.is_read(by_hand=answer["product"] is None, scored=should and question)
    return Cell(
        column,
        answer,
        fails=asked["obligation"] == Obligation.MUST and response.falls_short,
        to_read=to_read,
        points=earned(asked, answer, earns) if should and not to_read else None,
        open=should and to_read,
        question=question,
    )


def earned(asked: Body, answer: Body, earns: str) -> Decimal:
    """What a should earns by what stands for it."""
    weight, claim = asked["weight"] or 0, answer["claim"]
    if asked.get("fact"):
        return scoring.for_fact(weight, met=answer["enough"])
    level = claim["assurance"] if claim and answer["enough"] else 0
    return scoring.for_criterion(weight, level, least=asked["least"], earns=earns)


def mark(row: Row) -> None:
    """Name what is shown with the most assurance, where not all show as much."""
    levels = [cell.level for cell in row.cells if cell.content]
    most = max(levels, default=0)
    if most > min(levels, default=0):
        for each in row.cells:
            each.best = each.level == most
