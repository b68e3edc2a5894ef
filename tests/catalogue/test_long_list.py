"""A list of 19,000 rows without references is read and loaded by a job, not in the request."""

import time

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from certcentre.accounts.models import Membership
from certcentre.desk import leftovers
from certcentre.jobs.models import LEASE, Job
from certcentre.jobs.running import run, run_next
from standards import tasks
from standards.catalogue import import_plan, imports
from standards.catalogue.imports import KIND, LONG, Import
from standards.models import Criterion, Edition
from tests.catalogue.test_imports_page import FACTS, bring, thirty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alike]
assert tasks
ROWS = 19_000
SOON = 1.0  # seconds
LIST = reverse("catalogue-imports")


def long_list(rows=ROWS, wrong=()):
    """A ministry's list that has no references; an obligation that nobody knows in some rows."""
    lines = ["Title,Statement,Obligation,Group,Evidence"]
    for row in range(rows):
        must = "perhaps" if row in wrong else "must"
        asks = f"The product keeps thing {row} for as long as it is needed and says so to anybody."
        lines.append(f"Thing {row},{asks},{must},Chapter {row // 100},A record of thing {row}")
    return "\n".join(lines).encode()


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return client


def send(client, content):
    """What the request answers, and how long it took."""
    began = time.monotonic()
    sent = {"file": SimpleUploadedFile("list.csv", content), "format": "auto"}
    answer = client.post(LIST, sent)
    return answer, time.monotonic() - began


def brought(client, content):
    """A long list that a job has read."""
    send(client, content)
    assert run_next()
    return Import.objects.get()


@pytest.mark.long
def test_the_request_answers_at_once_and_a_job_reads_it(officer):
    content = long_list()
    answer, took = send(officer, content)
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, job.get_absolute_url())
    assert took < SOON
    assert not Import.objects.exists()
    assert run_next()
    job.refresh_from_db()
    made = Import.objects.get()
    assert (job.status, job.done, made.report["counts"]["criteria"]) == ("done", 3, ROWS)
    assert made.get_absolute_url() in officer.get(job.get_absolute_url()).content.decode()
    assert f"criteria {ROWS}" not in officer.get(made.get_absolute_url()).content.decode()
    plan = import_plan.plan(content, file="list.csv")
    assert made.report == plan.report()  # as it was when it was read in the request
    began = time.monotonic()
    answer = officer.post(made.get_absolute_url(), {**FACTS, "load": ""})
    assert (answer.status_code, time.monotonic() - began < SOON) == (302, True)
    assert not Edition.objects.exists()
    assert run_next()
    made.refresh_from_db()
    assert (made.edition.name, Criterion.objects.count()) == (FACTS["name"], ROWS)


SHORTER = 3_000  # rows that are long enough


def test_a_short_list_stays_in_the_request(officer):
    bring(officer, "list.csv", thirty())
    assert (Import.objects.count(), Job.objects.count()) == (1, 0)
    officer.post(Import.objects.get().get_absolute_url(), {**FACTS, "load": ""})
    assert (Edition.objects.count(), Job.objects.count()) == (1, 0)


def test_what_is_wrong_is_said_by_row_and_nothing_is_kept(officer):
    send(officer, long_list(SHORTER, wrong={10, 2_000}))
    assert run_next()
    job = Job.objects.get()
    page = officer.get(job.get_absolute_url()).content.decode()
    assert (job.status, Import.objects.count()) == ("failed", 0)
    assert all(f"Row {row}, column C" in page for row in (12, 2_002))
    assert f'href="{LIST}"' in page
    assert "Nothing was written into the catalogue." in page
    later = timezone.now() + 2 * leftovers.DAY
    assert leftovers.sweep(at=later) == 1
    assert not default_storage.exists(job.asked["into"])


def test_a_file_that_waits_is_not_swept_away(officer):
    send(officer, long_list(SHORTER))
    leftovers.sweep(at=timezone.now() + 2 * leftovers.DAY)
    assert run_next()
    made = Import.objects.get()
    leftovers.sweep(at=timezone.now() + 2 * leftovers.DAY)
    assert default_storage.exists(made.file.name)


def test_killed_after_reading_it_is_kept_once(officer):
    send(officer, long_list(SHORTER))
    job = Job.objects.get()
    assert job.claim(at=timezone.now())
    imports.work(job, lambda done, total: None)  # and then the process is killed
    run(job.pk, imports.work, now=lambda: timezone.now() + 2 * LEASE)
    job.refresh_from_db()
    assert (job.status, job.attempts, Import.objects.count()) == ("done", 2, 1)


@pytest.mark.parametrize("written", [False, True])
def test_killed_while_loading_nothing_is_half_done(officer, monkeypatch, written):
    """Killed after the last row, before and after its transaction has ended."""
    made = brought(officer, long_list(SHORTER))
    officer.post(made.get_absolute_url(), {**FACTS, "load": ""})
    job = Job.objects.filter(finished_at=None).get()
    assert job.claim(at=timezone.now())

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        place = (imports, "report_file") if written else (Import, "_take")
        kill.setattr(*place, killed)
        with pytest.raises(KeyboardInterrupt):
            imports.work(job, lambda done, total: None)
    assert Criterion.objects.count() == (SHORTER if written else 0)
    run(job.pk, imports.work, now=lambda: timezone.now() + 2 * LEASE)
    job.refresh_from_db()
    assert (job.status, Edition.objects.count(), Criterion.objects.count()) == ("done", 1, SHORTER)


def test_pressed_twice_it_is_one_job(officer):
    made = brought(officer, long_list(SHORTER))
    sent = {**FACTS, "load": ""}
    one, other = (officer.post(made.get_absolute_url(), sent) for _twice in range(2))
    assert one["Location"] == other["Location"]
    assert run_next()
    assert officer.post(made.get_absolute_url(), sent).status_code == 409


def test_what_was_said_of_a_refused_one_stands_in_the_form_again(officer):
    made = brought(officer, long_list(SHORTER))
    officer.post(made.get_absolute_url(), {**FACTS, "key": "drafts", "load": ""})
    assert run_next()
    job = Job.objects.order_by("queued_at").last()
    assert (job.status, Edition.objects.count()) == ("failed", 0)
    assert "is an address of ours" in officer.get(job.get_absolute_url()).content.decode()
    page = officer.get(made.get_absolute_url()).content.decode()
    assert all(f'value="{words}"' in page for words in ("drafts", FACTS["name"]))


def test_sent_again_as_it_stands_there_it_counts(officer):
    """What was refused may be right the next time; the control is another name than the file's."""
    made = brought(officer, long_list(SHORTER))
    asked = {"facts": {**FACTS, "name": "Typed once"}, "load": True, "import": str(made.pk)}
    refused = Job.request(KIND, title="list", asked=asked, by=made.read_by, at=timezone.now())
    Job.objects.filter(pk=refused.pk).update(status="failed", finished_at=timezone.now())
    page = officer.get(made.get_absolute_url())
    officer.post(made.get_absolute_url(), {**page.context["form"].initial, "load": ""})
    assert run_next()
    assert Edition.objects.get().name == "Typed once"


def test_it_ends_with_the_officer(officer, centre):
    send(officer, long_list(SHORTER))
    Membership.objects.filter(user=centre.officer).update(until=timezone.now())
    assert run_next()
    assert (Job.objects.get().status, Import.objects.count()) == ("failed", 0)


def test_long_is_what_a_process_reads_in_a_second_or_more():
    assert len(thirty()) < LONG < len(long_list(SHORTER))
