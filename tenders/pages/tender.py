"""Tenders as everybody meets them: the list, and one tender."""

import json
from datetime import datetime
from itertools import chain
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.models import User
from certcentre.limits import limited
from certcentre.log.models import stored
from certcentre.paging import Numbered
from tenders import annex, frozen_body, grounds, paper_languages
from tenders.bids.bid import Bid
from tenders.downloads import public_files
from tenders.enquiry import Enquiry, as_logged, on_rows
from tenders.filters import TenderFilter
from tenders.independence import buying
from tenders.lot import Lot
from tenders.opportunities import towards
from tenders.pages import builder
from tenders.pages.award_criteria import Part, picture
from tenders.pages.fetching import seen, trail, unseen
from tenders.pages.invitations import invitations_of
from tenders.pages.versions import versions
from tenders.tender import Tender
from tenders.voice import in_language

A_PAGE = 25
ROWS = 100  # of a published lot on one page
DRAFTS = 50


@limited("search")
@login_not_required
@require_safe
def tenders(request: HttpRequest) -> HttpResponse:
    """Published tenders for all, and apart from them the reader's own drafts."""
    at, user = timezone.now(), request.user
    rows = Tender.objects.published().select_related("buyer").defer("body")
    asked = TenderFilter(request.GET, rows.order_by("-published_at", "reference"), at=at)
    rows_asked = asked.qs if asked.is_valid() else rows.order_by("-published_at", "reference")
    page = Numbered(rows_asked, A_PAGE).get_page(request.GET.get("page"))
    drafts = Tender.objects.of_members(user) if user.is_authenticated else Tender.objects.none()
    mine = drafts.filter(status=Tender.Status.DRAFT).select_related("buyer")[:DRAFTS]
    context = {
        "page": page,
        "lines": [(tender, standing(tender, at=at)) for tender in page],
        "drafts": mine if user.is_authenticated else [],
        "may_start": isinstance(user, User) and buying(user, at=at).exists(),
        "tabs": tabs(request.GET.get("state", "")),
        "state": request.GET.get("state", ""),
        "q": request.GET.get("q", "")[:200],
    }
    return render(request, "tenders/tenders.html", context)


def tabs(state: str) -> list[tuple[str, str, bool, str]]:
    base = reverse("tenders")
    known = [("", gettext("All")), *((key, str(words)) for key, words in states())]
    return [(words, f"{base}?state={key}" if key else base, key == state, "")
            for key, words in known]  # fmt: skip


def states() -> list[tuple[str, Any]]:
    state: Any = TenderFilter.base_filters["state"]
    return list(state.extra["choices"])


def standing(tender: Tender, *, at: datetime) -> tuple[str, str]:
    """Where a tender stands now, and the kind of its tag."""
    if tender.replaced_at:
        return gettext("Replaced"), "plain"
    if tender.status != Tender.Status.PUBLISHED:
        return str(tender.get_status_display()), "plain"
    if tender.is_open(at=at):
        return gettext("Open for bids"), "good"
    return gettext("Bids closed"), "warn"


def closing(newest: Tender, *, at: datetime) -> dict[str, Any]:
    """When bids close or closed, and where the tender stands if it ended before, for a template."""
    return {
        "newest": newest,
        "open": newest.is_open(at=at),
        "closed": newest.has_closed(at=at),
        "standing": standing(newest, at=at),
    }


@login_not_required
@require_safe
def tender(request: HttpRequest, reference: str) -> HttpResponse:
    """The builder for a draft's editors; the annex as it stands for everybody who may see it."""
    tender = seen(request, reference)
    if tender is None:
        return unseen(request)
    if abilities(tender, request.user, at=timezone.now(), of=("edit",)).may["edit"]:
        return builder.builder(request, tender)
    return paper(request, tender)


def paper(request: HttpRequest, found: Tender) -> HttpResponse:
    """The words of the annex: frozen once published, as they stand while it is a draft."""
    newest = found.newest
    body = json.loads(stored(found.body)) if found.body else frozen_body.written(found)
    tree = annex.build(in_language(body, read_in()), found.digest)
    lots = list(enumerate(tree.lots))
    chosen = wanted(request.GET.get("lot"), len(lots))
    answered = Enquiry.objects.on(found).answered()
    threads = on_rows(found, body, answered.exclude(requirement=None))
    page = Numbered(
        [
            (group.title, row, threads.get(row.ref))
            for group in tree.lots[chosen].groups
            for row in group.rows
        ],
        ROWS,
    ).get_page(request.GET.get("page"))
    base, at, files = found.get_absolute_url(), timezone.now(), public_files(found)
    able = abilities(found, request.user, at=at)
    context = {
        "tender": found,
        "tree": tree,
        "facts": annex.facts(tree.body, read_in() or tree.language),
        "lot": tree.lots[chosen],
        "ended": found.lots.filter(number=tree.lots[chosen].number)
        .exclude(status=Lot.Status.OPEN)
        .first(),
        "grounds": grounds.sections(tree.body),
        "grounds_title": paper_languages.of(tree.language).grounds["grounds"],
        "page": page,
        "parts": award_parts(tree.lots[chosen]),
        "tabs": [
            (lot.title, f"{base}?lot={n + 1}", n == chosen, sum(len(g.rows) for g in lot.groups))
            for n, lot in lots
        ],
        "standing": standing(found, at=at),
        "vouched": frozen_body.as_logged(found) and as_logged(list(chain(*threads.values()))),
        "open": found.is_open(at=at),
        "past": found.in_force and not found.is_open(at=at),
        "closed_up": found.taken_here and not found.bids_are_read(),
        "bid_before": isinstance(request.user, User)
        and Bid.objects.on(found).of_members(request.user).exists(),
        "versions": versions(found, body, request.user, at=at),
        "invited": invitations_of(found, request.user) if request.user.is_authenticated else [],
        "mine": towards(found, request.user, at=at)
        if found.is_open(at=at) and request.user.is_authenticated
        else [],
        "files": files,
        "shortlists": list(found.shortlists.defer("body")) if able.may["export"] else [],
        "answered": answered.count(),
        "asked_of": newest,
        "not_asked": not newest.takes_questions(at=at),
        "questions_over": newest.questions_are_over(at=at),
        "being_made": any(file.being_made for file in files),
        "trail": trail(),
        **able.context,
    }
    return render(request, "tenders/tender.html", context)


def award_parts(lot: annex.LotPart) -> list[Part]:
    """The picture of what the price and each group of shoulds count; none where nothing does."""
    if not lot.award:
        return []
    price, *others, _together = lot.award.criteria
    groups = [each.points or 0 for each in others if each.group]
    return picture([price.points or 0, *groups]) if groups else []


def read_in() -> str:
    """The reader's language, where the annex has its labels in it."""
    language = (get_language() or "").split("-")[0]
    return language if language in paper_languages.LANGUAGES else ""


def wanted(number: str | None, of: int) -> int:
    """The index of the lot that the address asks for, else of the first."""
    return int(number) - 1 if number and number.isascii() and number.isdigit() and (
        1 <= int(number[:4]) <= of
    ) else 0  # fmt: skip
