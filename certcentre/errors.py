"""One shape for errors: pages get a page, the API gets JSON, and both get the same words."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from rest_framework.response import Response
from rest_framework.views import exception_handler

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, StepRefused

STATUS: dict[type[Exception], int] = {IllegalMove: 409, NotReady: 409, NotAllowed: 403}


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


def api_errors(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{"detail": …, "problems": [...]}`: 409 for a wrong state, 403 for the wrong person."""
    if isinstance(error, StepRefused):
        return Response(
            {"detail": str(error), "problems": [str(problem) for problem in error.problems]},
            status=status_of(error),
        )
    return exception_handler(error, context)
