"""What waits for officers that no other part knows of."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk import backup_age
from certcentre.worklist import Task, Waiting

Kind = Organisation.Kind


def without_backup(user: User, at: datetime) -> QuerySet[Organisation]:
    """Their centre, where the last backup of the portal is too long ago."""
    centre = Organisation.objects.acted_for_by(user, Role.OFFICER).filter(kind=Kind.CENTRE)
    return centre if backup_age.is_old(at=at) else centre.none()


def have_it_taken(centre: Organisation, at: datetime) -> Task:
    last = backup_age.taken()
    words = _("The last one that was checked is of %(date)s.") % {
        "date": date_format(last, "DATETIME_FORMAT") if last else ""
    }
    return Task(
        _("Ask the operator for a backup of the portal"),
        reverse("help-page", args=["centre"]),
        words if last else _("No backup is known that was checked."),
        _("Overdue"),
        "bad",
    )


WAITING = (Waiting("backup.old", Kind.CENTRE, (Role.OFFICER,), without_backup, have_it_taken),)
