"""Before a weighty step whoever has not shown for a while that it is them is asked (rule R56)."""

import gc
import json
from urllib.parse import unquote

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as portal
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from certcentre.accounts.models import Organisation
from certcentre.errors import api_errors
from certcentre.step_page import NotProved, Question
from tests import make
from tests.access import TABLE
from tests.test_access import session_of

pytestmark = pytest.mark.alike

PASSWORD = "a long enough secret"
REASON = "It moved to another country, and wrote nothing of it."
# every address with a step that decides, publishes, declares, suspends, accredits or gives roles
WEIGHTY = [
    *(f"organisation-{verb}" for verb in ("suspend", "close")),
    *("new-name-rename", "new-name-decline"),
    *(f"certificate-{verb}" for verb in ("suspend", "withdraw")),
    *(f"accreditation-{verb}" for verb in ("grant", "suspend", "withdraw")),
    *("invite", "declare", "declaration-withdraw", "engagement-decide", "evidence-share"),
    *("access-grant", "access-refuse"),
    *(
        "catalogue-edition-publish",
        "catalogue-rules-publish",
        "tender-publish",
    ),
]


@pytest.fixture(autouse=True)
def asked_again(settings):
    cache.clear()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def officer(centre):
    centre.officer.set_password(PASSWORD)
    centre.officer.save()
    return centre.officer


@pytest.fixture
def suspend(provider):
    return reverse("organisation-suspend", args=[provider.pk])


def sign_in(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def long_after(client, seconds=3600):
    """The same session, an hour later."""
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= seconds
    session.save()


def asks(answer):
    """Whether it leads to where the person shows that it is them again."""
    ways = ("/accounts/reauthenticate/", "/second-step/reauthenticate/", "/accounts/login/")
    return answer.status_code == 302 and any(way in answer.url for way in ways)


def test_soon_after_signing_in_nothing_is_asked(client, officer, suspend):
    sign_in(client, officer)
    assert client.get(suspend).status_code == 200


def test_later_the_password_is_asked_and_then_the_page_opens(client, officer, suspend):
    sign_in(client, officer)
    long_after(client)
    asked = client.get(suspend)
    assert asks(asked)
    assert unquote(asked.url).endswith(f"next={suspend}")
    wrong = client.post(asked.url, {"password": "no"})
    assert 'class="problem"' in wrong.text
    back = client.post(asked.url, {"password": PASSWORD})
    assert back.url == suspend
    assert client.get(suspend).status_code == 200


def test_a_proof_of_before_the_clock_was_set_back_counts_no_longer(client, officer, suspend):
    sign_in(client, officer)
    long_after(client, -6 * 3600)
    asked = client.get(suspend)
    assert asks(asked)
    client.post(asked.url, {"password": PASSWORD})
    assert client.get(suspend).status_code == 200  # and is no trouble once it was given again


def test_what_was_typed_comes_back_and_nothing_is_taken_meanwhile(
    client, officer, suspend, provider
):
    sign_in(client, officer)
    long_after(client)
    asked = client.post(suspend, {"reason": REASON})
    assert asks(asked)
    page = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert REASON in page.text
    assert "What you wrote is still here." in page.text
    assert Organisation.objects.get(pk=provider.pk).status == "verified"
    client.post(suspend, {"reason": REASON})
    assert Organisation.objects.get(pk=provider.pk).status == "suspended"
    assert REASON not in client.get(reverse("organisation-close", args=[provider.pk])).text


def test_with_0_seconds_nobody_is_asked(client, officer, suspend, provider, settings):
    """The control: the same hour, and the step is taken."""
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    sign_in(client, officer)
    long_after(client)
    client.post(suspend, {"reason": REASON})
    assert Organisation.objects.get(pk=provider.pk).status == "suspended"


def test_a_second_step_may_stand_in_for_the_password(client, officer, suspend):
    TOTP.activate(officer, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client.force_login(officer)
    page = client.get(suspend, follow=True)
    assert "Give a code" in page.text


def test_whoever_may_not_take_the_step_is_asked_nothing(client, provider, suspend):
    client.force_login(provider.person)
    assert client.get(suspend).status_code == 403


def test_the_api_says_403_and_why():
    answer = api_errors(NotProved("Sign in again."), {})
    assert answer.status_code == 403
    assert json.loads(answer.content)["detail"] == "Sign in again."


def test_a_real_portal_asks_after_a_quarter_of_an_hour():
    text = (portal.BASE_DIR / "certcentre" / "settings" / "sign_in.py").read_text()
    assert '"REAUTHENTICATION_TIMEOUT", default=0 if DEMO else 900' in text


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, make.world) as built:
        yield built


def may(row):
    """Whom the row lets in."""
    return [who for who, code in row.expect.items() if code in (200, 302, 422) and code]


@pytest.mark.parametrize("name", WEIGHTY)
def test_every_weighty_step_asks(name, world, db):
    rows = [row for row in TABLE if row.name == name]
    asked = []
    for row in rows:
        for who in may(row):
            person = world.people[who]
            if person is None:
                continue
            client = Client()
            client.cookies.load(session_of(person))
            with transaction.atomic():
                address = reverse(row.name, args=row.args(world)) + row.query
                got = client.post(address, row.data(world))
                asked.append(asks(got))
                transaction.set_rollback(True)
    assert any(asked)


VERBS = {
    "award",
    "clear",
    "decide",
    "publish",
    "refuse",
    "reinstate",
    "rename",
    "suspend",
    "verify",
}


def questions():
    """The words of every step page of the portal."""
    assert get_resolver().url_patterns  # every page is loaded now
    gc.unfreeze()  # what was loaded before the tests is looked at too
    return [each for each in gc.get_objects() if type(each) is Question]


def test_no_page_of_such_a_verb_forgets_to_ask():
    asked = questions()
    assert len(asked) > 30
    light = [str(each.title) for each in asked if each.verb in VERBS and not each.weighty]
    assert light == []


def test_a_page_that_forgets_is_seen():
    """The control."""
    forgotten = Question("Suspend it", "", "", "", verb="suspend")
    assert forgotten in questions()
    assert not forgotten.weighty
