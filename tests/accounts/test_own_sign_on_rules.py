"""What holds of an organisation's own sign-in whichever page asks (rules R86 and R87)."""

import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts import identity_providers
from certcentre.accounts.factors import demanded_since
from certcentre.accounts.models import IdentityProvider, Membership, Organisation
from certcentre.accounts.sign_on import owner_of
from certcentre.lifecycle import NotReady
from tests import make
from tests.accounts.false_provider import serving
from tests.accounts.test_own_sign_on_hostile import ADA, arrive, begin, is_in
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with serving() as provider:
        yield provider


@pytest.fixture(autouse=True)
def here(server, settings):
    cache.clear()
    server.lies = {}
    settings.OWN_PROVIDERS_HERE = True


@pytest.fixture
def north():
    return make.organisation("buyer", name="North School")


@pytest.fixture
def provider(north, server):
    return make.identity_provider(north, issuer=server.url)


def second_address(north):
    """A member whose address in the school's domain is the second one."""
    person = make.member(north, "editor")
    EmailAddress.objects.create(user=person, email=ADA["email"], verified=True)
    return person


def test_a_second_confirmed_address_is_its_owners_too(client, provider, north, server):
    person = second_address(north)
    arrive(client, provider, server, person=ADA)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_one_that_nobody_confirmed_is_nobodys(client, provider, north, server):
    person = second_address(north)
    EmailAddress.objects.filter(user=person, email=ADA["email"]).update(verified=False)
    assert owner_of(ADA["email"]) is None
    answer = arrive(client, provider, server, person=ADA)
    assert "never confirmed it" in answer.text
    assert not is_in(client)


def test_who_is_invited_at_a_second_address_is_told_to_accept(client, provider, north, server):
    person = make.user()
    EmailAddress.objects.create(user=person, email=ADA["email"], verified=True)
    make.invitation(north, ADA["email"])
    answer = arrive(client, provider, server, person=ADA)
    assert "has invited you" in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("method", ["put", "head", "patch", "delete", "options"])
def test_by_no_other_method_does_a_connection_begin(method, client, provider, north):
    """Whoever connects is asked again who they are at a POST: nothing else gets there."""
    address = reverse("openid_connect_login", args=[provider.key], query={"process": "connect"})
    client.force_login(north.person)
    assert getattr(client, method)(address).status_code == 405
    assert begin(client, provider).status_code == 200  # the control


CHANGED = {"client_secret": "another", "only": False, "domains": ["example.org"]}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"domains": ["no domain"]}, "is no domain"),
        ({"domains": [f"d{n}.example" for n in range(21)]}, "no more than 20"),
        ({"issuer": "https://login.example/?x=1"}, "after \\? or #"),
        ({"issuer": "http://far.example"}, "no full address"),
    ],
)
def test_the_step_itself_refuses_what_its_form_refuses(given, words, provider, north, server):
    about = {"issuer": server.url, "client_id": "portal", **CHANGED, **given}
    with pytest.raises(NotReady, match=words):
        provider.change(by=north.person, at=AT, **about)


def test_the_step_itself_takes_an_address_and_domains_as_they_are_meant(provider, north):
    about = CHANGED | {"domains": ["@Example.org", "example.org.", "a.example."]}
    issuer = "https://login.example/.well-known/openid-configuration"
    provider.change(by=north.person, at=AT, issuer=issuer, client_id="portal", **about)
    assert provider.issuer == "https://login.example"
    assert provider.domain_names() == ["a.example", "example.org"]


def test_managers_need_a_second_step_only_while_it_lets_anybody_in(provider, north, settings):
    settings.MFA_ROLES = ["decider"]
    north.memberships.update(since=timezone.now() - timedelta(days=60))
    assert demanded_since(north.person) is None
    IdentityProvider.objects.update(only=True)
    assert demanded_since(north.person)
    Organisation.objects.filter(pk=north.pk).update(status="suspended")
    assert demanded_since(north.person) is None


@pytest.mark.parametrize(("roles", "told"), [([], False), (["decider"], True)])
def test_a_second_step_is_promised_where_one_is_demanded(roles, told, client, north, settings):
    settings.MFA_ROLES = roles
    client.force_login(north.person)
    page = client.get(reverse("identity-provider", args=[north.pk])).text
    assert ("They need a second step of signing in." in page) is told


def test_what_takes_it_away_waits_for_whoever_sets_it(provider, north):
    with CaptureQueriesContext(
        connection,
    ) as statements:
        provider.remove(by=north.person, at=AT)
    sent = [each["sql"] for each in statements]
    taken = next(n for n, sql in enumerate(sent) if sql.startswith("DELETE"))
    asked = [sql for sql in sent[:taken] if 'FROM "accounts_organisation" WHERE' in sql]
    assert asked
    if connection.features.has_select_for_update:
        assert "FOR UPDATE" in asked[-1]


def test_whether_a_sign_in_is_over_takes_two_statements(provider, north, django_assert_num_queries):
    person = make.member(north, "editor")
    proof = {"method": "socialaccount", "provider": provider.key, "at": timezone.now().timestamp()}
    for _twice in range(2):
        with django_assert_num_queries(2):
            assert not identity_providers.is_over([proof], person, at=timezone.now())
        make.member(make.organisation("buyer"), "editor")  # others change nothing
        Membership.grant(user=person, organisation=north, role="signatory", by=None, at=AT)


def test_the_settings_are_read_without_what_asks_others():
    code = "import certcentre.settings, sys; print('requests' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


def test_the_page_of_connections_asks_nothing_twice(client, provider, north):
    client.force_login(north.person)
    with CaptureQueriesContext(connection) as statements:
        page = client.get(reverse("socialaccount_connections"))
    assert "North School" in page.text
    sent = [each["sql"] for each in statements]
    assert len(sent) == len(set(sent))
