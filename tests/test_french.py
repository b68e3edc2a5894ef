"""Every sentence of the interface has its French, with the same placeholders."""

import os
import shutil

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

pytestmark = pytest.mark.alike

PO = settings.BASE_DIR / "certcentre/locale/fr/LC_MESSAGES/django.po"
SOURCES = ("certcentre", "standards", "tenders", "templates")


def words(path):
    """{(context, English): French} of a file of translations."""
    with path.open("rb") as source:
        return {(m.context, m.id): m.string for m in read_po(source) if m.id}


def test_each_sentence_is_translated():
    missing = [key for key, french in words(PO).items() if not all([french, *french])]
    assert missing == []


def test_no_translation_is_a_guess():
    assert "fuzzy" not in PO.read_text()


@pytest.mark.skipif(
    not shutil.which("xgettext") and not os.environ.get("CI"), reason="xgettext is not installed"
)
def test_no_sentence_is_left_out(tmp_path, settings, monkeypatch):
    for source in SOURCES:  # a copy, because the command writes into each locale folder it meets
        without = shutil.ignore_patterns("locale", "static")
        shutil.copytree(settings.BASE_DIR / source, tmp_path / source, ignore=without)
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", locale=["fr"], verbosity=0)
    found = words(tmp_path / "locale/fr/LC_MESSAGES/django.po")
    assert len(found) > 500
    translated = words(PO)
    assert [key for key in found if key not in translated] == []


def test_the_reader_chooses_french(client, db):
    client.post(reverse("set_language"), {"language": "fr", "next": "/"})
    page = client.get("/help/terms/").content.decode()
    assert 'lang="fr"' in page
    assert "Ce qu’un certificat" in page or "Ce que dit un certificat" in page
