"""The pages of an account offer what can matter, and say things once."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from certcentre.accounts.devices import named
from certcentre.accounts.models import User
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
AGENTS = {
    "Chrome on Linux": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36",
    "Edge on Windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "Safari on iPhone": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Firefox on Android": "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
    "Safari on macOS": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, "
    "like Gecko) Version/17.5 Safari/605.1.15",
    "": "curl/8.5.0",
}


@pytest.fixture
def person(client):
    cache.clear()
    someone = make.user(email="person@example.org", password="a long enough secret")
    client.force_login(someone)
    return someone


def address(person, email, **about):
    return EmailAddress.objects.create(user=person, email=email, **about)


def offered(client):
    page = client.get(reverse("account_email")).text
    return set(re.findall(r'name="(action_\w+)"', page))


def test_with_one_confirmed_address_only_another_is_offered(client, person):
    EmailAddress.objects.all().delete()
    own = address(person, person.email, primary=True, verified=True)
    assert offered(client) == {"action_add"}
    EmailAddress.objects.filter(pk=own.pk).update(verified=False)
    assert offered(client) == {"action_add", "action_send"}
    sent = client.post(reverse("account_email"), {"action_send": "1", "email": own.email})
    assert sent.status_code == 302
    address(person, "other@example.org", verified=True)
    every = {"action_add", "action_send", "action_primary", "action_remove"}
    assert offered(client) == every


def test_an_address_that_was_withheld_is_none(client):
    someone = make.user(email=f"somebody{User.WITHHELD}")
    EmailAddress.objects.all().delete()
    client.force_login(someone)
    assert User.WITHHELD not in client.get(reverse("account_email")).text
    assert not EmailAddress.objects.exists()
    address(someone, someone.email)  # as earlier versions wrote it down
    address(someone, "own@example.org", verified=True)
    page = client.get(reverse("account_email")).text
    assert User.WITHHELD not in page
    assert "own@example.org" in page
    client.post(reverse("account_email"), {"action_add": "1", "email": "new@example.org"})
    assert EmailAddress.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(("words", "agent"), AGENTS.items())
def test_a_device_is_called_by_its_browser_and_system(words, agent):
    assert named(agent) == words


def test_what_a_browser_says_of_itself_is_folded_away(client):
    make.user(email="reader@example.org", password="a long enough secret")
    agent = AGENTS["Chrome on Linux"]
    sent = {"login": "reader@example.org", "password": "a long enough secret"}
    client.post(reverse("account_login"), sent, headers={"user-agent": agent})
    page = client.get(reverse("account-sessions"), headers={"user-agent": agent}).text
    assert "Chrome on Linux" in page
    nothing = client.post(reverse("account-sessions"), {"end": "others"}, follow=True).text
    assert "Nothing changed." in nothing
    assert "0 ended" not in nothing
    assert agent in re.search(r"<details>.*?</details>", page[page.index("<main") :], re.DOTALL)[0]


def test_a_wrong_password_is_told_in_one_sentence(client, person):
    client.logout()
    sent = {"login": person.email, "password": "another long secret"}
    page = client.post(reverse("account_login"), sent).text
    box = re.search(r'<div class="problem.*?</div>', page, re.DOTALL)[0]
    words = " ".join(re.sub("<[^>]*>", "", box.partition(">")[2]).split())
    assert words == "This address and password do not fit each other: type the password again."


def test_a_wrong_first_code_is_told_once_beside_the_code(client, person):
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).text
    assert page.count("This code does not fit") == 1
    assert re.search(r'<input[^>]*name="code"[^>]*autofocus', page)


def test_the_key_of_an_app_is_read_by_fours(client, person):
    page = client.get(reverse("mfa_activate_totp")).text
    fours = re.search(r'id="secret">(.*?)</code>', page, re.DOTALL)[1]
    assert re.findall(r"<span>(\w{4})</span>", fours) == re.findall(
        r"\w{4}", re.sub(r"<\w+>|</\w+>", "", fours)
    )
    assert len(re.findall("<span>", fours)) == 8


@pytest.mark.parametrize(
    ("base", "host", "told"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "localhost:8000", ""),
        ("https://portal.example", "127.0.0.1", "https://portal.example"),
        ("http://localhost:8000", "127.0.0.1:8000", "http://localhost:8000"),
        ("http://1.2.3:8000", "127.0.0.1:8000", "the portal's address is a number"),
    ],
)
def test_a_passkey_wants_a_name(client, person, settings, base, host, told):
    settings.BASE_URL = base
    for name in ("mfa_index", "mfa_add_webauthn"):
        page = client.get(reverse(name), headers={"host": host}).text
        assert ("Browsers take no passkey here" in page) is bool(told)
        assert told in page


def test_passkeys_call_this_machine_localhost_where_the_browser_does(client, person, settings):
    settings.BASE_URL = "http://127.0.0.1:8000"
    for host, known in (("localhost:8000", '"id": "localhost"'), ("127.0.0.1:8000", None)):
        page = client.get(reverse("mfa_add_webauthn"), headers={"host": host}).text
        assert known is None or known in page
    settings.BASE_URL = "https://portal.example"
    page = client.get(reverse("mfa_add_webauthn"), headers={"host": "localhost"}).text
    assert '"id": "portal.example"' in page


@pytest.mark.parametrize("host", ["1.2.3", "127.1", "10.0.0.1", "[::1]"])
def test_a_host_that_is_a_number_however_it_is_written_takes_no_passkey(
    client, person, settings, host
):
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["*"], f"http://{host}:8000"
    page = client.get(reverse("mfa_index"), headers={"host": f"{host}:8000"})
    assert "Browsers take no passkey here" in page.text


def test_the_language_never_leads_to_itself(client):
    sent = {"language": "fr", "next": "https://evil.example"}
    here = reverse("set_language")
    answer = client.post(here, sent, headers={"referer": f"http://testserver{here}"})
    assert answer.url == "/"
    assert client.post(here, sent | {"next": "/log/"}).url == "/log/"  # the control
