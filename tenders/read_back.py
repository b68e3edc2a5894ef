"""A draft that begins with what a file says of a tender, and how far both say the same.

What this portal cannot take is said, sentence by sentence. Of data that others wrote, and of what
the catalogue here does not hold, requirements stand in their own words.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from certcentre import zones
from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.plain_text import plain
from standards.catalogue.editions import Criterion, Obligation
from standards.registry.matching import market
from tenders import frozen_body, grounds, second_language
from tenders.call_data import (
    LONG,
    LotData,
    Release,
    RequirementData,
    as_data,
    moment_in,
    of_no_lot,
    requirements_in,
)
from tenders.export import ocds
from tenders.forms import AwardCriteriaForm
from tenders.lot import Lot, lasting
from tenders.lot_forms import ANY, EACH, LotForm
from tenders.neutrality import open_up
from tenders.notice_forms import MOMENT, TenderForm
from tenders.requirements import LONGEST, Requirement, keep_numbers, place_of
from tenders.scoring import HIGHEST
from tenders.sources import NAMED, by_keys
from tenders.tender import Tender

MOST_UNREAD = 3  # names of a file for what no page has
HOW_TO_BID = {"bid_how", "bid_address"}
OFFICE = {"contact_office": "name", "contact_email": "email", "contact_phone": "telephone"}
COLUMNS = {  # the others, by the column that says the most of them
    "items": "code",
    "value": "value",
    "contractPeriod": "contract_start",
    "submissionMethod": "bid_how",
    "certcentre_equivalence": "wording",
    "certcentre_secondLanguage": "second_language",
}
OF_ONE_CALL = (  # what no other tender has in common with it
    *("id", "status", "documents", "amendments", "procuringEntity", "certcentre_reference"),
    *("title", "tenderPeriod", "enquiryPeriod", "certcentre_outcome", "certcentre_invited"),
)
TERMS = {  # columns of a tender by the names of the data
    "summary": "description",
    "wording": "certcentre_wording",
    "countries": "certcentre_countries",
    "languages": "certcentre_languages",
    **ocds.TERMS,
}


def fill(
    made: Tender, release: Release, *, by: User, at: datetime, typed: Iterable[str] = ()
) -> list[str]:
    """Fill a draft with what a file says, but for columns that somebody `typed`; gives what could
    not be taken, in sentences. `unlike_file` says what is otherwise than in the file."""
    problems: list[str] = []
    if release.tongue and release.tongue != release.language:
        words = gettext("The file is in “%(file)s”, in which no annex is written here: choose one.")
        problems.append(words % {"file": release.tongue[:20]})
    given = terms_of(release, made, set(typed), problems, at=at)
    terms = terms_that_fit(made, given, set(typed), problems)
    asked = list(requirements_in(release))
    if lost := of_no_lot(release):
        words = gettext("Asked in lots that the file does not have, so in the first: %(refs)s.")
        problems.append(words % {"refs": ", ".join(ref[:40] for ref in lost[:NAMED])})
    known = criteria_of([each for _lots, each in asked], at=at)
    with made.edited(by=by, at=at):
        Tender.objects.filter(pk=made.pk).update(
            **terms, language=release.language, grounds=picks(release, problems)
        )
        made.refresh_from_db()
        made.lots.all().delete()
        placed = 0
        for number, lot in enumerate(release.call.lots, start=1):
            row = lot_made(made, number, lot, problems)
            own = [each for lots, each in asked if lot.id in lots or (number == 1 and not lots)]
            row.require_room(len(own), placed)
            placed += len(own)
            rows = requirements(row, own, known, release, problems)
            Requirement.objects.bulk_create(rows, batch_size=500)
        try:
            second_language.take(made, release.said.get("certcentre_secondLanguage"), by=by, at=at)
        except NotReady as refused:
            problems.append(gettext("Left out: the second language. %(why)s") % {"why": refused})
    made.refresh_from_db()
    return list(dict.fromkeys(problems))


def criteria_of(asked: Sequence[RequirementData], *, at: datetime) -> dict[str, Criterion]:
    """What is asked for that the catalogue holds and that may be asked for now, by key."""
    keys = [each.origin.criterion for each in asked if each.origin.criterion]
    others = [other.criterion for each in asked for other in each.accepted]
    in_force = lasting(by_keys([*keys, *others]), at=at)
    return {criterion.key: criterion for criterion in in_force}


def terms_that_fit(
    made: Tender, given: dict[str, Any], typed: set[str], problems: list[str]
) -> dict[str, Any]:
    """The columns that a file fills, by the rules of the page of details; of each other one a
    sentence. What somebody typed stands, and the rest is held against it."""
    stands = {name: getattr(made, name) for name in typed}
    zone = zone_of(given, made)
    sent = {"title": made.title, "language": made.language, "wording": made.wording}
    for name, value in {**given, **stands}.items():
        if (text := as_typed(value, zone)) is not None:
            sent[name] = text
    sent["zone"] = zone  # by whose clocks the times above are written
    form = TenderForm(sent, of=made.buyer)
    lost = [*form.errors, *(name for name in given if as_typed(given[name], zone) is None)]
    lost += [name for name in form.CLOCKS if not form.cleaned_data.get(name)]
    lost += ["zone"] if given.get("zone") != zone else []
    for name in lost:
        if name in given and name not in typed and given[name] not in (None, "", []):
            about = {"name": label_of(name), "value": plain(str(given[name]))[:60]}
            words = gettext("Left out, since it does not fit here: %(name)s, “%(value)s”.")
            problems.append(words % about)
    wanted = {*given, "currency", "value_public"} - typed - {"title", "language"}
    return {name: value for name, value in form.cleaned_data.items() if name in wanted}


def zone_of(given: dict[str, Any], made: Tender) -> str:
    """Of which place the clocks are: as the file says, or else as the draft does."""
    zone = given.get("zone")
    return zone if isinstance(zone, str) and zones.is_listed(zone) else made.zone


def as_typed(value: object, zone: str) -> str | None:
    """A value of a file as somebody would type it; None where nobody could."""
    if isinstance(value, datetime):
        return zones.wall(value, zone).strftime(MOMENT)
    if isinstance(value, list):
        texts = all(isinstance(each, str) for each in value)
        return ", ".join(value) if texts else None
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value)[:LONG] if isinstance(value, str | int) else None


def label_of(name: str) -> str:
    """A column by the name that it has on pages."""
    column: Any = Tender._meta.get_field(name)
    return str(column.verbose_name)


def terms_of(
    release: Release, made: Tender, typed: set[str], problems: list[str], *, at: datetime
) -> dict[str, Any]:
    """The columns of a tender as a file has them; of times only those to come, and of another
    buyer neither who answers nor where bids go."""
    call = release.said
    terms = {name: call[key] for name, key in TERMS.items() if key in call}
    if release.buyer == as_data(frozen_body.written(made))["buyer"]["id"]:
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
    begins = moment_in(call, "contractPeriod", "startDate")
    if begins:
        terms["contract_start"] = zones.day_of(begins, zone_of(terms, made)).isoformat()
    closes, asked = (moment_in(call, name, "endDate") for name in ("tenderPeriod", "enquiryPeriod"))
    if asked == closes:  # as a file has it that names no day of its own
        asked = None
    ends = (asked,) if "deadline" in typed else (closes, asked)
    if any(moment and moment <= at for moment in ends):
        problems.append(gettext("Left out: times that are past. Say until when bids are taken."))
    terms |= {"deadline": closes} if closes and closes > at else {}
    terms |= {"questions_until": asked} if asked and asked > at else {}
    return terms


def lot_made(made: Tender, number: int, lot: LotData, problems: list[str]) -> Lot:
    """A lot as the file has it, by the rules of its pages; what does not fit is left out."""
    sent = {
        "title": plain(lot.title or made.title),
        "services": "" if lot.products else "on",
        "countries": "" if lot.countries == made.countries else ", ".join(lot.countries),
        "languages": "" if lot.languages == made.languages else ", ".join(lot.languages),
        "all_countries": EACH if lot.all_countries else ANY,
        "all_languages": EACH if lot.all_languages else ANY,
    }
    form = LotForm(sent, tender=made)
    for name in form.errors:
        about = {"n": number, "name": form.fields[name].label}
        problems.append(gettext("Left out of lot %(n)d: %(name)s, which does not fit.") % about)
    form.cleaned_data = {name: form.cleaned_data.get(name, "") for name in form.fields}
    row = Lot(tender=made, number=number, **form.details, **award_of(lot, number, problems))
    row.title = row.title or made.title
    row.save(force_insert=True)
    return row


def award_of(lot: LotData, number: int, problems: list[str]) -> dict[str, Any]:
    """How a lot is scored, as far as it fits. Where nothing is scored the price has all points, and
    none are said."""
    if not lot.award:
        return {}
    price, quality = lot.award.price, lot.award.quality
    given: dict[str, Any] = {"price_kind": price.kind, "price_words": price.words}
    given |= {"price_formula": price.formula}
    if quality:
        given |= {"price_weight": price.weight, "earns": quality.earns}
        given |= {"threshold": quality.threshold}
    fitting = {}
    for name, value in given.items():
        if value not in (None, ""):
            try:
                fitting[name] = AwardCriteriaForm.base_fields[name].clean(value)
            except ValidationError:
                label = AwardCriteriaForm.base_fields[name].label
                words = gettext("Left out of lot %(n)d: %(name)s, which does not fit.")
                problems.append(words % {"n": number, "name": label})
    scores = [plain(each) for each in lot.award.scores]
    return {**fitting, "scores": scores} if len(scores) == HIGHEST + 1 else fitting


def picks(release: Release, problems: list[str]) -> list[grounds.Pick]:
    """The grounds that are asked for and known here."""
    asked = {each.code: each.asked for each in release.call.criteria if each.code}
    known = {code: words for code, words in asked.items() if code in grounds.BY_CODE}
    if gone := sorted(set(asked) - set(known)):
        words = gettext("Left out: no such ground: %(codes)s.")
        problems.append(words % {"codes": ", ".join(code[:40] for code in gone[:NAMED])})
    try:
        return grounds.picked(known)
    except NotReady as error:
        problems.extend(error.problems)
        return []


def requirements(
    lot: Lot,
    asked: Sequence[RequirementData],
    known: dict[str, Criterion],
    release: Release,
    problems: list[str],
) -> list[Requirement]:
    """What a lot asks for, in order. What the catalogue does not hold stands in its own words."""
    rows: list[Requirement] = []
    refs: list[str] = []
    taken: set[object] = set()
    foreign = []
    facts = [made_of(each, None, known, release.language) for each in asked if each.fact]
    askable = not market.amiss(filter(None, (row.as_asked for row in facts)))
    for each in asked:
        criterion = known.get(each.origin.criterion or "")
        row = made_of(each, criterion, known, release.language)
        if each.fact and not (askable or row.is_askable):
            row = made_of(each.model_copy(update={"fact": None}), None, known, release.language)
        once = row.asks_once
        if (once and once in taken) or not (criterion or row.fact or row.words):
            continue
        if (each.origin.criterion and not criterion) or (each.fact and not row.fact):
            foreign.append((each.id or each.title)[:40])
        taken.add(once)
        row.lot, row.position = lot, len(rows) + 1
        refs.append(each.id)
        rows.append(row)
    keep_numbers(rows, refs)
    if foreign:
        words = gettext(
            "The catalogue here does not hold what these rest on, so they stand in their own "
            "words: %(refs)s."
        )
        problems.append(words % {"refs": ", ".join(foreign[:NAMED])})
    return rows


def made_of(
    asked: RequirementData, criterion: Criterion | None, known: dict[str, Criterion], language: str
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
        alternatives=[
            other.criterion
            for other in asked.accepted
            if other.criterion in known and other.criterion != asked.origin.criterion
        ],
    )
    if asked.fact and not criterion:
        row.fact, row.fact_values, row.fact_how = asked.fact.key, asked.fact.values, asked.fact.how
    elif not criterion:
        row.words = plain("\n".join(own_words(asked)))[:LONGEST].strip()
        row.least_score = asked.least_score if should else None
    return row


def own_words(asked: RequirementData) -> Iterator[str]:
    """What a requirement says where nothing in the catalogue stands for it."""
    if asked.title and asked.title not in asked.description:
        yield asked.title
    if asked.description:
        yield asked.description
    if asked.origin.cites:
        yield asked.origin.cites
    if asked.bounds:
        yield ", ".join(f"{name} {str(value)[:100]}" for name, value in asked.bounds.items())


def evidence_of(asked: RequirementData, criterion: Criterion | None, language: str) -> str:
    """What is asked for as proof; empty where it is what the catalogue says."""
    evidence = plain(asked.evidence)
    hint = criterion.text("evidence_hint", language) if criterion else ""
    return "" if evidence == open_up(plain(hint), language) else evidence


def unlike_file(made: Tender, release: Release) -> list[str]:
    """References of requirements, and names of other parts, that a draft says otherwise than the
    file that it was read from; empty where both say the same, word for word."""
    stands = as_data(frozen_body.written(made))["tender"]
    ours, theirs = of_any_call(stands), of_any_call(release.said)
    asked = [requirements_by_ref(each.pop("criteria", [])) for each in (ours, theirs)]
    refs = sorted({*asked[0], *asked[1]}, key=lambda ref: (place_of(ref) or (), ref))
    different = [ref for ref in refs if asked[0].get(ref) != asked[1].get(ref)]
    every = {*ours, *theirs}
    keys = [key for key in every if canonical(ours.get(key)) != canonical(theirs.get(key))]
    return different + names_of_parts(sorted(keys))


def names_of_parts(keys: Sequence[str]) -> list[str]:
    """Parts of a file by the names that they have on pages. What no page has is one part, with the
    first few names that the file has for it."""
    names = {key: name_of_part(key) for key in keys}
    parts = sorted(set(filter(None, names.values())))
    if unread := [key[:30] for key in keys if not names[key]]:
        more = ["…"] * (len(unread) > MOST_UNREAD)
        words = gettext("what is not read here (the file calls it %(keys)s)")
        parts.append(words % {"keys": ", ".join(unread[:MOST_UNREAD] + more)})
    return parts


def name_of_part(key: str) -> str:
    """A part of a file by the name that it has on pages; empty where no page has it."""
    columns = {**{value: name for name, value in TERMS.items()}, **COLUMNS}
    if key in columns:
        return label_of(columns[key])
    if key.startswith(("awardCriteria", "lots")):
        return gettext("lots, and how they are scored")
    return ""


def of_any_call(said: dict[str, Any]) -> dict[str, Any]:
    """Without what is of one call alone."""
    kept = {key: value for key, value in said.items() if key not in OF_ONE_CALL}
    lots = kept.get("lots")
    if isinstance(lots, list):
        kept["lots"] = [{**lot, "status": ""} for lot in lots if isinstance(lot, dict)]
    return kept


def requirements_by_ref(criteria: object) -> dict[str, str]:
    """Each requirement and ground of a file by its reference, as text that can be compared."""
    rows: dict[str, str] = {}
    for part in criteria if isinstance(criteria, list) else ():
        for group in part.get("requirementGroups", ()):
            for each in group.get("requirements", ()):
                rows[str(each.get("id", ""))] = canonical([part.get("id"), part.get("title"), each])
    return rows


def canonical(value: object) -> str:
    """Text that is the same for the same value."""
    return json.dumps(value, sort_keys=True)
