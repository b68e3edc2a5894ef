"""Mails on what a body may attest: to it, to the centre and to those whom it examines."""

from tests import make
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.moment import AT


def accreditation(verb, before=()):
    def scenario():
        body, by = make.body(), officer()
        record = make.accreditation(body)
        for step in before:
            getattr(record, step)(by=by, at=AT, reason="Looked into.")
        examiner = make.member(body, "evaluator")
        yield
        getattr(record, verb)(by=by, at=AT, reason="Looked into.")
        yield {body.person, body.second, examiner}

    return scenario


def examination(verb, before=()):
    """Of an examination under way: its provider is told too when the accreditation moves."""

    def scenario():
        engagement, by = make.engagement("accepted"), officer()
        accreditation = engagement.body.accreditations.get()
        working = {signer(engagement.provider), make.member(engagement.provider, "editor")}
        for step in before:
            getattr(accreditation, step)(by=by, at=AT, reason="A complaint")
        yield
        getattr(accreditation, verb)(by=by, at=AT, reason="Settled")
        yield working | {engagement.body.person, engagement.body.second}

    return scenario


ACCREDITING = {
    "accreditation.suspended": accreditation("suspend"),
    "accreditation.reinstated": accreditation("reinstate", before=["suspend"]),
    "accreditation.withdrawn": accreditation("withdraw"),
    "engagement.rests": examination("suspend"),
    "engagement.goes_on": examination("reinstate", before=["suspend"]),
}
