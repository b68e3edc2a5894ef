"""An appeal is of the organisation concerned, within 30 days, and what it sets aside comes back."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certcentre.desk.cases.appeal import appeal, follows
from certcentre.desk.cases.case import Case
from certcentre.desk.claim_check import differences
from certcentre.desk.models import Telling
from certcentre.desk.notices import send_notices
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from standards.assessment.claims import Claim
from standards.attestation.certificates import Certificate
from tests import make
from tests.make.attestation import holder, officer
from tests.make.cases import appeal as appealed
from tests.make.cases import refused, suspended

pytestmark = pytest.mark.django_db
WHY = "It was kept up all the time."


def provider_of(certificate):
    return certificate.release.solution.organisation


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def certificate(db):
    return suspended()


@pytest.fixture
def now(monkeypatch, at):
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(hours=1))


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Africa/Nairobi", "America/Los_Angeles"])
def test_the_thirtieth_day_is_in_time_and_the_next_is_not(certificate, at, zone):
    person = holder(provider_of(certificate), "manager")
    Telling.objects.create(person=person, zone=zone)
    place = ZoneInfo(zone)
    last = at.astimezone(place).date() + timedelta(days=30)
    midnight = datetime(last.year, last.month, last.day, tzinfo=place) + timedelta(days=1)
    late, in_time = midnight.astimezone(UTC), midnight.astimezone(UTC) - timedelta(seconds=1)
    with pytest.raises(IllegalMove, match="An appeal was possible until"):
        appeal(certificate, words=WHY, by=person, at=late)
    assert appeal(certificate, words=WHY, by=person, at=in_time).is_appeal


def test_only_the_organisation_concerned_appeals(certificate, at):
    body, provider = certificate.body, provider_of(certificate)
    for person in (body.person, body.second, make.member(provider, "editor"), officer()):
        with pytest.raises(NotAllowed, match="manager or signatory"):
            appeal(certificate, words=WHY, by=person, at=at)
    assert appeal(certificate, words=WHY, by=make.member(provider, "signatory"), at=at)


def test_what_stands_is_not_appealed(at):
    certificate = make.certificate()
    who = {"by": holder(provider_of(certificate), "manager"), "at": at, "words": WHY}
    with pytest.raises(IllegalMove, match="no decision"):
        appeal(certificate, **who)
    decider = holder(certificate.body, "decider")
    certificate.suspend(by=decider, at=at, reason="So.")
    certificate.reinstate(by=decider, at=at, reason="So.")
    with pytest.raises(IllegalMove, match="no decision"):
        appeal(certificate, **who)


def test_the_same_words_twice_are_one_and_others_are_refused(certificate, at):
    person = holder(provider_of(certificate), "manager")
    first = appeal(certificate, words=WHY, by=person, at=at)
    assert appeal(certificate, words=WHY, by=person, at=at).pk == first.pk
    with pytest.raises(NotReady, match=f"already: {first.number}"):
        appeal(certificate, words="Other words.", by=person, at=at)
    first.take_back(by=person, at=at)
    assert appeal(certificate, words="Other words.", by=person, at=at).pk != first.pk


def test_the_database_takes_one_open_appeal_of_a_step_and_party(certificate, at):
    case = appealed(certificate)
    fields = {"kind": "appeal", "words": WHY, "received_at": at, "certificate": certificate}
    fields |= {"organisation": case.organisation, "raised_by": case.raised_by}
    for more in ({"appealed": case.appealed}, {"appealed": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.create(number="CS-2026-000099", **fields, **more)


@pytest.mark.django_db(transaction=True)
def test_of_four_who_press_at_once_one_appeal_is_made(at):
    certificate = suspended()
    person, together, made = holder(provider_of(certificate), "manager"), Barrier(4), []

    def press():
        together.wait()
        made.append(appeal(certificate, words=WHY, by=person, at=at).number)

    threads = [Thread(target=press) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1 == Case.objects.count()


def test_what_was_suspended_and_is_set_aside_is_in_force_again(certificate, at):
    before = Claim.objects.in_force(at=at - timedelta(seconds=1)).filter(source=certificate.number)
    assert not Claim.objects.in_force(at=at).filter(source=certificate.number)
    case = appealed(certificate, "examined", at=at)
    later = at + timedelta(days=3)
    who = {"by": case.seated[2], "at": later, "agreed": True}
    case.decide(outcome="upheld", reason="The report was in time.", **who)
    assert Certificate.objects.get(pk=certificate.pk).status == "valid"
    assert Claim.objects.in_force(at=later).filter(source=certificate.number).exists()
    assert list(differences()) == []
    steps = [entry.step for entry in LogEntry.objects.about(certificate)]
    assert steps[-2:] == ["certificate.suspended", "certificate.reinstated"]
    assert f"Certificate {certificate.number} is in force again" in follows(case)
    assert not before.exists() or before.first().ended_at


@pytest.mark.parametrize("outcome", ["partly_upheld", "not_upheld"])
def test_what_is_confirmed_or_sent_back_stays_suspended(certificate, outcome):
    case = appealed(certificate, outcome)
    assert Certificate.objects.get(pk=certificate.pk).status == "suspended"
    assert ("decides anew" in follows(case)) == (outcome == "partly_upheld")


def test_what_was_withdrawn_does_not_come_back_and_says_so(at):
    certificate = make.certificate()
    certificate.withdraw(by=holder(certificate.body, "decider"), at=at, reason="So.")
    case = appealed(certificate, "upheld")
    assert Certificate.objects.get(pk=certificate.pk).status == "withdrawn"
    assert "does not come back" in follows(case)


def test_what_was_suspended_anew_meanwhile_stays_so(certificate, at):
    case, decider = appealed(certificate, "examined"), holder(certificate.body, "decider")
    certificate.reinstate(by=decider, at=at, reason="So.")
    certificate.suspend(by=decider, at=at, reason="Another flaw.")
    case = Case.objects.get(pk=case.pk)
    case.decide(by=case.panel.first().person, at=at, outcome="upheld", reason="So.", agreed=True)
    assert Certificate.objects.get(pk=certificate.pk).status == "suspended"


def test_a_refused_decision_and_verification_stay_on_record(at):
    for about, words in ((make.engagement("refused"), "new examination"), (refused(), "officer")):
        case = appealed(about, "upheld")
        about.refresh_from_db()
        assert about.status == "refused"
        assert words in follows(case)


def test_both_sides_are_told_when_it_is_acknowledged_and_of_a_concern_only_who_raised_it(
    certificate, at, mailoutbox
):
    made = appealed(certificate)
    concern = make.case(certificate.release.solution, by=make.user("parent"))
    send_notices(at=at)
    mailoutbox.clear()
    for each in (made, concern):
        each.acknowledge(by=made.handler, at=at)
    send_notices(at=at)
    told = {(mail.to[0], mail.subject) for mail in mailoutbox}
    sides = [certificate.body.person, made.raised_by]
    assert {address for address, subject in told if made.number in subject} >= {
        person.email for person in sides
    }
    assert [address for address, subject in told if concern.number in subject] == [
        concern.raised_by.email
    ]
    assert "panel of three" in next(m.body for m in mailoutbox if m.to == [sides[0].email])


def test_its_parties_see_on_the_record_that_one_is_open(certificate, now):
    engagement = make.engagement("refused")
    for about in (certificate, engagement, refused()):
        address = about.get_absolute_url()
        person = holder(getattr(about, "provider", None) or Case_party(about), "manager")
        assert f"{reverse('appeal-new', args=named(about))}" in signed_in(person).get(address).text
        case = appealed(about)
        assert case.get_absolute_url() in signed_in(person).get(address).text
    assert "appeal" not in Client().get(certificate.get_absolute_url()).text
    body = signed_in(certificate.body.second).get(certificate.get_absolute_url()).text
    assert "An appeal is open" in body


def Case_party(about):
    return provider_of(about) if isinstance(about, Certificate) else about


def named(about):
    kind = type(about).__name__.lower()
    return [kind, getattr(about, "number", about.pk)]


def test_it_is_sent_from_its_page_and_read_by_its_own(certificate, now):
    provider = provider_of(certificate)
    client = signed_in(
        provider.person if hasattr(provider, "person") else holder(provider, "manager")
    )
    page = client.get(reverse("appeal-new", args=named(certificate)))
    assert "You may appeal until Dec. 24, 2026" in page.text or "24 December 2026" in page.text
    answer = client.post(reverse("appeal-new", args=named(certificate)), {"words": WHY})
    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    assert WHY in client.get(answer.url).text
    public = Client().get(answer.url).text
    assert WHY not in public
    assert certificate.number not in public
    assert certificate.number not in Client().get(reverse("cases")).text


def test_an_appeal_of_what_is_not_public_is_named_to_nobody(at):
    case = appealed(make.engagement("refused"), "upheld")
    for address in (case.get_absolute_url(), reverse("cases")):
        page = Client().get(address).text
        assert case.about.number not in page
        assert "Set aside" in page
