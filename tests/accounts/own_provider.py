"""An organisation with a provider of its own, and what its people do there."""

import re
from html import unescape
from uuid import UUID

from django.urls import reverse

from certcentre.accounts.models import Membership
from tests import make
from tests.accounts.test_sign_on import there
from tests.make.moment import AT

ORGANISATIONS = {name: UUID(int=number) for number, name in enumerate(("north", "south"), 1)}
PASSWORD = "a long enough secret"


def callback(name):
    key = f"org-{ORGANISATIONS[name]}"
    return f"http://testserver{reverse('openid_connect_callback', args=[key])}"


def organisation(name, **fields):
    """One whose key the real provider knows."""
    return make.organisation(id=ORGANISATIONS[name], name=f"{name.title()} School", **fields)


def own_provider(organisation, issuer, domains=("example.org",), **given):
    return make.identity_provider(organisation, issuer=issuer, domains=domains, **given)


def member(organisation, name="ada", *roles):
    """A member with the address that the provider gives for this name."""
    person = make.user(name, email=f"{name}@example.org", password=PASSWORD)
    for role in roles or ("editor",):
        Membership.grant(user=person, organisation=organisation, role=role, by=None, at=AT)
    return person


def onward(response):
    """Where the page leads on to, by itself."""
    assert response.status_code == 200
    return unescape(re.search(r'content="0; url=([^"]+)"', response.text)[1])


def by_address(client, address, **more):
    """The one press on the page of signing in."""
    return client.post(reverse("sign-on-organisation"), {"login": address, **more})


def sign_on(client, provider, name, **query):
    """Through the button of the provider, to the end."""
    begun = client.post(reverse("openid_connect_login", args=[provider.key], query=query or None))
    back = callback(next(key for key in ORGANISATIONS if str(ORGANISATIONS[key]) in provider.key))
    return client.get(there(onward(begun), name, back), follow=True)


def sign_in(client, person, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": person.email, "password": password})


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200
