"""What a bid says of each requirement: what stands of its products, and the bidder's own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from certcentre.lifecycle import NotAllowed, NotReady
from standards.assessment.claims import Claim, Outcome, effective
from standards.assessment.solutions import Release
from standards.assessment.standing_bytes import byte
from standards.catalogue.editions import Obligation
from standards.catalogue.facts import Fact
from standards.registry.matching.bitsets import Row
from standards.registry.matching.facts import as_words
from standards.registry.matching.qualifying import Requirement as Asked
from tenders.bids import self_declaration
from tenders.bids.offer import Offer
from tenders.bids.reply import Reply
from tenders.bids.response import Response
from tenders.fact_words import facts_of, silence
from tenders.requirements import Requirement, asked_for

BEGUN = (Outcome.MET, Outcome.PARTLY_MET)  # met with less proof than asked, or in part


@dataclass(frozen=True)
class Line:
    """One requirement; which product stands for it with what; and what the bidder says."""

    requirement: Requirement
    answered_by_hand: bool  # nothing stands for it in the portal: the bidder says all of it
    product: Release | None = None
    claim: Claim | None = None
    stated: str = ""  # what the provider says of a fact
    enough: bool = False  # what stands meets what is asked
    reply: Reply | None = None

    @property
    def ref(self) -> str:
        return self.requirement.ref

    @property
    def instead(self) -> str:
        """The criterion that stands for it, where that is one accepted instead."""
        asked = self.requirement.criterion
        other = self.claim and asked and self.claim.criterion.key != asked.key
        return self.claim.criterion.key if self.claim and other else ""

    @property
    def stands_for_it(self) -> Release | None:
        """The product that does, where one can."""
        return None if self.answered_by_hand else self.product

    @property
    def words(self) -> str:
        return self.reply.words if self.reply else ""

    @property
    def response(self) -> str:
        """As the bid answers; empty where the bidder has not said it yet."""
        if self.reply and self.reply.response:
            return self.reply.response
        if self.answered_by_hand:
            return ""
        if self.enough:
            return Response.COMPLIES
        begun = self.claim is not None and self.claim.outcome in BEGUN
        return Response.PARTLY if begun else Response.NOT

    @property
    def label(self) -> str:
        """The answer in words; empty where there is none yet."""
        return str(Response(self.response).label) if self.response else ""

    def saying(self, response: str, words: str) -> "Line":
        """The line as it would be if the bidder said this of it."""
        return replace(self, reply=Reply(response=response, words=words))

    @property
    def lacks_words(self) -> bool:
        """Whether it is answered without the words that the answer wants."""
        if not self.response or self.words.strip():
            return False
        return Response(self.response).wants_words(scored=self.requirement.scored_by_people)

    @property
    def open(self) -> bool:
        """Whether the bidder still has to answer it, or to say how."""
        return not self.response or self.lacks_words

    @property
    def fails(self) -> bool:
        """A must that the bid itself does not meet."""
        must = self.requirement.obligation == Obligation.MUST
        return must and bool(self.response) and Response(self.response).falls_short

    @property
    def is_read(self) -> bool:
        """Whether somebody of the buyer reads the bidder's words."""
        return bool(self.response) and Response(self.response).is_read(**self._stands)

    @property
    def _stands(self) -> dict[str, bool]:
        """What the answer stands on, as its frozen bytes say it too."""
        return {
            "by_hand": self.stands_for_it is None,
            "scored": self.requirement.scored_by_people,
            "enough": self.enough,
        }


@dataclass(frozen=True)
class Product:
    """A product that is offered, with what stands of it."""

    release: Release
    claims: Mapping[str, Claim]
    stated: Row

    def meets(self, asked: Asked) -> bool:
        standing = {key: level(claim) for key in asked.criteria if (claim := self.claims.get(key))}
        return asked.met_by(standing, self.stated)

    def strongest(self, asked: Asked) -> Claim | None:
        """The claim that stands for it: of those that suffice the highest, else on what is asked
        itself, else on what is accepted instead."""
        claims = [claim for key in asked.criteria if (claim := self.claims.get(key))]
        enough = [claim for claim in claims if asked.enough(level(claim))]
        if enough:
            return max(enough, key=lambda claim: claim.assurance)
        return claims[0] if claims else None


def lines(bid: Offer, replies: Mapping[Any, Reply], *, at: datetime) -> list[Line]:
    """Every requirement of the lot in order. Four statements, five where facts are asked for."""
    rows = Requirement.objects.with_texts().filter(lot=bid.lot_id)
    requirements = list(rows)
    for requirement in requirements:
        requirement.lot = bid.lot
    products = products_of(bid, at=at)
    facts = facts_of(requirement.fact for requirement in requirements) if products else {}
    return [
        line(requirement, products, facts, replies.get(requirement.pk))
        for requirement in requirements
    ]


def products_of(bid: Offer, *, at: datetime) -> list[Product]:
    releases = list(bid.releases.select_related("solution").order_by("solution__name", "pk"))
    claims = effective([release.pk for release in releases], at=at) if releases else {}
    return [
        Product(
            release,
            claims.get(release.pk, {}),
            Row(b"", True, as_words(release.declared_facts or release.facts)),
        )
        for release in releases
    ]


def line(
    requirement: Requirement,
    products: Sequence[Product],
    facts: Mapping[str, Fact],
    reply: Reply | None,
) -> Line:
    """The first product that meets it stands for it; else the one that shows most."""
    asked = asked_for(
        requirement.criterion.key if requirement.criterion else None,
        requirement.obligation,
        requirement.least,
        requirement.weight,
        requirement.must_be_present,
        requirement.alternatives,
        requirement.fact,
        requirement.fact_values,
        requirement.fact_how,
    )
    if asked is None or not products or by_hand(requirement):
        return Line(requirement, by_hand(requirement), reply=reply)
    meeting = [product for product in products if product.meets(asked)]
    best = max(meeting or products, key=lambda product: height(product.strongest(asked)))
    fact = facts.get(requirement.fact)
    return Line(
        requirement,
        False,
        product=best.release,
        claim=None if fact else best.strongest(asked),
        stated=said(best.release, fact) if fact else "",
        enough=bool(meeting),
        reply=reply,
    )


def by_hand(requirement: Requirement) -> bool:
    """Whether nothing in the portal can stand for it, so that the bidder says all of it."""
    own = not (requirement.criterion_id or requirement.fact)
    return own or not requirement.lot.about_products


def require_answerable(bid: Offer, requirement: Requirement, response: str) -> None:
    """Refuse an answer to another lot, and one that the products give themselves."""
    if requirement.lot_id != bid.lot_id:
        raise NotAllowed("Not asked in this lot.")
    if not by_hand(requirement) and response not in ("", Response.EQUIVALENT):
        words = gettext(
            "This is answered by what your products declare. Write what makes it "
            "equivalent, or change what is declared."
        )
        raise NotReady(words)


def level(claim: Claim) -> int:
    """The byte that a standing has for it."""
    return byte(claim.outcome, claim.assurance, bool(claim.accepted_by))


def height(claim: Claim | None) -> int:
    return claim.assurance if claim else 0


def said(release: Release, fact: Fact) -> str:
    """What the provider says of a fact, in words."""
    value = (release.declared_facts or release.facts).get(fact.key)
    return fact.said(value) if value else silence(fact)


def problems(bid: Offer, answered: Sequence[Line]) -> Iterator[str]:
    """What a draft lacks before it can be handed in."""
    if bid.lot.about_products and not any(line.product for line in answered):
        yield gettext("Choose the products that you offer.")
    if bid.price is None or not bid.currency:
        yield gettext("Say the price and its currency.")
    yield from self_declaration.problems(bid)
    if missing := [line.ref for line in answered if not line.response]:
        yield gettext("Answer %(refs)s.") % {"refs": some_of(missing)}
    if unsaid := [line.ref for line in answered if line.lacks_words]:
        words = gettext("Say in words how, since somebody reads them: %(refs)s.")
        yield words % {"refs": some_of(unsaid)}


def some_of(refs: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    shown, more = ", ".join(refs[:20]), len(refs) - 20
    if more <= 0:
        return shown
    return gettext("%(refs)s and %(more)d more") % {"refs": shown, "more": more}


def not_offered_there(bid: Offer) -> list[str]:
    """The products that are not said to be offered in the places of the lot."""
    if not bid.lot.about_products:
        return []
    where = bid.lot.where
    products = bid.releases.select_related("solution").order_by("solution__name", "pk")
    return [
        str(release)
        for release in products
        if where.admits(Row(b"", True, as_words(release.declared_facts or release.facts)))
        is not True
    ]
