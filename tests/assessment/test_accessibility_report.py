"""A provider's OpenACR report fills a draft, to confirm; answers go out as a report again."""

import json

import jsonschema
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from standards.assessment import accessibility_report, report_import
from standards.assessment.accessibility_report import joined, read
from standards.assessment.assessments import Assessment
from standards.assessment.evidence import Evidence
from standards.catalogue.files.losses import Refused
from standards.catalogue.standards import Standard
from tests import make
from tests.samples import sample

CRITERIA = (("1.1.1", "A"), ("1.1.2", "A"), ("1.1.3", "AA"), ("9.1.1.1", "A"))
REPORT = {
    "title": "Example Tool Accessibility Conformance Report",
    "product": {"name": "Example Tool", "version": "4"},
    "author": {"email": "someone@example.org"},
    "report_date": "2026-05-12",
    "repository": "https://reports.example.org/tool.yaml",
    "chapters": {
        "success_criteria_level_a": {
            "criteria": [
                {"num": "1.1.1", "components": [
                    {"name": "web", "adherence": {"level": "supports", "notes": "All pictures."}},
                    {"name": "software",
                     "adherence": {"level": "does-not-support", "notes": "No."}},
                    {"name": "authoring-tool", "adherence": {"level": "not-applicable"}}]},
                {"num": "1.1.2", "components": [
                    {"name": "web", "adherence": {"level": "not-applicable", "notes": ""}}]},
                {"num": "1.1.3", "components": [
                    {"name": "web", "adherence": {"level": "not-evaluated", "notes": ""}}]},
                {"num": "7.7", "components": [{"name": "web", "adherence": {"level": "supports"}}]},
            ]
        },
        "hardware": {"disabled": True, "criteria": [
            {"num": "402.1",
             "components": [{"name": "none", "adherence": {"level": "supports"}}]}]},
    },
}  # fmt: skip


def as_file(report=REPORT):
    return yaml.safe_dump(report).encode()


def wcag(**fields):
    made = make.edition("ex-wcag", criteria=CRITERIA[:3], **fields)
    Standard.objects.filter(pk=made.standard_id).update(key="wcag")
    return made


@pytest.fixture
def draft(db, provider, at):
    edition = wcag()
    release = make.release(provider)
    return Assessment.start(release, by=provider.person, at=at, criteria=edition.criteria.all())


def filled(draft, provider, at, report=REPORT, edition=None):
    found = read(as_file(report))
    return report_import.fill(draft, found, by=provider.person, at=at, edition=edition)


def said(draft):
    rows = draft.answers.order_by("criterion__position")
    return [(row.criterion.ref, row.value, row.to_confirm) for row in rows]


def test_a_report_is_read_by_criterion_and_component():
    report = read(as_file())
    assert list(report.findings) == ["1.1.1", "1.1.2", "7.7"]
    assert report.unevaluated == ["1.1.3"]
    assert joined(report.findings["1.1.1"]) == (
        "partly_met",
        "Web (Supports): All pictures.\n"
        "Software (Does not support): No.\n"
        "Authoring Tool (Not applicable)",
    )


def test_en_301_549_asks_wcag_again_by_component():
    report = read(as_file())
    assert [each.value for each in report.of("9.1.1.1", en=True)] == ["met"]
    assert [each.value for each in report.of("11.1.1.1", en=True)] == ["not_met"]
    assert report.of("9.1.1.1", en=False) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("title: A catalog\nchapters: []\n", "no `product`"),
        ("product: {name: P}\nchapters: [a]\n", "with `chapters` of answers"),
        ("product: &a {name: P}\nchapters: *a\n", "aliases"),
    ],
)
def test_what_is_no_report_is_refused(text, reason):
    with pytest.raises(Refused) as refused:
        read(text.encode())
    assert reason in str(refused.value)


def test_a_draft_is_filled_to_confirm_with_the_report_as_evidence(draft, provider, at):
    done = filled(draft, provider, at)
    assert (done.filled, done.stayed, done.elsewhere) == (2, 0, ["7.7"])
    assert said(draft) == [
        ("1.1.1", "partly_met", True),
        ("1.1.2", "not_applicable", True),
        ("1.1.3", "", False),
    ]
    evidence = Evidence.objects.get()
    assert evidence.link == "https://reports.example.org/tool.yaml"
    assert evidence.speaks_from.isoformat() == "2026-05-12"
    assert evidence.uses.count() == 2


def test_what_does_not_apply_without_notes_gets_a_reason(draft, provider, at):
    filled(draft, provider, at)
    reason = draft.answers.get(criterion__ref="1.1.2").reason
    assert reason == "The accessibility report of 2026-05-12 says so, without notes."


def test_an_answer_that_was_confirmed_stays(draft, provider, at):
    answer = draft.answers.get(criterion__ref="1.1.1")
    answer.give(value="met", by=provider.person, at=at, revision=answer.revision)
    assert filled(draft, provider, at).stayed == 1
    assert said(draft)[0] == ("1.1.1", "met", False)


def test_twice_fills_the_same_with_one_piece_of_evidence(draft, provider, at):
    filled(draft, provider, at)
    before = said(draft)
    filled(draft, provider, at)
    assert said(draft) == before
    assert Evidence.objects.count() == 1


def test_criteria_that_the_report_speaks_of_are_taken_in(draft, provider, at):
    other = make.edition("ex-en", criteria=CRITERIA[3:])
    Standard.objects.filter(pk=other.standard_id).update(key="en-301-549-web")
    other.refresh_from_db()
    assert filled(draft, provider, at, edition=other).added == 1
    assert ("9.1.1.1", "met", True) in said(draft)


def test_the_page_fills_and_says_what_it_did(draft, provider, client):
    client.force_login(provider.person)
    file = SimpleUploadedFile("report.yaml", as_file())
    page = client.post(f"/assessments/{draft.pk}/report/", {"file": file}, follow=True)
    text = page.content.decode()
    assert "2 answers filled, to confirm." in text
    assert "1 criterion of the report is not in this set." in text


def test_the_page_says_why_a_file_is_no_report(draft, provider, client):
    client.force_login(provider.person)
    file = SimpleUploadedFile("x.yaml", b"a: 1")
    page = client.post(f"/assessments/{draft.pk}/report/", {"file": file})
    assert page.status_code == 422
    assert "not an accessibility report" in page.content.decode()


def exported(draft, provider, client):
    client.force_login(provider.person)
    return client.get(f"/assessments/{draft.pk}/report.yaml").content


def test_answers_go_out_as_a_report_and_come_back(draft, provider, client, at):
    answer = draft.answers.get(criterion__ref="1.1.1")
    answer.give(value="partly_met", reason="Soon.", by=provider.person, at=at, revision=0)
    report = read(exported(draft, provider, client))
    assert {ref: joined(found) for ref, found in report.findings.items()} == {
        "1.1.1": ("partly_met", "Soon.")
    }
    assert report.unevaluated == ["1.1.2", "1.1.3"]


def test_our_report_fits_the_schema_of_openacr(draft, provider, client):
    schema = json.loads(sample("openacr/openacr-0.1.0.json"))
    made = yaml.safe_load(exported(draft, provider, client))
    jsonschema.validate(made, schema)
    assert made["author"]["email"] == provider.person.email


def test_a_real_report_is_read():
    report = accessibility_report.read(sample("openacr/drupal-10-16.yaml"))
    assert (report.product, report.version, report.date) == ("Drupal", "10", "2023-05-12")
    assert len(report.findings) > 50
    assert report.strange == []
