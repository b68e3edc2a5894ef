"""What script adds, and that nothing is lost without it."""

import pytest
from playwright.sync_api import expect

from tests import make


def test_without_script_the_navigation_is_there(visit):
    page = visit("/", java_script_enabled=False, viewport={"width": 320, "height": 800})
    assert page.locator("#nav").is_visible()
    assert not page.locator(".menu-button").is_visible()


def test_with_script_a_narrow_screen_folds_the_navigation(visit):
    page = visit("/", viewport={"width": 320, "height": 800})
    assert not page.locator("#nav").is_visible()
    page.locator(".menu-button").click()
    assert page.locator("#nav").is_visible()


def test_colours_change_at_once_and_stay(visit):
    page = visit("/components/")
    page.locator("details.menu summary").first.click()
    with page.expect_response("**/theme/"):
        page.locator("button[name=theme][value=dark]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_script_colours_change_too(visit):
    page = visit("/components/", java_script_enabled=False)
    page.locator("details.menu summary").first.click()
    page.locator("button[name=theme][value=dark]").click()
    assert page.locator("html[data-theme=dark]").count() == 1
    assert page.url.endswith("/components/")


def test_the_language_changes_and_the_page_stays(visit):
    page = visit("/components/")
    page.locator("details.menu summary").first.click()
    page.locator("button[name=language][value=fr]").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url.endswith("/components/")


def test_the_first_tab_leads_past_the_frame(visit):
    page = visit("/components/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_nothing_breaks_the_content_policy(visit):
    said = []
    page = visit("about:blank")
    page.on("console", lambda message: said.append(message.text))
    page.goto("/components/")
    assert said == []


@pytest.fixture
def places(site):
    """A question that is answered by countries, on a page of its own."""
    made = make.fact("sold_in", type="countries", group="market")
    yield made
    made.delete()


def test_a_long_list_narrows_to_what_is_typed_and_keeps_what_is_chosen(visit, places):
    page = visit("/applies/?group=market")
    words = page.get_by_label("Find in the list")
    words.fill("alban")
    options = page.locator(f"#id_{places.key}-list .option")
    assert [one.inner_text().strip() for one in options.all() if one.is_visible()] == ["Albania"]
    page.get_by_label("Albania").check()
    words.fill("aland isl")
    shown = [one.inner_text().strip() for one in options.all() if one.is_visible()]
    assert shown == ["Åland Islands", "Albania"]


def test_a_dialog_asks_before_what_cannot_be_undone(visit):
    page = visit("/components/")
    page.locator("[data-open=example-dialog]").click()
    assert page.locator("dialog[open]").is_visible()
    page.locator("[data-close]").click()
    assert not page.locator("dialog").is_visible()


def test_errors_of_a_form_take_the_focus(visit):
    page = visit("/accounts/login/")
    form = page.locator("form.form").first
    form.evaluate("form => form.noValidate = true")
    form.locator("button").first.click()
    expect(page.locator(".problem").first).to_be_focused()


def test_tabs_that_wrap_have_a_line_under_each_row(visit):
    page = visit("/components/", viewport={"width": 320, "height": 800})
    tabs = page.locator("ul.tabs").first
    rows, lines = tabs.evaluate(
        """list => [
            new Set([...list.children].map(tab => tab.offsetTop)).size,
            [...list.children].every(tab => getComputedStyle(tab).borderBottomWidth === "1px"),
        ]"""
    )
    assert rows > 1
    assert lines
