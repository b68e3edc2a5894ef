"""The lines of a sheet: filters, counts and finds are of the same ones, and true after a save."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from standards.assessment import claims
from standards.assessment.answers import Answer
from standards.assessment.sheet_lines import Only, Sheet
from tests import make
from tests.make.moment import AT
from tests.make.sheet import filed


@pytest.fixture
def draft(provider):
    chosen = [*make.criteria(5), *make.criteria(1, obligation="may", domain="legal")]
    return make.assessment(organisation=provider, criteria=chosen)


@pytest.fixture
def person(draft):
    return make.signer_of(draft)


def answers(draft):
    rows = draft.answers.select_related("criterion__edition").order_by("pk")
    return [answer for answer in rows if not setattr(answer, "assessment", draft)]


def refs(draft, person, **asked):
    return [line.ref for line in Sheet.read(draft, by=person, at=AT, **asked).shown]


@pytest.fixture
def answered(draft, person):
    """1.1 met with evidence, 1.2 met without, 1.3 to confirm, 1.4 found otherwise, 1.5 open."""
    one, two, three, four = answers(draft)[:4]
    for answer in (one, two, four):
        answer.give(value="met", by=person, at=AT, revision=0)
    one.attach(filed(draft.release.solution.organisation), by=person, at=AT)
    Answer.objects.filter(pk=three.pk).update(value="met", origin="copy", to_confirm=True)
    against = {four.criterion_id: "not_met"}
    with transaction.atomic():
        added = claims.found_against(draft.release_id, against, source="F-1", at=AT)
        claims.change([draft.release_id], add=added, at=AT)
    return draft


def test_each_filter_keeps_what_it_says_and_counts_it(answered, person):
    kept = {
        "": ["1.1", "1.1", "1.2", "1.3", "1.4", "1.5"],
        Only.OPEN: ["1.1", "1.3", "1.5"],
        Only.CONFIRM: ["1.3"],
        Only.MUST: ["1.1", "1.2", "1.3", "1.4", "1.5"],
        Only.BARE: ["1.2", "1.4"],
        Only.AGAINST: ["1.4"],
        Only.MINE: ["1.1", "1.2", "1.4"],
        Only.ASKED: [],
    }
    assert {only: refs(answered, person, only=only) for only in kept} == kept
    tally = Sheet.read(answered, by=person, at=AT).tally
    assert tally == {only: len(lines) for only, lines in kept.items()}


def test_groups_say_how_far_they_are(answered, person):
    groups = Sheet.read(answered, by=person, at=AT, only="mine").groups
    assert [(group.domain, group.done, group.of) for group in groups] == [
        ("legal", 0, 1),
        ("security", 3, 5),
    ]


def test_words_are_found_in_names_statements_and_what_was_written(draft, person):
    answers(draft)[1].give(
        value="not_met", reason="The Écran is grey", by=person, at=AT, revision=0
    )
    assert refs(draft, person, words="ecran GREY") == ["1.2"]
    assert refs(draft, person, words="does 4.") == ["1.4"]
    assert refs(draft, person, words="1.5") == ["1.5"]
    assert refs(draft, person, words="does nothing of it") == []


def test_evidence_out_of_date_shows_nothing(answered, person):
    later = AT.replace(year=AT.year + 2)
    line = Sheet.read(answered, by=person, at=later).lines[1]
    assert (line.files, line.speaking, line.level, line.bare) == (1, 0, 1, True)


def test_after_a_save_its_cells_and_all_counts_come(client, answered, person):
    client.force_login(person)
    answer = answers(answered)[4]
    headers = {"X-Autosave": "1", "X-Parts": "1"}
    address = reverse("answer", args=[answered.pk, answer.pk])
    got = client.post(address, {f"v{answer.pk}": "met", "revision": 0}, headers=headers)
    parts = dict(re.findall(r'<b data-part="n-(\w+)">(\d+)</b>', got.content.decode()))
    assert parts == {"all": "6", "open": "2", "confirm": "1", "must": "5", "bare": "3"} | {
        "against": "1",
        "mine": "4",
        "asked": "0",
    }
    assert f'data-into="#k{answer.pk} .c-flags"' in got.content.decode()
    assert "no evidence" in got.content.decode()


def test_words_that_a_row_did_not_show_stay(client, draft, person):
    client.force_login(person)
    answer = answers(draft)[0]
    answer.give(value="met", reason="By design.", note="Ask Ada.", by=person, at=AT, revision=0)
    address = reverse("answer", args=[draft.pk, answer.pk])
    sent = {f"v{answer.pk}": "not_met", "revision": 1}
    assert client.post(address, sent, headers={"X-Autosave": "1"}).status_code == 200
    answer.refresh_from_db()
    assert (answer.value, answer.reason, answer.note) == ("not_met", "By design.", "Ask Ada.")
