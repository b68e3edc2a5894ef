"""What the log says of a solution, its releases and their declarations, in words."""

from itertools import groupby

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from certcentre.log.models import LogEntry
from standards.assessment.solutions import Release

MOST = 30  # the newest entries
WORDS: dict[str, Promise] = {
    "solution.created": _("Solution described"),
    "solution.edited": _("Name, summary or website changed"),
    "solution.withdrawn": _("Solution withdrawn"),
    "release.added": _("Release added"),
    "release.facts_stated": _("Facts stated"),
    "release.change_noted": _("A change that touches no answer"),
    "release.made_current": _("Made the current release"),
    "release.held": _("Held by a rule"),
    "release.clear": _("Cleared by the centre"),
    "release.refused": _("Listing refused by the centre"),
    "assessment.started": _("Draft begun"),
    "assessment.declared": _("Declared"),
    "declaration.withdrawn": _("Declaration withdrawn"),
}


def told(release: Release) -> list[tuple[LogEntry, Promise, int]]:
    """The newest steps of the release, its solution and its assessments, newest first.

    The same step again on one day by one person for one reason is one line with its count.
    """
    drafts = [str(pk) for pk in release.assessments.values_list("pk", flat=True)]
    subjects = (
        Q(subject_type="standards.release", subject_id=str(release.pk))
        | Q(subject_type="standards.solution", subject_id=str(release.solution_id))
        | Q(subject_type="standards.assessment", subject_id__in=drafts)
    )
    entries = LogEntry.objects.filter(subjects, step__in=WORDS).select_related("actor")
    lines = [list(same) for _key, same in groupby(entries.order_by("-pk")[:MOST], key=_alike)]
    return [(same[0], WORDS[same[0].step], len(same)) for same in lines]


def _alike(entry: LogEntry) -> tuple[object, ...]:
    return entry.step, entry.subject_id, entry.actor_id, entry.reason, localdate(entry.at)
