"""The builder at work: rows opened, saved and ticked by hand, by key and without a script."""

import pytest
from playwright.sync_api import expect

from standards.catalogue.editions import Criterion
from tests import make
from tests.browser.test_pages import barriers_and_edges
from tests.make.moment import AT

OPEN = ".dense__more.is-open"


@pytest.fixture
def tender(site):
    made = make.tender(criteria=60)
    made.lot.add_words("Prints on paper, on iPads too", by=made.person, at=AT)
    return made


@pytest.fixture
def page(visit, tender):
    return visit(tender.get_absolute_url(), tender.person)


def row(page, place):
    return page.locator(f"tr:has(> th .ref:text-is('L1-{place:03d}'))")


def stands(tender, place):
    return tender.lot.requirements.get(position=place)


def saved(page, tender):
    """Wait for the answer of the server that a change brings."""
    return page.expect_response(lambda answer: "/requirements/" in answer.url)


def test_a_choice_in_the_line_is_saved_and_a_tick_then_knows_it(page, tender):
    with saved(page, tender):
        row(page, 2).locator("[name=obligation]").select_option("may")
    assert stands(tender, 2).obligation == "may"
    row(page, 2).locator(".pick input").check()
    page.locator("#set_least").select_option("3")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator(".undo")).to_contain_text("Changed: 1 requirement.")
    assert (stands(tender, 2).least, stands(tender, 3).least) == (3, 1)


def test_a_reason_typed_in_the_opened_row_is_told_in_its_line(page, tender):
    expect(row(page, 61).locator("[data-why]")).to_contain_text("no reason")
    row(page, 61).locator("[data-why] a").click()
    with saved(page, tender):
        page.locator(f"{OPEN} textarea").fill("Schools print.")
    expect(row(page, 61).locator("[data-why]")).to_contain_text("reason given")
    assert stands(tender, 61).justification == "Schools print."


def test_what_the_server_refuses_opens_its_row_and_says_why(page, tender):
    row(page, 4).locator("[name=obligation]").select_option("should")
    row(page, 4).locator("[name=weight]").fill("many")
    expect(page.locator(f"{OPEN} [data-reply]")).to_contain_text("whole number")
    assert page.locator(".save").get_attribute("data-state") == "refused"


def test_keys_go_open_and_tick_and_can_be_turned_off(page):
    first = row(page, 1).locator(".name a")
    first.focus()
    page.keyboard.press("j")
    expect(row(page, 2).locator(".name a")).to_be_focused()
    page.keyboard.press("o")
    expect(page.locator(OPEN)).to_have_count(1)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-picked]")).to_have_text("3")
    page.keyboard.press("k")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.locator(".keys summary").click()
    page.locator("[data-keys]").uncheck()
    first.focus()
    page.keyboard.press("j")
    expect(first).to_be_focused()


def test_a_standard_goes_in_one_press_and_comes_back_in_another(page, tender):
    page.locator(".outline button").first.click()
    expect(page.locator(".undo")).to_contain_text("Taken out: 60 requirements")
    page.get_by_role("button", name="Undo").click()
    expect(row(page, 61)).to_have_count(1)
    assert tender.lot.requirements.count() == 61


def test_a_step_for_many_waits_for_what_was_just_typed(page, tender):
    row(page, 2).locator(".name a").click()
    row(page, 2).locator(".pick input").check()
    page.locator("#set_least").select_option("3")
    page.locator(f"{OPEN} textarea").fill("Typed last.")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator(".undo")).to_contain_text("Changed: 1 requirement.")
    assert (stands(tender, 2).least, stands(tender, 2).justification) == (3, "Typed last.")


def test_a_step_for_many_stays_where_what_was_typed_is_refused(page, tender):
    row(page, 2).locator(".pick input").check()
    row(page, 4).locator("[name=obligation]").select_option("should")
    row(page, 4).locator("[name=weight]").evaluate("""(weight) => {
      weight.value = "many";
      weight.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector(".bulk > .button--bad").click();
    }""")
    expect(page.locator(f"{OPEN} [data-reply]")).to_contain_text("whole number")
    assert tender.lot.requirements.count() == 61
    page.get_by_role("button", name="Take out", exact=True).last.click()
    expect(page.locator(".undo")).to_contain_text("Taken out: 1 requirement.")


def test_ones_own_change_does_not_stop_a_standard_from_going(page, tender):
    for place in (2, 3, 3):
        with saved(page, tender):
            other = "may" if stands(tender, place).obligation == "must" else "must"
            row(page, place).locator("[name=obligation]").select_option(other)
    page.locator(".outline button").first.click()
    expect(page.locator(".undo")).to_contain_text("Taken out: 60 requirements")


def test_the_page_of_a_refused_step_saves_finds_and_renews_its_token(page, tender):
    row(page, 1).locator(".pick input").check()
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator(".note--bad")).to_contain_text("Choose what to set.")
    tokens = page.locator("[name=csrfmiddlewaretoken]")
    tokens.evaluate_all("(fields) => fields.forEach((field) => (field.value = 'x'.repeat(64)))")
    row(page, 2).locator("[name=obligation]").select_option("may")
    expect(page.locator(".save")).to_have_attribute("data-state", "saving")
    expect(page.locator(".save")).to_have_attribute("data-state", "saved")
    assert stands(tender, 2).obligation == "may"
    page.locator("#find").fill("L1-005")
    page.get_by_role("button", name="Find").click()
    expect(row(page, 5)).to_have_count(1)
    expect(row(page, 6)).to_have_count(0)


def test_without_a_script_rows_open_save_and_are_ticked(visit, tender):
    page = visit(tender.get_absolute_url(), tender.person, java_script_enabled=False)
    row(page, 3).locator("[name=obligation]").select_option("may")
    row(page, 3).locator(".name a").click()
    page.locator(".dense__more:target").get_by_role("button", name="Save").click()
    assert stands(tender, 3).obligation == "may"
    page.goto(f"{tender.get_absolute_url()}?q=L1-005 L1-006")
    page.locator("thead .pick input").check()
    page.get_by_role("button", name="Take out", exact=True).last.click()
    assert tender.lot.requirements.count() == 59


@pytest.mark.parametrize(
    ("width", "theme"), [(320, "light"), (768, "light"), (1280, "light"), (1280, "dark")]
)
def test_no_barrier_and_no_sideways_scroll_with_rows_ticked_and_open(page, width, theme):
    row(page, 61).locator(".name a").click()
    row(page, 1).locator(".pick input").check()
    assert barriers_and_edges(page, width, theme) == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 1280])
def test_long_words_stay_inside_in_both_directions(visit, tender, width, direction):
    rows = [row.criterion_id for row in tender.lot.requirements.order_by("position")[:2]]
    long, arabic = "Donaudampfschifffahrt" * 12, "متطلبات القراءة للصفوف الأولى"
    Criterion.objects.filter(pk=rows[0]).update(title=long, statement=long)
    Criterion.objects.filter(pk=rows[1]).update(title=arabic, statement=arabic * 9)
    tender.lot.add_words(long, by=tender.person, at=AT)
    here = tender.get_absolute_url()
    picker = f"{here}lots/{tender.lot.pk}/add/search/?q={long[:9]}"
    page = visit(here, tender.person)
    for address in (here, picker):
        page.goto(address)
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        for box in page.locator(".dense .name a, .dense .pick input").all()[:4]:
            box.click()
        assert barriers_and_edges(page, width, "light") == []


@pytest.mark.parametrize(("width", "height"), [(320, 640), (1280, 720)])
def test_the_focus_is_never_under_the_bar_of_what_is_ticked(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    row(page, 5).locator(".pick input").check()
    for _press in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("""() => {
          const bar = document.querySelector(".bulk").getBoundingClientRect();
          return document.activeElement.getBoundingClientRect().top < bar.top;
        }""")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_count_stays_in_sight(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    row(page, 50).scroll_into_view_if_needed()
    shown = page.locator(".foot-line" if width < 1200 else "#live h2")
    expect(shown).to_be_in_viewport()
