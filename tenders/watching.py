"""What a winning bid rests on, watched from the award until the contract ends (rule R81).

A bid is frozen with the claims that stood for it. Those of its products go on living: a certificate
is suspended, withdrawn or runs out, a declaration is taken back. The buyer is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext

from certcentre.log.models import record
from standards.assessment.claims import Claim, Outcome, effective
from standards.assessment.standing_bytes import byte, worth
from standards.catalogue.editions import Criterion
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.opening import vouched_for
from tenders.steps import AWARD_RESTORED, AWARD_WEAKENED


@dataclass(frozen=True)
class Proof:
    """What stood for a requirement when the bid was handed in, and what stands for it now."""

    ref: str
    criterion: str
    then: dict[str, Any]  # the claim, as the bid has it
    now: Claim | None

    @property
    def level(self) -> int:
        """The assurance at which it is met now; 0 where it is not."""
        claim = self.now
        return worth(byte(claim.outcome, claim.assurance, bool(claim.accepted_by))) if claim else 0

    @property
    def weaker(self) -> bool:
        return self.level < self.then["assurance"]

    @property
    def stood(self) -> str:
        return f"AL{self.then['assurance']}, {self.then['source']}"

    @property
    def stands(self) -> str:
        """What is said now, in words."""
        if self.now is None:
            return gettext("No statement")
        outcome = Outcome(self.now.outcome).label
        return f"{outcome}, AL{self.now.assurance}, {self.now.source}"

    @property
    def written(self) -> dict[str, Any]:
        """As the award and the log keep it, once it is weaker."""
        about = {"ref": self.ref, "criterion": self.criterion, "source": self.then["source"]}
        return about | {"then": self.then["assurance"], "now": self.level}


def proofs(bids: Iterable[Bid], *, at: datetime) -> dict[UUID, list[Proof]]:
    """Of each bid what it rests on, in its order. One statement at any number of bids."""
    resting = {
        bid.pk: [
            line
            for line in bid.content["requirements"]
            if line["product"] and line["enough"] and line["claim"]
        ]
        for bid in bids
    }
    lines = [line for some in resting.values() for line in some]
    products = {UUID(line["product"]) for line in lines}
    asked = Criterion.objects.filter(key__in={line["claim"]["criterion"] for line in lines})
    standing = effective(products, at=at, criteria=asked) if products else {}
    return {
        key: [
            Proof(
                line["ref"],
                line["claim"]["criterion"],
                line["claim"],
                standing[UUID(line["product"])].get(line["claim"]["criterion"]),
            )
            for line in some
        ]
        for key, some in resting.items()
    }


def look(*, at: datetime) -> None:
    """Look at the awards whose products' standing changed since, and tell where one is weaker."""
    changed = Award.objects.watched(at=at).annotate(version=Max("bid__releases__standing__version"))
    for pk in list(changed.filter(version__gt=F("looked_to")).values_list("pk", flat=True)):
        with transaction.atomic():
            Award.objects.select_for_update().get(pk=pk)
            rows = changed.select_related("lot__tender__buyer").defer("lot__tender__body")
            for award in rows.filter(pk=pk):  # none where its lot was cancelled since
                look_at(award, at=at)


def look_at(award: Award, *, at: datetime) -> None:
    """Say what became weaker, or that all stands again; nothing where nothing is new."""
    bid = Bid.objects.whole().get(award=award)
    if not vouched_for([bid]):
        return
    weaker = [each.written for each in proofs([bid], at=at)[bid.pk] if each.weaker]
    known = {(each["ref"], each["now"]) for each in award.weaker}
    news = [each for each in weaker if (each["ref"], each["now"]) not in known]
    if news or bool(weaker) != bool(award.weaker):
        step = AWARD_WEAKENED if news else AWARD_RESTORED
        buyer = award.lot.tender.buyer
        record(award, step, by=None, at=at, organisation=buyer, detail={"weaker": weaker})
    since = (award.weaker_since or at) if weaker else None
    version: int = getattr(award, "version", 0)
    stamps: Any = {"weaker": weaker, "weaker_since": since, "looked_to": version}
    Award.objects.filter(pk=award.pk).update(**stamps)
