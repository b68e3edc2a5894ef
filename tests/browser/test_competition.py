"""The panel beside a lot follows what an auditor decides, in the next question."""

import pytest

from tests import make
from tests.browser.test_pages import show, sideways


@pytest.fixture
def examined(site):
    """A listed solution whose answers an auditor is about to decide on, and a draft that asks."""
    declared = make.declaration(criteria=make.criteria(3))
    edition = declared.assessment.answers.first().criterion.edition
    tender = make.tender(edition=edition)
    return declared, tender


def count(page):
    return page.locator("#live strong").first.inner_text()


def test_one_audited_answer_changes_the_count(examined, visit):
    declared, tender = examined
    key = declared.assessment.answers.first().criterion.key
    page = visit(tender.get_absolute_url(), tender.person)
    before = count(page)
    assert before.startswith("1 of")
    make.engagement("refused", declaration=declared, results={key: "major"})
    page.get_by_role("link", name="Count again").click()
    page.wait_for_load_state()
    assert count(page) == before.replace("1 of", "0 of", 1)
    assert page.get_by_text("Too little competition.").is_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_number_of_many_digits_stands_in_one_line(examined, visit, width):
    _declared, tender = examined
    page = visit(tender.get_absolute_url(), tender.person)
    show(page, width, "light")
    number = page.locator("#live .funnel b").last
    high = "(b, digits) => { b.textContent = digits; return b.offsetHeight }"
    assert number.evaluate(high, "3745") == number.evaluate(high, "3")
    assert number.evaluate("b => b.scrollWidth <= b.offsetWidth")
    assert sideways(page) == []
