"""What a draft lacks before it may be published, and what its author should think about."""

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import Organisation
from certcentre.lifecycle import NotReady
from standards.catalogue.editions import Edition, Obligation
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import language_gaps
from tenders.frozen_body import lots_of, written
from tenders.independence import providers_among
from tenders.invitee import few_invited, nobody_invited
from tenders.lot import Lot, countries_of_law, country_groups
from tenders.neutrality import Laws, citations, flags
from tenders.notice import Notice
from tenders.notice_check import about_notice, asked
from tenders.requirements import Requirement
from tenders.version_diff import changes
from tenders.warned import Warned, catalogued, refs

VERIFIED = 3  # from here on somebody independent examines
EXAMINED_IN = timedelta(days=60)  # how long an examination takes, from request to decision


def missing(tender: Notice, *, at: datetime) -> list[str]:
    """Everything that stands in the way of publishing, in words; empty when nothing does."""
    lots = lots_of(tender)
    problems = about_tender(tender, at=at)
    for lot in lots:
        problems += about_lot(lot)
    return problems + about_editions(lots) + about_changes(tender)


def about_changes(tender: Notice) -> list[str]:
    """An amendment changes something; the version before stays otherwise."""
    earlier = tender.amends
    if not (earlier and earlier.body):
        return []
    if changes(json.loads(bytes(earlier.body)), written(tender)):
        return []
    return [gettext("Nothing is changed since the version before. Change it, or throw it away.")]


def about_tender(tender: Notice, *, at: datetime) -> list[str]:
    problems = []
    if tender.buyer.status != Organisation.Status.VERIFIED:
        problems.append(
            gettext("The centre has not verified your organisation yet, or has suspended it.")
        )
    authors = [tender.created_by_id, *tender.authors.values_list("pk", flat=True)]
    if names := providers_among(authors, at=at):
        problems.append(
            gettext(
                "%(names)s wrote in this tender and belongs to a provider. Start it again "
                "without them."
            )
            % {"names": ", ".join(names)}
        )
    problems += about_notice(tender, at=at)
    if words := nobody_invited(tender):
        problems.append(words)
    if tender.amends and settled(tender.amends, at=at):
        problems.append(
            gettext("The version before can no longer be amended. Throw this draft away.")
        )
    return problems


def settled(tender: Notice, *, at: datetime) -> str:
    """Why a published tender keeps its words; empty while an amendment may change them. Two
    statements."""
    if not tender.is_open(at=at):
        return gettext(
            "Bids have closed, so its words stay. Award it, or cancel it and start again."
        )
    if Lot.objects.filter(tender=tender.pk).exclude(status=Lot.Status.OPEN).exists():
        return gettext(
            "A lot of it is awarded or cancelled, so its words stay: the next version would open "
            "the lot again."
        )
    if tender.bids_are_read():
        return gettext("You read bids for it already, so its words stay.")
    return ""


def about_lot(lot: Lot) -> list[str]:
    """No requirement, *must* without a reason, weights that are not 100, brands without one."""
    asked = list(lot.requirements.all())
    name = {"lot": lot.number}
    if not asked:
        return [gettext("Lot %(lot)d asks for nothing yet.") % name]
    problems = []

    def unless(broken: list[Requirement], words: str) -> None:
        if broken:
            problems.append(words % {"refs": refs(broken)})

    musts = [r for r in asked if r.obligation == Obligation.MUST]
    scored = [r for r in asked if r.obligation == Obligation.SHOULD]
    unless(
        [r for r in musts if r.lacks_reason],
        gettext("Say why you need each must. Without a reason: %(refs)s."),
    )
    unless(
        [r for r in asked if named(r) and not r.justification.strip() and r not in musts],
        gettext("Give a reason for each brand or closed format you name: %(refs)s."),
    )
    unless([r for r in scored if not r.weight], gettext("Give each should a weight: %(refs)s."))
    return problems + (about_award(lot, scored) if scored else [])


def about_award(lot: Lot, scored: list[Requirement]) -> list[str]:
    """What the price counts and what each *should* counts make a hundred."""
    weight = (lot.price_weight or 0) + sum(r.weight or 0 for r in scored)
    name = {"lot": lot.number, "weight": weight, "full": FULL_WEIGHT}
    if len(scored) > lot.room_for_shoulds:
        return [lot.too_many(len(scored))]
    if not lot.price_weight:
        words = gettext("Say in the award criteria how many points the price of lot %(lot)d gets.")
        return [words % name]
    if weight == FULL_WEIGHT:
        return []
    words = gettext(
        "The weights of lot %(lot)d add up to %(weight)d, with the price. Make them %(full)d."
    )
    return [words % name]


def named(requirement: Requirement) -> bool:
    """Whether the buyer's own words name a brand or a closed format."""
    return not requirement.criterion_id and any(
        flag.kind in ("brand", "closed_format") for flag in flags(requirement.words)
    )


def about_editions(lots: list[Lot]) -> list[str]:
    """Withdrawn editions: nothing new may rest on them."""
    gone: dict[str, list[Requirement]] = {}
    for requirement, criterion in catalogued(lots):
        edition = criterion.edition
        if edition.status != Edition.Status.PUBLISHED:
            gone.setdefault(edition.name, []).append(requirement)
    return [
        gettext("%(edition)s was withdrawn. Take these out or replace them: %(refs)s.")
        % {"edition": name, "refs": refs(requirements)}
        for name, requirements in sorted(gone.items())
    ]


WORDS: dict[str, Callable[[], str]] = {
    "brand": lambda: gettext(
        "“%(found)s” looks like a brand. A bidder could challenge it. Say what the product shall "
        "do instead, or give the reason; “or equivalent” is added."
    ),
    "closed_format": lambda: gettext(
        "“%(found)s” is a format that one maker controls. Ask for an open format, or give the "
        "reason."
    ),
    "issuer": lambda: gettext(
        "“%(found)s” looks like the only body whose proof you accept. Accept equivalent bodies."
    ),
    "name_only": lambda: gettext(
        "This only names %(found)s. Say too what the product shall do or how well."
    ),
}


def said_of(words: str) -> list[str]:
    """What may narrow competition in a buyer's own words, in sentences."""
    return [WORDS[flag.kind]() % {"found": flag.found} for flag in flags(words)]


def warnings(tender: Notice, *, at: datetime) -> list[Warned]:
    """What the author should think about before publishing, requirement by requirement."""
    lots = lots_of(tender)
    warned = [
        Warned(flag.kind, str(requirement), WORDS[flag.kind]() % {"found": flag.found})
        for lot in lots
        for requirement in lot.requirements.all()
        if not requirement.criterion_id
        for flag in flags(requirement.words)
    ]
    warned += about_words(tender, lots)
    warned += [
        Warned(kind, "", words, confirmed=kind == "no_deadline")
        for kind, words in asked(tender, at=at)
    ]
    if few := few_invited(tender):
        warned.append(Warned("few_invited", "", few))
    warned += elsewhere(lots)
    warned += superseded(lots, at=at)
    warned += too_soon(tender, lots, at=at)
    return warned + language_gaps.lacking(tender, lots)


def about_words(tender: Notice, lots: list[Lot]) -> list[Warned]:
    """What the title, the summary and the titles of lots name beside the requirements."""
    texts = [(gettext("Title"), tender.title), (gettext("What you want to buy"), tender.summary)]
    for lot in lots:
        place = gettext("Lot %(number)d") % {"number": lot.number}
        texts += [(place, text) for text in (lot.title, lot.price_words, *lot.scores)]
    warned = [
        Warned(flag.kind, "", f"{place}: {WORDS[flag.kind]() % {'found': flag.found}}")
        for place, text in texts
        for flag in flags(text)
        if flag.kind != "name_only"  # they only say what the requirements ask for
    ]
    if cited := citations(tender.title):
        words = gettext("The title names %(found)s without “or equivalent”.")
        warned.append(Warned("title", "", words % {"found": cited[0]}))
    return warned


def elsewhere(lots: list[Lot]) -> list[Warned]:
    """Laws of countries that the lot does not name. One statement where there is any law."""
    every = catalogued(lots)
    groups = country_groups(criterion.edition for _requirement, criterion in every)
    asked: dict[Edition, list[Requirement]] = {}
    for requirement, criterion in every:
        if Laws(countries_of_law(requirement.lot), groups).foreign(criterion.edition):
            asked.setdefault(criterion.edition, []).append(requirement)
    words = gettext(
        "%(edition)s is a law of %(places)s, and the tender names no such country of use. Take "
        "these out, or name the country: %(refs)s. Else they are asked for “or equivalent”, not "
        "as the law requires."
    )
    return [
        Warned(
            "elsewhere",
            "",
            words
            % {
                "edition": edition.text("name"),
                "places": ", ".join(edition.places),
                "refs": refs(requirements),
            },
        )
        for edition, requirements in asked.items()
    ]


def too_soon(tender: Notice, lots: list[Lot], *, at: datetime) -> list[Warned]:
    """Verified or certified is asked for, and bids close before anybody could be examined."""
    if not tender.deadline or not at < tender.deadline <= at + EXAMINED_IN:
        return []
    asked = [r for r, _criterion in catalogued(lots) if r.least >= VERIFIED]
    if not asked:
        return []
    words = gettext(
        "%(level)s is asked for, and bids close in %(days)d days. An examination takes longer: "
        "accept other proof, or set a later date."
    )
    level = str(max(asked, key=lambda r: r.least).get_least_display())
    days = max(0, (tender.deadline - at).days)
    return [Warned("too_soon", refs(asked), words % {"level": level, "days": days})]


def require_confirmed(tender: Notice, confirmed: Collection[str] | None, *, at: datetime) -> None:
    """NotReady where something to be confirmed was not; None: nobody is asked."""
    asked_of = [] if confirmed is None else [w for w in warnings(tender, at=at) if w.confirmed]
    words = gettext("Confirm each of these, or change it: %(what)s")
    if lacking := [words % {"what": w.words} for w in asked_of if w.kind not in (confirmed or ())]:
        raise NotReady(*lacking)


def superseded(lots: list[Lot], *, at: datetime) -> list[Warned]:
    """Editions that a newer one in force has followed, with the newer one's name."""
    asked = catalogued(lots)
    standards = {criterion.edition.standard_id for _requirement, criterion in asked}
    latest: dict[int, Edition] = {}
    in_force = Edition.objects.in_force(at=at).filter(
        standard__in=standards, effective_from__isnull=False
    )
    for edition in in_force.order_by("effective_from"):
        latest[edition.standard_id] = edition
    followed: dict[tuple[str, str], list[Requirement]] = {}
    for requirement, criterion in asked:
        edition = criterion.edition
        newer = latest.get(edition.standard_id)
        if (
            newer
            and edition.effective_from
            and newer.effective_from
            and (newer.effective_from > edition.effective_from)
        ):
            followed.setdefault((edition.name, newer.name), []).append(requirement)
    return [
        Warned(
            "superseded",
            str(requirements[0]),
            ngettext(
                "%(old)s is followed by %(new)s. One requirement still asks for the old.",
                "%(old)s is followed by %(new)s. %(number)d requirements still ask for the old.",
                len(requirements),
            )
            % {"old": old, "new": new, "number": len(requirements)},
        )
        for (old, new), requirements in followed.items()
    ]
