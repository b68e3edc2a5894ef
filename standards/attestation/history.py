"""What the log says of accreditations, engagements and certificates, in words."""

import json
from datetime import date

from django.db import models
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.log.models import LogEntry

WORDS: dict[str, Promise] = {
    "accreditation.granted": _("Granted"),
    "accreditation.suspended": _("Suspended"),
    "accreditation.reinstated": _("Reinstated"),
    "accreditation.withdrawn": _("Withdrawn"),
    "engagement.requested": _("Requested"),
    "engagement.accepted": _("Accepted"),
    "engagement.declined": _("Declined"),
    "engagement.cancelled": _("Cancelled"),
    "engagement.examining": _("Examination begun"),
    "engagement.rescheduled": _("Report due on another day"),
    "engagement.corrections": _("Corrections asked for"),
    "engagement.resumed": _("Examination resumed"),
    "engagement.ready": _("Handed over for decision"),
    "engagement.reopened": _("Sent back to be examined further"),
    "engagement.granted": _("Granted"),
    "engagement.refused": _("Refused"),
    "evidence.opened": _("Evidence opened to the body"),
    "evidence.closed": _("Evidence closed to the body"),
    "certificate.issued": _("Issued"),
    "certificate.suspended": _("Suspended"),
    "certificate.reinstated": _("Reinstated"),
    "certificate.withdrawn": _("Withdrawn"),
    "certificate.superseded": _("Superseded"),
    "certificate.surveyed": _("Surveillance done"),
    "externalcertificate.filed": _("Filed"),
    "externalcertificate.recorded": _("Recorded"),
    "externalcertificate.refused": _("Refused"),
    "externalcertificate.ended": _("Ended early"),
}

INTERNAL = {"engagement.ready", "engagement.reopened", "engagement.resumed"}


def told(record: models.Model, *, public: bool = False) -> list[tuple[LogEntry, Promise | str]]:
    """The steps of a record, oldest first, each beside its words; `public` leaves out the rest."""
    entries = LogEntry.objects.about(record).filter(step__in=WORDS).select_related("organisation")
    if public:
        entries = entries.public()
    return [(entry, words(entry)) for entry in entries]


def words(entry: LogEntry) -> Promise | str:
    """The step, with the day that it set."""
    if entry.step != "engagement.rescheduled":
        return WORDS[entry.step]
    day = date.fromisoformat(json.loads(bytes(entry.body))["detail"]["after"])
    return gettext("Report due on %(day)s") % {"day": date_format(day)}
