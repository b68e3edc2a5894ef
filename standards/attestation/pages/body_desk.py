"""The desk of an auditing body, and its days as a calendar and as a table."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from certcentre import links
from certcentre.accounts.models import Organisation
from certcentre.accounts.people import signed_in_user
from certcentre.limits import limited
from certcentre.paging import Numbered
from certcentre.tables.writing import as_csv
from standards.attestation import body_desk
from standards.attestation.body_desk import Due
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.pages.engagements import turns

PER_PAGE = 300


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
        mine = Certificate.objects.decidable_by(user, at=at).filter(pk__in=certificates)
        examinations = list(body_desk.examinations_of(body))
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
        "accreditations": [
            (each, each.standing_at(at))
            for each in body.accreditations.select_related("body").prefetch_related("editions")
        ],
    }
    return render(request, "attestation/body_desk.html", context)


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
        event.add("uid", f"{due.record.number}-{due.kind}@{urlsplit(settings.BASE_URL).hostname}")
        event.add("dtstamp", at)
        event.add("dtstart", due.day)
        event.add("summary", f"{due.record.number}: {due.words}")
        event.add("description", about(due))
        event.add("url", links.full(due.record.get_absolute_url()))
        calendar.add_component(event)
    return sent(calendar.to_ical(), "text/calendar; charset=utf-8", "ics")


@limited("export")
@require_safe
def desk_csv(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same days as a table."""
    body, at = own_body(request, pk), timezone.now()
    heads = [gettext("Number"), gettext("About"), gettext("What"), gettext("Day")]
    days = body_desk.days_of(body, at=at)
    rows = [[due.record.number, about(due), due.words, due.day.isoformat()] for due in days]
    return sent(as_csv([heads, *rows]), "text/csv; charset=utf-8", "csv")


def about(due: Due) -> str:
    """The product that it is of; or that it is the body's own accreditation."""
    if certificate := due.certificate:
        return f"{certificate.release}, {certificate.edition.name}"
    if isinstance(due.record, Engagement):
        return str(due.record.declaration.release)
    return gettext("Accreditation")


def sent(content: bytes, media: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="due.{ending}"'
    return answer
