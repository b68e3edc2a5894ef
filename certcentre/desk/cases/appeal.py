"""Appeals: within 30 days of a decision, of a certificate that was suspended or withdrawn, or of a
verification that was refused, by the organisation it was about (rule R107)."""

from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.accounts import steps as of_organisations
from certcentre.accounts.models import Organisation, Role, User
from certcentre.desk.cases.case import Case
from certcentre.desk.telling import Telling
from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry
from certcentre.steps import Words
from standards.attestation import steps
from standards.attestation.certificates import Certificate
from standards.attestation.engagement import Engagement

WITHIN = timedelta(days=30)
APPEALING = (Role.MANAGER, Role.SIGNATORY)
Appealed = Engagement | Certificate | Organisation
DECISION = (str(steps.ENGAGEMENT_GRANTED), str(steps.ENGAGEMENT_REFUSED))
SUSPENDED = str(steps.CERTIFICATE_SUSPENDED)
WITHDRAWN = str(steps.CERTIFICATE_WITHDRAWN)
REFUSED = str(of_organisations.ORGANISATION_REFUSED)
AGAINST = (*DECISION, SUSPENDED, WITHDRAWN, REFUSED)
STAYS = _("What was decided stays on record.")
ANEW: dict[str, Words] = {  # who decides anew once a step was set aside or sent back
    **dict.fromkeys(
        DECISION,
        _("The provider may ask for a new examination, and somebody else of the body decides it."),
    ),
    SUSPENDED: _("The body looks at it again and decides anew, by somebody else."),
    WITHDRAWN: _("What was withdrawn does not come back; the body examines and decides anew."),
    REFUSED: _("Another officer of the centre looks at the organisation again and decides anew."),
}


def appealable(record: Appealed) -> LogEntry | None:
    """The step that brought the record to where it stands, if it may be appealed. One statement."""
    moves = LogEntry.objects.about(record).exclude(to_state="")
    last = moves.order_by("-pk").first()
    return last if last and last.step in AGAINST else None


def party(record: Appealed) -> Organisation:
    """Whom the step was about."""
    if isinstance(record, Engagement):
        return record.provider
    if isinstance(record, Certificate):
        return record.release.solution.organisation
    return record


def last_day(entry: LogEntry, zone: str) -> date:
    """The 30th day after the step, as the calendar counts there."""
    return zones.day_of(entry.at, zone) + WITHIN


def may_appeal(record: Appealed, *, by: User, at: datetime) -> LogEntry:
    """The step, or why this person may not appeal against it. Days are those of their zone."""
    if not by.acts_for(party(record), *APPEALING):
        words = gettext("Only a manager or signatory of the organisation concerned appeals.")
        raise NotAllowed(words)
    entry = appealable(record)
    if entry is None:
        raise IllegalMove(gettext("There is no decision here that could be appealed now."))
    zone = Telling.of(by).zone
    until = last_day(entry, zone)
    if zones.day_of(at, zone) > until:
        words = gettext("An appeal was possible until %(day)s, within 30 days of the step.")
        raise IllegalMove(words % {"day": date_format(until)})
    return entry


def appeal(record: Appealed, *, words: str, by: User, at: datetime) -> Case:
    """Say why it should be decided otherwise: by a panel that had no part in it."""
    entry = may_appeal(record, by=by, at=at)
    return Case.appeal(
        record, appealed=entry, organisation=party(record), words=words, by=by, at=at
    )


def follows(case: Case) -> str:
    """What follows the outcome of an appeal, in words; nothing while it is open or confirmed."""
    if not case.is_appeal or case.appealed is None or not case.names_its_subject:
        return ""
    if case.status == case.Status.UPHELD and (certificate := came_back(case)):
        back = gettext("Certificate %(number)s is in force again, since this decision.")
        return f"{STAYS} {back % {'number': certificate.number}}"
    return f"{STAYS} {ANEW[case.appealed.step]}"


def came_back(case: Case) -> Certificate | None:
    """The certificate that the decision put back into force, where it did."""
    if not isinstance(case.about, Certificate) or case.closed_at is None:
        return None
    entries = LogEntry.objects.about(case.about).filter(at=case.closed_at)
    reinstated = entries.filter(step=str(steps.CERTIFICATE_REINSTATED)).exists()
    return case.about if reinstated else None
