"""For search engines: robots.txt, and a sitemap of every public address, an index of parts.

Each address speaks every language of the portal, by what the reader's browser asks or the reader
chose, so each is its own alternate. `lastmod` is there where the log or the claims tell it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max, Model, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre import links
from certcentre.desk import help
from certcentre.desk.addresses import of
from certcentre.limits import limited
from certcentre.log.models import LogEntry
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.periods import start_of
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from tenders.bids.opening import Opening
from tenders.enquiry import Enquiry
from tenders.lot import Lot
from tenders.tender import Tender

PART = 10_000  # addresses; the protocol takes 50,000
BATCH = 1_000  # rows that are held at once
XML = "application/xml; charset=utf-8"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PAGES = (
    *("home", "standards", "needs", "applies", "solutions", "market", "auditors", "tenders"),
    *("verify", "log", "help", "api-docs", "data", "cases", "concern-new", "figures"),
    "surveillance",
)
CLOSED = (  # what is for people with an account, changes nothing to be found, or never ends
    *("/accounts/", "/assessments/", "/bids/", "/catalogue/", "/engagements/", "/evidence/"),
    *("/holds/", "/invitations/", "/jobs/", "/organisations/", "/people/", "/releases/"),
    *("/scores/", "/search/", "/solutions/compare/", "/work/", "/*?"),
)

Rows = Sequence[Any]
Moments = dict[Any, list[datetime]]  # when something changed, by the key of a record


@dataclass(frozen=True)
class Kind:
    """One kind of address: its rows, and what tells when the page of each last changed."""

    rows: Callable[[], QuerySet[Any]]
    changes: Callable[[Rows, datetime], Moments]
    days: tuple[str, ...] = ()  # columns that hold a moment, or a day, at which it changes
    place: Callable[[Any], str] = of  # its page, or another beside it


def steps_of(records: Rows) -> Moments:
    """The last public step on each. One statement."""
    entries = LogEntry.objects.among(records).public().order_by()
    last = dict(entries.values_list("subject_id").annotate(last=Max("at")))
    return {each.pk: [last[str(each.pk)]] for each in records if str(each.pk) in last}


def logged(records: Rows, at: datetime) -> Moments:
    return steps_of(records)


def unlogged(records: Rows, at: datetime) -> Moments:
    return {}


def stood(solutions: Rows, at: datetime) -> Moments:
    """The last steps on each and on its release, and the claims that last began, ended or ran
    out. Three statements."""
    current = {each.current_release_id: each.pk for each in solutions}
    moments = {each.pk: [each.current_release.public_since] for each in solutions}
    for key, steps in steps_of(solutions).items():
        moments[key] += steps
    for key, steps in steps_of([each.current_release for each in solutions]).items():
        moments[current[key]] += steps
    columns = ("valid_from", "valid_until", "ended_at")
    last = {f"last_{name}": Max(name, filter=Q(**{f"{name}__lte": at})) for name in columns}
    claims = Claim.objects.filter(release__in=current).order_by()
    for key, *ends in claims.values_list("release").annotate(**last):
        moments[current[key]] += [end for end in ends if end]
    return moments


def tender_moments(tenders: Rows, at: datetime) -> Moments:
    """The last steps on each, on its lots and its opening, and on the questions about any version.
    Seven statements, one more for each further thousand lots or questions."""
    moments: Moments = defaultdict(list, steps_of(tenders))
    own, lines = [each.pk for each in tenders], {each.line for each in tenders}
    lots, openings = steps_below(Lot, "tender_id", own), steps_below(Opening, "tender_id", own)
    asked = steps_below(Enquiry, "line", lines)
    for each in tenders:
        moments[each.pk] += [*lots[each.pk], *openings[each.pk], *asked[each.line]]
    return moments


def steps_below(model: type[Model], column: str, values: Iterable[Any]) -> Moments:
    """The last public step on each of the records with one of these values, by the value."""
    rows = model._base_manager.filter(**{f"{column}__in": values}).only(column).iterator(BATCH)
    moments: Moments = defaultdict(list)
    while batch := list(islice(rows, BATCH)):
        last = steps_of(batch)
        for each in batch:
            moments[getattr(each, column)] += last.get(each.pk, [])
    return moments


def beside(name: str, tender: Tender) -> str:
    return reverse(name, args=[tender.reference])


TENDERS = Kind(
    lambda: Tender.objects.published().defer("body"),
    tender_moments,
    ("questions_until", "deadline"),
)
KINDS = {
    "standards": Kind(
        lambda: Edition.objects.published(), logged, ("effective_from", "deprecated_from")
    ),
    "criteria": Kind(lambda: Criterion.objects.published().only("key", "ref"), unlogged),
    "needs": Kind(lambda: published(Need), logged),
    "solutions": Kind(
        lambda: (
            Solution.objects.listed()
            .select_related("current_release")
            .only("current_release__public_since")
        ),
        stood,
    ),
    "declarations": Kind(
        lambda: Declaration.objects.public().defer("body"),
        unlogged,
        ("declared_at", "public_since", "withdrawn_at", "valid_until"),
    ),
    "certificates": Kind(
        lambda: Certificate.objects.defer("facts"), logged, ("issued_at", "valid_until")
    ),
    "external-certificates": Kind(
        lambda: ExternalCertificate.objects.public(), logged, ("valid_from", "valid_until")
    ),
    "accreditations": Kind(
        lambda: Accreditation.objects.all(), logged, ("valid_from", "valid_until")
    ),
    "tenders": TENDERS,
    "tender-questions": replace(TENDERS, place=partial(beside, "tender-questions")),
    "tender-awards": replace(TENDERS, place=partial(beside, "tender-award")),
}


def moment(day: date | None) -> datetime | None:
    """A day begins its moment; None stays."""
    return day if day is None or isinstance(day, datetime) else start_of(day)


def addresses(kind: Kind, part: int, *, at: datetime) -> Iterator[tuple[str, datetime | None]]:
    """The addresses of a part, each with its last change. One statement, and those of the last
    changes for each thousand."""
    rows = kind.rows().order_by("pk")[(part - 1) * PART : part * PART].iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        changes = kind.changes(batch, at)
        for each in batch:
            days = (moment(getattr(each, name)) for name in kind.days)
            moments = [*changes.get(each.pk, ()), *(day for day in days if day and day <= at)]
            yield kind.place(each), max(moments, default=None)


def pages() -> Iterator[tuple[str, None]]:
    """What is not of one record."""
    yield from ((reverse(name), None) for name in PAGES)
    yield from ((reverse("help-page", args=[slug]), None) for slug in help.PAGES)


def parts(kind: str) -> int:
    """How many parts there are of a kind. One statement."""
    return 1 if kind == "pages" else -(-KINDS[kind].rows().order_by().count() // PART)


def written(at: datetime | None) -> str:
    return f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at else ""


def located(path: str, at: datetime | None, languages: Iterable[str]) -> str:
    place = escape(links.full(path), {'"': "&quot;"})
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{place}"/>' for code in languages
    )
    return f"<url><loc>{place}</loc>{written(at)}{others}</url>\n"


def urlset(found: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    languages = [*(code for code, _name in settings.LANGUAGES), "x-default"]
    yield f'{HEAD}<urlset xmlns="{SITEMAP}" xmlns:xhtml="{XHTML}">\n'
    yield from (located(path, at, languages) for path, at in found)
    yield "</urlset>\n"


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Where the parts are."""
    places = [
        links.full(reverse("sitemap-part", args=[name, part]))
        for name in ("pages", *KINDS)
        for part in range(1, parts(name) + 1)
    ]
    lines = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
    body = f'{HEAD}<sitemapindex xmlns="{SITEMAP}">\n{lines}</sitemapindex>\n'
    return HttpResponse(body, content_type=XML)


@limited("export")
@login_not_required
@require_safe
def sitemap_part(request: HttpRequest, kind: str, part: int) -> HttpResponseBase:
    """Up to ten thousand addresses, written as they are read."""
    if kind not in ("pages", *KINDS) or not 0 < part <= parts(kind):
        raise Http404
    listed = pages() if kind == "pages" else addresses(KINDS[kind], part, at=timezone.now())
    return StreamingHttpResponse(urlset(listed), content_type=XML)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What a crawler may ask for. In a demonstration nothing: what it shows is invented."""
    closed = ("/",) if settings.DEMO else CLOSED
    rules = "".join(f"Disallow: {path}\n" for path in closed)
    place = links.full(reverse("sitemap"))
    body = f"User-agent: *\n{rules}\nSitemap: {place}\n"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")
