"""Where to tell of a fault in the portal's security, for people and programs (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre import links

LASTS = timedelta(days=180)  # the RFC asks for less than a year


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Not there where nobody is named: an address that nobody reads is worse than none."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    fields = [
        *(("Contact", contact) for contact in settings.SECURITY_CONTACT),
        ("Expires", f"{timezone.now() + LASTS:%Y-%m-%dT00:00:00Z}"),
        ("Preferred-Languages", ", ".join(code for code, _name in settings.LANGUAGES)),
        ("Canonical", links.full(reverse("security-txt"))),
    ]
    lines = "".join(f"{name}: {value}\n" for name, value in fields)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
