"""Names of countries and languages follow the reader."""

import pytest
from django.template import engines
from django.utils.translation import override

from certcentre import places


def test_countries_are_named_in_the_readers_language():
    with override("fr"):
        assert dict(places.countries())["EE"] == "Estonie"
    assert places.country("EE") == "Estonia"


def test_unions_and_test_regions_are_no_countries():
    assert not places.NO_COUNTRY & dict(places.countries()).keys()


def test_languages_are_those_that_people_speak_or_are_taught():
    codes = dict(places.languages()).keys()
    assert not places.NO_LANGUAGE & codes
    assert {"sw", "luo", "fil", "nso", "la", "grc", "ase", "eo"} <= codes


def test_accents_do_not_change_the_order():
    names = [name for _, name in places.countries()]
    assert names.index("Åland Islands") < names.index("Albania")


def test_a_code_without_a_name_stands_for_itself():
    assert (places.country("Q9"), places.language("q-9")) == ("Q9", "q-9")


def test_templates_name_them():
    page = engines["django"].from_string("{% load places %}{{ 'KE'|country }}, {{ 'sw'|language }}")
    assert page.render() == "Kenya, Swahili"


def test_the_direction_of_a_language():
    """What CLDR knows; a code that it does not know is written as most are."""
    there = ("ar", "ar-EG", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi")
    assert [code for code in there if not places.right_to_left(code)] == []
    others = ("en", "fr", "az", "xx", "-", "")
    assert [code for code in others if places.right_to_left(code)] == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[("UK", "GB"), ("U.S.A.", "US"), ("DRC", "CD"), ("Swaziland", "SZ"), ("Maroc", "MA")],
        *[("Czech Republic", "CZ"), ("Ivory Coast", "CI"), ("Côte d’Ivoire", "CI")],
        *[("  kenya ", "KE"), ("España", "ES"), ("مصر", "EG"), ("Россия", "RU"), ("中国", "CN")],
    ],
)
def test_countries_are_read_as_people_write_them(written, code):
    assert places.country_code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("Kiswahili", "sw"), ("Farsi", "fa"), ("español", "es"), ("Français", "fr"), ("arabe", "ar")],
)
def test_languages_are_read_as_people_write_them(written, code):
    assert places.language_code(written) == code


def test_what_is_no_place_is_not_guessed():
    assert (places.country_code("Atlantis"), places.language_code("Elvish")) == (None, None)


def test_what_people_write_hides_no_name_of_another_place():
    for language in places.UNITED_NATIONS:
        with override(language):
            wrong = [n for c, n in places.countries() if places.country_code(n) != c]
            assert wrong == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "14,500,000.50 KES"), ("fr", "14\u202f500\u202f000,50 KES")]
)
def test_an_amount_is_written_as_the_reader_writes_it(language, words):
    with override(language):
        assert places.money("14500000.5", "KES") == words
    assert places.money("900.00", "KES") == "900 KES"
    assert places.money(None, "") == "–"


def test_office_files_are_spelt_as_our_texts_are():
    """Where English is not the first of the world's, but Britain's; of others the usual country."""
    spelt = {code: "-".join(places.spelling(code)) for code in ("en", "fr", "es")}
    assert spelt == {"en": "en-GB", "fr": "fr-FR", "es": "es-ES"}
