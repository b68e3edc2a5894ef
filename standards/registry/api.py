"""The register for machines: read by anybody, and the count that a tender's author sees."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from standards.assessment.claims import Claim, effective
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import published
from standards.catalogue.profiles import Need
from standards.registry import market
from standards.registry.filters import CertificateFilter, SolutionFilter
from standards.registry.finding import Assured
from standards.registry.needs import Said, derive
from standards.registry.serializers import (
    CertificateShape,
    MatchShape,
    QuestionShape,
    RequirementShape,
    SolutionDetailShape,
    SolutionLineShape,
)


class AsOfNow(DjangoFilterBackend):
    """Filters that ask about the moment of the request. A value that cannot be read is 400."""

    def get_filterset_kwargs(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "at": timezone.now()}


class SolutionsAsOfNow(AsOfNow):
    """Leaves with the view what was asked, so that each row can say how well that is proven."""

    def get_filterset(
        self, request: Request, queryset: QuerySet[Any], view: "Solutions"
    ) -> SolutionFilter:
        view.filtered = super().get_filterset(request, queryset, view)
        return view.filtered


class Solutions(ListAPIView[Solution]):
    """Listed solutions, narrowed as on the register's page. Two statements."""

    queryset = (
        Solution.objects.listed()
        .select_related("organisation", "current_release__standing")
        .defer("current_release__standing__levels")
    )
    serializer_class = SolutionLineShape
    filter_backends = [SolutionsAsOfNow]
    filterset_class = SolutionFilter
    filtered: SolutionFilter
    assured: Mapping[UUID, Assured] = {}

    def paginate_queryset(self, queryset: QuerySet[Solution]) -> Sequence[Solution] | None:
        page = super().paginate_queryset(queryset)
        self.assured = self.filtered.assured(page or [])
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "assured": self.assured}


class SolutionDetail(APIView):
    """One listed solution with its effective claims and derived needs. Three statements."""

    @extend_schema(responses=SolutionDetailShape)
    def get(self, request: Request, pk: UUID) -> Response:
        listed = Solution.objects.listed().select_related("organisation", "current_release")
        found: Any = get_object_or_404(listed, pk=pk)
        claims = effective([found.current_release_id], at=timezone.now())[found.current_release_id]
        found.claims = [claims[key] for key in sorted(claims)]
        found.needs = needs_of(claims)
        return Response(SolutionDetailShape(found).data)


def needs_of(claims: dict[str, Claim]) -> list[dict[str, Any]]:
    """Every published need, derived from the effective claims of one release."""
    said = {
        key: Said(one.outcome, one.assurance, bool(one.accepted_by), one.valid_until)
        for key, one in claims.items()
    }
    found = [(need.key, derive(need.evidence, said)) for need in published(Need)]
    return [
        {
            "need": key,
            "state": one.state.value,
            "assurance": one.assurance,
            "met": one.met,
            "of": one.of,
            "barriers": list(one.barriers),
            "until": one.next_expiry if one.supported else None,
        }
        for key, one in found
    ]


class Certificates(ListAPIView[Certificate]):
    """Certificates and verifications, whatever their state: numbers stay for ever."""

    serializer_class = CertificateShape
    filter_backends = [AsOfNow]
    filterset_class = CertificateFilter

    def get_queryset(self) -> QuerySet[Certificate]:
        return certificates()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


class CertificateDetail(RetrieveAPIView[Certificate]):
    """One certificate or verification by its number."""

    serializer_class = CertificateShape
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Certificate]:
        return certificates()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


def certificates() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("edition", "level", "body", "release").order_by(
        "-issued_at", "-pk"
    )


class Match(APIView):
    """How many listed solutions meet a list of requirements now. Open to all; changes nothing."""

    authentication_classes = ()

    @extend_schema(request=QuestionShape, responses=MatchShape)
    def post(self, request: Request) -> Response:
        asked = QuestionShape(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(MatchShape(answered(asked.validated_data, at=timezone.now())).data)


def answered(asked: dict[str, Any], *, at: datetime) -> market.Match:
    """The market's answer; a criterion nobody published is refused by name."""
    requirements = [RequirementShape.read(one) for one in asked["requirements"]]
    if unknown := market.unknown(requirements):
        words = gettext("There is no criterion %(keys)s in a published edition.")
        raise ValidationError({"detail": words % {"keys": ", ".join(unknown[:10])}})
    places = {"countries": asked["countries"], "languages": asked["languages"]}
    return market.match(requirements, **places, at=at, shown=0)
