"""What waits for anybody: letters to their address, and their organisations' verification."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Invitation, Organisation, Role, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, Task, until


def invitations(user: User, at: datetime) -> list[Task]:
    """Letters to an address that is shown to be yours."""
    mine = EmailAddress.objects.filter(user=user, verified=True).values("email")
    found = Invitation.objects.open(at=at).filter(email__in=mine, email=user.email)
    return [
        Task(
            _("Join %(name)s") % {"name": one.organisation},
            addresses.of(one),
            _("You are invited since %(date)s.") % {"date": date_format(one.invited_at)},
            **until(one.expires_at.date(), at),
        )
        for one in found.select_related("organisation")[:MOST]
    ]


def refused(user: User, at: datetime) -> list[Task]:
    """Your organisations that the centre could not verify, or has suspended."""
    stopped = (Organisation.Status.REFUSED, Organisation.Status.SUSPENDED)
    found = Organisation.objects.acted_for_by(user, Role.MANAGER).filter(status__in=stopped)
    return [
        Task(
            _("Look at what the centre says of %(name)s") % {"name": one.name},
            addresses.of(one),
            _("Correct the details, then write to the centre."),
            one.get_status_display(),
            "bad",
        )
        for one in found[:MOST]
    ]


def registered(user: User, at: datetime) -> list[Task]:
    """Your organisations that wait to be verified."""
    found = Organisation.objects.acted_for_by(user).filter(status=Organisation.Status.REGISTERED)
    return [
        Task(
            _("The centre verifies %(name)s") % {"name": one.name},
            addresses.of(one),
            _("You can prepare everything meanwhile."),
            _("With the centre"),
        )
        for one in found[:MOST]
    ]
