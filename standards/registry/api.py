"""The register for machines: read by anybody, and the count that a tender's author sees."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from certcentre.api_input import NoTokens, ReadFilters, TooLarge
from certcentre.api_views import ApiView
from certcentre.numbers import number_in
from standards.assessment.claims import Claim, effective
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from standards.registry.credentials import proof, strict_json
from standards.registry.matching import market
from standards.registry.needs import Said, derive
from standards.registry.search.filters import CertificateFilter, SolutionFilter
from standards.registry.search.wanted import Assured, Lacking
from standards.registry.serializers import (
    AccreditationShape,
    CertificateShape,
    CredentialShape,
    MatchShape,
    QuestionShape,
    RequirementShape,
    SolutionDetailShape,
    SolutionLineShape,
    VerdictShape,
    WholeCertificateShape,
)
from standards.registry.verify.checking import LARGEST, checked
from standards.registry.verify.records import of_number
from standards.registry.verify.verdicts import Verdict


class AsOfNow(ReadFilters):
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


class Solutions(ApiView, ListAPIView[Solution]):
    """Listed solutions, narrowed as on the register's page. Two statements; five with words,
    ten at the most where some stand nowhere; one more for needs, standards and a connection."""

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
    lacking: Mapping[UUID, list[Lacking]] = {}
    only_said: Mapping[UUID, str] = {}

    def paginate_queryset(  # type: ignore[override] # its stubs leave the row open
        self, queryset: QuerySet[Solution]
    ) -> list[Solution] | None:
        page = super().paginate_queryset(queryset)
        self.assured = self.filtered.assured(page or [])
        self.lacking = self.filtered.lacking(page or [])
        self.only_said = self.filtered.only_said(page or [])
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        told = {"assured": self.assured, "lacking": self.lacking, "only_said": self.only_said}
        return {**super().get_serializer_context(), **told}


class SolutionDetail(ApiView):
    """One listed solution with its effective claims and derived needs. Three statements."""

    @extend_schema(responses=SolutionDetailShape)
    def get(self, request: Request, pk: UUID) -> Response:
        listed = Solution.objects.listed().select_related("organisation", "current_release")
        solution: Any = get_object_or_404(listed, pk=pk)
        release = solution.current_release_id
        claims = effective([release], at=timezone.now())[release]
        solution.claims = [claims[key] for key in sorted(claims)]
        solution.needs = needs_of(claims)
        return Response(SolutionDetailShape(solution).data)


def needs_of(claims: dict[str, Claim], needs: Iterable[Need] | None = None) -> list[dict[str, Any]]:
    """Every published need, derived from the effective claims of one release. One statement,
    none where `needs` are given."""
    statements = {
        key: Said(claim.outcome, claim.assurance, bool(claim.accepted_by), claim.valid_until)
        for key, claim in claims.items()
    }
    every = published(Need) if needs is None else needs
    derived = [(need.key, derive(need.evidence, statements)) for need in every]
    return [
        {
            "need": key,
            "state": claim.state.value,
            "assurance": claim.assurance,
            "met": claim.met,
            "of": claim.of,
            "barriers": list(claim.barriers),
            "until": claim.next_expiry if claim.supported else None,
        }
        for key, claim in derived
    ]


class Certificates(ApiView, ListAPIView[Certificate]):
    """Certificates and verifications, whatever their state: numbers stay for ever."""

    serializer_class = CertificateShape
    filter_backends = [AsOfNow]
    filterset_class = CertificateFilter

    def get_queryset(self) -> QuerySet[Certificate]:
        return certificates()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


class CertificateDetail(ApiView, RetrieveAPIView[Certificate]):
    """One certificate or verification by its number, with what was found against it since."""

    serializer_class = WholeCertificateShape
    lookup_field = "number"

    def get_queryset(self) -> QuerySet[Certificate]:
        return certificates()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


class Accreditations(ApiView, ListAPIView[Accreditation]):
    """Which bodies may attest what, by body, with what each says of its fee, time and languages.
    Three statements."""

    serializer_class = AccreditationShape
    queryset = (
        Accreditation.objects.select_related("body__terms")
        .prefetch_related("editions")
        .order_by("body__name", "pk")
    )

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "at": timezone.now()}


def certificates() -> QuerySet[Certificate]:
    rows = Certificate.objects.beside_log().with_parties()
    return rows.order_by("-issued_at", "-pk")


QUESTION = {
    "requirements": [
        {"fact": "audience_age", "values": ["6-9", "10-12"]},
        {"criterion": "wcag-2.2:1.1.1", "obligation": "must", "least": 3},
    ],
    "countries": ["KE"],
    "languages": ["sw"],
}


def example(name: str, body: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, body, request_only=True)


class Match(ApiView):
    """How many listed solutions meet a list of requirements now. Open to all; changes nothing."""

    authentication_classes = [NoTokens]  # open to all: no session, so nothing to forge

    @extend_schema(
        request=QuestionShape, responses=MatchShape, examples=[example("A question", QUESTION)]
    )
    def post(self, request: Request) -> Response:
        asked = QuestionShape(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(MatchShape(answered(asked.validated_data, at=timezone.now())).data)


def answered(asked: dict[str, Any], *, at: datetime) -> market.Match:
    """The market's answer; a criterion or fact that there is not is refused by name."""
    requirements = [RequirementShape.read(requirement) for requirement in asked["requirements"]]
    if unknown := market.unknown(requirements):
        words = gettext("There is no criterion %(keys)s in a published edition.")
        raise ValidationError({"detail": words % {"keys": ", ".join(unknown[:10])}})
    if problems := market.amiss(requirements):
        raise ValidationError({"detail": " ".join(problems[:10])})
    return market.match(requirements, where=QuestionShape.where(asked), at=at, shown=0)


class Whole(BaseParser):
    """The body as it came: a second reading by another JSON parser could differ from ours."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return stream.read(LARGEST + 1)


def whole(media: str) -> type[Whole]:
    return type("Whole", (Whole,), {"media_type": media})


KINDS = (
    *("application/json", "application/vc", "application/vc+jwt", "application/jwt"),
    *("application/ld+json", "application/vc+ld+json", "application/pdf", "text/plain"),
)


BODIES: dict[str, Any] = {  # any other is taken byte for byte
    "application/json": CredentialShape,
    **dict.fromkeys(KINDS[1:], OpenApiTypes.BINARY),
}


class Nothing(APIException):
    """The body holds nothing that could be checked."""

    status_code = 422
    default_code = "nothing"


class Verify(ApiView):
    """Does this credential hold, and how does it stand today? Open to all; keeps nothing.

    Send the credential itself, `{"credential": …}`, `{"number": "CC-2026-000123"}`, a token
    (`application/vc+jwt`) or a PDF. The answer is 200 whatever it says: read `state`.
    """

    authentication_classes = [NoTokens]  # open to all: no session, so nothing to forge
    refusals = (422,)
    parser_classes = [whole(media) for media in KINDS]

    @extend_schema(
        request=BODIES,
        responses=VerdictShape,
        examples=[example("A number", {"number": "CC-2026-000123"})],
    )
    def post(self, request: Request) -> Response:
        data: bytes = request.data if isinstance(request.data, bytes) else b""
        if len(data) > LARGEST:
            raise TooLarge(LARGEST)
        if not data.strip():
            raise Nothing(gettext("Send a credential or a number."))
        return Response(VerdictShape(verdict_on(data)).data)


def verdict_on(data: bytes) -> Verdict:
    """The verdict on a body, or on what it wraps."""
    now = timezone.now()
    try:
        body = strict_json.read(data)
    except (strict_json.Unreadable, ValueError):
        return checked(data, at=now)
    if isinstance(body, str):
        return checked(body.encode(), at=now)
    if isinstance(body, dict) and set(body) == {"number"}:
        number = number_in(str(body["number"]))
        return of_number(number or str(body["number"])[:20], at=now)
    if isinstance(body, dict) and "credential" in body and "@context" not in body:
        credential = body["credential"]
        inner = credential.encode() if isinstance(credential, str) else proof.written(credential)
        return checked(inner, at=now)
    return checked(data, at=now)
