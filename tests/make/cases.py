"""Cases of the centre."""

from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from tests.make.accounts import organisation
from tests.make.assessment import declaration
from tests.make.attestation import officer
from tests.make.moment import AT


def case(about=None, status="received", *, by=None, words="It shows advertisements.", **more):
    """A case in a state; `.handler` is an officer whom nothing ties to it."""
    if about is None:
        provider = organisation("provider")
        about = declaration(organisation=provider).release.solution
        about.organisation = provider
    made = Case.receive(about, words=words, by=by, at=AT, **more)
    made.handler = officer()
    who = {"by": made.handler, "at": AT}
    if status == "taken_back":
        made.take_back(by=by, at=AT)
    if status in ("acknowledged", "examined", *Case.OUTCOMES):
        made.acknowledge(**who)
    if status in ("examined", *Case.OUTCOMES):
        made.examine(found="Seen on the page of lessons.", **who)
    if status in Case.OUTCOMES:
        made.decide(outcome=status, reason="It does show some.", **who)
    return made


def asked(case, *, party=None):
    """A question to the first organisation that it concerns."""
    party = party or case.about.organisation
    question = "Does it show advertisements?"
    return PartyQuestion.ask(case, party=party, question=question, by=case.handler, at=AT)
