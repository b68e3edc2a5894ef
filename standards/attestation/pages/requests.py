"""A provider asks a body to examine what it declared."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Interest, Organisation, Role
from certcentre.accounts.people import signed_in_user
from certcentre.step_page import Question, posted, require, step_page
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.periods import SOON
from standards.attestation.accreditation import Accreditation
from standards.attestation.forms import RequestForm, offers
from standards.attestation.pages.engagements import trail
from standards.attestation.requesting import (
    declared_criteria,
    reaches,
    request_examination,
    running,
)
from standards.catalogue.editions import Criterion, Edition

ASK = Question(
    _("Ask for an examination"),
    _(
        "Choose what the body examines. It reads your answers and the evidence that belongs to "
        "this declaration, from the day it accepts until it has decided."
    ),
    _("Send the request"),
    _("Sent. The body accepts or declines; you hear by mail."),
)


def engagement_request(request: HttpRequest, number: str) -> HttpResponse:
    """First the bodies that may examine it, then, with one chosen, what it is asked."""
    user, now = signed_in_user(request), timezone.now()
    own = Organisation.objects.acted_for_by(user)
    rows = Declaration.objects.filter(release__solution__organisation__in=own)
    declaration = get_object_or_404(
        rows.select_related("release__solution__organisation", "assessment"), number=number
    )
    provider = declaration.release.solution.organisation
    require(user.acts_for(provider, Role.SIGNATORY))
    able = bodies(declaration, provider, now)
    chosen = request.GET.get("body", "")
    body = next((body for body in able if str(body.pk) == chosen), None)
    if body is None:
        return choose(request, declaration, able, now)
    covered = set(Accreditation.objects.by_edition(body, country=provider.country, at=now))
    offered = offers(declared_criteria(declaration), covered)
    return step_page(
        request,
        ASK,
        RequestForm(posted(request), body=body, offers=offered),
        partial(request_examination, declaration),
        back=request.path,
        trail=trail(),
        template="attestation/request.html",
        onward=True,
        declaration=declaration,
        body=body,
        reaches=[each for each in reaches(declaration) if each.edition.pk in covered],
        add=way_to_add(declaration),
        ends=soon_over(declaration, now),
        running=running(declaration.release, [offer.edition for offer in offered], at=now),
    )


def soon_over(declaration: Declaration, at: datetime) -> datetime | None:
    """When the declaration ends, where it does so within weeks."""
    ends = declaration.valid_until
    return ends if ends <= at + SOON else None


def bodies(declaration: Declaration, provider: Organisation, at: datetime) -> list[Organisation]:
    """Verified bodies accredited for something that was declared, for the provider's country."""
    declared = declaration.assessment.answers.exclude(value="").values("criterion__edition")
    accreditations = Accreditation.objects.in_force(at=at).filter(editions__in=declared)
    able = {
        accreditation.body_id: accreditation.body
        for accreditation in accreditations.select_related("body__terms").distinct()
        if accreditation.covers_country(provider.country)
    }
    return sorted(able.values(), key=lambda body: body.name)


def choose(
    request: HttpRequest, declaration: Declaration, able: list[Organisation], at: datetime
) -> HttpResponse:
    """How many of the declared criteria each body may examine, and which bodies are tied."""
    provider = declaration.release.solution.organisation
    editions = dict(
        Criterion.objects.filter(
            pk__in=[row.pk for row in declared_criteria(declaration)]
        ).values_list("pk", "edition")
    )
    scopes: dict[UUID, set[int]] = {body.pk: set() for body in able}
    accreditations = Accreditation.objects.in_force(at=at).filter(body__in=able)
    for row in accreditations.prefetch_related("editions"):
        if row.covers_country(provider.country):
            scopes[row.body_id] |= {edition.pk for edition in row.editions.all()}
    tied = tied_to(provider)
    named = list(Edition.objects.filter(pk__in=set(editions.values())).order_by("name", "pk"))
    lines = [
        (
            body,
            sum(edition in scopes[body.pk] for edition in editions.values()),
            [edition for edition in named if edition.pk in scopes[body.pk]],
        )
        for body in able
        if body.pk not in tied
    ]
    context = {
        "declaration": declaration,
        "lines": sorted(lines, key=lambda line: (-line[1], line[0].name)),
        "tied": [body for body in able if body.pk in tied],
        "total": len(editions),
        "reaches": reaches(declaration),
        "add": way_to_add(declaration),
        "ends": soon_over(declaration, at),
        "trail": trail(),
        "title": gettext("Ask for an examination"),
    }
    return render(request, "attestation/choose_body.html", context)


def way_to_add(declaration: Declaration) -> str:
    """Where more criteria are taken in: the draft of the release, else where one begins."""
    drafts = Assessment.objects.drafts().filter(release=declaration.release_id)
    if draft := drafts.first():
        return reverse("assessment-add", args=[draft.pk])
    return reverse("release-assess", args=[declaration.release_id])


def tied_to(provider: Organisation) -> set[UUID]:
    """Organisations that have a declared interest in the provider, or it in them."""
    ties = Interest.objects.filter(
        Q(organisation=provider) | Q(other=provider), until=None
    ).values_list("organisation", "other")
    return {pk for pair in ties for pk in pair} - {provider.pk}
