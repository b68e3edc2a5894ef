"""What waits for an auditing body's people."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk import addresses
from certcentre.desk.worklists.tasks import MOST, SOON, Task, until
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from standards.attestation.results import Result

SURVEY = timedelta(days=30)
Status = Engagement.Status


def requests(user: User, at: datetime) -> list[Task]:
    """Examinations that you are asked for."""
    found = Engagement.objects.waiting_for(user, Role.MANAGER).filter(status=Status.REQUESTED)
    return [
        Task(
            _("Accept or decline: %(release)s") % {"release": one.declaration.release},
            addresses.of(one),
            _("%(provider)s asked on %(date)s.")
            % {"provider": one.provider, "date": date_format(one.requested_at)},
            one.get_status_display(),
            "accent",
        )
        for one in found.with_parties().order_by("requested_at")[:MOST]
    ]


def examinations(user: User, at: datetime) -> list[Task]:
    """What is accepted, to be begun, or under way."""
    left = Count("findings", filter=Q(findings__result=Result.NOT_EXAMINED))
    found = (
        Engagement.objects.waiting_for(user, Role.EVALUATOR)
        .filter(status__in=[Status.ACCEPTED, Status.EXAMINING])
        .with_parties()
        .annotate(left=left, of=Count("findings"))
    )
    return [examination(one, at) for one in found.order_by("accepted_at")[:MOST]]


def examination(one: Engagement, at: datetime) -> Task:
    words = {
        "release": one.declaration.release,
        "left": getattr(one, "left"),  # noqa: B009 (annotated)
        "of": getattr(one, "of"),  # noqa: B009
    }
    begun = one.status == Status.EXAMINING
    dated = until(one.due_on, at) if one.due_on else {"tag": one.get_status_display()}
    return Task(
        (_("Go on examining %(release)s") if begun else _("Begin to examine %(release)s")) % words,
        addresses.of(one),
        _("%(left)s of %(of)s criteria have no finding yet.") % words,
        **dated,
    )


def answers(user: User, at: datetime) -> list[Task]:
    """Corrective actions that a provider has answered."""
    mine = Organisation.objects.acted_for_by(user, Role.EVALUATOR)
    found = CorrectiveAction.objects.filter(
        finding__engagement__body__in=mine, status=CorrectiveAction.Status.ANSWERED
    ).select_related("finding__engagement__provider", "finding__criterion")
    return [
        Task(
            _("Accept or return a plan on %(ref)s %(title)s")
            % {"ref": action.finding.criterion.ref, "title": action.finding.criterion.title},
            addresses.of(action.finding.engagement),
            _("%(provider)s has answered.") % {"provider": action.finding.engagement.provider},
            action.get_status_display(),
            "accent",
        )
        for action in found.order_by("pk")[:MOST]
    ]


def promised(user: User, at: datetime) -> list[Task]:
    """Accepted plans that nobody has seen done yet, the nearest date first."""
    state = "finding__engagement__status"
    body = "finding__engagement__body__in"
    examined = Organisation.objects.acted_for_by(user, Role.EVALUATOR)
    decided = Organisation.objects.acted_for_by(user, Role.DECIDER)
    found = CorrectiveAction.objects.filter(
        Q(**{body: examined, f"{state}__in": CorrectiveAction.UNDER_WAY})
        | Q(**{body: decided, state: Status.GRANTED}),
        status=CorrectiveAction.Status.ACCEPTED,
    ).select_related("finding__engagement__provider", "finding__criterion")
    return [
        Task(
            _("See that the correction of %(ref)s %(title)s is done")
            % {"ref": action.finding.criterion.ref, "title": action.finding.criterion.title},
            reverse("corrections", args=[action.finding.engagement_id]) + f"#a{action.pk}",
            str(action.finding.engagement.provider),
            **(until(action.due_on, at) if action.due_on else {"tag": action.get_status_display()}),
        )
        for action in found.order_by("due_on", "pk")[:MOST]
    ]


def decisions(user: User, at: datetime) -> list[Task]:
    """What is ready, and you had no hand in."""
    found = (
        Engagement.objects.waiting_for(user, Role.DECIDER)
        .filter(status=Status.READY)
        .exclude(evaluator=user)
        .exclude(examiners=user)
    )
    return [
        Task(
            _("Decide on %(release)s") % {"release": one.declaration.release},
            addresses.of(one),
            _("%(provider)s. Handed over on %(date)s.")
            % {"provider": one.provider, "date": date_format(one.ready_at or at)},
            one.get_status_display(),
            "accent",
        )
        for one in found.with_parties().order_by("ready_at")[:MOST]
    ]


def surveillance(user: User, at: datetime) -> list[Task]:
    """Certificates whose planned check is due."""
    mine = Organisation.objects.acted_for_by(user, Role.EVALUATOR, Role.DECIDER)
    found = Certificate.objects.in_force(at=at).filter(
        body__in=mine, surveillance_due__lte=(at + SURVEY).date()
    )
    return [
        Task(
            _("Check %(number)s again") % {"number": one.number},
            addresses.of(one),
            str(one.release),
            **until(one.surveillance_due, at),
        )
        for one in found.with_parties().order_by("surveillance_due")[:MOST]
        if one.surveillance_due
    ]


def accreditations(user: User, at: datetime) -> list[Task]:
    """Your accreditations that end soon."""
    mine = Organisation.objects.acted_for_by(user, Role.MANAGER)
    found = Accreditation.objects.in_force(at=at).filter(
        body__in=mine, valid_until__lte=(at + SOON).date()
    )
    return [
        Task(
            _("Accreditation %(number)s ends") % {"number": one.number},
            addresses.of(one),
            _("Write to the centre to have it renewed."),
            **until(one.valid_until, at),
        )
        for one in found.order_by("valid_until")[:MOST]
    ]


def corrected(user: User, at: datetime) -> list[Task]:
    """Engagements that wait for the provider to answer a nonconformity."""
    left = CorrectiveAction.objects.filter(status__in=CorrectiveAction.WITH_PROVIDER)
    found = Engagement.objects.waiting_for(user).filter(
        status=Status.AWAITING_CORRECTIONS, pk__in=left.values("finding__engagement")
    )
    return [
        Task(
            f"{one.number}: {one.declaration.release}",
            addresses.of(one),
            _("%(provider)s answers the nonconformities.") % {"provider": one.provider},
            one.get_status_display(),
        )
        for one in found.with_parties().order_by("-requested_at")[:MOST]
    ]
