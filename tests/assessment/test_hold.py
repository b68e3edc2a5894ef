"""A rule holds a release; the centre clears or refuses it."""

import pytest

from certcentre.accounts.models import Membership
from certcentre.lifecycle import IllegalMove, NotAllowed
from standards.assessment.solutions import Solution
from tests import make


@pytest.fixture
def held(provider, at):
    """A declared release that rule I04 holds."""
    release = make.declaration(organisation=provider).release
    release.publish(["I04"], by=provider.person, at=at)
    return release


def test_a_held_release_is_out_of_the_register(held):
    assert held.status == "held"
    assert held.open_holds().get().rule_key == "I04"
    assert not Solution.objects.listed().exists()


def test_clearing_lets_it_in_and_the_rule_holds_it_no_more(held, centre, at):
    held.clear(by=centre.officer, at=at, reason="Research only.")
    assert Solution.objects.listed().exists()
    held.publish(["I04"], by=centre.officer, at=at)
    assert held.status == "clear"


def test_another_rule_holds_a_cleared_release_again(held, centre, at):
    held.clear(by=centre.officer, at=at, reason="Fine.")
    held.publish(["I04", "I05"], by=centre.officer, at=at)
    assert [hold.rule_key for hold in held.open_holds()] == ["I05"]


def test_a_refused_release_stays_out_of_the_register(held, centre, at):
    held.refuse(by=centre.officer, at=at, reason="Prohibited.")
    assert not Solution.objects.listed().exists()


def test_a_refused_release_goes_back_to_the_centre_with_a_new_declaration(held, centre, at):
    held.refuse(by=centre.officer, at=at, reason="Prohibited.")
    held.publish([], by=centre.officer, at=at)
    assert (held.status, held.open_holds().count()) == ("held", 1)


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
