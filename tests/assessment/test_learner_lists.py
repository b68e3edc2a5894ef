"""What looks like a list of learners is asked about before it is kept (rule R136)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from standards.assessment import learner_lists
from standards.assessment.evidence import Evidence
from standards.assessment.learner_lists import FEWEST, LooksLikeLearners
from tests.make.moment import AT

pytestmark = pytest.mark.django_db

LISTS = {
    "English": "First name,Surname,Date of birth\n" + "Amina,Otieno,2014-03-02\n" * 28,
    "under a title": "Learners of class 3B;;\nName;Class;Guardian\n"
    + "A. Otieno;3B;B. Otieno\n" * 9,
    "French": "Nom\tPrénom\tNé(e) le\n" + "Diop\tAwa\t02/03/2014\n" * 5,
    "Arabic": "الاسم,القسم\n" + "أمينة,الثالث\n" * 4,
    "Kiswahili": "Jina la mwanafunzi,Darasa\n" + "Amina,3B\n" * 4,
    "as a program names them": "student_name,GRADE,dob\n" + "Amina,3,2014-03-02\n" * 4,
}
OTHERS = {
    "a test report": "Criterion,Result,Method\n" + "1.1.1,met,test\n" * 40,
    "suppliers": "Name,Country,Purpose\n" + "Host,Kenya,hosting\n" * 12,
    "an example of an import": "Name,Date of birth\n" + "Ann Example,2014-01-01\n" * (FEWEST - 1),
    "a log": "2026-11-01 request 200\n" * 50,
    "prose": "The name and the date of birth of a learner are never asked for.\n" * 3,
}


def filed(provider, content, name="file.csv", **said):
    return Evidence.add_file(
        provider,
        by=provider.person,
        at=AT,
        title="Report",
        file=SimpleUploadedFile(name, content),
        speaks_from=AT.date(),
        **said,
    )


@pytest.mark.parametrize("content", LISTS.values(), ids=list(LISTS))
def test_a_list_of_learners_is_not_kept_without_a_word(provider, content):
    with pytest.raises(LooksLikeLearners, match="Nothing of it was kept"):
        filed(provider, content.encode())
    assert not Evidence.objects.exists()
    piece = filed(provider, content.encode(), no_learners=True)
    assert piece.file.open().read() == content.encode()


@pytest.mark.parametrize("content", OTHERS.values(), ids=list(OTHERS))
def test_what_is_none_is_kept_at_once(provider, content):
    assert filed(provider, content.encode()).file.open().read() == content.encode()


def test_a_workbook_is_looked_into_and_its_hidden_sheets_too(provider):
    book = Workbook()
    sheet = book.create_sheet("Class")
    sheet.sheet_state = "hidden"
    for row in [["Learner name", "Grade"], *([["Amina", "3"]] * 6)]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(LooksLikeLearners, match="6 rows under “Learner name”, “Grade”"):
        filed(provider, file.getvalue(), "book.xlsx")


def test_what_is_no_table_is_not_read_as_one(provider):
    assert filed(provider, b"%PDF-1.7 Name, Class", "a.pdf").pk


def test_a_long_table_is_not_read(provider, monkeypatch):
    """The control: a shorter one of the same rows is."""
    content = LISTS["English"].encode()
    monkeypatch.setattr(learner_lists, "LARGEST", len(content) - 1)
    assert filed(provider, content).pk
    monkeypatch.setattr(learner_lists, "LARGEST", len(content))
    with pytest.raises(LooksLikeLearners):
        filed(provider, content)
