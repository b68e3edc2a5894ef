"""What a person follows: the list of it, beginning, and ending with or without signing in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certcentre.accounts.organisations import Organisation
from certcentre.accounts.people import User, signed_in_user
from certcentre.desk.appearance import came_from
from certcentre.desk.mailing import END
from certcentre.lifecycle import StepRefused
from certcentre.limits import limited
from certcentre.paging import Numbered
from certcentre.plain_text import plain
from standards.assessment.solutions import Solution
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.catalogue.editions import Edition
from standards.catalogue.standards import Standard
from standards.registry.pages.facets import Facets, asked_for
from standards.registry.search.filters import SolutionFilter
from tenders.followed_search import FollowedSearch
from tenders.following import Follow, follow, followed_by, subject_of
from tenders.tender import Tender

PER_PAGE = 50
WORDS = {
    "line": _("Tender"),
    "solution": _("Product"),
    "certificate": _("Certificate"),
    "standard": _("Standard"),
    "body": _("Accredited auditor"),
    "search": _("Search of the register"),
}


def kind_and_key(record: Model) -> tuple[str, str]:
    """How a form names a record; `record_named` finds it."""
    keys = {Tender: "reference", Certificate: "number", Standard: "key", FollowedSearch: "query"}
    return subject_of(record)[0], str(getattr(record, keys.get(type(record), "pk")))


def by_uuid(records: QuerySet[Any]) -> Callable[[str, User], Model]:
    """Finds one of these by its key."""

    def named(key: str, user: User) -> Model:
        try:
            record: Model = get_object_or_404(records.all(), pk=UUID(key))
        except ValueError:
            raise Http404 from None
        return record

    return named


# what anybody may read of each kind, by how a form names it
NAMED: dict[str, Callable[[str, User], Model]] = {
    "line": lambda key, user: get_object_or_404(Tender.objects.visible_to(user), reference=key),
    "solution": by_uuid(Solution.objects.listed()),
    "body": by_uuid(Organisation.objects.filter(accreditations__isnull=False).distinct()),
    "certificate": lambda key, user: get_object_or_404(Certificate, number=key),
    "standard": lambda key, user: get_object_or_404(
        Standard.objects.filter(editions__in=Edition.objects.published()).distinct(), key=key
    ),
}


@limited("search")
@require_POST
def follow_begin(request: HttpRequest) -> HttpResponse:
    """Begin to be told of what a page shows, and go back to it."""
    user, at = signed_in_user(request), timezone.now()
    kind, key = (plain(request.POST.get(name, "")) for name in ("kind", "key"))
    back = came_from(request)
    try:
        if kind == "search":
            record: Model = FollowedSearch.of(QueryDict(key), at=at)
            name = name_of_search(QueryDict(key), at=at)
        elif kind in NAMED:
            record, name = NAMED[kind](key, user), ""
        else:
            raise Http404
        follow(record, by=user, at=at, name=name)
    except StepRefused as refused:
        messages.error(request, " ".join(str(problem) for problem in refused.problems))
        return redirect(back or "follows")
    messages.success(request, gettext("From now on you are told of it, in your inbox and by mail."))
    return redirect(back or "follows")


def name_of_search(given: QueryDict, *, at: datetime) -> str:
    """What it narrows the register by, in the reader's words."""
    filtered = SolutionFilter(given, Solution.objects.listed(), at=at)
    filtered.qs  # noqa: B018 (what is wanted is known once the rows are narrowed)
    return asked_for(Facets(filtered, filtered.catalogue).chips)


@require_POST
def follow_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Be told of it no more."""
    user = signed_in_user(request)
    row = get_object_or_404(Follow.objects.to(user), pk=min(pk, LAST))
    row.end_for(user, at=timezone.now())
    messages.success(request, gettext("You are told of it no more."))
    return redirect(came_from(request) or "follows")


LAST = 2**63 - 1  # a key of a row


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow_end(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever has the mail. A press ends it (RFC 8058); that a program opens the
    address, as some do with each address of a mail, ends nothing."""
    row, person = follow_of(token)
    ended = request.method == "POST"
    if ended:
        row.end_for(person, at=timezone.now())
    return render(request, "desk/follow_end.html", {"follow": row, "ended": ended, "token": token})


def follow_of(token: str) -> tuple[Follow, User]:
    """Whose mail the address stood in, and what it was about."""
    try:
        key, _dot, person = END.unsign(token).partition(".")
        return (
            get_object_or_404(Follow, pk=int(key)),
            get_object_or_404(User, pk=UUID(person), is_active=True),
        )
    except (BadSignature, ValueError):
        raise Http404 from None


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    follow: Follow
    name: str
    url: str

    @property
    def kind(self) -> Any:
        return WORDS[self.follow.kind]


@require_safe
def follows(request: HttpRequest) -> HttpResponse:
    """What whoever is signed in follows, since when and why. Seven statements at the most."""
    page = Numbered(list(followed_by(signed_in_user(request))), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "desk/follows.html", {"page": page, "rows": shown(page.object_list)})


def shown(follows: Iterable[Follow]) -> list[Row]:
    """With the name as it is now, where everybody may know it, and the page."""
    follows = list(follows)
    listed = Solution.objects.listed().filter(pk__in=[each.solution_id for each in follows])
    products = {product.pk: product for product in listed}
    lines = [each.line for each in follows if each.line]
    newest = Tender.objects.newest().of_line(*lines) if lines else ()
    tenders = {tender.line: tender for tender in newest}
    standards = [each.standard_id for each in follows if each.standard_id]
    editions = Edition.objects.published().filter(standard__in=standards)
    latest = {edition.standard_id: edition for edition in editions.order_by("published_at", "pk")}
    bodies = Accreditation.objects.pages_of([each.body_id for each in follows if each.body_id])
    rows = []
    for each in follows:
        kind, key = each.subject
        known: dict[str, dict[Any, Any]] = {
            "line": tenders,
            "solution": products,
            "standard": latest,
            "body": bodies,
            "certificate": {key: each.certificate},
            "search": {key: each.search},
        }
        page = known[kind].get(key)
        called = {"line": "title", "solution": "name", "body": "body"}.get(kind)
        name = str(getattr(page, called)) if page and called else str(each)
        rows.append(Row(each, name, page.get_absolute_url() if page else ""))
    return rows
