"""Writing one finding for several criteria."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.views import sent
from certcentre.asking import Question, ask, must
from standards.attestation import sheet
from standards.attestation.forms import SeveralForm
from standards.attestation.several import record_several, unexamined
from standards.attestation.views.seated import seated, trail

SEVERAL = Question(
    _("One finding for several criteria"),
    _(
        "For what you saw in one look. Tick the criteria; finding, methods and words are written "
        "on each. You can change any of them alone afterwards."
    ),
    _("Write it on those ticked"),
    _("Written on those ticked."),
)


def findings_several(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found, seat = seated(request, pk)
    must(seat.examines)
    back = reverse("findings", args=[pk])
    if request.method != "POST":
        found.require_status(found.Status.EXAMINING)
    open_ones = unexamined(found).select_related("criterion__edition", "criterion__level")
    rows = sheet.rows(found, list(open_ones), writable=True)
    if not rows and request.method != "POST":
        messages.info(request, gettext("Every criterion has a finding."))
        return redirect(back)
    ticked = [row.finding.pk for row in rows] if request.GET.get("tick") == "all" else []
    return ask(
        request,
        SEVERAL,
        SeveralForm(sent(request), rows=rows, initial={"findings": ticked}),
        partial(record_several, found),
        back=back,
        trail=[*trail(found), (gettext("Findings"), back)],
        template="attestation/several.html",
    )
