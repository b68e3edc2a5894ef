"""The shortlist: who could answer a lot at one moment, and why the others could not, kept for good.

It is written once, from claims as they stood, and every file of it is rendered from its own bytes:
what a provider, an auditor or the register says later changes nothing of it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import rfc8785
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.accounts.people import Reader, User
from certcentre.lifecycle import NotReady
from certcentre.log.models import digest, record, stored
from certcentre.plain_text import plain
from certcentre.tables.writing import as_csv
from standards.assessment.claims import effective
from standards.assessment.standing_bytes import byte
from standards.catalogue.facts import Fact
from standards.registry.matching import market
from standards.registry.matching.bitsets import Row
from standards.registry.matching.market import Answer, Match, Offer, Question
from standards.registry.matching.qualifying import Requirement as Asked
from standards.registry.matching.qualifying import places
from tenders.competition import Line, lines_of
from tenders.fact_words import facts_of, sentence
from tenders.following import Follow, rely
from tenders.frozen_body import moment
from tenders.lot import Lot
from tenders.steps import SHORTLIST_SAVED

FORMAT = "certcentre.shortlist/1"
UNSAID = "unsaid"  # the provider has not said
MOST = 200  # solutions named on each side; the rest is counted by what they lack
HEAD = ("solution", "provider", "qualifies", "points", "requirement", "criterion", "asked",
        "outcome", "assurance", "basis", "source", "from", "to", "enough")  # fmt: skip


class ShortlistQuerySet(models.QuerySet["Shortlist"]):
    def visible_to(self, user: Reader) -> Self:
        """For whoever belongs to the buyer."""
        return self.filter(tender__buyer__in=Organisation.objects.acted_for_by(user))


class Shortlist(models.Model):
    """Who qualified for one lot at one moment, with the claims and facts that decided it."""

    class Reason(models.TextChoices):
        PUBLISHED = "published", _("The tender was published")
        SAVED = "saved", _("Saved by the buyer")

    tender = models.ForeignKey("Tender", on_delete=models.PROTECT, related_name="shortlists")
    lot_number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=9, choices=Reason.choices)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    clock = models.PositiveBigIntegerField()  # number of the last change of claims it counts
    body = models.BinaryField()  # canonical JSON (RFC 8785)
    digest = models.CharField(max_length=64)  # SHA-256 of body, hexadecimal

    objects = ShortlistQuerySet.as_manager()

    class Meta:
        verbose_name = _("shortlist")
        ordering = ["-taken_at", "lot_number", "-pk"]

    def __str__(self) -> str:
        return f"{self.tender.reference} L{self.lot_number} {self.taken_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("shortlist", args=[self.tender.reference, self.pk])

    @classmethod
    def keep(cls, lot: Lot, *, by: User, at: datetime) -> "Shortlist":
        """Keep what the market says of this lot now, for an editor of the buyer."""
        lot.tender.may_keep_shortlist(by=by, at=at)
        if not lot.about_products:
            raise NotReady(gettext("This lot is not about products, so nobody is counted."))
        made = cls.taken(lot, cls.Reason.SAVED, by=by, at=at)
        made.save(force_insert=True)
        made.log(by=by, at=at)
        return made

    def log(self, *, by: User, at: datetime) -> None:
        """Leave its digest in the log, once it is saved; the buyer follows who qualifies."""
        detail = {"digest": self.digest, "lot": self.lot_number}
        buyer = self.tender.buyer
        record(self, SHORTLIST_SAVED, by=by, at=at, organisation=buyer, detail=detail)
        qualify = [each["id"] for each in self.content["solutions"] if each["qualifies"]]
        rely(qualify, buyer, why=Follow.Why.SHORTLIST, line=self.tender.line, at=at)

    @classmethod
    def taken(cls, lot: Lot, reason: str, *, by: User, at: datetime) -> "Shortlist":
        """Worked out and not saved yet: asked before the transaction that saves it."""
        body, clock = written(lot, at=at)
        return cls(
            tender=lot.tender,
            lot_number=lot.number,
            reason=reason,
            taken_at=at,
            taken_by=by,
            clock=clock,
            body=body,
            digest=digest(body),
        )

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(stored(self.body))
        return content

    def csv(self) -> bytes:
        """One line for each solution and requirement, from the kept bytes alone."""
        return as_csv([HEAD, *table(self.content)])


def table(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for solution in content["solutions"]:
        for claim in solution["claims"]:
            yield (
                *(solution["name"], solution["provider"], "yes" if solution["qualifies"] else "no"),
                *(
                    solution["points"],
                    claim["ref"],
                    claim["criterion"],
                    assurance(claim["asked"]),
                ),
                *(
                    claim[name]
                    for name in ("outcome", "assurance", "basis", "source", "from", "to")
                ),
                "yes" if claim["enough"] else "no",
            )


def assurance(level: int) -> str:
    """Empty for a fact, which has none."""
    return f"AL{level}" if level else ""


def written(lot: Lot, *, at: datetime) -> tuple[bytes, int]:
    """The bytes of a shortlist, and the clock's number that they count."""
    lines = [line for line in lines_of(lot) if line.asked]
    tender, where = lot.tender, lot.where
    asked = [line.asked for line in lines if line.asked]
    question = Question(asked, where)
    answer = Answer.exact(question, at=at, shown=MOST)
    match = answer.match()
    outside = dict.fromkeys(places(answer.offered.unsaid, MOST), "unsaid")
    elsewhere = answer.inside & ~answer.tally.inside & ~answer.offered.unsaid
    outside |= dict.fromkeys(places(elsewhere, MOST), "elsewhere")
    offers = market.offers_at([*answer.shown, *outside])
    titles = market.titles({key for row in asked for key in row.criteria})
    facts = facts_of(row.fact for row in asked)
    claims = effective(
        [offer.release for offer in offers.values()],
        at=at,
        criteria=[criterion.pk for criterion in titles.values()],
    )
    solutions = [
        solution_written(
            offer,
            lines,
            claims[offer.release],
            answer.market.grid.row(place),
            outside.get(place, ""),
        )
        for place, offer in offers.items()
    ]
    content: Any = {
        "format": FORMAT,
        "tender": tender.reference,
        "version": tender.version,
        "lot": {"number": lot.number, "title": plain(lot.title)},
        "taken": moment(at),
        "clock": match.version,
        "countries": list(where.countries),
        "languages": list(where.languages),
        "all_countries": where.all_countries,
        "all_languages": where.all_languages,
        "requirements": asked_written(lines, titles, facts, answer, match),
        "counts": {
            "listed": match.of,
            "offered_there": match.facts_match,
            "not_said_where": match.facts_unknown,
            "qualifying": match.count,
            "small": match.small,
            "named": len(solutions),
        },
        "solutions": sorted(
            solutions,
            key=lambda row: (not row["qualifies"], len(row["lacks"]), row["name"], row["id"]),
        ),
    }
    return rfc8785.dumps(content), match.version


def asked_written(
    lines: Iterable[Line],
    titles: Mapping[str, Any],
    facts: Mapping[str, Fact],
    answer: Answer,
    found: Match,
) -> list[dict[str, Any]]:
    """The requirements in order, with how many each left and how many lacked it."""
    return [
        {
            "ref": line.ref,
            "criterion": line.asked.criterion,
            "title": title_of(line.asked, titles, facts),
            **(fact_written(line.asked) if line.asked.fact else {}),
            "alternatives": list(line.asked.alternatives),
            "obligation": line.obligation,
            "least": line.asked.least,
            "weight": line.weight,
            "must_be_present": line.asked.must_be_present,
            "left": step.count,
            "without": found.without[line.asked.key],
            "lacking": answer.tally.lacking.get(line.asked.key, 0).bit_count(),
        }
        for line, step in zip(lines, found.funnel, strict=True)
        if line.asked
    ]


def title_of(asked: Asked, titles: Mapping[str, Any], facts: Mapping[str, Fact]) -> str:
    if fact := facts.get(asked.fact):
        return plain(sentence(fact, asked.values, asked.how))
    return plain(titles[asked.criterion].title)


def fact_written(asked: Asked) -> dict[str, Any]:
    return {"fact": {"key": asked.fact, "values": list(asked.values), "how": asked.how}}


def lacks(said: dict[str, Any]) -> bool:
    return said["obligation"] == "must" and not said["enough"]


def solution_written(
    offer: Offer, lines: Sequence[Line], claims: dict[str, Any], stated: Row, place: str
) -> dict[str, Any]:
    """One solution with the facts and claims that were used; `place` says why facts exclude it."""
    asked = {line.asked.fact: line.asked for line in lines if line.asked and line.asked.fact}
    written_claims = [
        stated_written(line, stated) if line.asked.fact else claim_written(line, claims)
        for line in lines
        if line.asked
    ]
    missing = [claim["ref"] for claim in written_claims if lacks(claim)]
    return {
        "id": str(offer.solution),
        "release": str(offer.release),
        "name": plain(offer.name),
        "provider": plain(offer.provider),
        "size": offer.provider_size or "",
        "countries": list(offer.countries),
        "languages": list(offer.languages),
        "facts": {key: offer.facts[key] for key in asked if key in offer.facts},
        "place": place,
        "qualifies": not missing and not place,
        "lacks": missing,
        "unsaid": [claim["ref"] for claim in written_claims if claim["basis"] == UNSAID],
        "points": sum(
            claim["weight"] or 0
            for claim in written_claims
            if claim["obligation"] == "should" and claim["enough"]
        ),
        "claims": written_claims,
    }


def stated_written(line: Line, stated: Row) -> dict[str, Any]:
    """What decides a requirement that asks for a fact, in the shape of a claim."""
    asked: Any = line.asked
    met, unsaid = asked.met_by({}, stated), asked.unsaid(stated)
    return {
        "ref": line.ref,
        "criterion": asked.key,
        "asked": 0,
        "obligation": line.obligation,
        "weight": line.weight,
        "enough": met,
        "outcome": "met" if met else "" if unsaid else "not_met",
        "assurance": 0,
        "accepted": "",
        "basis": UNSAID if unsaid else "fact",
        "source": "",
        "from": "",
        "to": "",
    }


def claim_written(line: Line, claims: dict[str, Any]) -> dict[str, Any]:
    """The claim that decides a requirement: the first that is enough, else the criterion's own."""
    asked: Any = line.asked
    known = {key: claims[key] for key in asked.criteria if key in claims}
    enough = [
        key
        for key, claim in known.items()
        if asked.enough(byte(claim.outcome, claim.assurance, bool(claim.accepted_by)))
    ]
    key = enough[0] if enough else asked.criterion
    claim = known.get(key)
    return {
        "ref": line.ref,
        "criterion": key,
        "asked": asked.least,
        "obligation": line.obligation,
        "weight": line.weight,
        "enough": bool(enough),
        "outcome": claim.outcome if claim else "",
        "assurance": claim.assurance if claim else 0,
        "accepted": claim.accepted_by if claim else "",
        "basis": claim.basis if claim else "",
        "source": claim.source if claim else "",
        "from": moment(claim.valid_from) if claim else "",
        "to": moment(claim.valid_until) if claim and claim.valid_until else "",
    }
