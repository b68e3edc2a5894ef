"""Pages that anybody may read, made once for each change of what they show (rule R93).

A page is kept by a key that holds the numbers which change with what is shown. So it is exact in
every process from the request on that follows a change, nothing has to be cleared, and what is
out of date is simply not asked for any more.
"""

import gzip
import hashlib
import re
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request

from certcentre.desk.appearance import theme_of
from certcentre.desk.open_data.publication import Publication
from certcentre.log.models import LogEntry
from certcentre.search.models import Turn
from standards.assessment.standings import Clock
from tenders.downloads import Download

Numbers = tuple[Any, ...]
MINUTE = 60  # seconds; what time alone changes is seen with the next one
PRIVATE = ("private", "no-store")
LONGEST = 1000  # letters of an address with its question
LARGEST = 500_000  # bytes, compressed
WITHOUT_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")
CHANGES = f"""
    SELECT (SELECT MAX(leaf_index) FROM {LogEntry._meta.db_table}),
           (SELECT COUNT(*) FROM {LogEntry._meta.db_table} WHERE leaf_index IS NULL),
           (SELECT value FROM {Clock._meta.db_table} WHERE id = {Clock.ONLY}),
           (SELECT value FROM {Turn._meta.db_table} WHERE id = {Turn.ONLY})
"""  # noqa: S608 (names of tables)


def changes() -> Numbers:
    """What every step changes: entries of the log that have a place and that still wait for one,
    the clock of standings, the turn of the index. One statement.

    Two of the log, since an entry with a lower id may be committed later than one with a higher.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        return tuple(cursor.fetchone())


def files_of_tender(match: ResolverMatch) -> Numbers:
    """Its files are made by jobs, which are not logged."""
    files = Download.objects.filter(tender__reference=match.kwargs["reference"])
    return tuple(files.order_by("format").values_list("format", "job__status"))


def last_publication(match: ResolverMatch) -> Numbers:
    """So are the files of open data."""
    return tuple(Publication.objects.order_by("-pk").values_list("pk", flat=True)[:1])


def nothing_more(match: ResolverMatch) -> Numbers:
    return ()


# the addresses that are kept, and what else than steps changes what they show
KEPT: dict[str, Callable[[ResolverMatch], Numbers]] = {
    **dict.fromkeys(
        [
            "home", "search", "help", "help-page", "robots", "sitemap", "feed", "solution-feed",
            "body-feed", "matching-feed", "standards", "edition", "edition-difference", "criterion",
            "needs", "need", "auditors", "accreditation", "solutions", "solution",
            "solution-linked",
            "compare", "market", "certificate", "external-certificate", "tenders", "tender-ocds",
            "tender-record", "tender-award", "tender-questions", "api-standards", "api-editions",
            "api-edition", "api-criteria", "api-criterion", "api-solutions", "api-solution",
            "api-certificates", "api-tenders", "figures", "figures-file",
        ],
        nothing_more,
    ),
    "tender": files_of_tender,
    "api-tender": files_of_tender,
    "data": last_publication,
}  # fmt: skip


class Page(NamedTuple):
    """What is kept: the headers, and the body compressed."""

    headers: dict[str, str]
    body: bytes


MAKING = [Lock() for _number in range(64)]  # whoever asks for a page that is being made waits


class KeptPages:
    """Answers visitors with pages that are kept. Whoever is signed in gets none and leaves none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if not key:
            return self.get_response(request)
        pages = caches["pages"]
        page = pages.get(key)
        if page is None:
            with MAKING[hash(key) % len(MAKING)]:
                page = pages.get(key)
                if page is None:
                    response = self.get_response(request)
                    page = page_of(request, response)
                    if page is None:
                        return response
                    pages.set(key, page, 2 * MINUTE)
        return answer(request, page)


def key_of(request: HttpRequest) -> str:
    """What its page is kept by; empty where none may be."""
    private = {settings.SESSION_COOKIE_NAME, "messages"} & set(request.COOKIES)
    partial = {"Authorization", "Range", "HX-Request"} & set(request.headers)
    address = request.get_full_path()
    if not settings.KEPT_PAGES or request.method != "GET" or private or partial:
        return ""
    if len(address) > LONGEST:
        return ""
    try:
        match = resolve(request.path_info)
        if match.view_name not in KEPT:
            return ""
        numbers = (*changes(), *KEPT[match.view_name](match))
    except (Resolver404, DatabaseError):
        return ""
    request.resolver_match = match  # the operator's log names it
    shown = (
        request.scheme,
        request.get_host(),
        address,
        get_language_from_request(request),
        theme_of(request),
        request.headers.get("Accept") if match.view_name.startswith("api-") else "",
        getattr(staticfiles_storage, "manifest_hash", ""),
        settings.DEMO,
        settings.READ_ONLY,
    )
    minute = int(time.time() // MINUTE)
    return hashlib.sha256(repr((shown, numbers, minute)).encode()).hexdigest()


def page_of(request: HttpRequest, response: HttpResponse) -> Page | None:
    """What may be kept of an answer; None where it is one visitor's, or not that of each time."""
    directives = response.get("Cache-Control", "")
    own = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    if response.status_code != 200 or response.streaming or own or "Content-Encoding" in response:
        return None
    if any(word in directives for word in PRIVATE):
        return None
    body = gzip.compress(response.content, 6, mtime=0)
    if len(body) > LARGEST:
        return None
    response.headers.setdefault("Cache-Control", "public, no-cache")
    response.headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
    patch_vary_headers(response, ["Cookie", "Accept-Language", "Accept-Encoding"])
    headers = {name: value for name, value in response.items() if name != "Content-Length"}
    headers["ETag"] = f"W/{headers['ETag'].removeprefix('W/')}"  # of more than one encoding
    return Page(headers, body)


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """The page for this visitor, or 304 where they have it."""
    accepted = request.headers.get("Accept-Encoding", "")
    zipped = "gzip" in accepted and not WITHOUT_GZIP.search(accepted)
    body = page.body if zipped else gzip.decompress(page.body)
    response = HttpResponse(body, headers=page.headers)
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(body))
    same = get_conditional_response(request, etag=page.headers["ETag"], response=response)
    return same or response
