"""The sheet of all answers: shown, saved without script, conflicts kept."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.bench.measuring import own
from certcentre.tables.reading import read
from standards.assessment.answers import Answer
from standards.catalogue.sheet_page import PAGE
from tests import make
from tests.make.moment import AT
from tests.markup import tight


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(3))


@pytest.fixture
def editor(client, draft):
    client.force_login(make.signer(draft.release.solution.organisation))
    return client


def address(draft, **query):
    return reverse("assessment-sheet", args=[draft.pk], query=query or None)


def answers(draft):
    return list(draft.answers.select_related("criterion").order_by("pk"))


def fields(page):
    """What a browser would send of a page: every named field as it stands."""
    text = page.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="(s\d+)" value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea[^>]* name="(r\d+)"[^>]*>([^<]*)</textarea>', text))
    return found | dict(re.findall(r'name="(v\d+)"\s+value="(\w+)"\s+[^>]*checked', text))


def save(editor, draft, sent, **changes):
    return editor.post(address(draft), sent | changes)


def test_only_what_the_reader_changed_is_written(editor, draft):
    one, _two, three = answers(draft)
    sent = fields(editor.get(address(draft)))
    got = save(editor, draft, sent, **{f"v{one.pk}": "met", f"r{three.pk}": "  A note.\r\nMore "})
    assert got.status_code == 302
    assert [a.revision for a in answers(draft)] == [1, 0, 1]
    assert answers(draft)[2].reason == "A note.\nMore"


def test_another_persons_answers_stay_where_the_reader_changed_nothing(editor, draft):
    one, two, _ = answers(draft)
    sent = fields(editor.get(address(draft)))
    two.give(value="not_met", reason="Theirs", by=make.signer_of(draft), at=AT, revision=0)
    assert save(editor, draft, sent, **{f"v{one.pk}": "met"}).status_code == 302
    assert [a.value for a in answers(draft)] == ["met", "not_met", ""]


def test_a_conflict_shows_both_texts_and_keeps_all_other_rows(editor, draft):
    one, two, _ = answers(draft)
    sent = fields(editor.get(address(draft)))
    two.give(value="not_met", reason="Theirs", by=make.signer_of(draft), at=AT, revision=0)
    mine = {f"v{one.pk}": "met", f"v{two.pk}": "met", f"r{two.pk}": "Mine"}
    got = save(editor, draft, sent, **mine)
    shown = got.content.decode()
    assert got.status_code == 409
    assert "Theirs" in shown
    assert ">Mine</textarea>" in shown
    assert [a.value for a in answers(draft)] == ["met", "not_met", ""]
    again = save(editor, draft, fields(got))
    assert again.status_code == 302
    assert [a.reason for a in answers(draft)] == ["", "Mine", ""]


def test_a_missing_reason_is_said_and_what_was_typed_stays(editor, draft):
    one, two, _ = answers(draft)
    sent = fields(editor.get(address(draft)))
    got = save(editor, draft, sent, **{f"v{one.pk}": "not_applicable", f"v{two.pk}": "met"})
    shown = tight(got.content.decode())
    assert got.status_code == 422
    assert "Say why 1.1 does not apply." in shown
    assert f'name="v{one.pk}" value="not_applicable" checked' in shown
    assert [a.value for a in answers(draft)] == ["", "met", ""]


def test_declared_while_the_sheet_was_open_nothing_typed_is_lost(editor, draft, at):
    sent = fields(editor.get(address(draft)))
    for answer in answers(draft):
        answer.give(value="met", by=make.signer_of(draft), at=AT, revision=0)
    make.declare(draft)
    got = save(editor, draft, sent, **{f"r{answers(draft)[0].pk}": "My words"})
    assert got.status_code == 409
    assert "These answers were declared" in got.content.decode()
    assert "My words" in got.content.decode()
    assert answers(draft)[0].reason == ""


def test_a_copied_answer_counts_once_it_is_confirmed(editor, draft):
    one = answers(draft)[0]
    Answer.objects.filter(pk=one.pk).update(value="met", origin="copy", to_confirm=True)
    page = editor.get(address(draft, only="confirm"))
    assert f'value="confirm:{one.pk}"' in page.content.decode()
    sent = fields(page)
    assert save(editor, draft, sent).status_code == 302
    assert answers(draft)[0].to_confirm
    save(editor, draft, sent, do=f"confirm:{one.pk}")
    assert answers(draft)[0].counts


def test_what_a_mapping_offers_is_taken_only_when_somebody_says_so(editor, draft):
    one, two, _ = answers(draft)
    make.mapping(one.criterion, two.criterion, "equal").publish(by=None, at=AT)
    one.give(value="not_met", reason="Soon.", by=make.signer_of(draft), at=AT, revision=0)
    assert "an answer is offered" in editor.get(address(draft)).content.decode()
    page = editor.get(address(draft, open=two.pk))
    assert "You may have answered this already." in page.content.decode()
    assert answers(draft)[1].value == ""
    save(editor, draft, fields(page), do=f"use:{two.pk}")
    assert (answers(draft)[1].value, answers(draft)[1].reason) == ("not_met", "Soon.")


def test_only_open_leaves_out_what_counts(editor, draft):
    one = answers(draft)[0]
    one.give(value="met", by=make.signer_of(draft), at=AT, revision=0)
    shown = editor.get(address(draft, only="open")).content.decode()
    assert f'id="k{one.pk}"' not in shown
    assert shown.count("data-answer=") == 2


@pytest.mark.parametrize("odd", ["", "x.1", "-1.2", "9" * 30 + ".1"])
def test_a_made_up_revision_is_refused_in_words(editor, draft, odd):
    pk = answers(draft)[0].pk
    got = save(editor, draft, {}, **{f"s{pk}": odd, f"v{pk}": "met"})
    assert got.status_code == 422
    assert "too old" in got.content.decode()


def test_what_was_not_saved_is_shown_and_not_counted(editor, draft):
    pk = answers(draft)[0].pk
    got = save(editor, draft, {}, **{f"s{pk}": "0.", f"v{pk}": "not_applicable"})
    assert got.status_code == 422
    assert got.context["sheet"].done == 0
    row = got.content.decode().split(f'id="k{pk}"')[1].partition("</tbody>")[0]
    assert 'value="not_applicable" checked' in " ".join(row.split())


def test_a_row_of_another_assessment_is_left_alone(editor, draft):
    other = make.assessment(criteria=make.criteria(1)).answers.get()
    save(editor, draft, {}, **{f"s{other.pk}": "0.x", f"v{other.pk}": "met"})
    other.refresh_from_db()
    assert other.value == ""


def test_markup_in_an_answer_is_shown_as_text(editor, draft):
    one = answers(draft)[0]
    hostile = '</textarea><script>alert("1")</script>'
    one.give(value="met", reason=hostile, by=make.signer_of(draft), at=AT, revision=0)
    shown = editor.get(address(draft, open=one.pk)).content.decode()
    assert "alert(" in shown
    assert "<script>alert" not in shown


def test_a_sheet_takes_the_same_few_statements_at_any_size(editor, provider):
    def cost(number):
        criteria = make.criteria(number)
        make.mapping(criteria[0], criteria[1], "equal").publish(by=None, at=AT)
        draft = make.assessment(
            organisation=provider, criteria=criteria, answers={criteria[0].key: "met"}
        )
        with CaptureQueriesContext(connection) as found:
            assert editor.get(address(draft)).status_code == 200
        return len(own(found.captured_queries))

    assert cost(3) == cost(PAGE * 3) <= 8


def test_a_long_sheet_has_pages_and_keys_of_what_is_on_others(editor, provider):
    draft = make.assessment(organisation=provider, criteria=make.criteria(PAGE + 5))
    shown = editor.get(address(draft)).content.decode()
    assert shown.count("data-answer=") == PAGE
    later = re.search(r'data-rows="([\d.]+)"', shown)[1].split(".")
    assert editor.get(address(draft, page=2)).content.decode().count("data-answer=") == 5
    rows = reverse("assessment-sheet-part", args=[draft.pk], query={"k": ".".join(later)})
    assert editor.get(rows).content.decode().count("data-answer=") == len(later) == 5
    assert editor.get(address(draft, row=later[0])).content.decode().count("data-answer=") == 5
    assert save(editor, draft, {}, do="next").url.endswith("?page=2")
    assert save(editor, draft, {}, do="next", page="2").url == draft.get_absolute_url()


def test_the_address_of_a_domain_leads_to_its_place(editor, draft):
    got = editor.get(reverse("assessment-domain", args=[draft.pk, "security"]))
    assert got.url == address(draft, domain="security") + "#d-security"
    assert 'id="d-security"' in editor.get(got.url).content.decode()
    assert editor.get(reverse("assessment-domain", args=[draft.pk, "legal"])).status_code == 404


def test_the_list_of_gaps_is_a_table_without_formulas(editor, draft):
    one, two, _three = answers(draft)
    one.give(value="met", by=make.signer_of(draft), at=AT, revision=0)
    reason = '=HYPERLINK("https://example.org")'
    two.give(value="not_met", reason=reason, by=make.signer_of(draft), at=AT, revision=0)
    got = editor.get(reverse("assessment-gaps", args=[draft.pk]))
    heads, *rows = [row.cells for row in read(got.content).sheets[0].rows]
    assert heads[5] == "What is missing"
    assert [row[1] for row in rows] == ["1.2", "1.3"]
    assert rows[0][5] == f"'{reason}"
