"""Applications for accreditation: a body's, and what the centre does with them."""

import uuid
from functools import partial
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.forms import ReasonForm
from certcentre.accounts.models import Role
from certcentre.accounts.people import signed_in_user
from certcentre.log.history import history
from certcentre.log.models import record
from certcentre.paging import Numbered
from certcentre.places import country
from certcentre.received_files import download, limits
from certcentre.step_page import Question, posted, require, step_page
from standards.attestation.application import AccreditationApplication
from standards.attestation.body_terms import BodyTerms
from standards.attestation.forms import CountriesField, SeveralField, by_domain, day, words
from standards.attestation.pages.body_desk import own_body
from standards.attestation.steps import APPLICATION_READ
from standards.catalogue.editions import Edition
from standards.catalogue.methods import Method

PER_PAGE = 25
APPLY = Question(
    _("Apply for accreditation"),
    _(
        "Say what you want to attest and why you can. An officer of the centre who does not belong "
        "to you decides. To renew, apply before the end."
    ),
    _("Send the application"),
    _("Sent. The centre grants or refuses it, or asks for more; you hear by mail."),
)
STEPS = {
    "ask": Question(
        _("Ask for more"),
        _("The body reads what you ask and answers; then you decide."),
        _("Ask"),
        _("Asked. The body answers."),
        verb="ask",
    ),
    "answer": Question(
        _("Answer what was asked"),
        _("The centre reads your answer beside the application."),
        _("Send the answer"),
        _("Sent. The centre goes on."),
        verb="answer",
    ),
    "grant": Question(
        _("Grant what was applied for"),
        _("It is accredited for exactly the editions and countries of its application."),
        _("Grant"),
        _("Granted. The body may now be asked to examine."),
        verb="grant",
        weighty=True,
    ),
    "refuse": Question(
        _("Refuse this application"),
        _("The body reads your reason and may apply again."),
        _("Refuse it"),
        _("Refused. The body reads why."),
        destructive=True,
        verb="refuse",
        weighty=True,
    ),
    "take-back": Question(
        _("Take this application back"),
        _("Nothing is decided on it. You may apply again."),
        _("Take it back"),
        _("Taken back."),
        destructive=True,
        verb="take_back",
    ),
}


def report_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label=_("Sample report"),
        required=required,
        allow_empty_file=True,
        help_text=lazystr(limits()),
    )


class ApplicationForm(forms.Form):
    """What a body asks for, and what shows that it can."""

    editions = SeveralField(
        label=_("Editions you want to attest"),
        queryset=Edition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    methods = forms.MultipleChoiceField(
        label=_("Methods by which you examine"),
        choices=Method.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = CountriesField(
        label=_("Countries of the providers"),
        required=False,
        help_text=_("Names or codes with commas between, such as Kenya, EE. Empty: every country."),
    )
    competence = words(
        _("What makes you competent?"),
        help_text=_("People, training, accreditations of other authorities, work so far."),
        rows=8,
    )
    insured_until = day(_("Insured until"), help_text=_("Of your professional liability."))
    report = report_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        published = Edition.objects.filter(status=Edition.Status.PUBLISHED)
        fields["editions"].queryset = published
        fields["editions"].choices = by_domain(published)
        fields["report"].help_text = limits()


class AnswerMoreForm(forms.Form):
    """What was asked for."""

    answer = words(_("Your answer"))
    insured_until = day(_("Insured until"))
    report = report_field(required=False)


class TermForm(forms.Form):
    """From when until when."""

    valid_from = day(_("First day"))
    valid_until = day(_("Last day"))


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """All for officers; a body's own for its members."""
    rows = AccreditationApplication.objects.visible_to(signed_in_user(request))
    page = Numbered(rows.select_related("body"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "attestation/applications.html", {"page": page})


def application_new(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A manager of a body applies; what it has now is ticked."""
    body, user = own_body(request, pk), signed_in_user(request)
    require(user.acts_for(body, Role.MANAGER))
    last = body.accreditations.prefetch_related("editions").first()
    initial: dict[str, Any] = {}
    if last:
        initial["editions"] = [edition.pk for edition in last.editions.all()]
        initial["countries"] = ", ".join(country(code) for code in last.countries)
    form = ApplicationForm(posted(request), request.FILES or None, initial=initial)
    back = reverse("body-desk", args=[pk])
    trail = [(gettext("Desk of %(body)s") % {"body": body}, back)]
    take = partial(AccreditationApplication.apply, body)
    return step_page(request, APPLY, form, take, back=back, trail=trail, onward=True)


def visible(request: HttpRequest, pk: uuid.UUID) -> AccreditationApplication:
    rows = AccreditationApplication.objects.visible_to(signed_in_user(request))
    return get_object_or_404(rows.select_related("body", "accreditation"), pk=pk)


@require_safe
def application(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is asked for, what shows it, and how it stands."""
    application = visible(request, pk)
    context = {
        "application": application,
        "methods": [Method(method).label for method in application.methods],
        "editions": application.editions.all(),
        "terms": BodyTerms.objects.filter(body=application.body).first(),
        "history": history(application),
        **abilities(application, request.user, at=timezone.now()).context,
    }
    return render(request, "attestation/application.html", context)


@require_safe
def application_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The sample report, as a download; that somebody else than the body opens it is logged."""
    application, by = visible(request, pk), signed_in_user(request)
    if not by.acts_for(application.body):
        body = application.body
        with transaction.atomic():
            record(application, APPLICATION_READ, by=by, at=timezone.now(), organisation=body)
    named = {"file_name": application.file_name, "media_type": application.media_type}
    return download(application.file.open(), **named)


def application_step(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    application = visible(request, pk)
    back = application.get_absolute_url()
    takes: dict[str, Any] = {"take-back": application.take_back, "answer": application.answer_with}
    take = takes.get(step) or getattr(application, step)
    trail = [(gettext("Applications"), reverse("applications")), (application.number, back)]
    form, question = form_of(request, application, step), STEPS[step]
    return step_page(request, question, form, take, back=back, trail=trail, of=application)


def form_of(request: HttpRequest, application: AccreditationApplication, step: str) -> forms.Form:
    if step == "answer":
        initial = {"insured_until": application.insured_until}
        return AnswerMoreForm(posted(request), request.FILES or None, initial=initial)
    if step == "grant":
        return TermForm(posted(request), initial={"valid_from": timezone.localdate()})
    return ReasonForm(posted(request))
