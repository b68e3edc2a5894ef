"""Each answer is saved as it is given: 200, 409 or 422, with the revision that stands."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.bench.measuring import own
from standards.assessment.answers import Answer
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT


@pytest.fixture
def answer(provider):
    draft = make.assessment(organisation=provider, criteria=make.criteria(2))
    return draft.answers.select_related("criterion").order_by("pk").first()


@pytest.fixture
def editor(client, answer):
    client.force_login(make.signer_of(answer.assessment))
    return client


def send(client, answer, value="met", *, revision=0, **said):
    """As the script sends one part of a sheet."""
    pk = answer.pk
    sent = {f"v{pk}": value, f"s{pk}": "0.1", "revision": revision}
    sent |= {f"{name}{pk}": text for name, text in said.items()}
    address = reverse("answer", args=[answer.assessment_id, pk])
    return client.post(address, sent, headers={"X-Autosave": "1"})


def test_200_with_the_new_revision(editor, answer):
    got = send(editor, answer, r="Wie es geht – “so” <b>")
    assert (got.status_code, got["X-Saved"], got.content) == (200, "1", b"")
    answer.refresh_from_db()
    assert (answer.value, answer.reason) == ("met", "Wie es geht – “so” <b>")


def test_409_with_both_texts(editor, answer):
    send(editor, answer, "not_met", r="First")
    got = send(editor, answer, "met", r="Second")
    assert (got.status_code, got["X-Saved"]) == (409, "1")
    assert "First" in got.content.decode()
    answer.refresh_from_db()
    assert answer.reason == "First"


def test_the_same_sent_twice_is_no_conflict(editor, answer):
    assert send(editor, answer)["X-Saved"] == send(editor, answer)["X-Saved"] == "1"


@pytest.mark.parametrize("value", ["not_applicable", "partly_met", "perfect", "MET"])
def test_422_says_what_is_missing_and_what_stands(editor, answer, value):
    got = send(editor, answer, value)
    assert (got.status_code, got["X-Saved"]) == (422, "0")
    assert "1.1" in got.content.decode()


def test_422_for_a_text_that_is_too_long(editor, answer):
    got = send(editor, answer, r="x" * 10_001)
    assert got.status_code == 422
    assert "too long" in got.content.decode()


def test_409_once_declared(editor, answer):
    draft = answer.assessment
    for one in draft.answers.select_related("criterion"):
        one.give(value="met", by=make.signer_of(draft), at=AT, revision=0)
    make.declare(draft)
    got = send(editor, answer, "not_met", revision=1)
    assert (got.status_code, got["X-Saved"]) == (409, "1")
    assert "new draft" in got.content.decode()


def test_the_note_stays_when_the_sheet_does_not_show_it(editor, answer):
    send(editor, answer, n="Ask Ada.")
    send(editor, answer, "not_met", revision=1)
    answer.refresh_from_db()
    assert (answer.value, answer.note) == ("not_met", "Ask Ada.")


def test_what_a_database_refuses_is_taken_out(editor, answer):
    assert send(editor, answer, r="a\x00b").status_code == 200
    answer.refresh_from_db()
    assert answer.reason == "ab"


def test_a_lost_session_is_not_taken_for_saved(editor, answer):
    editor.logout()
    got = send(editor, answer)
    assert got.status_code == 302
    assert "X-Saved" not in got


def test_without_the_token_of_the_form_nothing_is_saved(answer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.signer_of(answer.assessment))
    got = send(client, answer)
    assert got.status_code == 403
    assert "X-Saved" not in got


def test_it_takes_at_most_six_statements(editor, answer):
    with CaptureQueriesContext(connection) as found:
        assert send(editor, answer).status_code == 200
    assert len(own(found.captured_queries)) <= 6


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_who_send_at_once_one_is_saved():
    draft = make.assessment(criteria=make.criteria(1))
    answer, person = draft.answers.select_related("criterion").get(), make.signer_of(draft)

    def sender(number):
        client = Client()
        client.force_login(person)
        return lambda: send(client, answer, r=f"Text {number}").status_code

    got = at_once(*[sender(number) for number in range(16)])
    assert sorted(got) == [200] + [409] * 15
    assert Answer.objects.get().revision == 1
