"""What the market asks of a provider: tenders a release could answer, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import F

from certcentre.accounts.people import Reader
from standards.assessment.claims import effective
from standards.assessment.solutions import Release
from standards.assessment.standing_bytes import byte
from standards.catalogue.editions import Criterion
from standards.registry.matching.bitsets import Row
from standards.registry.matching.facts import as_words
from standards.registry.matching.qualifying import Requirement as Asked
from standards.registry.matching.qualifying import lacking, score
from tenders.fact_words import facts_of, sentence, silence
from tenders.lot import Lot
from tenders.requirements import Requirement, asked_for
from tenders.tender import Tender

MOST_WANTED = 20
MOST_NEAR = 25
MOST_OWN = 5  # of the reader's products beside a tender


@dataclass(frozen=True)
class Chance:
    """One lot of an open tender, and how the release stands towards it."""

    lot: Lot
    missing: tuple[str, ...]  # criterion keys, in the order asked
    unlike: tuple[str, ...]  # keys of what is asked of facts and the product is not, or not said
    unsaid: frozenset[str]  # of these: what the product does not state
    there: bool | None  # offered in its countries and languages; None: the facts do not say
    counted: int  # requirements from the catalogue
    own: int  # in the buyer's words, to be read
    points: int = 0
    ending: int = 0  # criteria that count now and no longer when bids close

    @property
    def tender(self) -> Tender:
        return self.lot.tender

    @property
    def uncounted(self) -> bool:
        return not self.lot.about_products

    @property
    def ready(self) -> bool:
        return not (self.uncounted or self.missing or self.unlike) and self.there is True


@dataclass
class Wish:
    """A criterion that open tenders ask for and the release does not show."""

    key: str
    tenders: set[Any] = field(default_factory=set)
    least: int = 1  # the highest assurance that any of them asks for
    opens: int = 0  # lots for which nothing else is missing


@dataclass(frozen=True)
class Outlook:
    """Everything the page shows."""

    ready: list[Chance]
    near: list[Chance]
    wanted: list[Wish]
    more: int  # wishes that are not among them
    of: int  # lots of open tenders that are about products
    criteria: dict[str, Criterion]
    facts: dict[str, str]  # key of a requirement → what is asked of a fact, in words
    silences: dict[str, str]  # the same → that the product does not state it


def outlook(release: Release, *, at: datetime) -> Outlook:
    """The open tenders as this release could answer them at the moment `at`. Four statements, five
    where facts are asked for."""
    lots = {
        lot.pk: lot
        for lot in Lot.objects.filter(
            tender__in=Tender.objects.open(at=at), status=Lot.Status.OPEN, about_products=True
        )
        .select_related("tender__buyer")
        .defer("tender__body")
    }
    asked, own = asked_of(lots)
    levels = held_by([release.pk], at=at)[release.pk]
    stated = stated_of(release)
    chances = [chance(lot, asked[pk], own[pk], levels, stated) for pk, lot in lots.items()]
    chances.sort(key=soonest)
    near = sorted(
        (chance for chance in chances if not chance.ready),
        key=lambda chance_near: len(chance_near.missing) + len(chance_near.unlike),
    )
    wished = wishes(chances, asked)
    wanted = wished[:MOST_WANTED]
    keys = {wish.key for wish in wanted} | {
        key for chance_near in near for key in chance_near.missing
    }
    factual = {each.key: each for some in asked.values() for each in some if each.fact}
    facts = facts_of(each.fact for each in factual.values())
    return Outlook(
        ready=[chance for chance in chances if chance.ready],
        near=near[:MOST_NEAR],
        wanted=wanted,
        more=len(wished) - len(wanted),
        of=len(lots),
        criteria=Criterion.objects.select_related("edition").in_bulk(list(keys), field_name="key"),
        facts={
            key: sentence(facts[each.fact], each.values, each.how)
            for key, each in factual.items()
            if each.fact in facts
        },
        silences={
            key: silence(facts[each.fact]) for key, each in factual.items() if each.fact in facts
        },
    )


def towards(tender: Tender, user: Reader, *, at: datetime) -> list[tuple[Release, list[Chance]]]:
    """How the current releases of the reader's own products stand towards each lot of a tender.

    Five statements; one for a reader who has none.
    """
    mine = Release.objects.of_members(user).filter(solution__current_release=F("pk"))
    releases = list(mine.select_related("solution").order_by("solution__name", "pk")[:MOST_OWN])
    if not releases:
        return []
    lots = {lot.pk: lot for lot in tender.lots.order_by("number") if lot.is_open}
    for lot in lots.values():
        lot.tender = tender
    asked, own = asked_of(lots)
    keys = [release.pk for release in releases]
    levels = held_by(keys, at=at)
    then = held_by(keys, at=tender.deadline) if tender.deadline else levels

    stated = {release.pk: stated_of(release) for release in releases}

    def stands(one: Release, lot: Lot) -> Chance:
        now = chance(lot, asked[lot.pk], own[lot.pk], levels[one.pk], stated[one.pk])
        when = chance(lot, asked[lot.pk], own[lot.pk], then[one.pk], stated[one.pk])
        return replace(now, ending=len(set(when.missing) - set(now.missing)))

    return [(release, [stands(release, lot) for lot in lots.values()]) for release in releases]


def asked_of(lots: Iterable[int]) -> tuple[dict[int, list[Asked]], dict[int, int]]:
    """For each lot what it asks from the catalogue, and how much in own words. One statement."""
    asked: dict[int, list[Asked]] = {pk: [] for pk in lots}
    own = dict.fromkeys(asked, 0)
    for lot, *values in requirements_of(asked):
        if requirement := asked_for(*values):
            asked[lot].append(requirement)
        else:
            own[lot] += 1
    return asked, own


def held_by(releases: list[Any], *, at: datetime) -> dict[Any, dict[str, int]]:
    """For each release its criteria as the bytes of a standing. One statement."""
    return {
        release: {
            key: byte(claim.outcome, claim.assurance, bool(claim.accepted_by))
            for key, claim in claims.items()
        }
        for release, claims in effective(releases, at=at).items()
    }


def requirements_of(lots: Iterable[int]) -> Iterable[Any]:
    rows = Requirement.objects.filter(lot__in=lots).order_by("lot", "position")
    return rows.values_list(
        *("lot_id", "criterion__key", "obligation", "least", "weight", "must_be_present"),
        *("alternatives", "fact", "fact_values", "fact_how"),
    )


def stated_of(release: Release) -> Row:
    """What the release states of the product, as sets are made of."""
    return Row(b"", True, as_words(release.declared_facts or release.facts))


def chance(lot: Lot, asked: list[Asked], own: int, held: dict[str, int], stated: Row) -> Chance:
    missing = lacking(asked, held, stated)
    facts = {each.key: each for each in asked if each.fact}
    return Chance(
        lot=lot,
        missing=tuple(key for key in missing if key not in facts),
        unlike=tuple(key for key in missing if key in facts),
        unsaid=frozenset(key for key in missing if key in facts and facts[key].unsaid(stated)),
        there=lot.where.admits(stated),
        counted=len(asked),
        own=own,
        points=score(asked, held, stated),
    )


def soonest(one: Chance) -> tuple[bool, Any, str]:
    deadline = one.tender.deadline
    return (deadline is None, deadline, f"{one.tender.reference} {one.lot.number}")


def wishes(chances: Iterable[Chance], asked: dict[int, list[Asked]]) -> list[Wish]:
    """What is missing most often, first what alone would open a lot; equals as they are asked."""
    by_key: dict[str, Wish] = {}
    for chance in chances:
        least = {each.key: each.least for each in asked[chance.lot.pk] if each.binding}
        for key in chance.missing:
            wish = by_key.setdefault(key, Wish(key))
            wish.tenders.add(chance.tender.pk)
            wish.least = max(wish.least, least.get(key, 1))
            wish.opens += len(chance.missing) == 1 and not chance.unlike and chance.there is True
    return sorted(by_key.values(), key=lambda wish: (-wish.opens, -len(wish.tenders)))
