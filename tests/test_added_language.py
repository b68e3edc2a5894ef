"""A language of the interface is one folder in each place of words, and one line in the settings.

Two are added here: one that only speakers know, and one from right to left that Django has no list
of. No other code knows either.
"""

import io
import shutil

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as portal
from django.utils import timezone
from pypdf import PdfReader

from certcentre import formats
from certcentre.desk.notices import send_notices
from certcentre.search import words
from standards.catalogue.content import source_print
from standards.catalogue.loading import load
from standards.models import Criterion
from standards.registry.search import by_words
from tests import make
from tests.catalogue.content_files import small_folder
from tests.make.attestation import holder

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

ADDED = {"qq": "ltr", "ps": "rtl"}
PO = "certcentre/locale/fr/LC_MESSAGES/django.po"
KEPT = (words.files, words.stemmers, words.left_out, words.meanings, words.forms, words.forms_of)


def pseudo(template, code):
    """The sentences of the interface in a language that puts each in brackets."""
    with template.open("rb") as source:
        english = read_po(source)
    catalogue = Catalog()
    catalogue.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    for message in english:
        if message.id:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            said = tuple(f"⟦{code} {text}⟧" for text in texts)
            catalogue.add(message.id, said if len(said) > 1 else said[0], context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


@pytest.fixture(scope="module", params=ADDED)
def brought(request, tmp_path_factory):
    """The folders of a language: sentences, dates, words for the search, an edition."""
    code, place = request.param, tmp_path_factory.mktemp("added")
    sentences = place / "locale" / code / "LC_MESSAGES"
    sentences.mkdir(parents=True)
    (sentences / "django.mo").write_bytes(pseudo(portal.BASE_DIR / PO, code))
    dates = place / "formats" / code
    dates.mkdir(parents=True)
    (dates / "__init__.py").write_text("")
    (dates / "formats.py").write_text('DATE_FORMAT = "Y/m/d"\n')
    shutil.copytree(words.FILES, place / "search")
    looked = {"means": {"mathematics": ["qombinu"]}, "left_out": []}
    (place / "search" / f"words.{code}.yaml").write_text(yaml.safe_dump(looked))
    return code, place


@pytest.fixture
def added(brought, settings, monkeypatch):
    """The line in the settings; the language's code."""
    code, place = brought
    settings.LANGUAGES = [*settings.LANGUAGES, (code, "Added")]
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, place / "locale"]
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(place / "formats")])
    monkeypatch.setattr(words, "FILES", place / "search")
    kept = (*KEPT, by_words.place_names)
    for each in kept:
        each.cache_clear()
    yield code
    for each in kept:
        each.cache_clear()


def ask(client, address, code):
    page = client.get(address, headers={"accept-language": code})
    assert page.status_code == 200, address
    return page.content.decode()


def test_every_page_for_everybody_is_in_it(added, client):
    solution = make.listed()
    pages = [
        "/",
        "/solutions/",
        "/help/",
        "/help/terms/",
        "/search/?q=x",
        "/standards/",
        "/market/",
    ]
    for address in (*pages, "/accounts/signup/", solution.get_absolute_url()):
        page = ask(client, address, added)
        assert f'<html lang="{added}"' in page, address
        assert f'dir="{ADDED[added]}"' in page, address
        assert f"⟦{added} Skip to content⟧" in page, address


def test_the_reader_chooses_it_by_its_own_name(added, client):
    page = client.get("/").content.decode()
    assert f'value="{added}"' in page
    assert {"ps": "پښتو", "qq": "Added"}[added] in page
    client.post("/i18n/setlang/", {"language": added, "next": "/help/"})
    assert f'<html lang="{added}"' in client.get("/help/").content.decode()


def test_its_dates_are_written_as_it_says(added, client):
    certificate = make.certificate()
    page = ask(client, certificate.get_absolute_url(), added)
    assert f"{certificate.issued_at:%Y/%m/%d}" in page


def test_a_certificate_and_a_declaration_are_printed_in_it(added, client):
    certificate = make.certificate(at=timezone.now())
    declared = certificate.engagement.declaration
    client.force_login(certificate.engagement.provider.memberships.first().user)
    for address in (f"/certificates/{certificate.number}", f"/declarations/{declared.number}"):
        paper = client.get(f"{address}.pdf?language={added}")
        assert paper.status_code == 200, address
        file = PdfReader(io.BytesIO(paper.content))
        assert file.trailer["/Root"]["/Lang"] == added
        assert added in "".join(page.extract_text() for page in file.pages)


def test_its_words_are_understood_by_the_search(added, client):
    assert words.meanings()["qombinu"]
    assert "⟦" in ask(client, "/search/?q=qombinu", added)


def test_its_criteria_are_read_and_what_it_lacks_is_marked(added, client, tmp_path, at):
    folder = small_folder(tmp_path)
    edition = yaml.safe_load((folder / "std-access-anywhere.yaml").read_text())
    first, second = edition["criteria"][:2]
    texts = {"of": source_print(first), "title": "Qombinu", "statement": "Qombinu pa."}
    said = {"edition": edition["id"], "made_by": "machine", "criteria": {first["ref"]: texts}}
    (folder / added).mkdir()
    (folder / added / "access.yaml").write_text(yaml.safe_dump(said))
    load(folder, at=at)
    one, other = Criterion.objects.filter(ref__in=[first["ref"], second["ref"]]).order_by(
        "position"
    )
    assert "Qombinu" in ask(client, one.get_absolute_url(), added)
    assert "nobody checked it yet" in ask(client, one.get_absolute_url(), added)
    assert '<h1 lang="en" dir="ltr">' in ask(client, other.get_absolute_url(), added)
    assert '<p lang="en" dir="ltr">' in ask(client, one.edition.get_absolute_url(), added)
    api = f"/api/v1/criteria/{one.key}/"
    read = client.get(f"{api}?language={added}").json()
    assert (read["title"], read["language"], read["translation"]) == ("Qombinu", added, "machine")
    assert client.get(api, headers={"accept-language": added}).json()["title"] == "Qombinu"
    assert client.get(api).json()["title"] == first["title"]
    assert client.get(f"{api}?language=zz").status_code == 400


def test_its_readers_are_written_to_in_it(added, mailoutbox, at):
    certificate = make.certificate(at=at)
    reader = certificate.engagement.provider.memberships.first().user
    reader.language = added
    reader.save(update_fields=["language"])
    certificate.suspend(by=holder(certificate.body, "decider"), at=at, reason="A flaw.")
    send_notices(at=at)
    assert any(added in letter.body for letter in mailoutbox)
