"""What a bidder declares of itself on each ground that the buyer asks for (rule R83).

Nothing is answered beforehand, and nothing excludes by itself: the buyer reads it after the
opening.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.lifecycle import NotReady
from certcentre.log.models import stored
from certcentre.plain_text import plain
from tenders.bids.offer import Offer
from tenders.grounds import ANSWERS, FALLS_SHORT, Body, called_here
from tenders.voice import Voice

Declared = dict[str, dict[str, str]]  # answer and words, by code


class Answer(models.TextChoices):
    CLEAR = "clear", _("Does not apply to us")
    APPLIES = "applies", _("Applies to us")
    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")

    @property
    def falls_short(self) -> bool:
        return self in FALLS_SHORT


@dataclass(frozen=True)
class Said:
    """One ground, and what a bid declares of it; `answer` is empty where it says nothing."""

    ground: Body
    answer: str = ""
    words: str = ""

    @property
    def label(self) -> str:
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def falls_short(self) -> bool:
        """Whether an exclusion applies, or what bidders must show is not met."""
        return bool(self.answer) and Answer(self.answer).falls_short

    @property
    def open(self) -> bool:
        """Whether the bidder still has to answer it, or to say what was done."""
        return not self.answer or (self.answer == Answer.APPLIES and not self.words.strip())


def require_fitting(bid: Offer, declared: Declared) -> None:
    """NotReady for what is not asked for, and for what is no answer to it."""
    kinds = {pick["code"]: pick["kind"] for pick in bid.tender.grounds}
    for code, each in declared.items():
        if code not in kinds or each["answer"] not in ("", *ANSWERS[kinds[code]]):
            raise NotReady(gettext("This is no answer to a ground that is asked for."))


def carried(earlier: Offer, bid: Offer) -> Declared:
    """What an earlier bid declared, as far as the same is still asked."""
    asked = list(earlier.tender.grounds)
    return {
        pick["code"]: dict(earlier.declared[pick["code"]])
        for pick in bid.tender.grounds
        if pick in asked and pick["code"] in earlier.declared
    }


def asked(bid: Offer) -> list[Body]:
    """The grounds as they were published."""
    grounds: list[Body] = json.loads(stored(bid.tender.body or b"{}")).get("grounds", [])
    return grounds


def said(bid: Offer, grounds: Sequence[Body]) -> list[Said]:
    """What a draft declares so far of each, as it is published or as it was picked."""
    return [Said(ground, **bid.declared.get(ground["code"], {})) for ground in grounds]


def problems(bid: Offer) -> Iterator[str]:
    """What is still to be declared before a draft can be handed in."""
    missing = [
        called_here(each.ground["code"]) for each in said(bid, bid.tender.grounds) if each.open
    ]
    if missing:
        words = ngettext(
            "Declare %(n)d ground that the buyer asks for: %(names)s.",
            "Declare %(n)d grounds that the buyer asks for: %(names)s.",
            len(missing),
        )
        yield words % {"n": len(missing), "names": "; ".join(missing)}


def written(bid: Offer) -> list[dict[str, str]]:
    """As it is frozen with the bid, each with what was asked."""
    voice = Voice(bid.tender.language)
    return [
        {
            "code": pick["code"],
            "kind": pick["kind"],
            "asked": voice.open(pick["asked"]),
            "answer": bid.declared[pick["code"]]["answer"],
            "words": plain(bid.declared[pick["code"]]["words"]),
        }
        for pick in bid.tender.grounds
        if pick["code"] in bid.declared
    ]


def read(grounds: Sequence[Body], content: Mapping[str, Any]) -> list[Said]:
    """What a frozen bid declares of the grounds of a frozen tender, in their order. Of one that
    was asked otherwise of the bid, or not at all, it says nothing; once nothing was declared."""
    known = {(each["code"], each["asked"]): each for each in content.get("declared", ())}
    lines = []
    for ground in grounds:
        each = known.get((ground["code"], ground["asked"]))
        lines.append(Said(ground, each["answer"], each["words"]) if each else Said(ground))
    return lines


def first(lines: Sequence[Said]) -> list[Said]:
    """What applies or is not met stands first."""
    return sorted(lines, key=lambda line: not line.falls_short)


class Bidding(Protocol):
    """A bid whose frozen words may be read; they are empty where the log contradicts it."""

    @property
    def bid(self) -> Offer: ...

    @property
    def content(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Compared:
    """One ground, with what each bid declares of it."""

    ground: Body
    pairs: list[tuple[Bidding, Said]]

    @property
    def falls_short(self) -> bool:
        """Whether it applies to one of them, or one does not meet it."""
        return any(cell.falls_short for _bid, cell in self.pairs)


def compared(bids: Sequence[Bidding], grounds: Sequence[Body]) -> list[Compared]:
    """The grounds beside each other, those that apply or are not met first."""
    columns = [read(grounds, bid.content) for bid in bids]
    rows = [
        Compared(ground, [(bid, column[at]) for bid, column in zip(bids, columns, strict=True)])
        for at, ground in enumerate(grounds)
    ]
    return sorted(rows, key=lambda row: not row.falls_short)


def lines(rows: Sequence[Compared]) -> Iterator[tuple[str, str, str, str]]:
    """Each ground with each bid whose words may be read: what it declares of it, and what it says
    beside."""
    for row in rows:
        ground = " ".join(filter(None, (row.ground["title"], row.ground["asked"])))
        for column, cell in row.pairs:
            if column.content:
                unsaid = gettext("Not declared")
                if column.bid.brought:
                    unsaid = gettext("On the paper that the bidder signed")
                yield ground, column.bid.number, cell.label or unsaid, cell.words
