"""One criterion of a draft on a page of its own: answered, and evidence attached."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from standards.assessment.evidence import Evidence
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.alike

TYPED = {"title": "Test report", "speaks_from": "2026-06-01", "speaks_until": ""}


@pytest.fixture
def answer(provider):
    draft = make.assessment(organisation=provider, criteria=make.criteria(2))
    return draft.answers.select_related("criterion").order_by("pk").first()


@pytest.fixture
def press(client, answer, provider):
    client.force_login(provider.person)

    def pressed(do="", **sent):
        pk = answer.pk
        said = {f"{name}{pk}": sent.pop(name, "") for name in ("v", "r", "n")}
        said |= {f"s{pk}": sent.pop("s", f"{answer.revision}.")}
        said = {name: text for name, text in said.items() if text}
        address = reverse("answer", args=[answer.assessment_id, pk])
        got = client.post(address, said | sent | {"do": do})
        answer.refresh_from_db()
        return got

    return pressed


def test_answer_reason_and_private_note_are_saved(press, answer):
    got = press(v="met", r="By design.", n="Ask Ada.")
    assert got.status_code == 302
    assert (answer.value, answer.reason, answer.note) == ("met", "By design.", "Ask Ada.")


def test_save_and_go_on_leads_to_the_next_criterion(press, answer):
    assert press("next", v="met").url.endswith(f"/answers/{answer.pk + 1}/")


def test_both_texts_are_shown_when_somebody_else_was_first(press, answer, provider):
    answer.give(value="not_met", reason="Theirs", by=provider.person, at=AT, revision=0)
    got = press(v="met", r="Mine", s="0.")
    shown = got.content.decode()
    assert got.status_code == 409
    assert "Theirs" in shown
    assert ">Mine</textarea>" in shown
    assert f'name="s{answer.pk}" value="1."' in shown


def test_an_answer_can_be_taken_back_and_its_note_stays(press, answer):
    press(v="met", n="Ask Ada.")
    press("clear", v="met", n="Ask Ada.", s="1.")
    assert (answer.value, answer.note) == ("", "Ask Ada.")


def test_a_file_is_filed_attached_and_keeps_the_typed_answer(press, answer):
    got = press("add", v="met", r="See report.", file=make.upload(), **TYPED)
    assert got.status_code == 302
    piece = answer.evidence_uses.get().evidence
    assert (piece.title, piece.speaks_from) == ("Test report", date(2026, 6, 1))
    assert answer.reason == "See report."


def test_a_list_of_learners_is_asked_about_and_what_was_typed_stays(press, answer):
    learners = b"Name,Date of birth\n" + b"Amina Otieno,2014-03-02\n" * 28
    got = press("add", v="met", r="See.", file=SimpleUploadedFile("a.csv", learners), **TYPED)
    page = got.content.decode()
    assert "It looks like a list of learners: 28 rows" in page
    assert 'name="no_learners"' in page
    assert 'value="Test report"' in page
    assert not Evidence.objects.exists()
    again = {"file": SimpleUploadedFile("a.csv", learners), "no_learners": "on", "v": "met"}
    assert press("add", **again, **TYPED).status_code == 302
    assert answer.evidence_uses.count() == 1


def test_a_link_is_filed_and_attached(press, answer):
    press("add", link="https://example.org/report", **TYPED)
    assert answer.evidence_uses.get().evidence.kind == "link"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Choose a file, or give a link."),
        ({"link": "javascript:alert(1)"}, "begins with https://"),
        ({"link": "ftp://example.org/a"}, "begins with https://"),
        ({"link": "https://a:b@example.org"}, "Leave name and password out"),
        ({"link": "https://example.org", "speaks_from": ""}, "This field is required."),
        ({"link": "https://example.org", "speaks_until": "2026-01-01"}, "before the first one"),
        ({"link": "https://example.org", "title": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(press, answer, changes, words):
    got = press("add", v="met", r="My words", **{**TYPED, **changes})
    shown = got.content.decode()
    assert got.status_code == 422
    assert words in shown
    assert "My words" in shown
    assert (answer.value, Evidence.objects.count()) == ("met", 0)


def test_a_file_and_a_link_at_once_are_refused(press):
    got = press("add", file=make.upload(), link="https://example.org", **TYPED)
    assert "not both" in got.content.decode()


def test_evidence_on_file_is_picked_and_detached(press, answer, provider):
    piece = make.evidence(provider)
    press("pick", pick=[str(piece.pk), "no id"])
    assert answer.evidence_uses.get().evidence == piece
    press(f"detach:{piece.pk}")
    assert not answer.evidence_uses.exists()


def test_evidence_of_others_cannot_be_picked(press, answer):
    press("pick", pick=[str(make.evidence(make.organisation("provider")).pk)])
    assert not answer.evidence_uses.exists()


def test_pressing_a_button_of_evidence_alone_changes_no_answer(press, answer, provider):
    piece = make.evidence(provider)
    press("pick", pick=[str(piece.pk)])
    assert (answer.revision, answer.value) == (0, "")


def test_once_declared_the_page_only_shows(client, provider):
    made = make.assessment(organisation=provider, status="declared")
    client.force_login(provider.person)
    got = client.get(reverse("answer", args=[made.pk, made.answers.first().pk]))
    assert got.status_code == 200
    assert "data-autosave=" not in got.content.decode()


def test_an_answer_that_is_none_is_refused_and_the_reason_stays(press, answer):
    got = press(v="perhaps", r="Typed")
    assert got.status_code == 422
    assert ">Typed</textarea>" in got.text
    assert answer.value == ""
