"""Each verb of a provider's work refuses whoever has not the role, whichever door they come by."""

from datetime import date

import pytest
from django.urls import reverse

from certcentre.abilities import abilities
from certcentre.lifecycle import IllegalMove, NotAllowed
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


@pytest.mark.parametrize("verb", ["make_current", "note_change"])
def test_nothing_is_stated_of_a_withdrawn_solution(provider, verb):
    release = make.declaration(make.release(provider)).release
    release.solution.withdraw(by=provider.person, at=AT, reason="Over")
    asked = abilities(release, provider.person, at=AT)
    assert asked[verb].kind == "state"


def test_a_closed_provider_describes_nothing_more(provider, client):
    client.force_login(provider.person)
    new = reverse("solution-new", args=[provider.pk])
    assert new in client.get(reverse("assessments")).content.decode()
    provider.close(by=provider.person, at=AT, reason="Over")
    assert new not in client.get(reverse("assessments")).content.decode()
    assert client.get(new).status_code == 409
    with pytest.raises(IllegalMove):
        Solution.create(provider, by=provider.person, at=AT, **SOLUTION)


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("editor", {"release-assess", "solution-edit", "release-new"}),
        ("signatory", {"release-note-change", "solution-withdraw"}),
        ("evaluator", set()),
    ],
)
def test_the_page_of_a_release_offers_what_its_reader_may_do(provider, client, role, offered):
    release = make.declaration(make.release(provider)).release
    of_solution = ("solution-edit", "solution-withdraw", "release-new")
    addresses = {name: reverse(name, args=[release.solution_id]) for name in of_solution}
    of_release = ("release-assess", "release-note-change", "release-make-current")
    addresses |= {name: reverse(name, args=[release.pk]) for name in of_release}
    client.force_login(make.member(provider, role))
    page = client.get(release.get_absolute_url()).content.decode()
    assert {name for name, address in addresses.items() if f'href="{address}"' in page} == offered
    for name, address in addresses.items():
        assert (client.get(address).status_code == 200) == (name in offered), name


def test_a_draft_is_written_by_an_editor_alone(draft, client):
    sheet = reverse("assessment-sheet", args=[draft.pk])
    for role, writes in (("editor", True), ("signatory", False)):
        client.force_login(make.member(company(draft), role))
        assert ("Save this page" in client.get(sheet).content.decode()) == writes
