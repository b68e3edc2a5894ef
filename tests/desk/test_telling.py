"""How and when people are told by mail: at once, daily, weekly or only in the inbox."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import User
from certcentre.desk.models import Notice, Telling
from certcentre.desk.notices import send_notices
from certcentre.steps import every_step
from tests import make
from tests.access.desk import wish

DAY = timedelta(days=1)
REGISTERED = "organisation.registered"
TELLING = reverse("telling")


def moment(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def telling(pace="now", zone="Africa/Nairobi", quiet=None, **more):
    begins, ends = (time.fromisoformat(each) for each in quiet) if quiet else (None, None)
    paces = {"organisations": pace}
    return Telling(paces=paces, zone=zone, quiet_from=begins, quiet_until=ends, **more)


@pytest.mark.parametrize(
    ("made", "at", "goes"),
    [  # 24 November 2026 is a Tuesday; Nairobi is three hours ahead, Kathmandu 5:45
        (telling(), "11-24 09:00", "11-24 09:00"),
        (telling("day"), "11-24 04:29", "11-24 04:30"),
        (telling("day"), "11-24 04:30", "11-25 04:30"),
        (telling("week"), "11-24 09:00", "11-30 04:30"),
        (telling("week", weekday=1), "11-24 09:00", "12-01 04:30"),
        (telling("week", weekday=1), "11-24 04:00", "11-24 04:30"),
        (telling("day", zone="Asia/Kathmandu"), "11-24 22:00", "11-25 01:45"),
        (telling(quiet=("20:00", "06:00")), "11-24 16:59", "11-24 16:59"),
        (telling(quiet=("20:00", "06:00")), "11-24 17:00", "11-25 03:00"),
        (telling(quiet=("20:00", "06:00")), "11-24 23:00", "11-25 03:00"),
        (telling(quiet=("20:00", "06:00")), "11-24 03:00", "11-24 03:00"),
        (telling(quiet=("12:00", "13:00")), "11-24 09:30", "11-24 10:00"),
        (telling(quiet=("12:00", "13:00")), "11-24 10:00", "11-24 10:00"),
        # Berlin puts its clocks forward on 29 March: 02:30 is not there
        (telling("day", zone="Europe/Berlin", clock=time(2, 30)), "03-28 12:00", "03-29 01:30"),
        (telling(zone="Europe/Berlin", quiet=("22:00", "02:30")), "03-28 23:00", "03-29 01:30"),
    ],
)
def test_when_a_mail_goes(made, at, goes):
    assert made.moment(REGISTERED, moment(at)) == moment(goes)


def test_only_here_is_never_and_what_is_urgent_comes_at_once():
    urgent = {name for name, step in every_step().items() if step.urgent}
    assert urgent == {"organisation.sign_on_set", "organisation.sign_on_removed"}
    made = telling("never", quiet=("00:00", "23:59"))
    assert made.moment(REGISTERED, moment("11-24 09:00")) is None
    for step in urgent:
        assert made.moment(step, moment("11-24 09:00")) == moment("11-24 09:00")


@pytest.fixture
def wished(centre, at):
    """The officer, who is told of organisations as asked; what came before is sent."""

    def make_it(**given):
        made = telling(**given)
        made.person = centre.officer
        made.save()
        send_notices(at=at)
        mail.outbox.clear()
        return centre.officer

    return make_it


def registered(number=1):
    return [make.organisation(verified=False) for _n in range(number)]


def test_what_is_gathered_comes_in_one_mail_once(wished, at):
    person = wished(pace="day")
    houses = registered(3)
    assert send_notices(at=at) == 0
    assert send_notices(at=at + DAY) == 1
    assert send_notices(at=at + DAY) == send_notices(at=at + 2 * DAY) == 0
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert letter.subject == "3 things that you were told"
    for house, line in zip(houses, Notice.objects.of(person).order_by("pk"), strict=True):
        assert f"To verify: {house}" in letter.body
        assert f"/inbox/{line.pk}/" in letter.body
    assert "Organisations and their people" in letter.body
    assert "http://127.0.0.1:8000/inbox/telling/" in letter.body


def test_what_was_read_meanwhile_is_left_out(wished, at):
    person = wished(pace="week")
    registered(2)
    send_notices(at=at)
    lines = Notice.objects.of(person)
    lines.filter(pk=lines[0].pk).update(read_at=at)
    send_notices(at=at + 7 * DAY)
    assert [each.subject for each in mail.outbox] == ["1 thing that you were told"]
    registered()
    send_notices(at=at + 7 * DAY)
    lines.update(read_at=at)
    assert send_notices(at=at + 14 * DAY) == 0


def test_a_mail_holds_a_hundred_lines_and_says_how_many_more(wished, at):
    person = wished(pace="day")
    rows = [make.told(person, "release.held_why", person, pace="day") for _n in range(103)]
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=at)
    assert send_notices(at=at) == 1
    (letter,) = mail.outbox
    assert letter.subject == "103 things that you were told"
    assert letter.body.count("/inbox/") == 100 + 2
    assert "3 more are in your inbox." in letter.body
    assert send_notices(at=at) == 0
    assert Notice.objects.filter(pk__in=[row.pk for row in rows], sent_at=at).count() == 103


def test_a_gathered_mail_that_fails_is_tried_again_whole(wished, at, settings):
    wished(pace="day")
    registered(2)
    send_notices(at=at)
    settings.EMAIL_BACKEND = "tests.desk.test_mailing.Away"
    assert send_notices(at=at + DAY) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_notices(at=at + DAY + timedelta(minutes=9)) == 1
    assert mail.outbox[-1].subject == "2 things that you were told"


def test_it_is_written_in_the_readers_language(wished, at):
    person = wished(pace="day")
    User.objects.filter(pk=person.pk).update(language="fr")
    registered(2)
    send_notices(at=at)
    send_notices(at=at + DAY)
    assert mail.outbox[-1].subject == "2 choses vous ont été annoncées"
    assert "24 novembre 2026" in mail.outbox[-1].body


def test_nothing_goes_to_whoever_closed_their_account(wished, at):
    person = wished(pace="day")
    registered()
    send_notices(at=at)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert send_notices(at=at + DAY) == 0
    assert mail.outbox == []


def test_the_page_keeps_what_is_wished_and_what_waits_follows_it(client, wished, at, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at)
    person = wished(pace="week")
    registered()
    send_notices(at=at)
    client.force_login(person)
    assert 'value="week"' in client.get(TELLING).text
    sent = wish(pace_organisations="now", quiet_from="20:00", quiet_until="06:00")
    assert client.post(TELLING, sent)["Location"] == reverse("inbox")
    kept = Telling.objects.get(person=person)
    assert (kept.pace(REGISTERED), kept.pace("bid.opened")) == ("now", "week")
    assert (kept.zone, kept.quiet_from) == ("Africa/Nairobi", time(20))
    assert send_notices(at=at) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"quiet_from": "20:00"}, "Give both times, or neither."),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, "Some hours of the day must be left"),
        ({"clock": "half past"}, "Give hours and minutes, such as 07:30."),
        ({"zone": "Moon/Crater"}, "Select a valid choice"),
        ({"pace_tenders": "hourly"}, "Select a valid choice"),
        ({"weekday": "9"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_wished_is_said(client, provider, wrong, words):
    client.force_login(provider.person)
    answer = client.post(TELLING, wish(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert not Telling.objects.exists()


def test_the_zone_is_that_of_the_country_until_one_is_chosen(client, provider):
    type(provider).objects.filter(pk=provider.pk).update(country="KE")
    assert Telling.of(provider.person).zone == "Africa/Nairobi"
    client.force_login(provider.person)
    make.told(provider.person, REGISTERED, provider)
    assert "24 November 2026, 12:00" in client.get(reverse("inbox")).text
