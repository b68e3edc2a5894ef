"""Starting a tender, and saying what it is about."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import Conflict, NotAllowed
from certcentre.step_page import posted
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import published
from tenders import readiness, sources
from tenders.amending import copy
from tenders.forms import StartForm
from tenders.frozen_body import lots_of
from tenders.independence import buying, require_buying
from tenders.notice_check import asked_of_address
from tenders.notice_forms import TenderForm
from tenders.pages.fetching import trail, writable
from tenders.pages.versions import beside
from tenders.tender import Tender

TWICE = timedelta(seconds=20)  # the same again within is one press too many


def tender_new(request: HttpRequest) -> HttpResponse:
    """A new draft, empty or begun from a profile, from learner needs, or from an earlier one."""
    user, now = signed_in_user(request), timezone.now()
    buyers = buying(user, at=now)
    if not buyers:
        mine = Organisation.objects.acted_for_by(user, Role.EDITOR)
        for buyer in mine.filter(kind=Organisation.Kind.BUYER)[:1]:
            require_buying(buyer, by=user, at=now)  # says why
        raise NotAllowed(gettext("Only an editor of a buying organisation starts a tender."))
    initial = {"buyer": request.GET.get("buyer") or buyers[0].pk, "copied": request.GET.get("copy")}
    only = buyers[0] if len(buyers) == 1 else None
    form = StartForm(posted(request), buyers=buyers, of=only, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = start(form.cleaned_data, by=user, at=now)
        messages.success(request, gettext("Begun. Nobody outside your organisation sees it yet."))
        return redirect(made)
    context = {"form": form, "trail": trail(), "copies": form.fields["copied"]}
    status = 422 if form.is_bound else 200
    return render(request, "tenders/new.html", context, status=status)


def start(given: dict[str, Any], *, by: User, at: datetime) -> Tender:
    """Make the draft with everything it begins with, or nothing."""
    buyer, copied = given["buyer"], given["copied"]
    details = {name: given[name] for name in Tender.DETAILS if name in given and name != "title"}
    if copied:
        details |= {name: getattr(copied, name) for name in Tender.LASTING}
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=buyer.pk)  # pressed twice
        twin = Tender.objects.filter(buyer=buyer, created_by=by, title=given["title"])
        twin = twin.filter(status=Tender.Status.DRAFT, created_at__gt=at - TWICE)
        if twice := twin.first():
            return twice
        made = Tender.start(buyer, by=by, at=at, title=given["title"], **details)
        if copied:
            copy(copied, made, by=by, at=at)
        lot = made.lots.order_by("number").first()
        if lot and given["profile"]:
            profile = published(Profile).get(key=given["profile"])
            criteria = sources.of_profile(profile, made.countries, at=at)
            lot.add(criteria, by=by, at=at, **sources.fill_of(profile))
        if lot and given["needs"]:
            for need in published(Need).filter(key__in=given["needs"]):
                wanted, others = sources.of_need(need)
                lot.add(wanted, by=by, at=at, obligation="must", alternatives=others)
    return made


def tender_details(request: HttpRequest, reference: str) -> HttpResponse:
    tender = writable(request, reference)
    initial = {name: getattr(tender, name) for name in Tender.DETAILS}
    form = TenderForm(posted(request), of=tender.buyer, initial=initial)
    context = {"form": form, "tender": tender, "trail": trail(tender), "seen": tender.details_print}
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        by, seen = signed_in_user(request), request.POST.get("seen", "")
        try:
            tender.state(by=by, at=timezone.now(), seen=seen, **form.cleaned_data)
        except Conflict as conflict:
            context |= {
                "problems": conflict.problems,
                "stored": beside(conflict.stored, form.cleaned_data),
            }
            status = 409
        else:
            messages.success(request, gettext("The details are changed."))
            for warned in readiness.elsewhere(lots_of(tender)):
                messages.warning(request, warned.words)
            if words := asked_of_address(tender):
                messages.warning(request, words)
            return redirect(tender)
    return render(request, "tenders/details.html", context, status=status)
