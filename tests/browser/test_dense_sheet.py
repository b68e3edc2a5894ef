"""Sixty criteria on one sheet: by few clicks, by keys alone, without script, and for everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from standards.assessment.answers import Answer
from standards.assessment.evidence import EvidenceUse
from tests import make
from tests.browser.hands import Hand, in_sight, said
from tests.browser.test_pages import barriers, show, sideways
from tests.make.sheet import filed

MANY, SHOWN = 60, 44
CLICKS = 29  # of them 12 for words of six answers; one by one all took about 236


@pytest.fixture
def draft(site):
    draft = make.assessment(organisation=site.world.provider, criteria=make.criteria(MANY))
    draft.sheet = reverse("assessment-sheet", args=[draft.pk])
    draft.person = site.world.provider.person
    draft.keys = list(draft.answers.order_by("criterion__position").values_list("pk", flat=True))
    return draft


def values(draft):
    return list(draft.answers.order_by("criterion__position").values_list("value", flat=True))


def test_sixty_criteria_with_one_report_for_most_take_few_clicks(visit, draft):
    piece = filed(draft.release.solution.organisation, title="One report")
    page = visit(draft.sheet, draft.person)
    press = Hand(page)
    press(f"#k{draft.keys[0]} .pick input")
    for key in draft.keys[:SHOWN]:
        in_sight(page, key)
    press(f"#k{draft.keys[SHOWN - 1]} .pick input", modifiers=["Shift"])
    press("button[value='all:met']")
    said(page, "44 criteria are answered now: Met.")
    press("#piece")
    page.locator("#piece").select_option(str(piece.pk))
    press.clicks += 1
    press("button[value='all:attach']")
    said(page, "“One report” is attached to 44 more answers.")
    press("[data-untick]")
    rest = draft.keys[SHOWN:]
    for key in rest[:10]:
        press(f"#k{key} label:has([value=not_met])")
    for key in rest[10:]:
        press(f"#k{key} label:has([value=partly_met])")
        press(f"#m{key} [name=r{key}]")
        page.keyboard.type("By spring.")
    page.locator(".save[data-state=saved]").first.wait_for()
    page.locator("[data-part=n-open]").get_by_text("0", exact=True).wait_for(timeout=8000)
    assert values(draft) == ["met"] * SHOWN + ["not_met"] * 10 + ["partly_met"] * 6
    assert EvidenceUse.objects.filter(answer__assessment=draft, evidence=piece).count() == SHOWN
    assert press.clicks == CLICKS <= 236 / 3


def test_a_reply_that_comes_late_takes_no_newer_count_away(visit, draft):
    page, (first, second) = visit(draft.sheet, draft.person), draft.keys[:2]
    press, late, left = Hand(page), [], page.locator("[data-part=n-open]")
    page.route(f"**/answers/{first}/", lambda route: late.append((route, route.fetch())))
    press(f"#k{first} label:has([value=met])")
    while not late:  # saved, and its reply is on the way
        page.wait_for_timeout(50)
    press(f"#k{second} label:has([value=met])")
    expect(left).to_have_text(str(MANY - 2))
    route, reply = late[0]
    route.fulfill(response=reply)
    page.locator(".save[data-state=saved]").first.wait_for()
    expect(left).to_have_text(str(MANY - 2))


def test_answers_of_last_time_are_confirmed_once_they_were_in_sight(visit, draft):
    draft.answers.update(value="met", origin="copy", to_confirm=True)
    page = visit(draft.sheet, draft.person)
    press = Hand(page)
    for key in draft.keys[:45]:
        in_sight(page, key)
    page.evaluate("scrollTo(0, 0)")
    press("thead .pick input")
    before = page.locator("tbody .pick input:checked").count()
    press("button[value='all:confirm']")
    said(page, f"{before} answers are confirmed.")
    assert 45 <= before < MANY
    assert draft.answers.filter(to_confirm=True).count() == MANY - before
    assert press.clicks == 2  # one by one 50 took 58


def test_rows_are_worked_by_keys_alone(visit, draft):
    page, keys = visit(draft.sheet, draft.person), draft.keys
    page.locator(f"#k{keys[0]} .name a").focus()
    for key in ("1", "j", "3", "j", "2"):
        page.keyboard.press(key)
    expect(page.locator(f"#m{keys[2]} [name=r{keys[2]}]")).to_be_focused()
    page.keyboard.type("2 of 3 jobs")  # words, no keys
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert page.locator("[data-picked]").inner_text() == "3"
    page.keyboard.press("/")
    page.keyboard.type("does 13.")
    page.locator("[data-found]").get_by_text("1 criterion").wait_for()
    assert page.locator("tbody[data-answer]:visible").count() == 1
    page.locator(".save:not([data-state=saving])").first.wait_for()
    assert values(draft)[:3] == ["met", "not_met", "partly_met"]


def test_keys_can_be_turned_off(visit, draft):
    page = visit(draft.sheet, draft.person)
    page.locator("details.keys summary").click()
    page.locator("[data-keys]").uncheck()
    page.locator(f"#k{draft.keys[0]} .name a").focus()
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert values(draft)[0] == ""


def test_without_script_rows_are_ticked_and_one_stands_open(visit, draft):
    page = visit(draft.sheet, draft.person, java_script_enabled=False)
    for key in draft.keys[:2]:
        page.locator(f"#k{key} .pick input").check()
    page.locator(f"[name=v{draft.keys[2]}][value=partly_met]").check(force=True)
    page.locator("button[value='all:met']").click()
    assert values(draft)[:3] == ["met", "met", ""]
    key = draft.keys[2]
    assert "Say what 1.3 still lacks" in page.locator(f"#m{key}").inner_text()
    page.locator(f"[name=r{key}]").fill("By spring.")
    page.get_by_role("button", name="Save this page").click()
    assert values(draft)[2] == "partly_met"


@pytest.mark.parametrize("width", [1280, 320])
def test_an_open_row_and_ticks_are_no_barrier(visit, draft, width):
    answer = Answer.objects.select_related("criterion__edition").get(pk=draft.keys[0])
    Answer.objects.filter(pk=answer.pk).update(value="met", origin="copy", to_confirm=True)
    page = visit(f"{draft.sheet}?open={draft.keys[0]}", draft.person)
    show(page, width, "light")
    page.locator(f"#k{draft.keys[1]} .pick input").check()
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    assert barriers(page) == []
    assert sideways(page) == []
