"""What waits for a provider's people is what the verbs would let them do."""

from certcentre.abilities import refusal
from certcentre.accounts.models import Membership
from certcentre.waiting import tasks, tasks_about
from standards.assessment import abilities
from tests import make


def test_what_is_to_declare_is_what_a_signatory_may_declare(provider, at):
    criteria = make.criteria(1)
    said = {criteria[0].key: "met"}
    ready = make.assessment(organisation=provider, criteria=criteria, answers=said)
    open_one = make.assessment(organisation=provider, criteria=make.criteria(1))
    assert list(abilities.to_declare(provider.person, at)) == [ready]
    assert list(abilities.to_finish(provider.person, at)) == [open_one]
    assert refusal(ready, "declare", provider.person, at) is None
    assert refusal(open_one, "declare", provider.person, at).missing


def test_an_officer_is_not_sent_to_judge_a_release_of_their_own(centre, provider, at):
    release = make.release(provider)
    release.publish(["R-1"], by=provider.person, at=at)
    words = f"Clear or refuse {release}"
    assert words in [task.title for task in tasks(centre.officer, at=at)]
    assert refusal(release, "clear", centre.officer, at) is None
    Membership.grant(
        user=centre.officer, organisation=provider, role="editor", by=provider.person, at=at
    )
    assert words not in [task.title for task in tasks(centre.officer, at=at)]
    assert refusal(release, "clear", centre.officer, at).kind == "person"


def test_a_release_page_shows_only_what_is_about_it(provider, at):
    one, other = make.release(provider), make.release(provider)
    titles = [task.title for task in tasks_about(one, provider.person, at=at)]
    assert titles == [f"Begin with {one}"]
    assert str(other) not in str(titles)
