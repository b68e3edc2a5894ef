"""The shortlist: who could answer a lot at one moment, and why the others could not, kept for good.

It is written once, from claims as they stood, and every file of it is rendered from its own bytes:
what a provider, an auditor or the register says later changes nothing of it.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Self

import rfc8785
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation
from certcentre.accounts.people import Reader, User
from certcentre.log.models import record
from certcentre.plain_text import plain
from certcentre.tables.writing import as_csv
from standards.assessment.claims import effective
from standards.assessment.standing_bytes import byte
from standards.registry.matching import market
from standards.registry.matching.market import Answer, Match, Offer, Question
from standards.registry.matching.qualifying import places
from tenders.competition import Line, lines_of
from tenders.frozen_body import moment
from tenders.requirements import Lot
from tenders.steps import SHORTLIST_SAVED

FORMAT = "certcentre.shortlist/1"
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
        made = cls.taken(lot, cls.Reason.SAVED, by=by, at=at)
        made.save(force_insert=True)
        detail = {"digest": made.digest, "lot": made.lot_number}
        record(made, SHORTLIST_SAVED, by=by, at=at, organisation=lot.tender.buyer, detail=detail)
        return made

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
            digest=hashlib.sha256(body).hexdigest(),
        )

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(bytes(self.body))
        return content

    def csv(self) -> bytes:
        """One line for each solution and requirement, from the kept bytes alone."""
        return as_csv([HEAD, *table(self.content)])


def table(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in content["solutions"]:
        for said in one["claims"]:
            yield (
                *(one["name"], one["provider"], "yes" if one["qualifies"] else "no"),
                *(one["points"], said["ref"], said["criterion"], f"AL{said['asked']}"),
                *(said[name] for name in ("outcome", "assurance", "basis", "source", "from", "to")),
                "yes" if said["enough"] else "no",
            )


def written(lot: Lot, *, at: datetime) -> tuple[bytes, int]:
    """The bytes of a shortlist, and the clock's number that they count."""
    lines = [line for line in lines_of(lot) if line.asked]
    tender = lot.tender
    asked = [line.asked for line in lines if line.asked]
    question = Question(asked, tuple(tender.countries), tuple(tender.languages))
    answer = Answer.exact(question, at=at, shown=MOST)
    found = answer.match()
    outside = dict.fromkeys(places(answer.unsaid, MOST), "unsaid")
    elsewhere = answer.inside & ~answer.tally.inside & ~answer.unsaid
    outside |= dict.fromkeys(places(elsewhere, MOST), "elsewhere")
    offers = market.offers_at([*answer.shown, *outside])
    titles = market.titles({key for one in asked for key in one.criteria})
    claims = effective(
        [offer.release for offer in offers.values()],
        at=at,
        criteria=[criterion.pk for criterion in titles.values()],
    )
    solutions = [
        solution_written(offer, lines, claims[offer.release], outside.get(place, ""))
        for place, offer in offers.items()
    ]
    content: Any = {
        "format": FORMAT,
        "tender": tender.reference,
        "version": tender.version,
        "lot": {"number": lot.number, "title": plain(lot.title)},
        "taken": moment(at),
        "clock": found.version,
        "countries": list(tender.countries),
        "languages": list(tender.languages),
        "requirements": asked_written(lines, titles, answer, found),
        "counts": {
            "listed": found.of,
            "offered_there": found.facts_match,
            "not_said_where": found.facts_unknown,
            "qualifying": found.count,
            "small": found.small,
            "named": len(solutions),
        },
        "solutions": sorted(
            solutions,
            key=lambda one: (not one["qualifies"], len(one["lacks"]), one["name"], one["id"]),
        ),
    }
    return rfc8785.dumps(content), found.version


def asked_written(
    lines: Iterable[Line], titles: Mapping[str, Any], answer: Answer, found: Match
) -> list[dict[str, Any]]:
    """The requirements in order, with how many each left and how many lacked it."""
    return [
        {
            "ref": line.ref,
            "criterion": line.asked.criterion,
            "title": plain(titles[line.asked.criterion].title),
            "alternatives": list(line.asked.alternatives),
            "obligation": line.obligation,
            "least": line.asked.least,
            "weight": line.weight,
            "must_be_present": line.asked.must_be_present,
            "left": step.count,
            "without": found.without[line.asked.criterion],
            "lacking": answer.tally.lacking.get(line.asked.criterion, 0).bit_count(),
        }
        for line, step in zip(lines, found.funnel, strict=True)
        if line.asked
    ]


def lacks(said: dict[str, Any]) -> bool:
    return said["obligation"] == "must" and not said["enough"]


def solution_written(
    offer: Offer, lines: Iterable[Line], claims: dict[str, Any], place: str
) -> dict[str, Any]:
    """One solution with the facts and claims that were used; `place` says why facts exclude it."""
    said = [claim_written(line, claims) for line in lines if line.asked]
    missing = [one["ref"] for one in said if lacks(one)]
    return {
        "id": str(offer.solution),
        "release": str(offer.release),
        "name": plain(offer.name),
        "provider": plain(offer.provider),
        "size": offer.provider_size or "",
        "countries": list(offer.countries),
        "languages": list(offer.languages),
        "place": place,
        "qualifies": not missing and not place,
        "lacks": missing,
        "points": sum(
            one["weight"] or 0 for one in said if one["obligation"] == "should" and one["enough"]
        ),
        "claims": said,
    }


def claim_written(line: Line, claims: dict[str, Any]) -> dict[str, Any]:
    """The claim that decides a requirement: the first that is enough, else the criterion's own."""
    asked: Any = line.asked
    held = {key: claims[key] for key in asked.criteria if key in claims}
    enough = [
        key
        for key, one in held.items()
        if asked.enough(byte(one.outcome, one.assurance, bool(one.accepted_by)))
    ]
    key = enough[0] if enough else asked.criterion
    one = held.get(key)
    return {
        "ref": line.ref,
        "criterion": key,
        "asked": asked.least,
        "obligation": line.obligation,
        "weight": line.weight,
        "enough": bool(enough),
        "outcome": one.outcome if one else "",
        "assurance": one.assurance if one else 0,
        "accepted": one.accepted_by if one else "",
        "basis": one.basis if one else "",
        "source": one.source if one else "",
        "from": moment(one.valid_from) if one else "",
        "to": moment(one.valid_until) if one and one.valid_until else "",
    }
