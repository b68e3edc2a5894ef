"""Texts in several languages: made by whom, out of date or not, side by side, out and in."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.log.models import LogEntry
from certcentre.search.models import IndexEntry
from standards.catalogue.loading import load
from standards.catalogue.proposing import revise
from standards.catalogue.schema import EditionRecord
from standards.catalogue.translation_sets import Said, scope, translate
from standards.catalogue.translations import wording
from standards.models import Criterion
from standards.registry.search.by_words import Catalogue
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.alike

KEY = "1.1|title"
FIRST = "t|1.1|title"


@pytest.fixture
def edition(db):
    return make.edition("ex")


@pytest.fixture
def officer(centre, client):
    client.force_login(centre.officer)
    return centre.officer


def say(text, by, at, *, key=KEY, **more):
    return translate(scope("ex"), "fr", {key: Said(text, **more)}, by=by, at=at)


def first():
    return Criterion.objects.get(key="ex:1.1")


def state(field="title"):
    return wording(first(), field, "fr").state


def test_a_text_is_a_persons_or_a_machines(edition, officer, at):
    assert state() == "missing"
    say("Titre", officer, at, who="machine")
    assert (first().text("title", "fr"), state()) == ("Titre", "machine")
    say("Titre", officer, at)
    assert state() == "human"


def test_it_is_out_of_date_when_the_original_changes(centre, officer, at):
    draft = make.edition("ex", published=False)
    say("Titre", officer, at)
    data = EditionRecord.of(draft).data
    data["criteria"][0]["title"] = "Another title"
    revise(draft, data, by=officer, at=at)
    assert (state(), first().text("title", "fr")) == ("outdated", "Titre")


def test_a_text_that_came_with_the_content_is_a_persons(edition):
    Criterion.objects.filter(key="ex:1.1").update(translations={"fr": {"title": "Titre"}})
    assert state() == "human"


def test_it_goes_out_of_date_too_when_its_original_changes(centre, officer, at):
    draft = make.edition("ex", published=False)
    Criterion.objects.filter(key="ex:1.1").update(translations={"fr": {"title": "Titre"}})
    data = EditionRecord.of(draft).data
    data["criteria"][0]["title"] = "Another title"
    revise(draft, data, by=officer, at=at)
    assert state() == "outdated"


def test_an_empty_text_takes_it_away(edition, officer, at):
    say("Titre", officer, at)
    say("", officer, at)
    assert (first().translations, first().translation_state) == ({}, {})


def test_a_need_that_is_translated_is_called_so_at_once(officer, at):
    """What a process keeps of the catalogue is read again."""
    need = make.need("see", required=["ex:1.1"])
    assert Catalogue.now().needs[0].text("label", "fr") == need.label
    key = next(text.key for text in scope("needs").texts("fr") if text.wording.field == "label")
    translate(scope("needs"), "fr", {key: Said("Voir")}, by=officer, at=at)
    assert Catalogue.now().needs[0].text("label", "fr") == "Voir"
    assert "voir" in IndexEntry.objects.get(kind=IndexEntry.NEED, key="see").names


def test_a_heading_is_translated_once_for_all(edition, officer, at):
    say("Premier groupe", officer, at, key="1.1|group")
    assert {one.text("group", "fr") for one in Criterion.objects.all()} == {"Premier groupe"}


def test_translating_changes_no_words_and_is_told(edition, officer, at):
    before = first().title
    say("Titre", officer, at)
    entry = LogEntry.objects.about(edition).last()
    assert (first().title, entry.step, entry.actor) == (before, "edition.translated", officer)


@pytest.mark.parametrize(
    ("key", "said", "words"),
    [
        (KEY, Said("x" * 251), "at most 250"),
        (KEY, Said("x", who="cat"), "human or machine"),
        ("9.9|title", Said("x"), "There is no text"),
    ],
)
def test_what_cannot_be_taken_is_said(key, said, words, edition, officer, at):
    with pytest.raises(NotReady, match=words):
        translate(scope("ex"), "fr", {key: said}, by=officer, at=at)


def test_only_the_centre_translates(edition, provider, at):
    with pytest.raises(NotAllowed):
        say("Titre", provider.person, at)


def page(client, name="catalogue-language", *args):
    return client.get(reverse(name, args=args or ["ex", "fr"]))


def test_side_by_side_is_saved(edition, officer, client):
    address = reverse("catalogue-language", args=["ex", "fr"])
    assert "Title of 1.1" in page(client).content.decode()
    client.post(address, {FIRST: "Titre", "who": "machine"})
    assert state() == "machine"
    client.post(address, {FIRST: "Titre", "checked": KEY})
    assert state() == "human"


def test_two_translators_do_not_write_over_each_other(edition, officer, client, at):
    say("Le leur", officer, at)
    address = reverse("catalogue-language", args=["ex", "fr"])
    answer = client.post(address, {FIRST: "Le mien", f"d|{KEY}": "0" * 16})
    shown = answer.content.decode()
    assert (answer.status_code, "Le leur" in shown, "Le mien" in shown) == (409, True, True)
    assert first().text("title", "fr") == "Le leur"


def test_languages_show_how_far_they_are(edition, officer, client, at):
    say("Titre", officer, at)
    shown = page(client, "catalogue-languages", "ex").content.decode()
    assert "French" in shown
    assert page(client, "catalogue-languages", "rules").status_code == 200
    assert page(client, "catalogue-language", "ex", "en").status_code == 404


def test_an_edition_in_french_is_to_be_translated_into_english(officer, client):
    make.edition("norme", language="fr")
    address = reverse("catalogue-languages", args=["norme"])
    assert [line["code"] for line in client.get(address).context["lines"]] == ["en"]


def workbook(client, change):
    content = page(client, "catalogue-language-out", "ex", "fr").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book["Texts"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet, name, field):
    return next(row for row in sheet.iter_rows() if (row[0].value, row[1].value) == (name, field))


def put(name, field, column, value):
    def change(sheet):
        row_of(sheet, name, field)[column].value = value

    return change


def bring(client, data):
    address = reverse("catalogue-language-in", args=["ex", "fr"])
    return client.post(address, {"file": SimpleUploadedFile("ex-fr.xlsx", data)})


def test_a_workbook_goes_out_and_comes_in(edition, officer, client):
    answer = bring(client, workbook(client, put("1.1", "title", 3, "Titre")))
    assert not first().translations
    kept = answer.context["kept"]
    address = reverse("catalogue-language-in", args=["ex", "fr"])
    assert client.post(address, {"kept": kept}).status_code == 302
    assert (first().text("title", "fr"), state()) == ("Titre", "human")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("1.1", "title", 2, "My own original"), "only translations may change"),
        (put("1.1", "title", 3, "=1+1"), "is a formula"),
        (put("1.1", "title", 3, "x" * 251), "at most 250"),
        (put("1.1", "title", 0, "7.7"), "there is no text"),
    ],
)
def test_rows_are_refused_with_their_number_and_reason(change, said, edition, officer, client):
    preview = bring(client, workbook(client, change)).context["preview"]
    assert (len(preview.refused), said in preview.refused[0]) == (1, True)
    assert preview.refused[0].startswith("“Texts”, row ")
    assert not preview.given


def test_a_workbook_older_than_the_original_is_taken_and_marked(centre, officer, client, at):
    draft = make.edition("ex", published=False)
    data = workbook(client, put("1.1", "title", 3, "Titre"))
    record = EditionRecord.of(draft).data
    record["criteria"][0]["title"] = "Another title"
    revise(draft, record, by=officer, at=at)
    answer = bring(client, data)
    assert answer.context["preview"].outdated == 1
    client.post(
        reverse("catalogue-language-in", args=["ex", "fr"]), {"kept": answer.context["kept"]}
    )
    assert state() == "outdated"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_is_no_workbook_is_refused(data, edition, officer, client):
    assert bring(client, data).status_code == 422


def test_a_workbook_for_another_language_is_refused(edition, officer, client):
    data = page(client, "catalogue-language-out", "ex", "de").content
    answer = bring(client, data)
    assert (answer.status_code, "The workbook is for" in answer.content.decode()) == (422, True)


def test_a_preview_that_was_altered_is_not_taken(edition, officer, client):
    address = reverse("catalogue-language-in", args=["ex", "fr"])
    assert client.post(address, {"kept": "made up"}).status_code == 404


def test_public_pages_say_when_they_fall_back(edition, client, officer, at):
    client.logout()
    french = {"headers": {"accept-language": "fr"}}
    address = reverse("criterion", args=["ex", "1.1"])
    assert '<h1 lang="en" dir="ltr">' in client.get(address, **french).content.decode()
    say("Titre", officer, at)
    say("Le produit fait 1.1.", officer, at, key="1.1|statement", who="machine")
    shown = client.get(address, **french).content.decode()
    assert "<h1><span" in tight(shown)
    assert "Titre" in shown


def test_what_was_made_in_the_portal_outlives_loading_what_ships(catalogue, centre, at):
    keys = {"wcag-2.2": "1.1.1", "common-duties": "CD-1"}
    for key, ref in keys.items():
        mine = {f"{ref}|title": Said("De la main")}
        translate(scope(key), "fr", mine, by=centre.officer, at=at)
    load(at=at)
    for key, ref in keys.items():
        title = wording(Criterion.objects.get(key=f"{key}:{ref}"), "title", "fr")
        assert (title.said, title.state) == ("De la main", "human")
    duty = Criterion.objects.get(key="common-duties:CD-1")
    assert wording(duty, "statement", "fr").state == "machine"
    assert load(at=at).nothing
