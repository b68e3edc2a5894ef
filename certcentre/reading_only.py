"""READ_ONLY=1: everything can be read and nothing is written, while a portal moves or comes back.

No statement that writes reaches the database, whichever page, step or call it comes from; only
sessions go on, and what signing in writes down about itself. Timers and jobs rest.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from certcentre.errors import API, SIGN_IN_PAGES, problem
from certcentre.operator_log import view_name

RETRY = 600  # seconds after which whoever asks may ask again
WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
GO_ON = ("django_session", "usersessions_usersession")
# what the pages that let people in write: when somebody came, their password hashed better, which
# code is spent, the mail about a new device where mail is away
SIGN_IN = re.compile(
    r'UPDATE "accounts_user" SET "(last_login|password)" = \S+ WHERE'
    r'|UPDATE "(mfa_authenticator|socialaccount_socialaccount)" SET'
    r'|INSERT INTO "accounts_unsentmail"'
)
SIGN_UP = "account_signup"
OWN = re.compile(r"(account|mfa|socialaccount)_")  # of these nothing was typed that one would keep
PASSWORDS = re.compile(r"account_(?:reset|set|change)_password")


class ReadingOnly(Exception):
    """Something was to be written."""


def refuse_writes(request: HttpRequest, execute: Callable[..., Any], sql: str, *given: Any) -> Any:
    """What Django asks for each statement, as long as a request lasts."""
    writes = WRITES.match(sql)
    signs_in = SIGN_IN_PAGES.match(view_name(request)) and SIGN_IN.match(sql)
    if writes and writes.group(1).lower() not in GO_ON and not signs_in:
        raise ReadingOnly
    return execute(sql, *given)


class ReadOnly:
    """Where the setting is on: 503 for whatever would write, with words on what was kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.READ_ONLY:
            return self.get_response(request)
        with connection.execute_wrapper(partial(refuse_writes, request)):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """A new password is refused before anything is sent: its link would lead to nothing."""
        closed = settings.READ_ONLY and PASSWORDS.match(view_name(request))
        return refused(request) if closed else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request) if isinstance(error, ReadingOnly) else None


def comes_in(request: HttpRequest, name: str) -> bool:
    """Whether somebody wanted in who is not; whoever is wanted something else of such a page."""
    return not request.user.is_authenticated and bool(SIGN_IN_PAGES.match(name) or name == SIGN_UP)


def refused(request: HttpRequest) -> HttpResponse:
    words = gettext("The portal can only be read just now. Nothing was changed.")
    name = view_name(request)
    if request.path.startswith(API):
        response: HttpResponse = problem(503, words)
    else:
        if PASSWORDS.match(name):
            words = gettext("No password can be chosen just now, and no link was sent.")
        elif comes_in(request, name):
            words = gettext("No new account can be made just now. Whoever has one can sign in.")
        context = {"told": words, "own": OWN.match(name) or SIGN_IN_PAGES.match(name)}
        response = render(request, "reading_only.html", context, status=503)
    response["Retry-After"] = str(RETRY)
    return response
