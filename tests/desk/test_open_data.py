"""The files of open data: whole, signed, in the shape that is promised, and what happens when a
run fails."""

import csv
import gzip
import hashlib
import io
import json
import re
import subprocess
import time
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from certcentre import keys, stored_files
from certcentre.desk import leftovers
from certcentre.desk.open_data import publishing
from certcentre.desk.open_data.data_sets import DATA_SETS, Criteria
from certcentre.desk.open_data.publication import KEPT, Publication
from certcentre.desk.open_data.publishing import publish
from certcentre.jobs.models import Job
from certcentre.jobs.running import run
from certcentre.settings.operators import licence
from standards.catalogue.editions import Criterion
from tests import make
from tests.desk.open_data import content, manifest, records

pytestmark = pytest.mark.django_db
SIGNED = ("manifest.json", "manifest.json.sig", "key.pem")


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, make.world) as world:
        yield world


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of its own."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        }
    }


@pytest.fixture
def published(built, db):
    """One of everything, published now."""
    built.publication = publish(at=timezone.now())
    return built


def test_every_file_is_named_with_its_digest_and_size(client, published):
    named = manifest(client)["files"]
    names = {f"{each}.jsonl.gz" for each in DATA_SETS} | {
        f"{each.name}.csv.gz" for each in DATA_SETS.values() if each.flat
    }
    assert {each["name"] for each in named} == names
    for each in named:
        data = content(client, each["name"])
        assert hashlib.sha256(data).hexdigest() == each["sha256"]
        assert len(data) == each["bytes"]
        assert client.head(f"/data/{each['name']}")["Content-Type"] == each["media_type"]
        assert each["url"].endswith(f"/data/{published.publication.stamp}/{each['name']}")
        lines = gzip.decompress(data).splitlines()
        assert len(lines) == each["records"] or each["name"].endswith(".csv.gz")


def test_openssl_finds_the_signature_right_and_a_changed_byte_not(client, published, tmp_path):
    for name in SIGNED:
        (tmp_path / name).write_bytes(content(client, name))
    said = client.get("/data/").content.decode().replace("\\\n", "")
    command = re.search(r"^openssl .*$", said, re.MULTILINE)[0].split()
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    changed = (tmp_path / "manifest.json").read_bytes().replace(b"CC BY", b"CC  Y")
    (tmp_path / "manifest.json").write_bytes(changed)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode


@pytest.mark.parametrize("name", DATA_SETS)
def test_every_record_has_its_shape(client, published, name):
    schema = json.loads(content(client, f"{name}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    lines = records(client, name)
    assert lines or name == "mappings"
    assert [error.message for line in lines for error in check.iter_errors(line)] == []


def test_the_table_says_what_the_lines_say(client, published):
    text = gzip.decompress(content(client, "claims.csv.gz")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    lines = records(client, "claims")
    assert [row["id"] for row in rows] == [str(line["id"]) for line in lines]
    assert rows[0].keys() == DATA_SETS["claims"].fields.keys() == lines[0].keys()


def test_a_product_stands_there_as_in_the_api(client, published):
    (line,) = (
        each for each in records(client, "solutions") if each["id"] == str(published.listed.pk)
    )
    shown = client.get(f"/api/v1/solutions/{published.listed.pk}/").json()
    assert line == shown
    assert line["claims"][0]["id"]


def test_a_claim_that_ended_is_in_the_history_with_its_day(client, built, at):
    certificate = make.engagement("granted").certificates.get()
    before = set(
        certificate.release.claims.filter(source=certificate.number).values_list("pk", flat=True)
    )
    body = certificate.engagement.body
    body.second = make.member(body, "decider")
    certificate.suspend(by=body.second, at=at + timedelta(days=1), reason="Not kept up.")
    publish(at=at + timedelta(days=2))
    ended = {each["id"] for each in records(client, "claims") if each["ended"]}
    assert before
    assert before <= ended


def test_certificates_bodies_and_tenders_are_there_with_their_state(client, published):
    numbers = {each["number"]: each["status"] for each in records(client, "certificates")}
    assert numbers[published.certificate.number] == "valid"
    (body,) = (
        each
        for each in records(client, "bodies")
        if each["number"] == published.accreditation.number
    )
    assert body["body"]["name"] == published.auditor.name
    tenders = {each["reference"] for each in records(client, "tenders")}
    assert published.tender.reference in tenders
    assert published.tender_draft.reference not in tenders
    assert any(
        each["ocid"].endswith(published.tender.reference) for each in records(client, "ocds")
    )
    assert {"month", "step", "words", "count"} == records(client, "figures")[0].keys()


def test_a_tender_that_the_log_contradicts_is_named_and_left_out(client, built, db):
    forged = built.tender.reference
    type(built.tender).objects.filter(reference=forged).update(title="Another")
    publish(at=timezone.now())
    assert forged not in {each["reference"] for each in records(client, "tenders")}
    assert not [each for each in records(client, "ocds") if each["ocid"].endswith(forged)]
    left_out = {each["data_set"]: each["left_out"] for each in manifest(client)["files"]}
    assert {name: each for name, each in left_out.items() if each} == {
        "tenders": [forged],
        "ocds": [forged],
    }


def test_a_run_that_fails_leaves_the_last_set_and_nothing_of_itself(client, published, monkeypatch):
    there = names()

    def broken(at):
        yield {"key": "x"}
        raise OSError("the disk is gone")

    monkeypatch.setitem(DATA_SETS, "log", replace(DATA_SETS["log"], rows=broken))
    with pytest.raises(OSError, match="the disk is gone"):
        publish(at=timezone.now())
    assert Publication.newest() == published.publication
    assert names() == there
    assert manifest(client)["made"]


def test_a_store_that_fails_halfway_keeps_nothing(published, monkeypatch):
    there, put = names(), publishing.put

    def full(name, file):
        if "tenders" in name:
            raise OSError("no room")
        return put(name, file)

    monkeypatch.setattr(publishing, "put", full)
    with pytest.raises(OSError, match="no room"):
        publish(at=timezone.now())
    assert names() == there
    assert Publication.objects.count() == 1


def names():
    return set(stored_files.names("open-data/"))


def test_the_lease_is_kept_while_a_file_is_put_away(published, monkeypatch):
    put, told = publishing.put, []

    def slow(name, file):
        before = len(told)
        while len(told) < before + 3:
            time.sleep(0.001)
        return put(name, file)

    monkeypatch.setattr(publishing, "put", slow)
    monkeypatch.setattr(publishing, "BEAT", 0.001)
    publish(at=timezone.now(), tell=lambda done, total: told.append(done))
    assert Publication.objects.count() == 2


def test_a_criterion_that_is_published_meanwhile_is_read_too(published, monkeypatch):
    few = {each.pk: each for each in Criterion.objects.order_by("pk")[:1]}
    monkeypatch.setattr(Criteria, "__init__", lambda self: dict.__init__(self, few))
    for name in ("solutions", "claims"):
        lines = list(DATA_SETS[name].rows(timezone.now()))
        assert len(lines) == published.publication.files.filter(data_set=name).first().records


def test_two_sets_of_one_second_have_stamps_of_their_own(published):
    first = published.publication
    assert publish(at=first.at).at == first.at + timedelta(seconds=1)


def test_without_a_key_nothing_is_published(published, monkeypatch):
    def locked(purpose):
        raise keys.KeyTrouble("It does not open.")

    monkeypatch.setattr(keys, "active", locked)
    with pytest.raises(keys.KeyTrouble):
        publish(at=timezone.now())
    assert Publication.objects.count() == 1


def test_an_older_set_stays_at_its_address_for_some_days(
    client, published, django_capture_on_commit_callbacks
):
    first = published.publication
    place = f"/data/{first.stamp}/solutions.jsonl.gz"
    before = client.get(place).getvalue()
    newer = first.at + timedelta(days=5)
    publish(at=newer)
    publish(at=newer + KEPT - timedelta(hours=1))
    assert client.get(place).getvalue() == before
    old = set(first.files.values_list("file", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        publish(at=newer + KEPT + timedelta(hours=1))
    assert client.get(place).status_code == 404
    assert not any(default_storage.exists(name) for name in old)
    assert client.get("/data/manifest.json").status_code == 200


def test_a_file_that_is_not_there_is_not_found(client, published):
    file = published.publication.files.get(name="log.jsonl.gz")
    default_storage.delete(file.file.name)
    assert client.get(f"/data/{published.publication.stamp}/log.jsonl.gz").status_code == 404


def test_what_lies_about_of_a_set_is_no_leftover(published):
    leftovers.sweep(at=timezone.now() + timedelta(days=3))
    assert all(default_storage.exists(each.file.name) for each in published.publication.files.all())


def test_the_last_set_is_never_taken_away(published):
    assert Publication.tidy(at=timezone.now() + timedelta(days=400)) == 0


def test_who_has_a_file_is_not_sent_it_again(client, published):
    etag = client.get("/data/solutions.jsonl.gz")["ETag"]
    again = client.get("/data/solutions.jsonl.gz", headers={"If-None-Match": etag})
    assert again.status_code == 304
    dated = client.get(f"/data/{published.publication.stamp}/solutions.jsonl.gz")
    assert "max-age=86400" in dated["Cache-Control"]


def test_the_page_says_what_there_is(client, published):
    page = client.get("/data/").content.decode()
    for each in DATA_SETS:
        assert f'href="/data/{each}.jsonl.gz"' in page
        assert f'href="/data/{each}.schema.json"' in page
    assert page.count("https://creativecommons.org/licenses/by/4.0/") == len(DATA_SETS) - 1
    assert page.count("its edition names (<code>") == 2
    assert published.publication.examples["solutions"]["name"] in page


def test_the_signed_manifest_says_the_licence_of_each_file(client, built, settings):
    """As the operator names it; words of editions are under what the edition names."""
    settings.OPEN_DATA_LICENCE = {"name": "ODbL", "url": "https://example.org/odbl"}
    publish(at=timezone.now())
    signed = manifest(client)
    assert signed["licence"] == settings.OPEN_DATA_LICENCE
    of_each = {each["data_set"]: each["licence"] for each in signed["files"]}
    named = {"as_named_by": "editions", "field": "catalogue_licence"}
    assert {name for name, licence in of_each.items() if licence == named} == {
        "editions",
        "criteria",
    }
    assert "catalogue_licence" in records(client, "editions")[0]
    assert of_each["claims"] == settings.OPEN_DATA_LICENCE


@pytest.mark.parametrize(
    "written", ["", "CC-BY", "https://example.org/", "CC BY http://example.org"]
)
def test_a_licence_without_name_or_address_stops_the_start(written):
    with pytest.raises(ImproperlyConfigured, match="OPEN_DATA_LICENCE"):
        licence(written)


def test_before_the_first_set_the_page_says_so(client, db):
    Publication.objects.all().delete()
    assert "The files are not written yet" in client.get("/data/").content.decode()
    assert client.get("/data/solutions.jsonl.gz").status_code == 404


def test_the_timers_ask_every_day_and_the_job_makes_it(built, db):
    at = timezone.now()
    job = publishing.ask_for(at=at)
    assert publishing.ask_for(at=at) is None
    run(job.pk, publishing.work)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE
    later = Publication.newest().at + timedelta(hours=22)  # a day may be some rounds short
    assert publishing.ask_for(at=later)


def test_an_address_without_its_slash_leads_on(client, db):
    assert client.get("/data")["Location"] == "/data/"
    assert client.get("/data/ocds")["Location"] == "/data/ocds/"


def test_the_command_publishes_now(built, db, capsys):
    call_command("publish_data")
    assert f"Published as {Publication.newest().stamp}." in capsys.readouterr().out


def test_products_are_read_in_few_statements_however_many(built, db, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        make.declaration()
        for name in ("solutions", "claims"):
            with django_assert_max_num_queries(6) as seen:
                assert list(DATA_SETS[name].rows(timezone.now()))
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


def test_each_set_has_a_readme_and_stands_in_the_catalogue(published, client):
    """Each file with its digest, as the manifest has it."""
    catalogue = client.get("/data/catalogue.jsonld").json()
    digests = {
        each["contentUrl"].rsplit("/", 1)[1]: each["sha256"]
        for data_set in catalogue["dataset"]
        for each in data_set["distribution"]
    }
    assert digests == {file.name: file.digest for file in published.publication.files.all()}
    assert len(catalogue["dataset"]) == len(DATA_SETS)
    for name, about in DATA_SETS.items():
        text = client.get(f"/data/{name}.md").content.decode()
        assert all(f"`{field}`" in text for field in about.fields)
        assert f"/data/{name}.schema.json" in text
        assert "## Licence" in text
        assert text.count("SHA-256") == published.publication.files.filter(data_set=name).count()
    assert "```json" in client.get("/data/solutions.md").content.decode()
