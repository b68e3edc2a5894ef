"""Evaluators judge what stands on words alone, in a browser."""

import pytest
from django.urls import reverse

from tests import make
from tests.browser.conftest import send
from tests.browser.test_pages import barriers_and_edges
from tests.tenders.test_compare import bid, scored


@pytest.fixture
def tender(site):
    """Opened just now: a bid that calls a should and a must equivalent, and one that proves all."""
    made = scored(must="Runs offline", own="Prints a report", each=10)
    bid(made, 2000), bid(made, 1000, L1_002="equivalent", L1_004="equivalent")
    make.opened(made)
    return made


@pytest.mark.parametrize("width", [320, 1280])
def test_an_evaluator_judges_and_reads_the_order(site, visit, tender, width):
    here = [tender.reference, tender.lot.pk]
    person = make.member(tender.buyer, "evaluator")
    page = visit(reverse("lot-compare", args=here), person)
    assert "answers stand on words alone" in page.locator("main").inner_text()
    problems = {"before": barriers_and_edges(page, width, "light")}
    page.goto(reverse("lot-scores", args=here))
    page.locator("[name=interests]").fill("None")
    page.locator("[name=agreed]").check()
    send(page)
    problems["fill"] = barriers_and_edges(page, width, "light")
    for choice in page.get_by_label("Accept it", exact=True).all():
        choice.focus()
        page.keyboard.press("Space")
    for select in page.locator("main select").all():
        select.select_option("4")
    for words in page.locator("main textarea").all():
        words.fill("Read.")
    send(page)
    with page.expect_navigation():
        page.get_by_text("Hand in your scores").click()
    send(page)
    problems["given"] = barriers_and_edges(page, width, "light")
    page.goto(reverse("lot-compare", args=here))
    problems["after"] = barriers_and_edges(page, width, "light")
    sign = page.locator(".table--bids .tag").first
    assert sign.evaluate("tag => getComputedStyle(tag).display") == "flex"  # or its dot is a line
    assert "Points and order" in page.locator("main").inner_text()
    assert not any(problems.values()), problems
