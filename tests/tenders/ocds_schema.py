"""What a release has at least, in our words, and the standard's own schema where it lies.

No package that can be installed brings the schema of OCDS, and none is fetched. Whoever has it puts
`release-schema.json` of 1.1.5, and `lots.json`, `requirements.json` and `bids.json` (the release
schemas of the extensions), into a folder that OCDS_SCHEMAS names: then the same files are held
against it.
"""

import json
import os
from pathlib import Path

from jsonschema import Draft4Validator

TEXT = {"type": "string", "minLength": 1}
MOMENT = TEXT | {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
STATUS = {"enum": ["planning", "planned", "active", "cancelled", "unsuccessful", "complete"]}


def things(required, **properties):
    """A list of objects, each with these fields, and of these kinds."""
    return {"type": "array", "minItems": 1, "items": thing(required, **properties)}


def thing(required, **properties):
    return {"type": "object", "required": required.split(), "properties": properties}


REQUIREMENTS = things(
    "id description dataType expectedValue certcentre_obligation",
    id={"type": "string", "pattern": r"^L\d+-\d{3,}$"},
    description=TEXT,
    dataType={"enum": ["string", "date-time", "number", "integer", "boolean"]},
    certcentre_obligation={"enum": ["must", "should", "may"]},
    certcentre_leastAssurance={"enum": ["AL1", "AL2", "AL3", "AL4"]},
)
TENDER = thing(
    "id title status criteria lots items procuringEntity",
    status=STATUS,
    procurementMethod={"enum": ["open", "selective", "limited", "direct"]},
    mainProcurementCategory={"enum": ["goods", "works", "services"]},
    value=thing("amount currency", amount={"type": "number"}, currency=TEXT),
    tenderPeriod=thing("endDate", startDate=MOMENT, endDate=MOMENT),
    enquiryPeriod=thing("endDate", startDate=MOMENT, endDate=MOMENT),
    contractPeriod=thing("startDate", startDate=MOMENT, endDate=MOMENT),
    lots=things("id title status", id=TEXT, status=STATUS),
    items=things("id relatedLot", classification=thing("scheme id", scheme=TEXT, id=TEXT)),
    documents=things("id url format", url=TEXT),
    amendments=things("id date rationale amendsReleaseID releaseID", date=MOMENT),
    criteria=things(
        "id title relatedLots requirementGroups",
        id=TEXT,
        requirementGroups=things("id requirements", requirements=REQUIREMENTS),
    ),
)
RELEASE = thing(
    "ocid id date tag initiationType language parties buyer tender",
    ocid=TEXT,
    id=TEXT,
    date=MOMENT,
    tag={"type": "array", "minItems": 1, "items": {"type": "string"}},
    initiationType={"enum": ["tender"]},
    parties=things("id name roles", roles={"type": "array", "minItems": 1}),
    tender=TENDER,
    awards=things(
        "id status date suppliers relatedLots",
        status={"enum": ["pending", "active", "cancelled", "unsuccessful"]},
        date=MOMENT,
        value=thing("amount currency", amount={"type": "number"}, currency=TEXT),
        suppliers=things("id name", id=TEXT, name=TEXT),
        relatedLots={"type": "array", "minItems": 1, "items": TEXT},
    ),
    bids=thing("statistics", statistics=things("id measure value relatedLot", measure=TEXT)),
    contracts=things(
        "id awardID status dateSigned",
        status={"enum": ["pending", "active", "cancelled", "terminated"]},
        dateSigned=MOMENT,
    ),
)
OURS = Draft4Validator(RELEASE)
FOLDER = os.environ.get("OCDS_SCHEMAS", "")


def official():
    """The standard's schema of a release, with its extensions merged into it."""
    schema, *more = (
        json.loads((Path(FOLDER) / f"{name}.json").read_text())
        for name in ("release-schema", "lots", "requirements", "bids")
    )
    for extension in more:
        schema = merged(schema, extension)
    return Draft4Validator(schema)


def merged(value, patch):
    """RFC 7396, which says how an extension changes the schema."""
    if not isinstance(patch, dict):
        return patch
    made = dict(value) if isinstance(value, dict) else {}
    for name, part in patch.items():
        if part is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), part)
    return made


def wrongs(validator, release):
    return [
        f"{list(each.absolute_path)}: {each.message}" for each in validator.iter_errors(release)
    ]


def loose(releases):
    """References of releases that lead nowhere, and ids that are there twice."""
    known = {release["id"] for release in releases}
    lost = [] if len(known) == len(releases) else ["release ids"]
    for release in releases:
        about, parties = release["tender"], {party["id"] for party in release["parties"]}
        lots = {lot["id"] for lot in about["lots"]}
        pointed = [
            ({release["buyer"]["id"], about["procuringEntity"]["id"]}, parties),
            ({item["relatedLot"] for item in about["items"]}, lots),
            ({lot for criterion in about["criteria"] for lot in criterion["relatedLots"]}, lots),
            ({each["amendsReleaseID"] for each in about.get("amendments", ())}, known),
        ]
        awards = release.get("awards", ())
        given = {supplier["id"] for award in awards for supplier in award["suppliers"]}
        about_lots = {lot for award in awards for lot in award["relatedLots"]}
        signed = {contract["awardID"] for contract in release.get("contracts", ())}
        pointed += [(given, parties), (about_lots, lots), (signed, {a["id"] for a in awards})]
        lost += [f"{ids - there}" for ids, there in pointed if ids - there]
        ids = [each["id"] for each in (*about["criteria"], *groups(about), *requirements(about))]
        lost += [] if len(set(ids)) == len(ids) else ["ids twice"]
    return lost


def groups(about):
    return [group for criterion in about["criteria"] for group in criterion["requirementGroups"]]


def requirements(about):
    return [asked for group in groups(about) for asked in group["requirements"]]
