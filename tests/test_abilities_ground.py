"""Abilities, steps and what waits: the shapes that every part fills."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template

from certcentre.abilities import (
    Abilities,
    Refusal,
    abilities,
    refusal,
    require_able,
    require_person,
    verbs,
)
from certcentre.accounts.models import Membership, Organisation
from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry, record
from certcentre.steps import Step, every_step, table
from certcentre.worklist import every_row, tasks, tasks_about
from tests import make

pytestmark = pytest.mark.django_db


def test_what_a_record_may_undergo_is_read_from_its_checks():
    assert {"verify", "refuse", "suspend", "close", "invite"} <= set(verbs(Organisation))


def test_a_refusal_says_whether_person_state_or_something_missing_stands_against_it(
    centre, provider, at
):
    officers = abilities(provider, centre.officer, at=at)
    theirs = abilities(provider, provider.person, at=at)
    assert officers["suspend"] is None
    assert officers["verify"].kind == "state"
    assert theirs["suspend"].kind == "person"
    assert "officer of the centre" in theirs["suspend"]
    assert theirs.may["close"]


def test_a_template_reads_what_one_may_and_why_not(centre, provider, at):
    able = abilities(provider, centre.officer, at=at)
    assert {"verify", "suspend"} <= set(able)
    assert len(able) == len(verbs(Organisation))
    assert (able.context["may"]["suspend"], able.context["may"]["verify"]) == (True, False)
    assert able.context["why"]["verify"] == able["verify"]


def test_it_is_ones_turn_where_nothing_but_something_missing_stands_against_it(provider, at):
    manager = provider.memberships.get(role="manager")
    why = refusal(manager, "end", provider.person, at)
    able = Abilities({"end": why, "other": None, "never": Refusal(["No."], "person")})
    assert (why.kind, why.missing) == ("missing", True)
    assert [able.turn(verb) for verb in able] == [True, True, False]


def test_only_the_wrong_person_is_refused_before_something_is_typed(centre, provider, at):
    require_person(provider, "verify", centre.officer, at=at)  # verified already: the verb says so
    with pytest.raises(NotAllowed):
        require_person(provider, "verify", provider.person, at=at)
    with pytest.raises(IllegalMove):
        require_able(provider, "verify", centre.officer, at=at)


def test_who_is_not_signed_in_may_nothing(provider, at):
    assert not any(abilities(provider, AnonymousUser(), at=at).may.values())


def test_memberships_are_read_once_for_all_verbs(provider, at, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):  # memberships, and whether the person ever was there
        assert abilities(provider, provider.person, at=at).may["invite"]


def test_roles_read_once_are_forgotten_afterwards(provider, at):
    abilities(provider, provider.person, at=at)
    provider.person.memberships.filter(role="manager").update(until=at)
    assert not provider.person.acts_for(provider, "manager")


def test_a_step_gives_its_name_and_visibility_to_the_log(centre, provider, at):
    provider.suspend(by=centre.officer, at=at, reason="Struck off")
    entry = LogEntry.objects.about(provider).last()
    assert (entry.step, entry.visibility) == ("organisation.suspended", "public")
    record(provider, Step("organisation.quiet", "said inside"), by=None, at=at)
    assert LogEntry.objects.about(provider).last().visibility == "private"


def test_two_steps_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        table({"ONE": Step("a.b", "x"), "OTHER": Step("a.b", "y")})


def test_every_step_that_somebody_is_told_of_has_its_mail():
    told = [step for step in every_step().values() if step.told]
    assert [get_template(f"emails/{step}.txt") for step in told]


def test_an_officer_is_not_sent_to_verify_their_own(centre, at):
    company = make.organisation("provider", verified=False)
    titles = [task.title for task in tasks(centre.officer, at=at)]
    assert f"Verify {company.name}" in titles
    Membership.grant(
        user=centre.officer, organisation=company, role="editor", by=company.person, at=at
    )
    assert f"Verify {company.name}" not in [task.title for task in tasks(centre.officer, at=at)]


def test_a_record_shows_what_of_it_waits_for_the_reader(centre, at):
    company, other = (make.organisation("provider", verified=False) for _ in range(2))
    titles = [task.title for task in tasks_about(company, centre.officer, at=at)]
    assert titles == [f"Verify {company.name}"]
    assert other.name not in str(titles)


def test_a_row_is_for_its_kind_and_roles_alone():
    row = next(row for row in every_row() if row.step == "organisation.verify")
    assert row.is_for([("centre", "officer")])
    assert not row.is_for([("centre", "manager"), ("provider", "officer")])
