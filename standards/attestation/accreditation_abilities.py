"""What waits for a body and for the centre about accreditations."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.worklist import SOON, Task, Waiting, until
from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication

RENEW = timedelta(days=90)  # before its end a body is reminded to apply again


def ending(user: User, at: datetime) -> QuerySet[Accreditation]:
    rows = Accreditation.objects.in_force(at=at).filter(valid_until__lte=(at + SOON).date())
    return rows.select_related("body").order_by("valid_until")


def own_ending(user: User, at: datetime) -> QuerySet[Accreditation]:
    """Those of the person's own body, unless it has applied."""
    rows = Accreditation.objects.in_force(at=at).filter(valid_until__lte=(at + RENEW).date())
    own = Organisation.objects.acted_for_by(user, Role.MANAGER)
    applied = AccreditationApplication.objects.open().values("body")
    rows = rows.filter(body__in=own).exclude(body__in=applied)
    return rows.select_related("body").order_by("valid_until")


def renew(accreditation: Accreditation, at: datetime) -> Task:
    return Task(
        _("Accreditation %(number)s ends") % {"number": accreditation.number},
        reverse("application-new", args=[accreditation.body_id]),
        _("Apply to have it renewed."),
        **until(accreditation.valid_until, at),
    )


def think_of_renewal(accreditation: Accreditation, at: datetime) -> Task:
    return Task(
        _("Accreditation %(number)s ends") % {"number": accreditation.number},
        accreditation.get_absolute_url(),
        str(accreditation.body),
        **until(accreditation.valid_until, at),
    )


def sent(user: User, at: datetime) -> QuerySet[AccreditationApplication]:
    return AccreditationApplication.objects.judgeable_by(user, at=at)


def judge(application: AccreditationApplication, at: datetime) -> Task:
    return Task(
        _("Decide on the application of %(body)s") % {"body": application.body},
        application.get_absolute_url(),
        _("%(number)s, sent on %(date)s.")
        % {"number": application.number, "date": date_format(application.sent_at)},
        application.get_status_display(),
        "accent",
    )


def asked(user: User, at: datetime) -> QuerySet[AccreditationApplication]:
    own = Organisation.objects.acted_for_by(user, Role.MANAGER).at_work()
    rows = AccreditationApplication.objects.filter(body__in=own)
    return rows.filter(status=AccreditationApplication.Status.ASKED).order_by("sent_at")


def answer(application: AccreditationApplication, at: datetime) -> Task:
    return Task(
        _("Answer on your application %(number)s") % {"number": application.number},
        application.get_absolute_url(),
        _("The centre asks for more before it decides."),
        application.get_status_display(),
        "warn",
    )


ACCREDITATION = {"accreditation": "pk"}
BODY, CENTRE = Organisation.Kind.AUDITOR, Organisation.Kind.CENTRE
MANAGER, OFFICER = (Role.MANAGER,), (Role.OFFICER,)
APPLICATION = {"accreditationapplication": "pk"}
WAITING = (
    Waiting("accreditationapplication.grant", CENTRE, OFFICER, sent, judge, APPLICATION),
    Waiting("accreditationapplication.answer", BODY, MANAGER, asked, answer, APPLICATION),
    Waiting("accreditation.renew", BODY, MANAGER, own_ending, renew, ACCREDITATION),
    Waiting("accreditation.watch", CENTRE, OFFICER, ending, think_of_renewal, ACCREDITATION),
)
