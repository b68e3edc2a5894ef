"""The desk of an auditing body: what is due when, whose turn it is, who is at what."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from standards.attestation import body_desk
from standards.attestation.findings import CorrectiveAction
from tests import make
from tests.make.moment import AT
from tests.markup import text

pytestmark = pytest.mark.django_db
CHECK, END, ACCREDITED = date(2027, 11, 24), date(2028, 11, 24), date(2029, 6, 30)


@pytest.fixture
def clock(monkeypatch):
    def set_to(at):
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)

    set_to(AT)
    return set_to


@pytest.fixture
def certificate(clock):
    return make.certificate()


def desk(body):
    return reverse("body-desk", args=[body.pk])


def days(body, at=AT):
    return [(due.record.number, due.kind, due.day) for due in body_desk.days_of(body, at=at)]


def test_every_check_and_end_of_what_is_in_force_is_a_day(certificate):
    short = make.certificate(organisation=certificate.body, months=6)
    make.certificate()  # of another body
    own, other = certificate.number, short.number
    accreditations = sorted(certificate.body.accreditations.values_list("number", flat=True))
    assert days(certificate.body) == [
        (other, "end", date(2027, 5, 24)),
        (own, "surveillance", CHECK),
        (own, "end", END),
        *((number, "end", ACCREDITED) for number in accreditations),
    ]


def test_the_day_of_a_report_is_due_until_it_is_decided(client, clock):
    begun = make.engagement("examining")
    by = begun.body.person
    begun.reschedule(due_on=date(2026, 12, 5), by=by, at=AT, reason="Agreed.")
    assert (begun.number, "report", date(2026, 12, 5)) == days(begun.body)[0]
    client.force_login(by)
    page = text(client.get(desk(begun.body))).split("What is due when")[-1]
    assert begun.number in page.split("in 11 days")[0]
    begun.cancel(by=by, at=AT, reason="Not to be.")
    assert begun.number not in str(days(begun.body))


def test_a_missed_check_is_over_until_it_is_recorded(certificate, client, clock):
    late = AT.replace(year=2027) + timedelta(days=5)
    clock(late)
    client.force_login(certificate.body.second)
    page = client.get(desk(certificate.body))
    assert "5 days over" in text(page)
    assert reverse("certificate-survey", args=[certificate.number]) in page.text
    assert body_desk.months_of(body_desk.days_of(certificate.body, at=late), at=late)[0] == (
        body_desk.Month(None, 1, 0)
    )
    certificate.record_surveillance(note="Seen.", by=certificate.body.second, at=late)
    assert (certificate.number, "surveillance", CHECK) not in days(certificate.body, late)
    assert "over" not in text(client.get(desk(certificate.body))).split("What is due when")[1]


def test_who_may_not_record_a_check_is_not_led_to_it(certificate, client):
    client.force_login(certificate.body.person)
    page = client.get(desk(certificate.body))
    assert certificate.number in text(page)
    assert reverse("certificate-survey", args=[certificate.number]) not in page.text


def test_what_is_suspended_is_listed_apart_and_what_ended_nowhere(certificate, client):
    by = certificate.body.second
    certificate.suspend(by=by, at=AT, reason="Look again.")
    assert certificate.number not in str(days(certificate.body))
    client.force_login(by)
    suspended = text(client.get(desk(certificate.body))).split("Suspended certificates")[1]
    assert certificate.number in suspended
    certificate.withdraw(by=by, at=AT, reason="It fails.")
    assert certificate.number not in text(client.get(desk(certificate.body)))


def test_months_count_each_day_once_from_this_month_on(certificate):
    made = body_desk.days_of(certificate.body, at=AT)
    months = body_desk.months_of(made, at=AT)
    assert [month.first for month in months[:3]] == [None, date(2026, 11, 1), date(2026, 12, 1)]
    assert months[-1] == body_desk.Month(date(2027, 10, 1), 0, 0)
    later = AT.replace(year=2027, month=1)
    assert body_desk.months_of(made, at=later)[-2] == body_desk.Month(date(2027, 11, 1), 1, 0)


def test_each_examination_says_whose_turn_it_is(client, clock):
    begun = make.engagement("examining")
    make.engagement("requested", organisation=begun.body)
    client.force_login(begun.body.second)
    words = text(client.get(desk(begun.body)))
    assert "The body examines." in words
    assert "The body accepts or declines." in words
    client.force_login(begun.body.person)
    assert "The body accepts or declines." not in text(client.get(desk(begun.body)))


def test_the_workload_names_every_evaluator_with_what_is_left(clock):
    begun = make.engagement("examining")
    free = make.member(begun.body, "evaluator")
    examinations = list(body_desk.examinations_of(begun.body, at=AT))
    loads = body_desk.workload(begun.body, examinations)
    assert [(load.person, load.examinations) for load in loads] == [(begun.evaluator, 1), (free, 0)]
    assert loads[0].criteria == begun.findings.filter(result="not_examined").count() > 0


def test_the_calendar_and_the_table_hold_the_same_days(certificate, client):
    client.force_login(certificate.body.person)
    calendar = Calendar.from_ical(
        client.get(reverse("body-calendar", args=[certificate.body.pk])).content
    )
    events = [
        (*str(event["uid"]).split("@")[0].rsplit("-", 1), event.decoded("dtstart"))
        for event in calendar.walk("VEVENT")
    ]
    assert events == days(certificate.body)
    table = client.get(reverse("body-days", args=[certificate.body.pk])).content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in table.splitlines()[1:]] == [row[0] for row in events]


def test_the_desk_is_for_the_people_of_the_body_alone(certificate, client):
    others = make.body()
    for person in (certificate.engagement.requested_by, others.person):
        client.force_login(person)
        for name in ("body-desk", "body-calendar", "body-days"):
            assert client.get(reverse(name, args=[certificate.body.pk])).status_code == 404
    provider = certificate.engagement.provider
    client.force_login(certificate.engagement.requested_by)
    assert client.get(desk(provider)).status_code == 404


def test_the_desk_takes_the_same_statements_for_any_number_of_rows(certificate, client):
    body = certificate.body
    client.force_login(body.second)
    client.get(desk(body))
    counts = []
    for _ in range(2):
        make.certificate(organisation=body)
        make.engagement("examining", organisation=body)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(desk(body)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 34, counts


def corrected():
    """One minor nonconformity, with the provider."""
    declaration = make.declaration(criteria=make.criteria(2, key="ex"))
    return make.engagement("corrections", declaration=declaration, results={"ex:1.1": "minor"})


def test_the_day_of_a_correction_is_on_the_desk_in_calendar_and_table(client, clock):
    """Before, neither the desk nor its files knew of corrections."""
    made = corrected()
    action = CorrectiveAction.objects.with_parties().get()
    action.answer(plan="Mended.", due_on=CHECK, by=make.signer(made.provider), at=AT)
    assert (made.number, "correction", CHECK) in [
        (due.number, due.kind, due.day) for due in body_desk.days_of(made.body, at=AT)
    ]
    client.force_login(made.body.person)
    turn = "An evaluator accepts the plan or returns it."
    page = text(client.get(desk(made.body)))
    assert "Correction due" in page
    assert turn in page
    calendar = client.get(reverse("body-calendar", args=[made.body.pk])).content
    (event,) = [
        event
        for event in Calendar.from_ical(calendar).walk("VEVENT")
        if event.decoded("dtstart") == CHECK
    ]
    assert turn in str(event["description"])
    table = client.get(reverse("body-days", args=[made.body.pk])).content.decode("utf-8-sig")
    assert [line for line in table.splitlines() if CHECK.isoformat() in line and turn in line]


def test_once_the_provider_answered_nothing_awaits_corrections(client, clock):
    made = corrected()
    made.reschedule(due_on=CHECK, by=made.body.person, at=AT, reason="Agreed.")
    signer, action = make.signer(made.provider), CorrectiveAction.objects.with_parties().get()
    action.answer(plan="Mended.", due_on=CHECK, by=signer, at=AT)
    shown = {
        made.body.person: (desk(made.body), reverse("engagements"), made.get_absolute_url()),
        signer: (reverse("work"), reverse("engagements"), made.get_absolute_url()),
    }
    for person, addresses in shown.items():
        client.force_login(person)
        for address in addresses:
            assert "Awaiting corrections" not in text(client.get(address)), address
        assert "Corrections answered" in text(client.get(reverse("engagements")))
    words = text(client.get(reverse("work")))
    assert "The provider has answered. An evaluator looks at the plans." in words
    assert "The nearest date there is" in words
    assert "By 24 November 2027" in words
    client.force_login(made.body.person)
    table = client.get(reverse("body-days", args=[made.body.pk])).content.decode("utf-8-sig")
    assert "The provider has answered. An evaluator looks at the plans." in table
