"""Mails between colleagues at one draft or examination, and whom they are for."""

from standards.assessment import many_answers
from standards.assessment.teamwork import remark
from standards.attestation.portions import give_out
from standards.attestation.rating import ask_rating
from tests import make
from tests.make.moment import AT


def at_a_draft():
    provider = make.organisation()
    colleague = make.member(provider, "editor")
    make.member(provider, "editor")
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    return provider.person, colleague, draft.answers.with_provider().get()


def assigned():
    by, colleague, answer = at_a_draft()
    yield
    many_answers.assign_many(answer.assessment, {answer.pk: 0}, colleague, None, by=by, at=AT)
    yield {colleague}


def asked():
    by, colleague, answer = at_a_draft()
    yield
    remark(answer, words="Well?", asks=colleague, by=by, at=AT)
    yield {colleague}


def answered():
    by, colleague, answer = at_a_draft()
    remark(answer, words="Well?", asks=colleague, by=by, at=AT)
    yield
    remark(answer, words="Yes.", by=colleague, at=AT)
    yield {by}


def given_out():
    engagement = make.engagement("examining")
    body, keys = engagement.body, engagement.findings.values_list("pk", flat=True)
    colleague = make.member(body, "evaluator")
    make.member(body, "evaluator")
    yield
    give_out(engagement, list(keys), colleague, None, by=body.person, at=AT)
    yield {colleague}


def asked_to_score():
    engagement = make.engagement("ready")
    second = make.member(engagement.body, "evaluator")
    make.member(engagement.body, "evaluator")
    return engagement, second


def rating_asked():
    engagement, second = asked_to_score()
    yield
    ask_rating(engagement, rater=second, by=engagement.body.person, at=AT)
    yield {second}


def rating_handed_in():
    engagement, second = asked_to_score()
    rating = ask_rating(engagement, rater=second, by=engagement.body.person, at=AT)
    given = dict.fromkeys(rating.asked_of().values_list("pk", flat=True), ("conforming", ""))
    rating.score(given, by=second, at=AT)
    yield
    rating.hand_in(by=second, at=AT)
    yield {engagement.body.person}


TEAM = {
    "rating.asked": rating_asked,
    "rating.handed_in": rating_handed_in,
    "assessment.assigned": assigned,
    "portion.given": given_out,
    "remark.asked": asked,
    "remark.answered": answered,
}
