"""An organisation sets a provider of sign-ins of its own; the centre confirms its domains."""

import json
import logging
import socket

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.urls import reverse

from certcentre.accounts.identity_providers import MailDomain
from certcentre.accounts.models import IdentityProvider
from certcentre.accounts.own_file import own_file
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.step_page import SECRET
from tests import make
from tests.accounts.false_provider import serving
from tests.accounts.own_provider import own_provider
from tests.make.attestation import officer
from tests.make.moment import AT

HIDDEN = "a-secret-that-nobody-reads"


@pytest.fixture(scope="module")
def server():
    with serving() as provider:
        yield provider


@pytest.fixture(autouse=True)
def here(server, settings, db):
    cache.clear()
    server.lies = {}
    settings.OWN_PROVIDERS_HERE = True


@pytest.fixture
def school():
    return make.organisation("buyer", name="North School")


@pytest.fixture
def manager(client, school):
    client.force_login(school.person)
    return client


def page(organisation, step=""):
    name = f"identity-provider-{step}" if step else "identity-provider"
    return reverse(name, args=[organisation.pk])


def shown(provider):
    """The print of what an officer's page shows of it."""
    return provider.print_of(provider.domain_names())


def shown_of(organisation):
    return shown(IdentityProvider.of(organisation))


def typed(server, **other):
    words = {"issuer": server.url, "client_id": "portal", "client_secret": HIDDEN}
    return words | {"domains": "School.example\n@pupils.school.example"} | other


def test_a_manager_sets_it_and_nobody_reads_the_secret(manager, school, server, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = manager.post(page(school), typed(server), follow=True)
    provider = IdentityProvider.objects.get()
    assert "The sign-in is set" in answer.text
    assert provider.secret() == HIDDEN
    assert provider.domain_names() == ["pupils.school.example", "school.example"]
    assert f"/accounts/oidc/org-{school.pk}/login/callback/" in answer.text
    readings = [
        answer.text,
        manager.get(page(school)).text,
        manager.get(school.get_absolute_url()).text,
        json.dumps(own_file(school.person, at=AT), default=str),
        str(list(LogEntry.objects.values_list("body", "reason"))),
        str(IdentityProvider.objects.values().get()),
        caplog.text,
    ]
    assert not [text for text in readings if HIDDEN in text]
    assert "own sign-in" in readings[3]  # that it is theirs is said, and no more


def test_a_secret_that_was_typed_is_not_kept_while_somebody_is_asked_who_they_are():
    assert SECRET.search("client_secret")


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ({"document": {"issuer": "https://elsewhere.example"}}, "by another address"),
        ({"document": {"token_endpoint": None}}, "where it is asked"),
        ({"document": {"authorization_endpoint": "javascript:alert(1)"}}, "full address"),
        ({"status": 404}, "no such document"),
        ({"status": 302}, "do not follow"),
        ({"instead": {"/keys": {"keys": []}}}, "publishes no key"),
        ({"instead": {"/keys": {"keys": "x" * 70_000}}}, "too large"),
        ({"instead": {"/.well-known/openid-configuration": [1]}}, "something else"),
    ],
)
def test_an_address_that_is_no_provider_is_told(lie, words, manager, school, server):
    server.lies = lie
    answer = manager.post(page(school), typed(server))
    assert answer.status_code == 422
    assert words in answer.text
    assert "school.example" in answer.text  # what was typed stays, but for the secret
    assert HIDDEN not in answer.text
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize(
    "issuer",
    [
        *("http://far.example", "far.example", "ftp://far.example", "https://", "https://[x"),
        *("https://user@far.example", "https://far.example:port", "javascript:alert(1)", "\0"),
        "https://far.example/?x=1",
    ],
)
def test_an_address_that_is_none_is_refused(issuer, manager, school, server):
    answer = manager.post(page(school), typed(server, issuer=issuer))
    assert answer.status_code == 422
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_nothing_inside_is_asked(inside, manager, school, server, settings, monkeypatch):
    """Whatever a name leads to. Other tests here ask this machine: the control."""
    settings.OWN_PROVIDERS_HERE = False
    place = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_named: place)
    monkeypatch.setattr(socket, "create_connection", pytest.fail)
    answer = manager.post(page(school), typed(server, issuer="https://inside.example"))
    assert "not a public place" in answer.text
    assert not IdentityProvider.objects.exists()
    answer = manager.post(page(school), typed(server))  # without https
    assert "full address with https" in answer.text


def test_an_address_that_turns_inside_later_is_not_asked_either(
    client, school, settings, monkeypatch
):
    """At each sign-in the same is looked at, not only when it is set."""
    provider = own_provider(school, "https://localhost")
    settings.OWN_PROVIDERS_HERE = False
    monkeypatch.setattr(socket, "create_connection", pytest.fail)
    answer = client.post(reverse("openid_connect_login", args=[provider.key]))
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("domains", "words"),
    [
        ("no domain at all!", "is no domain"),
        ("school", "is no domain"),
        (f"{'d.' * 123}examples", "is no domain"),  # one letter more than may be
        (" ".join(f"d{n}.example" for n in range(21)), "no more than 20"),
    ],
)
def test_domains_that_are_none_are_told(domains, words, manager, school, server):
    answer = manager.post(page(school), typed(server, domains=domains))
    assert answer.status_code == 422
    assert words in answer.text


def test_an_empty_secret_keeps_it_for_the_same_address_alone(school):
    """Else whoever names another address would be sent the one that is kept."""
    provider = own_provider(school, "http://127.0.0.1:9", client_secret=HIDDEN)
    kept = {"client_id": "portal", "client_secret": "", "domains": ["example.org"], "only": True}
    who = {"by": school.person, "at": AT}
    for other in ({"issuer": "http://127.0.0.1:8"}, {"client_id": "x"}):
        with pytest.raises(NotReady, match="client secret"):
            provider.change(**who, **{"issuer": provider.issuer, **kept, **other})
    provider.change(**who, issuer=provider.issuer, **kept)
    assert IdentityProvider.objects.get().secret() == HIDDEN
    assert provider.domain_names(confirmed=True) == ["example.org"]
    with pytest.raises(NotReady, match="says so already"):
        provider.change(**who, issuer=provider.issuer, **kept)


def test_another_address_or_domain_waits_for_the_centre_anew(school):
    provider = own_provider(school, "http://127.0.0.1:9")
    who = {"by": school.person, "at": AT}
    words = {
        "only": False,
        "client_id": "portal",
        "client_secret": "a-secret",
        "issuer": "http://127.0.0.1:8",
        "domains": ["example.org"],
    }
    provider.change(**who, **words)
    assert provider.domain_names(confirmed=True) == []
    provider.confirm(by=officer(), at=AT, how="So.", seen=shown(provider))
    provider.change(**who, **words | {"domains": ["example.org", "other.example"]})
    assert provider.domain_names(confirmed=True) == []


def test_a_domain_belongs_to_one_organisation(school):
    own_provider(school, "http://127.0.0.1:9")
    rival = make.organisation("buyer")
    provider = own_provider(rival, "http://127.0.0.1:8", confirmed=False)
    with pytest.raises(NotReady, match="of North School already"):
        provider.confirm(by=officer(), at=AT, how="So.", seen=shown(provider))
    with pytest.raises(IntegrityError):
        MailDomain.objects.filter(provider=provider).update(confirmed=True)


def test_who_may(school):
    provider = own_provider(school, "http://127.0.0.1:9", confirmed=False)
    rival, editor = make.organisation("buyer").person, make.member(school, "editor")
    for person in (rival, editor, officer()):
        with pytest.raises(NotAllowed):
            provider.remove(by=person, at=AT)
        with pytest.raises(NotAllowed):
            provider.may_change(by=person, at=AT)
    for person in (rival, editor, school.person):
        with pytest.raises(NotAllowed):
            provider.confirm(by=person, at=AT, how="So.", seen=shown(provider))
    centre = officer().memberships.first().organisation
    chief = make.member(centre, "manager")
    with pytest.raises(NotAllowed, match="operator"):
        IdentityProvider.of(centre).may_change(by=chief, at=AT)
    new = make.organisation("buyer", verified=False)
    with pytest.raises(IllegalMove, match="verified"):
        IdentityProvider.of(new).may_change(by=new.person, at=AT)


def test_a_manager_of_another_organisation_neither_sees_nor_changes_it(client, school, server):
    provider = own_provider(school, server.url)
    client.force_login(make.organisation("buyer").person)
    for step in ("", "test", "remove", "confirm", "decline"):
        assert client.post(page(school, step), typed(server)).status_code == 404
    assert IdentityProvider.objects.get().changed_at == provider.changed_at


def test_the_connection_is_tested_and_it_is_said(manager, school, server):
    own_provider(school, server.url)
    answer = manager.post(page(school, "test"), follow=True)
    assert "answers and publishes 1 key." in answer.text
    server.lies = {"status": 500}
    answer = manager.post(page(school, "test"), follow=True)
    assert "We could not read what the identity provider says of itself." in answer.text


def test_a_secret_that_cannot_be_read_is_told(manager, school, server, settings):
    own_provider(school, server.url)
    settings.SECRET_KEY = "another key than when it was set"
    assert IdentityProvider.objects.get().secret() == ""
    manager.force_login(school.person)
    assert "The client secret cannot be read" in manager.get(page(school)).text


def test_each_step_is_in_the_history(client, school, server):
    """Who is written to of each, `tests/desk/test_followers.py` asks."""
    client.force_login(school.person)
    client.post(page(school), typed(server))
    client.force_login(officer())
    client.post(page(school, "decline"), {"reason": "Not yours.", "seen": shown_of(school)})
    client.force_login(school.person)
    client.post(page(school), typed(server))
    client.force_login(officer())
    client.post(page(school, "confirm"), {"how": "By telephone.", "seen": shown_of(school)})
    client.force_login(school.person)
    client.post(page(school, "remove"))
    steps = list(LogEntry.objects.about(school).values_list("step", "reason", "visibility"))[2:]
    assert steps == [
        ("organisation.sign_on_set", "", "private"),
        ("organisation.sign_on_declined", "Not yours.", "private"),
        ("organisation.sign_on_set", "", "private"),
        ("organisation.sign_on_confirmed", "By telephone.", "private"),
        ("organisation.sign_on_removed", "", "private"),
    ]
    history = client.get(school.get_absolute_url()).text
    assert "Its own sign-in taken away" in history
    assert not IdentityProvider.objects.exists()


@pytest.mark.parametrize("step", ["", "remove", "confirm"])
def test_each_step_asks_again_who_one_is(step, client, school, server, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    own_provider(school, server.url, confirmed=False)
    client.force_login(officer() if step == "confirm" else school.person)
    answer = client.post(page(school, step), typed(server, how="So."))
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url or reverse("account_login") in answer.url
    assert not IdentityProvider.objects.get().domain_names(confirmed=True)
