"""The table is all that anybody knows of a format: one line more, and every door has it."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from certcentre.jobs.models import Job
from tenders import tasks
from tenders.export import FORMATS, Format
from tests import make

pytestmark = pytest.mark.alike


def refs(annex, tell):
    """A format of our own: the references alone."""
    return "\n".join(row.ref for row in annex.rows).encode()


def line(**more):
    return Format("refs", "References alone", "text/plain; charset=utf-8", refs, **more)


@pytest.fixture
def known(monkeypatch):
    def added(**more):
        monkeypatch.setitem(FORMATS, "refs", line(**more))

    return added


def url(name, tender, *more):
    return reverse(name, args=[tender.reference, *more])


def text(answer):
    return answer.content.decode()


def test_pages_help_and_command_offer_it(client, db, known, tmp_path):
    known()
    made = make.tender()
    client.force_login(made.person)
    for page in (made.get_absolute_url(), url("tender-export", made), "/help/buyer/"):
        assert "References alone" in text(client.get(page)), page
    call_command("export_tender", made.reference, format="refs", output=tmp_path / "o")
    assert (tmp_path / "o").read_text().split("\n")[0] == "L1-001"


def test_publishing_makes_it_and_everybody_may_take_it(client, db, known):
    known()
    made = make.tender(status="published")
    for download in made.downloads.all():
        tasks.export(str(download.job_id))
    assert "References alone" in text(client.get(made.get_absolute_url()))
    answer = client.get(url("tender-file", made, "refs"))
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"".join(answer.streaming_content).split()[0] == b"L1-001"
    files = client.get(f"/api/v1/tenders/{made.reference}/").json()["files"]
    assert [one["format"] for one in files] == list(FORMATS)
    assert files[-1]["url"].endswith(url("tender-file", made, "refs"))


def test_what_is_not_public_is_for_the_buyer_alone(client, db, known):
    known(public=False)
    made = make.tender(status="published")
    assert not made.downloads.filter(format="refs").exists()
    assert client.get(url("tender-file", made, "refs")).status_code == 404
    client.force_login(made.person)
    assert client.post(url("tender-export", made), {"format": "refs"}).status_code == 302


def test_what_needs_no_job_is_written_at_once(client, db, known):
    known(job=False)
    made = make.tender(status="published")
    assert not made.downloads.filter(format="refs").exists()
    assert text(client.get(url("tender-file", made, "refs"))).split()[0] == "L1-001"
    client.force_login(made.person)
    answer = client.post(url("tender-export", made), {"format": "refs"})
    assert answer.headers["Content-Disposition"].endswith(f'"{made.reference}.refs"')
    assert not Job.objects.filter(asked__format="refs").exists()


def test_a_format_newer_than_the_tender_is_asked_for(client, db, known):
    made = make.tender(status="published")
    known()
    client.force_login(made.person)
    assert "was not made." in text(client.get(made.get_absolute_url()))
    client.post(url("tender-file-again", made, "refs"))
    tasks.export(str(made.downloads.get(format="refs").job_id))
    assert client.get(url("tender-file", made, "refs")).status_code == 200


def test_an_own_file_goes_where_the_table_says(db, known, tmp_path):
    known()
    made = make.tender()
    own = tmp_path / "own"
    own.write_bytes(b"ours")
    with pytest.raises(CommandError, match="docx only"):
        call_command("export_tender", made.reference, format="refs", into=own, output=own)
