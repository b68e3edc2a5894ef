"""What can happen to accreditations, engagements, corrective actions and certificates."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role
from certcentre.steps import OFFICERS, Audience, Matter, Step, Words, about, table
from standards.assessment.steps import WORKING


def the_provider(path: str) -> Audience:
    """Those of the provider who work on the release; `path` leads from the record to it."""
    return Audience(WORKING, where=lambda record: {"pk": reached(record, path)})


def reached(record: object, path: str) -> Any:
    """The key at the end of a path of attributes."""
    for name in path.split("."):
        record = getattr(record, name)
    return record


def examiners(engagement: Any) -> set[Any]:
    """Who examines it, by key."""
    others = engagement.examiners.values_list("pk", flat=True)
    return {engagement.evaluator_id, *others} - {None}


def of_sample(detail: dict[str, Any]) -> Words:
    return gettext("Sample planned: %(sample)s") % detail


def no_sample(detail: dict[str, Any]) -> Words:
    return gettext("Sample dropped: %(sample)s") % detail


def at_rest(detail: dict[str, Any]) -> Words:
    if "body" in detail:
        return gettext("Stands still: the body is suspended or closed")
    return gettext("Stands still: %(accreditation)s of the body is out of force") % detail


def new_day(detail: dict[str, Any]) -> Words:
    day = date.fromisoformat(detail["after"])
    return gettext("Report due on %(day)s") % {"day": date_format(day)}


def of_plan(detail: dict[str, Any]) -> Words:
    """By when the provider does it; entries from before do not say."""
    if "due_on" not in detail:
        return _("Answered")
    day = date_format(date.fromisoformat(detail["due_on"]))
    return gettext("Answered with a plan: done by %(day)s") % {"day": day}


EXAMINATIONS = Matter("examinations", _("Examinations and corrections"))
CERTIFICATES = Matter("certificates", _("Certificates and accreditations"))
PROVIDER = the_provider("provider_id")
OF_FINDING = the_provider("finding.engagement.provider_id")
OF_RELEASE = the_provider("release.solution.organisation_id")
BODY = Audience((Role.MANAGER,), where=lambda record: {"pk": record.body_id})
DECIDING = Audience((Role.DECIDER,), where=lambda certificate: {"pk": certificate.body_id})
DECIDERS = Audience(
    (Role.DECIDER,), where=lambda engagement: {"pk": engagement.body_id}, able="decide"
)
WHO_EXAMINE = Audience(
    (Role.MANAGER, Role.EVALUATOR, Role.DECIDER),
    where=lambda accreditation: {"pk": accreditation.body_id},
)
EXAMINERS = Audience(people=lambda action: {"pk__in": examiners(action.finding.engagement)})

OF_BODY = about(body="body_id")
ACCREDITATION_GRANTED = Step(
    "accreditation.granted",
    _("Granted"),
    public=_("Accreditation granted"),
    followed=OF_BODY,
)
ACCREDITATION_SUSPENDED = Step(
    "accreditation.suspended",
    _("Suspended"),
    public=_("Accreditation suspended"),
    followed=OF_BODY,
    told=(WHO_EXAMINE,),
    matter=CERTIFICATES,
)
ACCREDITATION_REINSTATED = Step(
    "accreditation.reinstated",
    _("Reinstated"),
    public=_("Accreditation reinstated"),
    followed=OF_BODY,
    told=(WHO_EXAMINE,),
    matter=CERTIFICATES,
)
ACCREDITATION_WITHDRAWN = Step(
    "accreditation.withdrawn",
    _("Withdrawn"),
    public=_("Accreditation withdrawn"),
    followed=OF_BODY,
    told=(WHO_EXAMINE,),
    matter=CERTIFICATES,
)
ACCREDITATION_EXPIRED = Step(
    "accreditation.expired", _("Expired"), public=_("Accreditation expired"), followed=OF_BODY
)

ACCREDITATION_ENDS = Step(
    "accreditation.ends", _("Its end is near"), told=(BODY, OFFICERS), matter=CERTIFICATES
)
APPLICATION_SENT = Step(
    "accreditationapplication.sent", _("Sent"), told=(OFFICERS,), matter=CERTIFICATES
)
APPLICATION_ASKED = Step(
    "accreditationapplication.asked", _("More asked for"), told=(BODY,), matter=CERTIFICATES
)
APPLICATION_ANSWERED = Step(
    "accreditationapplication.answered", _("Answered"), told=(OFFICERS,), matter=CERTIFICATES
)
APPLICATION_GRANTED = Step(
    "accreditationapplication.granted", _("Granted"), told=(BODY,), matter=CERTIFICATES
)
APPLICATION_REFUSED = Step(
    "accreditationapplication.refused", _("Refused"), told=(BODY,), matter=CERTIFICATES
)
APPLICATION_TAKEN_BACK = Step(
    "accreditationapplication.taken_back", _("Taken back"), told=(OFFICERS,), matter=CERTIFICATES
)
APPLICATION_READ = Step("accreditationapplication.read", _("Sample report opened"))
INSURANCE_ENDS = Step(
    "accreditationapplication.insurance_ends",
    _("The insurance ends soon"),
    told=(BODY,),
    matter=CERTIFICATES,
)
BODY_TERMS_STATED = Step("bodyterms.stated", _("Fee, time, languages and contact published"))

ENGAGEMENT_REQUESTED = Step(
    "engagement.requested", _("Requested"), told=(BODY,), matter=EXAMINATIONS
)
ENGAGEMENT_ACCEPTED = Step(
    "engagement.accepted", _("Accepted"), told=(PROVIDER,), matter=EXAMINATIONS
)
ENGAGEMENT_DECLINED = Step(
    "engagement.declined", _("Declined"), told=(PROVIDER,), matter=EXAMINATIONS
)
ENGAGEMENT_CANCELLED = Step(
    "engagement.cancelled", _("Cancelled"), told=(PROVIDER, BODY), matter=EXAMINATIONS
)
ENGAGEMENT_EXAMINING = Step("engagement.examining", _("Examination begun"))
ENGAGEMENT_RESCHEDULED = Step(
    "engagement.rescheduled",
    _("Report due on another day"),
    told=(PROVIDER,),
    matter=EXAMINATIONS,
    with_detail=new_day,
)
ENGAGEMENT_RESTS = Step(
    "engagement.rests",
    _("Stands still"),
    told=(PROVIDER,),
    matter=EXAMINATIONS,
    with_detail=at_rest,
)
ENGAGEMENT_GOES_ON = Step(
    "engagement.goes_on",
    _("Goes on: the body is accredited for all of it again"),
    told=(PROVIDER,),
    matter=EXAMINATIONS,
)
ENGAGEMENT_CORRECTIONS = Step(
    "engagement.corrections", _("Corrections asked for"), told=(PROVIDER,), matter=EXAMINATIONS
)
ENGAGEMENT_RESUMED = Step("engagement.resumed", _("Examination resumed"), internal=True)
ENGAGEMENT_READY = Step(
    "engagement.ready",
    _("Handed over for decision"),
    told=(DECIDERS,),
    matter=EXAMINATIONS,
    internal=True,
)
ENGAGEMENT_REOPENED = Step(
    "engagement.reopened", _("Sent back to be examined further"), internal=True
)
ENGAGEMENT_GRANTED = Step("engagement.granted", _("Granted"), told=(PROVIDER,), matter=EXAMINATIONS)
ENGAGEMENT_REFUSED = Step("engagement.refused", _("Refused"), told=(PROVIDER,), matter=EXAMINATIONS)
PORTION_GIVEN = Step(
    "portion.given",
    _("Criteria given to somebody to examine"),
    told=(Audience(people=lambda portion: {"pk": portion.person_id}),),
    matter=EXAMINATIONS,
    internal=True,
)
SAMPLE_PLANNED = Step(
    "engagement.sample_planned", _("Sample planned"), internal=True, with_detail=of_sample
)
SAMPLE_DROPPED = Step(
    "engagement.sample_dropped", _("Sample dropped"), internal=True, with_detail=no_sample
)
RATING_ASKED = Step(
    "rating.asked",
    _("Asked to score alone"),
    told=(Audience(people=lambda rating: {"pk": rating.rater_id}),),
    matter=EXAMINATIONS,
    internal=True,
)
RATING_HANDED_IN = Step(
    "rating.handed_in",
    _("Scores handed in"),
    told=(Audience(people=lambda rating: {"pk": rating.asked_by_id}),),
    matter=EXAMINATIONS,
    internal=True,
)
RATING_DROPPED = Step(
    "engagement.rating_dropped", _("The request to score was taken back"), internal=True
)
EVIDENCE_OPENED = Step("evidence.opened", _("Evidence opened to the body"))
EVIDENCE_CLOSED = Step("evidence.closed", _("Evidence closed to the body"))

CORRECTION_ANSWERED = Step(
    "correctiveaction.answered",
    _("Answered"),
    told=(EXAMINERS,),
    matter=EXAMINATIONS,
    with_detail=of_plan,
)
CORRECTION_ACCEPTED = Step("correctiveaction.accepted", _("Plan accepted"))
CORRECTION_RETURNED = Step(
    "correctiveaction.returned", _("Returned"), told=(OF_FINDING,), matter=EXAMINATIONS
)
CORRECTION_CLOSED = Step("correctiveaction.closed", _("Closed"))

CORRECTION_DUE = Step(
    "correctiveaction.due",
    _("The promised day is near"),
    told=(OF_FINDING, EXAMINERS),
    matter=EXAMINATIONS,
)
OF_PRODUCT = about(solution="release.solution_id")
OF_CERTIFICATE = about(certificate="pk", solution="release.solution_id")
STOOD = about(certificate="pk", solution="release.solution_id", body="body_id")
CERTIFICATE_ISSUED = Step(
    "certificate.issued",
    _("Issued"),
    public=_("Certificate or verification issued"),
    followed=OF_PRODUCT,
)
CERTIFICATE_SUSPENDED = Step(
    "certificate.suspended",
    _("Suspended"),
    public=_("Certificate or verification suspended"),
    followed=STOOD,
    told=(OF_RELEASE,),
    matter=CERTIFICATES,
)
CERTIFICATE_REINSTATED = Step(
    "certificate.reinstated",
    _("Reinstated"),
    public=_("Certificate or verification reinstated"),
    followed=STOOD,
    told=(OF_RELEASE,),
    matter=CERTIFICATES,
)
CERTIFICATE_WITHDRAWN = Step(
    "certificate.withdrawn",
    _("Withdrawn"),
    public=_("Certificate or verification withdrawn"),
    followed=STOOD,
    told=(OF_RELEASE,),
    matter=CERTIFICATES,
)
CERTIFICATE_SUPERSEDED = Step(
    "certificate.superseded",
    _("Superseded"),
    public=_("Certificate or verification replaced by a newer one"),
    followed=about(certificate="pk"),  # the newer one is news, too
)
CERTIFICATE_SURVEYED = Step(
    "certificate.surveyed",
    _("Surveillance done"),
    public=_("Certificate or verification checked again"),
    followed=OF_CERTIFICATE,
)
CERTIFICATE_EXPIRED = Step(
    "certificate.expired",
    _("Expired"),
    public=_("Certificate or verification expired"),
    followed=OF_CERTIFICATE,
)

CERTIFICATE_ENDS = Step(
    "certificate.ends", _("Its end is near"), told=(OF_RELEASE, DECIDING), matter=CERTIFICATES
)

EXTERNAL_FILED = Step(
    "externalcertificate.filed", _("Filed"), told=(OFFICERS,), matter=CERTIFICATES
)
EXTERNAL_RECORDED = Step(
    "externalcertificate.recorded",
    _("Recorded"),
    public=_("External certificate recorded"),
    followed=OF_PRODUCT,
    told=(OF_RELEASE,),
    matter=CERTIFICATES,
)
EXTERNAL_REFUSED = Step(
    "externalcertificate.refused", _("Refused"), told=(OF_RELEASE,), matter=CERTIFICATES
)
EXTERNAL_ENDED = Step(
    "externalcertificate.ended",
    _("Ended early"),
    public=_("External certificate ended"),
    followed=OF_PRODUCT,
    told=(OF_RELEASE,),
    matter=CERTIFICATES,
)

EXTERNAL_EXPIRED = Step(
    "externalcertificate.expired",
    _("Expired"),
    public=_("External certificate expired"),
    followed=OF_PRODUCT,
)
EXTERNAL_ENDS = Step(
    "externalcertificate.ends", _("Its end is near"), told=(OF_RELEASE,), matter=CERTIFICATES
)

STEPS = table(globals())
