"""What waits for a provider's people."""

from datetime import datetime

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, Task, until
from standards.assessment.assessments import Assessment
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
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
    found = (
        Assessment.objects.editable_by(user)
        .annotate(newest=Subquery(newest), newer=F("answers__criterion__edition__successors"))
        .filter(pk=F("newest"), newer__in=followed)
        .select_related("release__solution")
        .distinct()
    )
    pairs = [(one, getattr(one, "newer")) for one in found[:MOST]]  # noqa: B009 (annotated)
    editions = Edition.objects.in_bulk({newer for _, newer in pairs})
    return [move(one, editions[newer], at) for one, newer in pairs]


def move(assessment: Assessment, edition: Edition, at: datetime) -> Task:
    return Task(
        _("Move %(release)s to %(edition)s") % {"release": assessment.release, "edition": edition},
        reverse("assessment-move", args=[assessment.pk, edition.key]),
        _("Answers whose words did not change go along. Only the rest is asked."),
        **(until(edition.grace_until, at) if edition.grace_until else {}),
    )


def corrections(user: User, at: datetime) -> list[Task]:
    """Nonconformities that an auditor has put to you."""
    mine = Organisation.objects.acted_for_by(user, *WRITING)
    found = CorrectiveAction.objects.released().filter(
        finding__engagement__provider__in=mine,
        finding__engagement__status__in=CorrectiveAction.UNDER_WAY,
        status__in=CorrectiveAction.WITH_PROVIDER,
    )
    path = "finding__engagement__body", "finding__criterion"
    return [
        Task(
            _("Answer a %(severity)s on %(ref)s %(title)s")
            % {
                "severity": action.get_severity_display().lower(),
                "ref": action.finding.criterion.ref,
                "title": action.finding.criterion.title,
            },
            addresses.of(action.finding.engagement),
            _("%(body)s asks what you do about it, and by when.")
            % {"body": action.finding.engagement.body},
            action.get_status_display(),
            "warn",
        )
        for action in found.select_related(*path).order_by("released_at", "pk")[:MOST]
    ]


def examined(user: User, at: datetime) -> list[Task]:
    """Engagements that are with an auditing body."""
    mine = Organisation.objects.acted_for_by(user)
    found = Engagement.objects.live().filter(provider__in=mine).with_parties()
    return [
        Task(
            f"{one.number}: {one.declaration.release}",
            addresses.of(one),
            _("With %(body)s since %(date)s.")
            % {"body": one.body, "date": date_format(one.requested_at)},
            one.get_status_display(),
        )
        for one in found.order_by("-requested_at")[:MOST]
    ]
