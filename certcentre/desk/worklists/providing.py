"""What waits for a provider's people."""

from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from certcentre.accounts.models import Role, User
from certcentre.desk.worklists.tasks import MOST, Task, until
from standards.assessment.assessments import Assessment
from standards.catalogue.editions import Edition

WRITING = (Role.EDITOR, Role.SIGNATORY)


def moves(user: User, at: datetime) -> list[Task]:
    """Answers to an edition that a newer one follows; the newest assessment of a release counts."""
    followed = Edition.objects.answerable(at=at).filter(supersedes__isnull=False)
    newest = (
        Assessment.objects.filter(release=OuterRef("release"))
        .exclude(status=Assessment.Status.WITHDRAWN)
        .order_by("-started_at", "-pk")
        .values("pk")[:1]
    )
    assessments = (
        Assessment.objects.of_members(user, Role.EDITOR)
        .annotate(newest=Subquery(newest), newer=F("answers__criterion__edition__successors"))
        .filter(pk=F("newest"), newer__in=followed)
        .select_related("release__solution")
        .distinct()
    )
    pairs = [(assessment, getattr(assessment, "newer")) for assessment in assessments[:MOST]]  # noqa: B009 (annotated)
    editions = Edition.objects.in_bulk({newer for _, newer in pairs})
    return [move(one, editions[newer], at) for one, newer in pairs]


def move(assessment: Assessment, edition: Edition, at: datetime) -> Task:
    return Task(
        _("Move %(release)s to %(edition)s") % {"release": assessment.release, "edition": edition},
        reverse("assessment-move", args=[assessment.pk, edition.key]),
        _("Answers whose words did not change go along. Only the rest is asked."),
        **(until(edition.grace_until, at) if edition.grace_until else {}),
    )
