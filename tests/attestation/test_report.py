"""The auditor's report: for the two parties, after the decision, as PDF and Word."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from standards.attestation.report import docx, pdf, report_of
from tests import make
from tests.effort import needs
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
HOSTILE = "=1+1 <b>\x00\x08 ]]> #eval(1) \ud800 وزارة\nsecond line"


def built_decided():
    """Granted with one minor nonconformity that has an accepted plan."""
    edition = make.graded("g")
    declaration = make.declaration(criteria=edition.criteria.exclude(level__key="AAA"))
    first = edition.criteria.first()
    made = make.engagement("examining", declaration=declaration, results={first.key: "minor"})
    make.planned(made)
    made.ready(by=made.body.person, at=AT, summary="Examined as agreed.")
    make.decide(made)
    return made


kept = make.kept(built_decided)


@pytest.fixture
def decided(kept, db):
    return kept()


def rows(document):
    return [[cell.text for cell in row.cells] for t in document.tables for row in t.rows]


def test_word_holds_every_finding_with_its_correction(client, decided):
    client.force_login(decided.body.person)
    got = client.get(f"/engagements/{decided.pk}/report.docx")
    found = rows(Document(io.BytesIO(got.content)))
    assert got["Content-Disposition"] == f'attachment; filename="{decided.number}.docx"'
    assert len([row for row in found if len(row) == 5]) == decided.findings.count() + 1
    [minor] = [row for row in found if "Minor nonconformity" in row[1:2] and len(row) == 5]
    assert "Mended in 1.1." in minor[4]
    assert "Seen on three devices." in minor[3]


def test_where_a_finding_says_otherwise_the_report_says_what_was_declared(decided):
    lines = [row for part in report_of(decided).parts for row in part.rows]
    [minor] = [row for row in lines if row[1] == "Minor nonconformity"]
    assert minor[3] == "Seen on three devices.\nThe provider had declared “Met”."
    assert sum("had declared" in cell for row in lines for cell in row) == 1


def test_word_tables_have_a_repeated_header_and_whole_rows(decided):
    document = Document(io.BytesIO(docx(report_of(decided))))
    for table in document.tables:
        first, *others = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in others)
    assert document.core_properties.language == "en-GB"


def test_pdf_is_tagged_and_says_the_same(client, decided):
    client.force_login(decided.body.second)
    content = client.get(f"/engagements/{decided.pk}/report.pdf").content
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    with pikepdf.open(io.BytesIO(content)) as file, file.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
    assert "Mended in 1.1." in words
    assert decided.body.second.name in words


def test_who_is_of_neither_party_finds_nothing(client, decided, stranger):
    client.force_login(stranger)
    assert client.get(f"/engagements/{decided.pk}/report.pdf").status_code == 404


def test_before_the_decision_there_is_none(client):
    made = make.engagement("ready")
    client.force_login(made.body.person)
    for format in ("pdf", "docx"):
        assert client.get(f"/engagements/{made.pk}/report.{format}").status_code == 404


def test_a_refusal_has_its_report_too(client):
    made = make.engagement("refused")
    client.force_login(made.body.person)
    found = rows(Document(io.BytesIO(client.get(f"/engagements/{made.pk}/report.docx").content)))
    assert found
    assert report_of(made).outcome == "Refused"


def test_hostile_words_are_words(decided):
    decided.findings.update(note=HOSTILE.replace("\x00", "").replace("\ud800", ""))
    said = report_of(decided)
    shown = str(rows(Document(io.BytesIO(docx(said)))))
    assert "#eval(1)" in shown
    assert "=1+1 <b>" in shown
    assert pdf(said).startswith(b"%PDF")


@pytest.mark.long
@needs(shutil.which("soffice"), "no LibreOffice here")
def test_another_office_opens_the_word_file(decided, tmp_path):
    source = tmp_path / "report.docx"
    source.write_bytes(docx(report_of(decided)))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    ask = ["soffice", home, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path)]
    subprocess.run([*ask, str(source)], check=True, capture_output=True, timeout=120)
    assert "Mended in 1.1." in (tmp_path / "report.txt").read_text(errors="replace")


def test_it_takes_the_same_statements_at_any_length(decided, django_assert_num_queries):
    with django_assert_num_queries(8):
        assert report_of(decided).parts
    longer = make.engagement("granted", declaration=make.declaration())
    with django_assert_num_queries(8):
        assert report_of(longer).parts
