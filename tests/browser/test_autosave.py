"""An answer counts as saved only when the server says which revision it kept."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

SHEET = """document.querySelector("main").insertAdjacentHTML("beforeend", `
  <form data-autosave="/sheet/answers/"><input type="hidden" name="csrfmiddlewaretoken" value="t">
    <section data-answer="12" data-revision="3"><textarea name="r12"></textarea>
      <input type="radio" name="v12" value="met"><div data-reply></div></section>
    <section data-answer="13" data-revision="7"><textarea name="r13">old</textarea></section>
  </form>`)"""


@pytest.fixture
def sheet(visit):
    """A sheet of two answers; `sheet.answers(status, headers, body)` says the reply."""
    page = visit("/components/")
    page.evaluate(SHEET)
    page.sent = []

    def answers(status, headers=None, body=""):
        def fulfil(route):
            page.sent.append((route.request.url, route.request.post_data))
            route.fulfill(status=status, headers=headers or {}, body=body)

        page.route("**/sheet/answers/**", fulfil)

    page.answers = answers
    return page


def write(page, words="because"):
    with page.expect_response("**/sheet/answers/**"):
        page.locator("textarea[name=r12]").fill(words)


def state(page, name):
    page.locator(f".save[data-state={name}]").first.wait_for(timeout=3000)
    return page.locator(".save").first.inner_text()


def test_one_answer_is_sent_alone_with_its_revision(sheet):
    sheet.answers(200, {"X-Saved": "4"})
    write(sheet)
    address, body = sheet.sent[0]
    assert address.endswith("/sheet/answers/12/")
    assert "because" in body
    assert "r13" not in body


def test_what_is_saved_says_so_and_goes_on_from_its_revision(sheet):
    sheet.answers(200, {"X-Saved": "4"})
    write(sheet)
    assert "Saved at" in state(sheet, "saved")
    assert sheet.locator("[data-answer='12']").get_attribute("data-revision") == "4"


def test_it_says_when_in_the_zone_of_the_page_not_of_the_browser(sheet):
    """Before, the sheet said a time of one zone beside times of another."""
    sheet.evaluate("document.querySelector('.save').dataset.zone = 'Asia/Kathmandu'")
    sheet.answers(200, {"X-Saved": "4"})
    write(sheet)
    words = state(sheet, "saved")
    now = datetime.now(ZoneInfo("Asia/Kathmandu"))
    near = {f"{now - timedelta(minutes=ago):%H:%M}" for ago in (0, 1)}
    assert any(clock in words for clock in near), words
    assert "GMT+5:45" in words


def test_a_sign_in_page_is_not_saved(sheet):
    sheet.answers(200, {"Content-Type": "text/html"}, "<h1>Sign in</h1>")
    write(sheet)
    assert "You are signed out" in state(sheet, "out")
    assert sheet.locator(".save a").first.get_attribute("target") == "_blank"
    assert sheet.locator(".save use").first.get_attribute("href") == "#i-warn"
    assert sheet.locator("textarea[name=r12]").input_value() == "because"


def test_somebody_elses_change_is_shown_beside_mine(sheet):
    sheet.answers(409, {}, "<p>They wrote: other words</p>")
    write(sheet)
    sheet.locator("[data-reply] p").wait_for()
    assert "One thing was not saved; see below." in state(sheet, "refused")
    assert "They wrote" in sheet.locator("[data-reply]").inner_text()
    assert sheet.locator("textarea[name=r12]").input_value() == "because"


def test_without_a_connection_the_text_stays_and_is_sent_later(sheet):
    sheet.context.set_offline(True)
    sheet.locator("textarea[name=r12]").fill("because")
    assert "Not sent yet" in state(sheet, "kept")
    sheet.answers(200, {"X-Saved": "4"})
    sheet.context.set_offline(False)
    assert "Saved at" in state(sheet, "saved")
