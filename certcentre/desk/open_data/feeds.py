"""Atom feeds (RFC 4287): the newest public steps of the log, of one kind, or about one
product or body.

What a feed says is what the log's page says. An entry is known by its place in the log, so it is
the same in every feed, and stays so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certcentre import links
from certcentre.accounts.models import Organisation
from certcentre.desk import addresses
from certcentre.desk.log_pages import KINDS, Line, lines, steps
from certcentre.limits import limited
from certcentre.log import sequencer
from certcentre.log.models import LogEntry
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Release, Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.registry.credentials.pages import ALWAYS_ASK, open_file, served
from standards.registry.pages.facets import Facets, asked_for
from standards.registry.search.filters import SolutionFilter

MOST = 50  # entries
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # when a feed changed in which nothing stands yet


@dataclass(frozen=True)
class Subject:
    """What a feed is about: its title, the page beside it, and the records whose steps it has."""

    title: Promise
    page: str
    labels: tuple[str, ...] = ()  # none: all


FEEDS = {
    "solutions": Subject(
        _("Solutions and their declarations"),
        "solutions",
        (*KINDS["solutions"][1], *KINDS["declarations"][1]),
    ),
    "certificates": Subject(
        _("Certificates, verifications and accreditations"),
        "verify",
        (*KINDS["certificates"][1], *KINDS["accreditations"][1]),
    ),
    "tenders": Subject(_("Tenders and what became of them"), "tenders", KINDS["tenders"][1]),
    "standards": Subject(
        _("Standards and their editions"), "standards", ("standards.standard", "standards.edition")
    ),
    "log": Subject(_("Public log"), "log"),
}


class Feed(Atom1Feed):
    """One of which nothing is said by the clock: it changed when its newest entry was made."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=NEVER)


def tag(name: str, year: int) -> str:
    """A name that stays (RFC 4151), such as `tag:portal.example,2026:log/17`."""
    return f"tag:{urlsplit(settings.BASE_URL).hostname},{year}:{name}"


def begun(title: str, place: str, page: str, *, name: str = "", subtitle: str = "") -> Feed:
    """A feed at `place` without entries, beside this page. Its name that stays is that of its
    place unless it has another."""
    name = name or place.strip("/").removesuffix(".atom")
    return Feed(
        title=title,
        subtitle=subtitle or None,
        link=links.full(page),
        description="",
        language=get_language(),
        author_name=gettext("Certification Centre"),
        feed_url=links.full(place),
        feed_guid=tag(name, NEVER.year),
    )


def written(title: str, place: str, page: str, entries: QuerySet[LogEntry]) -> str:
    """The feed at `place`, of the newest of these entries. One statement, those of their
    names, and those of giving new entries their place."""
    sequencer.sequence()
    feed = begun(title, place, page)
    for line in lines(entries[:MOST]):
        entry = reverse("log-entry", args=[line.index])
        feed.add_item(
            title=f"{line.words}: {line.about}" if line.about else str(line.words),
            link=links.full(line.url or entry),
            description=format_html_join("", "<p>{}</p>", ((each,) for each in said(line))),
            unique_id=tag(f"log/{line.index}", line.at.year),
            pubdate=line.at,
            updateddate=line.at,
        )
    return feed.writeString("utf-8")


def said(line: Line) -> Iterable[str]:
    """What else is said of a step, in sentences and names."""
    yield from (each for each in (line.product, line.organisation, line.reason) if each)
    yield gettext("Entry %(index)s of the log, with its proof: %(address)s") % {
        "index": line.index,
        "address": links.full(reverse("log-entry", args=[line.index])),
    }


@limited("export")
@open_file
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """The newest steps of one kind, or all."""
    if name not in FEEDS:
        raise Http404
    subject = FEEDS[name]
    entries = steps()
    if subject.labels:
        entries = entries.filter(subject_type__in=subject.labels)
    title = f"{subject.title} – {gettext('Certification Centre')}"
    return answered(written(title, request.path, addresses.named(subject.page), entries))


@limited("export")
@open_file
def solution_feed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The newest steps about a product that is or was on the register: who follows it learns from
    it that it is not any more. Its name stands there while it is, and after that beside its
    certificates, which are public for ever."""
    once = Declaration.objects.public().filter(release__solution=pk)
    product = get_object_or_404(
        Solution.objects.filter(releases__declarations__in=once).distinct(), pk=pk
    )
    listed = Solution.objects.listed().filter(pk=pk).exists()
    title = str(product) if listed else gettext("A product that is not on the register now")
    page = product.get_absolute_url() if listed else reverse("solutions")
    return answered(written(title, request.path, page, steps().filter(about(product))))


@limited("export")
@open_file
def body_feed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The newest steps about a body that is or was accredited, and on certificates it issued."""
    accreditations = Accreditation.objects.filter(body=pk)
    pages = Accreditation.objects.pages_of([pk])
    if pk not in pages:
        raise Http404
    page = pages[pk]
    which = concerning(
        {
            Organisation: [pk],
            Accreditation: accreditations.values_list("pk", flat=True),
            Certificate: Certificate.objects.filter(body=pk).values_list("pk", flat=True),
        }
    )
    entries = steps().filter(which)
    return answered(written(str(page.body), request.path, page.get_absolute_url(), entries))


@limited("export")
@open_file
def matching_feed(request: HttpRequest) -> HttpResponse:
    """Who follows a search of the register: the newest releases that match it now."""
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = "new"
    rows = Solution.objects.listed().select_related("organisation", "current_release")
    filtered = SolutionFilter(query, rows, at=timezone.now())
    solutions = list(filtered.qs[:MOST])
    facets = Facets(filtered, filtered.catalogue)
    if facets.problems:
        words = "\n".join(facets.problems)
        return HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8")
    chosen = asked_for(facets.chips) or gettext("Register of solutions")
    query.pop("sort")
    address = f"?{query.urlencode()}"
    feed = begun(
        f"{chosen} – {gettext('Certification Centre')}",
        reverse("matching-feed") + address,
        reverse("solutions") + address,
        name=f"feeds/matching{address}",
        subtitle=gettext("The newest releases that match now. What no longer does is not here."),
    )
    for product in solutions:
        release = product.current_release
        release.solution = product  # as it was read; its name needs no statement
        feed.add_item(
            title=str(release),
            link=links.full(product.get_absolute_url()),
            description=format_html("<p>{}</p><p>{}</p>", product.organisation, product.summary),
            unique_id=tag(f"releases/{release.pk}", release.public_since.year),
            pubdate=release.public_since,
            updateddate=release.public_since,
        )
    return answered(feed.writeString("utf-8"))


def about(product: Solution) -> Q:
    """The steps on it, its declarations, certificates, and releases that are or were public. Four
    statements."""
    once_public = Declaration.objects.public().filter(release__solution=product)
    theirs = {"release__solution": product}
    external = ExternalCertificate.objects.public().filter(**theirs)
    return concerning(
        {
            Solution: [product.pk],
            Release: once_public.values_list("release", flat=True),
            Assessment: once_public.values_list("assessment", flat=True),
            Certificate: Certificate.objects.filter(**theirs).values_list("pk", flat=True),
            ExternalCertificate: external.values_list("pk", flat=True),
        }
    )


def concerning(keys: dict[type[Model], Iterable[Any]]) -> Q:
    """The steps on any of these records, by model and key."""
    which = Q()
    for model, known in keys.items():
        named = [str(key) for key in known]
        which |= Q(subject_type=model._meta.label_lower, subject_id__in=named)
    return which


def answered(feed: str) -> HttpResponse:
    return served(feed, Atom1Feed.content_type, ALWAYS_ASK)
