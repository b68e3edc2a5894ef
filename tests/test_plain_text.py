"""Typed text is made plain in one place; tests/edge/test_hostile_input.py tries every door."""

import re

import pytest
from django.conf import settings
from django.http import QueryDict

from certcentre.plain_text import plain, plain_query

FOLDERS = ("certcentre", "standards", "tenders")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("plain words\n\tand more", "plain words\n\tand more"),
        ("a\x00b\x1bc\x7f\ud800d", "abcd"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("two\x0bwords", "two words"),
        ("two\x0blines\r\nand\x0cmore", "two\nlines\nand\nmore"),
        ("e\u0301cole", "école"),
        ("हिन्दी বাংলা தமிழ்", "हिन्दी বাংলা தமிழ்"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2067שלום\u2069 \u200f!", "\u2067שלום\u2069 \u200f!"),
        ("👩🏽‍🏫", "👩🏽‍🏫"),
    ],
)
def test_text_is_made_plain(typed, kept):
    assert plain(typed) == plain(kept) == kept


def test_a_query_is_made_plain_and_passwords_are_not():
    sent = QueryDict("q=a%00b&q=c&a%00=1&password=e%CC%81&x=%0B")
    made = plain_query(sent)
    assert made.getlist("q") == ["ab", "c"]
    assert (made["a"], made["x"], made["password"]) == ("1", " ", "e\u0301")
    assert plain_query(QueryDict("q=fine")).urlencode() == "q=fine"


def asked_names():
    """Every name that the code asks a query for."""
    found = set()
    for folder in FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            found |= set(re.findall(r'GET(?:\.get|\.getlist)?[(\[]"(\w+)"', path.read_text()))
            found |= set(re.findall(r"^    (\w+) = \w*(?:Filter|Field)\(", path.read_text(), re.M))
    return sorted(found)


NAMES = asked_names()
