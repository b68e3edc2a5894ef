"""What a provider of OpenID Connect says is checked, each part of it: a real server that lies."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import User
from certcentre.accounts.openid import KEPT
from tests.accounts.false_provider import OTHER, serving

pytestmark = pytest.mark.alike

CALLBACK = "/accounts/oidc/sso/login/callback/"


@pytest.fixture(scope="module")
def server():
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(server, settings, db):
    cache.clear()
    server.lies = {}
    app = {
        "provider_id": "sso",
        "name": "Example Ministry",
        "client_id": "portal",
        "secret": "a-secret",
        "settings": {"server_url": server.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    return server


def begin(client):
    """What the portal asks of the provider."""
    begun = client.post(reverse("openid_connect_login", args=["sso"]))
    assert begun.status_code == 302
    return {name: value[0] for name, value in parse_qs(urlsplit(begun.url).query).items()}


def sign_on(client, provider, **lies):
    asked = begin(client)
    provider.nonce = asked.get("nonce")
    provider.lies = lies
    return client.get(CALLBACK, {"code": "any", "state": asked["state"]}, follow=True)


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200


LIES = {
    "another issuer": {"claims": {"iss": "https://elsewhere.example"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "for two, and not for us": {"claims": {"aud": ["portal", "other"], "azp": "other"}},
    "over": {"claims": {"iat": int(time.time()) - 900, "exp": int(time.time()) - 600}},
    "without an end": {"claims": {"exp": None}},
    "another nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"claims": {"nonce": None}},
    "signed by another key": {"key": OTHER},
    "signed with a key of another name": {"key": OTHER, "kid": "other"},
    "not signed": {"key": None, "algorithm": "none"},
    "signed with our secret": {"key": "a-secret", "algorithm": "HS256"},
    "no token of who it is": {"token": {"id_token": None}},
    "a token that is none": {"token": {"id_token": "a.b.c"}},
    "somebody else with that token": {"person": {"sub": "eve"}},
    "nobody with that token": {"person": {"sub": None}},
    "a name without end": {"claims": {"sub": "a" * 300}, "person": {"sub": "a" * 300}},
    "an address without end": {"person": {"email": f"{'a' * 300}@example.org"}},
    "an address that reads backwards": {"person": {"email": "ada\u202e@example.org"}},
    "no letter of a name": {"claims": {"sub": ""}, "person": {"sub": ""}},
    "a letter that no database takes": {"person": {"name": "Ada\0"}},
    "half a letter": {"person": {"picture": "\ud800"}},
    "a name that is no text": {"person": {"name": ["Ada"]}},
    "an address that is no text": {"person": {"email": {"a": 1}}},
    "a token that lasts for ever": {"token": {"expires_in": 10**400}},
    "a token that lasts for long": {"token": {"expires_in": "long"}},
    "a list of tokens": {"instead": {"/token": ["access_token"]}},
    "a list of keys": {"instead": {"/keys": [1]}},
    "keys that are none": {"instead": {"/keys": {"keys": [1]}}},
    "a list of people": {"instead": {"/userinfo": ["ada"]}},
}


def test_who_tells_the_truth_lets_in(client, provider):
    """The control: the same server, without a lie."""
    sign_on(client, provider)
    assert is_in(client)
    assert User.objects.get().name == "Ada Lovelace"


def test_of_all_that_it_says_what_names_the_person_is_kept_and_made_plain(client, provider):
    said = {"name": "Ada\u202e \x07Lovelace\r", "phone_number": "+254 1", "picture": "https://x"}
    sign_on(client, provider, person=said)
    assert User.objects.get().name == "Ada Lovelace"
    kept = SocialAccount.objects.get().extra_data
    assert {name for told in kept.values() for name in told} <= set(KEPT)
    assert kept["userinfo"]["name"]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_who_lies_lets_nobody_in(lie, client, provider):
    answer = sign_on(client, provider, **LIES[lie])
    assert answer.status_code == 401
    assert "The sign-in did not work" in answer.text
    assert not is_in(client)
    assert not User.objects.exists()


def test_a_provider_that_calls_itself_by_another_address_is_not_asked(client, provider):
    provider.lies = {"document": {"issuer": "https://elsewhere.example"}}
    answer = client.post(reverse("openid_connect_login", args=["sso"]))
    assert answer.status_code == 401
    assert "The sign-in did not work" in answer.text


@pytest.mark.parametrize(
    "document", [{"token_endpoint": None}, {"jwks_uri": "http://127.0.0.1:9/"}, {"jwks_uri": 7}]
)
def test_a_provider_that_says_too_little_or_is_away(document, client, provider):
    asked = begin(client)
    provider.nonce, provider.lies = asked["nonce"], {"document": document}
    answer = client.get(CALLBACK, {"code": "any", "state": asked["state"]})
    assert answer.status_code == 401
    provider.lies = {"status": 500}
    assert client.post(reverse("openid_connect_login", args=["sso"])).status_code == 401


@pytest.mark.parametrize("instead", [[], 7, "hello", None])
def test_a_provider_that_says_nothing_of_itself(instead, client, provider):
    provider.lies = {"instead": {"/.well-known/openid-configuration": instead}}
    assert client.post(reverse("openid_connect_login", args=["sso"])).status_code == 401


def test_what_fails_here_is_our_mistake_and_not_the_providers(provider, settings):
    """A sender that no mail takes: the mail about a new device fails."""
    sign_on(Client(), provider)
    settings.DEFAULT_FROM_EMAIL = "portal\n@example.org"
    User.objects.update(email="ada@example.org", last_login=(before := timezone.now()))
    client = Client(raise_request_exception=False)
    answer = sign_on(client, provider)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "nothing was changed" not in answer.text  # though the browser only looked
    assert User.objects.get().last_login > before


def test_the_answer_to_somebody_elses_sign_in_is_not_taken(client, provider):
    asked = begin(client)
    provider.nonce = asked["nonce"]
    other = Client()
    answer = other.get(CALLBACK, {"code": "any", "state": asked["state"]})
    assert answer.status_code == 401
    assert not User.objects.exists()


def test_of_two_providers_neither_answers_for_the_other(client, provider, settings):
    """Each has an address of its own to answer at, and the state knows whom it was for."""
    (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        app,
        app | {"provider_id": "north", "client_id": "portal-there"},
    ]
    asked = begin(client)
    provider.nonce = asked["nonce"]
    sent = {"code": "any", "state": asked["state"]}
    assert client.get(CALLBACK.replace("sso", "north"), sent).status_code == 401
    assert not User.objects.exists()
    assert client.get(CALLBACK, sent).status_code == 302  # the control


def test_a_token_opens_once(client, provider):
    sent = {"code": "any", "state": (asked := begin(client))["state"]}
    provider.nonce = asked["nonce"]
    assert client.get(CALLBACK, sent).status_code == 302
    client.post(reverse("account_logout"))
    assert client.get(CALLBACK, sent).status_code == 401
    assert not is_in(client)
