"""The builder with hundreds of rows: one line each, filtered, searched, changed many at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.bench.measuring import FRAME
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = pytest.mark.django_db

LINE = re.compile(r'<span class="ref">(L\d-\d{3})</span>')


@pytest.fixture
def tender(client):
    """Of three criteria and own words; two products meet the first, nobody the others."""
    made = make.tender()
    made.acts = {"by": made.person, "at": AT}
    made.lot.add_words("Prints on paper", **made.acts)
    for name in ("Soma", "Iqra"):
        make.listed(name, claims={f"{made.edition.key}:1": 1})
    client.force_login(made.person)
    return made


def read(client, tender, **asked):
    return tight(client.get(tender.get_absolute_url(), asked).content.decode())


def lines(client, tender, **asked):
    return LINE.findall(read(client, tender, **asked))


def address(name, tender):
    return reverse(f"requirements-{name}", args=[tender.reference, tender.lot.pk])


def ticks(tender, *places):
    return [f"{pk}.{revision}" for pk, revision in make.picked(tender.lot, *places).seen.items()]


def send(client, tender, name, **data):
    return client.post(address(name, tender), data)


def test_a_line_says_how_many_meet_it_and_what_it_costs(client, tender):
    key = tender.edition.key
    make.listed("Near", claims={f"{key}:1": 1, f"{key}:2": 1})
    page = read(client, tender)
    assert re.findall(r"data-meets>(.*?)<", page) == ["3", "1", "0", "–"]
    assert re.findall(r"data-costs>(.*?)<", page) == ["–", "–", "1", "–"]
    assert "1 product meets it." in page


def test_filters_show_what_needs_work(client, tender):
    assert lines(client, tender) == ["L1-001", "L1-002", "L1-003", "L1-004"]
    assert lines(client, tender, filter="unreasoned") == ["L1-004"]
    assert lines(client, tender, filter="own") == ["L1-004"]
    assert lines(client, tender, filter="none such") == lines(client, tender)


def test_what_the_catalogue_does_not_say_in_the_language_is_a_filter(client, tender):
    tender.state(**tender.acts, language="fr")
    assert "No text in French" in read(client, tender)
    assert lines(client, tender, filter="untranslated") == ["L1-001", "L1-002", "L1-003"]


@pytest.mark.parametrize(
    ("q", "refs"),
    [
        ("criterion 2", ["L1-002"]),
        ("PAPER", ["L1-004"]),
        ("l1-003, 1", ["L1-001", "L1-003"]),
        ("L1-001\nL1-004;L1-999", ["L1-001", "L1-004"]),
        ("nothing says this", []),
        ("\0", ["L1-001", "L1-002", "L1-003", "L1-004"]),
    ],
)
def test_words_or_pasted_references_find_rows(client, tender, q, refs):
    assert lines(client, tender, q=q) == refs


def test_references_that_are_not_there_are_named(client, tender):
    assert "1 reference is not among them: L1-999." in read(client, tender, q="L1-001 L1-999")
    many = " ".join(f"L9-{place:03d}" for place in range(10_000))
    assert client.get(tender.get_absolute_url(), {"q": f"L1-001 {many}"}).status_code == 200


def test_ticked_rows_are_set_at_once_and_the_step_is_told(client, tender):
    picks = ticks(tender, 1, 2)
    answer = send(client, tender, "set", pick=picks, obligation="should", weight="7", least="3")
    assert answer.status_code == 302
    rows = tender.lot.requirements.order_by("position").values_list("obligation", "weight", "least")
    assert list(rows)[:3] == [("should", 7, 3), ("should", 7, 3), ("must", None, 1)]
    assert "Changed: 2 requirements." in read(client, tender)


def test_a_standard_goes_by_one_button_and_comes_back_by_another(client, tender):
    assert f'name="group" value="{tender.edition.key}"' in read(client, tender)
    send(client, tender, "remove", group=tender.edition.key)
    assert lines(client, tender) == ["L1-001"]
    assert "Taken out: 3 requirements" in read(client, tender)
    send(client, tender, "undo")
    assert lines(client, tender) == ["L1-001", "L1-002", "L1-003", "L1-004"]
    assert send(client, tender, "undo").status_code == 404


def test_undo_is_not_offered_once_the_lot_was_changed(client, tender):
    send(client, tender, "remove", group=tender.edition.key)
    stale = read(client, tender)
    tender.lot.add_words("Sings", **tender.acts)
    assert 'class="undo"' in stale
    assert 'class="undo"' not in read(client, tender)
    assert send(client, tender, "undo").status_code == 409


def test_all_that_are_shown_goes_without_a_script(client, tender):
    where = f"{address('set', tender)}?filter=own"
    tender.refresh_from_db()
    client.post(where, {"all": str(tender.revision), "obligation": "may"})
    assert tender.lot.requirements.get(obligation="may").words
    late = client.post(where, {"all": str(tender.revision), "obligation": "should"})
    assert late.status_code == 422
    assert "Somebody changed the tender meanwhile" in late.content.decode()


def test_a_conflict_names_the_row_keeps_the_ticks_and_does_nothing(client, tender):
    picks = ticks(tender, 1, 2)
    row = tender.lot.requirements.get(position=2)
    row.change(revision=0, justification="Theirs", **tender.acts)
    answer = send(client, tender, "reason", pick=picks, justification="Mine", replace="on")
    page = tight(answer.content.decode())
    assert answer.status_code == 409
    assert "Somebody changed these meanwhile: L1-002." in page
    assert f'value="{row.pk}.1" checked' in page
    assert "Mine</textarea>" in page
    assert not tender.lot.requirements.filter(justification="Mine").exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("set", {"weight": "many"}, "Enter a whole number."),
        ("set", {"obligation": "shall"}, "Select a valid choice"),
        ("set", {"obligation": "must", "weight": "5"}, "Only a should has a weight."),
        ("set", {}, "Choose what to set."),
        ("reason", {"justification": " "}, "Write the reason first."),
        ("move", {"lot": "x"}, "Choose another lot"),
        ("set", {"pick": ["no-key.1"], "obligation": "may"}, "Load this page again"),
        ("remove", {"pick": ["00000000-0000-0000-0000-000000000000.0"]}, "took out 1 of those"),
        ("remove", {"pick": []}, "Tick the requirements first."),
        ("remove", {"group": "none such"}, "Tick the requirements first."),
    ],
)
def test_bad_input_is_told_and_nothing_is_done(client, tender, name, data, words):
    answer = send(client, tender, name, **{"pick": ticks(tender, 1, 2), **data})
    assert answer.status_code in (409, 422)
    assert words in tight(answer.content.decode())
    tender.refresh_from_db()
    assert tender.lot.requirements.filter(revision=0).count() == 4


def test_the_panel_brings_the_counts_of_the_rows(client, tender):
    panel = client.get(reverse("competition", args=[tender.reference, tender.lot.pk]))
    first = tender.lot.requirements.first()
    assert f"&quot;{first.pk}&quot;: [&quot;2&quot;, &quot;" in panel.content.decode()


def test_300_rows_take_8_statements_as_do_150(client, catalogue):
    for criteria in (150, 300):
        made = make.tender(criteria=criteria)
        make.listed(claims={f"{made.edition.key}:1": 1})
        made.lot.add_fact("audience_age", ["6-9"], by=made.person, at=AT)
        make.picked(made.lot, 5).take_out(by=made.person, at=AT)
        client.force_login(made.person)
        client.get(made.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            page = client.get(made.get_absolute_url()).content.decode()
        own = [each for each in asked.captured_queries if not FRAME.search(each["sql"])]
        assert len(LINE.findall(page)) == criteria
        assert len(own) <= 8
