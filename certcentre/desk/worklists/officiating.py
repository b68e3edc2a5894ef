"""What waits for the centre's officers."""

from datetime import datetime

from django.db.models import Min
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, SOON, Task, until
from standards.assessment.solutions import Release
from standards.attestation.accreditation import Accreditation
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Edition


def organisations(user: User, at: datetime) -> list[Task]:
    """To verify or refuse, the longest waiting first."""
    return [
        Task(
            _("Verify %(name)s") % {"name": one.name},
            addresses.of(one),
            _("%(kind)s, registered on %(date)s.")
            % {"kind": one.get_kind_display(), "date": date_format(one.created_at)},
            _("New"),
            "accent",
        )
        for one in Organisation.objects.waiting()[:MOST]
    ]


def holds(user: User, at: datetime) -> list[Task]:
    """Releases that a rule holds."""
    found = Release.objects.filter(status=Release.Status.HELD).annotate(since=Min("holds__held_at"))
    return [
        Task(
            _("Clear or refuse %(release)s") % {"release": one},
            reverse("hold", args=[one.pk]),
            str(one.solution.organisation),
            _("Held"),
            "warn",
        )
        for one in found.select_related("solution__organisation").order_by("since")[:MOST]
    ]


def externals(user: User, at: datetime) -> list[Task]:
    """External certificates that somebody independent has to look at."""
    found = ExternalCertificate.objects.waiting().with_parties()
    return [
        Task(
            _("Make sure of %(scheme)s for %(release)s")
            % {"scheme": one.scheme, "release": one.release},
            addresses.of(one),
            _("%(provider)s filed it on %(date)s.")
            % {"provider": one.provider, "date": date_format(one.filed_at)},
            one.get_status_display(),
            "accent",
        )
        for one in found[:MOST]
    ]


def catalogue(user: User, at: datetime) -> list[Task]:
    """Draft editions that somebody else wrote: a second person signs them."""
    drafts = Edition.objects.filter(status=Edition.Status.DRAFT).exclude(proposed_by=user)
    return [
        Task(
            _("Read and publish %(edition)s") % {"edition": one},
            reverse("catalogue-edition", args=[one.key]),
            _("Drafted by %(name)s.") % {"name": one.proposed_by} if one.proposed_by else "",
            one.get_status_display(),
            "accent",
        )
        for one in drafts.select_related("proposed_by").order_by("pk")[:MOST]
    ]


def accreditations(user: User, at: datetime) -> list[Task]:
    """Those that end soon."""
    found = Accreditation.objects.in_force(at=at).filter(valid_until__lte=(at + SOON).date())
    return [
        Task(
            _("Accreditation %(number)s ends") % {"number": one.number},
            addresses.of(one),
            str(one.body),
            **until(one.valid_until, at),
        )
        for one in found.select_related("body").order_by("valid_until")[:MOST]
    ]
