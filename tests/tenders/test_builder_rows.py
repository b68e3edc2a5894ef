"""The builder with hundreds of rows: one line each, filtered, searched, changed many at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from certcentre.desk.bench.measuring import FRAME
from standards.catalogue.editions import Edition
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = pytest.mark.django_db

LINE = re.compile(r'<span class="ref">(L\d-\d{3})</span>')


def of_three():
    """Of three criteria and own words; two products meet the first, nobody the others."""
    made = make.tender()
    made.acts = {"by": made.person, "at": AT}
    made.lot.add_words("Prints on paper", **made.acts)
    for name in ("Soma", "Iqra"):
        make.listed(name, claims={f"{made.edition.key}:1": 1})
    return made


kept = make.kept(of_three)


@pytest.fixture
def tender(kept, client, db):
    made = kept()
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


def hidden(page, name):
    return re.search(rf'name="{name}" value="(.*?)"', page)[1]


def undo(client, tender):
    """As the page that stands now would send it."""
    return {"step": hidden(read(client, tender), "step")}


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
    many = " ".join(f"L9-{place:03d}" for place in range(1_000))
    assert client.get(tender.get_absolute_url(), {"q": f"L1-001 {many}"}).status_code == 200


def test_ticked_rows_are_set_at_once_and_the_step_is_told(client, tender):
    picks = ticks(tender, 1, 2)
    answer = send(client, tender, "set", pick=picks, obligation="should", weight="7", least="3")
    assert answer.status_code == 302
    rows = tender.lot.requirements.order_by("position").values_list("obligation", "weight", "least")
    assert list(rows)[:3] == [("should", 7, 3), ("should", 7, 3), ("must", None, 1)]
    assert "Changed: 2 requirements." in read(client, tender)


def test_a_standard_goes_by_one_button_and_comes_back_by_another(client, tender):
    send(client, tender, "remove", group=hidden(read(client, tender), "group"))
    assert lines(client, tender) == ["L1-001"]
    assert "Taken out: 3 requirements" in read(client, tender)
    send(client, tender, "undo", **undo(client, tender))
    assert lines(client, tender) == ["L1-001", "L1-002", "L1-003", "L1-004"]


def test_a_second_press_of_undo_says_so_and_takes_no_other_step_back(client, tender):
    send(client, tender, "remove", pick=ticks(tender, 1))
    pressed = undo(client, tender)
    assert send(client, tender, "undo", **pressed).status_code == 302
    assert send(client, tender, "undo", **pressed).status_code == 302
    assert "The last step was taken back already. No other was." in read(client, tender)
    send(client, tender, "remove", pick=ticks(tender, 1))
    third = send(client, tender, "undo", **pressed)
    assert third.status_code == 409
    assert "Another step was taken meanwhile" in tight(third.content.decode())
    assert tender.lot.requirements.count() == 3


def test_a_standard_that_a_colleague_changed_since_it_was_shown_stays(client, tender):
    group = hidden(read(client, tender), "group")
    row = tender.lot.requirements.get(position=2)
    row.change(revision=0, justification="Theirs", **tender.acts)
    answer = send(client, tender, "remove", group=group)
    assert answer.status_code == 409
    assert "The lot asks for 3 of it now." in tight(answer.content.decode())
    assert tender.lot.requirements.count() == 4


def test_undo_is_not_offered_where_the_other_lot_was_changed(client, tender):
    other = tender.add_lot(title="Second", **tender.acts)
    send(client, tender, "move", pick=ticks(tender, 1), lot=other.pk)
    assert 'class="undo"' in read(client, tender)
    other.requirements.get().change(revision=1, justification="Theirs", **tender.acts)
    assert 'class="undo"' not in read(client, tender)


def test_the_page_of_a_refused_step_leads_back_to_the_builder(client, tender):
    where = f"{address('set', tender)}?lot={tender.lot.pk}&filter=own"
    page = client.post(where, {}).content.decode()
    builder = f"{tender.get_absolute_url()}?lot={tender.lot.pk}&filter=own"
    assert f'<link rel="canonical" href="{escape(builder)}">' in page
    assert client.get(where).headers["Location"] == builder


def test_a_lot_that_is_gone_is_told_and_the_ticks_stay(client, tender):
    picks = ticks(tender, 1)
    answer = send(client, tender, "move", pick=picks, lot=tender.lot.pk + 1)
    assert answer.status_code == 422
    assert "Somebody took that lot out meanwhile." in tight(answer.content.decode())
    assert f'value="{picks[0]}" checked' in tight(answer.content.decode())


def test_a_law_is_asked_on_the_builder_as_the_law_requires(client, tender):
    assert "Or equivalent." in read(client, tender)
    Edition.objects.update(nature="law")
    page = read(client, tender)
    assert "r equivalent" not in page
    assert "As the law requires." in page
    assert "as the law requires ·" in page
    row = tender.lot.requirements.get(position=1)
    alone = client.get(reverse("requirement", args=[tender.reference, row.pk])).content.decode()
    assert "<strong>As the law requires.</strong>" in alone


def test_undo_is_not_offered_once_the_lot_was_changed(client, tender):
    send(client, tender, "remove", group=hidden(read(client, tender), "group"))
    stale = read(client, tender)
    tender.lot.add_words("Sings", **tender.acts)
    assert 'class="undo"' in stale
    assert 'class="undo"' not in read(client, tender)
    assert send(client, tender, "undo", step=hidden(stale, "step")).status_code == 409


def test_all_that_are_shown_goes_without_a_script(client, tender):
    where = f"{address('set', tender)}?filter=own"
    shown = hidden(read(client, tender, filter="own"), "all")
    client.post(where, {"all": shown, "obligation": "may"})
    assert tender.lot.requirements.get(obligation="may").words
    late = client.post(where, {"all": shown, "obligation": "should"})
    assert late.status_code == 409
    assert "What this page showed has changed meanwhile." in late.content.decode()


def test_all_that_leave_products_out_are_those_that_do_so_now(client, tender):
    make.listed("Near", claims={f"{tender.edition.key}:{n}": 1 for n in (1, 2)})
    assert lines(client, tender, filter="costly") == ["L1-003"]
    shown = hidden(read(client, tender, filter="costly"), "all")
    client.post(f"{address('set', tender)}?filter=costly", {"all": shown, "obligation": "may"})
    assert tender.lot.requirements.get(obligation="may").position == 3


def test_all_that_are_shown_are_found_without_counting_the_market(client, tender):
    shown = hidden(read(client, tender), "all")
    with CaptureQueriesContext(connection) as asked:
        send(client, tender, "set", all=shown, obligation="may")
    assert not [each for each in asked.captured_queries if "standards_standing" in each["sql"]]


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
        ("remove", {"group": "none such"}, "Somebody changed “In your own words” meanwhile."),
        ("remove", {"group": "0.0.none such"}, "Somebody took all of it out already."),
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
