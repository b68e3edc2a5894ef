"""Accessibility reports beside a self-assessment: bringing one in, taking one along."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_person
from certcentre.accounts.people import signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.step_page import or_nothing
from certcentre.tables.rows import MEGABYTE, megabytes
from standards.assessment import accessibility_report, report_import
from standards.assessment.pages.fetching import own_assessment
from standards.assessment.report_import import Filled
from standards.catalogue.files.losses import Refused

MOST_BYTES = 5 * MEGABYTE


class ReportForm(forms.Form):
    """The report, and a standard that the draft takes in from it."""

    file = forms.FileField(
        label=_("Report"),
        help_text=format_lazy(
            _("An OpenACR file (YAML or JSON) of at most {limit} MB."), limit=megabytes(MOST_BYTES)
        ),
        allow_empty_file=True,
    )
    edition = forms.ChoiceField(
        label=_("Take criteria in"),
        required=False,
        help_text=_("Only those that the report speaks of."),
    )

    def __init__(self, *args: Any, editions: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.editions = {str(each.pk): each for each in editions}
        choice: Any = self.fields["edition"]
        choice.choices = [
            ("", _("None: fill what is in the set")),
            *((key, each.text("name")) for key, each in self.editions.items()),
        ]

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            words = gettext("The file is over %(limit)s MB. Choose a smaller one.")
            raise forms.ValidationError(words % {"limit": megabytes(MOST_BYTES)})
        return bytes(file.read())


def assessment_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fill the draft from a report; what it says waits to be confirmed."""
    assessment, now, user = own_assessment(request, pk), timezone.now(), signed_in_user(request)
    require_person(assessment, "fill", user, at=now)
    bound = request.method == "POST"
    form = ReportForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        editions=report_import.reported(at=now),
    )
    if bound and form.is_valid():
        try:
            report = accessibility_report.read(form.cleaned_data["file"])
            done = report_import.fill(
                assessment,
                report,
                by=user,
                at=now,
                edition=form.editions.get(form.cleaned_data["edition"]),
            )
        except (Refused, NotReady) as refused:
            for reason in getattr(refused, "reasons", None) or [str(refused)]:
                form.add_error("file", reason)
        else:
            tell(request, done)
            return redirect(assessment)
    context = {
        "assessment": assessment,
        "form": form,
        "some": report_import.answers_to(assessment).exists(),
        **abilities(assessment, user, at=now, of=("fill",)).context,
    }
    return render(request, "assessment/report.html", context, status=422 if bound else 200)


def tell(request: HttpRequest, done: Filled) -> None:
    filled = ngettext(
        "%(n)s answer filled, to confirm.", "%(n)s answers filled, to confirm.", done.filled
    )
    messages.success(request, or_nothing(filled % {"n": done.filled}, done.filled))
    if done.stayed:
        stayed = ngettext(
            "%(n)s answer stayed as you confirmed it.",
            "%(n)s answers stayed as you confirmed them.",
            done.stayed,
        )
        messages.info(request, stayed % {"n": done.stayed})
    if done.elsewhere:
        left = ngettext(
            "%(n)s criterion of the report is not in this set.",
            "%(n)s criteria of the report are not in this set.",
            len(done.elsewhere),
        )
        messages.info(request, left % {"n": len(done.elsewhere)})


@require_safe
def assessment_report_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The answers to WCAG and EN 301 549 as an OpenACR report, for whoever asks the provider."""
    assessment = own_assessment(request, pk)
    try:
        content = report_import.report_of(assessment, by=signed_in_user(request), at=timezone.now())
    except NotReady as missing:
        raise Http404 from missing
    answer = HttpResponse(content, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accessibility-report.yaml"'
    return answer
