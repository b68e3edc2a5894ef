"""Each verb of a provider's work refuses whoever has not the role, whichever door they come by."""

from datetime import date

import pytest

from certcentre.abilities import abilities
from certcentre.lifecycle import NotAllowed
from standards.assessment.accessibility_report import Report
from standards.assessment.assessments import Assessment, describe
from standards.assessment.declarations import Declaration
from standards.assessment.edition_migration import migrate_to
from standards.assessment.evidence import Evidence
from standards.assessment.report_import import fill
from standards.assessment.solutions import Release, Solution
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
LINK = {"title": "Report", "link": "https://example.org/report", "speaks_from": date(2026, 6, 1)}
SOLUTION = {"name": "Reader", "summary": "It reads.", "release_label": "1.x"}
SIGNED = {"signatory_name": "Ada Example", "signatory_role": "Director"}


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(1))


def answer(draft):
    return draft.answers.get()


def piece(draft):
    return make.evidence(draft.release.solution.organisation)


def company(draft):
    return draft.release.solution.organisation


EDITING = {
    "give": lambda draft, **who: answer(draft).give(value="met", revision=0, **who),
    "take": lambda draft, **who: answer(draft).take(None, revision=0, **who),
    "attach": lambda draft, **who: answer(draft).attach(piece(draft), **who),
    "detach": lambda draft, **who: answer(draft).detach(piece(draft), **who),
    "add": lambda draft, **who: draft.add(criteria=make.criteria(1), **who),
    "fill": lambda draft, **who: fill(draft, Report(*[""] * 5), edition=None, **who),
    "migrate": lambda draft, **who: migrate_to(draft, make.edition(), **who),
    "start": lambda draft, **who: Assessment.start(draft.release, **who),
    "describe": lambda draft, **who: describe(draft.release, {}, of=[], **who),
    "state_facts": lambda draft, **who: draft.release.state_facts({}, **who),
    "add a release": lambda draft, **who: Release.add(draft.release.solution, label="9", **who),
    "create": lambda draft, **who: Solution.create(company(draft), **SOLUTION, **who),
    "edit": lambda draft, **who: draft.release.solution.edit(seen="", **who),
    "add a link": lambda draft, **who: Evidence.add_link(company(draft), **LINK, **who),
    "add a file": lambda draft, **who: Evidence.add_file(
        company(draft), title="Report", file=make.upload(), speaks_from=AT.date(), **who
    ),
    "remove": lambda draft, **who: piece(draft).remove(**who),
}
SIGNING = {
    "sign": lambda draft, **who: Declaration.sign(draft, **SIGNED, **who),
    "withdraw": lambda draft, **who: draft.release.solution.withdraw(reason="Over", **who),
    "make_current": lambda draft, **who: draft.release.make_current(**who),
    "note_change": lambda draft, **who: draft.release.note_change(reason="Colours", **who),
}


@pytest.mark.parametrize("verb", EDITING)
def test_only_an_editor_of_the_provider_writes(draft, verb):
    signatory = make.member(company(draft), "signatory", "manager")
    with pytest.raises(NotAllowed, match="Only an editor"):
        EDITING[verb](draft, by=signatory, at=AT)


@pytest.mark.parametrize("verb", SIGNING)
def test_only_a_signatory_of_the_provider_publishes(draft, verb):
    editor = make.member(company(draft), "editor", "manager")
    with pytest.raises(NotAllowed, match="Only a signatory"):
        SIGNING[verb](draft, by=editor, at=AT)


def test_an_editor_elsewhere_may_nothing_here(draft):
    other = make.organisation("provider").person
    records = [draft, answer(draft), draft.release, draft.release.solution, piece(draft)]
    asked = [abilities(record, other, at=AT) for record in records]
    assert {refusal and refusal.kind for able in asked for refusal in able.values()} == {"person"}
