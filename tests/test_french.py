"""Every sentence of the interface stands in every language of the settings, with the same
placeholders; and what French alone has."""

import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.template.defaultfilters import date as written
from django.urls import reverse
from django.utils.translation import override, to_locale

from certcentre.places import locale_of
from standards.catalogue.editions import Obligation
from tests.effort import needs

pytestmark = pytest.mark.alike

LOCALES = settings.BASE_DIR / "certcentre/locale"
SOURCES = ("certcentre", "standards", "tenders", "templates")
SPOKEN = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
every_language = pytest.mark.parametrize("code", SPOKEN)
# of a language: how a person is not to be spoken of, since nobody knows who reads
GENDERED = {
    "fr": re.compile(r"\w[·(/](?:e|es|ne|rice|euse)\b|[Aa]cheteur [Vv]érifiée"),
}


def file_of(code):
    return LOCALES / to_locale(code) / "LC_MESSAGES/django.po"


@cache
def catalogue_of(code):
    with file_of(code).open("rb") as source:
        return read_po(source, locale=to_locale(code) if known_to_cldr(code) else None)


def known_to_cldr(code):
    return str(locale_of(code)).split("_")[0] == code.split("-")[0]


def words(path):
    """{(context, English): translation} of a file of translations."""
    with path.open("rb") as source:
        return {(m.context, m.id): m.string for m in read_po(source) if m.id}


@every_language
def test_each_sentence_is_translated(code):
    missing = [key for key, said in words(file_of(code)).items() if not all([said, *said])]
    assert missing == []


@every_language
def test_each_placeholder_is_kept_and_each_plural_has_its_forms(code):
    wrong = {message.id: list(map(str, errors)) for message, errors in catalogue_of(code).check()}
    assert wrong == {}
    catalogue = catalogue_of(code)
    forms = catalogue.num_plurals
    plurals = [message for message in catalogue if message.pluralizable]
    assert [each.id for each in plurals if len(each.string) != forms] == []


@every_language
def test_no_translation_is_a_guess(code):
    assert "fuzzy" not in file_of(code).read_text()


@pytest.mark.parametrize("code", GENDERED)
def test_nobody_is_called_a_man_or_a_woman(code):
    said = words(file_of(code))
    texts = (
        (key, each)
        for key, some in said.items()
        for each in ([some] if isinstance(some, str) else some)
    )
    assert [key[1] for key, each in texts if GENDERED[code].search(each)] == []


@needs(shutil.which("xgettext"), "xgettext is not installed")
def test_no_sentence_is_left_out_and_none_is_kept_that_is_gone(tmp_path, settings, monkeypatch):
    for source in SOURCES:  # a copy, because the command writes into each locale folder it meets
        without = shutil.ignore_patterns("locale", "static")
        shutil.copytree(settings.BASE_DIR / source, tmp_path / source, ignore=without)
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", locale=[to_locale(SPOKEN[0])], verbosity=0)
    asked = words(tmp_path / "locale" / to_locale(SPOKEN[0]) / "LC_MESSAGES/django.po")
    assert len(asked) > 500
    for code in SPOKEN:
        translated = words(file_of(code))
        assert [key for key in asked if key not in translated] == [], code
        assert [key for key in translated if key not in asked] == [], code


def test_no_folder_is_spoken_by_nobody():
    folders = {path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/django.po")}
    assert folders == {to_locale(code) for code in SPOKEN}


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
    ours = words(file_of("fr"))
    assert (None, "May") in theirs
    changed = {key[1] for key, french in theirs.items() if ours.get(key, french) != french}
    assert changed <= {"Clear"}  # a state of ours; Django has it on file controls
