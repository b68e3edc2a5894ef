"""55 findings on one sheet: by few clicks, by keys alone, without script, and for everybody."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import make
from tests.browser.hands import Hand, in_sight, said
from tests.browser.test_pages import barriers, show, sideways

MANY, BAD = 55, (3, 20, 41)
CLICKS = 13  # of them 9 for three nonconformities with words
BEFORE = 165  # one by one: a finding, its method and Save for each


@pytest.fixture
def engagement(site):
    declaration = make.declaration(criteria=make.criteria(MANY))
    made = make.engagement("examining", declaration=declaration)
    made.sheet, made.person = reverse("findings", args=[made.pk]), made.body.person
    made.keys = list(made.findings.order_by("criterion__position").values_list("pk", flat=True))
    return made


def results(engagement):
    rows = engagement.findings.order_by("criterion__position")
    return list(rows.values_list("result", flat=True))


def saved(page):
    page.locator(".save[data-state=saved]").first.wait_for()


def test_fifty_five_findings_with_three_nonconformities_take_few_clicks(visit, engagement):
    page = visit(engagement.sheet, engagement.person)
    press = Hand(page)
    for place in BAD:
        key = engagement.keys[place]
        press(f"#k{key} label:has([value=test])")
        press(f"#k{key} label:has([value=minor])")
        press(f"#m{key} [name=n{key}]")
        page.keyboard.type("Fails on a small screen.")
    saved(page)
    for key in engagement.keys:
        in_sight(page, key)
    press("thead .pick input")
    assert page.locator("tbody .pick input:checked").count() == MANY - len(BAD)
    press(".bulk label:has([value=document])")
    press(".bulk label:has([value=test])")
    press("button[value='all:conforming']")
    said(page, "The finding on 52 criteria is now: Conforming.")
    page.locator("[data-part=n-open]").get_by_text("0", exact=True).wait_for(timeout=8000)
    wanted = ["minor" if place in BAD else "conforming" for place in range(MANY)]
    assert results(engagement) == wanted
    assert engagement.findings.filter(methods=["document", "test"]).count() == MANY - len(BAD)
    assert press.clicks == CLICKS <= BEFORE / 3


def test_tick_all_leaves_what_was_declared_less_and_it_is_written_alone(visit, engagement):
    answers = engagement.declaration.assessment.answers
    answers.filter(criterion__ref="1.2").update(value="not_met", reason="By June.")
    page, key = visit(engagement.sheet, engagement.person), engagement.keys[1]
    for each in engagement.keys[:3]:
        in_sight(page, each)
    page.locator("thead .pick input").click()
    assert not page.locator(f"#k{key} .pick input").is_checked()
    page.locator("[data-untick]").click()
    page.locator(f"#k{key} label:has([value=test])").click()
    page.locator(f"#k{key} label:has([value=conforming])").click()
    page.locator(f"#m{key} .note").get_by_text("Say what you saw that shows more").wait_for()
    page.locator(f"[name=n{key}]").fill("Captions are there now.")
    page.locator(f"#k{key} .c-flags").get_by_text("more than declared").wait_for()
    assert page.locator("[data-part=n-more]").inner_text() == "1"
    assert results(engagement)[:2] == ["not_examined", "conforming"]


def test_rows_are_worked_by_keys_alone(visit, engagement):
    page, keys = visit(engagement.sheet, engagement.person), engagement.keys
    page.locator(f"#k{keys[0]} .name a").focus()
    for key in ("9", "1", "j", "6", "4"):
        page.keyboard.press(key)
    expect(page.locator(f"#m{keys[1]} [name=n{keys[1]}]")).to_be_focused()
    page.keyboard.type("3 of 8 pages")  # words, no keys
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("does 13.")
    page.locator("[data-found]").get_by_text("1 criterion").wait_for()
    assert page.locator("tbody[data-answer]:visible").count() == 1
    saved(page)
    assert results(engagement)[:2] == ["conforming", "minor"]
    first, second = engagement.findings.filter(pk__in=keys[:2]).order_by("criterion__position")
    assert (first.methods, second.methods) == (["test"], ["document"])


def test_a_colleagues_finding_is_never_written_over_without_a_choice(visit, engagement, at):
    page, key = visit(engagement.sheet, engagement.person), engagement.keys[0]
    finding = engagement.findings.select_related("criterion").get(pk=key)
    finding.engagement, colleague = engagement, make.member(engagement.body, "evaluator")
    words = {"methods": ["test"], "note": "Theirs.", "revision": 0}
    finding.record(result="minor", by=colleague, at=engagement.accepted_at, **words)
    page.locator(f"#k{key} label:has([value=document])").click()
    page.locator(f"#k{key} label:has([value=conforming])").click()
    page.locator(f"#m{key} .note").get_by_text("Theirs.").wait_for()
    assert results(engagement)[0] == "minor"
    page.locator(f"#m{key} [data-theirs]").click()
    saved(page)
    assert page.locator(f"#k{key} [value=minor]").is_checked()
    assert page.locator(f"#k{key} .c-how [value=test]").is_checked()
    assert results(engagement)[0] == "minor"


def test_without_script_rows_are_ticked_and_one_stands_open(visit, engagement):
    page = visit(engagement.sheet, engagement.person, java_script_enabled=False)
    key = engagement.keys[0]
    page.locator(f"[name=v{key}][value=minor]").check(force=True)
    page.locator(f"[name=m{key}][value=test]").check(force=True)
    page.get_by_role("button", name="Save this page").click()
    assert "Say what you saw" in page.locator(f"#m{key}").inner_text()
    page.locator(f"[name=n{key}]").fill("Fails.")
    page.get_by_role("button", name="Save this page").click()
    page.get_by_role("link", name="Tick all that the provider declared met").click()
    page.locator(".bulk [value=document]").check(force=True)
    page.locator("button[value='all:conforming']").click()
    assert results(engagement) == ["minor"] + ["conforming"] * (MANY - 1)


@pytest.mark.parametrize("width", [1280, 320])
def test_an_open_row_and_ticks_are_no_barrier(visit, engagement, width):
    page = visit(f"{engagement.sheet}?open={engagement.keys[0]}", engagement.person)
    show(page, width, "light")
    page.locator(f"#k{engagement.keys[1]} .pick input").check()
    page.locator(".bulk__reason summary").first.click()
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    assert barriers(page) == []
    assert sideways(page) == []
