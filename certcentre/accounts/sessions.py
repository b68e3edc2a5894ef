"""When somebody is signed out: after a while without a page, and at the latest after a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext

from certcentre.accounts import identity_providers
from certcentre.accounts.people import User
from certcentre.step_page import keep

BEGUN, SEEN = "begun", "seen"  # in the session, in seconds since 1970
PART = 20  # of the idle time: how exactly the last page is known


def begin(session: SessionBase, *, at: datetime) -> None:
    """Somebody signed in."""
    session[BEGUN] = session[SEEN] = at.timestamp()


def is_over(session: SessionBase, *, at: datetime) -> bool:
    """Whether its time is over. One that says nothing of when it began ends with its cookie."""
    now = at.timestamp()
    if BEGUN not in session:
        return False
    too_old = settings.SESSION_MAX and now - session[BEGUN] >= settings.SESSION_MAX
    left_alone = settings.SESSION_IDLE and now - session[SEEN] >= settings.SESSION_IDLE
    return bool(too_old or left_alone)


def lengths() -> dict[str, str]:
    """After how long somebody is signed out, in words: `idle` without opening a page, `most` in
    any case; empty where the operator chose never. `cookie`: how long a browser keeps its own."""
    now = timezone.now()
    kept = {
        "idle": settings.SESSION_IDLE,
        "most": settings.SESSION_MAX,
        "cookie": settings.SESSION_COOKIE_AGE,
    }
    return {
        name: timesince(now, now + timedelta(seconds=seconds)) if seconds else ""
        for name, seconds in kept.items()
    }


def see(session: SessionBase, *, at: datetime) -> None:
    """A page was opened; written down now and then, not each time. Where the clock was set back
    both times count from now on: a session lasts longer by no more than it was set back."""
    now = at.timestamp()
    if BEGUN not in session:
        return
    if session[BEGUN] > now:
        session[BEGUN] = now
    if settings.SESSION_IDLE and abs(now - session[SEEN]) >= settings.SESSION_IDLE / PART:
        session[SEEN] = now


def sweep(*, at: datetime) -> None:
    """Forget sessions that ran out, what they kept, and where they were."""
    ran_out, _each = Session.objects.filter(expire_date__lt=at).delete()
    if ran_out:
        alive = Session.objects.values("session_key")
        UserSession.objects.exclude(session_key__in=alive).delete()


def why_over(request: HttpRequest, *, at: datetime) -> str:
    """Why somebody who is signed in is signed out now, in words; empty where they stay."""
    if is_over(request.session, at=at):
        return gettext("It was a while ago, so you were signed out.")
    user = request.user
    proofs = get_authentication_records(request, user)
    if isinstance(user, User) and identity_providers.is_over(proofs, user, at=at):
        return gettext(
            "The sign-in of your organisation lets you in no longer, or was set anew, so you were "
            "signed out. Sign in again; if you have no password, ask for a new one by e-mail."
        )
    return ""


class SessionEnds:
    """Signs out whose time is over, and keeps what they just sent until they are back; no page of
    somebody who is signed in stays in a browser or a proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inside = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        if inside:
            now = timezone.now()
            if why := why_over(request, at=now):
                kept = keep(request)
                logout(request)
                request.session.update(kept)
                messages.info(request, why)
            else:
                see(request.session, at=now)
        response = self.get_response(request)
        if inside and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"  # it shows who is signed in, and what is theirs
        return response
