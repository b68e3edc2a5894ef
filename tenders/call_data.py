"""What a file says of a tender: its open contracting data (OCDS), or its workbook, as one shape.

Others may have written it: what is not known is not read, and what does not fit is refused.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic import ValidationError as Invalid

from certcentre.lifecycle import NotReady
from certcentre.log.models import stored
from certcentre.plain_text import plain
from certcentre.tables.reading import kind_of
from certcentre.tables.reading import read as read_tables
from certcentre.tables.rows import Foreign, Unreadable
from standards.catalogue.files.losses import Refused
from standards.catalogue.files.parsing import decoded, from_json
from standards.catalogue.records import wrongs
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import annex, frozen_body, paper_languages
from tenders.bids.form_file import record_of
from tenders.export import ocds
from tenders.notice_forms import YEARS
from tenders.requirements import Requirement, place_of
from tenders.scoring import HIGHEST
from tenders.tender import MAX_LOTS, Tender

MOST_PARTS = 300_000  # values of a file: many times what MAX_REQUIREMENTS have
LONG = 20_000  # letters of one text in a file
BOUNDS = ("minValue", "maxValue", "pattern")
LEVEL = re.compile(r"AL([1-4])")


class FilePart(BaseModel):
    """A part of a file that others may have written: what is not known is not read."""

    model_config = ConfigDict(
        extra="ignore", coerce_numbers_to_str=True, str_max_length=LONG, populate_by_name=True
    )


class SourceData(FilePart):
    criterion: str | None = None
    cites: str = ""


class FactData(FilePart):
    key: str
    values: list[str] = Field(default=[], max_length=500)
    how: str = Requirement.How.ANY


class AlternativeData(FilePart):
    criterion: str


class RequirementData(FilePart):
    """One requirement."""

    id: str = ""
    title: str = ""
    description: str = ""
    obligation: str = Field("", alias="certcentre_obligation")
    weight: int | None = Field(None, alias="certcentre_weight", ge=0, le=FULL_WEIGHT)
    least_score: int | None = Field(None, alias="certcentre_leastScore", ge=1, le=HIGHEST)
    least: str = Field("", alias="certcentre_leastAssurance")
    present: bool = Field(default=False, alias="certcentre_mustBePresent")
    evidence: str = Field("", alias="certcentre_evidenceAsked")
    origin: SourceData = Field(SourceData(), alias="certcentre_source")
    accepted: list[AlternativeData] = Field(default=[], alias="certcentre_accepted", max_length=100)
    rationale: str = Field("", alias="certcentre_rationale")
    fact: FactData | None = Field(None, alias="certcentre_fact")
    bounds: dict[str, Any] = Field(default_factory=dict)  # what others ask for in numbers

    @property
    def level(self) -> int:
        match = LEVEL.fullmatch(self.least)
        return int(match[1]) if match else 1


class GroupData(FilePart):
    requirements: list[RequirementData] = Field(default=[], max_length=10_000)

    @field_validator("requirements", mode="before")
    @classmethod
    def _with_bounds(cls, rows: object) -> object:
        """Each with what it asks for in numbers, which only data of others have."""
        if not isinstance(rows, list):
            return rows
        return [
            {**row, "bounds": {name: row[name] for name in BOUNDS if name in row}}
            if isinstance(row, dict)
            else row
            for row in rows
        ]


class CriterionData(FilePart):
    """Requirements of lots; or a ground, which has a code."""

    lots: list[str] = Field(default=[], alias="relatedLots", max_length=1000)
    groups: list[GroupData] = Field(default=[], alias="requirementGroups", max_length=1000)
    obligation: str = Field("", alias="certcentre_obligation")
    code: str = Field("", alias="certcentre_code")
    asked: str = Field("", alias="certcentre_asked")


class PriceData(FilePart):
    kind: str = "price"
    words: str = ""
    weight: int | None = None
    formula: str | None = None


class QualityData(FilePart):
    earns: str = "full"
    threshold: int | None = None


class AwardData(FilePart):
    price: PriceData = PriceData()
    quality: QualityData | None = None
    scores: list[str] = Field(default=[], max_length=20)


class LotData(FilePart):
    id: str = ""
    title: str = ""
    products: bool = Field(default=True, alias="certcentre_products")
    countries: list[str] = Field(default=[], alias="certcentre_countries", max_length=300)
    languages: list[str] = Field(default=[], alias="certcentre_languages", max_length=300)
    all_countries: bool = Field(default=True, alias="certcentre_allCountries")
    all_languages: bool = Field(default=True, alias="certcentre_allLanguages")
    award: AwardData | None = Field(default=None, alias="certcentre_award")


class Call(FilePart):
    """What a release says of its tender, beside its terms."""

    title: str = ""
    lots: list[LotData] = Field(default=[], max_length=MAX_LOTS)
    criteria: list[CriterionData] = Field(default=[], max_length=10_000)


@dataclass(frozen=True)
class Release:
    """The newest state of a tender in a file. `said`: as the file has it, word for word."""

    language: str
    call: Call
    said: dict[str, Any]
    tongue: str = ""  # the language that the file names
    buyer: str = ""  # its id in the data
    office: dict[str, Any] = field(default_factory=dict)  # who answers for the buyer

    @property
    def title(self) -> str:
        length = Tender._meta.get_field("title").max_length or 0
        return plain(self.call.title or self.call.lots[0].title)[:length].strip()


def read(data: bytes) -> Release:
    """What a file says; NotReady, in words, where it is no tender that can be read."""
    require_kind(data)
    newest = of_workbook(data) if data[:4] == b"PK\x03\x04" else of_json(data)
    tender = newest.get("tender")
    if not isinstance(tender, dict):
        raise NotReady(gettext("The file is no tender: it has no “tender”."))
    try:
        call = Call.model_validate(tender)
    except Invalid as error:
        wrong = "; ".join(wrongs(error, tender)[:3])
        raise NotReady(gettext("The file does not fit: %(wrong)s.") % {"wrong": wrong}) from error
    if not call.lots:
        call.lots.append(LotData.model_validate({"title": call.title}))
    language = newest.get("language")
    known = language if language in list(paper_languages.LANGUAGES) else paper_languages.ORIGINAL
    release = Release(str(known), call, tender, str(language or ""), *office_of(newest))
    if not release.title:
        raise NotReady(gettext("The tender in the file has no title."))
    return release


def office_of(said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The id of the buyer, and the contact point of that party."""
    buyer, parties = said.get("buyer"), said.get("parties")
    buyer = buyer if isinstance(buyer, dict) else {}
    for party in parties if isinstance(parties, list) else ():
        if isinstance(party, dict) and party.get("id") == buyer.get("id"):
            point = party.get("contactPoint")
            return str(buyer.get("id", "")), point if isinstance(point, dict) else {}
    return str(buyer.get("id", "")), {}


def require_kind(data: bytes) -> None:
    """NotReady for another kind of file than begins a tender."""
    try:
        kind_of(data)
    except Foreign as other:
        words = gettext(
            "This is %(kind)s. Bring the JSON (OCDS) of a tender, or a response form (XLSX)."
        )
        raise NotReady(words % {"kind": other.kind}) from other
    except Unreadable:
        return  # whoever reads it says why


def of_json(data: bytes) -> dict[str, Any]:
    """The newest release of the one process in a package, record or release."""
    try:
        value = from_json(decoded(data), most=MOST_PARTS)
    except Refused as error:
        raise NotReady(*error.reasons) from error
    value = plained(value) if isinstance(value, dict) else {}
    if records := value.get("records"):
        if not isinstance(records, list) or len(records) > 1:
            raise NotReady(gettext("The file holds several tenders. Bring the file of one."))
        record = records[0] if isinstance(records[0], dict) else {}
        compiled = record.get("compiledRelease")
        value = compiled if isinstance(compiled, dict) else record
    releases = value.get("releases") or [value]
    newest = releases[-1] if isinstance(releases, list) else None
    return newest if isinstance(newest, dict) else {}


def plained(value: object) -> Any:
    """The same with each text and name in it plain: no database or reader can bear others."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, list):
        return [plained(part) for part in value]
    if isinstance(value, dict):
        return {plain(name): plained(part) for name, part in value.items()}
    return value


def of_workbook(data: bytes) -> dict[str, Any]:
    """Of the tender whose response form it is, by the digest in it, as our log has that."""
    try:
        kept = record_of(read_tables(data, hidden=True))
    except Unreadable as error:
        raise NotReady(*error.reasons) from error
    tender = Tender.objects.published().filter(digest=kept.get("digest", "-")).first()
    if tender is None:
        words = gettext(
            "This workbook is not the response form of a tender that is published here. Bring the "
            "JSON (OCDS) file of the tender instead: it holds all of it."
        )
        raise NotReady(words)
    frozen_body.require_as_logged(tender)
    return as_data(json.loads(stored(tender.body or b"{}")), tender.digest)


def as_data(body: dict[str, Any], of: str = "") -> dict[str, Any]:
    """A tender as its release says it, read as any program reads that."""
    made: dict[str, Any] = json.loads(ocds.as_json(ocds.release(annex.build(body, of))))
    return made


def requirements_in(release: Release) -> Iterator[tuple[list[str], RequirementData]]:
    """Each requirement with the lots that it is asked in (none, or none that is there: the first),
    in order of their references; grounds apart."""
    ids = {lot.id for lot in release.call.lots}
    parts = [each for each in release.call.criteria if not each.code]
    rows = [
        (
            [lot for lot in part.lots if lot in ids],
            asked.model_copy(update={"obligation": asked.obligation or part.obligation}),
        )
        for part in parts
        for group in part.groups
        for asked in group.requirements
    ]
    ours = all(place_of(asked.id) for _lots, asked in rows)
    yield from sorted(rows, key=lambda row: place_of(row[1].id) or ()) if ours else rows


def of_no_lot(release: Release) -> list[str]:
    """What is asked in lots that are not there, by reference or title."""
    ids = {lot.id for lot in release.call.lots}
    parts = [each for each in release.call.criteria if each.lots and ids.isdisjoint(each.lots)]
    groups = [group for part in parts if not part.code for group in part.groups]
    return [asked.id or asked.title for group in groups for asked in group.requirements]


def moment_in(said: dict[str, Any], period: str, end: str) -> datetime | None:
    """A moment that a period names; None where it names none that can be read."""
    part = said.get(period)
    text = part.get(end) if isinstance(part, dict) else None
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if not moment or not moment.tzinfo or not YEARS[0] <= moment.year <= YEARS[1]:
        return None
    return moment.astimezone(UTC)
