"""A session that ended in the middle of a sheet, without script: nothing typed is lost."""

import pytest
from django.urls import reverse

from tests import make


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(2))


@pytest.fixture
def keys(draft):
    return list(draft.answers.order_by("pk").values_list("pk", flat=True))


def sheet(draft):
    return reverse("assessment-sheet", args=[draft.pk])


def typed(key, words="Words I must not lose."):
    return {f"v{key}": "met", f"r{key}": words, f"s{key}": "0.0", "csrfmiddlewaretoken": "x"}


def test_what_was_sent_without_a_session_is_there_after_signing_in(client, draft, keys):
    got = client.post(sheet(draft), typed(keys[0]))
    assert got.status_code == 302
    assert got.url.startswith(reverse("account_login"))
    client.force_login(make.signer_of(draft))
    shown = client.get(sheet(draft)).content.decode()
    assert ">Words I must not lose.</textarea>" in shown
    assert "You were signed out before this was saved." in shown
    assert draft.answers.get(pk=keys[0]).value == ""
    assert client.post(sheet(draft), typed(keys[0])).status_code == 302
    assert draft.answers.get(pk=keys[0]).reason == "Words I must not lose."


def test_it_is_shown_once(client, draft, keys):
    client.post(sheet(draft), typed(keys[0]))
    client.force_login(make.signer_of(draft))
    client.get(sheet(draft))
    assert "Words I must not lose." not in client.get(sheet(draft)).content.decode()


def test_the_page_of_one_criterion_keeps_it_too(client, draft, keys):
    address = reverse("answer", args=[draft.pk, keys[0]])
    client.post(address, typed(keys[0]))
    client.force_login(make.signer_of(draft))
    assert ">Words I must not lose.</textarea>" in client.get(address).content.decode()


def test_another_page_and_another_person_get_nothing(client, draft, keys):
    client.post(sheet(draft), typed(keys[0]))
    client.force_login(make.organisation("provider").person)
    assert client.get(sheet(draft)).status_code == 404
    assert "must not lose" not in client.get(reverse("assessments")).content.decode()


def test_only_answers_are_kept_and_not_without_end(client, draft, keys):
    client.post(sheet(draft), {"password": "secret", "title": "x"})
    assert "typed" not in client.session
    client.post(sheet(draft), typed(keys[0], "x" * 300_000))
    assert "typed" not in client.session
    client.post(sheet(draft), typed(keys[0]) | {"password": "secret"})
    assert "secret" not in str(client.session["typed"])


def test_the_script_is_told_that_nothing_was_saved(client, draft, keys):
    address = reverse("answer", args=[draft.pk, keys[0]])
    got = client.post(address, typed(keys[0]), headers={"X-Autosave": "1"})
    assert (got.status_code, "X-Saved" in got) == (302, False)
    assert "typed" not in client.session
