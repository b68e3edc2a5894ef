"""What sets off the mails about cases, and whom they are for."""

from tests import make
from tests.make.cases import appeal, asked
from tests.make.moment import AT

ENDED = ("raiser", "provider")


def cased(status, *who):
    """`who`: of the officers, the raiser and the provider those who are told."""

    def scenario():
        raiser, chief = make.user("raiser"), make.centre().officer
        before = {"received": None, "acknowledged": "received"}.get(status, "examined")
        provider = make.organisation("provider")
        solution = make.declaration(organisation=provider).release.solution
        made = before and make.case(solution, before, by=raiser)
        people = {"raiser": {raiser}, "provider": {provider.person}}
        yield
        if made is None:
            made = make.case(solution, by=raiser)
        elif status == "acknowledged":
            made.acknowledge(by=made.handler, at=AT)
        else:
            made.decide(by=made.handler, at=AT, outcome=status, reason="So.")
        people["officers"] = {chief}
        yield set().union(*(people[each] for each in who))

    return scenario


def party_asked(then):
    def scenario():
        made = make.case(status="acknowledged")
        question = asked(made) if then == "answered" else None
        provider = made.about.organisation.person
        yield
        if question is None:
            asked(made)
            yield {provider}
        else:
            question.reply(by=provider, at=AT, answer="No.")
            yield {made.handler}

    return scenario


def empanelled():
    made = appeal()
    made.acknowledge(by=made.handler, at=AT)
    yield
    made.empanel(by=made.handler, at=AT, people=made.seated)
    yield set(made.seated)


OF_CASES = {
    "case.empanelled": empanelled,
    "case.received": cased("received", "officers"),
    "case.acknowledged": cased("acknowledged", "raiser"),
    "case.upheld": cased("upheld", *ENDED),
    "case.partly_upheld": cased("partly_upheld", *ENDED),
    "case.not_upheld": cased("not_upheld", *ENDED),
    "partyquestion.asked": party_asked("asked"),
    "partyquestion.answered": party_asked("answered"),
}
