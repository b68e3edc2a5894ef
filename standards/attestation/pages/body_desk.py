"""The desk of an auditing body, and its days as a calendar and as a table."""

import uuid
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.validators import EmailValidator, URLValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from certcentre import links, places
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.people import signed_in_user
from certcentre.limits import limited
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, require, step_page
from certcentre.tables.writing import as_csv
from standards.attestation import body_desk
from standards.attestation.body_terms import LONGEST, MOST, BodyTerms
from standards.attestation.certificates import Certificate
from standards.attestation.pages.engagements import turns

PER_PAGE = 300
TERMS = Question(
    _("Fee, time, languages and contact"),
    _(
        "Providers read it where they choose a body, and anybody on your public page. Keep it "
        "true: nobody decides on it."
    ),
    _("Publish"),
    _("Published."),
)


class LanguagesField(forms.CharField):
    """Languages by name or code, with commas between; cleans to a list of codes."""

    def clean(self, value: object) -> Any:
        parts = [part.strip() for part in str(super().clean(value)).split(",") if part.strip()]
        codes = {part: places.language_code(part) or part.casefold() for part in parts}
        known = dict(places.languages())
        if unknown := [part for part in parts if codes[part] not in known]:
            raise forms.ValidationError(
                gettext("We do not know the language “%(name)s”.") % {"name": unknown[0]}
            )
        return sorted(set(codes.values()))


class TermsForm(forms.Form):
    """What a body says of itself before it is asked."""

    fee_from = forms.IntegerField(label=_("Fee from"), min_value=0, max_value=MOST)
    fee_to = forms.IntegerField(
        label=_("Fee to"),
        min_value=0,
        max_value=MOST,
        help_text=_("For an examination of usual size, without taxes."),
    )
    currency = forms.CharField(
        label=_("Currency"),
        max_length=BodyTerms._meta.get_field("currency").max_length,
        help_text=_("Its code of three letters, such as KES or EUR."),
    )
    lead_days = forms.IntegerField(
        label=_("Days from acceptance to the report"), min_value=1, max_value=LONGEST
    )
    languages = LanguagesField(
        label=_("Languages in which you examine"),
        max_length=400,
        help_text=_("Names or codes with commas between, such as English, fr."),
    )
    contact = forms.CharField(
        label=_("Contact"),
        max_length=BodyTerms._meta.get_field("contact").max_length,
        help_text=_("A web address, or a mailbox of the body. Not the address of a person."),
    )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if not places.is_currency(code):
            raise forms.ValidationError(gettext("Use the code of three letters, such as EUR."))
        return code

    def clean_contact(self) -> str:
        contact = str(self.cleaned_data["contact"]).strip()
        check = EmailValidator() if "@" in contact else URLValidator(schemes=["https", "http"])
        check(contact)
        return contact


def own_body(request: HttpRequest, pk: uuid.UUID) -> Organisation:
    """A body that the reader acts for; 404 to everybody else."""
    return get_object_or_404(body_desk.bodies_of(request.user), pk=pk)


@require_safe
def desk(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What is due when, whose turn it is, who is at what, what is suspended."""
    body, user, at = own_body(request, pk), signed_in_user(request), timezone.now()
    days = body_desk.days_of(body, at=at)
    page = Numbered(days, PER_PAGE).get_page(request.GET.get("page"))
    suspended = list(suspended_of(body, at))
    certificates = [due.certificate.pk for due in page if due.certificate]
    certificates += [certificate.pk for certificate in suspended]
    with user.memberships_read_once():
        keeps_terms = user.acts_for(body, Role.MANAGER)
        mine = Certificate.objects.decidable_by(user, at=at).filter(pk__in=certificates)
        examinations = list(body_desk.examinations_of(body, at=at))
        waiting = turns(examinations, user, at=at)
    context = {
        "body": body,
        "wide": True,
        "at": at,
        "page": page,
        "months": body_desk.months_of(days, at=at),
        "mine": set(mine.values_list("pk", flat=True)),
        "examinations": [(each, waiting.get(each.pk, [])) for each in examinations],
        "loads": body_desk.workload(body, examinations),
        "suspended": suspended,
        "keeps_terms": keeps_terms,
        "terms": BodyTerms.objects.filter(body=body).first(),
        "accreditations": [
            (each, each.standing_at(at))
            for each in body.accreditations.select_related("body").prefetch_related("editions")
        ],
    }
    return render(request, "attestation/body_desk.html", context)


def body_terms(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A manager says what an examination by the body comes to."""
    body = own_body(request, pk)
    require(signed_in_user(request).acts_for(body, Role.MANAGER))
    terms, back = BodyTerms.objects.filter(body=body).first(), reverse("body-desk", args=[pk])
    initial = {name: getattr(terms, name) for name in TermsForm.base_fields} if terms else {}
    if terms:
        initial["languages"] = ", ".join(places.language(code) for code in terms.languages)
    form = TermsForm(posted(request), initial=initial)
    trail = [(gettext("Desk of %(body)s") % {"body": body}, back)]
    return step_page(request, TERMS, form, partial(BodyTerms.state, body), back=back, trail=trail)


def suspended_of(body: Organisation, at: datetime) -> QuerySet[Certificate]:
    rows = body.certificates.suspended(at=at).select_related("release__solution")
    return rows.defer("facts").order_by("suspended_at")


@limited("export")
@require_safe
def desk_calendar(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Every day as an event of a whole day (RFC 5545)."""
    body, at = own_body(request, pk), timezone.now()
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Certification Centre//Desk//EN")
    calendar.add("x-wr-calname", str(body))
    for due in body_desk.days_of(body, at=at):
        event = Event()
        event.add("uid", f"{due.key}@{urlsplit(settings.BASE_URL).hostname}")
        event.add("dtstamp", at)
        event.add("dtstart", due.day)
        event.add("summary", f"{due.number}: {due.words}")
        event.add("description", f"{due.about}. {due.turn}" if due.turn else due.about)
        event.add("url", links.full(due.record.get_absolute_url()))
        calendar.add_component(event)
    return sent(calendar.to_ical(), "text/calendar; charset=utf-8", "ics")


@limited("export")
@require_safe
def desk_csv(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same days as a table."""
    body, at = own_body(request, pk), timezone.now()
    heads = [gettext("Number"), gettext("About"), gettext("What"), gettext("Day"), gettext("Turn")]
    days = body_desk.days_of(body, at=at)
    rows = [[due.number, due.about, due.words, due.day.isoformat(), due.turn] for due in days]
    return sent(as_csv([heads, *rows]), "text/csv; charset=utf-8", "csv")


def sent(content: bytes, media: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="due.{ending}"'
    return answer
