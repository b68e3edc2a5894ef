"""Appealing, and naming the panel of an appeal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import signed_in_user
from certcentre.desk.cases import panel
from certcentre.desk.cases.appeal import Appealed, appeal, last_day, may_appeal
from certcentre.desk.cases.case import Case
from certcentre.desk.cases.case_file import ACKNOWLEDGED_WITHIN, DECIDED_WITHIN
from certcentre.desk.cases.pages import WORDS, case_of, case_step
from certcentre.desk.cases.panel import sitting
from certcentre.desk.cases.steps import REPORT_READ
from certcentre.desk.telling import Telling
from certcentre.limits import limited
from certcentre.log.models import record
from certcentre.step_page import Question, posted, step_page
from standards.attestation import report
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why should it be decided otherwise?"),
        help_text=_("Officers without a tie and the panel read it. Do not write names of pupils."),
        **WORDS,
    )


class PanelForm(forms.Form):
    """The addresses of three people with an account."""

    first = forms.EmailField(label=_("First person: e-mail address"))
    second = forms.EmailField(label=_("Second person: e-mail address"))
    third = forms.EmailField(label=_("Third person: e-mail address"))

    def clean(self) -> dict[str, Any]:
        people = []
        for name in ("first", "second", "third"):
            if address := self.cleaned_data.get(name):
                person = User.objects.filter(email__iexact=address, is_active=True).first()
                if person is None:
                    self.add_error(name, gettext("Nobody has an account with this address."))
                people.append(person)
        return {"people": people}


APPEAL = Question(
    _("Appeal"),
    _("A panel of three persons who had no part in it looks at it again."),
    _("Send the appeal"),
    _("Received. The page of the appeal says what follows."),
)
EMPANEL = Question(
    _("Name the panel"),
    _(
        "Three persons with an account here, none of whom examined, decided, handled a case about "
        "it, or belongs to a party, or did in the last 24 months. Named anew, they take the seats "
        "of those before."
    ),
    _("Name the panel"),
    _("Named. The three are told."),
    verb="empanel",
)


def appealed(kind: str, key: str, user: User) -> Appealed:
    """What the address names, where the reader may see it; 404 otherwise."""
    rows: Any
    match kind:
        case "engagement":
            rows = Engagement.objects.visible_to(user).with_parties().filter(number=key)
        case "certificate":
            rows = Certificate.objects.with_parties().filter(number=key)
        case "organisation":
            rows = Organisation.objects.visible_to(user).filter(pk=as_uuid(key))
        case _:
            raise Http404
    named: Appealed = get_object_or_404(rows)
    return named


def as_uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as error:
        raise Http404 from error


def appeal_new(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The organisation concerned says why it should be decided otherwise."""
    user = signed_in_user(request)
    about = appealed(kind, key, user)
    entry = may_appeal(about, by=user, at=timezone.now())
    more = gettext("It is acknowledged within %(first)s days and decided within %(last)s.") % {
        "first": ACKNOWLEDGED_WITHIN.days,
        "last": DECIDED_WITHIN.days,
    }
    until = gettext("You may appeal until %(day)s.") % {
        "day": date_format(last_day(entry, Telling.of(user).zone))
    }

    def take(*, words: str, by: User, at: datetime) -> Case:
        return appeal(about, words=words, by=by, at=at)

    return step_page(
        request,
        APPEAL.saying(f"{more} {until}"),
        AppealForm(posted(request)),
        take,
        back=about.get_absolute_url(),
        trail=[(str(about), about.get_absolute_url())],
        onward=True,
        kicker=str(about),
    )


def case_empanel(request: HttpRequest, number: str) -> HttpResponse:
    case = case_of(number)
    names = ("first", "second", "third")
    seated = {name: person.email for name, person in zip(names, sitting(case), strict=False)}
    return case_step(
        request, case, EMPANEL, PanelForm(posted(request), initial=seated), case.empanel
    )


@limited("export")
@require_safe
def case_report(request: HttpRequest, number: str) -> HttpResponse:
    """The report of the examination behind an appeal, for its panel while it is open. Each reading
    stands in the history of the examination."""
    case, user, at = case_of(number), signed_in_user(request), timezone.now()
    seated = Case.objects.open().decided_on_by(user, at=at).filter(pk=case.pk)
    engagement = panel.engagement_behind(case)
    if engagement is None or not seated.exists():
        raise Http404
    content = report.pdf(report.report_of(engagement))
    with transaction.atomic():
        party = engagement.provider
        record(engagement, REPORT_READ, by=user, at=at, reason=case.number, organisation=party)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{engagement.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
