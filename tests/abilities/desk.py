"""Cases, and what the centre asks in them."""

from dataclasses import replace
from datetime import date

from django.urls import reverse

from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case as CentreCase
from certcentre.desk.cases.panel import PanelMember
from certcentre.desk.draw import Draw
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import belong, close_officers, members, outsiders
from tests.make.attestation import officer
from tests.make.cases import appeal, asked
from tests.make.moment import AT


def people_of(case, by):
    about = case.about
    provider = getattr(about, "organisation", None) or about.release.solution.organisation
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


def ask_body(case, *, by, at):
    PartyQuestion.ask(case, party=case.about.body, question="Is it so?", by=by, at=at)


empanelled = Offer(
    lambda record: reverse("case-empanel", args=[record.number]),
    lambda record, **who: record.empanel(people=[make.user("panel") for _seat in range(3)], **who),
)
CASE = Case(
    CentreCase,
    CentreCase.Status.values,
    case_in,
    lambda record: [record.get_absolute_url()],
    {
        "acknowledge": step("case-acknowledge", "number", "acknowledge"),
        "ask": Offer(lambda record: reverse("case-ask", args=[record.number]), ask),
        "empanel": empanelled,
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


def appeal_in(state):
    """Its parties, its panel, officers, and a seat whose holder joined a party."""
    status, _, then = state.partition(", ")
    made = appeal(status=status)
    provider = made.about.release.solution.organisation
    provider.person = made.raised_by
    if then == "no panel":
        PanelMember.objects.filter(case=made).delete()
    if then == "one joined a party":
        belong(made.seated[2], made.about.body, "evaluator")
    body = made.about.body
    people = {
        **people_of(made, made.raised_by),
        "the officer who handles it": made.handler,
        "one of the panel": made.seated[0],
        "another of the panel": made.seated[2],
        "who took the step": body.second,
        "a manager of the body": body.person,
    }
    return made, people


AGREED = {"outcome": "not_upheld", "reason": "So.", "agreed": True}
APPEAL = replace(
    CASE,
    states=(
        *CentreCase.Status.values,
        "acknowledged, no panel",
        "examined, no panel",
        "examined, one joined a party",
    ),
    build=appeal_in,
    offers={**CASE.offers, "ask": Offer(CASE.offers["ask"].address, ask_body)}
    | {"decide": step("case-decide", "number", "decide", **AGREED)},
    narrow={"empanel": "its panel is named already"},
)


def draw_in(state):
    day = date(2036, 1, 1) if state == "to come" else AT.date()
    made = Draw.objects.create(
        year=day.year,
        seed="00",
        draw_on=day,
        announced_at=AT,
        announced_by=officer(),
        drawn_at=AT if state == "drawn" else None,
    )
    return made, outsiders()


DRAW = Case(
    Draw,
    ("to come", "without open data", "drawn"),
    draw_in,
    lambda record: [reverse("surveillance")],
    {"draw": step("draw-draw", "year", "draw")},
    narrow={"draw": "only once its day has come"},
)

CASES = (DRAW, CASE, APPEAL, QUESTION)
