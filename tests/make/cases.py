"""Cases of the centre."""

from certcentre.desk.cases.appeal import appeal as appealed
from certcentre.desk.cases.appeal import party
from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from tests.make.accounts import member, organisation, user
from tests.make.assessment import declaration
from tests.make.attestation import certificate, holder, officer
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


def suspended(*, at=AT, **more):
    """A certificate that its body suspended."""
    made = certificate(at=at, **more)
    made.suspend(by=holder(made.body, "decider"), at=at, reason="It was not kept up.")
    return made


def refused(*, at=AT):
    """An organisation that the centre did not verify; `.person` manages it."""
    made = organisation("provider", verified=False)
    made.refuse(by=officer(), at=at, reason="Not in the register.")
    return made


def appeal(about=None, status="received", *, words="It was kept up.", at=AT):
    """An appeal in a state. `.handler` is an officer who had no part, `.seated` the panel of three
    from outside, whom it has once it was acknowledged."""
    about = about or suspended(at=at)
    by = holder(party(about), "manager")
    made = appealed(about, words=words, by=by, at=at)
    made.handler = member(officer().memberships.first().organisation, "officer")
    made.seated = [user("panel") for _seat in range(3)]
    if status == "taken_back":
        made.take_back(by=by, at=at)
    if status in ("acknowledged", "examined", *Case.OUTCOMES):
        made.acknowledge(by=made.handler, at=at)
        made.empanel(by=made.handler, at=at, people=made.seated)
    if status in ("examined", *Case.OUTCOMES):
        made.examine(by=made.seated[0], at=at, found="Seen in the files.")
    if status in Case.OUTCOMES:
        who = {"by": made.seated[1], "at": at, "agreed": True}
        made.decide(outcome=status, reason="So it is.", **who)
    return made
