"""Declaring: what is missing, else what will stand, then a name, a role and a tick."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.views import person, sent
from certcentre.asking import must
from certcentre.lifecycle import NotReady
from standards.assessment.pages.seen import seen
from standards.assessment.review import review


class DeclareForm(forms.Form):
    """Who signs, and that they mean it."""

    signatory_name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("It stands on the public declaration."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    signatory_role = forms.CharField(
        label=_("Your role in the organisation"),
        max_length=120,
        help_text=_("Such as managing director."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    tick = forms.BooleanField(
        label=_("I declare, for the organisation, that these answers are true as of today."),
        error_messages={"required": _("Tick this to sign.")},
    )


def assessment_declare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Members see what is missing; a signatory signs."""
    opened, at = seen(request, pk), timezone.now()
    found = opened.assessment
    if request.method == "POST":
        must(opened.signs)
    elif not opened.draft:
        return redirect(found)
    form = DeclareForm(sent(request), initial={"signatory_name": person(request).name})
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("signatory_name", "signatory_role")}
        try:
            declaration = found.declare(by=person(request), at=at, **given)
        except NotReady as refused:
            problems = refused.problems
        else:
            declaration.refresh_from_db(fields=["public_since"])  # publishing stamps the stored one
            messages.success(request, said_of(declaration.public_since))
            return redirect(declaration)
    looked = review(found, at=at) if opened.draft else None
    context = {
        "opened": opened,
        "assessment": found,
        "review": looked,
        "form": form,
        "problems": [] if looked and looked.missing else problems,
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessment/declare.html", context, status=status)


def said_of(public_since: Any) -> str:
    if public_since:
        return gettext("Declared. The statements stand from now on, for twelve months.")
    return gettext("Declared. A rule holds the release until the centre decides; you hear by mail.")
