"""Shapes of published tenders for machines; names as in design.md section 7."""

import json
from typing import Any

from rest_framework import serializers

from standards.registry.linked import address
from tenders.tender import Tender


class BuyerShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()


class TenderShape(serializers.Serializer[Tender]):
    """A published tender. `open`: bids may still come; `digest` is the SHA-256 of its body;
    `replaces` is the reference of the version that it amends."""

    reference = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.ChoiceField(choices=Tender.Status.choices)
    open = serializers.SerializerMethodField()
    buyer = BuyerShape()
    language = serializers.CharField()
    countries = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    deadline = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField()
    outcome = serializers.CharField()
    digest = serializers.CharField()
    replaces = serializers.CharField(source="amends.reference", allow_null=True, default=None)
    replaced_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_open(self, tender: Tender) -> bool:
        return tender.is_open(at=self.context["at"])

    def get_url(self, tender: Tender) -> str:
        return address(tender.get_absolute_url())


class TenderDetailShape(TenderShape):
    """With every word as it was published: `body` is what `digest` was made of (RFC 8785)."""

    body = serializers.SerializerMethodField()

    def get_body(self, tender: Tender) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(bytes(tender.body or b"{}"))
        return found
