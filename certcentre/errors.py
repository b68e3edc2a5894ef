"""One shape for errors: pages get a page, the API a problem (RFC 9457), and the same words."""

import logging
import re
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext
from django.views import defaults
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import exception_handler

from certcentre.api_schema import PROBLEM
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, StepRefused
from certcentre.operator_log import number_of, person, view_name
from certcentre.stored_files import no_room

API = "/api/"
# the pages that let people in, or ask again who they are: these write, also where a browser only
# looks at them, as it does when a provider of sign-ins sends it back
SIGN_IN_PAGES = re.compile(
    r"account_(login|reauthenticate|logout)$|mfa_(authenticate|login|reauthenticate)"
    r"|mfa_view_recovery_codes$|(openid_connect|saml)_"
)
AGAIN = 10  # seconds; a database that was restarted is back by then
STATUS: dict[type[Exception], int] = {IllegalMove: 409, NotReady: 409, NotAllowed: 403}
logger = logging.getLogger(__name__)


def status_of(error: StepRefused) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 409)


class StepErrors:
    """Turns a refused step into a page that says why, and that nothing was changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ProtectedError):
            error = IllegalMove("Other records rest on this one, so it stays.")
        if not isinstance(error, StepRefused):
            return None
        context = {"problems": error.problems, "back": way_back(request)}
        return render(request, "refused.html", context, status=status_of(error))


def way_back(request: HttpRequest) -> str:
    """Where the record that a step is about is looked at: the page that the step was taken on,
    else the nearest one above the step's address. Empty where there is none."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path != request.path and is_page(came.path):
        return urlunsplit(("", "", came.path, came.query, ""))
    parts = request.path.strip("/").split("/")
    above = (f"/{'/'.join(parts[:end])}/" for end in range(len(parts) - 1, 0, -1))
    return next((path for path in above if is_page(path)), "")


def is_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def problem(status: int, detail: str, **more: Any) -> JsonResponse:
    """`type`, `title`, `status`, `detail`, and `problems`, `errors` or `instance` where told.

    The type is "about:blank": the status says what kind it is, the words say the rest.
    """
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(told, status=status, content_type=PROBLEM)


def api_errors(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The problem document of what a view of the API raised; None for a mistake of ours."""
    if isinstance(error, StepRefused):
        problems = [str(each) for each in error.problems]
        return problem(status_of(error), str(error), problems=problems)
    if isinstance(error, RequestDataTooBig):
        return problem(413, gettext("The body is too large."))
    answer = exception_handler(error, context)
    return answer and as_problem(answer)


def as_problem(answer: Response) -> HttpResponse:
    """What the framework would answer, in the one shape and with its headers."""
    data = answer.data
    if isinstance(data, dict) and set(data) == {"detail"}:
        words = data["detail"]
        detail = words if isinstance(words, str) else " ".join(str(each) for each in words)
        told = problem(answer.status_code, detail)
    else:
        errors = data if isinstance(data, dict) else {"": data}
        detail = gettext("Some values cannot be taken; “errors” says which and why.")
        told = problem(answer.status_code, detail, errors=errors)
    for name, value in answer.items():
        if name.lower() != "content-type":
            told[name] = value
    return told


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(404, gettext("There is nothing at this address. /api/v1/ lists what is."))
    return defaults.page_not_found(request, exception)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(400, gettext("The request cannot be read."))
    return defaults.bad_request(request, exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem(403, gettext("This is not yours to do."))
    return defaults.permission_denied(request, exception)


def our_mistake(request: HttpRequest) -> HttpResponse:
    """Written down under a number, which whoever met it can tell us.

    The line holds the number, the place and the trace: no query, body, name or address of anybody.
    """
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError) and is_away():
        return no_database(request, error)
    if no_room(error):
        return disk_full(request, error)
    number = number_of(request)
    match = request.resolver_match
    place = f"{request.method} {match.route if match else 'no address of ours'}"
    about = {"view": view_name(request), "person": person(request)}
    logger.error("Mistake %s at %s", number, place, exc_info=error, extra=about)
    if request.path.startswith(API):
        detail = gettext("The mistake is ours, and it is written down under number %(number)s.")
        instance = f"urn:certcentre:mistake:{number}"
        return problem(500, detail % {"number": number}, instance=instance)
    context = {"number": number, "only_looked": only_looked(request)}
    return HttpResponse(render_to_string("500.html", context), status=500)


def only_looked(request: HttpRequest) -> bool:
    """Whether nothing of anybody's can have changed by the request, however far it came: what a
    step or a sign-in did before it failed may stand."""
    return request.method in SAFE_METHODS and not SIGN_IN_PAGES.match(view_name(request))


def is_away() -> bool:
    """Whether no connection to the database is open: what failed was reaching it."""
    reached = connection.connection
    return reached is None or bool(getattr(reached, "closed", False))


def no_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """Said as it is; the next request tries to reach the database anew."""
    logger.error("The database is away (%s).", type(error).__name__)
    if request.path.startswith(API):
        answer: HttpResponse = problem(503, gettext("The portal cannot reach its records now."))
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(AGAIN)
    return answer


def disk_full(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """What was not kept, what still is, and what to do."""
    logger.error("A disk is full (%s, at %s).", type(error).__name__, view_name(request))
    if request.path.startswith(API):
        return problem(507, gettext("The portal has no room left to keep what you sent."))
    return HttpResponse(render_to_string("507.html"), status=507)
