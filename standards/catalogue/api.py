"""The catalogue for machines: standards, editions, criteria, and what applies to a product."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from certcentre.api_input import NoTokens, OneForm
from certcentre.api_views import ApiView, Known
from certcentre.places import read_in
from standards.catalogue.applicability import Applied
from standards.catalogue.editions import Criterion, Edition, Level, Translated
from standards.catalogue.exporting import attached, file_of
from standards.catalogue.facts import Fact, checked
from standards.catalogue.files import FORMATS, WRITTEN
from standards.catalogue.filters import CriterionFilter, EditionFilter
from standards.catalogue.mappings import Mapping, relations_of
from standards.catalogue.rules import applied
from standards.catalogue.standards import Standard
from standards.catalogue.translations import MISSING, state_read
from standards.catalogue.vouching import logged, vouch, vouch_criteria
from standards.catalogue.vouching import shown as shown_editions

Row = TypeVar("Row")
DISAGREES = "Our records disagree: this is not what the log holds of it. Do not rely on it."
TEXTS_DISAGREE = (
    "Our records disagree: guidance, hints, headings or translations are not what the log holds of "
    "them, so they are left out here."
)
MOST_BYTES = 64 * 1024  # the 31 facts of our largest example take 2 KB


class StandardShape(serializers.ModelSerializer[Standard]):
    editions = serializers.SerializerMethodField()

    class Meta:
        model = Standard
        fields = ["key", "name", "issuing_body", "editions"]

    def get_editions(self, standard: Standard) -> list[str]:
        """The keys of its published editions."""
        return [edition.key for edition in getattr(standard, "published_editions", [])]


class Spoken(serializers.CharField):
    """A text in the reader's language, else as it was written."""

    def get_attribute(self, instance: Translated) -> str:
        return instance.text(str(self.field_name))


READ_IN = "The language of title and statement here; that of the original where there is no other."
STATE = (
    "Who translated title and statement: `human`, `machine`, `outdated` where the original changed "
    "since, `missing` where it is the original that is read; empty where that was asked for."
)


class LevelShape(serializers.ModelSerializer[Level]):
    label = Spoken()  # type: ignore[assignment] # its own is its heading in forms

    class Meta:
        model = Level
        fields = ["key", "label", "obligation", "cumulative"]


class EditionShape(serializers.ModelSerializer[Edition]):
    name = Spoken()
    notice = Spoken()
    standard = serializers.SlugRelatedField[Standard](slug_field="key", read_only=True)
    category = serializers.CharField(source="seed_category")
    levels = LevelShape(many=True, source="levels_shown")
    criteria = serializers.IntegerField(
        source="total", help_text="How many criteria the edition has."
    )
    published = serializers.CharField(source="published_text")
    disagrees = serializers.BooleanField(help_text=DISAGREES)
    texts_disagree = serializers.BooleanField(help_text=TEXTS_DISAGREE)

    class Meta:
        model = Edition
        fields = [
            "key",
            "standard",
            "name",
            "version",
            "issuing_body",
            "reference",
            "status",
            "published",
            "effective_from",
            "domain",
            "category",
            "nature",
            "jurisdictions",
            "levels",
            "criteria",
            "text_licence",
            "may_quote_text",
            "catalogue_licence",
            "notice",
            "source_basis",
            "last_checked",
            "words_digest",
            "disagrees",
            "texts_disagree",
        ]


class CriterionShape(serializers.ModelSerializer[Criterion]):
    title = Spoken()
    statement = Spoken()
    evidence_hint = Spoken()
    group = Spoken()
    language = serializers.SerializerMethodField(help_text=READ_IN)
    translation = serializers.SerializerMethodField(help_text=STATE)
    id = serializers.CharField(source="key")
    edition = serializers.CharField(source="edition.key")
    level = serializers.CharField(source="level.key")
    obligation = serializers.CharField(source="level.obligation")
    category = serializers.CharField(source="edition.seed_category")
    disagrees = serializers.BooleanField(help_text=DISAGREES)
    texts_disagree = serializers.BooleanField(help_text=TEXTS_DISAGREE)

    class Meta:
        model = Criterion
        fields = [
            "id",
            "edition",
            "ref",
            "title",
            "statement",
            "evidence_hint",
            "level",
            "obligation",
            "domain",
            "category",
            "group",
            "verification",
            "language",
            "translation",
            "disagrees",
            "texts_disagree",
        ]

    def get_language(self, criterion: Criterion) -> str:
        written_in = criterion.edition.language
        return written_in if self.get_translation(criterion) in ("", MISSING) else read_in()

    def get_translation(self, criterion: Criterion) -> str:
        return state_read(criterion, ("title", "statement"), criterion.edition.language)


class RelationShape(serializers.Serializer[dict[str, Any]]):
    """A mapping seen from one criterion: this criterion <relation> the other."""

    criterion = serializers.CharField()
    title = serializers.CharField()
    relation = serializers.ChoiceField(choices=Mapping.Relation.choices)
    note = serializers.CharField()
    status = serializers.CharField()
    through = serializers.CharField(help_text="The common duty that it follows through; else empty")


class CriterionDetailShape(CriterionShape):
    mappings = RelationShape(many=True, source="relations")

    class Meta(CriterionShape.Meta):
        fields = [*CriterionShape.Meta.fields, "mappings"]


class FactsShape(Known):
    """What is asked of `applies`."""

    facts = serializers.DictField(help_text="Answers by fact. What is left out is unknown.")


class FiredShape(serializers.Serializer[dict[str, Any]]):
    """A rule that fired."""

    rule = serializers.CharField()
    effect = serializers.CharField()
    standard = serializers.CharField(help_text="The key of the edition.")
    level = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())
    also_expected = serializers.ListField(
        child=serializers.CharField(),
        help_text="Criteria of the edition that the law does not refer to; they are expected.",
    )
    reason = serializers.CharField()
    basis = serializers.CharField()
    applies_from = serializers.DateField(allow_null=True)
    comes = serializers.BooleanField(help_text="The date is still ahead.")


class AppliedShape(serializers.Serializer[dict[str, Any]]):
    """What applies."""

    rules = FiredShape(many=True)
    criteria = serializers.DictField(child=serializers.CharField())
    standards = serializers.DictField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())
    open = serializers.ListField(child=serializers.CharField())


def editions() -> QuerySet[Edition]:
    """Published editions with their standard and number of criteria: `vouch` gives the levels."""
    return (
        shown_editions()
        .select_related("standard")
        .annotate(total=Count("criteria"))
        .order_by("name", "key")
    )


def criteria() -> QuerySet[Criterion]:
    criteria = Criterion.objects.published().annotate(**logged("edition_id"))
    return criteria.select_related("edition", "level").order_by("edition__key", "position")


class Standards(ApiView, ListAPIView[Standard]):
    """Standards and the keys of their published editions."""

    queryset = (
        Standard.objects.filter(editions__in=Edition.objects.published())
        .distinct()
        .prefetch_related(
            Prefetch("editions", Edition.objects.published(), to_attr="published_editions")
        )
        .order_by("key")
    )
    serializer_class = StandardShape


class Editions(ApiView, ListAPIView[Edition]):
    """Published editions with their levels, licences and notices."""

    speaks = True
    queryset = editions()
    serializer_class = EditionShape
    filterset_class = EditionFilter

    def paginate_queryset(
        self, queryset: QuerySet[Edition, Row] | Sequence[Row]
    ) -> list[Row] | None:
        rows = super().paginate_queryset(queryset)
        vouch(cast(list[Edition], rows or []))
        return rows


class EditionDetail(ApiView, RetrieveAPIView[Edition]):
    """One published edition."""

    speaks = True
    queryset = editions()
    serializer_class = EditionShape
    lookup_field = "key"

    def get_object(self) -> Edition:
        edition: Edition = super().get_object()
        vouch([edition])
        return edition


MEDIA = dict.fromkeys(FORMATS[kind].media_type for kind in WRITTEN)


class EditionExport(ApiView):
    """One published edition as a file: `oscal`, `openacr`, `csv`, `xlsx`, `yaml` or `jsonld`."""

    content_negotiation_class = OneForm

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, "path", enum=WRITTEN)],
        responses={(200, media): OpenApiTypes.BINARY for media in MEDIA},
    )
    def get(self, request: Request, key: str, kind: str) -> HttpResponse:
        return attached(file_of(key, kind, request.user))


class Criteria(ApiView, ListAPIView[Criterion]):
    """Criteria of published editions, in our own words."""

    speaks = True
    queryset = criteria()
    serializer_class = CriterionShape
    filterset_class = CriterionFilter

    def paginate_queryset(
        self, queryset: QuerySet[Criterion, Row] | Sequence[Row]
    ) -> list[Row] | None:
        rows = super().paginate_queryset(queryset)
        vouch_criteria(cast(list[Criterion], rows or []))
        return rows


class CriterionDetail(ApiView):
    """One criterion, and how it relates to others."""

    speaks = True

    @extend_schema(responses=CriterionDetailShape)
    def get(self, request: Request, key: str) -> Response:
        criterion: Any = get_object_or_404(criteria(), key=key)
        vouch_criteria([criterion])
        criterion.relations = [
            {
                "criterion": each.other.key,
                "title": each.other.text("title"),
                "relation": each.relation.value,
                "note": each.note,
                "status": each.status,
                "through": each.through.key if each.through else "",
            }
            for each in relations_of(criterion)
        ]
        return Response(CriterionDetailShape(criterion).data)


EXAMPLE = {"facts": {"delivery": ["web"], "countries_offered": ["KE"]}}


class Applies(ApiView):
    """What would probably apply to a product with these facts, why, and what is still open."""

    authentication_classes = [NoTokens]  # open to all: no session, so nothing to forge
    most_bytes = MOST_BYTES

    @extend_schema(
        request=FactsShape,
        responses=AppliedShape,
        examples=[OpenApiExample("A product", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        answers, problems = checked(given_facts(request), Fact.objects.all())
        if problems:
            raise ValidationError({"facts": problems})
        return Response(as_json(applied(answers, at=timezone.now())))


def given_facts(request: Request) -> dict[str, Any]:
    """The facts of the body. 400 with words where it is not `{"facts": {…}}`."""
    body = request.data
    if not isinstance(body, dict) or not isinstance(body.get("facts"), dict):
        words = gettext('Send an object with the facts: {"facts": {"delivery": ["web"]}}.')
        raise ValidationError({"detail": words})
    FactsShape(data=body).is_valid(raise_exception=True)
    return dict(body["facts"])


def as_json(found: Applied) -> dict[str, Any]:
    return {
        "rules": [
            {
                "rule": each.rule,
                "effect": each.effect,
                "standard": each.edition,
                "level": each.level,
                "criteria": each.criteria,
                "also_expected": each.also_expected,
                "reason": each.reason,
                "basis": each.basis,
                "applies_from": each.applies_from,
                "comes": each.comes,
            }
            for each in found.rules
        ],
        "criteria": found.criteria,
        "standards": found.standards,
        "flags": found.flags,
        "open": found.open,
    }
