"""The second step of signing in: set up, asked for, kept unreadable, and demanded by roles."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts import factors
from certcentre.accounts.models import Membership
from tests import make

PASSWORD = "a long enough secret"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_limit_from_earlier_runs(settings):
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


@pytest.fixture
def sworn(person, settings):
    """A signatory, on a portal that demands a second step of those."""
    settings.MFA_ROLES = ["signatory"]
    body, long_ago = make.organisation("provider"), timezone.now() - timedelta(days=60)
    Membership.grant(user=person, organisation=body, role="signatory", by=None, at=long_ago)
    return person


def shown_at(moment):
    """What the app shows then."""
    return format_hotp_value(hotp_value(SECRET, int(moment.timestamp()) // 30))


def code(ahead=0):
    """What the app shows now, or some half minutes later."""
    return shown_at(timezone.now() + timedelta(seconds=30 * ahead))


def secret_of(page):
    """The key that the page shows four letters at a time."""
    key = re.search(r'id="secret">(.*?)</code>', page.text, re.DOTALL)[1]
    return "".join(re.findall(r"<span>(\w{4})</span>", key))


def sign_in(client, person):
    return client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD}, follow=True
    )


def own_page(client):
    return client.get(reverse("organisations"))


def given_so_long_ago(person, **ago):
    person.factor_asked_at = timezone.now() - timedelta(**ago)
    person.save()


def test_an_app_is_set_up_with_its_first_code(
    client, person, mailoutbox, django_capture_on_commit_callbacks
):
    sign_in(client, person)
    page = client.get(reverse("mfa_activate_totp"))
    secret = secret_of(page)
    shown = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": shown}, follow=True)
    assert "Codes for emergencies" in answer.text
    assert set(person.authenticator_set.values_list("type", flat=True)) == {
        "totp",
        "recovery_codes",
    }
    assert mailoutbox[-1].subject == "Codes of an app are in use"


def test_a_wrong_first_code_sets_nothing_up(client, person):
    client.force_login(person)
    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"}, follow=True)
    assert answer.status_code == 200
    assert not person.authenticator_set.exists()


def test_after_the_password_the_code_is_asked_for(client, person):
    TOTP.activate(person, SECRET)
    page = sign_in(client, person)
    assert page.request["PATH_INFO"] == reverse("mfa_authenticate")
    assert own_page(client).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.text.count("This code does not fit") == 1
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert own_page(client).status_code == 200


def test_a_code_serves_once(client, person):
    TOTP.activate(person, SECRET)
    for counts in (True, False):
        sign_in(client, person)
        client.post(reverse("mfa_authenticate"), {"code": code(1)})
        assert (own_page(client).status_code == 200) is counts
        client.logout()


def passes(client, person, code):
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code})
    let_in = own_page(client).status_code == 200
    client.logout()
    return let_in


def test_it_does_so_where_nothing_but_the_database_knows_of_it(client, person):
    """As another machine, or the same after Redis was away."""
    TOTP.activate(person, SECRET)
    shown = code(1)
    assert passes(client, person, shown)
    cache.clear()
    assert not passes(client, person, shown)


@pytest.mark.parametrize("later", [2, 33, 61])
def test_it_does_so_for_as_long_as_it_fits(person, later):
    app, now = TOTP.activate(person, SECRET).instance, timezone.now()
    first = shown_at(now + timedelta(seconds=30))  # by an app that is early
    assert factors.serves(app, first, at=now)
    then = now + timedelta(seconds=later)
    assert not factors.serves(app, first, at=then)
    assert not factors.serves(app, shown_at(now), at=then)  # older than the one that was taken
    following = shown_at(now + timedelta(seconds=60))
    assert factors.serves(app, following, at=now + timedelta(seconds=60))


def test_a_code_that_nobody_took_fits_for_that_long(person):
    """The control."""
    app, now = TOTP.activate(person, SECRET).instance, timezone.now()
    first = shown_at(now + timedelta(seconds=30))
    assert factors.serves(app, first, at=now + timedelta(seconds=59))


def test_the_code_that_sets_an_app_up_has_served(client, person):
    sign_in(client, person)
    page = client.get(reverse("mfa_activate_totp"))
    secret = secret_of(page)
    shown = format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + 1))
    client.post(reverse("mfa_activate_totp"), {"code": shown})
    client.logout()
    assert not passes(client, person, shown)


def test_after_five_wrong_codes_a_code_for_emergencies_still_lets_in(client, person):
    TOTP.activate(person, SECRET)
    emergency = RecoveryCodes.activate(person).get_unused_codes()[0]
    sign_in(client, person)
    for _ in range(6):
        answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Wait five minutes, or use a code for emergencies." in answer.text
    assert "ask for a new password" not in answer.text
    client.post(reverse("mfa_authenticate"), {"code": emergency})
    assert own_page(client).status_code == 200
    client.logout()
    assert not passes(client, person, emergency)


def test_codes_for_emergencies_are_guessed_five_times(client, person):
    TOTP.activate(person, SECRET)
    emergency = RecoveryCodes.activate(person).get_unused_codes()[0]
    sign_in(client, person)
    for number in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"0000000{number}"})
    assert not passes(client, person, emergency)
    assert passes(client, person, code())


ODD = ["[" * 3000, "{}", "[]", "7", '"x"', '{"id": "x"}']
ODD.append("1" * 5000)
ODD.append('{"id": "eA", "rawId": "eA", "response": {}}')


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_a_passkey_that_somebody_made_up_does_not_fit(client, person, answer):
    sent, pages = {"credential": answer}, ["mfa_login_webauthn", "mfa_authenticate"]
    TOTP.activate(person, SECRET)
    sign_in(client, person)
    for page in pages:
        client.get(reverse(page))  # begins, so that there is something to answer
        assert client.post(reverse(page), sent).status_code in (200, 302)
    assert own_page(client).status_code == 302
    client.force_login(person)
    again = [reverse(name) for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn")]
    assert {client.post(place, sent).status_code for place in again} <= {200, 302}


def test_what_is_kept_says_nothing_of_the_secret(person):
    TOTP.activate(person, SECRET)
    kept = str(Authenticator.objects.get().data)
    assert SECRET not in kept
    assert factors.Factors().decrypt(Authenticator.objects.get().data["secret"]) == SECRET


def test_another_key_reads_nothing_unless_the_earlier_one_is_named(settings):
    kept = factors.Factors().encrypt(SECRET)
    first, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(ValidationError, match="SECRET_KEY"):
        factors.Factors().decrypt(kept)
    settings.SECRET_KEY_FALLBACKS = [first]
    assert factors.Factors().decrypt(kept) == SECRET


def test_whoever_cannot_be_read_is_told_so_and_not_let_in(client, person, settings):
    TOTP.activate(person, SECRET)
    settings.SECRET_KEY = "another"
    sign_in(client, person)
    answer = client.post(reverse("mfa_authenticate"), {"code": code()})
    assert "SECRET_KEY" in answer.text
    assert own_page(client).status_code == 302


def test_a_role_gives_seven_days_from_the_first_page_opened(client, sworn):
    sign_in(client, sworn)
    page = own_page(client)
    sworn.refresh_from_db()
    assert timezone.now() - sworn.factor_asked_at < timedelta(minutes=1)
    assert "You have until" in page.text


def test_then_every_page_but_the_accounts_own_leads_to_where_it_is_set_up(client, sworn):
    given_so_long_ago(sworn, days=8)
    client.force_login(sworn)
    for name in ("organisations", "work", "home", "solutions", "account-close"):
        answer = client.get(reverse(name))
        if name == "account-close":
            assert answer.status_code == 200
        else:
            assert answer.url == reverse("mfa_index"), name
    assert "Set up a second step to go on." in client.get(reverse("mfa_index")).text
    assert client.get(reverse("help")).status_code == 200
    refused = client.get("/api/v1/solutions/")
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert client.post(reverse("account_logout")).status_code == 302


@pytest.mark.parametrize("roles", [[], ["decider"]])
def test_without_the_setting_nothing_is_demanded(roles, client, sworn, settings):
    """The control: the same person, the same time, another MFA_ROLES."""
    settings.MFA_ROLES = roles
    given_so_long_ago(sworn, days=8)
    client.force_login(sworn)
    assert own_page(client).status_code == 200


def test_an_app_or_a_passkey_satisfies_the_role_and_codes_alone_do_not(sworn):
    now = timezone.now()
    given_so_long_ago(sworn, days=8)
    Authenticator.objects.create(user=sworn, type="recovery_codes", data={})
    assert factors.set_up_until(sworn, at=now) < now
    TOTP.activate(sworn, SECRET)
    assert factors.set_up_until(sworn, at=now) is None


def test_a_role_that_ended_demands_nothing_and_a_new_one_begins_anew(sworn):
    now = timezone.now()
    given_so_long_ago(sworn, days=30)
    role = sworn.memberships.get()
    sworn.memberships.update(until=now)
    assert factors.set_up_until(sworn, at=now) is None
    Membership.grant(user=sworn, organisation=role.organisation, role="signatory", by=None, at=now)
    assert factors.set_up_until(sworn, at=now) == now + factors.TIME_TO_SET_UP


def test_a_real_portal_asks_those_who_decide_and_sign(settings):
    text = (Path(settings.BASE_DIR) / "certcentre" / "settings" / "sign_in.py").read_text()
    assert 'default=[] if DEMO else ["officer", "decider", "signatory"]' in text
