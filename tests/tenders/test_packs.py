"""Packs are content: each has its shape, its dates, and what it rests on."""

import hashlib
import json
from datetime import date

import pytest
import yaml

from standards.catalogue.content import BrokenContent
from tenders.legal_clauses import CONTENT, PACKS, load, proof

pytestmark = pytest.mark.alike

# What a pack says, by the day it is dated. Words that change get a new day: add a line, and leave
# the old one, which published tenders quote.
DIGESTS = {
    ("neutral", "2026-11-29"): "fd3dd5ec734ca32f",
    ("brazil", "2026-11-29"): "bec895bc51889ee4",
    ("eu", "2026-11-29"): "603a4fba84cc52fd",
    ("france", "2026-11-29"): "7a4b0321173245f4",
    ("india", "2026-11-29"): "57d81065fc611d1a",
    ("kenya", "2026-11-29"): "111c89c2822285d7",
    ("mexico", "2026-11-29"): "eb083f3c357fb07c",
    ("morocco", "2026-11-29"): "acc7d6c3871a7769",
    ("uncitral", "2026-11-29"): "f1053d02d9d4f4ac",
    ("uk", "2026-11-29"): "30bed9a14862d9fe",
    ("wto", "2026-11-29"): "d0c20b1dd4e7152b",
    ("worldbank", "2026-11-29"): "d83eca2de5e462cb",
    ("eu", "2026-12-01"): "0c1de2a5932ccad3",
    ("france", "2026-12-01"): "d5445fd3101d5cab",
    ("uk", "2026-12-01"): "09fb19fd236cebc4",
    ("kenya", "2026-12-01"): "514ebc87be3d4494",
    ("worldbank", "2026-12-01"): "e7a2e0cfbf939f70",
    ("wto", "2026-12-01"): "e445bda9b93e9768",
}


def read_by_people(value):
    """Of words in several languages those that are kept to here; the others say of which day."""
    if isinstance(value, dict):
        kept = ("en", "fr") if "en" in value else value
        return {key: read_by_people(value[key]) for key in kept}
    return [read_by_people(part) for part in value] if isinstance(value, list) else value


def digest(pack):
    silent = {"last_checked"} | ({"standstill"} if pack.standstill is None else set())
    words = read_by_people(pack.model_dump(mode="json", exclude=silent))
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.mark.parametrize("key", PACKS)
def test_no_pack_is_edited_in_place(key):
    pack = PACKS[key]
    assert DIGESTS[key, pack.dated.isoformat()] == digest(pack), "give it a new `dated`"


def test_the_digest_sees_a_word_that_changed():
    other = PACKS["eu"].model_copy(update={"law": {"en": "Another", "fr": "Autre"}})
    assert digest(other) != digest(PACKS["eu"])


def test_each_law_that_is_named_has_a_pack():
    named = {"brazil", "eu", "france", "india", "kenya", "mexico", "morocco", "uk", "uncitral"}
    assert set(PACKS) == named | {"neutral", "wto", "worldbank"}
    assert next(iter(PACKS)) == "neutral"


@pytest.mark.parametrize("key", PACKS)
def test_what_is_not_known_has_no_figure(key):
    pack = PACKS[key]
    assert pack.last_checked >= pack.dated >= date(2026, 11, 29)
    assert proof(pack)["fr"]
    periods = [getattr(pack.minimum, name) for name in type(pack.minimum).model_fields] \
        if pack.minimum else []  # fmt: skip
    for period in filter(None, periods):
        assert period.days or period.recalled


WRONG = [
    ({"dated": "soon"}, "`dated`"),
    ({"key": "other"}, "`key` is other, not eu"),
    ({"law": "A law"}, "`law`"),
    ({"minimum": {"open": {"days": 0}}}, "`minimum.open.days`"),
    ({"nmae": 1}, "`nmae` is not a key that we know"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_a_broken_pack_names_file_and_place(tmp_path, change, said):
    data = yaml.safe_load((CONTENT / "eu.yaml").read_text())
    (tmp_path / "eu.yaml").write_text(yaml.safe_dump(data | change))
    with pytest.raises(BrokenContent) as refused:
        load(tmp_path)
    assert "eu.yaml" in str(refused.value)
    assert said in str(refused.value)


def test_a_statement_that_rests_on_nothing_is_refused(tmp_path):
    data = yaml.safe_load((CONTENT / "eu.yaml").read_text())
    del data["clause"]["recalled"]
    (tmp_path / "eu.yaml").write_text(yaml.safe_dump(data))
    with pytest.raises(BrokenContent, match="neither what was read nor what is recalled"):
        load(tmp_path)
