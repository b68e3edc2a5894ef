"""The family that editions belong to: its name and who issues it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from certcentre.lifecycle import NotReady
from certcentre.log.models import LogEntry, record
from standards.catalogue.editions import Standard
from standards.catalogue.reviewing import judged_by_the_centre


def rename(
    standard: Standard, *, name: str, issuing_body: str, reason: str, by: Any, at: datetime
) -> None:
    """Correct what a standard is called; what its editions say of themselves stays as it is."""
    judged_by_the_centre(by)
    with transaction.atomic():
        stored = Standard.objects.select_for_update().get(pk=standard.pk)
        now = {"name": name, "issuing_body": issuing_body}
        changed = {
            field: [getattr(stored, field), words]
            for field, words in now.items()
            if getattr(stored, field) != words
        }
        if not changed:
            raise NotReady(gettext("Nothing is different. Change the name or the issuing body."))
        Standard.objects.filter(pk=stored.pk).update(**now)
        record(
            stored,
            "standard.renamed",
            by=by,
            at=at,
            reason=reason,
            visibility=LogEntry.Visibility.PUBLIC,
            detail=changed,
        )
