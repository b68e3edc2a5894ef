"""A manager asks for a new name; it waits for the officers, who enter it or say why not."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import NewName, Organisation
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from tests import make

ASKED = {"name": "Moonrise Tools", "reason": "In the register since Monday"}


def ask(organisation, by, at, **words):
    NewName.of(organisation).ask(by=by, at=at, **ASKED | words)


def titles(person, at, **which):
    return [task.title for task in tasks(person, at=at, **which)]


def test_it_waits_on_the_list_of_officers_until_it_is_entered(client, centre, provider, at):
    client.force_login(provider.person)
    address = reverse("new-name-ask", args=[provider.pk])
    assert address in client.get(provider.get_absolute_url()).text
    assert client.post(address, ASKED).status_code == 302
    line = f"Look at the new name of {provider.name}"
    assert line in titles(centre.officer, at)
    assert f"The centre looks at the new name of {provider.name}" in titles(
        provider.person, at, turn=False
    )
    client.force_login(centre.officer)
    page = client.get(reverse("new-name-rename", args=[provider.pk])).text
    assert 'value="Moonrise Tools"' in page
    assert ASKED["reason"] in page
    make.renamed(provider, ASKED["name"])
    assert not NewName.objects.exists()
    assert line not in titles(centre.officer, at)


def test_an_officer_who_belonged_to_it_has_no_such_line(centre, provider, at):
    make.new_name(provider)
    provider.memberships.create(user=centre.officer, role="editor", since=at, until=at)
    assert titles(centre.officer, at) == []


def test_one_waits_at_a_time_and_may_be_taken_back(provider, at):
    ask(provider, provider.person, at)
    with pytest.raises(IllegalMove, match="already"):
        ask(provider, provider.person, at)
    twice = NewName.of(provider), NewName.of(provider)
    twice[0].take_back(by=provider.person, at=at)
    with pytest.raises(IllegalMove, match="No new name"):
        twice[1].take_back(by=provider.person, at=at)
    ask(provider, provider.person, at)


def test_a_declined_one_leaves_the_name_and_says_why(client, centre, provider):
    make.new_name(provider)
    client.force_login(centre.officer)
    address = reverse("new-name-decline", args=[provider.pk])
    assert client.post(address, {"reason": "Not in the register"}).status_code == 302
    assert Organisation.objects.get(pk=provider.pk).name == provider.name
    assert not NewName.objects.exists()
    client.force_login(provider.person)
    assert "Not in the register" in client.get(provider.get_absolute_url()).text


def test_only_a_manager_asks_and_only_of_what_is_verified(centre, provider, at):
    with pytest.raises(NotAllowed):
        ask(provider, make.member(provider, "editor"), at)
    with pytest.raises(NotAllowed):
        ask(provider, centre.officer, at)
    registered = make.organisation(verified=False)
    with pytest.raises(IllegalMove, match="has verified"):
        ask(registered, registered.person, at)
    for words in ({"name": provider.name}, {"name": " "}, {"reason": " "}):
        with pytest.raises(NotReady):
            ask(provider, provider.person, at, **words)


def test_a_page_in_error_keeps_what_was_typed_in_any_script(client, provider):
    client.force_login(provider.person)
    address = reverse("new-name-ask", args=[provider.pk])
    answer = client.post(address, {"name": "أدوات القمر", "reason": ""})
    assert answer.status_code == 422
    assert 'value="أدوات القمر"' in answer.text
    assert client.post(address, {"name": "n" * 201, "reason": "So."}).status_code == 422
