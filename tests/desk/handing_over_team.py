"""Mails between colleagues at one draft, and whom they are for."""

from standards.assessment import many_answers
from standards.assessment.teamwork import remark
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


TEAM = {"assessment.assigned": assigned, "remark.asked": asked, "remark.answered": answered}
