"""The builder: a buyer's people write, and the panel beside it counts."""

import re

import pytest
from django.urls import reverse

from certcentre.accounts.models import Membership
from tenders.models import Requirement, Tender
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.alike

ROW = {"obligation": "must", "weight": "", "least": "2", "justification": "They need it"}


@pytest.fixture
def tender(db, client):
    made = make.tender()
    client.force_login(made.person)
    return made


def url(name, tender, *more):
    return reverse(name, args=[tender.reference, *more])


def first(tender):
    return tender.lot.requirements.first()


def text(answer):
    return answer.content.decode()


def test_a_weight_that_is_too_long_is_refused_and_not_cut(client, tender):
    requirement = first(tender)
    sent = {**ROW, "obligation": "should", "weight": "1" + "0" * 30, "revision": "0"}
    answer = client.post(url("requirement", tender, requirement.pk), sent)
    assert answer.status_code == 422
    row = re.search(r'<input[^>]*name="weight"[^>]*>', text(client.get(tender.get_absolute_url())))
    assert row
    assert "maxlength" not in row.group()


def test_the_panel_names_how_many_could_answer_and_what_costs_most(client, tender):
    key = tender.edition.key
    make.listed(claims={f"{key}:1": 1, f"{key}:2": 1})
    page = text(client.get(tender.get_absolute_url()))
    assert "<strong>0 of 1</strong>" in page
    assert "None of the 1 solutions on the register" in page
    assert "Costs most: <strong>L1-003 Criterion 3</strong>. Without it 1 would qualify." in page


def test_the_panel_says_what_a_lower_least_assurance_would_give(client, tender):
    key = tender.edition.key
    make.listed(claims={f"{key}:{n}": 1 for n in (1, 2, 3)})
    said = "If AL1 were the least assurance everywhere it would be 1."
    assert said not in text(client.get(tender.get_absolute_url()))
    make.picked(tender.lot).set(by=tender.person, at=AT, least=3)
    assert said in text(client.get(tender.get_absolute_url()))


def test_countries_that_leave_nobody_out_are_said_to(client, tender):
    tender.state(by=tender.person, at=AT, countries=["KE"])
    make.listed(facts={"countries_offered": ["KE"]})
    words = "Without countries and languages no more would qualify."
    assert words in text(client.get(tender.get_absolute_url()))
    tender.lot.requirements.all().delete()
    make.listed("Elsewhere", facts={"countries_offered": ["FR"]})
    page = text(client.get(tender.get_absolute_url()))
    assert "Without countries and languages 2 would qualify." in page


def test_own_words_are_said_to_be_read(client, tender):
    tender.lot.add_words("Runs on iPads", by=tender.person, at=AT)
    page = text(client.get(tender.get_absolute_url()))
    assert "1 requirement in your own words is to be read" in page
    assert "looks like a brand" in page


def test_the_panel_alone_is_as_exact_as_the_page(client, tender):
    part = text(client.get(url("competition", tender, tender.lot.pk)))
    assert part.lstrip().startswith('<div class="card" id="live">')
    tender.lot.requirements.all().delete()
    make.listed()
    assert "<strong>1 of 1</strong>" in text(client.get(url("competition", tender, tender.lot.pk)))


def test_a_row_is_saved_by_itself(client, tender):
    one = first(tender)
    data = {**ROW, "revision": one.revision}
    saved = client.post(url("requirement", tender, one.pk), data, headers={"X-Autosave": "1"})
    assert (saved.status_code, saved.headers["X-Saved"]) == (200, str(one.revision + 1))
    one.refresh_from_db()
    assert (one.least, one.justification, one.evidence_asked) == (2, "They need it", "")


def test_of_two_editors_the_second_sees_both_texts(client, tender):
    one = first(tender)
    one.change(by=tender.person, at=AT, revision=0, justification="The first text")
    data = {**ROW, "revision": 0, "justification": "The second text"}
    for headers in ({}, {"X-Autosave": "1"}):
        answer = client.post(url("requirement", tender, one.pk), data, headers=headers)
        assert answer.status_code == 409
        assert "The first text" in text(answer)
    page = client.post(url("requirement", tender, one.pk), {**data, "whole": "1"})
    assert "The second text" in text(page)
    assert 'name="revision" value="1"' in text(page)


def test_what_was_taken_out_meanwhile_is_not_found(client, tender):
    one = first(tender)
    one.remove(by=tender.person, at=AT)
    assert client.post(url("requirement", tender, one.pk), ROW).status_code == 404


@pytest.mark.parametrize("bad", [{"obligation": "shall"}, {"weight": "many"}, {"least": "5"}])
def test_bad_values_are_refused_and_kept(client, tender, bad):
    one = first(tender)
    data = {**ROW, "revision": one.revision, **bad}
    answer = client.post(url("requirement", tender, one.pk), data, headers={"X-Autosave": "1"})
    assert answer.status_code == 422
    assert "Not saved yet" in text(answer)
    one.refresh_from_db()
    assert one.revision == 0


def test_markup_is_shown_as_it_was_written(client, tender):
    tender.lot.add_words("<script>alert(1)</script> =1+1", by=tender.person, at=AT)
    page = text(client.get(tender.get_absolute_url()))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_lots_are_added_renamed_and_taken_out(client, tender):
    client.post(url("lot-add", tender), {"title": "Second"})
    second = tender.lots.get(title="Second")
    client.post(url("lot", tender, second.pk), {"title": "Readers"})
    assert tender.lots.get(pk=second.pk).title == "Readers"
    client.post(url("lot-remove", tender, second.pk))
    assert client.post(url("lot-remove", tender, second.pk)).status_code == 404
    assert list(tender.lots.values_list("number", flat=True)) == [1]


def test_moving_and_taking_out(client, tender):
    one = first(tender)
    client.post(url("requirement-move", tender, one.pk), {"to": "down"})
    one.refresh_from_db()
    assert one.position == 2
    assert client.post(url("requirement-remove", tender, one.pk)).status_code == 302
    assert client.post(url("requirement-remove", tender, one.pk)).status_code == 404
    assert not Requirement.objects.filter(pk=one.pk).exists()


def test_a_published_tender_is_not_changed(db, client):
    made = make.tender(status="published")
    client.force_login(made.person)
    one = first(made)
    for name, more in (("requirement", one.pk), ("lot-remove", made.lot.pk)):
        answer = client.post(url(name, made, more), {**ROW, "revision": one.revision})
        assert answer.status_code == 409
    one.refresh_from_db()
    assert one.revision == 0


def test_who_belongs_to_a_provider_reads_but_does_not_write(client, tender, provider):
    editor = make.member(tender.buyer, "editor")
    Membership.grant(user=editor, organisation=provider, role="editor", by=None, at=AT)
    client.force_login(editor)
    page = client.get(tender.get_absolute_url())
    assert "You belong to a provider" in text(page)
    one = first(tender)
    assert client.post(url("requirement", tender, one.pk), ROW).status_code == 403
    assert Tender.objects.get(pk=tender.pk).revision == 1
