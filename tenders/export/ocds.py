"""A tender as open contracting data: OCDS 1.1.5 with lots and requirements, for programs.

Pure but for the prefix of the publisher: from the frozen body alone. What no field of the standard
holds stands in fields of our own, whose names begin with `certcentre_`; docs/ocds.md says each.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings

from certcentre.numbers import line_of
from standards.attestation.validity import months_after
from tenders import grounds, notice_facts, paper_languages, voice
from tenders.annex import Annex, Row, Tell, origin, row, silent, source

Json = dict[str, Any]

VERSION = "1.1"
OFFICIAL = "https://raw.githubusercontent.com/open-contracting-extensions"
EXTENSIONS = (
    f"{OFFICIAL}/ocds_lots_extension/v1.1.5/extension.json",
    f"{OFFICIAL}/ocds_requirements_extension/master/extension.json",
    f"{OFFICIAL}/ocds_bid_extension/v1.1.5/extension.json",
)
TERMS = {  # fields of the data by names of a notice that they hold as they are; also read back
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
    "review_body": "reviewDetails",
    "zone": "certcentre_zone",
}
ELECTRONIC = "electronicSubmission"
SUBMISSION = dict.fromkeys(("here", "online", "email"), ELECTRONIC) | {"paper": "written"}
DOCUMENTS = {
    "call": "biddingDocuments",
    "specification": "technicalSpecifications",
    "contract": "contractDraft",
}


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """The state at publication, as a package of one release."""
    made = as_json(package([release(annex)]))
    tell(len(annex.rows), len(annex.rows))
    return made


def as_json(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def package(releases: Sequence[Json]) -> Json:
    """A release package, of the address that its newest release names."""
    return head(releases, "ocds.json") | {"releases": list(releases)}


def record_package(releases: Sequence[Json]) -> Json:
    """The record of one process."""
    return head(releases, "record.json") | {"records": [record(releases)]}


def record(releases: Sequence[Json]) -> Json:
    """Its releases from the first on, and how it stands now.

    Each version stands whole, so the compiled release is the newest one; it names every amendment.
    """
    newest = releases[-1]
    amendments = {
        each["id"]: each for made in releases for each in made["tender"].get("amendments", ())
    }
    compiled = newest | {
        "id": f"{newest['ocid']}-{newest['date']}",
        "tag": ["compiled"],
        "tender": newest["tender"] | without_empty({"amendments": list(amendments.values())}),
    }
    return {"ocid": newest["ocid"], "releases": list(releases), "compiledRelease": compiled}


def head(releases: Sequence[Json], name: str) -> Json:
    """What every package begins with."""
    newest = releases[-1]
    address = urlsplit(newest["certcentre_address"])
    return {
        "uri": f"{newest['certcentre_address']}{name}",
        "version": VERSION,
        "extensions": list(EXTENSIONS),
        "publishedDate": newest["date"],
        "publisher": {"name": address.netloc, "uri": f"{address.scheme}://{address.netloc}/"},
    }


def release(annex: Annex) -> Json:
    """One version as it was published, or a draft of it."""
    body, ocid = annex.body, ocid_of(annex)
    organisation = party(body)
    published = "tenderAmendment" if body.get("replaces") else "tender"
    buyer = {"id": organisation["id"], "name": organisation["name"]}
    return without_empty(
        {
            "ocid": ocid,
            "id": release_id(ocid, body["version"]),
            "date": annex.dated.isoformat(),
            "tag": ["planning" if annex.draft else published],
            "initiationType": "tender",
            "language": annex.language,
            "parties": [organisation, *notice_facts.reviewers(body)],
            "buyer": buyer,
            "tender": tender(annex, ocid) | {"procuringEntity": buyer},
            "certcentre_note": note(annex),
            "certcentre_digest": annex.digest,
            "certcentre_address": body["address"],
        }
    )


def ocid_of(annex: Annex) -> str:
    """The identifier of the process, the same for all versions; without a prefix it is a draft."""
    prefix = "" if annex.draft else settings.OCID_PREFIX
    return f"{prefix or 'draft'}-{line_of(annex.reference, annex.body['version'])}"


def release_id(ocid: str, version: int) -> str:
    """Rises with the versions, also for programs that compare letters."""
    return f"{ocid}-{version:03d}"


def note(annex: Annex) -> str:
    """Why a file is marked as a draft; empty where it is none."""
    words = paper_languages.of(annex.language).data
    if annex.draft:
        return words["draft"]
    return "" if settings.OCID_PREFIX else words["prefix"]


def party(body: Json) -> Json:
    """The buyer, who also runs the call, with the office that answers."""
    buyer, terms = body["buyer"], notice(body)
    number, country = buyer["register_number"], buyer["country"]
    return without_empty(
        {
            "id": f"{country}-{number}" if number and country else buyer["id"],
            "name": buyer["name"],
            "identifier": {"id": number, "legalName": buyer["name"]} if number else None,
            "address": {"countryName": Locale(body["language"]).territories.get(country, country)},
            "contactPoint": {
                "name": terms.get("contact_office"),
                "email": terms.get("contact_email"),
                "telephone": terms.get("contact_phone"),
            },
            "roles": ["buyer", "procuringEntity"],
        }
    )


def tender(annex: Annex, ocid: str) -> Json:
    """The call itself. A value that is not public is not in the body."""
    body, terms = annex.body, notice(annex.body)
    status = "planning" if annex.draft else "active"
    return without_empty(
        {
            "id": line_of(annex.reference, body["version"]),
            "title": annex.title,
            "description": annex.summary,
            "status": status,
            "items": [item(lot, terms) for lot in body["lots"]],
            "value": value(terms),
            "submissionMethod": [SUBMISSION[how]] if (how := terms.get("bid_how")) else None,
            **{key: terms.get(name) for name, key in TERMS.items()},
            "tenderPeriod": period(annex, body["deadline"]),
            "enquiryPeriod": period(annex, terms.get("questions_until") or body["deadline"]),
            "contractPeriod": contract(terms),
            "documents": [] if annex.draft else [document(annex), *of_the_call(annex)],
            "amendments": list(amendments(annex, ocid)),
            "lots": [lot_written(lot, status) for lot in body["lots"]],
            "awardCriteria": award_criteria(body),
            "awardCriteriaDetails": "\n".join(award_details(annex)),
            "criteria": [*criteria(annex), *grounds.as_data(body)],
            "certcentre_reference": annex.reference,
            "certcentre_countries": body["countries"],
            "certcentre_languages": body["languages"],
            "certcentre_wording": body["wording"].get("pack"),
            "certcentre_equivalence": "\n".join(annex.clause),
            "certcentre_secondLanguage": voice.as_data(body),
        }
    )


def notice(body: Json) -> Json:
    """The terms of the call; empty in a body from before they could be said."""
    return body.get("notice") or {}


def item(lot: Json, terms: Json) -> Json:
    """What a lot buys, with the code that the notice gives for all of it."""
    classification = {
        "scheme": terms.get("scheme"),
        "id": terms.get("code"),
        "description": terms.get("code_words"),
    }
    number = str(lot["number"])
    return {
        "id": number,
        "description": lot["title"],
        "classification": classification if terms.get("code") else None,
        "relatedLot": number,
    }


def value(terms: Json) -> Json | None:
    amount = terms.get("value")
    return {"amount": float(amount), "currency": terms["currency"]} if amount else None


def period(annex: Annex, end: str | None) -> Json | None:
    """From when it was first published, whichever version this is, until then."""
    if not end:
        return None
    earlier = annex.body.get("replaces") or {}
    first = earlier.get("first") or earlier.get("published") or annex.dated.isoformat()
    return {"startDate": None if annex.draft else first, "endDate": end}


def contract(terms: Json) -> Json | None:
    """Its first and last day where the notice names the first; the months stand apart."""
    if not (start := terms.get("contract_start")):
        return None
    first = datetime.combine(
        date.fromisoformat(start), time(), ZoneInfo(terms.get("zone") or "UTC")
    )
    months = terms.get("contract_months")
    last = months_after(first, months) - timedelta(days=1) if months else None
    return {"startDate": first.isoformat(), "endDate": last.isoformat() if last else None}


def document(annex: Annex) -> Json:
    """The page of the tender, which has every word and all its files."""
    return {
        "id": annex.reference,
        "documentType": "tenderNotice",
        "title": annex.title,
        "url": annex.body["address"],
        "datePublished": annex.dated.isoformat(),
        "format": "text/html",
        "language": annex.language,
    }


def of_the_call(annex: Annex) -> Iterator[Json]:
    """The files that the buyer filed with the call; OCDS has no type for a form or another."""
    for each in annex.body.get("documents", ()):
        yield {
            "id": each["id"],
            "documentType": DOCUMENTS.get(each["kind"]),
            "title": each["title"],
            "url": f"{annex.body['address']}documents/{each['id']}/",
            "datePublished": annex.dated.isoformat(),
            "format": each["media_type"],
            "certcentre_fileName": each["file_name"],
            "certcentre_digest": each["digest"],
        }


def amendments(annex: Annex, ocid: str) -> Iterator[Json]:
    """What this version changes of the one before, in the buyer's words."""
    if earlier := annex.body.get("replaces"):
        version = annex.body["version"]
        yield {
            "id": str(version),
            "date": annex.dated.isoformat(),
            "rationale": earlier["reason"],
            "amendsReleaseID": release_id(ocid, earlier["version"]),
            "releaseID": release_id(ocid, version),
        }


def lot_written(lot: Json, status: str) -> Json:
    return {
        "id": str(lot["number"]),
        "title": lot["title"],
        "status": status,
        "certcentre_products": lot.get("products", True),
        "certcentre_countries": lot.get("countries"),
        "certcentre_languages": lot.get("languages"),
        "certcentre_allCountries": lot.get("all_countries"),
        "certcentre_allLanguages": lot.get("all_languages"),
        "certcentre_award": lot.get("award"),
    }


def award_criteria(body: Json) -> str | None:
    """One code of the standard for all lots; none in a body from before they could be said."""
    awards = [lot["award"] for lot in body["lots"] if "award" in lot]
    if any(award["quality"] for award in awards):
        return "ratedCriteria"
    kinds = {f"{award['price']['kind']}Only" for award in awards}
    return kinds.pop() if len(kinds) == 1 else None


def award_details(annex: Annex) -> list[str]:
    """How each lot is scored, in the words of the annex."""
    scored = [(lot.title, *lot.award.lines) for lot in annex.lots if lot.award]
    return [line for lines in scored for line in lines]


def criteria(annex: Annex) -> Iterator[Json]:
    """A criterion for each standard and obligation in a lot, with one group of requirements: groups
    of one criterion stand for each other, so shoulds in a second would make up for its musts."""
    body, labels = annex.body, annex.labels
    names = {edition["key"]: source(edition, annex.language)[0] for edition in body["editions"]}
    for lot in body["lots"]:
        number = str(lot["number"])
        parts: dict[tuple[str, str], list[Json]] = {}
        for asked in lot["requirements"]:
            edition, fact = origin(asked)
            part = edition or ("facts" if fact else "own")
            parts.setdefault((part, asked["obligation"]), []).append(asked)
        for (part, obligation), members in parts.items():
            key = f"L{number}-{part}-{obligation}"
            yield {
                "id": key,
                "title": names.get(part) or labels[part],
                "description": labels[obligation],
                "relatedLots": [number],
                "requirementGroups": [
                    {
                        "id": f"{key}-all",
                        "description": labels[obligation],
                        "requirements": [
                            requirement(asked, row(asked, labels, body)) for asked in members
                        ],
                    }
                ],
                "certcentre_edition": part if part in names else None,
                "certcentre_obligation": obligation,
            }


def requirement(asked: Json, shown: Row) -> Json:
    """One requirement under the reference that it has in every export."""
    return {
        "id": shown.ref,
        "title": shown.title,
        "description": shown.text,
        "dataType": "boolean",
        "expectedValue": True,
        "certcentre_obligation": shown.kind,
        "certcentre_weight": shown.weight,
        "certcentre_scored": shown.scored,
        "certcentre_leastScore": asked.get("least_score"),
        "certcentre_leastAssurance": f"AL{shown.least}" if shown.least else None,
        "certcentre_mustBePresent": asked.get("must_be_present") or None,
        "certcentre_evidence": "\n".join(shown.evidence),
        "certcentre_evidenceAsked": asked["evidence"],
        "certcentre_source": {
            "criterion": asked["criterion"],
            "edition": asked["edition"],
            "section": asked["group"],
            "cites": shown.standard,
        },
        "certcentre_accepted": list(asked.get("alternatives", ())),
        "certcentre_rationale": shown.why,
        "certcentre_fact": asked.get("fact"),
    }


def without_empty(value: Json) -> Json:
    """The same without what says nothing: the standard wants no empty text, list or object."""
    kept = {name: pruned(part) for name, part in value.items()}
    return {name: part for name, part in kept.items() if part not in (None, "", [], {})}


def pruned(value: object) -> object:
    if isinstance(value, dict):
        return without_empty(value)
    return [pruned(part) for part in value] if isinstance(value, list) else value
