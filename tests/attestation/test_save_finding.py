"""Saving one finding: with script as it is typed, without script by a button."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import make

TYPED = {"result": "observation", "methods": ["test"], "note": "Läuft – “gut” <b>", "revision": "0"}


@pytest.fixture
def finding(db):
    at = timezone.now() - timedelta(days=1)
    engagement = make.engagement("examining", at=at)
    found = engagement.findings.select_related("criterion").first()
    found.engagement = engagement
    return found


@pytest.fixture
def save(client, finding):
    client.force_login(finding.engagement.body.person)

    def post(script=True, **changes):
        address = reverse("finding", args=[finding.engagement.pk, finding.pk])
        headers = {"X-Autosave": "1"} if script else {}
        return client.post(address, {**TYPED, **changes}, headers=headers)

    return post


def test_what_is_saved_comes_back_with_its_revision(save, finding):
    got = save()
    assert (got.status_code, got["X-Saved"], got.content) == (200, "1", b"")
    finding.refresh_from_db()
    assert (finding.result, finding.note) == ("observation", TYPED["note"])


def test_somebody_elses_words_are_shown_and_nothing_is_lost(save, finding):
    save(note="Mine, first.")
    got = save(note="Theirs, later.")
    assert (got.status_code, got["X-Saved"]) == (409, "1")
    assert "Mine, first." in got.content.decode()
    finding.refresh_from_db()
    assert finding.note == "Mine, first."


def test_what_is_missing_is_said_and_not_saved(save, finding):
    got = save(note="", result="minor")
    assert (got.status_code, got["X-Saved"]) == (422, "0")  # what stands, not what was sent
    assert "Say what you saw." in got.content.decode()
    assert "Everything is saved" not in save(False, note="", result="minor").content.decode()
    finding.refresh_from_db()
    assert finding.revision == 0


@pytest.mark.parametrize("result", ["", "perfect", "granted"])
def test_a_finding_outside_the_six_is_refused(save, result):
    assert save(result=result).status_code == 422


def test_a_made_up_method_or_revision_is_refused(save):
    assert save(methods=["guess"]).status_code == 422
    assert save(revision="x").status_code == 422


def test_without_script_it_leads_back_to_the_criterion(save, finding):
    got = save(script=False)
    assert got.status_code == 302
    assert got.url.endswith(f"#f{finding.pk}")


def test_without_script_what_was_typed_is_kept(save):
    got = save(script=False, methods=[], note="A long text.")
    shown = got.content.decode()
    assert got.status_code == 422
    assert "A long text." in shown
    assert "Say how you looked" in shown


def test_without_script_both_texts_are_shown(save):
    save(note="Mine, first.")
    got = save(script=False, note="Theirs, later.")
    shown = got.content.decode()
    assert got.status_code == 409
    assert "Mine, first." in shown
    assert "Theirs, later." in shown
    assert 'name="revision" value="1"' in shown


def test_once_handed_over_nothing_is_saved(save, finding):
    make.examine(finding.engagement, {})
    finding.engagement.ready(by=finding.engagement.body.person, at=timezone.now(), summary="Done.")
    got = save(revision="1")
    assert got.status_code == 409
    assert "Ready for decision" in got.content.decode()


def test_a_lost_session_is_not_taken_for_saved(save, client):
    client.logout()
    got = save()
    assert got.status_code == 302
    assert "X-Saved" not in got


def test_it_takes_few_statements(save):
    with CaptureQueriesContext(connection) as found:
        save()
    own = [one for one in found if "django_session" not in one["sql"]]
    assert len(own) <= 14
