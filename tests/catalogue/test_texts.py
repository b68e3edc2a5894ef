"""Guidance, hints, headings and translations of an edition are shown only as the log holds them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from certcentre.desk.record_check import differences
from certcentre.lifecycle import Disagrees
from certcentre.log.models import LogEntry, record
from standards.catalogue import loading, texts, vouching
from standards.catalogue.content import Content
from standards.catalogue.proposing import revise
from standards.catalogue.schema import EditionRecord
from standards.catalogue.translation_sets import Said, scope, translate
from standards.catalogue.translations import digest
from standards.models import Criterion, Edition
from tests import make
from tests.catalogue.content_files import small_folder
from tests.make.moment import AT

pytestmark = pytest.mark.django_db  # also on PostgreSQL, which keeps JSON in its own way
LEFT_OUT = "are left out"
SAID = {"guidance": "Ask a teacher.", "translations": {"fr": {"statement": "Le produit le fait."}}}


@pytest.fixture(params=["not read yet", "read before"])
def edition(request, client):
    """With guidance, a hint and a translation, in a process that knows them and in one that does
    not."""
    made = make.edition("ex", criteria=(("1.1", "A", SAID), ("1.2", "A")), notes="A note.")
    vouching.KNOWN.clear()
    vouching.TEXTS.clear()
    if request.param == "read before":
        client.get(made.get_absolute_url())
        assert vouching.TEXTS
    return made


def forge(statement, *values):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def page(client, address):
    return client.get(address, headers={"accept-language": "fr"}).content.decode()


FORGED = {
    "a translation": "UPDATE standards_criterion SET translations = "
    """'{"fr": {"statement": "FORGED"}}' WHERE ref = '1.1'""",
    "guidance": "UPDATE standards_criterion SET guidance = 'FORGED' WHERE ref = '1.1'",
    "a hint": "UPDATE standards_criterion SET evidence_hint = 'FORGED' WHERE ref = '1.1'",
    "a heading": """UPDATE standards_criterion SET "group" = 'FORGED' WHERE ref = '1.1'""",
    "who translated": "UPDATE standards_criterion SET translation_state = "
    """'{"fr": {"statement": ["human", "FORGED"]}}' WHERE ref = '1.1'""",
    "a level": """UPDATE standards_level SET translations = '{"fr": {"label": "FORGED"}}'""",
    "no words at all": "UPDATE standards_criterion SET translations = '[1, 9007199254740993]'"
    " WHERE ref = '1.1'",
}


def test_what_nobody_touched_is_shown_in_the_readers_language(edition, client):
    own = f"{edition.get_absolute_url()}1.1/"
    for address in (edition.get_absolute_url(), own):
        assert "sont donc omis" not in page(client, address)
    assert all(words in page(client, own) for words in ("Le produit le fait.", "Ask a teacher."))
    assert not [words for words in differences() if words.startswith("edition ")]


@pytest.mark.parametrize("what", FORGED)
def test_readers_get_the_original_words_and_are_told(what, edition, client):
    forge(FORGED[what])
    for address in (edition.get_absolute_url(), f"{edition.get_absolute_url()}1.1/"):
        text = page(client, address)
        assert ("sont donc omis" in text, "FORGED" in text) == (True, False), address
    assert "The product does what 1.1 asks." in text


@pytest.mark.parametrize(
    "what", ["notes = 'FORGED'", """translations = '{"fr": {"notes": "FORGED"}}'"""]
)
def test_notes_of_the_edition_too(what, edition, client):
    assert "A note." in page(client, edition.get_absolute_url())
    forge(f"UPDATE standards_edition SET {what}")  # noqa: S608 (our words)
    text = page(client, edition.get_absolute_url())
    assert ("sont donc omis" in text, "FORGED" in text) == (True, False)


@pytest.mark.parametrize("what", FORGED)
def test_the_daily_check_names_the_edition(what, edition):
    forge(FORGED[what])
    named = [words for words in differences() if words.startswith("edition ")]
    assert len(named) == 1
    assert "guidance, hints or translations" in named[0]


def test_nothing_forged_is_given_out(edition, client):
    base = edition.get_absolute_url()
    files = [f"{base}export/yaml/", f"{base}criteria.csv", "/api/v1/editions/ex/export/oscal/"]
    assert {client.get(address).status_code for address in files} == {200}
    forge(FORGED["guidance"])
    for address in files:
        answer = client.get(address)
        assert (answer.status_code, b"FORGED" in answer.content) == (409, False), address


def test_the_api_leaves_it_out_and_says_so(edition, client):
    address = "/api/v1/criteria/ex:1.1/"
    assert client.get(address).json()["texts_disagree"] is False
    forge(FORGED["a hint"])
    for row in (client.get(address).json(), client.get("/api/v1/criteria/").json()["results"][0]):
        assert (row["texts_disagree"], row["evidence_hint"], row["disagrees"]) == (True, "", False)
    forge("UPDATE standards_edition SET notice = 'FORGED'")
    row = client.get("/api/v1/editions/ex/").json()
    assert (row["texts_disagree"], row["notice"]) == (True, "")


def say(by, at):
    said = {"1.2|title": Said("Titre")}
    return translate(scope("ex"), "fr", said, by=by, at=at)


def test_a_translation_gives_them_a_new_digest(edition, centre, client, at):
    say(centre.officer, at)
    assert LEFT_OUT not in client.get(edition.get_absolute_url()).content.decode()
    assert "Titre" in page(client, f"{edition.get_absolute_url()}1.2/")
    assert not [words for words in differences() if words.startswith("edition ")]


def test_a_corrected_hint_gives_them_a_new_digest(edition, centre, client, at):
    written = EditionRecord.of(edition).data
    written["criteria"][0]["guidance"] = "Ask two teachers."
    revise(edition, written, by=centre.officer, at=at)
    text = client.get(f"{edition.get_absolute_url()}1.1/").content.decode()
    assert ("Ask two teachers." in text, LEFT_OUT in text) == (True, False)
    assert LogEntry.objects.about(edition).filter(step="edition.texts").exists()


def test_no_step_vouches_for_what_a_hand_wrote_in(edition, centre, client, at):
    forge(FORGED["guidance"])
    before = LogEntry.objects.count()
    written = EditionRecord.of(Edition.objects.get()).data
    written["criteria"][1]["evidence_hint"] = "Another."
    for step in (
        lambda: say(centre.officer, at),
        lambda: revise(edition, written, by=centre.officer, at=at),
    ):
        with pytest.raises(Disagrees):
            step()
    assert (LogEntry.objects.count(), Criterion.objects.get(ref="1.2").translations) == (before, {})
    assert LEFT_OUT in client.get(edition.get_absolute_url()).content.decode()


def test_the_office_reads_it_in_words_and_keeps_what_it_typed(edition, centre, client):
    forge(FORGED["guidance"])
    client.force_login(centre.officer)
    address = reverse("catalogue-language", args=["ex", "fr"])
    answer = client.post(address, {"t|1.2|title": "Titre", "p|1.2|title": digest("")})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in text for words in ("Our records disagree", "Titre"))


def test_the_upgrade_takes_the_digest_once(edition, client, tmp_path, at):
    """Of an edition of the version before, which the log holds the words of alone."""
    LogEntry.objects.about(edition).delete()
    make.logged_editions()
    forge(FORGED["guidance"])
    assert "FORGED" in client.get(f"{edition.get_absolute_url()}1.1/").content.decode()
    for _twice in range(2):
        call_command("load_standards", dir=small_folder(tmp_path))
    entries = LogEntry.objects.about(edition).filter(step="edition.texts")
    assert entries.count() == 1
    assert not texts.without_digest()
    forge(FORGED["a hint"])
    assert LEFT_OUT in client.get(f"{edition.get_absolute_url()}1.1/").content.decode()


def test_a_criterion_beside_it_is_called_by_its_original_title(edition, client):
    forge(FORGED["a translation"].replace("statement", "title"))
    text = page(client, f"{edition.get_absolute_url()}1.2/")
    assert ("FORGED" in text, "Title of 1.1" in text) == (False, True)


@pytest.mark.parametrize(
    "state", ['{"fr": {"statement": ["human", "FORGED"]}}', '{"de": {"title": ["human", "x"]}}']
)
def test_the_content_that_ships_vouches_for_nobody_who_was_written_in(state, edition, client):
    """The texts are right, and who made one is not: its new digest is not of that."""
    shipped = EditionRecord.of(edition)
    for ref in ("1.1", "1.2"):  # the second has no translation
        forge("UPDATE standards_criterion SET translation_state = %s WHERE ref = %s", state, ref)
    content = Content()
    content.add("edition", "ex.yaml", shipped.data)
    loading.write(content, at=AT)
    assert set(map(str, Criterion.objects.values_list("translation_state", flat=True))) == {"{}"}
    assert LEFT_OUT not in client.get(edition.get_absolute_url()).content.decode()
    assert not LogEntry.objects.about(edition).filter(step="edition.texts").exists()


def test_which_digest_counts_is_one_rule(edition, at):
    """Whether the log is read as it stands, or what its steps say."""

    def counts():
        told = LogEntry.objects.told([edition])[str(edition.pk)]
        row = vouching.shown().get(pk=edition.pk)
        return texts.last_digest(told), vouching.kept_of(row).texts

    first = counts()
    assert first[0] == first[1] != ""
    record(edition, "edition.deprecated", by=None, at=at, detail={"texts": "another step's"})
    assert counts() == first
    record(edition, "edition.texts", by=None, at=at, detail={"texts": "the last"})
    assert counts() == ("the last", "the last")


def test_the_content_that_ships_brings_them_back(edition, client, at):
    shipped = EditionRecord.of(edition)
    forge(FORGED["guidance"])
    content = Content()
    content.add("edition", "ex.yaml", shipped.data)
    loading.write(content, at=AT)
    text = client.get(f"{edition.get_absolute_url()}1.1/").content.decode()
    assert ("Ask a teacher." in text, LEFT_OUT in text) == (True, False)
