"""What waits for a body and for the centre about accreditations."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.worklist import SOON, Task, Waiting, until
from standards.attestation.accreditation import Accreditation


def ending(user: User, at: datetime) -> QuerySet[Accreditation]:
    rows = Accreditation.objects.in_force(at=at).filter(valid_until__lte=(at + SOON).date())
    return rows.select_related("body").order_by("valid_until")


def own_ending(user: User, at: datetime) -> QuerySet[Accreditation]:
    return ending(user, at).filter(body__in=Organisation.objects.acted_for_by(user, Role.MANAGER))


def renew(accreditation: Accreditation, at: datetime) -> Task:
    return Task(
        _("Accreditation %(number)s ends") % {"number": accreditation.number},
        accreditation.get_absolute_url(),
        _("Write to the centre to have it renewed."),
        **until(accreditation.valid_until, at),
    )


def think_of_renewal(accreditation: Accreditation, at: datetime) -> Task:
    return Task(
        _("Accreditation %(number)s ends") % {"number": accreditation.number},
        accreditation.get_absolute_url(),
        str(accreditation.body),
        **until(accreditation.valid_until, at),
    )


ACCREDITATION = {"accreditation": "pk"}
BODY, CENTRE = Organisation.Kind.AUDITOR, Organisation.Kind.CENTRE
MANAGER, OFFICER = (Role.MANAGER,), (Role.OFFICER,)
WAITING = (
    Waiting("accreditation.renew", BODY, MANAGER, own_ending, renew, ACCREDITATION),
    Waiting("accreditation.watch", CENTRE, OFFICER, ending, think_of_renewal, ACCREDITATION),
)
