"""The devices that a person has signed in with: a signed cookie says who, and nothing else.

Somebody else's wrong passwords keep nobody out who comes from a known device, and a sign-in from
another one is told by mail.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from certcentre.accounts.people import User

# what a browser says of itself, the ones that name others too first
BROWSERS = {
    "Edge": ("Edg/", "EdgA/", "EdgiOS/"),
    "Opera": ("OPR/",),
    "Samsung Internet": ("SamsungBrowser/",),
    "Firefox": ("Firefox/", "FxiOS/"),
    "Chrome": ("Chrome/", "CriOS/"),
    "Safari": ("Safari/",),
}
SYSTEMS = {
    "iPhone": ("iPhone",),
    "iPad": ("iPad",),
    "Android": ("Android",),
    "Windows": ("Windows",),
    "ChromeOS": ("CrOS",),
    "macOS": ("Macintosh",),
    "Linux": ("Linux",),
}

COOKIE = "known"
SALT = "certcentre.accounts.devices"
YEAR = 365 * 24 * 3600
AT_MOST = 5  # people who share a device


def named(agent: str) -> str:
    """Browser and system, such as "Chrome on Linux"; empty where neither is known."""
    browser, system = (
        next((name for name, signs in names.items() if any(sign in agent for sign in signs)), "")
        for names in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system


def known(request: HttpRequest) -> list[str]:
    """The random ids of the people who signed in with this device, the latest first."""
    try:
        people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=YEAR)
    except signing.BadSignature:
        return []
    return [str(person) for person in people]


def knows(request: HttpRequest, email: str) -> bool:
    """Whether somebody signed in with this device who signs in with this address."""
    people = known(request)
    return bool(people) and User.objects.filter(pk__in=people, email__iexact=email).exists()


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From now on this device is known as theirs."""
    others = [person for person in known(request) if person != str(user.pk)]
    response.set_cookie(
        COOKIE,
        signing.dumps([str(user.pk), *others][:AT_MOST], salt=SALT),
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
