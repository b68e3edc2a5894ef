"""External certificates: filing one, its page, and what is done with it by whom."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import PERSON, Abilities, abilities
from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.people import signed_in_user
from certcentre.log.history import history
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, require, step_page
from standards.assessment.periods import last_day_of
from standards.assessment.solutions import Release
from standards.attestation.external import ExternalCertificate, checking_bodies
from standards.attestation.forms import ExternalForm, SeenForm
from standards.attestation.overview import agrees
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Scheme

PER_PAGE = 25
FILE = Question(
    _("File an external certificate"),
    _(
        "Say what it covers and what it leaves out. It counts once the centre or an accredited "
        "auditor has looked at it."
    ),
    _("File it"),
    _("Filed. Somebody independent looks at it next."),
)
STEPS = {
    "record": Question(
        _("Record this external certificate"),
        _(
            "You say that it is what it claims to be, is in force, and covers this release. Its "
            "criteria are then shown at the level of the scheme, to its last day."
        ),
        _("Record it"),
        _("Recorded. Its criteria are shown with it."),
        verb="record",
        weighty=True,
    ),
    "refuse": Question(
        _("Refuse this external certificate"),
        _("The provider reads your reason and may file it again, put right."),
        _("Refuse it"),
        _("Refused. The provider reads why."),
        destructive=True,
        verb="refuse",
        weighty=True,
    ),
    "end": Question(
        _("End this external certificate"),
        _(
            "Its issuer suspended or withdrew it, or it no longer covers this release. What it "
            "gave ends at once; whatever else stands on those criteria stays. This cannot be "
            "undone: file it again if it comes back."
        ),
        _("End it"),
        _("Ended. Its criteria fell to what else is known of them."),
        destructive=True,
        verb="end",
        weighty=True,
    ),
}


@require_safe
def external_certificates(request: HttpRequest) -> HttpResponse:
    """What waits to be checked, and what was recorded; a provider sees its own."""
    now, user = timezone.now(), signed_in_user(request)
    checks = user.is_officer() or checking_bodies(user, at=now).exists()
    rows = ExternalCertificate.objects.with_parties()
    if not checks:
        own = Organisation.objects.acted_for_by(user)
        rows = rows.filter(release__solution__organisation__in=own)
    page = Numbered(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(external, state(external.status_at(now))) for external in page]
    context = {"page": page, "lines": lines, "checks": checks}
    return render(request, "attestation/external_certificates.html", context)


def state(status: str) -> tuple[str, str]:
    """The kind of tag and its word."""
    words = {**dict(ExternalCertificate.Status.choices), "lapsed": gettext("Ran out")}
    kinds = {"filed": "accent", "recorded": "good", "refused": "bad", "ended": "bad"}
    return kinds.get(status, "warn"), str(words[status])


def fileable(request: HttpRequest, pk: uuid.UUID) -> Release:
    """The release to file it for: the provider's own, or one that whoever checks it sees."""
    rows = Release.objects.select_related("solution__organisation")
    now, user = timezone.now(), signed_in_user(request)
    if user.is_officer() or checking_bodies(user, at=now).exists():
        return get_object_or_404(rows.exclude(declarations=None), pk=pk)
    release = get_object_or_404(rows.of_members(user), pk=pk)
    require(user.acts_for(release.solution.organisation, Role.EDITOR))
    return release


@require_safe
def external_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which scheme issued it?"""
    release = fileable(request, pk)
    schemes = Scheme.objects.order_by("-imports_as", "name")
    context = {"release": release, "schemes": schemes, "trail": trail(release)}
    return render(request, "attestation/external_file.html", context)


def trail(release: Release) -> list[tuple[str, str]]:
    return [(gettext("External certificates"), reverse("external-certificates"))]


def external_file_of(request: HttpRequest, pk: uuid.UUID, scheme: str) -> HttpResponse:
    """What it says."""
    release = fileable(request, pk)
    issued_under = get_object_or_404(Scheme, key=scheme)
    supported = Criterion.objects.published().filter(key__in=issued_under.supports)
    back = reverse("external-file", args=[release.pk])
    return step_page(
        request,
        FILE,
        ExternalForm(posted(request), supported=supported.select_related("edition")),
        partial(ExternalCertificate.file, release, issued_under),
        back=back,
        trail=[*trail(release), (str(release), back)],
        template="attestation/external_file_of.html",
        onward=True,
        release=release,
        scheme=issued_under,
    )


@login_not_required
@require_safe
def external_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What it says, who made sure, and how it stands today."""
    now = timezone.now()
    rows = ExternalCertificate.objects.visible_to(request.user, at=now).with_parties()
    if not request.user.is_authenticated and not rows.filter(number=number).exists():
        return redirect_to_login(request.get_full_path())
    external = get_object_or_404(rows, number=number)
    able = abilities(external, request.user, at=now)
    context = {
        "external": external,
        "state": state(external.status_at(now)),
        **counting(external, now),
        "criteria": external.criteria.select_related("edition").order_by("edition", "position"),
        "history": history(external, public=not concerned(able)),
        **able.context,
    }
    return render(request, "attestation/external_certificate.html", context)


def counting(external: ExternalCertificate, at: datetime) -> dict[str, Any]:
    """Whether its criteria rest on it now, and the last day on which they do."""
    until = external.counts_until
    if until is None:
        return {"counts": False}
    recorded = external.status == ExternalCertificate.Status.RECORDED
    return {"counts": recorded and at < until, "counts_through": last_day_of(until)}


def concerned(able: Abilities) -> bool:
    """Whether the reader reads the whole history: whoever may take a step, now or in another
    state of it."""
    return any(refusal is None or refusal.kind != PERSON for refusal in able.values())


def external_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Record, refuse or end."""
    now, user = timezone.now(), signed_in_user(request)
    rows = ExternalCertificate.objects.visible_to(user, at=now).with_parties()
    external = get_object_or_404(rows, number=number)
    form = SeenForm(posted(request)) if step == "record" else PublicReasonForm(posted(request))
    back = external.get_absolute_url()
    up = [*trail(external.release), (external.number, back)]
    take, vouched = getattr(external, step), partial(agrees, external)
    about: dict[str, Any] = {"back": back, "trail": up, "of": external, "vouched": vouched}
    return step_page(request, STEPS[step], form, take, **about)
