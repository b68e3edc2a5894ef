"""What a certificate gives to take along: its paper and its badge."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from html import escape
from textwrap import wrap

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre.keys import KeyTrouble
from standards.assessment.periods import last_day_of
from standards.attestation.certificates import Certificate
from standards.registry.credentials.paper import Paper
from standards.registry.credentials.ring_svg import arcs
from standards.registry.verify.records import status_shown
from standards.registry.verify.verdicts import State

WIDTH, MARK, EDGE = 300, 52, 14
WIDE = 30  # characters that fit a line beside the mark, at the widest usual letters
INK, SOFT, GROUND, LINE = "#10242c", "#46585f", "#ffffff", "#8fa2a9"
COLOURS = {"valid": "#0b5a70", "suspended": "#805000"}  # else the colour of what ended
ENDED = "#a21f2d"
BADGE_LASTS = 30  # seconds: a suspension shows within a minute, whoever kept the picture


def language(request: HttpRequest) -> str:
    """The language asked for by name; else the first one, so that an address has one answer."""
    wanted = request.GET.get("language", settings.LANGUAGE_CODE)
    if wanted not in dict(settings.LANGUAGES):
        raise Http404
    return wanted


@login_not_required
@require_safe
def certificate_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The PDF while it is valid; after that its page, which says how it stands.

    `?as-issued=1` gives the old paper all the same, to whoever has seen that page; never that of
    a certificate of which the log says otherwise.
    """
    chosen, now = language(request), timezone.now()
    certificate = get_object_or_404(Certificate.objects.select_related("edition"), number=number)
    status = status_shown(certificate, at=now)
    as_issued = "as-issued" in request.GET and status != State.DISAGREES
    if status != Certificate.Status.VALID and not as_issued:
        return redirect(certificate)
    try:
        paper = Paper.objects.of(certificate, chosen, at=now)
    except KeyTrouble:
        words = "This cannot be signed just now. Nothing was lost; please try again later.\n"
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(bytes(paper.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}-{chosen}.pdf"'
    response["Cache-Control"] = "no-cache"
    return answered(request, response)


@login_not_required
@require_safe
def certificate_badge(request: HttpRequest, number: str) -> HttpResponse:
    """How it stands now, as a picture that other sites show."""
    chosen = language(request)
    certificate = get_object_or_404(Certificate, number=number)
    now = timezone.now()
    status = status_shown(certificate, at=now)
    with translation.override(chosen):
        drawn = badge(certificate, status, at=now)
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


def badge(certificate: Certificate, status: str, *, at: datetime) -> str:
    """The SVG, in the reader's language. `status` is what `status_shown()` says."""
    name, state = certificate.facts["solution"]["name"], told(certificate, status)
    level = certificate.facts["level"]
    edition = certificate.facts["edition"]["name"] + (f", {level['label']}" if level else "")
    whole = gettext("%(name)s: %(title)s, %(edition)s. %(state)s. %(number)s") % {
        "name": name,
        "title": certificate.title,
        "edition": edition,
        "state": state,
        "number": certificate.number,
    }
    colour = COLOURS.get(status, ENDED)
    lines = [
        *styled(state, colour, 15, "700", WIDE - 3),
        *styled(certificate.title, INK, 13, "600", WIDE),
        *styled(edition, INK, 12, "400", WIDE + 4),
        *styled(certificate.number, SOFT, 12, "400", WIDE + 4),
    ]
    level_now = certificate.assurance_at(at)
    return drawn(whole, lines, arcs(level_now, ink=colour, struck=status != "valid"))


def told(certificate: Certificate, status: str) -> str:
    """How it stands, so that nobody takes what has ended for what holds."""
    if status == "valid":
        until = date_format(last_day_of(certificate.valid_until), "DATE_FORMAT")
        return gettext("Valid to %(date)s") % {"date": until}
    return {
        "suspended": gettext("Suspended: not valid now"),
        "withdrawn": gettext("Withdrawn: not valid"),
        "superseded": gettext("Replaced: not valid"),
        "expired": gettext("Expired: not valid"),
        State.DISAGREES: gettext("Our records disagree: not valid"),
    }[status]


def styled(
    words: str, colour: str, size: int, weight: str, wide: int
) -> Iterable[tuple[str, str, int, str]]:
    return [(line, colour, size, weight) for line in wrap(words, wide) or [""]]


def drawn(whole: str, lines: list[tuple[str, str, int, str]], mark: str) -> str:
    down, texts = EDGE, []
    for words, colour, size, weight in lines:
        down += size + 5
        texts.append(
            f'<text x="{MARK + 2 * EDGE}" y="{down - 4}" fill="{colour}" font-size="{size}" '
            f'font-weight="{weight}" text-anchor="start">{escape(words)}</text>'
        )
    height = max(down + EDGE, MARK + 2 * EDGE)
    place = f'x="{EDGE}" y="{(height - MARK) // 2}" width="{MARK}" height="{MARK}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="words">'
        f'<title id="words">{escape(whole)}</title>'
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" '
        f'fill="{GROUND}" stroke="{LINE}"/>'
        f'<svg {place} viewBox="0 0 24 24" aria-hidden="true">{mark}</svg>'
        '<g font-family="system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif">'
        f"{''.join(texts)}</g></svg>\n"
    )
