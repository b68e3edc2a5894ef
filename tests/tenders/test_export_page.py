"""A buyer asks for a file on a page, also inside their own Word file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certcentre.jobs.models import Job
from tenders import tasks
from tests import make
from tests.tenders.test_own_file import word


@pytest.fixture
def ask(client, buyer):
    tender = make.tender(buyer=buyer, criteria=1)
    client.force_login(buyer.person)
    address = reverse("tender-export", args=[tender.reference])
    return lambda **data: client.post(address, data)


def test_the_page_leads_to_the_job_and_its_file(client, ask):
    answer = ask(format="docx")
    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    tasks.export(str(job.pk))
    page = client.get(answer.url).content.decode()
    assert "-draft.docx" in page


def test_the_own_file_goes_with_it(ask):
    own = SimpleUploadedFile("ours.docx", word("Ours", "[[requirements]]"))
    assert ask(format="docx", own=own).status_code == 302
    assert Job.objects.get().asked["into"]


@pytest.mark.parametrize(
    ("format", "own", "said"),
    [
        ("docx", b"no Word at all", "not a Word file"),
        ("docx", word("No place"), "Put [[requirements]] once"),
        ("pdf", word("[[requirements]]"), "Only these go into a file of your own: Word."),
    ],
)
def test_what_is_wrong_with_it_is_said_at_once(ask, format, own, said):
    answer = ask(format=format, own=SimpleUploadedFile("ours.docx", own))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_an_unknown_format_is_refused(ask):
    assert ask(format="exe").status_code == 422
