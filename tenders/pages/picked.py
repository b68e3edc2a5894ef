"""What is done to many requirements of a lot at once, and taken back."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.saving import code_of
from tenders.building import Choice
from tenders.last_step import LastStep
from tenders.lot import Lot
from tenders.lot_forms import ReasonForAllForm, SetForm
from tenders.pages.builder import Tried, builder, rows_shown
from tenders.pages.fetching import here, lot_in, writable
from tenders.picked import Changed, Picked

Doing = Callable[[Picked, User, datetime], object]


@require_POST
def requirements_set(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One obligation, one least assurance, one weight for all that are picked."""
    form = SetForm(request.POST)

    def do(picked: Picked, by: User, at: datetime) -> None:
        require_valid(form)
        picked.set(by=by, at=at, **form.fields_given)

    return done(request, reference, pk, do)


@require_POST
def requirements_reason(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One reason for all that are picked."""
    form = ReasonForAllForm(request.POST)

    def do(picked: Picked, by: User, at: datetime) -> None:
        require_valid(form, gettext("Write the reason first. Nothing was changed."))
        picked.give_reason(by=by, at=at, **form.cleaned_data)

    return done(request, reference, pk, do)


@require_POST
def requirements_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take out what is picked, or all of one standard."""
    return done(request, reference, pk, lambda picked, by, at: picked.take_out(by=by, at=at))


@require_POST
def requirements_move(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Move what is picked into another lot."""

    def do(picked: Picked, by: User, at: datetime) -> None:
        number = request.POST.get("lot", "")[:9]
        if not (number.isascii() and number.isdigit()):
            raise NotReady(gettext("Choose another lot of this tender. Nothing was changed."))
        picked.move_to(lot_in(picked.lot.tender, int(number)), by=by, at=at)

    return done(request, reference, pk, do)


@require_POST
def requirements_undo(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take the last step back."""
    lot = lot_in(writable(request, reference), pk)
    step = get_object_or_404(LastStep.objects.filter(lot=lot).select_related("by"))
    step.lot = lot
    step.take_back(by=signed_in_user(request), at=timezone.now())
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
        return Picked(lot, {}, group=posted["group"][:200])
    if revision := posted.get("all"):  # without a script
        if revision != str(lot.tender.revision):
            raise NotReady(
                gettext(
                    "Somebody changed the tender meanwhile. Nothing was done. The page shows it as "
                    "it stands now; look, then do it again."
                )
            )
        rows = rows_shown(lot, Choice.of(request.GET))
        return Picked(lot, {row.pk: row.revision for row in rows})
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
    return f"{here(lot)}{Choice.of(request.GET).query}"
