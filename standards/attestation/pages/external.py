"""External certificates: filing one, its page, and what is done with it by whom."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from standards.assessment.solutions import Release
from standards.attestation import history
from standards.attestation.external import ExternalCertificate, checking_bodies
from standards.attestation.forms import ExternalForm, SeenForm
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
        to="recorded",
    ),
    "refuse": Question(
        _("Refuse this external certificate"),
        _("The provider reads your reason and may file it again, put right."),
        _("Refuse it"),
        _("Refused. The provider reads why."),
        destructive=True,
        to="refused",
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
        to="ended",
    ),
}


@require_safe
def external_certificates(request: HttpRequest) -> HttpResponse:
    """What waits to be checked, and what was recorded; a provider sees its own."""
    now = timezone.now()
    checks = person(request).is_officer() or checking_bodies(person(request), at=now).exists()
    rows = ExternalCertificate.objects.with_parties()
    if not checks:
        mine = Organisation.objects.acted_for_by(request.user)
        rows = rows.filter(release__solution__organisation__in=mine)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    lines = [(one, state(one.status_at(now))) for one in page]
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
    now, user = timezone.now(), person(request)
    if user.is_officer() or checking_bodies(user, at=now).exists():
        return get_object_or_404(rows.exclude(declarations=None), pk=pk)
    found = get_object_or_404(rows.of_members(user), pk=pk)
    must(user.acts_for(found.solution.organisation, Role.EDITOR))
    return found


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
    of = get_object_or_404(Scheme, key=scheme)
    supported = Criterion.objects.published().filter(key__in=of.supports)
    form = ExternalForm(sent(request), supported=supported.select_related("edition"))

    def take(**words: Any) -> ExternalCertificate:
        return ExternalCertificate.file(release, of, **words)

    back = reverse("external-file", args=[release.pk])
    context = {"release": release, "scheme": of}
    return ask(
        request,
        FILE,
        form,
        take,
        back=back,
        trail=[*trail(release), (str(release), back)],
        template="attestation/external_file_of.html",
        onward=True,
        **context,
    )


@login_not_required
@require_safe
def external_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What it says, who made sure, and how it stands today."""
    now = timezone.now()
    rows = ExternalCertificate.objects.visible_to(request.user, at=now).with_parties()
    signed_in = request.user.is_authenticated
    if not signed_in and not rows.filter(number=number).exists():
        return redirect_to_login(request.get_full_path())
    found = get_object_or_404(rows, number=number)
    may = signed_in and found.may_record(person(request), at=now)
    own = signed_in and person(request).acts_for(found.provider, Role.EDITOR)
    context = {
        "external": found,
        "state": state(found.status_at(now)),
        "criteria": found.criteria.select_related("edition").order_by("edition", "position"),
        "history": history.told(found, public=not (may or own)),
        "steps": steps(found, may=may, own=own),
    }
    return render(request, "attestation/external_certificate.html", context)


def steps(found: ExternalCertificate, *, may: bool, own: bool) -> list[str]:
    """The steps that this reader may take now."""
    if found.status == ExternalCertificate.Status.FILED and may:
        return ["record", "refuse"]
    if found.status == ExternalCertificate.Status.RECORDED and (may or own):
        return ["end"]
    return []


def external_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Record, refuse or end."""
    now, user = timezone.now(), person(request)
    rows = ExternalCertificate.objects.visible_to(user, at=now).with_parties()
    found = get_object_or_404(rows, number=number)
    own = step == "end" and user.acts_for(found.provider, Role.EDITOR)
    must(own or found.may_record(user, at=now))
    form = SeenForm(sent(request)) if step == "record" else PublicReasonForm(sent(request))
    back = found.get_absolute_url()
    up = [*trail(found.release), (found.number, back)]
    take = getattr(found, step)
    return ask(request, STEPS[step], form, take, back=back, trail=up, of=found)
