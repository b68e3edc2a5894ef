"""Accredited bodies for everybody; granting and stopping by the centre."""

import uuid
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.abilities import abilities
from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import User
from certcentre.accounts.people import signed_in_user
from certcentre.log.history import history
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, require, step_page
from standards.attestation.accreditation import Accreditation
from standards.attestation.forms import GrantForm
from standards.attestation.overview import agrees

PER_PAGE = 25
GRANT = Question(
    _("Grant an accreditation"),
    _("It says what a body may attest, for providers of which countries, and until when."),
    _("Grant"),
    _("Granted. The body may now be asked to examine."),
    weighty=True,
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
        verb="suspend",
        weighty=True,
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
        verb="withdraw",
        weighty=True,
    ),
    "reinstate": Question(
        _("Reinstate this accreditation"),
        _("The certificates that its suspension suspended come back into force, and no others."),
        _("Reinstate"),
        _("Reinstated, with the certificates that its suspension had suspended."),
        verb="reinstate",
        weighty=True,
    ),
}


@login_not_required
def auditors(request: HttpRequest) -> HttpResponse:
    """Which bodies may attest what, where and until when."""
    known = Accreditation.objects.exclude(status=Accreditation.Status.WITHDRAWN)
    return listed(request, known, "attestation/auditors.html")


def accreditations(request: HttpRequest) -> HttpResponse:
    """All that the centre granted, for its officers."""
    require(signed_in_user(request).is_officer())
    return listed(request, Accreditation.objects.all(), "attestation/accreditations.html")


def listed(
    request: HttpRequest, accreditations: QuerySet[Accreditation], template: str
) -> HttpResponse:
    now = timezone.now()
    rows = accreditations.select_related("body__terms").prefetch_related("editions")
    ordered = rows.order_by("body__name", "pk")
    page = Numbered(ordered, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(accreditation, accreditation.standing_at(now)) for accreditation in page]
    return render(request, template, {"page": page, "lines": lines})


@login_not_required
def accreditation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Its scope, dates and history; an officer finds the steps here."""
    rows = Accreditation.objects.select_related("body__terms").prefetch_related("editions")
    accreditation, now = get_object_or_404(rows, pk=pk), timezone.now()
    user = request.user
    context = {
        "accreditation": accreditation,
        "standing": accreditation.standing_at(now),
        "history": history(accreditation, public=True),
        "in_force": accreditation.body.certificates.in_force(at=now)
        .in_scope(accreditation)
        .count(),
        "officer": isinstance(user, User) and user.is_officer(),
        **abilities(accreditation, user, at=now).context,
    }
    return render(request, "attestation/accreditation.html", context)


def accreditation_grant(request: HttpRequest) -> HttpResponse:
    require(signed_in_user(request).is_officer())
    initial = {"body": request.GET.get("body")}
    form = GrantForm(posted(request), today=timezone.localdate(), initial=initial)
    back = reverse("accreditations")
    trail = [(gettext("Accreditations"), back)]
    grant = Accreditation.grant
    return step_page(request, GRANT, form, grant, back=back, trail=trail, onward=True)


def accreditation_step(request: HttpRequest, pk: uuid.UUID, verb: str) -> HttpResponse:
    """Suspend, withdraw or reinstate, with a reason."""
    accreditation = get_object_or_404(Accreditation.objects.select_related("body"), pk=pk)
    back = accreditation.get_absolute_url()
    return step_page(
        request,
        STEPS[verb],
        PublicReasonForm(posted(request)),
        getattr(accreditation, verb),
        back=back,
        trail=[
            (gettext("Accreditations"), reverse("accreditations")),
            (accreditation.number, back),
        ],
        of=accreditation,
        vouched=partial(agrees, accreditation),
    )
