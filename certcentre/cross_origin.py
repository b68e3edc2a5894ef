"""Reading from any page: what is open may be read by scripts of other sites too, as a visitor.

Without cookies, and nothing is ever sent this way: only GET and HEAD, and no other door.
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

DOORS = re.compile(
    r"/(api/v1/|data/|feeds/|credentials/|declarations/[^/]+\.json\Z|\.well-known/did\.json\Z"
    r"|tenders/[^/]+/(ocds|record)\.json\Z|log/(checkpoint|keys)\Z)"
)
READING = ("GET", "HEAD")
DAY = 24 * 3600  # seconds for which a browser remembers the answer
ANYBODY = {"Access-Control-Allow-Origin": "*"}
READS = ANYBODY | {"Access-Control-Expose-Headers": "ETag, Retry-After"}
MAY_ASK = ANYBODY | {
    "Access-Control-Allow-Methods": ", ".join(READING),
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": str(DAY),
}


class CrossOrigin:
    """Says so of answers at an open door, and answers the browser's question beforehand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = DOORS.match(request.path_info)
        asked = request.headers.get("Access-Control-Request-Method")
        if is_open and request.method == "OPTIONS" and asked:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=MAY_ASK)
        response = self.get_response(request)
        if is_open and request.method in READING:
            for name, value in READS.items():
                response[name] = value
        return response


def from_our_pages(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Takes a form without a token, as pages hold it that are the same for every visitor. Where
    the browser says that another site sends it, it is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)
