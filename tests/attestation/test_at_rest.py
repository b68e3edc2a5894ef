"""An examination stands still while its body may not attest all that it examines."""

from datetime import timedelta

import pytest

from certcentre.abilities import refusal
from certcentre.desk.notices import send_notices
from certcentre.desk.reminding import say_standing
from certcentre.log.models import LogEntry, detail_of
from certcentre.worklist import tasks_about
from standards.attestation.engagement import Engagement
from tests import make
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.moment import AT

LATER = AT + timedelta(days=1)


def built():
    """One that is asked for, beside one of the same body for a provider of another country."""
    body = make.body()
    engagement = make.engagement("requested", organisation=body)
    edition = engagement.editions.get().edition
    body.accreditations.get().withdraw(by=officer(), at=AT, reason="Too wide")
    for country in ("EE", "KE"):
        make.accreditation(body, [edition], countries=[country])
    far = make.organisation(country="KE")
    declaration = make.declaration(organisation=far, criteria=edition.criteria.all())
    engagement.far = make.engagement("accepted", declaration=declaration, organisation=body)
    engagement.near = body.accreditations.get(countries=["EE"])
    return engagement


kept = make.kept(built)


@pytest.fixture
def asked(db, kept):
    return kept()


def still(at=LATER):
    return set(Engagement.objects.at_rest(at=at))


def told(engagement):
    entries = LogEntry.objects.about(engagement).order_by("pk").values_list("step", flat=True)
    return [step for step in entries if step in ("engagement.rests", "engagement.goes_on")]


def test_it_rests_where_nothing_can_be_accepted(asked):
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    assert still() == {asked}
    asked.body.refresh_from_db()
    refused = refusal(asked, "accept", asked.body.person, LATER)
    assert refused.missing
    assert refusal(asked.far, "reschedule", asked.body.person, LATER) is None
    assert told(asked)[-1:] == ["engagement.rests"]
    assert "engagement.rests" not in told(asked.far)[2:]


def test_the_log_says_when_it_goes_on_by_another_accreditation(asked):
    before = told(asked)
    asked.near.withdraw(by=officer(), at=LATER, reason="Closed")
    make.accreditation(asked.body, [asked.editions.get().edition], at=LATER)
    assert told(asked)[len(before) :] == ["engagement.rests", "engagement.goes_on"]
    assert not still()


def test_what_is_over_does_not_rest(asked):
    asked.decline(by=asked.body.person, at=AT, reason="No time")
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    assert not still()


def test_it_stands_on_the_list_of_the_provider(asked):
    signatory = signer(asked.provider)
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    (task,) = tasks_about(asked, signatory, at=LATER)
    assert "stands still" in task.title
    assert not tasks_about(asked, signatory, at=LATER, turn=False)


@pytest.mark.parametrize(
    ("status", "words"),
    [("accepted", "then ask another body"), ("examining", "only the body can cancel")],
)
def test_its_page_says_what_the_provider_can_do(asked, client, status, words):
    make.advance(asked, status)
    asked.near.suspend(by=officer(), at=AT, reason="Doubt")
    client.force_login(signer(asked.provider))
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "This examination stands still." in page
    assert words in page


DAY = timedelta(days=1)


def test_what_merely_runs_out_is_told_once_and_so_is_that_it_goes_on(asked):
    edition, before = asked.editions.get().edition, told(asked)
    over = asked.near.valid_until + DAY
    then = AT.replace(year=over.year, month=over.month, day=over.day)
    assert say_standing(at=then - DAY) == 0
    assert [say_standing(at=then), say_standing(at=then + DAY)] == [2, 0]
    entry = LogEntry.objects.about(asked).filter(step="engagement.rests").last()
    assert detail_of(entry.body) == {"accreditation": asked.near.number}
    first = (then + 9 * DAY).date()
    last = first + 30 * DAY
    make.accreditation(asked.body, [edition], countries=["EE"], since=first, until=last, at=then)
    assert say_standing(at=then + 8 * DAY) == 0
    assert [say_standing(at=then + 9 * DAY), say_standing(at=then + 9 * DAY)] == [1, 0]
    assert [say_standing(at=then + 50 * DAY), say_standing(at=then + 51 * DAY)] == [1, 0]
    tail = ["engagement.rests", "engagement.goes_on", "engagement.rests"]
    assert told(asked)[len(before) :] == tail


def test_what_was_suspended_before_it_ran_out_is_not_told_again(asked):
    asked.near.suspend(by=officer(), at=LATER, reason="Doubt")
    before = told(asked)
    day = asked.near.valid_until + DAY
    say_standing(at=AT.replace(year=day.year, month=day.month, day=day.day))
    assert told(asked) == before


def test_who_goes_on_by_another_accreditation_is_told_of_no_end(asked):
    edition, before = asked.editions.get().edition, told(asked)
    day = asked.near.valid_until + DAY
    make.accreditation(asked.body, [edition], countries=["EE"], until=day + DAY, at=LATER)
    say_standing(at=AT.replace(year=day.year, month=day.month, day=day.day))
    assert told(asked) == before


def test_telling_takes_the_same_statements_where_nothing_is_new(asked, django_assert_num_queries):
    day = asked.near.valid_until + DAY
    then = AT.replace(year=day.year, month=day.month, day=day.day)
    say_standing(at=then)
    for country in ("EE", "KE"):
        with django_assert_num_queries(4):
            assert say_standing(at=then) == 0
        provider = make.organisation(country=country)
        criteria = asked.editions.get().edition.criteria.all()
        declaration = make.declaration(organisation=provider, criteria=criteria)
        make.engagement("requested", declaration=declaration, organisation=asked.body)
        say_standing(at=then)


def test_a_body_that_is_suspended_is_told_to_the_provider_and_that_it_works_again(
    asked, mailoutbox
):
    """Before, nobody but the body's managers heard of it."""
    before, by = told(asked), officer()
    asked.body.suspend(by=by, at=LATER, reason="Struck off")
    assert [say_standing(at=LATER), say_standing(at=LATER)] == [2, 0]
    send_notices(at=LATER)
    mails = {mail.to[0]: mail.body for mail in mailoutbox if "stands still" in mail.subject}
    words = mails[signer(asked.provider).email]
    assert "is suspended or closed" in words
    assert "Struck off" in words
    heard = {mail.to[0] for mail in mailoutbox if "is suspended" in mail.subject}
    assert {asked.body.person.email, asked.body.second.email} <= heard
    asked.body.verify(by=by, at=LATER, how="Looked it up.")
    assert say_standing(at=LATER) == 2
    assert told(asked)[len(before) :] == ["engagement.rests", "engagement.goes_on"]
