"""What a release is, said fact by fact; a draft takes over what rules then mark."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from certcentre.accounts.models import User
from standards.assessment.answers import Assessment
from standards.assessment.solutions import Release


def describe(
    release: Release, given: dict[str, Any], *, of: Iterable[str], by: User, at: datetime
) -> None:
    """State what is `given` of the facts `of`; what is not given of them becomes unknown.

    All other facts stay as they are, even if somebody else states them at this moment. Locks the
    draft, then the release, as declaring does.
    """
    draft = Assessment.objects.filter(release=release, status=Assessment.Status.DRAFT)
    with transaction.atomic():
        held = draft.select_for_update().first()
        now = Release.objects.alone().get(pk=release.pk)
        kept = {key: said for key, said in now.facts.items() if key not in set(of)}
        now.state_facts({**kept, **given}, by=by, at=at)
        if held:
            held.release = now
            held.mark_by_rules(at=at)
    release.facts = now.facts
