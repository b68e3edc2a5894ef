"""Mails on what a body may attest: to it, to the centre and to those whom it examines."""

from datetime import date, timedelta

from certcentre.desk.reminding import say_standing
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


def applied(status, told, verb="", **words):
    """Of an application that stands so; `told`: whether the body or the officers hear of it."""

    def scenario():
        body, chief = make.body(), officer()
        other = make.member(body, "manager")
        application = make.application(status, body=body) if status else None
        yield
        if not application:
            make.application(body=body)
        else:
            by = body.person if told == "officers" else chief
            getattr(application, verb)(**words, by=by, at=AT)
        yield {chief} if told == "officers" else {body.person, other}

    return scenario


def ran_out():
    """Of an examination whose body's accreditation is not renewed in time."""
    engagement = make.engagement("accepted")
    working = {signer(engagement.provider), make.member(engagement.provider, "editor")}
    over = engagement.body.accreditations.get().valid_until + timedelta(days=1)
    yield
    say_standing(at=AT.replace(year=over.year, month=over.month, day=over.day))
    yield working


DAYS = {"valid_from": AT.date(), "valid_until": date(2029, 6, 30)}
ANSWER = {"answer": "Ann does.", "insured_until": date(2027, 12, 31)}
APPLICATION = "accreditationapplication"
ACCREDITING = {
    f"{APPLICATION}.sent": applied("", "officers"),
    f"{APPLICATION}.asked": applied("sent", "body", "ask", reason="Who signs?"),
    f"{APPLICATION}.answered": applied("asked", "officers", "answer_with", **ANSWER),
    f"{APPLICATION}.granted": applied("sent", "body", "grant", **DAYS),
    f"{APPLICATION}.refused": applied("sent", "body", "refuse", reason="Too few."),
    f"{APPLICATION}.taken_back": applied("sent", "officers", "take_back", reason="Later."),
    "accreditation.suspended": accreditation("suspend"),
    "accreditation.reinstated": accreditation("reinstate", before=["suspend"]),
    "accreditation.withdrawn": accreditation("withdraw"),
    "engagement.rests": examination("suspend"),
    "engagement.goes_on": examination("reinstate", before=["suspend"]),
}
