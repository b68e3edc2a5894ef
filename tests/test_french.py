"""Every sentence of the interface has its French, with the same placeholders."""

import shutil
from datetime import date
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.template.defaultfilters import date as written
from django.urls import reverse
from django.utils.translation import override

from standards.catalogue.editions import Obligation
from tests.effort import needs

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


@needs(shutil.which("xgettext"), "xgettext is not installed")
def test_no_sentence_is_left_out_and_none_is_kept_that_is_gone(tmp_path, settings, monkeypatch):
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
    assert [key for key in translated if key not in found] == []


def test_the_reader_chooses_french(client, db):
    client.post(reverse("set_language"), {"language": "fr", "next": "/"})
    page = client.get("/help/terms/").content.decode()
    assert 'lang="fr"' in page
    assert "Ce qu’un certificat" in page or "Ce que dit un certificat" in page


def test_dates_keep_the_names_of_their_months():
    with override("fr"):
        said = [written(date(2026, month, 9), "j F Y") for month in range(1, 13)]
        assert Obligation.MAY.label == "Peut"
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    assert said == [f"9 {month} 2026" for month in months.split()]


def test_no_word_of_a_date_is_ours():
    theirs = words(Path(django.__file__).parent / "conf/locale/fr/LC_MESSAGES/django.po")
    ours = words(PO)
    assert (None, "May") in theirs
    changed = {key[1] for key, french in theirs.items() if ours.get(key, french) != french}
    assert changed <= {"Clear"}  # a state of ours; Django has it on file controls
