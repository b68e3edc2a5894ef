"""A language of tenders is a folder of content: added, it is offered, frozen and printed."""

import shutil
from datetime import date

import pytest
import yaml

from standards.catalogue.content import BrokenContent
from tenders import annex, legal_clauses, paper_languages
from tenders.export import FORMATS
from tenders.paper_languages import CONTENT, LANGUAGES, Elsewhere, differences, load, said_in_each
from tests.tenders import bodies

pytestmark = pytest.mark.alike
DAY = date(2026, 12, 1)


@pytest.fixture
def folder(tmp_path):
    """The original, and a made-up language beside it: every text of French, with a sign before."""
    shutil.copytree(CONTENT / "languages" / "en", tmp_path / "en")
    shutil.copytree(CONTENT / "languages" / "fr", tmp_path / "eo")
    path = tmp_path / "eo" / "words.yaml"
    words = yaml.safe_load(path.read_text())
    words["annex"] = {key: f"¤{text}" for key, text in words["annex"].items()}
    words["neutrality"] |= {"equivalent": "aŭ ekvivalenta", "covered": "aŭ ekvivalenta"}
    path.write_text(yaml.safe_dump(words | {"made_by": "machine"}, allow_unicode=True))
    return tmp_path


@pytest.fixture
def esperanto(folder, monkeypatch):
    known = load(folder)
    monkeypatch.setitem(LANGUAGES, "eo", known["eo"])
    monkeypatch.setattr(legal_clauses, "PACKS", legal_clauses.load(languages=LANGUAGES))


def test_a_folder_is_a_language_and_nothing_else_is_needed(esperanto):
    tree = annex.build(bodies.body(language="eo"), "f" * 64)
    assert tree.labels["annex"].startswith("¤")
    assert tree.rows[0].standard.endswith(", aŭ ekvivalenta")
    assert "eo" in dict(paper_languages.choices())
    for name in ("docx", "odt", "html", "xlsx", "json"):
        assert FORMATS[name].write(tree)


def changed(folder, section, key, text):
    path = folder / "eo" / "words.yaml"
    words = yaml.safe_load(path.read_text())
    words[section][key] = text
    if text is None:
        del words[section][key]
    path.write_text(yaml.safe_dump(words, allow_unicode=True))


@pytest.mark.parametrize(
    ("section", "key", "text", "reason"),
    [
        ("annex", "lot_title", None, "`annex.lot_title` is missing"),
        ("annex", "contents", " ", "`annex.contents` is missing"),
        ("annex", "lot_title", "Loto", "`annex.lot_title` should leave room for number, title"),
        ("annex", "reason", "{why} {reason}", "`annex.reason` should leave room for reason"),
        ("annex", "annex", "{", "`annex.annex` should leave room for nothing"),
        ("award", "other", "x", "`award.other` is not a key that we know"),
        ("neutrality", "equivalent", None, "`neutrality.equivalent` is missing"),
    ],
)
def test_what_a_language_lacks_is_named(folder, section, key, text, reason):
    changed(folder, section, key, text)
    with pytest.raises(BrokenContent) as refused:
        load(folder)
    assert f"eo/words.yaml: {reason}" in str(refused.value)


def test_a_code_that_no_place_spells_is_refused(folder):
    (folder / "eo").rename(folder / "qqq")
    with pytest.raises(BrokenContent, match=r"qqq/words\.yaml"):
        load(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "`name` is missing"),
        ({"more": "x"}, "`more` is not a place of it"),
        ({"of": "2020-01-01"}, "says the original of 2020-01-01"),
        ({}, "eo: `eu` is missing"),
    ],
)
def test_a_law_that_is_not_said_is_named(folder, change, reason):
    path = folder / "eo" / "laws.yaml"
    laws = yaml.safe_load(path.read_text())
    laws["eu"]["words"] |= {key: text for key, text in change.items() if key != "of"}
    if "of" in change:
        laws["eu"]["of"] = yaml.safe_load(change["of"])
    if not change:
        del laws["eu"]
    path.write_text(yaml.safe_dump(laws, allow_unicode=True))
    with pytest.raises(BrokenContent) as refused:
        legal_clauses.load(languages=load(folder))
    assert reason in str(refused.value)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_what_the_original_does(code):
    original, words = (paper_languages.words_of(LANGUAGES[each]) for each in ("en", code))
    assert list(differences(original, words)) == []
    assert all(code in pack.name and pack.name[code] for pack in legal_clauses.PACKS.values())


def test_a_list_is_named_by_key_or_number():
    says = Elsewhere(of=DAY, words={"a.k.n": "un"})
    language = LANGUAGES["fr"].model_copy(update={"places": {"x": says}})
    original = {"dated": DAY, "a": [{"key": "k", "n": {"en": "one"}}]}
    said_in_each("x", original, {"fr": language})
    assert original["a"][0]["n"] == {"en": "one", "fr": "un"}
