"""A draft on an edition that was withdrawn: it says so, takes no answers and claims nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certcentre.lifecycle import IllegalMove
from certcentre.worklist import tasks
from standards.assessment import report_import
from standards.assessment.accessibility_report import Report, Reported
from standards.assessment.answers import Answer
from standards.assessment.claims import Claim
from standards.assessment.edition_migration import migrate_to
from tests import make


@pytest.fixture
def old(centre):
    return make.edition("old")


@pytest.fixture
def draft(provider, old):
    """Two met criteria, of an edition that the centre then withdrew and of one in force."""
    kept = make.criteria(1, key="kept")
    gone = list(old.criteria.all()[:2])
    return make.assessment(
        organisation=provider,
        criteria=[*gone, *kept],
        answers={gone[0].key: "met", "kept:1.1": "met"},
    )


@pytest.fixture
def withdrawn(draft, old, centre, at):
    old.withdraw(by=centre.officer, at=at, reason="Replaced by law.")
    return draft


def answer_to(draft, ref="1.2"):
    rows = Answer.objects.select_related("criterion__edition", "assessment__release__solution")
    return rows.get(assessment=draft, criterion__key=f"old:{ref}")


def test_no_answer_and_no_evidence_is_taken(withdrawn, provider, at):
    answer = answer_to(withdrawn)
    with pytest.raises(IllegalMove, match="was withdrawn"):
        answer.give(value="met", by=provider.person, at=at, revision=0)
    with pytest.raises(IllegalMove, match="was withdrawn"):
        make.attach(answer, make.evidence(provider))


def test_autosave_is_refused_and_nothing_is_written(client, withdrawn, provider):
    client.force_login(provider.person)
    answer = answer_to(withdrawn)
    said = {"value": "met", "reason": "", "note": "", "revision": "0"}
    address = reverse("answer", args=[withdrawn.pk, answer.pk])
    got = client.post(address, said, headers={"X-Autosave": "1"})
    assert (got.status_code, got["X-Saved"]) == (409, "0")
    assert "was withdrawn" in got.content.decode()
    assert answer_to(withdrawn).value == ""


def test_an_imported_report_passes_over_it(withdrawn, provider, at, monkeypatch):
    Answer.objects.filter(assessment=withdrawn).update(value="")
    report = Report("Report", "Example", "1", "2026-11-01", "")
    report.findings = {"1.1": [Reported("1.1", "web", "met", "")], "1.2": []}
    keys = withdrawn.answers.values_list("criterion__edition__standard__key", flat=True)
    monkeypatch.setattr(report_import, "STANDARDS", tuple(keys))
    report_import.fill(withdrawn, report, by=provider.person, at=at, edition=None)
    assert answer_to(withdrawn, "1.1").value == ""
    assert withdrawn.answers.get(criterion__key="kept:1.1").value == "met"


def test_mappings_offer_it_nothing(withdrawn, provider, at):
    answer = answer_to(withdrawn)
    given = withdrawn.answers.select_related("criterion").get(criterion__key="kept:1.1")
    mapping = make.mapping(given.criterion, answer.criterion)
    type(mapping).objects.update(status="published")
    offer = withdrawn.offers([answer.criterion_id])[answer.criterion_id]
    with pytest.raises(IllegalMove, match="was withdrawn"):
        answer.take(offer, by=provider.person, at=at, revision=0)
    withdrawn.add(criteria=[], by=provider.person, at=at)  # which suggests what mappings offer
    assert answer_to(withdrawn).value == ""


def test_declaring_passes_it_over_and_claims_nothing(withdrawn, provider):
    made = make.declare(withdrawn)
    assert made.content["editions"] == ["kept"]
    assert [one["criterion"] for one in made.content["answers"]] == ["kept:1.1"]
    assert made.content["no_statement"] == []
    assert set(Claim.objects.values_list("criterion__key", flat=True)) == {"kept:1.1"}


def test_its_pages_say_so(client, withdrawn, provider):
    client.force_login(provider.person)
    domain = reverse("assessment-sheet", args=[withdrawn.pk])
    alone = reverse("answer", args=[withdrawn.pk, answer_to(withdrawn).pk])
    for address in (withdrawn.get_absolute_url(), domain, alone):
        page = client.get(address).content.decode()
        assert "was withdrawn on" in page
        assert f'name="v{answer_to(withdrawn).pk}"' not in page


def test_the_editor_is_told_on_the_work_list_and_the_release_page(client, withdrawn, provider):
    words = f"An edition was withdrawn: look at the draft of {withdrawn.release}"
    assert words in [task.title for task in tasks(provider.person, at=timezone.now())]
    client.force_login(provider.person)
    assert words in client.get(withdrawn.release.get_absolute_url()).content.decode()


def test_looking_ends_once_the_draft_is_gone_on_with(withdrawn, provider, at):
    words = f"An edition was withdrawn: look at the draft of {withdrawn.release}"
    kept = withdrawn.answers.get(criterion__key="kept:1.1")
    kept.assessment = withdrawn
    later = at + timedelta(hours=1)
    assert words in [task.title for task in tasks(provider.person, at=later)]
    kept.give(value="not_met", by=provider.person, at=later, revision=kept.revision)
    assert words not in [task.title for task in tasks(provider.person, at=later)]


def test_where_every_edition_was_withdrawn_nothing_is_to_be_saved(
    client, provider, old, centre, at
):
    make.fact("delivery")
    draft = make.assessment(organisation=provider, criteria=old.criteria.all()[:2])
    sheet = reverse("assessment-sheet", args=[draft.pk])
    client.force_login(provider.person)
    assert "Save this page" in client.get(sheet).content.decode()
    old.withdraw(by=centre.officer, at=at, reason="Replaced by law.")
    for address in (draft.release.get_absolute_url(), reverse("assessments")):
        assert "0 of 0" not in " ".join(client.get(address).content.decode().split())
    for address in (sheet, draft.get_absolute_url()):
        page = " ".join(client.get(address).content.decode().split())
        assert "0 of 0" not in page
        assert "Add criteria that can be answered." in page
        assert "Save this page" not in page
        assert "Everything is saved" not in page
    words = f"An edition was withdrawn: look at the draft of {draft.release}"
    assert words in [task.title for task in tasks(provider.person, at=at)]


def test_what_was_declared_of_it_stays_as_it_was(client, draft, provider, old, centre, at):
    made = make.declaration(organisation=provider, criteria=old.criteria.all())
    old.withdraw(by=centre.officer, at=at, reason="Replaced by law.")
    client.force_login(provider.person)
    page = client.get(made.assessment.get_absolute_url()).content.decode()
    assert "was withdrawn on" not in page
    assert made.claims.in_force(at=at).count() == old.criteria.count()


def test_its_answers_go_to_the_edition_that_follows(client, withdrawn, provider, old, at):
    new = make.successor(old, "new")
    client.force_login(provider.person)
    page = client.get(withdrawn.get_absolute_url()).content.decode()
    assert reverse("assessment-move", args=[withdrawn.pk, "new"]) in page
    migrate_to(withdrawn, new, by=provider.person, at=at)
    assert withdrawn.answers.get(criterion__key="new:1.1").value == "met"
    assert not withdrawn.withdrawn_editions(at=at)
