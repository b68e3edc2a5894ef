"""The door through which people change the catalogue: the same checks as a content file meets."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from certcentre.accounts.people import User
from certcentre.lifecycle import NotReady
from certcentre.log.models import record
from standards.catalogue import steps
from standards.catalogue.content import BrokenContent, Content, key_of
from standards.catalogue.editions import Edition
from standards.catalogue.loading import write
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.reviewing import Review, judged_by_the_centre
from standards.catalogue.rules import Rule
from standards.catalogue.schema import EditionRecord

MODELS: dict[str, Any] = {"rule": Rule, "profile": Profile, "need": Need, "edition": Edition}
FILE = ""  # what is typed on a page stands in no file
MOST_SHOWN = 20


def propose(
    kind: str, data: dict[str, Any], *, by: User | None, at: datetime, reason: str = ""
) -> Any:
    """Write one record as a proposal or draft; NotReady says what a file would be refused for."""
    return propose_all(kind, [data], by=by, at=at, reason=reason)[0]


def propose_all(
    kind: str, found: list[dict[str, Any]], *, by: User | None, at: datetime, reason: str = ""
) -> list[Any]:
    """All of them, or none."""
    judged_by_the_centre(by)
    content = Content()
    for data in found:
        content.add(kind, FILE, data)
    try:
        with transaction.atomic():
            write(content, at=at, by=by, reason=reason)
    except BrokenContent as broken:
        raise NotReady(*said(broken)) from broken
    return [row_of(kind, data) for data in found]


def said(broken: BrokenContent) -> list[str]:
    """The problems in words, at most so many."""
    words = [str(problem) for problem in broken.problems[:MOST_SHOWN]]
    more = len(broken.problems) - MOST_SHOWN
    return [*words, gettext("and %(n)s more") % {"n": more}] if more > 0 else words


def row_of(kind: str, data: dict[str, Any]) -> Any:
    if kind == "mapping":
        ends = {"source__key": data["source"], "target__key": data["target"]}
        return Mapping.objects.exclude(status=Review.WITHDRAWN).get(**ends)
    return MODELS[kind].objects.get(key=key_of(kind, data))


def revise(
    edition: Edition, data: dict[str, Any], *, by: User | None, at: datetime, reason: str = ""
) -> Edition:
    """Write an edition anew, and tell in its log which criteria came, went and changed."""
    before = {item.ref: item for item in EditionRecord.of(edition).items}
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        written: Edition = propose("edition", data, by=by, at=at, reason=reason)
        after = {item.ref: item for item in EditionRecord.model_validate(data).items}
        detail = {
            "added": [ref for ref in after if ref not in before],
            "removed": [ref for ref in before if ref not in after],
            "changed": [ref for ref in after if ref in before and after[ref] != before[ref]],
        }
        if not any(detail.values()):
            return written
        record(
            written,
            steps.EDITION_CHANGED,
            by=by,
            at=at,
            reason=reason,
            detail={name: refs for name, refs in detail.items() if refs},
        )
    return written
