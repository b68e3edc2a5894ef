"""What waits for a provider's people."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, SOON, Task, until
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release, Solution
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from standards.catalogue.editions import Edition

WRITING = (Role.EDITOR, Role.SIGNATORY)


def drafts(user: User, at: datetime) -> list[Task]:
    """Self-assessments to finish, and those that a signatory may declare."""
    mine = Assessment.objects.of_members(user, *WRITING).drafts()
    found = mine.filter(release__solution__status=Solution.Status.ACTIVE)
    counted = found.select_related("release__solution").counted(at=at)
    declarable = set(found.declarable(at=at).values_list("pk", flat=True))
    return [draft(one, one.pk in declarable) for one in counted.order_by("-started_at")[:MOST]]


def draft(assessment: Assessment, declarable: bool) -> Task:
    counts = {name: getattr(assessment, name) for name in ("of", "left")}
    words = {"release": assessment.release, **counts}
    if declarable:
        return Task(
            _("Declare %(release)s") % words,
            addresses.of(assessment),
            _("Everything that must be answered is answered. A signatory declares it."),
            _("Ready"),
            "good",
        )
    if counts["left"]:
        text = _("%(left)s of %(of)s criteria must still be answered or confirmed.")
    else:
        text = _("Its page says what a declaration still lacks.")
    return Task(
        _("Finish the self-assessment of %(release)s") % words,
        addresses.of(assessment),
        text % words,
        _("In progress"),
        "accent",
    )


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


def unstarted(user: User, at: datetime) -> list[Task]:
    """Releases that nothing has been said about yet."""
    found = Release.objects.editable_by(user).filter(
        assessments=None, solution__status=Solution.Status.ACTIVE
    )
    return [
        Task(
            _("Begin with %(release)s") % {"release": release},
            addresses.of(release),
            _("Describe it by the facts, see what applies, then answer."),
        )
        for release in found.select_related("solution").order_by("-created_at")[:MOST]
    ]


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


def renewals(user: User, at: datetime) -> list[Task]:
    """Declarations that end soon and have no successor."""
    later = Declaration.objects.later(OuterRef("release"), OuterRef("declared_at"))
    found = Declaration.objects.in_force(at=at).filter(
        ~Exists(later),
        release__in=Release.objects.of_members(user, *WRITING),
        valid_until__lte=at + SOON,
    )
    rows = found.select_related("release__solution").order_by("valid_until")[:MOST]
    return [
        Task(
            _("Renew the declaration of %(release)s") % {"release": one.release},
            addresses.of(one.release),
            _("%(number)s ends on %(date)s; what rests on it falls to no statement.")
            % {"number": one.number, "date": date_format(one.valid_until)},
            **until(one.valid_until.date(), at),
        )
        for one in rows
    ]


def evidence(user: User, at: datetime) -> list[Task]:
    """Evidence in use that speaks for a time which ends soon."""
    mine = Organisation.objects.acted_for_by(user, *WRITING)
    pieces = Evidence.objects.running_out(at=at).filter(organisation__in=mine).order_by("pk")
    return [
        Task(
            _("Renew evidence: %(title)s") % {"title": one.title},
            addresses.of(one),
            _("Claims that rest on it fall to AL1 on that day."),
            **until(one.last_day, at),
        )
        for one in sorted(pieces, key=lambda piece: piece.last_day)[:MOST]
    ]


def held(user: User, at: datetime) -> list[Task]:
    """Releases that wait for the centre."""
    found = Release.objects.of_members(user).filter(status=Release.Status.HELD)
    return [
        Task(
            _("%(release)s is held") % {"release": release},
            addresses.of(release),
            _("A rule holds it out of the register until the centre decides."),
            _("With the centre"),
        )
        for release in found.select_related("solution").order_by("pk")[:MOST]
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
