"""The provider of an organisation whose manager means ill: a server on this machine that lies."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Invitation, User
from tests import make
from tests.accounts.false_provider import serving
from tests.accounts.own_provider import by_address, is_in, member, onward, sign_in
from tests.make.moment import AT

PLACES = ("/.well-known/openid-configuration", "/userinfo", "/token", "/keys")
NESTED = b"[" * 30_000 + b"]" * 30_000
HALF = "\ud800"  # of a letter
ADA = {"email": "ada@example.org", "email_verified": True}


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
def north():
    return make.organisation("buyer", name="North School")


@pytest.fixture
def provider(north, server):
    return make.identity_provider(north, issuer=server.url)


def begin(client, provider, **query):
    return client.post(reverse("openid_connect_login", args=[provider.key], query=query or None))


def come_back(client, provider, server, begun, **lies):
    """With what the provider says, and its lies."""
    asked = parse_qs(urlsplit(onward(begun)).query)
    server.nonce, server.lies = asked["nonce"][0], lies
    address = reverse("openid_connect_callback", args=[provider.key])
    return client.get(address, {"state": asked["state"][0], "code": "any"})


def arrive(client, provider, server, **lies):
    return come_back(client, provider, server, begin(client, provider), **lies)


def test_an_invitation_opens_no_account_that_was_there_before(client, provider, north, server):
    """Who has it accepts first; the control is that the same sign-in then lets them in."""
    owner = make.user(email="ada@example.org", password="a long enough secret")
    letter = make.invitation(north, owner.email)
    answer = arrive(client, provider, server, person=ADA)
    assert answer.status_code == 403
    assert "You have an account here already" in answer.text
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    sign_in(client, owner)
    client.post(letter.get_absolute_url())
    client.post(reverse("account_logout"))
    arrive(client, provider, server, person=ADA)
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_nor_one_that_was_connected_before_its_owner_left(client, provider, north, server):
    owner = member(north)
    arrive(client, provider, server, person=ADA)
    assert is_in(client)
    owner.memberships.get().end(by=owner, at=timezone.now())
    assert not is_in(client)
    make.invitation(north, owner.email, at=timezone.now())
    answer = arrive(client, provider, server, person=ADA)
    assert "You have an account here already" in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("letter_first", [True, False])
def test_nor_one_connected_since_that_was_there_before(
    letter_first, client, provider, north, server
):
    """A letter for a further role was open when a member first came through the provider, written
    before the account was made or after."""
    early = letter_first and make.invitation(north, ADA["email"])
    owner = member(north)
    assert early or make.invitation(north, ADA["email"], at=timezone.now())
    arrive(client, provider, server, person=ADA)
    assert is_in(client)
    owner.memberships.get().end(by=owner, at=timezone.now())
    assert not is_in(client)
    answer = arrive(client, provider, server, person=ADA)
    assert "You have an account here already" in answer.text
    assert not is_in(client)


def test_nor_one_whose_owner_belongs_elsewhere(client, provider, north, server):
    member(make.organisation("buyer"))
    make.invitation(north, ADA["email"])
    answer = arrive(client, provider, server, person=ADA)
    assert "lets in its members alone" in " ".join(answer.text.split())
    assert not SocialAccount.objects.exists()


def test_an_account_that_a_letter_made_stays_open_as_long_as_the_letter(
    client, provider, north, server
):
    letter = make.invitation(north, ADA["email"])
    arrive(client, provider, server, person=ADA)
    assert is_in(client)
    Invitation.objects.filter(pk=letter.pk).update(withdrawn_at=AT)
    assert not is_in(client)
    assert User.objects.filter(email=ADA["email"]).exists()


def test_who_connects_is_asked_again_whichever_page_it_begins_on(
    client, provider, north, server, settings
):
    """The control: who has just shown that it is them is led on from both."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    person = member(north)
    sign_in(client, person)
    pages = (
        lambda: begin(client, provider, process="connect"),
        lambda: by_address(client, person.email, process="connect"),
    )
    assert [page().status_code for page in pages] == [200, 200]
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] = time.time() - 5000
    session.save()
    for page in pages:
        answer = page()
        assert answer.status_code == 302
        assert reverse("account_reauthenticate") in answer.url
    assert not SocialAccount.objects.exists()


def test_who_is_in_stays_in_when_it_becomes_the_only_way(client, north, server):
    person = member(north)
    sign_in(client, person)
    make.identity_provider(north, issuer=server.url, only=True)
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert sign_in(client, person).status_code == 403
    assert not is_in(client)


def spoilt(inside):
    """What each place answers instead, with this in it."""
    begins = {"/keys": b'{"keys": ', "/token": b'{"access_token": "a", "x": '}
    begins[PLACES[0]] = b'{"issuer": '
    return {place: begins.get(place, b'{"sub": "ada", "x": ') + inside + b"}" for place in PLACES}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("inside", [NESTED, b"1" * 5000, b'"\\ud800"'])
def test_an_answer_that_cannot_be_read_is_told(inside, place, client, provider, north, server):
    member(north)
    lies = {"instead": {place: spoilt(inside)[place]}}
    begun = begin(client, provider)
    answer = come_back(client, provider, server, begun, **lies)
    assert answer.status_code == 401
    assert not is_in(client)
    client.force_login(north.person)
    test = reverse("identity-provider-test", args=[north.pk])
    told = client.post(test, follow=True).text
    asked = place in ("/keys", PLACES[0])
    assert ("We could not read what the identity provider says" in told) == asked


@pytest.mark.parametrize(
    "lies",
    [
        {"claims": {"nonce": HALF}},
        {"claims": {"nonce": ["a"]}},
        {"claims": {"azp": HALF}},
        {"token": {"access_token": HALF}},
        {"document": {"jwks_uri": f"https://login.example/{HALF}"}},
        {"document": {"token_endpoint": f"https://{HALF}.example/"}},
        {"document": {"userinfo_endpoint": f"https://login.example/{HALF}"}},
    ],
)
def test_half_a_letter_is_told(lies, client, provider, north, server):
    member(north)
    answer = arrive(client, provider, server, **lies)
    assert answer.status_code == 401
    assert not is_in(client)


@pytest.mark.parametrize(
    ("end", "status"),
    [("sign-in", 200), (HALF, 401), ("a" * 50_000, 401), ("\r\nX: y", 200), ("[", 200)],
)
def test_an_address_to_lead_to_that_is_none_is_told(end, status, client, provider, server):
    """What is only odd is led to as an address is written."""
    server.lies = {"document": {"authorization_endpoint": f"https://login.example/{end}"}}
    assert begin(client, provider).status_code == status
