"""Mails between colleagues at one draft or examination, and whom they are for."""

from standards.assessment import many_answers
from standards.assessment.teamwork import remark
from standards.attestation.portions import give_out
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


TEAM = {
    "assessment.assigned": assigned,
    "portion.given": given_out,
    "remark.asked": asked,
    "remark.answered": answered,
}
