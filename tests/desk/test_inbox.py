"""The inbox: every hand-over is a line, read or not, with what is due about it now."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.closing import close_account
from certcentre.accounts.models import Membership, User
from certcentre.accounts.own_file import own_file
from certcentre.desk.mailing import send_due
from certcentre.desk.models import Notice
from certcentre.desk.notices import KEPT, forget, send_notices
from certcentre.steps import every_step
from certcentre.worklist import next_deeds, tasks, tasks_about
from tests import make
from tests.make.desk import planned
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
INBOX = reverse("inbox")
NOTHING = "Nothing waits for you."


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: AT + timedelta(hours=1))


def titles(client, **asked):
    return [str(line.title) for line in client.get(INBOX, asked).context["lines"]]


def many(person, number, **given):
    """Lines about so many certificates' worth of steps on one record."""
    company = make.organisation()
    for _turn in range(number):
        make.told(person, "organisation.verified", company, **given)


def test_a_hand_over_is_a_line_and_a_mail_of_the_same_words(client, centre, at):
    waiting = make.organisation(verified=False, name="Reading House")
    send_notices(at=at)
    client.force_login(centre.officer)
    (line,) = client.get(INBOX).context["lines"]
    assert [line.title] == [mail.outbox[-1].subject]
    assert "Reading House" in line.title
    assert (line.deed.title, line.matter) == (
        f"Verify {waiting}",
        "Organisations and their people",
    )
    waiting.verify(by=centre.officer, at=at, how="Looked it up")
    (line,) = client.get(INBOX).context["lines"]
    assert line.deed is None


def test_opening_a_line_reads_it_and_leads_on(client, provider):
    line = make.told(provider.person, "organisation.verified", provider)
    client.force_login(provider.person)
    assert "Inbox" in client.get("/").text
    assert '<span class="count">1<' in client.get("/").text
    answer = client.get(reverse("inbox-open", args=[line.pk]))
    assert answer["Location"] == provider.get_absolute_url()
    assert '<span class="count">' not in client.get("/").text
    client.post(reverse("inbox-read"), {"unread": line.pk})
    assert '<span class="count">1<' in client.get("/").text


def test_a_line_is_its_readers_alone(client, provider, stranger):
    line = make.told(provider.person, "organisation.verified", provider)
    client.force_login(stranger)
    assert titles(client) == []
    assert client.get(reverse("inbox-open", args=[line.pk])).status_code == 404
    client.post(reverse("inbox-read"), {"read": line.pk})
    client.post(reverse("inbox-read"), {"until": line.pk})
    assert titles(client, about=line.pk) == []
    assert Notice.objects.get(pk=line.pk).read_at is None


def test_who_may_not_see_it_any_more_reads_what_was_said_then(client, at):
    certificate = make.engagement("requested")
    (person,) = User.objects.filter(pk=certificate.body.person.pk)
    planned()
    client.force_login(person)
    before = titles(client)
    assert any("asks you to examine" in title for title in before)
    Membership.objects.filter(user=person).update(until=at)
    assert titles(client) == before
    line = Notice.objects.of(person).first()
    answer = client.get(reverse("inbox-open", args=[line.pk]))
    assert client.get(answer["Location"]).status_code == 404


def test_all_that_is_shown_is_marked_and_what_came_meanwhile_stays(client, provider):
    person = provider.person
    first = make.told(person, "organisation.verified", provider)
    other = make.told(person, "certificate.suspended", make.certificate())
    client.force_login(person)
    client.post(reverse("inbox-read") + "?matter=certificates", {"until": other.pk})
    assert titles(client, unread="1") == [first.title]
    newest = make.told(person, "organisation.verified", provider)
    client.post(reverse("inbox-read"), {"until": other.pk})
    assert list(Notice.objects.of(person).unread()) == [newest]


def test_lines_are_narrowed_by_matter_words_and_what_they_are_about(client, provider):
    certificate, person = make.certificate(), provider.person
    one, two = (
        make.told(person, f"certificate.{step}", certificate) for step in ("suspended", "withdrawn")
    )
    other = make.told(person, "organisation.verified", provider, title="Reading House is verified")
    client.force_login(person)
    assert titles(client, matter="certificates") == titles(client, about=one.pk)
    assert titles(client, about=one.pk) == [two.title, one.title]
    assert titles(client, q="READING") == [other.title]
    assert titles(client, matter="none such") == titles(client)
    assert "No line is like this" in client.get(INBOX, {"q": "nowhere"}).text


def test_a_mail_that_cannot_go_is_a_line_all_the_same(client, centre, at, settings):
    settings.EMAIL_BACKEND = "tests.desk.test_mailing.Away"
    second = make.member(centre, "officer")
    User.objects.filter(pk=second.pk).update(email=f"x{User.WITHHELD}")
    make.organisation(verified=False)
    assert send_notices(at=at) == 0
    for person in (centre.officer, second):
        client.force_login(person)
        assert len(titles(client)) == 1


def test_lines_go_after_two_years_or_with_the_account(provider, stranger, at):
    old = make.told(provider.person, "organisation.verified", provider, at=at - KEPT)
    kept = make.told(provider.person, "organisation.verified", provider)
    make.told(stranger, "organisation.verified", provider)
    assert str(old.pk) in [row["id"] for row in own_file(provider.person, at=at)["records"]]
    close_account(stranger, at=at)
    forget(at=at)
    assert list(Notice.objects.all()) == [kept]


def test_more_than_a_hundred_are_not_counted(client, provider):
    client.force_login(provider.person)
    many(provider.person, 100)
    with CaptureQueriesContext(connection) as seen:
        assert '<span class="count">99+<' in client.get("/help/").text
    assert len([each for each in seen if "desk_notice" in each["sql"]]) == 1


def test_the_page_takes_the_same_statements_for_more_lines(client, centre):
    client.force_login(centre.officer)
    counts = []
    for number in (1, 60):
        for _turn in range(number):
            waiting = make.organisation(verified=False)
            make.told(centre.officer, "organisation.registered", waiting)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(INBOX).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_every_step_that_people_are_told_of_is_about_something(client, stranger):
    assert all(step.matter for step in every_step().values() if step.told)
    client.force_login(stranger)
    page = client.get(INBOX).text
    assert NOTHING in page
    assert "Nothing yet" in page


@pytest.mark.long
@pytest.mark.alike
def test_what_waits_for_a_person_stands_with_their_lines_and_with_nobody_elses(client):
    world, at = make.world(), timezone.now()
    planned()
    people = [person for person in world.people.values() if person]
    shown = 0
    for person in people:
        keys = {}
        for line in Notice.objects.of(person).select_related("entry"):
            keys.setdefault(line.entry.subject_type, set()).add(line.entry.subject_id)
        deeds = next_deeds(keys, person, at=at)
        for kind, some in keys.items():
            for key in some:
                record = apps.get_model(kind)._base_manager.get(pk=key)
                waiting = tasks_about(record, person, at=at)
                deed = deeds.get((kind, key))
                assert (deed in waiting) if waiting else deed is None, (person, kind, key)
                shown += bool(deed)
        client.force_login(person)
        for page in (client.get(INBOX), client.get(reverse("work"))):
            assert (NOTHING in page.text) == (not tasks(person, at=at))
    assert shown > 5  # the control: there was something to compare


def test_the_newest_stands_first_on_every_page_however_late_it_was_planned(client, provider):
    """Before, a line that was planned late stood above newer ones."""
    person, day = provider.person, timedelta(days=1)
    ages = [3, 1, 30, 0, *range(4, 28)]
    for age in ages:
        make.told(person, "organisation.verified", provider, title=f"{age}", at=AT - age * day)
    client.force_login(person)
    newest_first = [str(age) for age in sorted(ages)]
    assert titles(client) + titles(client, page=2) == newest_first
    page = client.get(INBOX).context
    client.post(reverse("inbox-read"), {"until": page["newest"]})
    assert not Notice.objects.of(person).unread().exists()


def test_a_mail_that_gathers_has_the_newest_first(provider):
    person, day = provider.person, timedelta(days=1)
    waiting = {"pace": "day", "next_try_at": AT}
    for age in (2, 0, 1):
        given = {"title": f"{age} days ago", "at": AT - age * day, **waiting}
        make.told(person, "organisation.verified", provider, **given)
    send_due(at=AT)
    words = mail.outbox[-1].body
    places = [words.index(f"{age} days ago") for age in (0, 1, 2)]
    assert places == sorted(places)
