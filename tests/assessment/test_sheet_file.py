"""The answers of a draft as a workbook: out with what stands, filled by anybody, and back in."""

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from certcentre.tables.rows import Unreadable
from standards.assessment import sheet_file, sheet_return
from standards.assessment.answers import LONGEST
from tests import make
from tests.make.moment import AT
from tests.markup import text

pytestmark = pytest.mark.django_db
REFS = [f"1.{number}" for number in range(1, 9)]
ANSWER, REASON, NOTE, EVIDENCE, CONFIRM, KEY, STOOD = "GHIJKLM"


@pytest.fixture
def draft(provider):
    """Eight criteria; the first two answered, the second with words that look like a formula."""
    return drafted(provider, REFS)


def drafted(provider, refs):
    edition = make.edition(criteria=[(ref, "A") for ref in refs])
    made = make.assessment(organisation=provider, criteria=edition.criteria.all())
    made.person = make.signer(provider)
    give(made, 0, "met", note="Ask Amina")
    give(made, 1, "partly_met", reason="=1+1 is not proof,\nsecond line")
    return made


def answers(draft):
    return list(draft.answers.with_provider().in_order())


def give(draft, number, value, *, reason="", note=""):
    answer = answers(draft)[number]
    given = {"value": value, "reason": reason, "note": note}
    answer.give(**given, by=draft.person, at=AT, revision=answer.revision)


def out(draft):
    return sheet_file.write_xlsx(draft, at=AT)


def edited(data, cells):
    book = load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book.worksheets[1][cell] = value
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def post(client, draft, data, name="answers.xlsx"):
    client.force_login(draft.person)
    where = reverse("sheet-file", args=[draft.pk])
    return client.post(where, {"file": SimpleUploadedFile(name, data)})


def press(client, draft, page, **more):
    kept = re.search('name="kept" value="([^"]+)"', page.text)[1]
    where = reverse("sheet-file", args=[draft.pk])
    return text(client.post(where, {"kept": kept, **more}, follow=True))


def stands(draft):
    return [(answer.value, answer.reason, answer.note) for answer in answers(draft)]


def test_the_file_says_what_stands(draft):
    book = load_workbook(io.BytesIO(out(draft)))
    rows = [[cell.value for cell in row] for row in book.worksheets[1]["B2:I3"]]
    assert rows[0][0] == "1.1"
    assert rows[0][5:] == ["Met", None, "Ask Amina"]
    assert rows[1][5:] == ["Partly met", "'=1+1 is not proof,\nsecond line", None]
    sheet = book.worksheets[1]
    assert sheet.protection.sheet
    assert not sheet["G2"].protection.locked
    assert sheet["L2"].protection.locked


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_round_trip_changes_nothing(draft, language):
    with override(language):
        files = [out(draft), edited(out(draft), {}), sheet_file.write_csv(draft, at=AT)]
    for data in files:
        preview = sheet_return.read(data, draft)
        assert (preview.changes, preview.clashes, preview.problems) == ([], [], [])
        assert (preview.same, preview.absent) == (8, 0)


def test_pieces_with_the_same_title_are_told_apart_both_ways(draft, provider):
    days = [date(2026, 1, 5), date(2026, 6, 5), date(2026, 6, 5)]
    pieces = [make.evidence(provider, title="Test report", speaks_from=day) for day in days]
    for piece in pieces[:2]:
        make.attach(answers(draft)[0], piece)
    names = load_workbook(io.BytesIO(out(draft))).worksheets[1][f"{EVIDENCE}2"].value.split("\n")
    assert "Test report (2026-01-05)" in names
    assert f"Test report (2026-06-05) {pieces[1].pk.hex[:8]}" in names
    preview = sheet_return.read(out(draft), draft)
    assert (preview.changes, preview.problems, preview.same) == ([], [], 8)
    before = edited(out(draft), {f"{EVIDENCE}2": "Test report\nTest report"})
    assert sheet_return.read(before, draft).problems == []  # written before there were several
    other = edited(out(draft), {f"{EVIDENCE}4": "Test report", f"{EVIDENCE}5": names[0]})
    preview = sheet_return.read(other, draft)
    assert [change.evidence for change in preview.changes] == [(pieces[0],)]
    assert "several pieces of evidence are called “Test report”" in preview.problems[0]
    assert names[0] in preview.problems[0]


def test_what_is_filled_is_shown_and_goes_in_when_it_is_confirmed(client, draft):
    piece = make.evidence(draft.release.solution.organisation, title="Test report")
    cells = {
        "G4": "Met",
        "J4": "Test report",
        "G5": "not applicable",
        "H5": "No video.",
        "G3": "Met",
    }
    before = stands(draft)
    page = post(client, draft, edited(out(draft), cells))
    assert "Take 3 answers" in text(page)
    assert "No video." in text(page)
    assert stands(draft) == before
    assert "3 answers are taken." in press(client, draft, page)
    assert [value for value, _, _ in stands(draft)][:4] == ["met", "met", "met", "not_applicable"]
    third = answers(draft)[2]
    assert [use.evidence for use in third.evidence_uses.all()] == [piece]
    assert (third.revision, third.answered_by, third.to_confirm) == (1, draft.person, False)


def test_what_was_answered_here_meanwhile_stays_unless_it_is_ticked(client, draft):
    data = edited(out(draft), {"G2": "Not met", "H2": "Paper", "G4": "Met", "G5": "Met"})
    give(draft, 0, "partly_met", reason="Screen")
    give(draft, 2, "met")  # the same as in the file
    preview = sheet_return.read(data, draft)
    assert [change.answer.criterion.ref for change in preview.clashes] == ["1.1"]
    assert [change.answer.criterion.ref for change in preview.changes] == ["1.4"]
    page = post(client, draft, data)
    press(client, draft, page)
    assert stands(draft)[0][:2] == ("partly_met", "Screen")
    assert stands(draft)[3][0] == "met"
    page = post(client, draft, data)
    press(client, draft, page, mine=[answers(draft)[0].pk])
    assert stands(draft)[0][:2] == ("not_met", "Paper")


def test_an_answer_of_a_colleague_outlives_a_row_that_was_left_as_it_was(draft):
    data = out(draft)
    give(draft, 0, "not_met", reason="Found out later")
    preview = sheet_return.read(data, draft)
    assert (preview.changes, preview.clashes, preview.same) == ([], [], 8)


def test_what_was_open_in_the_file_and_answered_here_since_was_not_emptied(draft):
    data = out(draft)
    give(draft, 2, "met")
    preview = sheet_return.read(data, draft)
    assert (preview.emptied, preview.same) == ([], 8)


WRONG = {
    "G4": ("perhaps", "“perhaps” is none of the answers"),
    "G5": ("Not applicable", "Say why 1.4 does not apply"),
    "J6": ("A report nobody filed", "no evidence on file is called “A report nobody filed”"),
    "H7": ("x" * (LONGEST + 1), "This text is too long."),
    "G8": ("=1/0", "the cell is a formula"),
}


def test_cells_that_do_not_fit_are_named_and_the_rest_can_go_in(client, draft):
    data = edited(out(draft), {cell: value for cell, (value, _) in WRONG.items()} | {"G9": "Met"})
    page = post(client, draft, data)
    assert page.status_code == 422
    for cell, (_value, words) in WRONG.items():
        assert words in text(page)
        assert f"row {cell[1:]}" in text(page)
    assert "5 cells do not fit" in text(page)
    press(client, draft, page)
    assert [value for value, _, _ in stands(draft)] == ["met", "partly_met", *[""] * 5, "met"]


def test_rows_may_be_moved_and_left_out_but_not_say_two_things(draft):
    book = load_workbook(io.BytesIO(edited(out(draft), {"G4": "Met", "G5": "Met"})))
    sheet = book.worksheets[1]
    rows = [[cell.value for cell in row] for row in sheet["A2:M9"]]
    sheet.delete_rows(2, 8)
    moved = [rows[3], rows[2], rows[2], rows[1], [*rows[1][:6], "Met", *rows[1][7:]]]
    for row in moved:
        sheet.append(row)
    preview = sheet_return.read(saved(book), draft)
    assert [change.answer.criterion.ref for change in preview.changes] == ["1.4", "1.3"]
    assert preview.absent == 5
    assert len(preview.problems) == 2
    assert all("stands in several rows" in problem for problem in preview.problems)


def test_a_row_that_names_two_criteria_is_refused(draft):
    data = edited(out(draft), {"L4": edited_key(draft, 5), "G4": "Met"})
    preview = sheet_return.read(data, draft)
    assert preview.changes == []
    assert "“1.3” is not the reference that this key is of; that is 1.6" in preview.problems[0]


def edited_key(draft, number):
    return answers(draft)[number].criterion.key


def test_a_row_left_as_it_was_is_never_asked_for_more(draft):
    """Neither for words that nobody wrote yet, nor since its edition was withdrawn."""
    first = answers(draft)[0]
    draft.answers.filter(pk=first.pk).update(value="partly_met", to_confirm=True)
    data = out(draft)
    preview = sheet_return.read(data, draft)
    assert (preview.problems, preview.same) == ([], 8)
    type(first.criterion.edition).objects.update(status="withdrawn")
    assert sheet_return.read(data, draft).problems == []
    (problem,) = sheet_return.read(edited(data, {"G4": "Met"}), draft).problems
    assert "was withdrawn" in problem


def test_an_emptied_answer_takes_nothing_back(draft):
    preview = sheet_return.read(edited(out(draft), {"G2": None, "I2": None}), draft)
    assert (preview.emptied, preview.changes) == (["1.1"], [])


def test_what_is_to_confirm_waits_for_the_word(draft):
    draft.answers.filter(pk=answers(draft)[0].pk).update(to_confirm=True)
    data = out(draft)
    assert load_workbook(io.BytesIO(data)).worksheets[1]["K2"].value == "to confirm"
    assert sheet_return.read(data, draft).changes == []
    (change,) = sheet_return.read(edited(data, {"K2": "confirmed"}), draft).changes
    assert (change.writes, change.value, change.note) == (True, "met", "Ask Amina")
    give(draft, 0, "not_met", reason="Meanwhile")
    draft.answers.filter(pk=answers(draft)[0].pk).update(to_confirm=True)
    (clash,) = sheet_return.read(edited(data, {"K2": "confirmed"}), draft).clashes
    assert clash.value == "not_met"


def test_files_of_something_else_are_refused_in_words(draft, provider):
    other = make.assessment(
        make.release(provider, label="9.x"), criteria=[answers(draft)[0].criterion]
    )
    for words, data in {
        "written for another self-assessment": out(other),
        "No sheet of it has the columns": b"Criterion,Answer\n1.1,Met\n",
        "This is PDF": b"%PDF-1.7",
        "empty": b"",
    }.items():
        with pytest.raises(Unreadable, match=words):
            sheet_return.read(data, draft)
    foreign = edited(out(draft), {"L2": "ex-other:1.1"})
    (problem,) = sheet_return.read(foreign, draft).problems
    assert "“ex-other:1.1” is none of the criteria" in problem


def test_what_changes_between_preview_and_press_stays_and_is_told(client, draft):
    page = post(client, draft, edited(out(draft), {"G2": "Not met", "H2": "Paper", "G4": "Met"}))
    give(draft, 0, "met", note="Asked her")
    words = press(client, draft, page)
    assert "1 answer is taken." in words
    assert "1.1 was changed here after you looked" in words
    assert stands(draft)[0] == ("met", "", "Asked her")


def test_nothing_goes_into_what_was_declared_nor_from_the_preview_of_another(client, draft):
    page = post(client, draft, edited(out(draft), {"G4": "Met"}))
    kept = re.search('name="kept" value="([^"]+)"', page.text)[1]
    label = make.release(draft.release.solution.organisation, label="9.x")
    other = make.assessment(label, criteria=[answers(draft)[0].criterion])
    where = reverse("sheet-file", args=[other.pk])
    assert client.post(where, {"kept": kept}).status_code == 404
    for number in range(8):
        give(draft, number, "met")
    make.declare(draft)
    where = reverse("sheet-file", args=[draft.pk])
    assert client.post(where, {"kept": kept}).status_code == 409
    assert "were declared" in text(client.get(where))
    assert client.get(reverse("sheet-xlsx", args=[draft.pk])).status_code == 200


def test_any_number_of_rows_takes_the_same_statements(client, provider):
    counts = []
    for many in (3, 4, 16):  # the first fills what is read once: names of permissions, sessions
        draft = drafted(provider, [f"{many}.{number}" for number in range(many)])
        title = f"Report {many}"
        make.evidence(provider, title=title)
        cells = {f"G{row}": "Met" for row in range(4, many + 2)}
        cells |= {f"J{row}": title for row in range(4, many + 2)}
        with CaptureQueriesContext(connection) as asked:
            page = post(client, draft, edited(out(draft), cells))
            press(client, draft, page)
        assert [value for value, _, _ in stands(draft)].count("met") == many - 1
        counts.append(len(asked))
    assert counts[1] == counts[2]


@pytest.mark.long
def test_a_round_trip_of_1189_with_three_clashes_and_five_broken_cells(client, provider):
    draft = drafted(provider, [f"{number // 20}.{number % 20}" for number in range(1189)])
    cells = {f"G{row}": "Met" for row in range(4, 1191)}
    cells |= {cell: value for cell, (value, _) in WRONG.items()}
    data = edited(out(draft), cells)
    for number in (100, 200, 300):
        give(draft, number, "not_met", reason="Meanwhile")
    page = post(client, draft, data)
    assert "5 cells do not fit" in text(page)
    assert page.text.count('name="mine"') == 3
    press(client, draft, page, mine=[answers(draft)[200].pk])
    values = [value for value, _, _ in stands(draft)]
    assert (values.count("met"), values.count("not_met"), values.count("")) == (1181, 2, 5)
    assert (values[1], values[100], values[200]) == ("partly_met", "not_met", "met")
