"""A part that stands hundreds of times says what its template says."""

import pytest
from django.template.loader import render_to_string

from certcentre.repeated import repeated
from tests.markup import tight

ROWS = [
    ({"lacks_reason": 1, "has_reason": 0}, {"pk": "a", "ref": "<b>&"}),
    ({"lacks_reason": 0, "has_reason": 1}, {"pk": "b", "ref": "{{ pk }}"}),
    ({"lacks_reason": 1, "has_reason": 0}, {"pk": "c\n  d", "ref": "\\1"}),
]


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS, ROWS[::-1]])
def test_each_row_is_as_the_template_alone_writes_it(rows):
    alone = [render_to_string("tenders/_reason.html", {**shape, **row}) for shape, row in rows]
    assert tight(repeated("tenders/_reason.html", rows, {})) == tight("".join(alone))
