"""Pages where the centre judges an organisation, and where one is closed."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from certcentre.accounts.forms import HowForm, ReasonForm
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.views import person, sent


def judged(request: HttpRequest, pk: uuid.UUID) -> Organisation:
    """The organisation for an officer: 404 to who may not see it, 403 to its own people."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not person(request).is_officer():
        raise PermissionDenied
    return found


def step(
    request: HttpRequest, found: Organisation, verb: str, form_class: type[forms.Form], done: str
) -> HttpResponse:
    """Ask for the reason, take the step, say so."""
    form = form_class(sent(request))
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        getattr(found, verb)(by=person(request), at=timezone.now(), **given)
        messages.success(request, done)
        return redirect(found)
    context = {"form": form, "organisation": found}
    return render(request, f"accounts/organisation_{verb}.html", context)


def organisation_verify(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return step(request, judged(request, pk), "verify", HowForm, _("Verified."))


def organisation_refuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return step(request, judged(request, pk), "refuse", ReasonForm, _("Verification refused."))


def organisation_suspend(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return step(request, judged(request, pk), "suspend", ReasonForm, _("Suspended."))


def organisation_close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """By its own manager or by the centre."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    user = person(request)
    if not (user.is_officer() or user.acts_for(found, Role.MANAGER)):
        raise PermissionDenied
    return step(request, found, "close", ReasonForm, _("Closed."))


PAGES = {
    "verify": organisation_verify,
    "refuse": organisation_refuse,
    "suspend": organisation_suspend,
    "close": organisation_close,
}
