"""Published tenders for machines: read by anybody, never written here."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.generics import ListAPIView, RetrieveAPIView

from standards.registry.api import AsOfNow
from tenders.filters import TenderFilter
from tenders.serializers import TenderDetailShape, TenderShape
from tenders.tender import Tender


def published() -> QuerySet[Tender]:
    rows = Tender.objects.published().select_related("buyer", "amends").defer("amends__body")
    return rows.order_by("-published_at", "reference")


class Tenders(ListAPIView[Tender]):
    """Published tenders, and what became of them. Two statements."""

    serializer_class = TenderShape
    filter_backends = [AsOfNow]
    filterset_class = TenderFilter

    def get_queryset(self) -> QuerySet[Tender]:
        return published().defer("body")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


class TenderDetail(RetrieveAPIView[Tender]):
    """One published tender with its requirements, word by word as frozen. Two statements."""

    serializer_class = TenderDetailShape
    lookup_field = "reference"

    def get_queryset(self) -> QuerySet[Tender]:
        return published()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}
