"""The gallery shows every part; the frame carries what each page needs."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse

PARTS = sorted(
    path.stem
    for path in (settings.BASE_DIR / "templates" / "components").glob("*.html")
    if not path.stem.startswith("_")
)
SHOWN = "".join(  # by the gallery, by the frame, or inside another part
    re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
    for path in (settings.BASE_DIR / "templates").rglob("*.html")
    if path.name in ("base.html", "components.html")
    or path.stem.startswith("_gallery")
    or path.parent.name == "components"
)


def draw(source, **context):
    return Template("{% load looks %}" + source).render(Context(context))


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_on_the_gallery(part):
    assert f'"components/{part}.html"' in SHOWN


@pytest.mark.parametrize("part", PARTS)
def test_every_part_says_how_to_include_it(part):
    text = (settings.BASE_DIR / "templates" / "components" / f"{part}.html").read_text()
    comment = re.match(r"{% comment %}(.*?){% endcomment %}", text, re.S)
    assert comment
    assert part == "sprite" or f'{{% include "components/{part}.html"' in comment[1]


def test_the_gallery_has_no_id_twice(client, db):
    ids = re.findall(r'\sid="([^"]+)"', client.get(reverse("components")).text)
    assert sorted(ids) == sorted(set(ids))


def test_a_lapsed_mark_keeps_its_code_and_says_until_when():
    part = '{% include "components/mark.html" with level=3 state="lapsed" until=day only %}'
    text = draw(part, day=None)
    assert "AL3" in text
    assert "lapsed" in text
    assert "Verified" not in text


def test_a_skyline_is_as_wide_as_its_counts():
    text = draw(
        "{% for b in counts|skyline %}{{ b.kind }} {{ b.x }} {% endfor %}", counts=[1, 0, 3, 0, 0]
    )
    assert text == "l4 0.00 l2 50.00 "


def test_a_skyline_of_nothing_is_empty():
    assert draw("{{ counts|skyline|length }}", counts=[0, 0, 0, 0, 0]) == "0"


def test_a_funnel_says_what_each_line_costs():
    text = draw("{% for s in lines|funnel %}{{ s.fewer }} {% endfor %}", lines=[("a", 9), ("b", 4)])
    assert text == "0 5 "


def test_heat_is_dashed_only_where_there_is_nothing():
    text = draw("{% for n, step in row|heat:9 %}{{ step }} {% endfor %}", row=[0, 1, 5, 9])
    assert text == "h0 h1 h2 h3 "
