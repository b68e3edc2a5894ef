"""Drafting an edition by page: from nothing to a published standard, and what stays then."""

import pytest
from django.urls import reverse

from certcentre.log.models import LogEntry
from standards.models import Criterion, Edition
from tests import make

pytestmark = pytest.mark.alike

EDITION = {
    "standard_key": "reading",
    "id": "reading-1",
    "name": "Reading 1",
    "version": "1",
    "language": "en",
    "issuing_body": "Example Ministry",
    "published": "2026",
    "reference": "ER 1",
    "seed_category": "ethical",
    "domain": "pedagogical",
    "jurisdictions": "KE",
    "level_structure": "A | must+ | Basic\nB | should+ | More",
    "text_licence": "Open",
    "may_quote_text": "yes",
    "catalogue_licence": "CC-BY-4.0",
    "reason": "Asked for by the ministry",
}
CRITERION = {
    "ref": "1.1",
    "title": "Reads aloud",
    "statement": "The product reads each text aloud.",
    "level": "A",
    "domain": "pedagogical",
    "reason": "First",
}


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return centre.officer


def send(client, name, data, *args):
    return client.post(reverse(f"catalogue-{name}", args=args), data)


def text(response):
    return response.content.decode()


def test_a_standard_is_published_by_pages_alone(officer, client, centre):
    assert send(client, "edition-new", EDITION).status_code == 302
    for n in range(1, 4):
        data = {**CRITERION, "ref": f"1.{n}"}
        assert send(client, "criterion-new", data, "reading-1").status_code == 302
    assert send(client, "edition-publish", {"signed": "on"}, "reading-1").status_code == 403
    client.force_login(make.member(centre, "officer"))
    assert send(client, "edition-publish", {"signed": "on"}, "reading-1").status_code == 302
    client.logout()
    assert "Reads aloud" in text(client.get(reverse("edition", args=["reading-1"])))


def test_levels_and_fields_are_kept(officer, client):
    send(client, "edition-new", EDITION)
    made = Edition.objects.get()
    levels = made.levels.order_by("position").values_list("key", "obligation", "cumulative")
    assert list(levels) == [("A", "must", True), ("B", "should", True)]
    assert (made.standard.key, made.proposed_by, made.status) == ("reading", officer, "draft")
    assert "A | must+ | Basic" in text(client.get(f"/catalogue/editions/{made.key}/edit/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"standard_key": ""}, "name a new one"),
        ({"id": "Reading One"}, "use letters, digits, dots and hyphens"),
        ({"level_structure": "A must"}, "with | between"),
        ({"level_structure": "A | always | Basic"}, "not one of"),
        ({"reason": ""}, "required"),
    ],
)
def test_a_draft_that_a_file_would_not_load(changes, said, officer, client):
    answer = send(client, "edition-new", {**EDITION, **changes})
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Edition.objects.exists()


def test_a_key_is_taken_once(officer, client):
    make.edition("reading-1")
    assert "This key is taken" in text(send(client, "edition-new", EDITION))


def test_a_ref_stands_once(officer, client):
    send(client, "edition-new", EDITION)
    send(client, "criterion-new", CRITERION, "reading-1")
    answer = send(client, "criterion-new", CRITERION, "reading-1")
    assert (answer.status_code, "stands here twice" in text(answer)) == (422, True)


def test_criteria_change_move_and_go(officer, client):
    draft = make.edition("ex", published=False)
    data = {**CRITERION, "ref": "1.2", "title": "New words", "domain": "accessibility"}
    assert send(client, "criterion-edit", data, "ex", "1.2").status_code == 302
    send(client, "criterion-up", {}, "ex", "1.2")
    send(client, "criterion-out", {}, "ex", "1.4")
    rows = draft.criteria.order_by("position").values_list("ref", "title")
    assert [ref for ref, _title in rows] == ["1.2", "1.1", "1.3"]
    assert rows[0][1] == "New words"


def test_each_change_of_a_criterion_stands_in_the_log_of_its_edition(officer, client):
    draft = make.edition("ex", published=False)
    data = {**CRITERION, "ref": "1.2", "reason": "The law changed"}
    send(client, "criterion-edit", data, "ex", "1.2")
    entry = LogEntry.objects.about(draft).get()
    assert (entry.step, entry.actor, entry.reason) == (
        "edition.changed",
        officer,
        "The law changed",
    )


def test_of_a_published_edition_only_hints_change(officer, client):
    edition = make.edition("ex")
    data = {**CRITERION, "title": "Other", "evidence_hint": "A recording", "reason": "Clearer"}
    assert send(client, "criterion-edit", data, "ex", "1.1").status_code == 302
    criterion = Criterion.objects.get(key="ex:1.1")
    assert (criterion.title, criterion.evidence_hint) == ("Title of 1.1", "A recording")
    assert send(client, "criterion-out", {}, "ex", "1.1").status_code == 409
    assert edition.criteria.count() == 4


def test_of_a_published_edition_only_notes_change(officer, client):
    make.edition("ex", text_licence="Open", may_quote_text="yes")
    data = {**EDITION, "name": "Other name", "notes": "Read this first", "published": "2026"}
    assert send(client, "edition-edit", data, "ex").status_code == 302
    edition = Edition.objects.get(key="ex")
    assert (edition.name, edition.notes) == ("Example Standard ex", "Read this first")


def test_the_next_edition_begins_with_the_words_of_the_last(officer, client):
    old = make.edition("ex", text_licence="Open", may_quote_text="yes")
    shown = text(client.get(reverse("catalogue-edition-new") + "?after=ex"))
    assert "Example Standard ex" in shown
    data = {**EDITION, "standard": old.standard.key, "supersedes": "ex", "id": "ex-2"}
    data["level_structure"] = "A | must+ | Level A\nAA | must+ | Level AA\nAAA | may+ | Level AAA"
    answer = client.post(reverse("catalogue-edition-new") + "?after=ex", data)
    made = Edition.objects.get(key="ex-2")
    assert (answer.status_code, made.supersedes, made.criteria.count()) == (302, old, 4)
    assert old.standard.name == "Example Standard ex"
