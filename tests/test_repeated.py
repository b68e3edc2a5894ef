"""A part that stands hundreds of times says what its template says."""

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from certcentre.repeated import repeated
from tests.markup import tight

ROWS = [
    ({"lacks_reason": 1, "has_reason": 0}, {"pk": "a", "ref": "<b>&"}),
    ({"lacks_reason": 0, "has_reason": 1}, {"pk": "b", "ref": "{{ pk }}"}),
    ({"lacks_reason": 1, "has_reason": 0}, {"pk": "c\n  d", "ref": "\\1"}),
]

LINE = {
    **{"obligation": "must", "least": 2, "lacks_reason": True, "has_reason": False},
    **{"closing": "or equivalent", "alternatives": 0, "flags": (), "picked": False},
    "catalogued": True,
}
MARKUP = "</textarea><script>alert(1)</script>\"'&amp;{{ ref }}{% now %}"
RIGHT_TO_LEFT = "\u202eمتطلبات\u202c <b>القراءة</b>\r\n  \t%s \\1"
LONG = "Donaudampfschifffahrt" * 200 + "\0"
NAMES = [
    "pk",
    "ref",
    "revision",
    "title",
    "source",
    "words",
    "weight",
    "justification",
    "meets",
    "costs",
    "counted",
]
PAGE = {
    "obligations": [("must", "must"), ("may", "<i>may</i>")],
    "levels": [(1, "AL1"), (2, "AL2")],
    **{"base": "/tenders/T/requirements/", "here": "?lot=1&q=<", "csrf_token": "t", "longest": 9},
}


def hostile(words, **shape):
    return {**LINE, **shape}, dict.fromkeys(NAMES, words)


LINES = [
    hostile(MARKUP),
    hostile(RIGHT_TO_LEFT, catalogued=False, closing="", flags=(MARKUP, LONG), picked=True),
    hostile(LONG, obligation="may", alternatives=2, lacks_reason=False, has_reason=True),
    hostile(mark_safe("a<br>b"), least=1),
    hostile(MARKUP),
]


@pytest.mark.parametrize("rows", [LINES, LINES[::-1]])
def test_a_line_of_the_builder_holds_hostile_words_as_its_template_alone_does(rows):
    part = "tenders/_row.html"
    alone = [render_to_string(part, {**PAGE, **shape, **row}) for shape, row in rows]
    page = repeated(part, rows, PAGE)
    assert tight(page) == tight("".join(alone))
    assert "<script" not in page
    assert "<i>may" not in page
    assert page.count("<br>") == page.count("a<br>b")


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS, ROWS[::-1]])
def test_each_row_is_as_the_template_alone_writes_it(rows):
    alone = [render_to_string("tenders/_reason.html", {**shape, **row}) for shape, row in rows]
    assert tight(repeated("tenders/_reason.html", rows, {})) == tight("".join(alone))
