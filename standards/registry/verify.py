"""`/verify/`: a number, a credential, a token or a paper, and one answer; the same for programs."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from certcentre.numbers import LONGEST, number_in
from standards.registry import proof, strict_json
from standards.registry.linked import address
from standards.registry.verifying import papers
from standards.registry.verifying.checking import checked
from standards.registry.verifying.numbers import CHECKED, of_number, record_of
from standards.registry.verifying.verdicts import State, Verdict

LARGEST = papers.LARGEST


class Held(forms.Form):
    """What somebody holds: pasted, or as a file."""

    credential = forms.CharField(
        label=_("Credential"),
        help_text=_("The whole text of the file, from the first bracket to the last; or a token."),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("The credential (JSON or token), or the PDF. At most 5 MB. Drop it here, too."),
        required=False,
        allow_empty_file=True,
    )

    def clean(self) -> dict[str, Any]:
        held: dict[str, Any] = super().clean() or {}
        if not held.get("credential") and not held.get("file"):
            raise forms.ValidationError(gettext("Paste a credential, or choose a file."))
        return held

    def content(self) -> bytes:
        """One byte more than is looked into, so that what is too large is seen to be."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            return file.read(LARGEST + 1)
        text: str = self.cleaned_data["credential"]
        return text.encode()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_cache=True, max_age=0)  # a suspension shows at the next look
def verify(request: HttpRequest) -> HttpResponse:
    """Type a number and see what it stands for; or hand in a credential and see if it holds."""
    if request.method == "POST":
        return handed_in(request)
    typed = request.GET.get("number", "").replace("\x00", "").strip()[:LONGEST]
    number = number_in(typed)
    if number and not number.startswith(CHECKED):
        return redirect(f"{reverse('search')}?q={number}")  # a tender, or what is not public
    if record := record_of(number):
        return redirect(record)
    context = {"typed": typed, "number": number, "form": Held()}
    return render(request, "registry/verify.html", context)


def handed_in(request: HttpRequest) -> HttpResponse:
    form = Held(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "registry/verify.html", {"form": form}, status=422)
    now = timezone.now()
    context = {"form": Held(), "verdict": checked(form.content(), at=now), "at": now}
    return render(request, "registry/verify.html", context)


class CheckShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    passed = serializers.BooleanField()
    text = serializers.CharField()


class PartShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()


class VerdictShape(serializers.Serializer[Verdict]):
    """The answer. `valid` is true for nothing but `state` *valid*; `parts` and
    `results` (by criterion) are what may be relied on, from signed words alone."""

    state = serializers.ChoiceField(choices=State.choices)
    valid = serializers.SerializerMethodField()
    title = serializers.CharField()
    reason = serializers.CharField(source="text")
    checks = CheckShape(many=True)
    parts = PartShape(many=True)
    results = PartShape(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    number = serializers.CharField(allow_blank=True)
    url = serializers.SerializerMethodField()

    def get_valid(self, verdict: Verdict) -> bool:
        return verdict.state == State.VALID

    def get_url(self, verdict: Verdict) -> str:
        return address(verdict.path) if verdict.path else ""


class TooLarge(Exception):
    """More was sent than is looked into."""


class Whole(BaseParser):
    """The body as it came: a second reading by another JSON parser could differ from ours."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream.read(LARGEST + 1)


def whole(media: str) -> type[Whole]:
    return type("Whole", (Whole,), {"media_type": media})


KINDS = (
    *("application/json", "application/vc", "application/vc+jwt", "application/jwt"),
    *("application/ld+json", "application/vc+ld+json", "application/pdf", "text/plain"),
)


class QuestionShape(serializers.Serializer[Any]):
    """A credential (an object, or a token as text), or a number of ours."""

    credential = serializers.JSONField(required=False)
    number = serializers.CharField(required=False)


class Verify(APIView):
    """Does this credential hold, and how does it stand today? Open to all; keeps nothing.

    Send the credential itself, `{"credential": …}`, `{"number": "CC-2026-000123"}`, a token
    (`application/vc+jwt`) or a PDF. The answer is 200 whatever it says: read `state`.
    """

    authentication_classes: list[Any] = []  # open to all: no session, so nothing to forge
    parser_classes = [whole(media) for media in KINDS]

    @extend_schema(
        request=dict.fromkeys(KINDS, QuestionShape),
        responses=VerdictShape,
        examples=[OpenApiExample("A number", {"number": "CC-2026-000123"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        data: bytes = request.data if isinstance(request.data, bytes) else b""
        if len(data) > LARGEST:
            return Response({"detail": gettext("Send at most 5 MB.")}, status=413)
        if not data.strip():
            return Response({"detail": gettext("Send a credential or a number.")}, status=422)
        return Response(VerdictShape(asked(data)).data)


def asked(data: bytes) -> Verdict:
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
        held = body["credential"]
        inner = held.encode() if isinstance(held, str) else proof.written(held)
        return checked(inner, at=now)
    return checked(data, at=now)
