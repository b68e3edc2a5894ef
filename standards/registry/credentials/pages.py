"""The files that anybody's program reads: credentials, status lists, who signs, what words mean."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from certcentre import keys
from certcentre.keys import KeyTrouble, Purpose
from standards.assessment.declarations import Declaration
from standards.attestation.certificates import Certificate
from standards.registry.credentials import did, proof, store
from standards.registry.credentials import document as shape
from standards.registry.credentials.store import Credential, place

VC, JWT = "application/vc", "application/vc+jwt"
FOREVER = "public, max-age=86400"  # it never changes; its status stands elsewhere
SOON = "public, max-age=300"
ALWAYS_ASK = "public, no-cache"  # may be kept, if it is asked each time whether it still holds

View = Callable[..., HttpResponse]


def open_file(view: View) -> View:
    """For everybody, with an ETag; 503 where the keys cannot be opened."""

    @login_not_required
    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, **of: Any) -> HttpResponse:
        try:
            response = view(request, **of)
        except KeyTrouble:
            words = "This cannot be signed just now. Nothing was lost; please try again later.\n"
            return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        answer = get_conditional_response(request, etag=etag, response=response)
        return answer or response

    return opened


def served(content: bytes | str, kind: str, keep: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": keep})


def of_certificate(number: str) -> Credential:
    certificate = get_object_or_404(Certificate, number=number)
    return Credential.objects.issue(certificate, at=timezone.now())


@open_file
def credential(request: HttpRequest, number: str) -> HttpResponse:
    """A certificate or verification with its proof inside. It stays for ever."""
    return served(bytes(of_certificate(number).document), VC, FOREVER)


@open_file
def credential_token(request: HttpRequest, number: str) -> HttpResponse:
    """The same, as a token."""
    return served(of_certificate(number).token, JWT, FOREVER)


@open_file
def declaration_credential(request: HttpRequest, number: str) -> HttpResponse:
    """A provider's own declaration, once it is public."""
    declaration = get_object_or_404(Declaration.objects.public(), number=number)
    made = Credential.objects.issue(declaration, at=timezone.now())
    return served(bytes(made.document), VC, FOREVER)


@open_file
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Which credentials are withdrawn (odd numbers) or suspended (even ones), as of now."""
    if not store.exists(number):
        raise Http404
    return served(store.signed_list(number, at=timezone.now()), VC, ALWAYS_ASK)


@open_file
def did_document(request: HttpRequest) -> HttpResponse:
    """Whose signature counts as this register's."""
    keys.active(Purpose.CREDENTIALS)  # there is one, even before anything was signed
    content = did.document(place().did, keys.listed(Purpose.CREDENTIALS))
    return served(proof.written(content), "application/did+json", SOON)


@open_file
def context(request: HttpRequest) -> HttpResponse:
    """What the words of our own mean in a credential."""
    return served(proof.written(shape.context(place())), "application/ld+json", FOREVER)
