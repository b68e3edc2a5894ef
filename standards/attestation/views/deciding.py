"""The decision: what must hold, what it would yield, and the form."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask, must
from standards.attestation.decision import Decision, checks
from standards.attestation.examination import examined, in_order
from standards.attestation.forms import DecideForm
from standards.attestation.results import Result
from standards.attestation.views.seated import seated, trail

DECIDE = Question(
    _("Decide"),
    _(
        "You decide in the name of your body, once. A grant issues the certificates at once; a "
        "refusal ends what was claimed of the criteria that do not conform."
    ),
    _("Decide"),
    _("Decided. Both sides are told."),
)


def engagement_decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.decides)
    found.require_status(found.Status.READY)
    now = timezone.now()
    results = examined(found, at=now)
    left = [
        finding
        for one in results
        for finding in one.findings.values()
        if not in_order(finding) or finding.result == Result.OBSERVATION
    ]
    return ask(
        request,
        DECIDE,
        DecideForm(sent(request)),
        partial(Decision.decide, found),
        back=found.get_absolute_url(),
        trail=trail(found),
        template="attestation/decide.html",
        engagement=found,
        checks=checks(found, results, by=person(request), at=now),
        results=results,
        left=left,
    )
