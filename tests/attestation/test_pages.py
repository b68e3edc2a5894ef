"""What provider and body see of an examination, and the steps they take on its pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certcentre.accounts.models import Interest
from standards.attestation.abilities import with_body
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from tests import make

pytestmark = pytest.mark.alike


@pytest.fixture
def now():
    """Pages ask the clock, so their records are a day old."""
    return timezone.now() - timedelta(days=1)


@pytest.fixture
def engagement(db, now):
    """Examining 1.1 to 1.3 of ex; 1.1 is a minor nonconformity that nobody handed over."""
    declaration = make.declaration(criteria=make.criteria(3, key="ex"), at=now)
    return make.engagement(
        "examining", declaration=declaration, results={"ex:1.1": "minor"}, at=now
    )


@pytest.fixture
def sign_in(client):
    def as_(person):
        client.force_login(person)
        return client

    return as_


def text(got):
    assert got.status_code == 200, got.status_code
    return got.content.decode()


def provider_of(engagement):
    return make.signer(engagement.provider)


def page(client, name, engagement, **query):
    return client.get(reverse(name, args=[engagement.pk]), query)


def post(client, name, engagement, **data):
    return client.post(reverse(name, args=[engagement.pk]), data)


def test_before_the_decision_the_provider_sees_no_finding(sign_in, engagement):
    client = sign_in(provider_of(engagement))
    assert page(client, "findings", engagement).status_code == 403
    for name in ("engagement", "corrections"):
        assert "Seen on three devices" not in text(page(client, name, engagement))
    assert "2 of 3" not in text(page(client, "engagement", engagement))


def test_the_body_sees_answer_and_finding_side_by_side(sign_in, engagement):
    opened = engagement.findings.first().pk
    shown = text(page(sign_in(engagement.body.person), "findings", engagement, open=opened))
    assert "The provider says" in shown
    assert "Seen on three devices." in shown


def test_what_is_handed_over_the_provider_sees_and_answers(sign_in, engagement):
    client = sign_in(engagement.body.person)
    assert post(client, "engagement-await-corrections", engagement).status_code == 302
    client = sign_in(provider_of(engagement))
    assert "Seen on three devices." in text(page(client, "corrections", engagement))
    action = CorrectiveAction.objects.get()
    answered = client.post(
        reverse("correction-answer", args=[action.pk]),
        {"plan": "New grey.", "due_on": "2027-01-31"},
    )
    assert answered.status_code == 302
    action.refresh_from_db()
    assert (action.status, action.plan) == ("answered", "New grey.")


def test_a_finding_that_was_not_handed_over_stays_hidden(sign_in, engagement, now):
    engagement.await_corrections(by=engagement.body.person, at=now)
    engagement.resume(by=engagement.body.person, at=now)
    make.examine(engagement, {"ex:1.1": "minor", "ex:1.2": "major"})
    shown = text(page(sign_in(provider_of(engagement)), "corrections", engagement))
    assert "Criterion 1<" in shown
    assert "Criterion 2<" not in shown


def test_after_the_decision_the_provider_reads_the_findings(sign_in, db, now):
    decided = make.engagement("granted", at=now)
    shown = text(page(sign_in(provider_of(decided)), "findings", decided))
    assert "Conforming" in shown
    assert "<textarea" not in shown


def test_what_evaluator_and_decider_tell_each_other_is_theirs(sign_in, db, now):
    engagement = make.engagement("ready", at=now)
    engagement.reopen(by=engagement.body.second, at=now, reason="I doubt 1.2.")
    assert "I doubt 1.2." in text(page(sign_in(engagement.body.person), "engagement", engagement))
    shown = text(page(sign_in(provider_of(engagement)), "engagement", engagement))
    assert "I doubt 1.2." not in shown


def test_accepting_on_the_page_keeps_what_was_typed_when_something_is_missing(sign_in, db, now):
    asked = make.engagement(at=now)
    client = sign_in(asked.body.person)
    got = post(client, "engagement-accept", asked, interest_statement="", due_on="2027-02-01")
    assert got.status_code == 422
    assert "2027-02-01" in got.content.decode()
    got = post(client, "engagement-accept", asked, interest_statement="None.", due_on="2027-02-01")
    assert got.status_code == 302
    asked.refresh_from_db()
    assert (asked.status, str(asked.due_on)) == ("accepted", "2027-02-01")


def test_before_handing_over_the_page_says_what_stands_against_it(sign_in, engagement, now):
    client = sign_in(engagement.body.person)
    shown = text(page(client, "engagement-ready", engagement))
    assert "The provider has not seen the nonconformities on 1.1." in shown
    assert "can only refuse" not in shown
    make.examine(engagement, {"ex:1.1": "major"}, at=now)
    engagement.findings.filter(criterion__ref="1.2").update(result="not_examined")
    shown = text(page(client, "engagement-ready", engagement))
    assert "1 criterion has no finding yet" in shown
    assert "With a major one open (1.1), whoever decides can only refuse." in shown


def test_a_grant_is_offered_where_one_is_possible_alone(sign_in, db, now):
    possible = make.engagement("ready", at=now)
    client = sign_in(possible.body.second)
    assert 'value="granted"' in text(page(client, "engagement-decide", possible))
    possible.findings.update(result="major")
    shown = text(page(client, "engagement-decide", possible))
    assert 'value="granted"' not in shown
    assert 'name="months"' not in shown
    sent = post(client, "engagement-decide", possible, outcome="granted", reason="Good", months=24)
    assert sent.status_code == 422
    assert "You can only refuse." in sent.content.decode()
    assert not Decision.objects.exists()


def test_what_the_provider_has_to_answer_is_not_said_to_be_with_the_body(engagement, now):
    person = provider_of(engagement)
    assert list(with_body(person, now)) == [engagement]
    engagement.await_corrections(by=engagement.body.person, at=now)
    assert not with_body(person, now).exists()
    action = CorrectiveAction.objects.get()
    action.answer(by=person, at=now, plan="New grey.", due_on=now.date())
    assert list(with_body(person, now)) == [engagement]


def test_what_waits_after_the_end_stands_in_the_list_of_the_ended(sign_in, db, now):
    declaration = make.declaration(criteria=make.criteria(2, key="mx"), at=now)
    examined = make.engagement(
        "examining", declaration=declaration, results={"mx:1.1": "minor"}, at=now
    )
    make.planned(examined, at=now).ready(by=examined.body.person, at=now, summary="Done.")
    make.decide(examined, at=now)
    ended = sign_in(examined.body.second).get(reverse("engagements"), {"show": "over"})
    assert "See that the correction of 1.1" in text(ended)


def test_the_history_names_the_day_that_was_set(sign_in, engagement):
    client = sign_in(engagement.body.person)
    day = timezone.localdate() + timedelta(days=90)
    post(client, "engagement-reschedule", engagement, due_on=str(day), reason="Agreed")
    assert f"Report due on {date_format(day)}" in text(page(client, "engagement", engagement))


def test_a_step_that_is_past_shows_no_form_and_keeps_what_was_written(sign_in, db, now):
    taken = make.engagement("accepted", at=now)
    client = sign_in(taken.body.person)
    shown = page(client, "engagement-decline", taken)
    assert (shown.status_code, "<textarea" in shown.content.decode()) == (409, False)
    assert "stands at “Accepted”" in shown.content.decode()
    got = post(client, "engagement-decline", taken, reason="No time in March")
    assert (got.status_code, "No time in March</textarea>" in got.content.decode()) == (409, True)
    assert "stands at “Accepted”" in got.content.decode()
    assert page(client, "engagement-cancel", taken).status_code == 200


def test_the_decision_page_says_what_stands_against_a_grant(sign_in, engagement, now):
    make.examine(engagement, {"ex:1.1": "minor"})
    engagement.ready(by=engagement.body.person, at=now, summary="Done.")
    client = sign_in(engagement.body.second)
    shown = text(page(client, "engagement-decide", engagement))
    assert "1.1: no accepted corrective action." in shown
    assert "A verification of 2 of 3 criteria." in shown
    got = post(
        client, "engagement-decide", engagement, outcome="granted", months="24", reason="Yes."
    )
    assert got.status_code == 422
    assert "1.1: no accepted corrective action." in got.content.decode()
    assert not Decision.objects.exists()


def test_deciding_on_the_page_leads_to_the_certificate(sign_in, db, now):
    ready = make.engagement("ready", at=now)
    client = sign_in(ready.body.second)
    post(client, "engagement-decide", ready, outcome="granted", months="12", reason="Yes.")
    shown = text(page(client, "engagement", ready))
    assert ready.certificates.get().number in shown


def test_requesting_on_the_page(sign_in, db, now):
    edition = make.graded("g")
    declaration = make.declaration(criteria=edition.criteria.all(), at=now)
    body = make.body(name="Example Access Audit")
    make.accreditation(body, [edition], at=now)
    client = sign_in(make.signer(declaration.release.solution.organisation))
    address = reverse("engagement-request", args=[declaration.number])
    assert "Example Access Audit" in text(client.get(address))
    level = edition.levels.get(key="AA")
    all_of = [one.pk for one in edition.criteria.all()]
    got = client.post(
        f"{address}?body={body.pk}",
        {
            f"edition_{edition.pk}": str(level.pk),
            f"criteria_{edition.pk}": all_of,
            "message": "Hello",
        },
    )
    made = Engagement.objects.get()
    assert got.url == made.get_absolute_url()
    assert made.editions.get().level == level
    assert {one.criterion.level.key for one in made.findings.all()} == {"A", "AA"}


def test_a_tied_body_is_not_offered(sign_in, db, now):
    declaration = make.declaration(criteria=make.criteria(2, key="ex"), at=now)
    provider = declaration.release.solution.organisation
    body = make.body(name="Example Tied Audit")
    make.accreditation(body, [declaration.assessment.answers.first().criterion.edition], at=now)
    Interest.declare(body, other=provider, nature="Shares", by=body.person, at=now)
    client = sign_in(make.signer(provider))
    shown = text(client.get(reverse("engagement-request", args=[declaration.number])))
    assert "because of an interest" in shown
    assert f"?body={body.pk}" not in shown


def statements(client, address):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.long
def test_lists_take_the_same_statements_when_their_rows_double(sign_in, db, now):
    body = make.body()
    client = sign_in(body.person)
    lists = [reverse("engagements"), reverse("auditors")]

    def add():
        declaration = make.declaration(criteria=make.criteria(2), at=now)
        make.engagement(declaration=declaration, organisation=body, at=now)

    add()
    before = [statements(client, address) for address in lists]
    for _ in range(3):
        add()
    assert [statements(client, address) for address in lists] == before


@pytest.mark.long
@pytest.mark.parametrize("name", ["findings", "engagement", "corrections"])
def test_pages_of_an_engagement_take_the_same_statements_at_any_size(sign_in, db, now, name):
    found = []
    for size in (4, 40):
        declaration = make.declaration(criteria=make.criteria(size), at=now)
        made = make.engagement("examining", declaration=declaration, at=now)
        key = declaration.assessment.answers.first().criterion.key
        make.examine(made, {key: "minor"}, at=now)
        client = sign_in(made.body.person)
        found.append(statements(client, reverse(name, args=[made.pk])))
    assert found[0] == found[1]
    assert found[0] <= 20


def test_while_the_provider_answers_the_findings_say_that_they_rest(client, db, at):
    made = make.engagement("examining", results={})
    make.examine(made, {made.findings.first().criterion.key: "minor"})
    client.force_login(made.body.person)
    address = reverse("findings", args=[made.pk])
    assert "Findings rest" not in client.get(address).content.decode()
    made.await_corrections(by=made.body.person, at=at)
    assert "Findings rest while the provider answers" in client.get(address).content.decode()
    client.post(reverse("engagement-resume", args=[made.pk]))
    assert "Findings rest" not in client.get(address).content.decode()
