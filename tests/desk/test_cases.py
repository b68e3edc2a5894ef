"""A concern is received from anybody, and what is said of it in public gives nobody away."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from certcentre.desk.cases.asked import PartyQuestion
from certcentre.desk.cases.case import Case
from certcentre.desk.claim_check import differences
from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.worklist import tasks
from standards.assessment.claims import Claim, Outcome
from standards.assessment.solutions import Release, Solution
from tests import make
from tests.abilities.people import close_officers
from tests.make.cases import appeal as appealed
from tests.make.cases import asked
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
SECRET = "The lesson page shows advertisements of toys."


def built_solution():
    provider = make.organisation("provider")
    made = make.declaration(organisation=provider).release.solution
    solution = Solution.objects.select_related("current_release").get(pk=made.pk)
    solution.organisation = provider
    return solution


kept_solution = make.kept(built_solution)


@pytest.fixture
def solution(kept_solution, db):
    return kept_solution()


def send(client, about, words=SECRET, **more):
    return client.post(reverse("concern-new"), {"about": about, "words": words, **more})


def test_anybody_reports_a_concern_and_reads_where_it_stands(client, solution, at):
    form = client.get(f"{reverse('concern-new')}?about={solution.get_absolute_url()}")
    assert "At most 4,000 characters." in form.text
    assert solution.get_absolute_url() in form.text
    answer = send(client, solution.get_absolute_url())
    case = Case.objects.get()
    assert answer.url == case.get_absolute_url()
    page = client.get(answer.url).text
    assert f"Received as {case.number}" in page
    assert "To be acknowledged by" in page
    assert SECRET not in page
    assert str(solution) not in page  # anybody may say anything


def test_it_is_about_what_has_a_public_number_or_page(client, solution):
    certificate = make.certificate()
    accreditation = certificate.body.accreditations.get()
    tender = make.tender(status="published")
    for about, record in [
        (certificate.number, certificate),
        (f"https://portal.example{certificate.get_absolute_url()}", certificate),
        (accreditation.number, accreditation),
        (tender.reference.lower(), tender),
        (solution.get_absolute_url(), solution),
    ]:
        send(client, about, f"Wrong about {about}")
        assert Case.objects.first().about == record


@pytest.mark.parametrize("about", ["", "CC-2026-999999", "reading", "/solutions/1/", "x" * 999])
def test_what_is_not_public_is_not_found_and_the_words_are_kept(client, about):
    answer = send(client, about)
    assert answer.status_code == 422
    assert SECRET in answer.text
    assert not Case.objects.exists()


@pytest.mark.parametrize("status", Case.Status.values)
def test_what_it_is_about_is_named_once_it_is_upheld(client, solution, status):
    case = make.case(solution, status, by=make.user("raiser"))
    upheld = status in ("upheld", "partly_upheld")
    for address in (case.get_absolute_url(), reverse("cases")):
        assert (str(solution) in client.get(address).text) == upheld


def test_a_product_off_the_register_is_not_named(client, solution, at):
    case = make.case(solution, "upheld")
    assert str(solution) in client.get(case.get_absolute_url()).text
    Release.objects.filter(solution=solution).update(status="held")
    for address in (case.get_absolute_url(), reverse("cases")):
        assert str(solution) not in client.get(address).text


def test_the_same_words_once_more_are_the_same_case(client, solution):
    for _time in range(5):
        answer = send(client, solution.get_absolute_url())
    assert Case.objects.count() == 1
    assert answer.url == Case.objects.get().get_absolute_url()
    send(client, solution.get_absolute_url(), "Something else")
    assert list(Case.objects.values_list("number", flat=True)) == [
        "CS-2026-000002",
        "CS-2026-000001",
    ]


def test_a_hundred_in_a_minute_are_stopped(client, solution, settings, monkeypatch):
    settings.LIMITS = {"concern": 20}
    monkeypatch.setattr("certcentre.limits.time.time", lambda: 1_700_000_010)
    cache.clear()
    answers = [send(client, solution.get_absolute_url(), f"{n}") for n in range(30)]
    assert Case.objects.count() == 20
    assert {answer.status_code for answer in answers[20:]} == {429}


def test_a_script_is_words(solution, at):
    case = make.case(solution, words="<script>alert(1)</script>")
    client = Client()
    client.force_login(case.handler)
    assert "<script>alert" not in client.get(case.get_absolute_url()).text


def test_who_raised_it_is_found_neither_on_the_page_nor_in_the_log(client, solution, at):
    person = make.user("raiser")
    case = make.case(solution, "upheld", by=person)
    public = LogEntry.objects.about(case).public()
    assert [entry.step for entry in public] == [
        "case.acknowledged",
        "case.examined",
        "case.upheld",
    ]
    assert not public.filter(actor=person).exists()
    assert person.name not in client.get(case.get_absolute_url()).text


def test_its_words_are_read_by_its_author_and_officers_without_a_tie(solution, at):
    person, colleague = make.user("raiser"), make.member(solution.organisation, "editor")
    case = make.case(solution, by=person)
    tied = close_officers(solution.organisation)["an officer who left it lately"]
    readers = {person: True, case.handler: True, colleague: False, tied: False}
    for reader, reads in readers.items():
        client = Client()
        client.force_login(reader)
        assert (case.words in client.get(case.get_absolute_url()).text) == reads, reader


def test_a_party_reads_its_question_and_nothing_else(solution, at):
    case = make.case(solution, "acknowledged", words=SECRET)
    question = asked(case)
    client = Client()
    client.force_login(solution.organisation.person)
    page = client.get(case.get_absolute_url()).text
    assert question.question in page
    assert str(solution) in page
    assert SECRET not in page
    client.post(reverse("case-answer", args=[case.number, question.pk]), {"answer": "It does not."})
    question.refresh_from_db()
    assert question.answer == "It does not."


def test_only_those_whom_it_concerns_are_asked(solution, at):
    case = make.case(solution, "acknowledged")
    other = make.organisation("provider")
    with pytest.raises(NotReady, match="does not concern"):
        PartyQuestion.ask(case, party=other, question="So?", by=case.handler, at=at)


def test_a_complaint_is_of_an_organisation_that_one_acts_for(solution, at):
    rival = make.organisation("provider")
    case = make.case(solution, by=rival.person, organisation=rival)
    assert case.kind == Case.Kind.COMPLAINT
    with pytest.raises(NotAllowed):
        make.case(solution, by=make.user("stranger"), organisation=rival)


def test_what_is_upheld_speaks_against_criteria_at_once(solution, at):
    case = make.case(solution, "examined")
    key = Claim.objects.filter(release=solution.current_release).first().criterion.key
    case.decide(outcome="upheld", reason="Seen.", against=[key], by=case.handler, at=at)
    standing = Claim.objects.in_force(at=at + timedelta(minutes=1)).filter(criterion__key=key)
    assert [(claim.outcome, claim.basis) for claim in standing] == [(Outcome.NOT_MET, "finding")]
    assert list(differences()) == []
    page = Client().get(solution.get_absolute_url()).text
    assert f"Found by the centre in {case.number}" in page
    later = at + timedelta(days=1)
    make.declaration(solution.current_release, criteria=[standing[0].criterion], at=later)
    page = Client().get(solution.get_absolute_url()).text
    assert "the centre found otherwise on" in page
    assert "an auditor found otherwise" not in page


def test_it_speaks_against_what_the_product_says_and_only_when_upheld(solution, at):
    case = make.case(solution, "examined")
    key = Claim.objects.filter(release=solution.current_release).first().criterion.key
    who = {"by": case.handler, "at": at, "reason": "Seen."}
    with pytest.raises(NotReady, match="says nothing of these criteria: other:1"):
        case.decide(outcome="upheld", against=["other:1", key], **who)
    with pytest.raises(NotReady, match="says nothing against a criterion"):
        case.decide(outcome="not_upheld", against=[key], **who)
    assert Case.objects.get().status == "examined"


def test_the_list_costs_the_same_at_any_length(client, solution, django_assert_num_queries):
    for number in range(5):
        make.case(solution, "upheld", words=f"Number {number}")
        with django_assert_num_queries(3):
            page = client.get(reverse("cases")).text
        assert page.count("CS-2026-00000") >= number + 1


def test_a_number_that_is_typed_leads_to_the_case(client, solution):
    case = make.case(solution)
    assert client.get(f"/search/?q={case.number}").url == case.get_absolute_url()


def elsewhere(person):
    return {task.title: task for task in tasks(person, at=AT, turn=False)}


def test_whoever_raised_a_case_sees_with_whom_it_is_and_by_when(db):
    """Before, nothing of it stood under “With somebody else”."""
    raiser = make.user()
    case = make.case(by=raiser)
    task = elsewhere(raiser)[f"Concern {case.number}"]
    assert task.text.startswith("With the centre since")
    assert task.due == case.acknowledged_by
    case.acknowledge(by=case.handler, at=AT)
    assert elsewhere(raiser)[f"Concern {case.number}"].due == case.decided_by
    assert not elsewhere(make.user())
    case.take_back(by=raiser, at=AT)
    assert not elsewhere(raiser)


def test_an_officer_sees_what_others_are_at_in_a_case(db):
    question = asked(make.case(status="acknowledged"))
    officer = question.asked_by
    line = elsewhere(officer)[f"An answer in {question.case.number}"]
    assert str(question.party) in line.text
    assert line.due == question.case.decided_by
    appeal = appealed(status="acknowledged")
    assert "With its panel of three" in elsewhere(appeal.handler)[f"Appeal {appeal.number}"].text
    assert f"Appeal {appeal.number}" in elsewhere(appeal.raised_by)
    assert f"Appeal {appeal.number}" not in elsewhere(appeal.seated[0])
