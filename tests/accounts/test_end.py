"""Taking a role back, or giving it up."""

import threading

import pytest
from django.db import connections
from django.urls import reverse

from certcentre.accounts.models import Membership, Role
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from tests import make


def role(person, name):
    return Membership.objects.get(user=person, role=name, until=None)


def test_the_manager_ends_a_role(client, provider):
    editor = make.member(provider, "editor")
    client.force_login(provider.person)
    client.post(reverse("membership-end", args=[provider.pk, role(editor, "editor").pk]))
    assert not editor.acts_for(provider)


def test_whoever_gives_up_the_last_role_comes_back_to_their_list(client, provider):
    editor = make.member(provider, "editor")
    client.force_login(editor)
    answer = client.post(reverse("membership-end", args=[provider.pk, role(editor, "editor").pk]))
    assert answer.url == reverse("organisations")


def test_others_may_not(provider, at):
    editor = make.member(provider, "editor")
    with pytest.raises(NotAllowed):
        role(provider.person, "signatory").end(by=editor, at=at)


def test_the_page_says_why_the_last_manager_stays(client, provider):
    client.force_login(provider.person)
    page = client.get(provider.get_absolute_url()).content.decode()
    assert "The last manager cannot leave" in page
    assert (
        reverse("membership-end", args=[provider.pk, role(provider.person, "manager").pk])
        not in page
    )


def test_the_last_manager_stays(provider, at):
    held = role(provider.person, "manager")
    with pytest.raises(NotReady, match="last manager"):
        held.end(by=provider.person, at=at)
    make.member(provider, "manager")
    held.end(by=provider.person, at=at)
    assert not provider.person.acts_for(provider, "manager")


def test_ended_twice_is_refused(provider, at):
    held = role(provider.person, "signatory")
    held.end(by=provider.person, at=at)
    with pytest.raises(IllegalMove):
        held.end(by=provider.person, at=at)


@pytest.mark.django_db(transaction=True)
def test_two_managers_leaving_at_once_leave_one(provider, at):
    second = make.member(provider, "manager")
    meet = threading.Barrier(2)

    def leave(person):
        held = role(person, "manager")
        meet.wait()
        try:
            held.end(by=person, at=at)
        except NotReady:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=(one,)) for one in (provider.person, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert provider.memberships.filter(role=Role.MANAGER, until=None).count() == 1
