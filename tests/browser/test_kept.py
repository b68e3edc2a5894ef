"""What is typed into a form that only its button sends is kept in the browser until it is taken."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenders.bids.scores import Scores
from tests import make
from tests.browser.conftest import go, send
from tests.browser.test_pages import barriers_and_edges
from tests.tenders.test_compare import bid, scored

NOTE = "form > .note[data-clash]"
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('typed '))"


@pytest.fixture
def sheet(site):
    """Scores that an evaluator begins; `sheet.address` is their form."""
    tender = scored(own="Prints a report")
    bid(tender, 2000)
    make.opened(tender)
    person = make.member(tender.buyer, "evaluator")
    sheet = make.scores(tender.lot, by=person, at=timezone.now(), given=False)
    sheet.signatory = tender.person
    sheet.address = reverse("scores-fill", args=[sheet.pk])
    return sheet


def typed(page, words):
    page.locator("main textarea").first.fill(words)
    return page


def test_what_was_typed_and_left_is_put_back_and_once_sent_forgotten(visit, sheet):
    page = typed(visit(sheet.address, sheet.evaluator), "It prints.")
    page.locator("main select").first.select_option("4")
    go(page, reverse("work"))
    go(page, sheet.address)
    assert "kept in this browser only and is not saved" in page.locator(NOTE).inner_text()
    assert page.locator("main textarea").first.input_value() == ""
    page.locator("[data-put-back]").click()
    assert page.locator("main textarea").first.input_value() == "It prints."
    send(page)
    assert [4, "It prints."] in Scores.objects.get(pk=sheet.pk).given.values()
    assert page.evaluate(KEPT) == []
    assert not go(page, sheet.address).locator(NOTE).count()


def test_what_is_thrown_away_is_kept_no_more(visit, sheet):
    page = go(typed(visit(sheet.address, sheet.evaluator), "Mine."), sheet.address)
    assert re.search(r"on \d{1,2} [A-Z][a-z]+ \d{4}", page.locator(NOTE).inner_text())
    page.locator("[data-throw-away]").click()
    assert (page.locator(NOTE).count(), page.evaluate(KEPT)) == (0, [])
    assert go(page, sheet.address).locator("main textarea").first.input_value() == ""


def test_what_the_server_refused_or_never_got_stays_kept(visit, sheet):
    page = typed(visit(sheet.address, sheet.evaluator), "It prints.")
    page.locator("main select").first.evaluate("one => one.options[2].value = '99'")
    page.locator("main select").first.select_option(index=2)
    send(page)
    assert "A score is from 0" in page.locator("main").inner_text()
    assert not page.locator(NOTE).count()  # the page has it
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("main form .button").click()
    page.wait_for_url("**/accounts/**")
    assert "typed_taken" not in {cookie["name"] for cookie in page.context.cookies()}
    assert len(page.evaluate(KEPT)) == 1


def test_what_somebody_changed_meanwhile_is_not_overwritten(visit, sheet):
    page = typed(visit(sheet.address, sheet.evaluator), "Mine.")
    name = page.locator("main textarea").first.get_attribute("name").removeprefix("why/")
    Scores.objects.filter(pk=sheet.pk).update(given={name: [2, "Theirs."]}, revision=5)
    go(page, sheet.address).locator("[data-put-back]").click()
    field = page.locator("main textarea").first
    assert (field.input_value(), "Mine." in page.locator(NOTE).inner_text()) == ("Theirs.", True)
    page.get_by_text("Put mine in its place").click()
    assert field.input_value() == "Mine."


def test_it_is_nobody_elses_and_gone_at_signing_out(site, visit, sheet):
    page = typed(visit(sheet.address, sheet.evaluator), "Mine.")
    session = page.context.cookies()[0]
    client = Client()
    client.force_login(sheet.signatory)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{**session, "name": settings.SESSION_COOKIE_NAME, "value": key}])
    go(page, reverse("lot-scores", args=[sheet.lot.tender.reference, sheet.lot.pk]))
    assert page.locator("main textarea").count() == 1
    assert (page.locator(NOTE).count(), len(page.evaluate(KEPT))) == (0, 1)
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[data-sign-out]').requestSubmit()")
    assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("look", [(320, "light"), (1280, "dark")])
def test_the_note_bars_nobody(visit, sheet, look):
    page = typed(visit(sheet.address, sheet.evaluator), "Mine.")
    go(page, sheet.address).locator(NOTE).wait_for()
    assert barriers_and_edges(page, *look) == []
