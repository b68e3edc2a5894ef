"""A tender whose papers are in two languages: what each says, what is lacking, which prevails."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from certcentre.lifecycle import Conflict, NotReady
from tenders import exporting, language_gaps, readiness, tasks, version_diff
from tenders.amending import amend
from tenders.downloads import for_everybody
from tenders.export import FORMATS
from tenders.frozen_body import as_logged
from tenders.second_language import say, take
from tenders.tender import Tender
from tests import make
from tests.make.moment import AT
from tests.tenders.test_read_back import begun as read_back
from tests.tenders.test_read_back import written

SAYS = {"Reading": "Lecture", "Learners need it": "Les élèves en ont besoin"}


@pytest.fixture
def draft(db):
    return make.tender(summary="Reading tools.")


@pytest.fixture
def spoken(draft):
    """Published in English, with what `SAYS` says in French; the summary is not said."""
    say(draft, "fr", SAYS, by=draft.person, at=AT)
    draft.publish(by=draft.person, at=AT)
    return draft


def who(tender):
    return {"by": tender.person, "at": AT}


def page(tender):
    return reverse("tender-second-language", args=[tender.reference])


def kinds(tender):
    return {each.kind: each for each in readiness.warnings(tender, at=AT)}


def test_each_paper_says_its_own_language_and_which_prevails(spoken):
    first, name = exporting.export(spoken, "html")
    second, other = exporting.export(spoken, "html", "fr")
    assert (name, other) == (f"{spoken.reference}.html", f"{spoken.reference}-fr.html")
    assert "English and French. Where they differ, the text in English prevails." in first.decode()
    words = second.decode()
    assert "le texte en anglais fait foi" in words
    assert '<html lang="fr"' in words
    assert "Lecture" in words
    assert "Les élèves en ont besoin" in words
    assert "Learners need it" not in words
    assert "Reading tools." in words  # nobody said it, so it stands as it is
    assert spoken.digest in words


def test_every_format_that_is_read_is_made_in_both(spoken):
    made = for_everybody(spoken)
    assert [(each.key, code) for each, code in made if code] == [
        (key, "fr") for key in ("docx", "odt", "pdf", "html")
    ]
    assert {(each.format, each.language) for each in spoken.downloads.all()} == {
        (each.key, code) for each, code in made if each.job
    }
    for key in ("docx", "odt", "pdf"):
        assert exporting.export(spoken, key, "fr")[0] != exporting.export(spoken, key)[0]
    alone = make.tender(status="published")
    assert {code for _format, code in for_everybody(alone)} == {""}


def test_lists_and_forms_are_in_the_first_alone(spoken):
    for key in ("csv", "json", "xlsx"):
        assert not FORMATS[key].in_both


def test_its_file_is_handed_out_and_one_of_no_language_of_it_is_not(spoken, client):
    for download in spoken.downloads.filter(format="html"):
        tasks.export(str(download.job_id))
    door = reverse("tender-file", args=[spoken.reference, "html"])
    assert b"Lecture" in b"".join(client.get(f"{door}?language=fr").streaming_content)
    assert client.get(f"{door}?language=ar").status_code == 404
    shown = client.get(spoken.get_absolute_url()).content.decode()
    assert f"{door}?language=fr" in shown
    (file,) = [
        each
        for each in client.get(f"/api/v1/tenders/{spoken.reference}/").json()["files"]
        if (each["format"], each["language"]) == ("html", "fr")
    ]
    assert file["url"].endswith(f"{door}?language=fr")


def test_the_command_writes_it_in_the_second_language(spoken, tmp_path):
    made = tmp_path / "made.html"
    options = {"format": "html", "output": made}
    call_command("export_tender", spoken.reference, language="fr", **options)
    assert "Lecture" in made.read_text()
    for wrong in ({"language": "ar"}, {"language": "fr", "format": "csv"}):
        with pytest.raises(CommandError, match="not made in this language"):
            call_command("export_tender", spoken.reference, **options | wrong)


def test_the_first_language_never_becomes_the_second(draft, client):
    say(draft, "fr", SAYS, **who(draft))
    client.force_login(draft.person)
    address = reverse("tender-details", args=[draft.reference])
    shown = client.get(address).context["form"]
    sent = {field.html_name: "" if field.value() is None else field.value() for field in shown}
    answer = client.post(address, {**sent, "language": "fr"})
    assert answer.status_code == 422
    assert "cannot be in one language twice" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.language, draft.second_texts) == ("en", SAYS)


def test_a_reader_of_the_second_language_reads_the_tender_in_it(spoken, client):
    address = spoken.get_absolute_url()
    assert "Lecture" in client.get(address, headers={"accept-language": "fr"}).content.decode()
    assert "Lecture" not in client.get(address, headers={"accept-language": "en"}).content.decode()


def test_what_is_not_said_is_counted_and_confirmed_before_publishing(draft):
    assert "unsaid_second" not in kinds(draft)
    say(draft, "fr", SAYS, by=draft.person, at=AT)
    told = kinds(draft)
    assert "“Reading tools.”" in told["unsaid_second"].words
    assert "3 of 3" in told["untranslated_second"].words
    with pytest.raises(NotReady):
        draft.publish(by=draft.person, at=AT, confirmed=["untranslated_second"])
    known = ["no_deadline", "untranslated_second", "unsaid_second"]
    draft.publish(by=draft.person, at=AT, confirmed=known)
    whole = make.tender(summary="")
    every = dict.fromkeys(language_gaps.own_words(whole), "Dit")
    say(whole, "fr", every, by=whole.person, at=AT)
    assert "unsaid_second" not in kinds(whole)


def test_a_text_that_is_changed_is_said_no_more(draft):
    say(draft, "fr", SAYS, by=draft.person, at=AT)
    draft.state(by=draft.person, at=AT, title="Reading aloud")
    assert "Reading aloud" in language_gaps.unsaid(draft)
    draft.publish(by=draft.person, at=AT)
    second = json.loads(bytes(draft.body))["second"]
    assert second["body"]["title"] == "Reading aloud"
    assert "Lecture" in second["words"].values()  # the lot is still called so


def test_what_an_old_text_said_is_not_published(draft):
    say(draft, "fr", {**SAYS, "Never asked": "Jamais"}, by=draft.person, at=AT)
    draft.publish(by=draft.person, at=AT)
    assert b"Jamais" not in bytes(draft.body)


def test_a_column_that_was_altered_contradicts_the_log(spoken):
    assert as_logged(spoken)
    said = {"fr": {**SAYS, "Reading": "Écriture"}}
    Tender.objects.filter(pk=spoken.pk).update(second_words=said)
    assert not as_logged(Tender.objects.get(pk=spoken.pk))
    Tender.objects.filter(pk=spoken.pk).update(second_words={"fr": SAYS}, second_language="ar")
    assert not as_logged(Tender.objects.get(pk=spoken.pk))


def test_the_next_version_takes_it_over_and_tells_what_is_said_otherwise(spoken):
    by = spoken.person
    later = amend(spoken, by=by, at=AT, reason="Words")
    assert (later.second_language, later.second_texts) == ("fr", SAYS)
    say(later, "fr", {**SAYS, "Reading": "La lecture"}, by=by, at=AT)
    after = exporting.tree_of(later).body
    made = version_diff.changes(json.loads(bytes(spoken.body)), after)
    assert made.about == {"second": (["Lecture"], ["La lecture"])}
    later.publish(by=by, at=AT)
    assert json.loads(bytes(later.body))["second"]["body"]["title"] == "La lecture"


@pytest.mark.parametrize("format", ["json", "xlsx"])
def test_a_file_that_is_read_back_says_the_same_in_both(draft, format):
    draft.lot.add_words("It follows EN 301 549.", by=draft.person, at=AT, justification="So")
    say(draft, "fr", SAYS | {"It follows EN 301 549.": "Il suit EN 301 549."}, **who(draft))
    draft.publish(by=draft.person, at=AT)
    again, problems, different = read_back(draft, written(draft, format))
    assert (problems, different) == ([], [])
    first, second = json.loads(bytes(draft.body)), exporting.tree_of(again).body
    for body in (first, second):
        body["second"]["texts"] = [
            [row["text"] for row in lot["requirements"]] for lot in body["second"]["body"]["lots"]
        ]
    assert second["second"]["texts"] == first["second"]["texts"]
    assert "Il suit EN 301 549 (ou équivalent)." in str(second["second"]["texts"])


@pytest.mark.parametrize(
    "given",
    [
        {"language": "xx", "words": []},
        {"language": "en", "words": [{"text": "Reading", "says": "Lecture"}]},
        {"language": "fr", "words": [{"text": "Reading", "says": "x" * 5000}]},
    ],
)
def test_a_second_language_of_a_file_that_does_not_fit_is_left_out_and_said(draft, given):
    with pytest.raises(NotReady):
        take(draft, given, **who(draft))
    draft.refresh_from_db()
    assert draft.second_language == ""


@pytest.mark.parametrize("words", [None, 5, [None, 5, {}], [{"text": 5, "says": None}]])
def test_odd_words_of_a_file_make_no_fault(draft, words):
    take(draft, {"language": "fr", "words": words}, **who(draft))
    take(draft, words, **who(draft))
    draft.refresh_from_db()
    assert draft.second_language == "fr"


@pytest.mark.parametrize("language", ["en", "xx"])
def test_the_first_and_an_unknown_language_are_refused(draft, language):
    with pytest.raises(NotReady):
        say(draft, language, {}, by=draft.person, at=AT)


def test_the_page_asks_for_the_language_then_for_each_text_once(draft, client):
    client.force_login(draft.person)
    assert client.get(page(draft)).content.decode().count("<textarea") == 0
    client.post(page(draft), {"language": "fr"})
    shown = client.get(page(draft))
    fields = shown.context["form"].fields_of_texts
    assert [field.label for field in fields] == ["Reading", "Reading tools.", "Learners need it"]
    sent = {"language": "fr", "seen": shown.context["seen"], fields[0].name: " Lecture "}
    answer = client.post(page(draft), sent, follow=True)
    assert "2 texts of your own are not said" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.second_texts == {"Reading": "Lecture"}


def test_none_and_back_again_loses_no_words(draft, client):
    say(draft, "fr", SAYS, by=draft.person, at=AT)
    client.force_login(draft.person)
    for language in ("", "ar", "fr"):
        assert client.post(page(draft), {"language": language}).status_code == 302
    draft.refresh_from_db()
    assert draft.second_texts == SAYS


def test_words_for_a_text_that_changed_meanwhile_are_given_back(draft, client):
    say(draft, "fr", {}, by=draft.person, at=AT)
    client.force_login(draft.person)
    shown = client.get(page(draft)).context
    name = shown["form"].fields_of_texts[0].name
    draft.state(by=draft.person, at=AT, title="Reading aloud")
    draft.lot.state(by=draft.person, at=AT, title="Reading aloud")
    answer = client.post(page(draft), {"language": "fr", "seen": shown["seen"], name: "Lecture"})
    assert answer.status_code == 422
    assert "“Lecture”" in answer.content.decode()


def test_two_who_say_it_at_once_lose_nothing(draft, client):
    client.force_login(draft.person)
    seen = draft.second_print
    say(draft, "fr", SAYS, by=draft.person, at=AT)
    answer = client.post(page(draft), {"language": "ar", "seen": seen})
    assert answer.status_code == 409
    assert "Lecture" in answer.content.decode()
    with pytest.raises(Conflict):
        say(draft, "ar", {}, by=draft.person, at=AT, seen=seen)
