"""Published tenders for machines: read by anybody, never written here."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView

from certcentre import links
from certcentre.api_views import ApiView
from certcentre.lifecycle import disagrees
from standards.registry.api import AsOfNow
from tenders.downloads import public_files
from tenders.enquiry import Enquiry, as_logged
from tenders.filters import TenderFilter
from tenders.frozen_body import contradicted, require_as_logged
from tenders.tender import Tender


class BuyerShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()


class ClassificationShape(serializers.Serializer[Tender]):
    """`scheme` is the list that `code` is from; empty where the notice says none."""

    scheme = serializers.CharField()
    code = serializers.CharField()
    words = serializers.CharField(source="code_words")


class ValueShape(serializers.Serializer[Tender]):
    amount = serializers.DecimalField(source="value", max_digits=16, decimal_places=2)
    currency = serializers.CharField()


class ContractShape(serializers.Serializer[Tender]):
    start = serializers.DateField(source="contract_start", allow_null=True)
    months = serializers.IntegerField(source="contract_months", allow_null=True)
    extensions = serializers.CharField(source="contract_extensions")


class ContactShape(serializers.Serializer[Tender]):
    """The office that answers, never a person."""

    office = serializers.CharField(source="contact_office")
    email = serializers.CharField(source="contact_email")
    phone = serializers.CharField(source="contact_phone")


class BiddingShape(serializers.Serializer[Tender]):
    """How and where bids are handed in: `here`, `online`, `email` or `paper`; empty where not
    said. `invited_only`: only providers that the buyer invited bid here."""

    by = serializers.CharField(source="bid_how")
    address = serializers.CharField(source="bid_address")
    languages = serializers.ListField(source="bid_languages", child=serializers.CharField())
    valid_days = serializers.IntegerField(allow_null=True)
    invited_only = serializers.BooleanField()


class NoticeShape(serializers.Serializer[Tender]):
    """On which terms is bought. `value` is null unless the buyer made it public; `zone` is the
    place whose clocks the buyer's times are in, moments are in UTC all the same."""

    method = serializers.CharField()
    method_reason = serializers.CharField()
    main_category = serializers.CharField(source="category")
    classification = ClassificationShape(source="*")
    value = serializers.SerializerMethodField(method_name="shown_value")
    contract = ContractShape(source="*")
    contact = ContactShape(source="*")
    bidding = BiddingShape(source="*")
    zone = serializers.CharField()
    questions_until = serializers.DateTimeField(allow_null=True)
    short_reason = serializers.CharField()
    review_body = serializers.CharField()

    @extend_schema_field(ValueShape(allow_null=True))
    def shown_value(self, tender: Tender) -> dict[str, str] | None:
        return dict(ValueShape(tender).data) if tender.public_value else None


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
    notice = NoticeShape(source="*")
    published_at = serializers.DateTimeField()
    outcome = serializers.CharField()
    digest = serializers.CharField()
    replaces = serializers.CharField(source="amends.reference", allow_null=True, default=None)
    replaced_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    def get_open(self, tender: Tender) -> bool:
        return tender.is_open(at=self.context["at"])

    def get_url(self, tender: Tender) -> str:
        return links.full(tender.get_absolute_url())


class FileShape(serializers.Serializer[Any]):
    """A file of a tender that is made: the same requirements in another form."""

    format = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField(help_text="Of its words: the tender's, or its second one.")
    media_type = serializers.CharField()
    url = serializers.URLField()


class EnquiryShape(serializers.Serializer[Enquiry]):
    """A question that the buyer answered for everybody. Who asked is not told;
    `requirement` is its reference in the version `requirement_version`."""

    number = serializers.IntegerField(source="place")
    question = serializers.CharField()
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(source="reply")
    answered_at = serializers.DateTimeField(source="closed_at")
    requirement = serializers.CharField(source="requirement.ref", default=None, allow_null=True)
    requirement_version = serializers.IntegerField(
        source="requirement.lot.tender.version", default=None, allow_null=True
    )
    url = serializers.SerializerMethodField()

    def get_url(self, enquiry: Enquiry) -> str:
        return links.full(enquiry.get_absolute_url())


class TenderDetailShape(TenderShape):
    """With every word as it was published: `body` is what `digest` was made of (RFC 8785),
    `files` are the forms it can be fetched in, and `questions` those that were answered on any of
    its versions. `ocds` is the address of its newest release as open contracting data (OCDS 1.1),
    `record` that of the releases of all its versions."""

    ocds = serializers.SerializerMethodField()
    record = serializers.SerializerMethodField()
    questions = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(FileShape(many=True))
    def get_files(self, tender: Tender) -> list[dict[str, str]]:
        return [
            {
                "format": file.format.key,
                "title": file.title,
                "language": file.language or tender.language,
                "media_type": file.format.media_type,
                "url": links.full(reverse("tender-file", args=[tender.reference, file.format.key]))
                + file.query,
            }
            for file in public_files(tender)
            if file.ready
        ]

    @extend_schema_field(serializers.URLField())
    def get_ocds(self, tender: Tender) -> str:
        return links.full(reverse("tender-ocds", args=[tender.reference]))

    @extend_schema_field(serializers.URLField())
    def get_record(self, tender: Tender) -> str:
        return links.full(reverse("tender-record", args=[tender.reference]))

    @extend_schema_field(EnquiryShape(many=True))
    def get_questions(self, tender: Tender) -> list[dict[str, Any]]:
        rows: Any = list(Enquiry.objects.on(tender).answered())
        if not as_logged(rows):
            raise disagrees(tender.reference)
        return list(EnquiryShape(rows, many=True).data)

    def get_body(self, tender: Tender) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(bytes(tender.body or b"{}"))
        return body


def published() -> QuerySet[Tender]:
    rows = Tender.objects.published().select_related("buyer", "amends").defer("amends__body")
    return rows.order_by("-published_at", "reference")


def as_logged_or_not(rows: Sequence[Tender]) -> tuple[list[Tender], list[Tender]]:
    """Those that are what the log holds, and those that are not. Two statements."""
    against = {each.pk for each in contradicted(rows)}
    good = [each for each in rows if each.pk not in against]
    return good, [each for each in rows if each.pk in against]


class Tenders(ApiView, ListAPIView[Tender]):
    """Published tenders, and what became of them. A tender about which our records disagree is
    counted and left out: at its own address that is said. Four statements."""

    serializer_class = TenderShape
    filter_backends = [AsOfNow]
    filterset_class = TenderFilter

    def get_queryset(self) -> QuerySet[Tender]:
        return published()

    def paginate_queryset(  # type: ignore[override] # its stubs leave the row open
        self, queryset: QuerySet[Tender]
    ) -> list[Tender]:
        good, _bad = as_logged_or_not(super().paginate_queryset(queryset) or [])
        return good

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


class TenderDetail(ApiView, RetrieveAPIView[Tender]):
    """One published tender with its requirements, word by word as frozen. Five statements, one
    more where questions were answered.

    409 where our records disagree about it."""

    serializer_class = TenderDetailShape
    lookup_field = "reference"
    refusals = (409,)

    def get_queryset(self) -> QuerySet[Tender]:
        return published()

    def get_object(self) -> Tender:
        tender: Tender = super().get_object()
        require_as_logged(tender)
        return tender

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}
