"""Every page that the access table knows: no barrier that axe sees, no sideways scroll."""

import re
from zlib import crc32

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.access import TABLE
from tests.access.table import PERSONAS
from tests.browser.conftest import go, window
from tests.effort import in_turn

DATA = ("api-", "data-", "feed", "sitemap", "log-checkpoint", "credential", "status-list")
ROWS = [
    row
    for row in TABLE
    if row.method == "get" and 200 in row.expect.values()
    if row.name == "api-docs" or not row.name.startswith(DATA)
]
STEP = re.compile(
    "-(accept|amend|cancel|close|confirm|correct|decline|discard|end|examine|publish|ready|refuse|remove"
    "|renew|reopen|reschedule|suspend|survey|take-back|withdraw)$"
)  # such pages have one template: a question, a form, a button
FIRST = {row.name: row for row in reversed(ROWS) if row.query}  # of the questions to one page
ROWS = [row for row in ROWS if not row.query or row is FIRST[row.name]]
STEPS = [row for row in ROWS if STEP.search(row.name)]
ROWS = in_turn([row for row in ROWS if row not in STEPS], of=2) + in_turn(STEPS, of=4)
ACCOUNT = ["account_login", "account_signup", "account_reset_password"]
LOOKS = [(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")]
COLOURS = ("color-contrast", "link-in-text-block")
SHOWN = (*COLOURS, "scrollable-region-focusable", "button-name", "link-name", "label")
WIDEST = LOOKS[0][0]
AXE = Axe().axe_script
FIND = """options => axe.run(document, options).then(found => found.violations.flatMap(
  one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`)))"""
SPACING = """
  for (const element of document.querySelectorAll("body *")) {
    element.style.setProperty("line-height", "1.5", "important");
    element.style.setProperty("letter-spacing", ".12em", "important");
    element.style.setProperty("word-spacing", ".16em", "important");
  }
"""


def person_for(row):
    """The persona that the page is for: the first after the visitor, unless it is for all."""
    able = [persona for persona in PERSONAS if row.expect[persona] == 200]
    special = [one for one in able if one not in ("anonymous", "stranger", "reader", "rival")]
    return able[0] if len(able) == len(PERSONAS) else (special or able)[0]


def is_page(page):
    """No file, and no part that a page asks for; the page that holds the part has its own row."""
    kind = page.answer.headers.get("content-type", "") if page.answer else ""
    return "text/html" in kind and page.answer.text().lstrip()[:9].lower() == "<!doctype"


def show(page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")


def barriers(page, *rules):
    """What axe finds, one line each; by all its rules, or by those named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    options = {"resultTypes": ["violations"], "preload": False, "iframes": False}
    return page.evaluate(FIND, {**options, **({"runOnly": list(rules)} if rules else {})})


def sideways(page):
    """The elements that reach past the window's edge when the page scrolls sideways."""
    return page.evaluate("""() => {
      const root = document.documentElement, edge = root.clientWidth + 1;
      if (root.scrollWidth <= edge) return [];
      return [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > edge)
        .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5);
    }""")


def barriers_and_edges(page, width, theme):
    """In the dark only colours differ, so there only the rules about colours are asked; on a
    narrow page those about what is shown and how large."""
    show(page, width, theme)
    rules = COLOURS if theme == "dark" else SHOWN if width < WIDEST else ()
    return barriers(page, *rules) + sideways(page)


def looks(row):
    """In the light at both widths, in the dark at one of them: a width changes no colour."""
    dark = crc32(str(row).encode()) % 2
    return [look for at, look in enumerate(LOOKS) if at % 2 == 0 or at // 2 == dark]


@pytest.fixture(scope="module")
def windows(site, chrome):
    """One window for each person: a browser that knows a page's scripts reads the next faster."""
    opened = {}
    yield opened
    for page in opened.values():
        page.context.close()


@pytest.fixture
def open_row(windows, site, chrome):
    """`open_row(row)` opens the page of a row of the access table as the person it is for."""

    def opened(row):
        persona = person_for(row)
        if persona not in windows:
            windows[persona] = window(site, chrome, site.world.people[persona])
        return go(windows[persona], reverse(row.name, args=row.args(site.world)) + row.query)

    return opened


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_page_has_no_barrier_and_never_scrolls_sideways(row, open_row):
    page = open_row(row)
    if not is_page(page):
        return
    found = {look: barriers_and_edges(page, *look) for look in looks(row)}
    page.evaluate(SPACING)
    found["wider spacing"] = sideways(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found["larger text"] = sideways(page)
    assert not any(found.values()), {look: said for look, said in found.items() if said}


@pytest.mark.parametrize("name", ACCOUNT)
def test_a_page_of_signing_in_has_no_barrier(name, visit):
    page = visit(reverse(name))
    for width, theme in LOOKS:
        assert barriers_and_edges(page, width, theme) == []


def test_a_known_barrier_is_seen(visit):
    page = visit("/components/")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=x><a href=/></a>'")
    assert len(barriers(page)) >= 2


def test_a_barrier_in_the_dark_is_seen(visit):
    page = visit("/components/")
    page.evaluate("document.querySelector('main').innerHTML += '<p id=dim>Too dim to read</p>'")
    show(page, 1280, "dark")
    page.evaluate("document.querySelector('#dim').style.color = '#333'")
    assert barriers_and_edges(page, 1280, "dark")


def test_a_page_too_wide_is_seen(visit):
    page = visit("/components/")
    show(page, 320, "dark")
    page.evaluate("document.querySelector('h1').style.inlineSize = '50rem'")
    assert sideways(page)


@pytest.mark.parametrize("address", ["solutions", "search", "standards", "tenders"])
def test_a_word_that_is_wider_than_the_page_wraps(address, visit):
    page = visit(f"{reverse(address)}?q={'a' * 200}")
    show(page, 320, "light")
    assert sideways(page) == []
