"""What is typed is kept: by the server as it is given, and in the browser until it is."""

import pytest
from django.urls import reverse

from standards.assessment.answers import Answer
from standards.attestation.findings import Finding
from tests import make
from tests.browser.conftest import go


def eventually(page, holds):
    """The server's word, asked until it comes."""
    for _ in range(60):
        if holds():
            return True
        page.wait_for_timeout(100)
    return False


@pytest.fixture
def draft(site):
    """A draft of three criteria; `draft.sheet` is its address, `draft.one` an answer's key."""
    draft = make.assessment(criteria=make.criteria(3))
    draft.sheet = reverse("assessment-sheet", args=[draft.pk])
    draft.person = make.signer_of(draft)
    draft.keys = list(draft.answers.order_by("pk").values_list("pk", flat=True))
    return draft


def reason(page, key):
    """The words of a row, which come as it is opened."""
    if not page.locator(f"#m{key}").count():
        page.locator(f"#k{key} .name a").click()
    return page.locator(f"textarea[name=r{key}]")


def stored(key):
    return Answer.objects.values_list("value", "reason").get(pk=key)


def choose(page, key, value):
    page.locator(f"input[name=v{key}][value={value}]").check(force=True)


def test_what_is_typed_a_moment_before_leaving_is_saved(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    choose(page, key, "met")
    reason(page, key).fill("Typed and gone.")
    page.wait_for_timeout(100)
    go(page, reverse("work"))
    assert eventually(page, lambda: stored(key) == ("met", "Typed and gone."))


def test_what_is_typed_offline_outlives_the_tab(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    page.locator(f"#k{key}[data-known]").wait_for(state="attached")
    page.context.set_offline(True)
    choose(page, key, "met")
    reason(page, key).fill("Written on a train.")
    page.locator(".save[data-state=kept]").first.wait_for()
    page.close()
    assert stored(key) == ("", "")
    context = page.context
    context.set_offline(False)
    again = go(context.new_page(), draft.sheet)
    assert reason(again, key).input_value() == "Written on a train."
    again.locator(".save[data-state=saved]").first.wait_for()
    assert stored(key) == ("met", "Written on a train.")


def test_half_an_answer_comes_back_after_a_reload(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    choose(page, key, "not_applicable")
    page.locator(".save[data-state=refused]").first.wait_for(timeout=8000)
    page.reload()
    page.locator(".save[data-state=refused]").first.wait_for()
    assert page.locator(f"input[name=v{key}][value=not_applicable]").is_checked()
    assert "Say why" in page.locator(f"[data-answer='{key}'] [data-reply]").inner_text()
    reason(page, key).fill("It has no video.")
    page.locator(".save[data-state=saved]").first.wait_for()
    assert stored(key) == ("not_applicable", "It has no video.")


def test_the_label_says_refused_while_one_of_several_is(visit, draft):
    page, (one, two, three) = visit(draft.sheet, draft.person), draft.keys
    choose(page, one, "not_applicable")
    page.locator(".save[data-state=refused]").first.wait_for(timeout=8000)
    for key in (two, three):
        with page.expect_response(lambda answer: answer.ok and "/answers/" in answer.url):
            choose(page, key, "met")
    assert "was not saved" in page.locator(".save[data-state=refused]").first.inner_text()
    assert [stored(key)[0] for key in (one, two, three)] == ["", "met", "met"]


def test_somebody_elses_words_stand_beside_those_brought_back(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    page.locator(f"#k{key}[data-known]").wait_for(state="attached")
    page.context.set_offline(True)
    choose(page, key, "met")
    reason(page, key).fill("Mine.")
    page.locator(".save[data-state=kept]").first.wait_for()
    Answer.objects.filter(pk=key).update(value="not_met", reason="Theirs.", revision=1)
    page.context.set_offline(False)
    place = page.locator(f"[data-answer='{key}'] [data-reply]")
    place.get_by_text("Theirs.").wait_for()
    assert reason(page, key).input_value() == "Mine."
    place.locator("[data-theirs]").click()
    page.locator(".save[data-state=saved]").first.wait_for()
    assert stored(key) == ("not_met", "Theirs.")
    assert reason(page, key).input_value() == "Theirs."


def test_what_is_typed_on_after_a_conflict_overwrites_nothing(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    place = page.locator(f"[data-answer='{key}'] [data-reply]")
    choose(page, key, "met")
    page.locator(".save[data-state=saved]").first.wait_for()
    Answer.objects.filter(pk=key).update(value="not_met", reason="Theirs.", revision=7)
    choose(page, key, "partly_met")
    reason(page, key).fill("Mine")
    place.locator("[data-again]").wait_for()
    reason(page, key).press_sequentially(" and more.")
    page.wait_for_timeout(1200)  # longer than a text waits before it is sent
    assert stored(key) == ("not_met", "Theirs.")
    page.reload()
    place.locator("[data-again]").wait_for()
    assert stored(key) == ("not_met", "Theirs.")
    assert reason(page, key).input_value() == "Mine and more."
    place.locator("[data-again]").click()
    page.locator(".save[data-state=saved]").first.wait_for()
    assert stored(key) == ("partly_met", "Mine and more.")


def test_signing_out_leaves_nothing_typed_in_the_browser(visit, draft):
    page, key = visit(draft.sheet, draft.person), draft.keys[0]
    choose(page, key, "not_applicable")
    page.locator(".save[data-state=refused]").first.wait_for(timeout=8000)
    count = "Object.keys(localStorage).filter((key) => key.startsWith('typed ')).length"
    assert page.evaluate(count) == 1
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    assert page.evaluate(count) == 0


def test_counts_around_a_saved_answer_are_right_without_loading(visit, draft):
    page = visit(draft.sheet, draft.person)
    assert "0 of 3" in page.locator("[data-part=sheet-done]").inner_text()
    choose(page, draft.keys[0], "met")
    page.locator("[data-part=sheet-done]").get_by_text("1 of 3").wait_for()
    assert page.locator(".outline [data-part=d-security]").inner_text().startswith("1 of 3")
    assert page.locator("[data-part=n-open]").inner_text() == "2"
    assert "no evidence" in page.locator(f"#k{draft.keys[0]} .c-flags").inner_text()


def test_counts_around_a_saved_finding_are_right_without_loading(visit, site):
    engagement = make.engagement(
        "examining", declaration=make.declaration(criteria=make.criteria(2))
    )
    page = visit(reverse("findings", args=[engagement.pk]), engagement.body.person)
    assert "0 of 2" in page.locator("[data-part=sheet-done]").inner_text()
    row = page.locator("tbody[data-answer]").first
    row.locator("[value=document]").check(force=True)
    row.locator("[value=conforming]").check(force=True)
    page.locator("[data-part=sheet-done]").get_by_text("1 of 2").wait_for()
    assert page.locator("[data-part=n-open]").inner_text() == "1"
    assert Finding.objects.filter(engagement=engagement, result="conforming").count() == 1


def test_fields_beside_an_answer_are_sent_by_their_button_alone(visit, draft):
    page = visit(reverse("answer", args=[draft.pk, draft.keys[0]]), draft.person)
    posts = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    page.locator("#id_title").fill("Test report")
    page.locator("#id_link").fill("https://example.org/report")
    page.wait_for_timeout(1200)
    assert posts == []
    assert page.locator(".save").first.get_attribute("data-state") != "kept"
    page.locator(f"textarea[name=n{draft.keys[0]}]").fill("Ask Amina.")
    page.locator(".save[data-state=saved]").first.wait_for()
    assert posts
