"""What the log says of an organisation and its people, in words."""

import json

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role
from certcentre.log.models import LogEntry

WORDS: dict[str, Promise] = {
    "organisation.registered": _("registered"),
    "organisation.verified": _("verified by the centre"),
    "organisation.refused": _("verification refused"),
    "organisation.suspended": _("suspended by the centre"),
    "organisation.closed": _("closed"),
    "organisation.details_changed": _("details changed"),
    "membership.granted": _("a role given"),
    "membership.ended": _("a role ended"),
    "invitation.sent": _("an invitation sent"),
    "invitation.accepted": _("an invitation accepted"),
    "invitation.withdrawn": _("an invitation withdrawn"),
    "interest.declared": _("an interest declared"),
}


def of(organisation: Organisation) -> QuerySet[LogEntry]:
    """The steps about the organisation and its people, newest first, with who took them."""
    entries = LogEntry.objects.filter(organisation=organisation, step__in=WORDS)
    return entries.select_related("actor").order_by("-pk")


def told(entries: QuerySet[LogEntry]) -> list[tuple[LogEntry, str]]:
    """Each entry beside its step in words, with the role where it is about one."""
    return [(entry, words(entry)) for entry in entries]


def words(entry: LogEntry) -> str:
    role = json.loads(bytes(entry.body))["detail"].get("role", "")
    if role not in Role.values:
        return str(WORDS[entry.step])
    return f"{WORDS[entry.step]}: {Role(role).label}"
