"""A rule holds a release; the centre clears or refuses it."""

from datetime import timedelta

import pytest
from django.test import Client

from certcentre.accounts.models import Membership
from certcentre.lifecycle import IllegalMove, NotAllowed
from certcentre.log.models import LogEntry
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Solution
from tests import make


@pytest.fixture
def held(provider, at):
    """A declared release that rule I04 holds."""
    release = make.declaration(organisation=provider).release
    release.publish(["I04"], by=provider.person, at=at)
    return release


@pytest.fixture
def again(provider, at):
    """The second declaration of a listed release, with facts that a rule holds it for."""
    make.fact("delivery", ask="How is it delivered?")
    make.rule(make.edition(), "blocks_listing", key="I04")
    first = make.declaration(make.release(provider, facts={"delivery": ["android"]}))
    assert first.release.public_since
    first.release.state_facts({"delivery": ["web"]}, by=provider.person, at=at)
    return make.declaration(first.release, at=at + timedelta(days=1))


def last_step(declaration):
    entry = LogEntry.objects.about(declaration.assessment).last()
    return entry.step, entry.visibility


def test_a_declaration_that_is_held_is_not_told_to_the_public(again):
    first = again.release.declarations.last()
    assert last_step(first) == ("assessment.declared", "public")
    assert last_step(again) == ("assessment.declared_held", "private")
    for address in ("/log/", "/feeds/log.atom"):
        page = Client().get(address).content.decode()
        assert first.number in page
        assert again.number not in page


def test_taking_back_what_was_never_public_is_not_told_to_the_public(again, provider, at):
    first = again.release.declarations.last()
    for declaration in (again, first):
        declaration.withdraw(by=provider.person, at=at + timedelta(days=2), reason="A mistake.")
    assert last_step(again) == ("declaration.withdrawn_held", "private")
    assert last_step(first) == ("declaration.withdrawn", "public")


def test_what_was_taken_back_unseen_is_not_made_public_later(again, provider, centre, at):
    again.withdraw(by=provider.person, at=at + timedelta(days=2), reason="A mistake.")
    third = make.declaration(again.release, at=at + timedelta(days=3))
    again.release.refresh_from_db()
    again.release.clear(by=centre.officer, at=at + timedelta(days=4), reason="Fine.")
    public = Declaration.objects.public()
    assert public.filter(pk=third.pk).exists()
    assert not public.filter(pk=again.pk).exists()
    assert Solution.objects.listed().exists()


def test_the_page_says_why_it_was_taken_back_unseen(again, provider, client):
    client.force_login(provider.person)
    address = f"{again.get_absolute_url()}withdraw/"
    assert "stands on the declaration’s page" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "A mistake."}).status_code == 302
    assert "A mistake." in client.get(again.get_absolute_url()).content.decode()


def test_the_page_says_that_a_held_one_took_its_place(again, provider, client):
    first = again.release.declarations.last()
    page = client.get(first.get_absolute_url()).content.decode()
    assert "Replaced by a newer one" in page
    assert "In force today" not in page
    assert again.number not in page
    client.force_login(provider.person)
    page = client.get(first.get_absolute_url()).content.decode()
    assert f"Replaced by {again.number}" in page
    assert again.get_absolute_url() in page


def test_a_held_release_is_out_of_the_register(held):
    assert held.status == "held"
    assert held.holds.open().get().rule_key == "I04"
    assert not Solution.objects.listed().exists()


def test_clearing_lets_it_in_and_the_rule_holds_it_no_more(held, centre, at):
    held.clear(by=centre.officer, at=at, reason="Research only.")
    assert Solution.objects.listed().exists()
    held.publish(["I04"], by=centre.officer, at=at)
    assert held.status == "clear"


def test_another_rule_holds_a_cleared_release_again(held, centre, at):
    held.clear(by=centre.officer, at=at, reason="Fine.")
    held.publish(["I04", "I05"], by=centre.officer, at=at)
    assert [hold.rule_key for hold in held.holds.open()] == ["I05"]


def test_a_refused_release_stays_out_of_the_register(held, centre, at):
    held.refuse(by=centre.officer, at=at, reason="Prohibited.")
    assert not Solution.objects.listed().exists()


def test_a_refused_release_goes_back_to_the_centre_with_a_new_declaration(held, centre, at):
    held.refuse(by=centre.officer, at=at, reason="Prohibited.")
    held.publish([], by=centre.officer, at=at)
    assert (held.status, held.holds.open().count()) == ("held", 1)


def test_holding_twice_makes_one_hold(held, provider, at):
    held.publish(["I04"], by=provider.person, at=at)
    assert held.holds.count() == 1


def test_only_an_officer_without_ties_decides(held, provider, centre, at):
    with pytest.raises(NotAllowed, match="officer"):
        held.clear(by=provider.person, at=at, reason="Mine.")
    Membership.grant(
        user=centre.officer, organisation=provider, role="editor", by=provider.person, at=at
    )
    with pytest.raises(NotAllowed, match="colleague"):
        held.refuse(by=centre.officer, at=at, reason="Ours.")


def test_deciding_twice_is_refused(held, centre, at):
    held.clear(by=centre.officer, at=at, reason="Fine.")
    with pytest.raises(IllegalMove):
        held.refuse(by=centre.officer, at=at, reason="No.")
