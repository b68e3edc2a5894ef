"""How often one visitor may ask for what costs much: counted by the minute, for pages and API.

Where nothing can be counted nobody is refused. Others are not slowed: the count is by account, or
by address where nobody signed in.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from certcentre import visitors

logger = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
MINUTE = 60
LONGEST_SEARCH = 400  # letters that a search field takes: so many of any script fit an address
LONGEST_QUERY = 8_000  # letters; links of a page say it again, and no page asks for half as much


def wait(request: HttpRequest, part: str) -> int:
    """The seconds until this visitor may ask again; 0 where there is room."""
    most = settings.LIMITS.get(part, 0)
    if not most:
        return 0
    user = getattr(request, "user", None)
    who = f"u{user.pk}" if user and user.is_authenticated else visitors.address(request)
    minute, second = divmod(int(time.time()), MINUTE)
    name = hashlib.sha256(f"{part} {who} {minute}".encode()).hexdigest()
    try:
        cache.add(f"limit-{name}", 0, 2 * MINUTE)
        count = cache.incr(f"limit-{name}")
    except Exception as error:  # of whatever cache: a limit never stops the portal
        logger.warning("Limits are not counted (%s).", type(error).__name__)
        return 0
    return MINUTE - second if count > most else 0


def limited(part: str) -> Callable[[View], View]:
    """Counts each request of the page."""

    def mark(view: View) -> View:
        view.limit = part  # type: ignore[attr-defined]
        return view

    return mark


class Limits:
    """Answers 429 where a page that is `limited`, or any upload, is asked for too often, and 414
    where an address is longer than any of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            # nobody reads it, and no link of the page that says so says it again
            request.META["QUERY_STRING"], request.GET = "", QueryDict()
            request.too_long = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if hasattr(request, "too_long") and not hasattr(view, "cls"):  # the API asks its own limit
            return render(request, "414.html", status=414)
        parts = [getattr(view, "limit", "")]
        if request.method == "POST" and request.content_type == "multipart/form-data":
            parts.append("upload")
        for part in filter(None, parts):
            if seconds := wait(request, part):
                answer = render(request, "429.html", {"part": part}, status=429)
                answer["Retry-After"] = str(seconds)
                return answer
        return None


class TooLong(APIException):
    """To a program, what 414.html says to a reader."""

    status_code = 414
    default_detail = gettext_lazy("The address is too long.")


class ApiLimit(BaseThrottle):
    """The same for every question to the API."""

    seconds = 0

    def allow_request(self, request: Request, view: object) -> bool:
        if hasattr(request, "too_long"):
            raise TooLong
        self.seconds = wait(request, "api")
        return not self.seconds

    def wait(self) -> float:
        return self.seconds
