"""Who hears that something ends."""

from datetime import timedelta

from certcentre.desk.reminding import ENDINGS, remind
from standards.attestation.certificates import Certificate
from tests import make
from tests.desk.handing_over import KEY, engaged
from tests.make.assessment import signer
from tests.make.attestation import officer


def reminded(step, build):
    """A record whose end is near."""

    def scenario():
        record = build()
        (ending,) = (each for each in ENDINGS if str(each.step) == step)
        yield
        remind(at=ending.ends(record) - timedelta(days=7), endings=[ending])
        yield record.people

    return scenario


def promised():
    made = engaged("examining", {KEY: "minor"})
    make.planned(made)
    action = made.findings.get(result="minor").corrective_action
    action.people = made.working | made.evaluators
    return action


def granted():
    made = engaged("granted")
    certificate = Certificate.objects.get()
    certificate.people = made.working | {made.body.second}
    return certificate


def accredited():
    record, chief = make.accreditation(make.body()), officer()
    record.people = {record.body.person, chief}
    return record


def insured():
    record = make.application("granted")
    record.people = {record.body.person, make.member(record.body, "manager")}
    return record


def of(organisation):
    return {signer(organisation), make.member(organisation, "editor")}


def declared_once():
    record = make.declaration()
    record.people = of(record.release.solution.organisation)
    return record


def in_use():
    record = make.filed(make.organisation("provider"))
    make.proven(record.organisation, piece=record)
    record.people = of(record.organisation)
    return record


def recorded():
    record = make.external(make.organisation(), status="recorded")
    record.people = {signer(record.release.solution.organisation)}
    return record


BUILT = {
    "certificate.ends": granted,
    "externalcertificate.ends": recorded,
    "accreditation.ends": accredited,
    "accreditationapplication.insurance_ends": insured,
    "correctiveaction.due": promised,
    "declaration.ends": declared_once,
    "evidence.ends": in_use,
}
ENDS = {step: reminded(step, build) for step, build in BUILT.items()}
