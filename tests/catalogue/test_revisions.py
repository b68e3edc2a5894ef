"""Corrected words that ship: an empty portal has them at once, one that published others keeps
those, and the corrected ones follow."""

from pathlib import Path

import pytest
import yaml

from standards.catalogue.content import CONTENT, collect
from standards.catalogue.loading import load
from standards.models import Criterion, Edition, Mapping, Need, Profile, Rule, Scheme
from tests.catalogue.content_files import change, edit_first, reasons, small_folder

KEY, FOLLOWING = "access-anywhere", "access-anywhere.r2"
ROOT = Path(__file__).parents[2]
WORDS = Path(__file__).parent / "shipped_words.txt"  # key, revision, digest of the words
OTHERS = {
    "rules": [
        {
            "id": "Z1",
            "when": {"fact": "delivery", "op": "any_of", "value": ["web"]},
            "then": {"standard": KEY, "effect": "expected", "criteria": ["AAP-1"]},
            "why": "Because.",
        }
    ],
    "needs": [
        {
            "id": "z-need",
            "group": "access_conditions",
            "label": "Need",
            "means": "Needs it.",
            "evidence": {
                "required_all": [f"{KEY}:AAP-1"],
                "required_any": [{"label": "Any", "any_of": [f"{KEY}:AAP-2"]}],
            },
        }
    ],
    "profiles": [
        {
            "id": "z-profile",
            "label": "Profile",
            "for": "all",
            "criteria": [f"{KEY}:AAP-1"],
            "editions": [{"edition": KEY, "level": "BASIC"}],
            "laws": {KEY: ["AAP-2"]},
        }
    ],
    "schemes": [
        {
            "id": "z-scheme",
            "name": "Scheme",
            "operator": "Body",
            "validity": "a year",
            "imports_as": "AL2",
            "supports": [f"{KEY}:AAP-1"],
        }
    ],
    "mappings": [
        {"source": f"{KEY}:AAP-1", "relation": "equal", "target": "bda-style:BDA-1", "origin": "x"}
    ],
    "editions": [{"source": KEY, "relation": "equal", "target": "Another document"}],
}


@pytest.fixture
def folder(tmp_path):
    """One edition, and a record of each kind that names it."""
    change(
        small_folder(tmp_path) / "std-access-anywhere.yaml", lambda data: data.update(revision=1)
    )
    (tmp_path / "std-bda-style.yaml").write_text((CONTENT / "std-bda-style.yaml").read_text())
    (tmp_path / "others.yaml").write_text(yaml.safe_dump(OTHERS))
    return tmp_path


def correct(folder, revision=2, words="Something else entirely is asked."):
    path = folder / "std-access-anywhere.yaml"
    change(path, lambda data: data.update(revision=revision))
    change(path, edit_first(statement=words))


def statement(key):
    return Criterion.objects.get(key=f"{key}:AAP-1").statement


def test_what_was_published_stays_and_the_correction_follows(db, folder, at):
    load(folder, at=at)
    before = statement(KEY)
    correct(folder)
    assert load(folder, at=at).corrected == {KEY: FOLLOWING}
    old, new = Edition.objects.get(key=KEY), Edition.objects.get(key=FOLLOWING)
    assert statement(KEY) == before != statement(FOLLOWING)
    assert (new.supersedes, new.status) == (old, "published")
    assert new.version == f"{old.version}, revision 2"
    assert (old.deprecated_from - at.date()).days == 183
    assert load(folder, at=at).nothing


def test_whatever_names_the_edition_names_the_one_that_follows(db, folder, at):
    load(folder, at=at)
    correct(folder)
    load(folder, at=at)
    need, profile = Need.objects.get(key="z-need"), Profile.objects.get(key="z-profile")
    assert Rule.objects.get(key="Z1").edition.key == FOLLOWING
    assert need.evidence["required_all"] == [f"{FOLLOWING}:AAP-1"]
    assert need.evidence["required_any"][0]["any_of"] == [f"{FOLLOWING}:AAP-2"]
    assert profile.contents["criteria"] == [f"{FOLLOWING}:AAP-1"]
    assert profile.contents["laws"] == {FOLLOWING: ["AAP-2"]}
    assert profile.contents["editions"][0]["edition"] == FOLLOWING
    assert Scheme.objects.get(key="z-scheme").supports == [f"{FOLLOWING}:AAP-1"]
    assert Mapping.objects.filter(source__key=f"{FOLLOWING}:AAP-1").count() == 1
    assert Edition.objects.get(key=FOLLOWING).related[0]["target"] == "Another document"


def test_an_empty_portal_has_the_corrected_words_under_their_own_key(db, folder, at):
    correct(folder)
    assert load(folder, at=at).corrected == {}
    assert statement(KEY) == "Something else entirely is asked."
    assert not Edition.objects.filter(key=FOLLOWING).exists()


def test_the_third_follows_the_second(db, folder, at):
    load(folder, at=at)
    for revision in (2, 3):
        correct(folder, revision, f"Asks the {revision}.")
        load(folder, at=at)
    third = Edition.objects.get(key="access-anywhere.r3")
    assert third.supersedes.key == FOLLOWING


def test_words_that_change_without_counting_up_are_refused(db, folder, at):
    load(folder, at=at)
    correct(folder, revision=1)
    assert "has another statement" in reasons(folder, at)
    correct(folder)
    load(folder, at=at)
    correct(folder, words="And another.")
    assert f"{FOLLOWING}:AAP-1: has another statement" in reasons(folder, at)


def shipped():
    """By key, the digest of each revision of the words that shipped, oldest first."""
    words = {}
    for line in WORDS.read_text().splitlines():
        key, revision, digest = line.split()
        words.setdefault(key, []).append(digest)
        assert int(revision) == len(words[key]), line
    return words


def test_no_words_that_shipped_are_edited_in_place():
    records = {key: placed.record for key, placed in collect(CONTENT).of("edition").items()}
    now = {key: (each.revision, each.words_digest[:16]) for key, each in records.items()}
    pinned = {key: (len(each), each[-1]) for key, each in shipped().items()}
    assert now == pinned, "count its `revision` up, and add a line to shipped_words.txt"


def test_each_revision_says_what_changed():
    told = (ROOT / "docs" / "sources.md").read_text()
    corrected = {key for key, digests in shipped().items() if len(digests) > 1}
    assert {key for key in corrected if f"| `{key}` |" not in told} == set()
