"""What the log says of an organisation and its people."""

from django.db.models import QuerySet

from certcentre.accounts.models import Organisation
from certcentre.accounts.steps import STEPS
from certcentre.log.models import LogEntry


def of(organisation: Organisation) -> QuerySet[LogEntry]:
    """The steps about the organisation and its people, newest first, with who took them."""
    entries = LogEntry.objects.filter(organisation=organisation, step__in=STEPS)
    return entries.select_related("actor").order_by("-pk")
