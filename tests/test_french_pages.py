"""Whoever reads French meets no English sentence of the interface, signed out or as anybody: every
page of the access table is read. What people and standards say in another language says so
(`lang`)."""

import re
from dataclasses import replace
from functools import cache

import pytest
from lxml import html

from tests import make
from tests.access import TABLE
from tests.access.table import PERSONAS
from tests.effort import in_turn
from tests.test_access import answer, one_of_each, world_signed_in
from tests.test_french import file_of, words

pytestmark = [pytest.mark.alike, pytest.mark.django_db]

TELLING = 4  # words in a row; fewer may be a name, or alike in both languages
SAID_IN_MARKUP = ("aria-label", "title", "alt", "placeholder", "content")
LEFT_OUT = (
    "//*[@lang='en' and not(self::button)] | //script | //style | //pre | //code | //textarea"
)
FILLED = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>|[“”«»\"]")
WORD = re.compile(r"[\w’'-]+")
PAGES = [row for row in TABLE if row.method == "get" and 200 in row.expect.values()]
# the words of whoever fills the example world that are also words of a button or a hint
SAME_BY_CHANCE = {"Draft of the contract"}


@cache
def english():
    """The sentences of the interface, by their first words."""
    parts = {}
    for (_context, key), french in words(file_of("fr")).items():
        said = " ".join([french] if isinstance(french, str) else french)
        for text in [key] if isinstance(key, str) else key:
            for part in FILLED.split(text):
                told = WORD.findall(part)
                if len(told) >= TELLING and " ".join(told) not in " ".join(WORD.findall(said)):
                    parts.setdefault(tuple(told[:TELLING]), set()).add(" ".join(told))
    return parts


def spoken(content):
    """What a page says that is not marked as English, in its text and its names."""
    page = html.fromstring(content)
    for each in page.xpath(LEFT_OUT):
        each.drop_tree()
    names = page.xpath(" | ".join(f"//@{name}" for name in SAID_IN_MARKUP))
    return [" ".join(WORD.findall(text)) for text in [page.text_content(), *names]]


def english_in(content):
    """The sentences of the interface that a page says in English."""
    seen = set()
    for text in spoken(content):
        told = text.split(" ")
        for place in range(len(told) - TELLING + 1):
            for part in english().get(tuple(told[place : place + TELLING]), ()):
                if f" {part} " in f" {' '.join(told[place : place + part.count(' ') + 1])} ":
                    seen.add(part)
    return seen - SAME_BY_CHANCE


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, world_signed_in) as made:
        yield made


def read_by(row, personas, world):
    """What each of them meets in English."""
    args = row.args(world)
    asked = {**row.headers, "accept-language": "fr"}
    pages = {who: answer(replace(row, headers=asked), who, args, world) for who in personas}
    return {
        who: english_in(page.content)
        for who, page in pages.items()
        if page["Content-Type"].startswith("text/html") and page.content.strip()
    }


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_page_is_read_in_french(row, built):
    readers = [who for who in one_of_each(row) if row.expect[who] == 200]
    assert {who: said for who, said in read_by(row, readers, built).items() if said} == {}


@pytest.mark.long
@pytest.mark.parametrize("row", in_turn(PAGES, of=4), ids=str)
def test_everybody_reads_it_in_french(row, built):
    readers = [who for who in PERSONAS if row.expect[who] == 200]
    assert {who: said for who, said in read_by(row, readers, built).items() if said} == {}


def test_an_english_sentence_would_be_seen():
    """The control."""
    sentence = "Everything about the own account, by one link each."
    shown = next(part for parts in english().values() for part in parts)
    assert english_in(f"<p>Bonjour. {shown}. {sentence}</p>") == {shown}
    assert english_in(f'<p>Bonjour. <span lang="en">{shown}</span></p>') == set()
