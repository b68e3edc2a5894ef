"""What a declaration lacks: page, verb, work list and release page ask one list."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.bench.measuring import own
from standards.assessment.abilities import declarable_keys
from standards.assessment.assessments import Assessment
from standards.assessment.declaration_check import gap, lacking
from standards.assessment.declarations import Declaration
from standards.assessment.progress import progress_of
from standards.catalogue.editions import Edition
from tests import make

SIGNED = {"signatory_name": "Ada Example", "signatory_role": "Director", "tick": "on"}


def draft(provider, given="met", obligation="must", **changes):
    """A draft of two criteria answered with `given`; its answers are changed as stored."""
    criteria = make.criteria(2, obligation=obligation)
    said = {criterion.key: given for criterion in criteria}
    made = make.assessment(organisation=provider, criteria=criteria, answers=said)
    if changes:
        made.answers.update(**changes)
    return made


def announced(provider):
    edition = make.edition(effective_from=date(2099, 1, 1))
    return make.assessment(organisation=provider, criteria=edition.criteria.all())


def withdraw(criterion):
    Edition.objects.filter(pk=criterion.edition_id).update(
        status="withdrawn", withdrawn_at=timezone.now()
    )


def withdrawn(provider):
    made = draft(provider, "")
    withdraw(made.answers.first().criterion)
    return made


def partly_withdrawn(provider):
    """One criterion met; the other open, of an edition that was withdrawn meanwhile."""
    (one,), (other,) = make.criteria(1), make.criteria(1)
    made = make.assessment(organisation=provider, criteria=[one, other], answers={one.key: "met"})
    withdraw(other)
    return made


def waiting_for_a_fact(provider):
    make.fact("delivery")
    make.rule(make.edition(), "blocks_listing")
    return draft(provider)


def of_a_withdrawn_solution(provider):
    made = draft(provider)
    made.release.solution.withdraw(by=provider.person, at=timezone.now(), reason="Ended.")
    return made


CASES = {  # how a draft is made, and whether it may be declared
    "answered": (draft, True),
    "a must is open": (lambda of: draft(of, ""), False),
    "a may is open": (lambda of: draft(of, "", "may"), True),
    "a must is to confirm": (lambda of: draft(of, to_confirm=True), False),
    "a may is to confirm": (lambda of: draft(of, "met", "may", to_confirm=True), True),
    "a reason is missing": (
        lambda of: draft(of, "met", "may", value="partly_met", reason=" \n"),
        False,
    ),
    "no such answer": (lambda of: draft(of, "met", "may", value="perhaps"), False),
    "announced and open": (announced, True),
    "withdrawn": (withdrawn, False),
    "partly withdrawn": (partly_withdrawn, True),
    "a fact is open": (waiting_for_a_fact, False),
    "the solution is withdrawn": (of_a_withdrawn_solution, False),
    "not verified": (lambda of: draft(make.organisation(verified=False)), False),
}


@pytest.fixture(params=CASES)
def case(request, provider):
    build, may = CASES[request.param]
    return Assessment.objects.get(pk=build(provider).pk), may


def test_page_verb_and_lists_agree_on_whether_a_draft_may_be_declared(client, case):
    made, may = case
    at, signer = timezone.now(), make.signer_of(made)
    client.force_login(signer)
    address = reverse("declare", args=[made.pk])
    assert ("signatory_name" in client.get(address).content.decode()) == may
    assert bool(made.checked(at=at).lacks) != may
    assert Assessment.objects.declarable(at=at).filter(pk=made.pk).exists() == may
    assert progress_of([made.release], at=at)[made.release_id].declarable == may
    overview = client.get(made.get_absolute_url()).content.decode()
    assert ("Review and declare" in overview) == may
    assert (client.post(address, SIGNED).status_code == 302) == may
    assert Declaration.objects.filter(assessment=made).exists() == may


def test_the_filter_names_the_answers_that_the_rule_names(case):
    made, at = case[0], timezone.now()
    answers = made.answers.with_evidence()
    named = {answer.pk for answer in answers if gap(answer, at)}
    assert set(made.answers.filter(lacking(at)).values_list("pk", flat=True)) == named
    counted = Assessment.objects.counted(at=at).get(pk=made.pk)
    assert counted.left == len(named)


def test_every_draft_of_the_example_world_is_judged_alike(db, at):
    make.world()
    drafts = list(Assessment.objects.drafts())
    declarable = set(Assessment.objects.declarable(at=at))
    assert drafts
    assert declarable == {one for one in drafts if not one.checked(at=at).lacks}


def test_many_drafts_are_judged_in_as_few_statements_as_one(provider):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            list(Assessment.objects.declarable(at=timezone.now()))
        return len(own(seen.captured_queries))

    waiting_for_a_fact(provider)
    few = cost()
    for _ in range(3):
        draft(provider)
    assert cost() == few <= 5


def test_a_work_list_judges_the_drafts_of_its_reader_alone(provider, at, django_assert_num_queries):
    made = draft(provider)
    assert list(declarable_keys(make.signer(provider), at)) == [{"pk": made.pk}]
    stranger = make.signer(make.organisation())
    with django_assert_num_queries(1):  # no draft lacks nothing, so no rule is read
        assert not declarable_keys(stranger, at)
