"""Accredited bodies for everybody; granting and stopping by the centre."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask
from standards.attestation import history
from standards.attestation.accreditation import Accreditation
from standards.attestation.forms import GrantForm

PER_PAGE = 25
GRANT = Question(
    _("Grant an accreditation"),
    _("It says what a body may attest, for providers of which countries, and until when."),
    _("Grant"),
    _("Granted. The body may now be asked to examine."),
)
STEPS = {
    "suspend": Question(
        _("Suspend this accreditation"),
        _(
            "The body can decide nothing in its scope, and the valid certificates in its scope are "
            "suspended at once. They come back when you reinstate it."
        ),
        _("Suspend"),
        _("Suspended, with the certificates in its scope."),
        destructive=True,
        to="suspended",
    ),
    "withdraw": Question(
        _("Withdraw this accreditation"),
        _(
            "This cannot be undone. The valid certificates in its scope are suspended; the body "
            "can reinstate them only under a new accreditation."
        ),
        _("Withdraw"),
        _("Withdrawn. The certificates in its scope are suspended."),
        destructive=True,
        to="withdrawn",
    ),
    "reinstate": Question(
        _("Reinstate this accreditation"),
        _("The certificates that its suspension suspended come back into force, and no others."),
        _("Reinstate"),
        _("Reinstated, with the certificates that its suspension had suspended."),
        to="active",
    ),
}


@login_not_required
def auditors(request: HttpRequest) -> HttpResponse:
    """Which bodies may attest what, where and until when."""
    known = Accreditation.objects.exclude(status=Accreditation.Status.WITHDRAWN)
    return listed(request, known, "attestation/auditors.html")


def accreditations(request: HttpRequest) -> HttpResponse:
    """All that the centre granted, for its officers."""
    require_officer(request)
    return listed(request, Accreditation.objects.all(), "attestation/accreditations.html")


def listed(request: HttpRequest, found: Any, template: str) -> HttpResponse:
    now = timezone.now()
    rows = found.select_related("body").prefetch_related("editions").order_by("body__name", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(one, one.standing_at(now)) for one in page]
    return render(request, template, {"page": page, "lines": lines})


@login_not_required
def accreditation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Its scope, dates and history; an officer finds the steps here."""
    found = get_object_or_404(
        Accreditation.objects.select_related("body").prefetch_related("editions"), pk=pk
    )
    now = timezone.now()
    context = {
        "accreditation": found,
        "standing": found.standing_at(now),
        "history": history.told(found, public=True),
        "in_force": found.body.certificates.in_force(at=now).in_scope(found).count(),
        "officer": request.user.is_authenticated and person(request).is_officer(),
    }
    return render(request, "attestation/accreditation.html", context)


def accreditation_grant(request: HttpRequest) -> HttpResponse:
    require_officer(request)
    initial = {"body": request.GET.get("body")}
    form = GrantForm(sent(request), today=timezone.localdate(), initial=initial)
    back = reverse("accreditations")
    trail = [(gettext("Accreditations"), back)]
    grant = Accreditation.grant
    return ask(request, GRANT, form, grant, back=back, trail=trail, onward=True)


def accreditation_step(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Suspend, withdraw or reinstate, with a reason."""
    found = get_object_or_404(Accreditation.objects.select_related("body"), pk=pk)
    require_officer(request)
    back = found.get_absolute_url()
    trail = [(gettext("Accreditations"), reverse("accreditations")), (found.number, back)]
    form, take = PublicReasonForm(sent(request)), getattr(found, verb)
    return ask(request, STEPS[verb], form, take, back=back, trail=trail, of=found)


def require_officer(request: HttpRequest) -> None:
    if not person(request).is_officer():
        raise PermissionDenied
