"""The states of an engagement, and where each leads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stages:
    """What Engagement takes from here; its verbs move along LIFECYCLE."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXAMINING = "examining", _("Being examined")
        AWAITING_CORRECTIONS = "corrections", _("Awaiting corrections")
        READY = "ready", _("Ready for decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    OVER = (Status.DECLINED, Status.GRANTED, Status.REFUSED, Status.CANCELLED)
    LIFECYCLE = {
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.CANCELLED},
        Status.ACCEPTED: {Status.EXAMINING, Status.CANCELLED},
        Status.EXAMINING: {Status.AWAITING_CORRECTIONS, Status.READY, Status.CANCELLED},
        Status.AWAITING_CORRECTIONS: {Status.EXAMINING, Status.CANCELLED},
        Status.READY: {Status.EXAMINING, Status.GRANTED, Status.REFUSED, Status.CANCELLED},
        **{state: set() for state in OVER},
    }
    DECIDED = (Status.GRANTED, Status.REFUSED)
    BEGUN = (Status.EXAMINING, Status.AWAITING_CORRECTIONS, Status.READY)
