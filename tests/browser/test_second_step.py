"""Codes of an app and a passkey, from setting them up to signing in with them."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.browser.conftest import go
from tests.browser.test_pages import LOOKS, barriers_and_edges

PASSWORD = "a long enough secret"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
EMPTY = "document.querySelector('form[data-passkey] [data-failed]:not([hidden])')"


@pytest.fixture
def by_name(site, settings):
    """A passkey belongs to a host with a name: the same server, called localhost."""
    cache.clear()
    settings.BASE_URL = site.url.replace("127.0.0.1", "localhost")
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    return settings.BASE_URL


@pytest.fixture
def page(by_name, chrome):
    context = chrome.new_context(base_url=by_name)
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def person(site):
    return make.user("second", password=PASSWORD)


def sign_in(page, person):
    go(page, reverse("account_login"))
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    go(page, reverse("account_logout"))
    page.locator("main").get_by_role("button", name="Sign out").click()


def shown(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + ahead))


def no_barriers(page):
    for look in LOOKS:
        assert barriers_and_edges(page, *look) == []


def test_codes_of_an_app(page, person):
    sign_in(page, person)
    go(page, reverse("mfa_index"))
    no_barriers(page)
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#secret").inner_text()
    assert page.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    no_barriers(page)
    page.get_by_label("Code").fill(shown(secret))
    page.get_by_role("button", name="Use this app").click()
    assert page.locator("main li.mono, main ul.mono li").count() == 10
    no_barriers(page)
    sign_out(page)
    sign_in(page, person)
    assert page.url.endswith(reverse("mfa_authenticate"))
    no_barriers(page)
    page.get_by_label("Code").fill(shown(secret, 1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.url.endswith(reverse("work"))


def test_a_passkey(page, person):
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    sign_in(page, person)
    go(page, reverse("mfa_add_webauthn"))
    no_barriers(page)
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")
    go(page, reverse("mfa_index"))
    assert page.get_by_role("link", name="My phone").count()
    no_barriers(page)
    sign_out(page)
    sign_in(page, person)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**{reverse('work')}")
    sign_out(page)
    go(page, reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**{reverse('work')}")
    sign_out(page)
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, person)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_function(EMPTY, timeout=90_000)
    assert page.url.endswith(reverse("mfa_authenticate"))
