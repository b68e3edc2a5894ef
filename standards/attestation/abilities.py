"""What waits for whom in attestation: for the body, the provider and the centre.

The rows ask the querysets that stand beside the checks of the verbs, so that a step is on the
list of exactly those whom the verb lets take it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.worklist import Task, Waiting, until, waited
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import CorrectiveAction, CorrectiveActionQuerySet
from standards.attestation.results import NONCONFORMING, Result

SURVEY = timedelta(days=30)  # a planned check is on the list from here on
ANSWERING = CorrectiveAction.ANSWERING
EXAMINED = "finding__engagement"  # from a corrective action
Kind, Status = Organisation.Kind, Engagement.Status
Action = CorrectiveAction.Status
BAD = {"findings__result__in": NONCONFORMING}


def requests(user: User, at: datetime) -> QuerySet[Engagement]:
    """Examinations that the person's body is asked for."""
    rows = Engagement.objects.of_body(user, Role.MANAGER).filter(status=Status.REQUESTED)
    return rows.with_parties().order_by("requested_at")


def accept(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("Accept or decline: %(release)s") % {"release": engagement.declaration.release},
        engagement.get_absolute_url(),
        _("%(provider)s asked on %(date)s. %(waited)s")
        % {
            "provider": engagement.provider,
            "date": date_format(engagement.requested_at),
            "waited": waited(engagement.requested_at, at),
        },
        engagement.get_status_display(),
        "accent",
    )


def to_begin(user: User, at: datetime) -> QuerySet[Engagement]:
    rows = Engagement.objects.examinable_by(user, at=at).filter(status=Status.ACCEPTED)
    return rows.with_parties().order_by("accepted_at")


def begin(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("Begin to examine %(release)s") % {"release": engagement.declaration.release},
        engagement.get_absolute_url(),
        str(engagement.provider),
        **report_due(engagement, at),
    )


def examinations(user: User, at: datetime) -> QuerySet[Engagement]:
    rows = Engagement.objects.examinable_by(user, at=at).filter(status=Status.EXAMINING)
    left = Count("findings", filter=Q(findings__result=Result.NOT_EXAMINED))
    unseen = Count("findings", filter=Q(findings__corrective_action__released_at=None, **BAD))
    counted = rows.with_parties().annotate(left=left, of=Count("findings"), unseen=unseen)
    return counted.order_by("accepted_at")


def examine(engagement: Engagement, at: datetime) -> Task:
    counts = {"left": getattr(engagement, "left", 0), "of": getattr(engagement, "of", 0)}
    page, words = "engagement-ready", _("Every criterion has a finding. Hand it over for decision.")
    if counts["left"]:
        page, words = "findings", _("%(left)s of %(of)s criteria have no finding yet.") % counts
    elif getattr(engagement, "unseen", 0):
        page = "findings"
        words = _("Every criterion has a finding. Hand the nonconformities to the provider.")
    elif engagement.ready_at:
        page = "engagement"
        words = _("It was sent back. Its page says why; look again, then hand it over.")
    return Task(
        _("Go on examining %(release)s") % {"release": engagement.declaration.release},
        reverse(page, args=[engagement.pk]),
        words,
        **report_due(engagement, at),
    )


def report_due(engagement: Engagement, at: datetime) -> dict[str, Any]:
    if engagement.due_on:
        return until(engagement.due_on, at)
    return {"tag": engagement.get_status_display()}


def answered(user: User, at: datetime) -> QuerySet[Engagement]:
    """Engagements whose provider has answered every nonconformity: the examination goes on."""
    left = CorrectiveAction.objects.filter(
        finding__engagement=OuterRef("pk"), status__in=(*CorrectiveAction.WITH_PROVIDER, "answered")
    )
    rows = Engagement.objects.examinable_by(user, at=at).filter(status=Status.AWAITING_CORRECTIONS)
    return rows.exclude(Exists(left)).with_parties().order_by("accepted_at")


def resume(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("Go on examining %(release)s") % {"release": engagement.declaration.release},
        engagement.get_absolute_url(),
        _("No answer of %(provider)s is open any more.") % {"provider": engagement.provider},
        **report_due(engagement, at),
    )


def decisions(user: User, at: datetime) -> QuerySet[Engagement]:
    """What is ready, and the person had no hand in."""
    rows = Engagement.objects.decidable_by(user, at=at).filter(status=Status.READY)
    return rows.with_parties().order_by("ready_at")


def decide(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("Decide on %(release)s") % {"release": engagement.declaration.release},
        reverse("engagement-decide", args=[engagement.pk]),
        _("%(provider)s. Handed over on %(date)s.")
        % {
            "provider": engagement.provider,
            "date": date_format(engagement.ready_at or engagement.requested_at),
        },
        **report_due(engagement, at),
    )


def plans(user: User, at: datetime) -> QuerySet[CorrectiveAction]:
    """Corrective actions that a provider has answered."""
    rows = CorrectiveAction.objects.filter(
        finding__engagement__in=Engagement.objects.examinable_by(user, at=at).values("pk"),
        finding__engagement__status__in=CorrectiveAction.UNDER_WAY,
        status=Action.ANSWERED,
    )
    return rows.with_parties().worst_first()


def judge_plan(action: CorrectiveAction, at: datetime) -> Task:
    return Task(
        _("Accept or return a plan on %(ref)s %(title)s") % named(action),
        action.get_absolute_url(),
        _("%(provider)s has answered.") % {"provider": action.finding.engagement.provider},
        **{"tag": action.get_status_display(), "kind": "accent", **in_time(action, at)},
    )


def promised(user: User, at: datetime) -> QuerySet[CorrectiveAction]:
    """Accepted plans that nobody has seen done yet: an evaluator's before the decision, a
    decider's after a grant, the nearest date first."""
    examining = Engagement.objects.examinable_by(user, at=at)
    deciding = Engagement.objects.decidable_by(user, at=at)
    rows = CorrectiveAction.objects.filter(
        Q(**{f"{EXAMINED}__in": examining.filter(status__in=CorrectiveAction.UNDER_WAY)})
        | Q(**{f"{EXAMINED}__in": deciding.filter(status=Status.GRANTED)}),
        status=Action.ACCEPTED,
    )
    return rows.with_parties().order_by("due_on", *CorrectiveActionQuerySet.WORST)


def see_done(action: CorrectiveAction, at: datetime) -> Task:
    return Task(
        _("See that the correction of %(ref)s %(title)s is done") % named(action),
        reverse("correction-close", args=[action.pk]),
        str(action.finding.engagement.provider),
        **promise_due(action, at),
    )


def promise_due(action: CorrectiveAction, at: datetime) -> dict[str, Any]:
    return until(action.due_on, at) if action.due_on else {"tag": action.get_status_display()}


def in_time(action: CorrectiveAction, at: datetime) -> dict[str, Any]:
    """By when its examination is to be reported, where a day is agreed."""
    due_on = action.finding.engagement.due_on
    return until(due_on, at) if due_on else {}


def named(action: CorrectiveAction) -> dict[str, str]:
    criterion = action.finding.criterion
    return {"ref": criterion.ref, "title": criterion.title}


def checks_due(user: User, at: datetime) -> QuerySet[Certificate]:
    """Certificates whose planned check is due."""
    rows = Certificate.objects.decidable_by(user, at=at).in_force(at=at)
    due = rows.filter(surveillance_due__lte=(at + SURVEY).date())
    return due.with_parties().order_by("surveillance_due")


def survey(certificate: Certificate, at: datetime) -> Task:
    return Task(
        _("Check %(number)s again") % {"number": certificate.number},
        reverse("certificate-survey", args=[certificate.number]),
        str(certificate.release),
        **(until(certificate.surveillance_due, at) if certificate.surveillance_due else {}),
    )


def suspended(user: User, at: datetime) -> QuerySet[Certificate]:
    """Suspended certificates of the person's body, which come back or are withdrawn."""
    rows = Certificate.objects.decidable_by(user, at=at).suspended(at=at)
    return rows.with_parties().order_by("suspended_at")


def end_suspension(certificate: Certificate, at: datetime) -> Task:
    return Task(
        _("Reinstate or withdraw %(number)s") % {"number": certificate.number},
        certificate.get_absolute_url(),
        str(certificate.release),
        certificate.get_status_display(),
        "warn",
    )


def of_provider(user: User) -> CorrectiveActionQuerySet:
    """Those that a body handed to the person's own organisation, the nearest date first."""
    own = Organisation.objects.acted_for_by(user, *ANSWERING)
    rows = CorrectiveAction.objects.released().filter(finding__engagement__provider__in=own)
    nearest = F("due_on").asc(nulls_first=True)
    return rows.with_parties().order_by(nearest, *CorrectiveActionQuerySet.WORST)


def corrections(user: User, at: datetime) -> QuerySet[CorrectiveAction]:
    """What the provider has to answer."""
    under_way = {f"{EXAMINED}__status__in": CorrectiveAction.UNDER_WAY}
    return of_provider(user).filter(status__in=CorrectiveAction.WITH_PROVIDER, **under_way)


def correct(action: CorrectiveAction, at: datetime) -> Task:
    return Task(
        _("Answer a %(severity)s on %(ref)s %(title)s")
        % {"severity": action.get_severity_display().lower(), **named(action)},
        reverse("correction-answer", args=[action.pk]),
        _("%(body)s asks what you do about it, and by when.")
        % {"body": action.finding.engagement.body},
        action.get_status_display(),
        "warn",
    )


def own_promises(user: User, at: datetime) -> QuerySet[CorrectiveAction]:
    """What the provider promised and the body has not seen done."""
    return of_provider(user).promised()


def finish(action: CorrectiveAction, at: datetime) -> Task:
    return Task(
        _("Finish the correction of %(ref)s %(title)s") % named(action),
        action.get_absolute_url(),
        _("%(body)s accepted your plan and has to see it done.")
        % {"body": action.finding.engagement.body},
        **promise_due(action, at),
    )


def stopped(user: User, at: datetime) -> QuerySet[Certificate]:
    """Suspended certificates of the person's own products: for whoever was written to."""
    own = Organisation.objects.acted_for_by(user)
    rows = Certificate.objects.suspended(at=at).filter(release__solution__organisation__in=own)
    return rows.with_parties().order_by("suspended_at")


def look_at_suspension(certificate: Certificate, at: datetime) -> Task:
    return Task(
        _("%(number)s is suspended") % {"number": certificate.number},
        certificate.get_absolute_url(),
        _("%(release)s counts without it. %(body)s says why, and may reinstate it.")
        % {"release": certificate.release, "body": certificate.body},
        certificate.get_status_display(),
        "bad",
    )


def at_rest(user: User, at: datetime) -> QuerySet[Engagement]:
    """Examinations of the person's own products whose body may not attest all of them now."""
    own = Organisation.objects.acted_for_by(user)
    rows = Engagement.objects.at_rest(at=at).with_turns(at=at).filter(provider__in=own)
    return rows.with_parties().order_by("requested_at")


def look_at_rest(engagement: Engagement, at: datetime) -> Task:
    return Task(
        _("The examination of %(release)s stands still")
        % {"release": engagement.declaration.release},
        engagement.get_absolute_url(),
        _("%(body)s is not accredited for all of it now. Wait, or ask another body.")
        % {"body": engagement.body},
        str(engagement.turn.state),
        "warn",
    )


def unseen(user: User, at: datetime) -> QuerySet[ExternalCertificate]:
    """External certificates that somebody independent has to look at."""
    return ExternalCertificate.objects.waiting().untied(user, at=at).with_parties()


def make_sure(external: ExternalCertificate, at: datetime) -> Task:
    return Task(
        _("Make sure of %(scheme)s for %(release)s")
        % {"scheme": external.scheme.text("name"), "release": external.release},
        external.get_absolute_url(),
        _("%(provider)s filed it on %(date)s.")
        % {"provider": external.provider, "date": date_format(external.filed_at)},
        external.get_status_display(),
        "accent",
    )


def with_provider(user: User, at: datetime) -> QuerySet[Engagement]:
    """Engagements that wait for the provider to answer a nonconformity."""
    left = CorrectiveAction.objects.filter(status__in=CorrectiveAction.WITH_PROVIDER)
    rows = Engagement.objects.of_body(user).filter(
        status=Status.AWAITING_CORRECTIONS, pk__in=left.values("finding__engagement")
    )
    return rows.with_parties().order_by("-requested_at")


def provider_answers(engagement: Engagement, at: datetime) -> Task:
    return Task(
        f"{engagement.number}: {engagement.declaration.release}",
        engagement.get_absolute_url(),
        _("%(provider)s answers the nonconformities.") % {"provider": engagement.provider},
        **report_due(engagement, at),
    )


def with_body(user: User, at: datetime) -> QuerySet[Engagement]:
    """Engagements of the person's own products that are with an auditing body: not those whose
    nonconformities the provider itself has to answer."""
    asked = CorrectiveAction.objects.released().filter(status__in=CorrectiveAction.WITH_PROVIDER)
    back = Q(status=Status.AWAITING_CORRECTIONS, pk__in=asked.values("finding__engagement"))
    own = Organisation.objects.acted_for_by(user)
    rows = Engagement.objects.live().filter(provider__in=own).exclude(back).with_turns(at=at)
    return rows.exclude(pk__in=Engagement.objects.at_rest(at=at).values("pk")).with_parties()


def is_asked(engagement: Engagement) -> bool:
    return engagement.status == Status.REQUESTED


def body_examines(engagement: Engagement, at: datetime) -> Task:
    return Task(
        f"{engagement.number}: {engagement.declaration.release}",
        engagement.get_absolute_url(),
        _("%(body)s was asked on %(date)s. %(turn)s %(waited)s")
        % {
            "body": engagement.body,
            "date": date_format(engagement.requested_at),
            "turn": engagement.turn.words,
            "waited": waited(engagement.requested_at, at) if is_asked(engagement) else "",
        },
        **{"tag": engagement.turn.state, **report_due(engagement, at)},
    )


ENGAGEMENT = {"engagement": "pk", "release": "declaration__release"}
ACTION = {
    "correctiveaction": "pk",
    "engagement": EXAMINED,
    "release": f"{EXAMINED}__declaration__release",
}
CERTIFICATE = {"certificate": "pk", "release": "release"}
EXTERNAL = {"externalcertificate": "pk", "release": "release"}
BODY, PROVIDER, CENTRE = Kind.AUDITOR, Kind.PROVIDER, Kind.CENTRE
MANAGER, EVALUATOR, DECIDER = (Role.MANAGER,), (Role.EVALUATOR,), (Role.DECIDER,)
OFFICER, ANY = (Role.OFFICER,), ()
WAITING = (
    Waiting("engagement.decline", BODY, MANAGER, requests, accept, ENGAGEMENT),
    Waiting("engagement.examine", BODY, EVALUATOR, to_begin, begin, ENGAGEMENT),
    Waiting("engagement.record", BODY, EVALUATOR, examinations, examine, ENGAGEMENT),
    Waiting("engagement.resume", BODY, EVALUATOR, answered, resume, ENGAGEMENT),
    Waiting("correctiveaction.accept", BODY, EVALUATOR, plans, judge_plan, ACTION),
    Waiting("correctiveaction.close", BODY, EVALUATOR + DECIDER, promised, see_done, ACTION),
    Waiting("engagement.decide", BODY, DECIDER, decisions, decide, ENGAGEMENT),
    Waiting("certificate.record_surveillance", BODY, DECIDER, checks_due, survey, CERTIFICATE),
    Waiting("certificate.reinstate", BODY, DECIDER, suspended, end_suspension, CERTIFICATE),
    Waiting("correctiveaction.answer", PROVIDER, ANSWERING, corrections, correct, ACTION),
    Waiting("correctiveaction.finish", PROVIDER, ANSWERING, own_promises, finish, ACTION),
    Waiting("engagement.look", PROVIDER, ANY, at_rest, look_at_rest, ENGAGEMENT),
    Waiting("certificate.look", PROVIDER, ANY, stopped, look_at_suspension, CERTIFICATE),
    Waiting("externalcertificate.record", CENTRE, OFFICER, unseen, make_sure, EXTERNAL),
    Waiting("engagement.answers", BODY, ANY, with_provider, provider_answers, ENGAGEMENT, False),
    Waiting("engagement.elsewhere", PROVIDER, ANY, with_body, body_examines, ENGAGEMENT, False),
)
