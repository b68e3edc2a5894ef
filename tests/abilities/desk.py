"""Cases, and what the centre asks in them."""

from django.urls import reverse

from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case as CentreCase
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import close_officers, members, outsiders
from tests.make.cases import asked
from tests.make.moment import AT


def people_of(case, by):
    provider = case.about.organisation
    return {
        **outsiders(),
        **members(provider, "manager", "editor", "signatory"),
        **close_officers(provider),
        "whoever raised it": by,
    }


def case_in(state):
    by = make.user("raiser")
    made = make.case(status=state, by=by)
    return made, people_of(made, by)


def ask(case, *, by, at):
    question = "Is it so?"
    PartyQuestion.ask(case, party=case.about.organisation, question=question, by=by, at=at)


CASE = Case(
    CentreCase,
    CentreCase.Status.values,
    case_in,
    lambda record: [record.get_absolute_url()],
    {
        "acknowledge": step("case-acknowledge", "number", "acknowledge"),
        "ask": Offer(lambda record: reverse("case-ask", args=[record.number]), ask),
        "examine": step("case-examine", "number", "examine", found="Nothing."),
        "decide": step("case-decide", "number", "decide", outcome="upheld", reason="So."),
        "take_back": step("case-take-back", "number", "take_back"),
    },
)


def question_in(state):
    by = make.user("raiser")
    made = make.case(status="acknowledged", by=by)
    question = asked(made)
    status, _, then = state.partition(", ")
    if status == "answered":
        question.reply(by=made.about.organisation.person, at=AT, answer="No.")
    if then == "case closed":
        made.take_back(by=by, at=AT)
    return question, people_of(made, by)


QUESTION = Case(
    PartyQuestion,
    (*PartyQuestion.Status.values, "asked, case closed"),
    question_in,
    lambda record: [record.case.get_absolute_url()],
    {
        "reply": Offer(
            lambda record: reverse("case-answer", args=[record.case.number, record.pk]),
            lambda record, **who: record.reply(answer="No.", **who),
        )
    },
)
CASES = (CASE, QUESTION)
