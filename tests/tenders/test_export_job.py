"""An export is a job; the command makes the same file."""

import io

import pytest
from django.core.management import CommandError, call_command
from docx import Document

from certcentre.jobs.models import Job
from certcentre.lifecycle import IllegalMove, NotReady
from tenders import exporting, tasks
from tenders.export import FORMATS
from tenders.models import Download
from tests import make
from tests.tenders.test_own_file import word


def finished(job):
    tasks.export(str(job.pk))
    job.refresh_from_db()
    return job


def test_the_files_of_a_published_tender_are_made(db):
    tender = make.tender(status="published")
    for download in tender.downloads.all():
        job = finished(download.job)
        assert (job.status, job.file_name) == ("done", f"{tender.reference}.{download.format}")
        assert job.done == job.total == 3


def test_a_draft_is_exported_and_marked(db, at):
    tender = make.tender()
    job = finished(exporting.request(tender, "docx", by=tender.person, at=at))
    document = Document(io.BytesIO(job.file.read()))
    assert any(line.text.startswith("DRAFT") for line in document.paragraphs)


def test_into_the_buyers_own_file(db, at):
    tender = make.tender(status="published")
    own = word("Ours", "[[requirements]]")
    job = finished(exporting.request(tender, "docx", by=tender.person, at=at, into=own))
    lines = [line.text for line in Document(io.BytesIO(job.file.read())).paragraphs]
    assert lines[0] == "Ours"


def test_what_is_wrong_with_the_own_file_is_said_at_once(db, at):
    tender = make.tender()
    with pytest.raises(NotReady):
        exporting.request(tender, "docx", by=tender.person, at=at, into=b"no")
    with pytest.raises(NotReady):
        exporting.request(tender, "pdf", by=tender.person, at=at, into=word("[[requirements]]"))
    assert not Job.objects.exists()


def test_only_a_failed_file_is_made_again(db, at):
    tender = make.tender(status="published")
    download = tender.downloads.first()
    asked = {"by": tender.person, "at": at}
    with pytest.raises(IllegalMove):
        Download.make_again(tender, download.format, **asked)
    Job.objects.filter(pk=download.job_id).update(status="failed")
    Download.make_again(tender, download.format, **asked)
    assert tender.downloads.get(pk=download.pk).job.status == "queued"


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_writes_the_file(db, tmp_path, format):
    tender = make.tender(status="published")
    output = tmp_path / f"annex.{format}"
    call_command("export_tender", tender.reference, format=format, output=output)
    assert output.stat().st_size > 500


def test_the_command_fills_a_file(db, tmp_path):
    tender = make.tender()
    (tmp_path / "own.docx").write_bytes(word("[[requirements]]"))
    options = {"format": "docx", "into": tmp_path / "own.docx", "output": tmp_path / "made.docx"}
    call_command("export_tender", tender.reference, **options)
    assert Document(str(tmp_path / "made.docx")).tables


@pytest.mark.parametrize(
    ("reference", "options", "code"),
    [
        ("TD-2026-999999", {"format": "pdf"}, 1),
        ("", {"format": "pdf", "into": "x.docx"}, 2),
        ("", {"format": "docx", "into": "missing.docx"}, 1),
    ],
)
def test_the_command_says_what_is_wrong(db, tmp_path, reference, options, code):
    if "into" in options:
        options = {**options, "into": tmp_path / options["into"]}
    reference = reference or make.tender().reference
    with pytest.raises(CommandError) as refused:
        call_command("export_tender", reference, output=tmp_path / "o", **options)
    assert refused.value.returncode == code
