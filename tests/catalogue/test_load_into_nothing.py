"""Loading content into an empty catalogue: drafts, texts in other languages, and nothing of what
is broken."""

import shutil

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.urls import reverse

from standards.catalogue.content import CONTENT, collect, source_print
from standards.catalogue.loading import load
from standards.catalogue.translations import digest, wording
from standards.models import Criterion, Edition, Fact
from tests.catalogue.content_files import change, edit_first, reasons, small_folder


@pytest.fixture
def folder(tmp_path):
    return small_folder(tmp_path)


def test_a_broken_file_loads_nothing(db, folder, at):
    shutil.copy(CONTENT / "std-bda-style.yaml", folder)
    change(folder / "std-access-anywhere.yaml", edit_first(level="NONE"))
    assert reasons(folder, at) == (
        "std-access-anywhere.yaml: access-anywhere: criterion AAP-1: there is no level NONE"
    )
    assert (Edition.objects.count(), Fact.objects.count()) == (0, 0)


def test_the_command_names_file_record_and_reason(db, folder):
    change(folder / "std-access-anywhere.yaml", edit_first(domain="magic"))
    with pytest.raises(
        CommandError, match=r"(?s)Nothing was loaded.*std-access.*AAP-1.*magic"
    ) as e:
        call_command("load_standards", dir=folder)
    assert e.value.returncode == 1


def test_a_draft_edition_may_change_until_it_is_published(db, folder, at):
    path = folder / "std-access-anywhere.yaml"
    change(path, lambda data: data.update(status="draft"))
    load(folder, at=at)
    assert Criterion.objects.exclude(slot=None).count() == 0
    change(path, lambda data: (data.pop("criteria_count"), data["criteria"].pop(0)))
    load(folder, at=at)
    assert not Criterion.objects.filter(ref="AAP-1").exists()
    change(path, lambda data: data.update(status="published"))
    assert load(folder, at=at).published == ["access-anywhere"]


def words_in(folder, own, made_by="machine", **more):
    """A folder of French with the texts of one criterion."""
    (folder / "fr").mkdir(exist_ok=True)
    record = {"edition": "access-anywhere", "made_by": made_by, "criteria": {"AAP-1": own}}
    (folder / "fr/access-anywhere.yaml").write_text(yaml.safe_dump(record | more))


def french(field="title"):
    return wording(Criterion.objects.get(key="access-anywhere:AAP-1"), field, "fr")


def original(folder):
    return yaml.safe_load((folder / "std-access-anywhere.yaml").read_text())["criteria"][0]


def test_a_folder_of_a_language_gives_texts_and_says_who_made_them(db, folder, at):
    texts = {"title": "Titre", "of": source_print(original(folder))}
    words_in(folder, texts, texts={"notes": "Remarques"})
    load(folder, at=at)
    assert (french().said, french().state) == ("Titre", "machine")
    assert wording(Edition.objects.get(), "notes", "fr").said == "Remarques"
    assert load(folder, at=at).nothing
    words_in(folder, texts, "human", texts={"notes": "Remarques"})
    load(folder, at=at)
    assert french().state == "human"


def test_texts_of_other_words_than_stand_there_are_out_of_date(db, folder, at):
    words_in(folder, {"title": "Titre", "of": "0" * 16})
    load(folder, at=at)
    assert french().state == "outdated"


def test_texts_that_belong_to_nothing_are_refused_by_name(db, folder, at):
    words_in(folder, {"title": "Titre", "colour": "Bleu"})
    assert "AAP-1: `translations.fr.colour` is not a text" in reasons(folder, at)
    words_in(folder, {"title": "Titre"}, criteria={"AAP-99": {"title": "Titre"}})
    assert reasons(folder, at) == (
        "fr/access-anywhere.yaml: access-anywhere: there is no criterion AAP-99"
    )
    words_in(folder, {"title": "Titre"}, edition="nowhere", made_by="nobody")
    assert "`made_by` is 'nobody', not one of" in reasons(folder, at)
    words_in(folder, {"title": "Titre"}, edition="nowhere")
    assert reasons(folder, at).endswith("nowhere: is no edition of this folder")


def french_that_ships():
    """Each edition that speaks French, and each of its criteria."""
    editions = [placed.record for placed in collect(CONTENT).of("edition").values()]
    spoken = [edition for edition in editions if edition.made]
    return [*spoken, *(item for edition in spoken for item in edition.items)]


def test_the_french_that_ships_is_of_the_words_as_they_stand():
    records = french_that_ships()
    assert len(records) > 158
    for record in records:
        sources = record.model_dump(by_alias=True)
        for field in record.TRANSLATED:
            if source := sources[field]:  # whole: whatever the original says is said
                assert record.made["fr"][field] == ["machine", digest(source)], (record, field)


def test_the_french_that_ships_has_the_apostrophes_and_quotes_of_french():
    for record in french_that_ships():
        for text in record.translations["fr"].values():
            assert not set("'“”") & set(text), text


def test_every_outside_scheme_is_said_in_french():
    for placed in collect(CONTENT).of("scheme").values():
        scheme = placed.record
        assert scheme.translations["fr"].keys() == set(scheme.TRANSLATED), scheme.key


def only(key):
    """Leaves one outside scheme in a file of them."""
    return lambda data: data.update(schemes=[each for each in data["schemes"] if each["id"] == key])


def test_a_reader_meets_an_outside_scheme_in_their_language(client, db, folder, at):
    for name in ("std-cyber-essentials.yaml", "schemes.yaml"):
        shutil.copy(CONTENT / name, folder)
    change(folder / "schemes.yaml", only("cyber-essentials"))
    load(folder, at=at)
    address = reverse("edition", args=["cyber-essentials"])
    page = client.get(address, headers={"accept-language": "fr"}).content.decode()
    assert "organismes de certification d’IASME (Royaume-Uni)" in page
