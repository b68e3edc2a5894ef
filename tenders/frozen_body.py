"""The frozen body: the whole tender as one JSON value, and its digest."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import override

from certcentre.accounts.models import User
from certcentre.lifecycle import disagrees
from certcentre.log.models import LogEntry, digest, first_digest, last_move, same, stored
from certcentre.plain_text import plain
from standards.catalogue.editions import Criterion, Obligation
from standards.catalogue.facts import Fact
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import award_words, documents, grounds, legal_clauses, paper_languages
from tenders.fact_words import facts_of, sentence
from tenders.lot import Lot, countries_of_law, country_groups
from tenders.neutrality import Laws, cited, open_up, source
from tenders.notice import Notice
from tenders.requirements import Requirement, ref_of
from tenders.voice import Voice, second_of

FORMAT = "certcentre.tender/1"


def freeze(tender: Notice, *, by: User, at: datetime) -> tuple[bytes, str]:
    """The canonical bytes (RFC 8785) of the tender as `by` publishes it, and their SHA-256."""
    body = rfc8785.dumps(written(tender, {"at": moment(at), "by": plain(by.name)}))
    return body, digest(body)


def written(
    tender: Notice, published: dict[str, str] | None = None, voice: Voice | None = None
) -> dict[str, Any]:
    """The tender as a JSON value that every export is rendered from; a draft's has no signature.
    In its own language and, where it has a second one, in that too; or as one voice says it.

    In a language three statements at any number of requirements, and the buyer where it is not
    joined; one more where alternatives are accepted, one where facts are asked for.
    """
    lots = lots_of(tender)
    asked = [requirement for lot in lots for requirement in lot.requirements.all()]
    others = alternatives(asked)
    facts = facts_of(requirement.fact for requirement in asked)
    editions = {r.criterion.edition_id: r.criterion.edition for r in asked if r.criterion}
    editions |= {other.edition_id: other.edition for other in others.values()}
    levels = {r.least for r in asked if r.criterion_id}
    groups = country_groups(editions.values())
    laws = {lot.pk: Laws(countries_of_law(lot), groups) for lot in lots}
    second = tender.second_language if voice is None else ""
    voice = voice or Voice(tender.language)
    language = voice.language
    return {
        "format": FORMAT,
        "reference": tender.reference,
        "version": tender.version,
        "title": voice.say(tender.title),
        "summary": voice.open(tender.summary),
        "language": language,
        "buyer": {
            "id": str(tender.buyer.pk),
            "name": plain(tender.buyer.name),
            "country": tender.buyer.country,
            "register_number": plain(tender.buyer.register_number),
        },
        "countries": list(tender.countries),
        "languages": list(tender.languages),
        **about(tender, voice),
        "address": settings.BASE_URL + tender.get_absolute_url(),
        "published": published,
        "changed": moment(tender.changed_at),
        "wording": legal_clauses.wording(tender.wording, language, levels),
        "lots": [lot_written(lot, voice, others, facts, laws[lot.pk]) for lot in lots],
        "grounds": grounds.written(tender.grounds, voice),
        "documents": documents.written(tender),
        "editions": [
            source(edition, language, laws.values())
            for edition in sorted(editions.values(), key=str)
        ],
        **(replaced(tender, tender.amends, voice) if tender.amends else {}),
        **({"second": second_written(tender, published)} if second else {}),
    }


def second_written(tender: Notice, published: dict[str, str] | None) -> dict[str, Any]:
    """The tender in its second language, with the own words that stand in it for others."""
    voice = Voice(tender.second_language, tender.second_texts)
    body = written(tender, published, voice)
    words = {text: voice.words[text] for text in voice.heard if voice.words.get(text)}
    return {"language": voice.language, "words": words, "body": body}


def about(tender: Notice, voice: Voice) -> dict[str, Any]:
    """Until when bids are taken, and on which terms."""
    closes = moment(tender.deadline) if tender.deadline else None
    return {"deadline": closes, "notice": terms(tender, voice)}


def terms(tender: Notice, voice: Voice) -> dict[str, Any]:
    """The terms of the call. A value that is not public is in none of them."""
    amount, _, currency = tender.public_value.partition(" ")
    return {
        "method": tender.method,
        "method_reason": voice.open(tender.method_reason),
        "category": tender.category,
        "scheme": tender.scheme,
        "code": tender.code,
        "code_words": voice.say(tender.code_words),
        "value": amount or None,
        "currency": currency if amount else None,
        "contract_start": tender.contract_start.isoformat() if tender.contract_start else None,
        "contract_months": tender.contract_months,
        "contract_extensions": voice.say(tender.contract_extensions),
        "contact_office": plain(tender.contact_office),
        "contact_email": plain(tender.contact_email),
        "contact_phone": plain(tender.contact_phone),
        "bid_how": tender.bid_how,
        "bid_address": plain(tender.bid_address),
        "bid_languages": list(tender.bid_languages),
        "zone": tender.zone,
        "questions_until": moment(tender.questions_until) if tender.questions_until else None,
        "valid_days": tender.valid_days,
        "short_reason": voice.say(tender.short_reason),
        "review_body": plain(tender.review_body),
    }


def unlike(tender: Notice, body: dict[str, Any], titles: Mapping[int, str]) -> list[str]:
    """The columns of a published tender that do not say what its frozen body says; `titles` are
    those of its lots, by number."""
    voice = Voice(tender.language)
    columns = {
        "reference": tender.reference,
        "version": tender.version,
        "amended_because": voice.open(tender.amended_because),
        "buyer": str(tender.buyer_id),
        "title": voice.say(tender.title),
        "summary": voice.open(tender.summary),
        "language": tender.language,
        "wording": tender.wording,
        "countries": list(tender.countries),
        "languages": list(tender.languages),
        "lots": {number: voice.open(title) for number, title in titles.items()},
        "deadline": moment(tender.deadline) if tender.deadline else None,
        **terms(tender, voice),
        "second": second_columns(tender, body),
        "asks": [(each["code"], voice.open(each["asked"])) for each in tender.grounds],
    }
    frozen = {
        **body,
        "amended_because": body.get("replaces", {}).get("reason", ""),
        "buyer": body.get("buyer", {}).get("id", columns["buyer"]),
        "lots": {lot["number"]: lot["title"] for lot in body.get("lots", ())},
        "wording": body.get("wording", {}).get("pack", tender.wording),
        **body.get("notice", {}),
        "second": second_of(body),
        "asks": grounds.asks(body),
    }
    return [name for name, value in columns.items() if frozen.get(name, value) != value]


def second_columns(tender: Notice, body: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The same of the columns: of words those that the body has."""
    _language, frozen = second_of(body)
    return tender.second_language, {text: tender.second_texts.get(text, "") for text in frozen}


def is_as_logged(
    tender: Notice, steps: Sequence[dict[str, Any]], titles: Mapping[int, str]
) -> bool:
    """Whether a published tender says what the log's steps on it do: words, state and outcome."""
    body = stored(tender.body or b"")
    kept = first_digest(steps)
    if not digest(body) == kept == tender.digest or unlike(tender, json.loads(body), titles):
        return False
    return last_move(steps).get("to") == tender.status and outcome_as_logged(tender, steps)


def outcome_as_logged(tender: Notice, steps: Sequence[dict[str, Any]]) -> bool:
    """Whether what became of a published tender is what the last of the steps says."""
    last = last_move(steps)
    ended = last.get("to") != tender.Status.PUBLISHED
    return bool(tender.outcome == (last.get("reason") if ended else ""))


def as_logged(*tenders: Notice) -> bool:
    """Whether all of these, once published, are what the log holds."""
    return not contradicted(tenders)


def contradicted(tenders: Sequence[Notice]) -> list[Notice]:
    """Those of these that were published and are not what the log holds; an alarm of each. Two
    statements."""
    published = [tender for tender in tenders if tender.body]
    if not published:
        return []
    steps, titles = LogEntry.objects.told(published), defaultdict[Any, dict[int, str]](dict)
    lots = Lot.objects.filter(tender__in=[each.pk for each in published])
    for key, number, title in lots.values_list("tender", "number", "title"):
        titles[key][number] = title
    return [
        each
        for each in published
        if not same(each, is_as_logged(each, steps.get(str(each.pk), []), titles[each.pk]))
    ]


def require_as_logged(*tenders: Notice) -> None:
    """Refuse to hand out anything of a tender that the log contradicts."""
    if against := contradicted(tenders):
        raise disagrees(against[0].reference)


def replaced(tender: Notice, earlier: Notice, voice: Voice) -> dict[str, Any]:
    """Which version this one takes the place of, and why; `first`: since when bids are taken. One
    statement, one more from version 3 on."""
    first, rows = earlier.published_at, type(earlier)._default_manager
    if earlier.version > 1:
        versions = rows.filter(reference=earlier.line, buyer=earlier.buyer_id)
        first = versions.values_list("published_at", flat=True).get()
    return {
        "replaces": {
            "reference": earlier.reference,
            "version": earlier.version,
            "published": moment(earlier.published_at or earlier.created_at),
            "first": moment(first or earlier.created_at),
            "digest": earlier.digest,
            "reason": voice.open(tender.amended_because),
        }
    }


def lots_of(tender: Notice) -> list[Lot]:
    """The lots with their requirements, criteria and editions."""
    joined = Requirement.objects.select_related("criterion__edition__standard", "criterion__level")
    # joined, not fetched apart: SQLite refuses to look up 1,000 criteria by name in one statement
    lots = Lot.objects.filter(tender=tender.pk).select_related("tender__buyer")
    lots = lots.defer("tender__body").order_by("number")
    return list(lots.prefetch_related(Prefetch("requirements", joined)))


def alternatives(asked: Iterable[Requirement]) -> dict[str, Criterion]:
    """The criteria that are accepted instead of others, by key."""
    keys = sorted({key for requirement in asked for key in requirement.alternatives})
    return {
        criterion.key: criterion
        for start in range(0, len(keys), 500)
        for criterion in Criterion.objects.filter(key__in=keys[start : start + 500]).select_related(
            "edition"
        )
    }


def lot_written(
    lot: Lot, voice: Voice, others: dict[str, Criterion], facts: dict[str, Fact], laws: Laws
) -> dict[str, Any]:
    where = lot.where
    asked = [
        requirement_written(
            requirement,
            ref_of(lot.number, requirement.number_in_lot),
            voice,
            others,
            facts.get(requirement.fact),
            laws,
        )
        for requirement in lot.requirements.all()
    ]
    return {
        "number": lot.number,
        "title": voice.open(lot.title),
        "products": lot.about_products,
        "countries": list(where.countries),
        "languages": list(where.languages),
        "all_countries": where.all_countries,
        "all_languages": where.all_languages,
        **award_written(lot, asked, voice),
        "requirements": asked,
    }


def award_written(lot: Lot, asked: list[dict[str, Any]], voice: Voice) -> dict[str, Any]:
    """How bids for the lot are scored, with the sentences that say so; and in each requirement how
    it earns its points."""
    language = voice.language
    shoulds = [row for row in asked if row["obligation"] == Obligation.SHOULD]
    covers = voice.open(lot.price_words)
    weight = lot.price_weight if shoulds else FULL_WEIGHT
    price = {
        "kind": lot.price_kind,
        "title": award_words.title(lot.price_kind, covers, language),
        "words": covers,
        "weight": weight,
        "formula": lot.price_formula if shoulds else None,
        "scored": award_words.formula(lot.price_kind, lot.price_formula, weight, language),
    }
    quality = {
        "weight": lot.left_for_quality,
        "earns": lot.earns,
        "threshold": lot.threshold,
    }
    read = any(award_words.is_question(row) for row in shoulds)
    award = {
        "price": price,
        "quality": quality if shoulds else None,
        "scores": award_words.scores(map(voice.open, lot.scores), language) if read else [],
    }
    for row in shoulds:
        if words := award_words.earned(row, lot.earns, language):
            row["scored"] = words
    return {"award": {**award, "how": list(award_words.sentences(award, language))}}


def requirement_written(
    requirement: Requirement,
    ref: str,
    voice: Voice,
    others: dict[str, Criterion],
    fact: Fact | None,
    laws: Laws,
) -> dict[str, Any]:
    """One requirement with its words; what it cites carries "or equivalent"."""
    criterion, language = requirement.criterion, voice.language
    evidence = voice.say(requirement.evidence_asked)
    if criterion and not evidence:
        evidence = plain(criterion.text("evidence_hint", language))
    other_proof = paper_languages.of(language).neutrality.other_proof
    if fact:
        with override(language):
            text = plain(sentence(fact, requirement.fact_values, requirement.fact_how))
    elif criterion:
        text = open_up(plain(criterion.text("statement", language)), language, own=False)
    else:
        text = voice.open(requirement.words)
    return {
        "id": str(requirement.pk),
        "ref": ref,
        "criterion": criterion.key if criterion else None,
        "edition": criterion.edition.key if criterion else None,
        "group": plain(criterion.group) if criterion else "",
        "title": title_of(criterion, fact, language),
        "text": text,
        "number": plain(criterion.ref) if criterion else "",
        "cites": cited(criterion, language, laws) if criterion else "",
        "alternatives": [
            {
                "criterion": other.key,
                "cites": cited(other, language, laws, plain(other.text("title", language))),
            }
            for key in requirement.alternatives
            if (other := others.get(key))
        ],
        "obligation": str(requirement.obligation),
        "weight": requirement.weight,
        "least": requirement.least,
        "must_be_present": requirement.must_be_present,
        "evidence": open_up(evidence, language),
        "other_proof": other_proof if criterion and requirement.least >= 3 else "",
        "justification": voice.say(requirement.justification),
        **(asked_of(requirement) if fact else {}),
        **least_score(requirement),
    }


def least_score(requirement: Requirement) -> dict[str, int]:
    """The score below which a bid is not considered, where there is one."""
    if not (requirement.scored_by_people and requirement.least_score):
        return {}
    return {"least_score": requirement.least_score}


def title_of(criterion: Criterion | None, fact: Fact | None, language: str) -> str:
    """Empty for own words."""
    if fact:
        return plain(fact.text("ask", language))
    return plain(criterion.text("title", language)) if criterion else ""


def asked_of(requirement: Requirement) -> dict[str, Any]:
    """What is asked of a fact, for programs."""
    values, how = list(requirement.fact_values), str(requirement.fact_how)
    return {"fact": {"key": requirement.fact, "values": values, "how": how}}


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
