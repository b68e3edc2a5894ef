"""What one bid says, requirement by requirement, as whoever compares bids reads it (rule R73).

Only frozen bytes are read. People judge what stands on words alone, and score questions in the
buyer's own words: `take` puts what they gave beside what the bytes say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from certcentre.places import money
from standards.assessment.claims import Outcome
from standards.catalogue.editions import Obligation
from tenders import scoring
from tenders.award_words import is_question
from tenders.bids.bid import Bid
from tenders.bids.response import Response
from tenders.scoring import HIGHEST, Placed
from tenders.tender import Tender
from tenders.version_diff import follow_to

Body = Mapping[str, Any]  # a part of frozen bytes


def verdict(*, accepted: bool) -> str:
    """What people say of an answer that they judge, in words."""
    return gettext("Accepted") if accepted else gettext("Not accepted")


@dataclass
class Cell:
    """What one bid says of one requirement. `content` None: it was not asked of it, or not read."""

    column: "Column"
    content: Body | None
    fails: bool = False  # a must, and the bid itself says that it is not met
    to_read: bool = False  # nothing in the portal stands for it: somebody reads the words
    points: Decimal | None = None  # None: it earns none, or people say how many
    open: bool = False  # people say how many, or whether they accept it
    asked_id: str = ""
    obligation: str = ""
    question: bool = False  # a should in the buyer's own words: scored from 0 to the highest
    judged: bool = False  # it stands on words: people accept it or not
    least: int | None = None  # the score below which a bid is not considered
    score: Fraction | None = None  # the mean of what people gave
    best: bool = False  # shown with more assurance than others

    @property
    def below(self) -> bool:
        """Whether it scores less than a bid must to be considered."""
        return self.score is not None and not scoring.enough(self.score, self.least)

    @property
    def by_people(self) -> bool:
        """Whether people score or judge it."""
        return self.question or self.judged

    @property
    def should(self) -> bool:
        return self.obligation == Obligation.SHOULD

    @property
    def accepted(self) -> bool | None:
        """What people who judged it say; None while they have not, or differ."""
        if not self.judged or self.score not in (0, HIGHEST):
            return None
        return self.score == HIGHEST

    @property
    def verdict(self) -> str:
        """The same in words; empty while there is none."""
        return "" if self.accepted is None else verdict(accepted=self.accepted)

    def given(self, score: int | None) -> str:
        """What one evaluator gave it, or all agreed on, in words; empty where it is not known."""
        if score is None:
            return ""
        return verdict(accepted=score == HIGHEST) if self.judged else str(score)

    @property
    def equivalent(self) -> bool:
        return self.content is not None and self.content["response"] == Response.EQUIVALENT

    @property
    def word(self) -> str:
        return str(Response(self.content["response"]).label) if self.content else ""

    @property
    def as_text(self) -> str:
        """All of it."""
        if not self.content:
            return "" if not self.column.vouched else gettext("Was not asked of this bid")
        claim = self.content["claim"]
        proof = ""
        if claim:
            outcome = Outcome(claim["outcome"]).label
            proof = f"{outcome}, AL{claim['assurance']}, {claim['source']}"
        return "\n".join(filter(None, (self.word, proof, *self._words, self.verdict)))

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
        stands = claim.get("outcome"), claim.get("assurance"), self.content["enough"]
        given = self.points, self.accepted
        return (*stands, *given, *(self.content[name] for name in ("response", "stated", "words")))


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
    def late(self) -> str:
        """Why it is taken although it came after bids closed; empty where it did not."""
        received = self.bid.received if self.vouched else None
        return received.late if received else ""

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
        """How many shoulds people still score or judge."""
        return sum(cell.open and cell.should for cell in self.cells)

    @property
    def to_read(self) -> int:
        """How many answers to musts nobody has accepted or refused yet."""
        return sum(cell.open and not cell.should for cell in self.cells)

    @property
    def pointed(self) -> int:
        """How many answers have points, or are awaited."""
        return sum(cell.points is not None or cell.open for cell in self.cells)

    @property
    def awaited(self) -> int:
        """How many answers people still score or judge before its place is known."""
        return sum(cell.open for cell in self.cells)


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
    obligation = asked["obligation"]
    should = obligation == Obligation.SHOULD
    question = should and is_question(asked)
    about: Any = {"obligation": obligation, "question": question}
    if answer is None:
        judged = should and not question
        return Cell(column, None, to_read=True, open=should, judged=judged, **about)
    response, by_hand = Response(answer["response"]), answer["product"] is None
    how: Any = {"by_hand": by_hand, "scored": question, "enough": answer["enough"]}
    to_read = response.is_read(**how)
    judged = response.is_judged(obligation, **how)
    return Cell(
        column,
        answer,
        fails=obligation == Obligation.MUST and response.falls_short,
        to_read=to_read,
        points=earned(asked, answer, earns) if should and not to_read else None,
        open=(should and to_read) or judged,
        judged=judged,
        **about,
    )


def take(cell: Cell, score: Fraction, asked: Body, earns: str) -> None:
    """What people gave an answer: its points, or whether it meets what is asked."""
    cell.score = score
    if cell.judged and cell.accepted is None:
        return  # they differ
    cell.open = cell.to_read = False
    if cell.question:
        cell.points = scoring.for_question(asked["weight"] or 0, score)
    elif cell.should:
        cell.points = judged_points(asked, earns, accepted=bool(cell.accepted))
    else:
        cell.fails = not cell.accepted


def judged_points(asked: Body, earns: str, *, accepted: bool) -> Decimal:
    """What a should earns that people judged: as much as what just suffices, or nothing."""
    weight = asked["weight"] or 0
    if asked.get("fact"):
        return scoring.for_fact(weight, met=accepted)
    least = max(asked["least"] or 0, 1)
    return scoring.for_criterion(weight, least if accepted else 0, least=least, earns=earns)


def earned(asked: Body, answer: Body, earns: str) -> Decimal:
    """What a should earns by what stands for it."""
    weight, claim = asked["weight"] or 0, answer["claim"]
    if asked.get("fact"):
        return scoring.for_fact(weight, met=answer["enough"])
    level = claim["assurance"] if claim and answer["enough"] else 0
    return scoring.for_criterion(weight, level, least=asked["least"], earns=earns)
