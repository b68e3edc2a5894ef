"""What is done to many requirements of a lot at once, and taken back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.saving import code_of
from tenders.building import Choice
from tenders.last_step import LastStep, TakenBack
from tenders.lot import Lot
from tenders.lot_forms import ReasonForAllForm, SetForm
from tenders.pages.builder import Tried, builder, shown_now
from tenders.pages.fetching import here, lot_in, writable
from tenders.picked import Changed, Picked, look_again, lot_gone

Doing = Callable[[Picked, User, datetime], object]
View = Callable[[HttpRequest, str, int], HttpResponse]


def pressed(view: View) -> View:
    """A step: where its address is read, as a page that it refused leads to, it is the builder."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def answer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
        if request.method == "POST":
            return view(request, reference, pk)
        return redirect(f"{reverse('tender', args=[reference])}?lot={pk}{shown(request)}")

    return answer


@pressed
def requirements_set(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One obligation, one least assurance, one weight for all that are picked."""
    form = SetForm(request.POST)

    def do(picked: Picked, by: User, at: datetime) -> None:
        require_valid(form)
        picked.set(by=by, at=at, **form.fields_given)

    return done(request, reference, pk, do)


@pressed
def requirements_reason(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One reason for all that are picked."""
    form = ReasonForAllForm(request.POST)

    def do(picked: Picked, by: User, at: datetime) -> None:
        require_valid(form, gettext("Write the reason first. Nothing was changed."))
        picked.give_reason(by=by, at=at, **form.cleaned_data)

    return done(request, reference, pk, do)


@pressed
def requirements_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take out what is picked, or all of one standard."""
    return done(request, reference, pk, lambda picked, by, at: picked.take_out(by=by, at=at))


@pressed
def requirements_move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Move what is picked into another lot."""

    def do(picked: Picked, by: User, at: datetime) -> None:
        number = request.POST.get("lot", "")[:9]
        if not (number.isascii() and number.isdigit()):
            raise NotReady(gettext("Choose another lot of this tender. Nothing was changed."))
        there = picked.lot.tender.lots.filter(pk=int(number)).first()
        if there is None:
            raise lot_gone()
        picked.move_to(there, by=by, at=at)

    return done(request, reference, pk, do)


@pressed
def requirements_undo(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take back the step that its reader saw, once however often they press."""
    lot = lot_in(writable(request, reference), pk)
    try:
        step = LastStep.seen(lot, request.POST.get("step", ""))
        step.take_back(by=signed_in_user(request), at=timezone.now())
    except TakenBack as twice:
        messages.info(request, str(twice))
    except (IllegalMove, NotReady) as refused:
        tried = Tried(refused.problems)
        return builder(request, lot.tender, tried=tried, status=code_of(refused))
    return redirect(back(request, lot))


def done(request: HttpRequest, reference: str, pk: int, do: Doing) -> HttpResponse:
    """Take the step; where it is refused, the builder says why and keeps the ticks."""
    lot = lot_in(writable(request, reference), pk)
    picked = Picked(lot, {})
    try:
        picked = picked_in(request, lot)
        do(picked, signed_in_user(request), timezone.now())
    except (NotReady, Changed) as refused:
        tried = Tried(refused.problems, frozenset(picked.seen), request.POST)
        return builder(request, lot.tender, tried=tried, status=code_of(refused))
    return redirect(back(request, lot))


def picked_in(request: HttpRequest, lot: Lot) -> Picked:
    """The rows whose ticks were sent, all that were shown, or all of a standard."""
    posted = request.POST
    if "group" in posted:
        changes, which, group = [*posted["group"][:300].split(".", 2), "", ""][:3]
        return Picked(lot, {}, group=group, mark=f"{changes}.{which}")
    if mark := posted.get("all"):  # without a script
        built = shown_now(lot, Choice.of(request.GET))
        if mark != built.mark:
            raise Changed(gettext("What this page showed has changed meanwhile."), look_again())
        return Picked(lot, {row.pk: row.revision for row in built.page})
    return Picked(lot, dict(map(read_pick, posted.getlist("pick"))))


def read_pick(text: str) -> tuple[uuid.UUID, int]:
    """The key of a row and the revision that was seen."""
    key, _, revision = text[:60].partition(".")
    try:
        return uuid.UUID(key), int(revision)
    except ValueError:
        raise NotReady(gettext("Load this page again before you save: it is too old.")) from None


def require_valid(form: forms.Form, words: str = "") -> None:
    """NotReady with what the form says is wrong, or with these words."""
    if not form.is_valid():
        errors: Any = form.errors.values()
        problems = [str(error) for each in errors for error in each]
        raise NotReady(*([words] if words else [*problems, gettext("Nothing was changed.")]))


def back(request: HttpRequest, lot: Lot) -> str:
    """The builder with the rows that were shown."""
    return f"{here(lot)}{shown(request)}"


def shown(request: HttpRequest) -> str:
    return Choice.of(request.GET).query
