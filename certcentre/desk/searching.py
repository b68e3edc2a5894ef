"""One search for everything public: solutions, standards, needs, tenders, bodies, help."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.models import OrganisationWords
from certcentre.desk import addresses, help
from certcentre.limits import limited
from certcentre.paging import Numbered
from certcentre.search.fulltext import NAMES, Holds
from certcentre.search.labels import Labels, labels
from certcentre.search.models import IndexEntry
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.catalogue.editions import Criterion
from standards.registry.matching.state import process
from standards.registry.search.by_words import Answer, Catalogue, answer
from standards.registry.search.wanted import Tiers
from tenders.models import Tender

FEW = 8  # of each kind
PAGE = 50  # of one kind


@dataclass(frozen=True)
class Hit:
    """A record that was found, with the page it has."""

    title: str
    url: str
    about: object = ""


@dataclass(frozen=True)
class Part:
    """What was found of one kind."""

    key: str
    heading: Promise
    hits: Sequence[Hit]
    page: Page[Any]  # what the hits are, among all of them
    more: str = ""  # the address of all of them, where they have a list of their own

    @property
    def total(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True)
class Extent:
    """How much is shown: the first few of every kind, or one page of one kind."""

    kind: str = ""
    number: str | None = None

    def page(self, kind: str, rows: Sequence[object]) -> Page[Any]:
        if kind == self.kind:
            return Numbered(rows, PAGE).get_page(self.number)
        return Numbered(rows, FEW).get_page(1)


@limited("search")
@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A number leads to its page; words find what is public."""
    words = request.GET.get("q", "").strip()
    record = addresses.numbered(words, request.user)
    if record and (where := addresses.of(record)):
        return redirect(where)
    extent = Extent(request.GET.get("kind", ""), request.GET.get("page"))
    context = {"q": words, **(matches(words, extent, at=timezone.now()) if words else {})}
    return render(request, "desk/search.html", context)


def matches(words: str, extent: Extent, *, at: datetime) -> dict[str, Any]:
    """What the words lead to, by kind, those first whose names say them. At most 16 statements.

    A kind that there is not, or that has nothing, shows every kind.
    """
    catalogue = Catalogue.now()
    market = process.market(at=at)
    helped = labels(tuple((slug, text) for slug, text in help.spoken()))
    led = answer(words, market, catalogue, at=at, beside=helped)
    members = led.members & market.listed
    solutions = Tiers(Solution.objects.select_related("organisation"), led.tiers(members))
    everything = f"{reverse('solutions')}?{urlencode({'q': words})}"
    page = Extent().page("solutions", solutions)
    hits = [Hit(each.name, each.get_absolute_url(), each.organisation) for each in page]
    parts = [Part("solutions", _("Solutions"), hits, page, everything)]
    parts += [
        *of_lines(led, catalogue, extent),
        bodies(led, extent, at=at),
        of_help(led, helped, extent),
    ]
    filled = [part for part in parts if part.total]
    alone = [part for part in filled if part.key == extent.kind and not part.more]
    return {"parts": alone or filled, "answer": led, "alone": bool(alone)}


def of_lines(led: Answer, catalogue: Catalogue, extent: Extent) -> Iterable[Part]:
    """Standards, needs, criteria and tenders. Three statements."""
    keys: dict[str, list[str]] = {kind: [] for kind in KINDS}
    if led.query.terms:
        lines = IndexEntry.objects.saying(led.query.terms).annotate(
            called=Holds(NAMES, led.query.terms)
        )
        told = lines.order_by().values_list("called", "title", "kind", "key")
        for *_order, kind, key in sorted(told, key=lambda row: (not row[0], *row[1:])):
            keys[kind].append(key)
    for kind, (heading, rows, hit) in KINDS.items():
        page = extent.page(kind, keys[kind])
        shown = list(page)
        by_key = dict(rows(catalogue, shown)) if shown else {}
        hits = [hit(by_key[key]) for key in shown if key in by_key]
        yield Part(kind, heading, hits, page)


Rows = Callable[[Catalogue, list[str]], Iterable[tuple[str, Any]]]
KINDS: dict[str, tuple[Promise, Rows, Callable[[Any], Hit]]] = {
    IndexEntry.EDITION: (
        _("Standards"),
        lambda catalogue, keys: ((each.key, each) for each in catalogue.editions),
        lambda row: Hit(row.text("name"), row.get_absolute_url(), row.issuing_body),
    ),
    IndexEntry.NEED: (
        _("Learner needs"),
        lambda catalogue, keys: ((each.key, each) for each in catalogue.needs),
        lambda row: Hit(row.text("label"), row.get_absolute_url(), row.text("means")),
    ),
    IndexEntry.CRITERION: (
        _("Criteria"),
        lambda catalogue, keys: (
            (each.key, each)
            for each in Criterion.objects.filter(key__in=keys).select_related("edition")
        ),
        lambda row: Hit(
            f"{row.ref} {row.text('title')}", row.get_absolute_url(), row.edition.text("name")
        ),
    ),
    IndexEntry.TENDER: (
        _("Tenders"),
        lambda catalogue, keys: (
            (each.reference, each)
            for each in Tender.objects.newest().filter(reference__in=keys).select_related("buyer")
        ),
        lambda row: Hit(f"{row.reference} {row.title}", row.get_absolute_url(), row.buyer),
    ),
}


def bodies(led: Answer, extent: Extent, *, at: datetime) -> Part:
    """Bodies that may examine now, by their names. One statement."""
    called = OrganisationWords.objects.saying(led.query.terms, NAMES).values("organisation")
    in_force = Accreditation.objects.in_force(at=at).select_related("body")
    rows = list(in_force.filter(body__in=called).order_by("body__name")) if led.query.terms else []
    page = extent.page("bodies", rows)
    hits = [Hit(str(each.body), each.get_absolute_url(), of_body(each)) for each in page]
    return Part("bodies", _("Auditing bodies"), hits, page)


def of_body(accreditation: Accreditation) -> str:
    """Its number, and the names by which its body may have been looked for."""
    if not (names := accreditation.body.former_names):
        return accreditation.number
    words = gettext("%(number)s. It was called %(names)s")
    return words % {"number": accreditation.number, "names": names}


def of_help(led: Answer, helped: Labels, extent: Extent) -> Part:
    slugs = helped.saying_all(led.query.terms)
    pages = [page for slug, page in help.PAGES.items() if slug in slugs]
    shown = extent.page("help", pages)
    hits = [
        Hit(str(page.title), reverse("help-page", args=[page.slug]), page.lede) for page in shown
    ]
    return Part("help", _("Help"), hits, shown)
