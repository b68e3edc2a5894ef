"""A body applies for accreditation; an officer who does not belong to it decides."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from certcentre.accounts.models import Membership
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication
from standards.attestation.body_terms import BodyTerms
from tests import make
from tests.make.attestation import officer
from tests.make.moment import AT

DAYS = {"valid_from": AT.date(), "valid_until": date(2029, 6, 30)}
JUDGED = {
    ("sent", "ask"): "asked",
    ("sent", "grant"): "granted",
    ("sent", "refuse"): "refused",
    ("sent", "take_back"): "taken_back",
    ("asked", "answer_with"): "sent",
    ("asked", "refuse"): "refused",
    ("asked", "take_back"): "taken_back",
}
VERBS = {
    "ask": {"reason": "Who signs?"},
    "grant": DAYS,
    "refuse": {"reason": "Too few."},
    "take_back": {"reason": "Later."},
    "answer_with": {"answer": "Ann does.", "insured_until": date(2027, 12, 31)},
}

kept = make.kept(make.application)


@pytest.fixture
def application(db, kept):
    return kept()


def take(application, verb, by=None):
    own = verb in ("take_back", "answer_with")
    by = by or (application.body.person if own else officer())
    getattr(application, verb)(**VERBS[verb], by=by, at=AT)


@pytest.mark.django_db
def test_the_states_lead_where_the_design_says():
    reached = {}
    for state in AccreditationApplication.Status.values:
        for verb in VERBS:
            made = make.application(state)
            try:
                take(made, verb)
            except IllegalMove:
                continue
            reached[state, verb] = made.status
    assert reached == JUDGED


def test_a_grant_accredits_for_exactly_what_was_applied_for(application):
    application.grant(**DAYS, by=officer(), at=AT)
    made = Accreditation.objects.get(body=application.body)
    assert (application.accreditation, made.countries) == (made, ["EE"])
    assert set(made.editions.all()) == set(application.editions.all())


def test_nobody_decides_about_a_body_they_belong_to(application):
    judge = officer()
    Membership.grant(user=judge, organisation=application.body, role="manager", by=None, at=AT)
    for verb in ("ask", "grant", "refuse"):
        with pytest.raises(NotAllowed, match="belong"):
            take(application, verb, by=judge)
    assert not AccreditationApplication.objects.judgeable_by(judge, at=AT)


def test_only_a_manager_of_the_body_applies_and_one_is_open_at_a_time(application):
    body = application.body
    with pytest.raises(IllegalMove, match="open"):
        make.application(body=body)
    with pytest.raises(IntegrityError), transaction.atomic():
        AccreditationApplication.objects.create(
            body=body, number="AA-1", sent_at=AT, sent_by=body.person, size=1, insured_until=AT
        )
    with pytest.raises(NotAllowed):
        AccreditationApplication.apply(
            body, editions=[], report=None, by=body.second, at=AT, methods=[], competence=""
        )


def test_all_that_is_missing_is_said_at_once(application):
    body = make.body()
    with pytest.raises(NotReady) as met:
        AccreditationApplication.apply(
            body,
            editions=[],
            report=SimpleUploadedFile("a.pdf", b"%PDF-"),
            by=body.person,
            at=AT,
            methods=[],
            countries=[],
            competence=" ",
            insured_until=AT.date() - timedelta(days=1),
        )
    assert len(met.value.problems) == 5


def test_it_waits_for_an_officer_then_for_the_body(application, django_assert_max_num_queries):
    words = f"Decide on the application of {application.body}"
    assert words in [task.title for task in tasks(officer(), at=AT)]
    take(application, "ask")
    assert words not in [task.title for task in tasks(officer(), at=AT)]
    mine = [task.title for task in tasks(application.body.person, at=AT)]
    assert f"Answer on your application {application.number}" in mine


def test_renewal_is_applied_for_from_90_days_before_the_end(application):
    application.grant(valid_from=AT.date(), valid_until=date(2027, 3, 1), by=officer(), at=AT)
    body, then = application.body, AT.replace(year=2026, month=12, day=2)
    (task,) = tasks(body.person, at=then)
    assert task.url == reverse("application-new", args=[body.pk])
    assert not tasks(body.person, at=then - timedelta(days=2))
    make.application(body=body, at=then)
    assert not tasks(body.person, at=then)


def test_it_is_sent_on_the_page_and_a_bad_file_loses_no_words(application, client):
    body = make.body()
    make.body_terms(body)
    client.force_login(body.person)
    edition = application.editions.get()
    sent = {"editions": [edition.pk], "methods": ["test"], "competence": "Two auditors."}
    sent |= {"countries": "Estonia", "insured_until": "2099-12-31"}
    address = reverse("application-new", args=[body.pk])
    program = SimpleUploadedFile("report.pdf", b"MZ\x90program")
    page = client.post(address, sent | {"report": program})
    assert page.status_code == 422
    assert "Two auditors." in page.content.decode()
    answer = client.post(address, sent | {"report": SimpleUploadedFile("r.pdf", b"%PDF-1.7 x")})
    made = AccreditationApplication.objects.get(body=body)
    assert answer.url == made.get_absolute_url()
    report = client.get(reverse("application-report", args=[made.pk]))
    assert b"".join(report.streaming_content) == b"%PDF-1.7 x"
    assert BodyTerms.objects.filter(body=body).exists()


def test_that_the_centre_opens_the_report_is_logged_where_the_body_reads_it(application, client):
    address = reverse("application-report", args=[application.pk])
    entries = LogEntry.objects.about(application).filter(step="accreditationapplication.read")
    client.force_login(application.body.person)
    assert client.get(address).status_code == 200
    assert not entries.exists()
    client.force_login(officer())
    assert client.get(address).status_code == 200
    entry = entries.get()
    assert (entry.actor, entry.visibility) == (officer(), "private")
    client.force_login(application.body.person)
    assert "Sample report opened" in client.get(application.get_absolute_url()).content.decode()
