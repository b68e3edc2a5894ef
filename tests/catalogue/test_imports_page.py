"""A standard by page alone: template or file, preview, draft, published by a second person."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from standards.catalogue import import_plan
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.files import read
from standards.catalogue.imports import Import
from standards.catalogue.publishing import publish
from tests import make
from tests.catalogue.files import small

HEADS = ("Réf", "Exigence", "Caractère", "Rubrique", "Preuves")
FACTS = {
    "name": "Norme du ministère",
    "version": "2026",
    "issuing_body": "Ministère exemple",
    "reference": "M 2026",
    "published": "2026",
    "domain": "pedagogical",
    "category": "ethical",
    "catalogue_licence": "CC-BY-4.0",
    "text_licence": "Licence ouverte",
    "key": "ministere-2026",
    "language": "fr",
}


def thirty():
    """A ministry's own list of 30 rows, as a spreadsheet saves it."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow(HEADS)
    for number in range(1, 31):
        kind = "obligatoire" if number % 3 else "recommandé"
        table.writerow((f"{number}", f"L’outil fait la chose {number}.", kind, "Accès", "Un écran"))
    return out.getvalue().encode("utf-8-sig")


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return client


def bring(client, name, data, **more):
    sent = {"file": SimpleUploadedFile(name, data), "format": "auto", **more}
    return client.post("/catalogue/imports/", sent, follow=True)


def test_a_list_of_thirty_rows_becomes_a_published_standard(officer, centre, client):
    page = bring(officer, "liste.csv", thirty(), key="ministere-2026").content.decode()
    assert "30" in page
    assert "The file does not name the standard" not in page
    found = Import.objects.get()
    page = officer.post(found.get_absolute_url(), {**FACTS, "load": ""}, follow=True)
    assert "Open the edition" in page.content.decode()
    client.force_login(make.member(centre, "officer"))
    client.post("/catalogue/editions/ministere-2026/publish/", {"signed": "on"})
    edition = Edition.objects.get()
    assert (edition.status, edition.name, edition.language) == (
        "published",
        "Norme du ministère",
        "fr",
    )
    assert edition.criteria.count() == 30
    assert client.get("/standards/ministere-2026/30/").status_code == 200


def test_the_preview_writes_nothing_and_tells_what_is_lost(officer):
    page = bring(officer, "c.json", small("controls.oscal.json")).content.decode()
    assert "Parts “assessment-objective”" in page
    assert "Withdrawn" not in page
    assert not Edition.objects.exists()


def test_what_the_officer_says_is_compared_again(officer):
    bring(officer, "liste.csv", thirty(), key="ministere-2026")
    found = Import.objects.get()
    officer.post(found.get_absolute_url(), {**FACTS, "again": ""})
    found.refresh_from_db()
    assert found.report["name"] == "Norme du ministère"
    assert not Edition.objects.exists()


def test_a_refused_file_says_why_and_keeps_what_was_typed(officer):
    page = bring(officer, "x.csv", b"ref,title\n1,a\n1,b\n", key="my-key")
    assert page.status_code == 422
    assert "the ref 1 is given to two criteria; row 2 has it too." in page.content.decode()
    assert 'value="my-key"' in page.content.decode()
    assert not Import.objects.exists()


def test_a_file_is_loaded_once(officer):
    bring(officer, "edition.yaml", small("edition.yaml"))
    found = Import.objects.get()
    sent = {**FACTS, "load": ""}
    assert officer.post(found.get_absolute_url(), sent).status_code == 302
    assert officer.post(found.get_absolute_url(), sent).status_code == 409
    assert Criterion.objects.count() == 3


def test_the_report_is_a_page_and_a_file(officer):
    bring(officer, "edition.yaml", small("edition.yaml"))
    found = Import.objects.get()
    officer.post(found.get_absolute_url(), {**FACTS, "load": ""})
    assert "What it became" in officer.get(found.get_absolute_url()).content.decode()
    text = officer.get(f"{found.get_absolute_url()}report/").content.decode()
    assert "new 3: 1.1, 1.2, 2.1" in text


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_our_reader_takes_the_template(ending, language, officer):
    address = f"/catalogue/imports/template.{ending}"
    got = officer.get(address, headers={"accept-language": language})
    items = read(got.content)[1].document.items
    assert [(item.ref, item.level) for item in items] == [("1.1", "must"), ("1.2", "should")]
    assert all(item.hint and item.part for item in items)


def test_the_list_takes_the_same_statements_at_any_length(officer, centre):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            officer.get("/catalogue/imports/")
        return len(captured)

    make.imported(centre.officer)
    few = statements()
    for name in ("controls.oscal.json", "guidelines.wcag.json"):
        make.imported(centre.officer, name)
    assert statements() == few


def test_a_page_says_what_a_criterion_is_part_of(officer, at):
    plan = import_plan.plan(small("edition.yaml"), file="edition.yaml")
    edition = import_plan.load(plan, by=None, at=at)
    publish([edition], by=None, at=at)
    page = officer.get("/standards/example-own-1/1.2/").content.decode()
    assert 'href="/standards/example-own-1/1.1/"' in page
    assert edition.source["digest"] in officer.get("/standards/example-own-1/").content.decode()
