"""What waits for a buyer's people."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Role, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, Task, until
from tenders.models import Tender


def drafts(user: User, at: datetime) -> list[Task]:
    """Tenders that are being written."""
    found = Tender.objects.of_members(user, Role.EDITOR, Role.SIGNATORY)
    return [
        Task(
            _("Go on with the tender “%(title)s”") % {"title": one.title},
            addresses.of(one),
            _("Begun on %(date)s.") % {"date": date_format(one.created_at)},
            one.get_status_display(),
            "accent",
        )
        for one in found.filter(status=Tender.Status.DRAFT).order_by("-created_at")[:MOST]
    ]


def closed(user: User, at: datetime) -> list[Task]:
    """Published tenders past their deadline: somebody says what became of them."""
    found = Tender.objects.of_members(user, Role.SIGNATORY).in_force().filter(deadline__lte=at)
    return [
        Task(
            _("Say what became of “%(title)s”") % {"title": one.title},
            addresses.of(one),
            _("Bids closed on %(date)s. Award it or cancel it.")
            % {"date": date_format(one.deadline or at)},
        )
        for one in found.order_by("deadline")[:MOST]
    ]


def published(user: User, at: datetime) -> list[Task]:
    """Open tenders, the nearest deadline first."""
    found = Tender.objects.of_members(user).open(at=at)
    return [
        Task(
            f"{one.reference}: {one.title}",
            addresses.of(one),
            _("Published on %(date)s.") % {"date": date_format(one.published_at or at)},
            **(until(one.deadline.date(), at) if one.deadline else {}),
        )
        for one in found.order_by("deadline")[:MOST]
    ]
