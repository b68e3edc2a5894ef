"""A draft that begins with what a file says of a tender, and how far both say the same.

What this portal cannot take is said, sentence by sentence. Of data that others wrote, and of what
the catalogue here does not hold, requirements stand in their own words.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    CharField,
    EmailField,
    Field,
    JSONField,
    PositiveSmallIntegerField,
    TextField,
)
from django.utils.translation import gettext

from certcentre import places, zones
from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.plain_text import plain
from standards.catalogue.editions import Criterion, Obligation
from tenders import frozen_body, grounds
from tenders.call_data import (
    Asked,
    Award,
    LotAsked,
    Release,
    as_data,
    asked_in,
    numbers,
    within,
)
from tenders.legal_clauses import PACKS
from tenders.lot import Lot
from tenders.neutrality import open_up
from tenders.requirements import LONGEST, Requirement
from tenders.scoring import HIGHEST
from tenders.sources import by_keys
from tenders.tender import Tender

NAMED = 12  # references that a sentence names
HOW_TO_BID = {"bid_how", "bid_address"}
OFFICE = {"contact_office": "name", "contact_email": "email", "contact_phone": "telephone"}
COLUMNS = {  # the others, by the column that says the most of them
    "items": "code",
    "value": "value",
    "contractPeriod": "contract_start",
    "submissionMethod": "bid_how",
    "certcentre_equivalence": "wording",
}
OF_ONE_CALL = (  # what no other tender has in common with it
    *("id", "status", "documents", "amendments", "procuringEntity", "certcentre_reference"),
    *("title", "tenderPeriod", "enquiryPeriod"),
)
TERMS = {  # columns of a tender by the names of the data
    "summary": "description",
    "method": "procurementMethod",
    "method_reason": "procurementMethodRationale",
    "category": "mainProcurementCategory",
    "bid_address": "submissionMethodDetails",
    "bid_how": "certcentre_bidHow",
    "bid_languages": "certcentre_bidLanguages",
    "valid_days": "certcentre_bidsHoldDays",
    "contract_months": "certcentre_contractMonths",
    "contract_extensions": "certcentre_contractExtensions",
    "short_reason": "certcentre_shortReason",
    "zone": "certcentre_zone",
    "wording": "certcentre_wording",
    "countries": "certcentre_countries",
    "languages": "certcentre_languages",
}


def take(
    made: Tender, release: Release, *, by: User, at: datetime, typed: Iterable[str] = ()
) -> list[str]:
    """Fill a draft with what a file says, but for columns that somebody `typed`; gives what could
    not be taken, in sentences. `differing` says what is otherwise than in the file."""
    problems: list[str] = []
    if release.tongue and release.tongue != release.language:
        words = gettext("The file is in “%(file)s”, in which no annex is written here: choose one.")
        problems.append(words % {"file": release.tongue[:20]})
    given = terms_of(release, made, problems, at=at)
    given = {name: value for name, value in given.items() if name not in set(typed)}
    terms = dict(fitting(made, given, problems))
    with made.edited(by=by, at=at):
        Tender.objects.filter(pk=made.pk).update(
            **terms, language=release.language, grounds=picks(release, problems)
        )
        made.refresh_from_db()
        made.lots.all().delete()
        known = criteria_of(release)
        rows_asked = list(asked_in(release))
        for number, lot in enumerate(release.call.lots, start=1):
            row = lot_made(made, number, lot, problems)
            row.require_room(len(rows_asked), 0)
            asked = [
                each for lots, each in rows_asked if lot.id in lots or (number == 1 and not lots)
            ]
            rows = requirements(row, asked, known, release, problems)
            Requirement.objects.bulk_create(rows, batch_size=500)
    made.refresh_from_db()
    return list(dict.fromkeys(problems))


def criteria_of(release: Release) -> dict[str, Criterion]:
    """What is asked for that the catalogue holds, by key."""
    rows = [asked for _lots, asked in asked_in(release)]
    keys = [each.origin.criterion for each in rows if each.origin.criterion]
    others = [other.criterion for each in rows for other in each.accepted]
    return {criterion.key: criterion for criterion in by_keys([*keys, *others])}


def terms_of(
    release: Release, made: Tender, problems: list[str], *, at: datetime
) -> dict[str, Any]:
    """The columns of a tender as a file has them; of times only those to come, and of another
    buyer neither who answers nor where bids go."""
    call = release.said
    terms = {name: call[key] for name, key in TERMS.items() if key in call}
    if release.buyer == plain(made.buyer.name):
        terms |= {name: release.office.get(key) for name, key in OFFICE.items()}
    elif terms.keys() & HOW_TO_BID:
        terms = {name: value for name, value in terms.items() if name not in HOW_TO_BID}
        words = gettext("The file is another buyer’s: say yourself who answers and how to bid.")
        problems.append(words)
    value = call.get("value")
    if isinstance(value, dict):
        terms |= {"value": str(value.get("amount")), "currency": value.get("currency")}
        terms |= {"value_public": True}
    items = call.get("items")
    item = items[0] if isinstance(items, list) and items else {}
    classified = item.get("classification") if isinstance(item, dict) else None
    if isinstance(classified, dict):
        terms |= {"scheme": classified.get("scheme"), "code": classified.get("id")}
        terms |= {"code_words": classified.get("description")}
    begins = within(call, "contractPeriod", "startDate")
    if begins:
        zone = terms.get("zone")
        there = zone if isinstance(zone, str) and zone in available_timezones() else "UTC"
        terms["contract_start"] = zones.day_of(begins, there).isoformat()
    closes, asked = (within(call, name, "endDate") for name in ("tenderPeriod", "enquiryPeriod"))
    if closes and closes <= at:
        problems.append(gettext("Left out: times that are past. Say until when bids are taken."))
    if closes and closes > at:
        terms["deadline"] = closes.isoformat()
        if asked and at < asked < closes:
            terms["questions_until"] = asked.isoformat()
    return terms


def lot_made(made: Tender, number: int, lot: LotAsked, problems: list[str]) -> Lot:
    """A lot as the file has it; without its award criteria where these cannot be kept."""
    about = dict(fitting(Lot(), lot_of(lot, made), problems))
    row = Lot(tender=made, number=number, **about)
    try:
        row.validate_constraints()
    except ValidationError:
        kept = {name: value for name, value in about.items() if name in Lot.DETAILS}
        row = Lot(tender=made, number=number, **kept)
        words = gettext("Left out: how bids for lot %(n)d are scored, since it does not fit here.")
        problems.append(words % {"n": number})
    row.title = row.title or made.title
    row.save(force_insert=True)
    return row


def lot_of(lot: LotAsked, tender: Tender) -> dict[str, Any]:
    """The columns of a lot. What is the tender's is not said again."""
    award = lot.award or Award()
    about: dict[str, Any] = {
        "title": lot.title or tender.title,
        "about_products": lot.products,
        "countries": [] if lot.countries == tender.countries else lot.countries,
        "languages": [] if lot.languages == tender.languages else lot.languages,
        "all_countries": lot.all_countries,
        "all_languages": lot.all_languages,
    }
    if lot.award:
        price, quality = award.price, award.quality
        about |= {"price_kind": price.kind, "price_words": price.words}
        scores = [plain(each) for each in award.scores]
        about |= {"scores": scores if len(scores) == HIGHEST + 1 else []}
        about |= {"price_formula": price.formula} if price.formula else {}
        if quality:  # where nothing is scored the price has all points, and none are said
            about |= {"price_weight": price.weight, "earns": quality.earns}
            about |= {"threshold": quality.threshold}
    return about


def fitting(
    record: Tender | Lot, given: dict[str, Any], problems: list[str]
) -> Iterator[tuple[str, Any]]:
    """The columns that the record can hold, each cleaned; of each other one a sentence."""
    for name, value in given.items():
        if value in (None, "", []):
            continue
        column: Any = record._meta.get_field(name)
        try:
            yield name, fit(column, value)
        except (ValidationError, ValueError, TypeError):
            about = {"name": column.verbose_name, "value": str(value)[:60]}
            words = gettext("Left out, since it does not fit here: %(name)s, “%(value)s”.")
            problems.append(words % about)


def fit(column: "Field[Any, Any]", value: object) -> object:
    """A value as a column holds it; ValueError or ValidationError where it cannot."""
    if isinstance(value, str):
        value = plain(value)
        if column.max_length and len(value) > column.max_length:
            raise ValueError(column.name)
    if type(value) is not KINDS.get(type(column), type(value)):
        raise TypeError(column.name)
    if column.name in KNOWN:
        known = KNOWN[column.name]()
        if not all(each in known for each in (value if isinstance(value, list) else [value])):
            raise ValueError(column.name)
    made: object = column.clean(value, None)
    return made


KINDS: dict[type, type] = {  # what a file has for a column, where that is more than a text says
    CharField: str,
    TextField: str,
    EmailField: str,
    JSONField: list,
    BooleanField: bool,
    PositiveSmallIntegerField: int,
}


def language_codes() -> set[str]:
    return {code for code, _name in places.languages()}


KNOWN: dict[str, Callable[[], Container[object]]] = {  # what columns hold that are no choices
    "countries": lambda: {code for code, _name in places.countries()},
    "languages": language_codes,
    "bid_languages": language_codes,
    "wording": lambda: PACKS,
    "zone": available_timezones,
}


def picks(release: Release, problems: list[str]) -> list[grounds.Pick]:
    """The grounds that are asked for and known here."""
    asked = {each.code: each.asked for each in release.call.criteria if each.code}
    known = {code: words for code, words in asked.items() if code in grounds.BY_CODE}
    if gone := sorted(set(asked) - set(known)):
        words = gettext("Left out: no such ground: %(codes)s.")
        problems.append(words % {"codes": ", ".join(gone)})
    try:
        return grounds.picked(known)
    except NotReady as error:
        problems.extend(error.problems)
        return []


def requirements(
    lot: Lot,
    asked: Sequence[Asked],
    known: dict[str, Criterion],
    release: Release,
    problems: list[str],
) -> list[Requirement]:
    """What a lot asks for, in order. What the catalogue does not hold stands in its own words."""
    rows: list[Requirement] = []
    taken: set[str] = set()
    foreign = []
    for each in asked:
        criterion = known.get(each.origin.criterion or "")
        if criterion and criterion.key in taken:
            continue
        row = made_of(each, criterion, known, release.language)
        if each.fact and not askable(row):
            row = made_of(each.model_copy(update={"fact": None}), None, known, release.language)
        if (each.origin.criterion and not criterion) or (each.fact and not row.fact):
            foreign.append(each.id or each.title[:40])
        if not (criterion or row.fact or row.words):
            continue
        taken.add(criterion.key if criterion else "")
        row.lot, row.position = lot, len(rows) + 1
        rows.append(row)
    if foreign:
        words = gettext(
            "The catalogue here does not hold what these rest on, so they stand in their own "
            "words: %(refs)s."
        )
        problems.append(words % {"refs": ", ".join(foreign[:NAMED])})
    return rows


def made_of(
    asked: Asked, criterion: Criterion | None, known: dict[str, Criterion], language: str
) -> Requirement:
    """One requirement as a draft has it."""
    obligation = asked.obligation if asked.obligation in Obligation.values else Obligation.MUST
    should = obligation == Obligation.SHOULD
    row = Requirement(
        criterion=criterion,
        obligation=obligation,
        weight=asked.weight if should else None,
        least=asked.level if criterion else 1,
        must_be_present=asked.present,
        justification=plain(asked.rationale)[:LONGEST],
        evidence_asked=evidence_of(asked, criterion, language)[:LONGEST],
        alternatives=[other.criterion for other in asked.accepted if other.criterion in known],
    )
    if asked.fact and not criterion:
        row.fact, row.fact_values, row.fact_how = asked.fact.key, asked.fact.values, asked.fact.how
    elif not criterion:
        row.words = plain("\n".join(own_words(asked)))[:LONGEST].strip()
        row.least_score = asked.least_score if should else None
    return row


def own_words(asked: Asked) -> Iterator[str]:
    """What a requirement says where nothing in the catalogue stands for it."""
    if asked.title and asked.title not in asked.description:
        yield asked.title
    if asked.description:
        yield asked.description
    if asked.origin.cites:
        yield asked.origin.cites
    if asked.bounds:
        yield ", ".join(f"{name} {str(value)[:100]}" for name, value in asked.bounds.items())


def evidence_of(asked: Asked, criterion: Criterion | None, language: str) -> str:
    """What is asked for as proof; empty where it is what the catalogue says."""
    evidence = plain(asked.evidence)
    hint = criterion.text("evidence_hint", language) if criterion else ""
    return "" if evidence == open_up(plain(hint), language) else evidence


def askable(row: Requirement) -> bool:
    """Whether providers state this fact, in these values."""
    try:
        row.require_askable()
    except NotReady:
        return False
    return row.fact_how in Requirement.How.values


def differing(made: Tender, release: Release) -> list[str]:
    """References of requirements, and names of other parts, that a draft says otherwise than the
    file that it was read from; empty where both say the same, word for word."""
    stands = as_data(frozen_body.written(made))["tender"]
    ours, theirs = of_any_call(stands), of_any_call(release.said)
    asked = [flat(each.pop("criteria", [])) for each in (ours, theirs)]
    refs = sorted({*asked[0], *asked[1]}, key=numbers)
    different = [ref for ref in refs if asked[0].get(ref) != asked[1].get(ref)]
    keys = [key for key in {*ours, *theirs} if same(ours.get(key)) != same(theirs.get(key))]
    return different + sorted({named(key) for key in keys})


def named(key: str) -> str:
    """A part of a file by the name that it has on pages."""
    columns = {**{value: name for name, value in TERMS.items()}, **COLUMNS}
    if key in columns:
        column: Any = Tender._meta.get_field(columns[key])
        return str(column.verbose_name)
    if key.startswith(("awardCriteria", "lots")):
        return gettext("lots, and how they are scored")
    return key.removeprefix("certcentre_")


def of_any_call(said: dict[str, Any]) -> dict[str, Any]:
    """Without what is of one call alone."""
    kept = {key: value for key, value in said.items() if key not in OF_ONE_CALL}
    lots = kept.get("lots")
    if isinstance(lots, list):
        kept["lots"] = [{**lot, "status": ""} for lot in lots if isinstance(lot, dict)]
    return kept


def flat(criteria: object) -> dict[str, str]:
    """Each requirement and ground of a file by its reference, as text that can be compared."""
    rows: dict[str, str] = {}
    for part in criteria if isinstance(criteria, list) else ():
        for group in part.get("requirementGroups", ()):
            for each in group.get("requirements", ()):
                rows[str(each.get("id", ""))] = same([part.get("id"), part.get("title"), each])
    return rows


def same(value: object) -> str:
    """Text that is the same for the same value."""
    return json.dumps(value, sort_keys=True)
