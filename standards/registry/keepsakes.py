"""What a certificate gives to take along: its paper and its badge."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from certcentre.keys import KeyTrouble
from standards.attestation.certificates import Certificate
from standards.registry.badges import badge
from standards.registry.paper import Paper

LANGUAGES = {code for code, _name in settings.LANGUAGES}
BADGE_LASTS = 30  # seconds: a suspension shows within a minute, whoever kept the picture


def language(request: HttpRequest) -> str:
    """The language asked for by name; English otherwise, so that an address has one answer."""
    wanted = request.GET.get("language", "en")
    if wanted not in LANGUAGES:
        raise Http404
    return wanted


@login_not_required
@require_safe
def certificate_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The PDF while it is valid; after that its page, which says how it stands.

    `?as-issued=1` gives the old paper all the same, to whoever has seen that page.
    """
    said, now = language(request), timezone.now()
    found = get_object_or_404(Certificate.objects.select_related("edition"), number=number)
    if found.status_at(now) != Certificate.Status.VALID and "as-issued" not in request.GET:
        return redirect(found)
    try:
        paper = Paper.objects.of(found, said, at=now)
    except KeyTrouble:
        words = "This cannot be signed just now. Nothing was lost; please try again later.\n"
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(bytes(paper.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}-{said}.pdf"'
    response["Cache-Control"] = "no-cache"
    return answered(request, response)


@login_not_required
@require_safe
def certificate_badge(request: HttpRequest, number: str) -> HttpResponse:
    """How it stands now, as a picture that other sites show."""
    said = language(request)
    found = get_object_or_404(Certificate, number=number)
    status = found.status_at(timezone.now())
    with translation.override(said):
        drawn = badge(found, status)
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={BADGE_LASTS}, must-revalidate"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answered(request, response)


def answered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 to whoever holds the same."""
    content = hashlib.sha256(response.content).hexdigest()
    etag = f'"{content[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
