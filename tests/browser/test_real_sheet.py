"""The answer sheet in a real browser: what is given is kept, whatever happens meanwhile."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.urls import reverse

from standards.assessment.answers import Answer
from tests import make


@pytest.fixture
def opened(site, visit):
    """A draft of three criteria, open as its editor; `.answers()` reads what is stored."""
    draft = make.assessment(organisation=site.world.provider, criteria=make.criteria(3))
    page = visit(reverse("assessment-sheet", args=[draft.pk]), site.world.provider.person)
    page.locator("[data-known]").nth(2).wait_for(state="attached")  # what stands in the rows
    page.keys = list(draft.answers.order_by("pk").values_list("pk", flat=True))
    page.stored = lambda: {a.pk: a for a in Answer.objects.filter(assessment=draft)}
    page.draft, page.person = draft, site.world.provider.person
    return page


def choose(page, place, value):
    page.locator(f"[name=v{page.keys[place]}][value={value}]").check()


def opens(page, place):
    """The words of a row come as it is opened."""
    if not page.locator(f"#m{page.keys[place]}.is-open").count():
        page.locator(f"#k{page.keys[place]} .name a").click()
        page.locator(f"[name=r{page.keys[place]}]").wait_for()


def write(page, place, words):
    opens(page, place)
    page.locator(f"[name=r{page.keys[place]}]").fill(words)


def state(page, name):
    page.locator(f".tools .save[data-state={name}]").wait_for(timeout=5000)


def test_an_answer_is_saved_as_it_is_given(opened):
    choose(opened, 0, "met")
    state(opened, "saved")
    write(opened, 0, "By design. “Größe” <b>")
    state(opened, "saving")
    state(opened, "saved")
    one, other = (opened.stored()[key] for key in opened.keys[:2])
    assert (one.value, one.reason, one.revision) == ("met", "By design. “Größe” <b>", 2)
    assert other.revision == 0


def test_a_missing_reason_is_said_beside_the_answer(opened):
    choose(opened, 0, "not_applicable")
    opened.get_by_text("Say why 1.1 does not apply.").wait_for()
    assert "Why does it not apply?" in opened.locator(f"#k{opened.keys[0]}").inner_text()
    write(opened, 0, "No video in it.")
    state(opened, "saved")
    assert opened.stored()[opened.keys[0]].value == "not_applicable"
    assert opened.get_by_text("Say why 1.1 does not apply.").count() == 0


def test_a_lost_session_in_the_middle_loses_nothing(opened, visit, site):
    Session.objects.all().delete()
    choose(opened, 0, "met")
    write(opened, 1, "Words I must not lose.")
    state(opened, "out")
    assert opened.locator(f"[name=r{opened.keys[1]}]").input_value() == "Words I must not lose."
    assert opened.stored()[opened.keys[0]].value == ""
    again = visit("/", opened.person)  # signed in anew, in another window
    opened.context.add_cookies(again.context.cookies())
    write(opened, 1, "Words I must not lose!")
    choose(opened, 0, "not_met")
    state(opened, "saved")
    stored = opened.stored()
    assert stored[opened.keys[0]].value == "not_met"
    assert stored[opened.keys[1]].reason == "Words I must not lose!"


def test_somebody_elses_answer_is_shown_and_mine_can_take_its_place(opened, at):
    answer = opened.stored()[opened.keys[0]]
    answer.give(value="not_met", reason="Theirs", by=opened.person, at=at, revision=0)
    choose(opened, 0, "met")
    opened.get_by_text("Theirs").wait_for()
    opened.get_by_role("button", name="Put mine in its place").click()
    state(opened, "saved")
    assert opened.stored()[opened.keys[0]].value == "met"


def test_what_stands_can_be_kept_instead(opened, at):
    answer = opened.stored()[opened.keys[0]]
    answer.give(value="not_met", reason="Theirs", by=opened.person, at=at, revision=0)
    choose(opened, 0, "met")
    opened.get_by_role("button", name="Keep what stands").click()
    state(opened, "saved")
    assert opened.locator(f"[name=r{opened.keys[0]}]").input_value() == "Theirs"
    assert opened.stored()[opened.keys[0]].value == "not_met"


def test_declared_meanwhile_the_text_stays_on_the_page(opened, at):
    for answer in opened.stored().values():
        answer.give(value="met", by=opened.person, at=at, revision=0)
    make.declare(opened.draft)
    write(opened, 0, "Too late, but not lost.")
    opened.get_by_text("These answers were declared").wait_for()
    assert opened.locator(f"[name=r{opened.keys[0]}]").input_value() == "Too late, but not lost."


def test_without_script_the_page_is_saved_by_its_button(opened, visit):
    page = visit(opened.url, opened.person, java_script_enabled=False)
    page.locator(f"[name=v{opened.keys[2]}][value=met]").check()
    page.get_by_role("button", name="Save and go on").or_(
        page.get_by_role("button", name="Save and see the overview")
    ).click()
    assert opened.stored()[opened.keys[2]].value == "met"
    assert "1 answer saved." in page.locator(".messages").inner_text()


def test_without_script_a_lost_session_loses_nothing_either(opened, visit):
    opened.person.set_password("a password of mine")
    opened.person.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(
        user=opened.person, email=opened.person.email, verified=True, primary=True
    )
    page = visit(f"{opened.url}?open={opened.keys[0]}", opened.person, java_script_enabled=False)
    Session.objects.all().delete()
    page.locator(f"[name=r{opened.keys[0]}]").fill("Words I must not lose.")
    page.get_by_role("button", name="Save this page").click()
    page.locator("[name=login]").fill(opened.person.email)
    page.locator("[name=password]").fill("a password of mine")
    page.locator("main form button").first.click()
    field = page.locator(f"[name=r{opened.keys[0]}]")
    assert field.input_value() == "Words I must not lose."
    with page.expect_navigation():
        page.get_by_role("button", name="Save this page").click()
    assert opened.stored()[opened.keys[0]].reason == "Words I must not lose."
