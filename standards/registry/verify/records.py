"""What a number of ours stands for, and how it stands today."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.lifecycle import disagrees
from certcentre.log.models import same
from standards.assessment.claims import LESS, Claim, Outcome
from standards.assessment.declarations import Declaration
from standards.attestation.accreditation import Accreditation
from standards.attestation.certificates import Certificate
from standards.attestation.external import ExternalCertificate
from standards.attestation.overview import Record, agrees
from standards.registry.trail import basis_words
from standards.registry.verify.verdicts import Check, State, Verdict

CHECKED = {  # kinds of numbers that stand for something to rely on
    "CC": _("certificates and verifications"),
    "DC": _("declarations of providers"),
    "AC": _("accreditations of auditing bodies"),
    "XC": _("certificates of outside schemes that were looked up here"),
}
STATES: dict[str, State] = {
    "valid": State.VALID,
    "active": State.VALID,
    "coming": State.NOT_YET,
    "recorded": State.VALID,
    "lapsed": State.EXPIRED,
    "ended": State.WITHDRAWN,
    **{one: State(one) for one in ("suspended", "withdrawn", "superseded", "expired")},
}


def record_of(number: str) -> Record | None:
    """The public record of a number of ours, or None."""
    rows: dict[str, Any] = {
        "CC": Certificate.objects,
        "DC": Declaration.objects.public(),
        "AC": Accreditation.objects.select_related("body"),
        "XC": ExternalCertificate.objects.public(),
    }
    records = rows.get(number[:2])
    return None if records is None else records.filter(number=number).first()


def require_as_logged(record: Record) -> None:
    """Before anything is signed or printed of a record: refused where the log contradicts it."""
    if not agrees(record):
        raise disagrees(record.number)


def status_shown(certificate: Certificate, *, at: datetime) -> str:
    """How readers are told that it stands: `disagrees` where the log says otherwise.

    One of `beside_log()` is compared by its state alone, without a further statement."""
    logged = getattr(certificate, "logged", None)
    good = (
        agrees(certificate) if logged is None else same(certificate, logged == certificate.status)
    )
    return certificate.status_at(at) if good else str(State.DISAGREES)


class FoundSince(NamedTuple):
    """What was found against a criterion after a certificate attested it, in the reader's words."""

    key: str
    ref: str
    title: str
    outcome: str
    basis: str


def found_since(certificate: Certificate) -> list[FoundSince]:
    """What was found against criteria that it attests since it was issued: by the centre in a case
    that was upheld, or in a later examination (rule R24). Of these it proves nothing any more,
    whatever was declared later. One statement."""
    keys = [fact["key"] for fact in certificate.facts["criteria"]]
    rows = Claim.objects.filter(
        release=certificate.release_id,
        criterion__key__in=keys,
        basis=Claim.Basis.FINDING,
        outcome__in=LESS,
        valid_from__gt=certificate.issued_at,
    )
    rows = rows.select_related("criterion__edition").order_by("valid_from", "pk")
    return [
        FoundSince(
            claim.criterion.key,
            claim.criterion.ref,
            claim.criterion.text("title"),
            claim.outcome,
            basis_words(claim),
        )
        for claim in rows
    ]


def still_attested(record: Record) -> list[Check]:
    """Of a certificate: that nothing was found against it since; or against which criteria."""
    if not isinstance(record, Certificate):
        return []
    name = gettext("Nothing was found against it since")
    findings = found_since(record)
    words = gettext("%(ref)s: %(outcome)s. %(basis)s")
    lines = [
        words % {**finding._asdict(), "outcome": Outcome(finding.outcome).label}
        for finding in findings
    ]
    return [Check(name, not findings, " ".join(lines))]


def state_of(record: Record, *, at: datetime) -> State:
    """How it stands at the moment `at`; nothing is said of a record that the log contradicts."""
    if not agrees(record):
        return State.DISAGREES
    if isinstance(record, Certificate | ExternalCertificate):
        return STATES[record.status_at(at)]
    if isinstance(record, Accreditation):
        return STATES[record.standing_at(at)]
    if record.withdrawn_at is not None:
        return State.WITHDRAWN
    if Declaration.objects.later(record.release_id, record.declared_at).exists():
        return State.SUPERSEDED
    return State.EXPIRED if record.valid_until <= at else State.VALID


def of_number(number: str, *, at: datetime) -> Verdict:
    """The register's word on one of its own numbers."""
    register = gettext("This register")
    record = record_of(number)
    if record is None:
        text = gettext("There is no %(number)s in it.") % {"number": number}
        return Verdict(State.NOT_ISSUED, text, [Check(register, False, text)], number=number)
    text = gettext("%(number)s stands in it.") % {"number": number}
    state = state_of(record, at=at)
    checks = [Check(register, True, text), *standing(record, state)]
    path, notes = record.get_absolute_url(), renamed_notes(record, state)
    return Verdict(state, "", checks, notes=notes, number=number, path=path)


def renamed(record: Record) -> list[tuple[str, str]]:
    """Who is called otherwise today than the record says, with both names (rule R131)."""
    if not isinstance(record, Certificate | Declaration):
        return []
    provider = record.release.solution.organisation.name
    if isinstance(record, Declaration):
        names = [(record.content["organisation"]["name"], provider)]
    else:
        facts = record.facts
        names = [(facts["provider"]["name"], provider), (facts["body"]["name"], record.body.name)]
    return [(former, name) for former, name in names if former != name]


def renamed_notes(record: Record, state: State) -> list[str]:
    """The same in sentences; nothing of a record that the log contradicts."""
    if state == State.DISAGREES:
        return []
    words = gettext("%(former)s is called %(name)s now.")
    return [words % {"former": former, "name": name} for former, name in renamed(record)]


def standing(record: Record, state: State) -> list[Check]:
    """How it stands, as checks."""
    today = Check(gettext("How it stands today"), state == State.VALID, str(state.label))
    return [*still_attested(record), today]


def mark_of(status: str) -> str:
    """How the assurance mark shows a status: empty while valid; what is over, and was neither
    suspended nor withdrawn, has lapsed."""
    if status == Certificate.Status.VALID:
        return ""
    struck = (Certificate.Status.SUSPENDED, Certificate.Status.WITHDRAWN)
    return str(status) if status in struck else "lapsed"
