"""Sessions: listed, ended, and over by themselves."""

import runpy
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts import sessions
from certcentre.settings import sign_in
from tests import make
from tests.make.moment import AT
from tests.markup import text

PASSWORD = "a long enough secret"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quick(settings):
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"


@pytest.fixture
def person(db):
    return make.user(email="person@example.org", password=PASSWORD)


def signed_in(person, agent="Firefox"):
    client = Client(headers={"User-Agent": agent})
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200


def later(client, *, begun=timedelta(), seen=timedelta()):
    """The same session, begun and last used so much earlier."""
    session = client.session
    session[sessions.BEGUN] -= begun.total_seconds()
    session[sessions.SEEN] -= seen.total_seconds()
    session.save()


@pytest.mark.parametrize(
    ("idle", "most", "seen", "begun", "over"),
    [
        (3600, 86400, 59, 59, False),
        (3600, 86400, 60, 60, True),
        (3600, 86400, 1, 24 * 60, True),
        (0, 86400, 600, 600, False),
        (3600, 0, 1, 99_999, False),
        (0, 0, 99_999, 99_999, False),
    ],
)
def test_a_session_is_over(idle, most, seen, begun, over, settings):
    settings.SESSION_IDLE, settings.SESSION_MAX = idle, most
    session = {}
    sessions.begin(session, at=AT - timedelta(minutes=begun))
    session[sessions.SEEN] = (AT - timedelta(minutes=seen)).timestamp()
    assert sessions.is_over(session, at=AT) is over


@pytest.mark.parametrize(("most", "age"), [("0", 400 * 24), ("7200", 2)])
def test_a_cookie_lasts_as_long_as_its_session(most, age, monkeypatch):
    monkeypatch.setenv("SESSION_MAX", most)
    read = runpy.run_path(sign_in.__file__)
    assert read["SESSION_COOKIE_AGE"] == age * 3600


def test_a_page_keeps_it_awake_and_is_not_written_each_time(settings):
    settings.SESSION_IDLE = 3600
    session = {}
    sessions.begin(session, at=AT)
    sessions.see(session, at=AT + timedelta(minutes=2))
    assert session[sessions.SEEN] == AT.timestamp()
    sessions.see(session, at=AT + timedelta(minutes=4))
    assert session[sessions.SEEN] == (AT + timedelta(minutes=4)).timestamp()


def test_whoever_was_away_too_long_is_signed_out_and_told(person):
    client = signed_in(person)
    later(client, seen=25 * HOUR)
    answer = client.get(reverse("organisations"), follow=True)
    assert answer.request["PATH_INFO"] == reverse("account_login")
    assert "so you were signed out" in answer.text


def test_without_the_setting_they_stay(person, settings):
    """The control."""
    settings.SESSION_IDLE = 0
    client = signed_in(person)
    later(client, seen=25 * HOUR)
    assert is_in(client)


def test_what_they_sent_is_there_when_they_are_back(person):
    client = signed_in(person)
    later(client, seen=25 * HOUR)
    sent = {"name": "Example House of Reading", "country": "EE", "password": "hushhush"}
    answer = client.post(reverse("organisation-new"), sent)
    assert "hushhush" not in str(dict(client.session))
    page = client.post(answer.url, {"login": person.email, "password": PASSWORD}, follow=True)
    assert "Example House of Reading" in page.text


def test_somebody_else_on_the_same_device_does_not_read_it(person):
    client = signed_in(person)
    later(client, seen=25 * HOUR)
    answer = client.post(reverse("organisation-new"), {"name": "Example House of Reading"})
    other = make.user(password=PASSWORD)
    page = client.post(answer.url, {"login": other.email, "password": PASSWORD}, follow=True)
    assert "Example House of Reading" not in page.text


def test_each_session_is_listed_and_ended(person):
    phone, desk = signed_in(person, "Phone"), signed_in(person, "Desk")
    page = desk.get(reverse("account-sessions"))
    assert "Phone" in page.text
    assert "Desk" in page.text
    lost = UserSession.objects.get(user_agent="Phone")
    desk.post(reverse("account-sessions"), {"end": lost.pk})
    assert not is_in(phone)
    assert is_in(desk)


def test_all_others_end_at_once(person):
    others = [signed_in(person, f"Device {number}") for number in range(3)]
    here = signed_in(person)
    here.post(reverse("account-sessions"), {"end": "others"})
    assert [is_in(client) for client in [*others, here]] == [False, False, False, True]


def test_nobody_ends_somebody_elses(person):
    theirs = signed_in(make.user(email="other@example.org", password=PASSWORD))
    client = signed_in(person)
    client.post(reverse("account-sessions"), {"end": UserSession.objects.first().pk})
    assert is_in(theirs)


def test_a_new_device_is_told_by_mail_the_first_and_known_ones_are_not(person, mailoutbox):
    client = signed_in(person)
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert mailoutbox == []
    signed_in(person, "Somewhere else")
    assert [mail.subject for mail in mailoutbox] == ["Somebody signed in with a new device"]
    assert "Somewhere else" in mailoutbox[0].body


def test_what_ran_out_is_swept_with_where_it_was(person):
    signed_in(person, "Old")
    kept = signed_in(person, "New")
    old = UserSession.objects.get(user_agent="Old").session_key
    now = timezone.now()
    Session.objects.filter(session_key=old).update(expire_date=now - HOUR)
    sessions.sweep(at=now)
    assert [each.user_agent for each in UserSession.objects.all()] == ["New"]
    assert not Session.objects.filter(session_key=old).exists()
    assert is_in(kept)


def test_no_page_of_somebody_who_is_signed_in_is_kept(client, person):
    assert "no-store" not in client.get("/").get("Cache-Control", "")  # a visitor's may be
    client.force_login(person)
    for address in ("/", "/work/", "/solutions/", "/nowhere/"):
        assert client.get(address)["Cache-Control"] == "no-store"


def test_what_says_itself_how_long_it_may_be_kept_is_left_alone(client, person, db):
    certificate = make.certificate()
    client.force_login(person)
    assert "public" in client.get(f"/badges/{certificate.number}.svg")["Cache-Control"]


@pytest.mark.parametrize(
    ("idle", "most", "account", "cookie"),
    [
        (86_400, 14 * 86_400, ["after 1 day without", "out 2 weeks after"], "for 2 weeks at most"),
        (1800, 0, ["after 30 minutes without"], "for 1 year, 1 month at most"),
        (0, 0, [], "for 1 year, 1 month at most"),
    ],
)
def test_the_help_says_what_the_operator_chose(db, client, settings, idle, most, account, cookie):
    settings.SESSION_IDLE, settings.SESSION_MAX = idle, most
    settings.SESSION_COOKIE_AGE = most or sign_in.NEVER
    words = text(client.get(reverse("help-page", args=["account"])))
    assert [phrase for phrase in account if phrase not in words] == []
    assert words.count("You are signed out") == len(account)
    assert cookie in text(client.get(reverse("help-page", args=["privacy"])))
