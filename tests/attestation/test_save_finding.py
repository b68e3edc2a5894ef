"""Saving one finding: with script as it is typed, without script with all of its page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import make

TYPED = {"v": "observation", "m": ["test"], "n": "Läuft – “gut” <b>"}


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

    def post(script=True, revision="0", **changes):
        """`v`, `m` and `n`: what its row says of finding, methods and words."""
        typed = {f"{name}{finding.pk}": text for name, text in {**TYPED, **changes}.items()}
        if script:
            address = reverse("finding", args=[finding.engagement.pk, finding.pk])
            sent = {**typed, "revision": revision}
            return client.post(address, sent, headers={"X-Autosave": "1"})
        shown = {f"s{finding.pk}": f"{revision}.", f"w{finding.pk}": f"{revision}."}
        return client.post(reverse("findings", args=[finding.engagement.pk]), {**typed, **shown})

    return post


def test_what_is_saved_comes_back_with_its_revision(save, finding):
    got = save()
    assert (got.status_code, got["X-Saved"], got.content) == (200, "1", b"")
    finding.refresh_from_db()
    assert (finding.result, finding.note) == ("observation", TYPED["n"])


def test_somebody_elses_words_are_shown_and_nothing_is_lost(save, finding):
    save(n="Mine, first.")
    got = save(n="Theirs, later.")
    assert (got.status_code, got["X-Saved"]) == (409, "1")
    assert "Mine, first." in got.content.decode()
    finding.refresh_from_db()
    assert finding.note == "Mine, first."


def test_what_is_missing_is_said_and_not_saved(save, finding):
    got = save(n="", v="minor")
    assert (got.status_code, got["X-Saved"]) == (422, "0")  # what stands, not what was sent
    assert "Say what you saw." in got.content.decode()
    finding.refresh_from_db()
    assert finding.revision == 0


@pytest.mark.parametrize("result", ["perfect", "granted"])
def test_a_finding_outside_the_six_is_refused(save, result):
    assert save(v=result).status_code == 422


def test_a_made_up_method_or_revision_is_refused(save):
    assert save(m=["guess"]).status_code == 422
    assert save(revision="x").status_code == 422


def test_methods_alone_are_kept_and_examine_nothing(save, finding):
    assert save(v="", n="", m=["interview", "test"]).status_code == 200
    finding.refresh_from_db()
    assert (finding.result, finding.methods) == ("not_examined", ["interview", "test"])


def test_words_that_the_row_did_not_show_stay(save, finding, client):
    save()
    address = reverse("finding", args=[finding.engagement.pk, finding.pk])
    sent = {f"v{finding.pk}": "conforming", f"m{finding.pk}": ["test"], "revision": "1"}
    assert client.post(address, sent, headers={"X-Autosave": "1"}).status_code == 200
    finding.refresh_from_db()
    assert (finding.result, finding.note) == ("conforming", TYPED["n"])


def test_the_address_of_a_finding_leads_to_its_row(client, save, finding):
    got = client.get(reverse("finding", args=[finding.engagement.pk, finding.pk]))
    assert got.url.endswith(f"/findings/?open={finding.pk}#m{finding.pk}")
    assert f'id="m{finding.pk}"' in client.get(got.url).content.decode()


def test_without_script_it_leads_back_to_the_page(save, finding):
    got = save(script=False)
    assert got.url == reverse("findings", args=[finding.engagement.pk])
    finding.refresh_from_db()
    assert (finding.result, finding.methods) == ("observation", ["test"])


def test_without_script_what_was_typed_is_kept(save):
    got = save(script=False, m=[], n="A long text.")
    shown = got.content.decode()
    assert got.status_code == 422
    assert "A long text." in shown
    assert "Say how you looked" in shown


def test_without_script_both_texts_are_shown(save, finding):
    save(n="Mine, first.")
    got = save(script=False, n="Theirs, later.")
    shown = got.content.decode()
    assert got.status_code == 409
    assert "Mine, first." in shown
    assert "Theirs, later." in shown
    assert f'name="w{finding.pk}" value="1."' in shown


def test_a_finding_is_taken_back_with_a_button(save, finding, client):
    save()
    sent = {f"s{finding.pk}": "1.", "do": f"clear:{finding.pk}"}
    client.post(reverse("findings", args=[finding.engagement.pk]), sent)
    finding.refresh_from_db()
    assert (finding.result, finding.methods, finding.note) == ("not_examined", [], TYPED["n"])


def test_signed_out_what_was_typed_waits_until_one_is_back(save, finding, client):
    client.logout()
    assert "/accounts/login/" in save(script=False, n="Long work.", m=["test", "interview"]).url
    client.force_login(finding.engagement.body.person)
    shown = client.get(reverse("findings", args=[finding.engagement.pk])).content.decode()
    assert "Long work.</textarea>" in shown
    finding.refresh_from_db()
    assert finding.result == "not_examined"


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
