"""What every page's frame needs: light, dark or as the device in a cookie, so that the first paint
is right; and whether this is a demonstration."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from certcentre.accounts.factors import passkeys_elsewhere
from certcentre.accounts.outbox import mail_waits
from certcentre.accounts.sign_on import providers
from certcentre.cross_origin import from_our_pages
from certcentre.desk.inbox import unread

THEMES = ("light", "dark")


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "demo": settings.DEMO,
        "reading_only": settings.READ_ONLY,
        "theme": theme_of(request),
        "sign_ons": providers,
        "mail_waits": partial(mail_waits, request),
        "unread": partial(unread, request),
        "passkeys_elsewhere": partial(passkeys_elsewhere, request),
        "factor_until": getattr(request, "factor_until", None),
        "factor_over": getattr(request, "factor_over", False),
    }


def theme_of(request: HttpRequest) -> str:
    """The colours that a visitor chose; empty: as the device has them."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


MINUTE = 60  # every limit on pages counts a minute


def too_many(request: HttpRequest) -> HttpResponse:
    """Somebody asks too often: when to come back, and that nothing was done."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(MINUTE)
    return response


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form names as its own; empty where it names none."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if safe else ""


YEAR = 365 * 24 * 3600


@from_our_pages
@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keeps what was chosen and returns to the page it was chosen on."""
    response = HttpResponseRedirect(came_from(request) or reverse("home"))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
