"""An edition and the one before it: how they differ, and which day it is in an edition's life."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext

from standards.catalogue.difference import Difference, Line, compare
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.mappings import TURNED, Mapping
from standards.catalogue.reviewing import Review


@dataclass(frozen=True)
class Standing:
    """Where an edition is in its life on a day, in a word, and the sentence that goes with it."""

    words: str
    kind: str
    text: str = ""


def standing(edition: Edition, day: date) -> Standing:
    """What a reader is told of an edition. Time decides, so nothing is stored."""
    if edition.status != Edition.Status.PUBLISHED:
        kind = "bad" if edition.status == Edition.Status.WITHDRAWN else "accent"
        return Standing(edition.get_status_display(), kind, edition.withdrawal)
    begins, ends = edition.effective_from, edition.deprecated_from
    if ends and ends <= day:
        text = gettext(
            "Since %(day)s nothing new begins with this edition. What was declared, certified or "
            "asked for before stands until it ends."
        )
        return Standing(gettext("Deprecated"), "warn", text % {"day": date_format(ends)})
    if begins and begins > day:
        text = gettext(
            "Its criteria count from %(day)s. Until then they are shown, may be answered ahead, "
            "and count nowhere."
        )
        return Standing(gettext("Announced"), "accent", text % {"day": date_format(begins)})
    if ends:
        text = gettext("It may be answered and asked for until %(day)s.")
        last = date.fromordinal(ends.toordinal() - 1)
        return Standing(gettext("Being replaced"), "warn", text % {"day": date_format(last)})
    return Standing(edition.get_status_display(), "good")


def lines(edition: Edition) -> list[Line]:
    """Its criteria as they are compared, without those that its issuer withdrew. One statement."""
    rows = edition.criteria.exclude(force=Criterion.Force.WITHDRAWN).order_by("position")
    return [
        Line(*row)
        for row in rows.values_list("ref", "title", "statement", "level__key", "verification")
    ]


def difference(old: Edition, new: Edition) -> Difference:
    """What `new` asks otherwise than `old`. Three statements, whatever their size."""
    return compare(lines(old), lines(new), stated(old, new))


def stated(old: Edition, new: Edition) -> dict[str, list[tuple[str, str]]]:
    """By new ref, the (old ref, how the old relates to the new) that mappings state."""
    between = Q(source__edition=old, target__edition=new) | Q(
        source__edition=new, target__edition=old
    )
    found: dict[str, list[tuple[str, str]]] = {}
    rows: Any = (
        Mapping.objects.filter(between)
        .exclude(status=Review.WITHDRAWN)
        .values_list("source__edition", "source__ref", "target__ref", "relation")
    )
    for edition, source, target, relation in rows:
        if edition == old.pk:
            found.setdefault(target, []).append((source, relation))
        else:
            turned = TURNED[Mapping.Relation(relation)].value
            found.setdefault(source, []).append((target, turned))
    return found
