"""The pages of questions: what each reader meets there, and what none of them does."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.notices import send_notices
from certcentre.log.models import LogEntry
from tenders.following import follow
from tenders.models import Enquiry, Follow, Tender
from tenders.pages import enquiries
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
NAME = "Wanjiru Mwangi-Secret"


kept = make.kept(partial(make.tender, status="published"))


@pytest.fixture
def tender(kept, db):
    return kept()


@pytest.fixture
def asker():
    company = make.organisation("provider", name="Zuri Hidden Works")
    company.person.name = NAME
    company.person.save()
    return company.person


def url(name, *args):
    return reverse(name, args=args)


def text(answer):
    return tight(answer.content.decode())


def read(client, person, address):
    client.logout()
    if person:
        client.force_login(person)
    return text(client.get(address))


def test_nobody_but_the_asker_sees_who_asked(client, tender, asker, mailoutbox):
    colleague = make.member(asker.memberships.first().organisation, "editor")
    made = make.enquiry(tender, asker=asker)
    make.enquiry(tender, "declined", asker=asker, question="And the price?")
    hint = (NAME, "Zuri Hidden Works", asker.email, str(asker.pk), "Your question")
    questions, where = url("tender-questions", tender.reference), tender.get_absolute_url()
    send_notices(at=AT)
    follow(tender, by=colleague, at=AT)
    made.answer(by=tender.person, at=AT, reply="Yes.")
    number = {"reference": tender.reference}
    for person in (None, tender.person, colleague, make.organisation("provider").person):
        for page in (questions, where, "/log/?kind=tenders", reverse("api-tender", kwargs=number)):
            seen = read(client, person, page)
            own = "Zuri Hidden Works" if person == colleague else ""  # in the menu of the page
            shown = [words for words in hint if words in seen and words != own]
            assert shown == [], (person, page, seen[seen.find(shown[0]) - 200 :][:400])
    send_notices(at=AT)
    to_others = [mail for mail in mailoutbox if mail.to != [asker.email]]
    about = [mail for mail in to_others if "May it run offline?" in mail.body]
    assert {mail.to[0] for mail in about} == {tender.person.email, colleague.email}
    written = " ".join(f"{mail.subject} {mail.body}" for mail in about)
    assert [words for words in hint[:4] if words in written] == []
    assert "Your question" in read(client, asker, questions)
    public = LogEntry.objects.public().filter(subject_id=str(made.pk)).get()
    assert str(asker.pk) not in bytes(public.body).decode()


def test_what_is_not_answered_is_read_by_whom_it_concerns(client, tender, asker):
    make.enquiry(tender, asker=asker, question="Open one?")
    make.enquiry(tender, "declined", asker=asker, question="Declined one?")
    page = url("tender-questions", tender.reference)
    for person in (asker, tender.person):
        seen = read(client, person, page)
        assert all(words in seen for words in ("Open one?", "Declined one?", "in the summary"))
    for person in (None, make.organisation("provider").person):
        assert "one?" not in read(client, person, page)


def test_everybody_reads_the_answer_on_every_version_and_at_its_row(client, tender):
    about = tender.lots.get().requirements.all()[1]
    made = make.enquiry(tender)
    made.answer(by=tender.person, at=AT, reply="For a week.", requirement=about)
    newer = make.amended(tender)
    for version in (tender, newer):
        assert "For a week." in read(client, None, url("tender-questions", version.reference))
        page = read(client, None, version.get_absolute_url())
        assert "1 question answered" in page
        row = page[page.index('id="L1-002"') : page.index('id="L1-003"')]
        assert "For a week." in row


def test_an_answer_follows_its_row_to_another_place(client, tender):
    first, second, _ = tender.lots.get().requirements.all()
    made = make.enquiry(tender)
    made.answer(by=tender.person, at=AT, reply="For a week.", requirement=second)
    gone = make.enquiry(tender, question="Why?")
    gone.answer(by=tender.person, at=AT, reply="For school.", requirement=first)
    newer = make.amended(tender, without="L1-001")
    page = read(client, None, newer.get_absolute_url())
    row = page[page.index('id="L1-002"') : page.index('id="L1-003"')]
    assert ("For a week." in row, "For school." in page) == (True, False)
    later = make.enquiry(newer, question="And then?")
    last = newer.lots.get().requirements.get(position=1)
    later.answer(by=tender.person, at=AT, reply="For a year.", requirement=last)
    old = read(client, None, tender.get_absolute_url())
    row = old[old.index('id="L1-002"') : old.index('id="L1-003"')]
    assert ("For a week." in row, "For a year." in row) == (True, True)


def test_after_an_amendment_the_answer_is_about_the_same_requirement(client, tender):
    second = tender.lots.get().requirements.all()[1]
    made = make.enquiry(tender, requirement=second)
    gone = make.enquiry(tender, question="Why?", requirement=tender.lots.get().requirements.first())
    newer = make.amended(tender, without="L1-001")
    client.force_login(tender.person)
    where = url("enquiry-answer", newer.reference, made.pk)
    assert client.get(where).context["form"]["about"].value() == "L1-002"
    other = client.get(url("enquiry-answer", newer.reference, gone.pk))
    assert other.context["form"]["about"].value() == ""


def test_what_nobody_answered_in_time_says_so(client, tender, asker):
    make.enquiry(tender, asker=asker, at=timezone.now())
    page = url("tender-questions", tender.reference)
    Tender.objects.update(questions_until=timezone.now() - timedelta(hours=1))
    assert "Waits for an answer" in read(client, asker, page)  # until bids close
    Tender.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    for where in (page, "/work/"):
        seen = read(client, asker, where)
        assert "No answer came" in seen
        assert "Waits for an answer" not in seen


def test_a_day_is_named_as_over_only_once_it_is(client, tender, asker):
    ahead = timezone.now() + timedelta(days=30)
    Tender.objects.filter(pk=tender.pk).update(questions_until=ahead, deadline=ahead)
    make.enquiry(tender, asker=asker, at=timezone.now())
    pages = [url("tender-questions", tender.reference), tender.get_absolute_url()]
    assert all("providers ask until" in read(client, None, where) for where in pages)
    ended = Tender.objects.get(pk=tender.pk)
    ended.call_off(by=tender.person, at=timezone.now(), outcome="No money")
    for where in pages:
        words = read(client, None, where)
        assert "No questions are taken any more." in words
        assert "were taken until" not in words


def test_a_version_that_was_replaced_says_until_when_the_newest_is_asked(client, tender):
    newer = make.amended(tender)
    later = timezone.now() + timedelta(days=60)
    Tender.objects.filter(pk=newer.pk).update(questions_until=later, deadline=later)
    words = read(client, None, tender.get_absolute_url())
    assert "providers ask until" in words
    assert "No questions are taken" not in words


def test_times_are_those_of_the_version_in_force(client, tender, asker):
    make.enquiry(tender, asker=asker)
    newer = make.amended(tender)
    closes = datetime(2031, 5, 12, 22, tzinfo=UTC)
    Tender.objects.filter(pk=newer.pk).update(deadline=closes, zone="Africa/Nairobi")
    shown = "13 May 2031, 01:00 East Africa Time (12 May 2031, 22:00 UTC)"
    assert f"Bids close {shown}." in read(client, tender.person, "/work/")
    assert f"ask until {shown}" in read(client, None, url("tender-questions", tender.reference))


def test_what_waits_longest_comes_first_and_the_rest_is_counted(client, tender, monkeypatch):
    monkeypatch.setattr(enquiries, "MOST", 3)
    make.enquiry(tender, "declined", question="0?")
    for hours in (3, 1, 2):
        make.enquiry(tender, question=f"{hours}?", at=AT + timedelta(hours=hours))
    seen = read(client, tender.person, url("tender-questions", tender.reference))
    assert seen.index("1?") < seen.index("2?") < seen.index("3?")
    assert ("0?" in seen, "and 1 more" in seen) == (False, True)


def test_the_words_are_seen_before_they_are_sent(client, tender, asker):
    client.force_login(asker)
    where = url("enquiry-ask", tender.reference)
    words = {"question": "Zuri Hidden Works asks: <b>for whom</b>?", "about": "l1-002"}
    checked = client.post(where, words)
    seen = text(checked)
    assert (checked.status_code, Enquiry.objects.count()) == (200, 0)
    assert "Others may see from these words who asks:" in seen
    assert "<bdi>Zuri Hidden Works</bdi>" in seen
    assert "&lt;b&gt;for whom" in seen
    again = client.post(where, {**words, "change": "1"})
    assert ("Zuri Hidden Works asks" in text(again), Enquiry.objects.count()) == (True, 0)
    for _ in range(2):
        sent = client.post(where, {**words, "send": "1"}, follow=True)
        assert "Sent. You are told" in text(sent)
    assert str(Enquiry.objects.get().requirement) == "L1-002"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"question": ""}, "required"),
        ({"question": "x" * 10_000}, "4000"),
        ({"question": "Why?", "about": "L9-999"}, "no such requirement"),
        ({"question": "Why?", "about": "' OR 1=1"}, "no such requirement"),
        ({"question": "\x00"}, "required"),
    ],
)
def test_what_does_not_fit_is_said_and_kept(client, tender, asker, words, problem):
    client.force_login(asker)
    answer = client.post(url("enquiry-ask", tender.reference), {**words, "send": "1"})
    seen = text(answer)
    assert (answer.status_code, problem in seen, Enquiry.objects.count()) == (422, True, 0)
    assert words["question"].strip("\x00")[:4000] in seen


def test_after_the_day_it_says_the_day_and_keeps_the_words(client, tender, asker):
    client.force_login(asker)
    Tender.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    assert client.get(url("enquiry-ask", tender.reference)).status_code == 409
    words = {"question": "Too late?", "send": "1"}
    answer = client.post(url("enquiry-ask", tender.reference), words)
    seen = text(answer)
    assert (answer.status_code, "Too late?" in seen) == (409, True)
    assert "Questions were taken until" in seen
    page = read(client, asker, tender.get_absolute_url())
    assert url("enquiry-ask", tender.reference) not in page


def test_who_answers_second_reads_the_first_beside_their_own_words(client, tender):
    made = make.enquiry(tender)
    second = make.member(tender.buyer, "editor")
    client.force_login(second)
    where = url("enquiry-answer", tender.reference, made.pk)
    assert client.get(where).status_code == 200
    made.answer(by=tender.person, at=AT, reply="Yes, for a week.")
    for name, words in (("answer", "reply"), ("decline", "reason")):
        where = url(f"enquiry-{name}", tender.reference, made.pk)
        answer = client.post(where, {words: "My own words"})
        seen = text(answer)
        assert answer.status_code == 409
        assert ("Yes, for a week." in seen, "My own words" in seen) == (True, True)
    assert Enquiry.objects.get().reply == "Yes, for a week."


def test_an_answer_begins_an_amendment_with_its_reason(client, tender):
    made = make.enquiry(tender, "answered")
    page = read(client, tender.person, url("tender-questions", tender.reference))
    where = f"{url('tender-amend', tender.reference)}?because={made.pk}"
    assert where in page
    assert "After question Q1: Yes, for a week." in text(client.get(where))
    for other in ("x", make.enquiry(tender, question="Open?").pk):
        form = text(client.get(f"{url('tender-amend', tender.reference)}?because={other}"))
        assert "After question" not in form
    assert where not in read(client, None, url("tender-questions", tender.reference))


def test_the_list_takes_the_same_statements_for_any_number(client, tender, centre):
    other, page = make.organisation("provider").person, url("tender-questions", tender.reference)
    for person in (None, tender.person, centre.officer, other):
        read(client, person, page)
        counted = []
        for _ in range(2):
            for _ in range(3):
                number = Enquiry.objects.count()
                make.enquiry(tender, question=f"{number}?")
                make.enquiry(tender, "answered", question=f"{number} again?")
            with CaptureQueriesContext(connection) as statements:
                client.get(page)
            counted.append(len(statements))
        assert counted[0] == counted[1] <= 20, counted


def test_the_work_list_shows_both_sides_what_waits(client, tender, asker):
    made = make.enquiry(tender, asker=asker, at=timezone.now())
    where = url("enquiry-answer", made.line, made.pk)
    todo = read(client, tender.person, "/work/")
    assert ("Answer a question on" in todo, where in todo, "Waits since" in todo) == (True,) * 3
    assert "Waits for an answer" in read(client, asker, "/work/")
    made.answer(by=tender.person, at=timezone.now(), reply="Yes.")
    assert where not in read(client, tender.person, "/work/")
    assert "Answered" in read(client, asker, "/work/")


def test_an_officer_sees_who_asked_after_saying_why(client, tender, asker, centre):
    made = make.enquiry(tender, asker=asker)
    client.force_login(centre.officer)
    where = url("enquiry-asker", tender.reference, made.pk)
    assert where in text(client.get(url("tender-questions", tender.reference)))
    for answer in (client.get(where), client.post(where, {"reason": ""})):
        assert NAME not in text(answer)
    assert NAME in text(client.post(where, {"reason": "A complaint"}))
    assert LogEntry.objects.filter(step="enquiry.asker_read").count() == 1


def test_whoever_is_signed_in_follows_and_stops(client, tender):
    person = make.user("reader")
    client.force_login(person)
    page = tender.get_absolute_url()
    assert "Stop following" not in text(client.get(page))
    for _ in range(2):
        client.post(url("follow-begin"), {"kind": "line", "key": tender.reference})
    newer = make.amended(tender)
    row = Follow.objects.of(newer).get()
    assert client.get(url("tenders-followed"), follow=True).request["PATH_INFO"] == url("follows")
    assert newer.title in text(client.get(url("follows")))
    assert "Stop following" in text(client.get(newer.get_absolute_url()))
    client.post(url("follow-stop", row.pk))
    assert "Stop following" not in text(client.get(newer.get_absolute_url()))
