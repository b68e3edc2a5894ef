"""The data sets: what the register gives away whole, in the shapes that its API has."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from pydantic import BaseModel
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from certcentre.desk.log_pages import public_words
from certcentre.desk.open_data.shapes import (
    AccreditationShape,
    ClaimLineShape,
    ExternalShape,
    FigureShape,
    RecordShape,
)
from certcentre.desk.record_check import parts
from certcentre.log import api as log
from certcentre.log import sequencer
from certcentre.log.models import LogEntry
from standards.assessment.claims import Claim, effective
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Release, Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.external import ExternalCertificate
from standards.catalogue import api as catalogue
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.facts import Fact
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need
from standards.catalogue.records import Record
from standards.catalogue.reviewing import Review, published
from standards.catalogue.rules import Rule
from standards.catalogue.schema import FactRecord, MappingRecord, NeedRecord, RuleRecord
from standards.catalogue.vouching import vouch, vouch_criteria
from standards.registry import api as registry
from standards.registry.serializers import CertificateShape, SolutionDetailShape
from tenders import api as tenders
from tenders.pages import ocds
from tenders.tender import Tender

BATCH = 500  # entries of the log
Json = dict[str, Any]


@dataclass(frozen=True)
class LeftOut:
    """Stands where a record would that the log contradicts."""

    reference: str


Rows = Callable[[datetime], Iterator[Json | LeftOut]]


@dataclass(frozen=True)
class DataSet:
    """One file in two forms: its name, what it holds, the shape of a record, and its records as
    of a moment, read a hundred rows at a time. `flat`: also as a table."""

    name: str
    title: Promise
    words: Promise
    shape: type[Serializer[Any]] | type[Record]
    rows: Rows
    flat: bool = True
    by_edition: bool = False  # words of editions, each under the licence that its edition names

    @property
    def licence(self) -> Json:
        """Under which its records are given."""
        if self.by_edition:
            return {"as_named_by": "editions", "field": "catalogue_licence"}
        return dict(settings.OPEN_DATA_LICENCE)

    @property
    def schema(self) -> Json:
        """The shape as JSON Schema."""
        if issubclass(self.shape, BaseModel):
            return self.shape.model_json_schema()
        described = AutoSchema()
        described.registry, described.view = ComponentRegistry(), APIView(request=None)
        described.method, described.path, described.path_prefix = "GET", "/", ""
        top = described.resolve_serializer(self.shape, "response").ref
        every = described.registry.build({})["schemas"]
        text = json.dumps({**top, "$defs": every}, default=str)
        made: Json = json.loads(text.replace("#/components/schemas/", "#/$defs/"))
        return made

    @property
    def fields(self) -> Json:
        """Each field of a record, in order, with its description."""
        schema = self.schema
        if "$ref" in schema:
            schema = schema["$defs"][schema["$ref"].rpartition("/")[2]]
        fields: Json = schema["properties"]
        return fields


def shaped(shape: type[Serializer[Any]], rows: Sequence[Any], at: datetime) -> Iterator[Json]:
    yield from shape(rows, many=True, context={"at": at}).data


def plain(shape: type[Serializer[Any]], rows: Callable[[], QuerySet[Any]]) -> Rows:
    """The rows as this shape says them."""

    def read(at: datetime) -> Iterator[Json]:
        for part in parts(rows()):
            yield from shaped(shape, part, at)

    return read


def recorded(shape: type[Record], rows: Callable[[], QuerySet[Any]]) -> Rows:
    """The rows as records of the catalogue."""

    def read(at: datetime) -> Iterator[Json]:
        for part in parts(rows()):
            for row in part:
                more = {"status": row.status} if hasattr(row, "status") else {}
                record = shape.of(row, **more)
                yield record.model_dump(mode="json", by_alias=True, warnings=False)

    return read


def editions(at: datetime) -> Iterator[Json]:
    for part in parts(catalogue.editions()):
        vouch(part)
        yield from shaped(catalogue.EditionShape, part, at)


def criteria(at: datetime) -> Iterator[Json]:
    for part in parts(catalogue.criteria()):
        vouch_criteria(part)
        yield from shaped(catalogue.CriterionShape, part, at)


class Criteria(dict[int, Criterion]):
    """Every criterion by id, with its key alone; read anew where one came since."""

    def __init__(self) -> None:
        super().__init__(Criterion.objects.only("key").in_bulk())

    def __missing__(self, key: int) -> Criterion:
        self.update(Criterion.objects.only("key").in_bulk())
        return self.get(key) or Criterion.objects.get(pk=key)


def listed() -> QuerySet[Solution]:
    return Solution.objects.listed().select_related("organisation", "current_release")


def solutions(at: datetime) -> Iterator[Json]:
    needs, every = list(published(Need)), Criteria()
    for part in parts(listed()):
        claims = effective([each.current_release_id for each in part], at=at, known=every)
        for each in part:
            own = claims[each.current_release_id]
            each.claims, each.needs = (
                [own[key] for key in sorted(own)],
                registry.needs_of(own, needs),
            )
        yield from shaped(SolutionDetailShape, part, at)


def claims(at: datetime) -> Iterator[Json]:
    """What was ever said of a release that is or was public, of products on the register now. A
    claim that rests on a declaration is public with it."""
    signed = Declaration.objects.public().filter(release=OuterRef("pk"))
    public = Q(declaration=None) | Q(declaration__public_since__isnull=False)
    every = Criteria()
    for part in parts(Solution.objects.listed().only("pk")):
        known = Release.objects.filter(Exists(signed), solution__in=part).only("label", "solution")
        releases = known.in_bulk()
        for few in parts(Claim.objects.filter(public, release__in=releases)):
            for claim in few:
                claim.criterion = every[claim.criterion_id]
                claim.release = releases[claim.release_id]
            yield from shaped(ClaimLineShape, few, at)


def tender_rows(at: datetime) -> Iterator[Json | LeftOut]:
    for part in parts(tenders.published()):
        good, bad = tenders.as_logged_or_not(part)
        yield from (LeftOut(each.reference) for each in bad)
        yield from shaped(tenders.TenderShape, good, at)


def records(at: datetime) -> Iterator[Json | LeftOut]:
    firsts = Tender.objects.published().filter(version=1).only("reference")
    for part in parts(firsts):
        lines = [each.reference for each in part]
        versions = Tender.objects.published().of_line(*lines).order_by("version")
        made, left_out = ocds.records(list(versions), lines)
        yield from map(LeftOut, left_out)
        yield from made


def entries(at: datetime) -> Iterator[Json]:
    size = sequencer.sequence()
    for first in range(0, size, BATCH):
        few = log.Entries.queryset.filter(leaf_index__gte=first, leaf_index__lt=first + BATCH)
        yield from shaped(log.EntryShape, list(few), at)


def figures(at: datetime) -> Iterator[Json]:
    steps = LogEntry.objects.public().filter(at__lte=at).order_by()
    months = steps.annotate(month=TruncMonth("at")).values_list("month", "step")
    for month, step, count in months.annotate(count=Count("pk")).order_by("month", "step"):
        words = str(public_words(step))
        yield {"month": f"{month:%Y-%m}", "step": step, "words": words, "count": count}


def mappings() -> QuerySet[Mapping]:
    """Those that the pages of criteria show: proposed ones too, as `status` says."""
    shown = Mapping.objects.exclude(status=Review.WITHDRAWN)
    rows = shown.select_related("source", "target")
    drafts = Q(source__edition__status=Edition.Status.DRAFT)
    return rows.exclude(drafts | Q(target__edition__status=Edition.Status.DRAFT))


def externals() -> QuerySet[ExternalCertificate]:
    public = ExternalCertificate.objects.public().select_related("scheme", "release")
    return public.prefetch_related("criteria")


def accreditations() -> QuerySet[Accreditation]:
    return Accreditation.objects.select_related("body").prefetch_related("editions")


def rules() -> QuerySet[Rule]:
    rows = published(Rule).exclude(edition__status=Edition.Status.DRAFT)
    return rows.select_related("edition", "level")


DATA_SETS = {
    each.name: each
    for each in (
        DataSet(
            "standards",
            _("Standards"),
            _("Families of standards, and the keys of their published editions."),
            catalogue.StandardShape,
            plain(catalogue.StandardShape, lambda: catalogue.Standards.queryset),
        ),
        DataSet(
            "editions",
            _("Editions"),
            _("Each dated version of a standard: levels, days, licences, notices."),
            catalogue.EditionShape,
            editions,
            by_edition=True,
        ),
        DataSet(
            "criteria",
            _("Criteria"),
            _("Every criterion of a published edition, in our own words."),
            catalogue.CriterionShape,
            criteria,
            by_edition=True,
        ),
        DataSet(
            "mappings",
            _("Mappings"),
            _("How one criterion relates to another (NIST IR 8477), and whether it was reviewed."),
            MappingRecord,
            recorded(MappingRecord, mappings),
        ),
        DataSet(
            "facts",
            _("Facts"),
            _("What is asked of a product, and the answers there are."),
            FactRecord,
            recorded(FactRecord, lambda: Fact.objects.all()),
        ),
        DataSet(
            "rules",
            _("Rules"),
            _("Which facts bring which criteria into play, and on what legal basis."),
            RuleRecord,
            recorded(RuleRecord, rules),
        ),
        DataSet(
            "needs",
            _("Learner needs"),
            _("What learners need, and the criteria that it is derived from."),
            NeedRecord,
            recorded(NeedRecord, lambda: published(Need)),
        ),
        DataSet(
            "solutions",
            _("Solutions"),
            _("Every product on the register: facts, claims in force, needs derived from them."),
            SolutionDetailShape,
            solutions,
        ),
        DataSet(
            "claims",
            _("Claims with their history"),
            _("What was ever said of these products, also what ran out or was ended."),
            ClaimLineShape,
            claims,
        ),
        DataSet(
            "certificates",
            _("Certificates and verifications"),
            _("All that were ever issued, with their status."),
            CertificateShape,
            plain(CertificateShape, registry.certificates),
        ),
        DataSet(
            "outside",
            _("Certificates of outside schemes"),
            _("Those that somebody independent made sure of, with what they cover and leave out."),
            ExternalShape,
            plain(ExternalShape, externals),
        ),
        DataSet(
            "bodies",
            _("Accredited bodies"),
            _("Which body may attest what, where and until when."),
            AccreditationShape,
            plain(AccreditationShape, accreditations),
        ),
        DataSet(
            "tenders",
            _("Tenders"),
            _("Every published version of a tender, with its notice."),
            tenders.TenderShape,
            tender_rows,
        ),
        DataSet(
            "ocds",
            _("Tenders as open contracting data"),
            _("The record of each purchase (OCDS 1.1), a line each."),
            RecordShape,
            records,
            flat=False,
        ),
        DataSet(
            "log",
            _("Log"),
            _("Every entry: public ones with their bytes, of others the hash alone."),
            log.EntryShape,
            entries,
        ),
        DataSet(
            "figures",
            _("Figures by month"),
            _("How often each public step was taken, of nobody in particular."),
            FigureShape,
            figures,
        ),
    )
}
