"""Questions and answers with words that are longer than any line."""

import pytest
from django.urls import reverse

from tests import make
from tests.browser.conftest import send
from tests.browser.test_pages import barriers_and_edges, show
from tests.make.moment import AT

LONG = "Donaudampfschifffahrt" * 12


@pytest.fixture
def tender(site):
    made = make.tender(status="published", title=f"Reading {LONG}"[:200])
    asker = make.organisation("provider").person
    made.open = make.enquiry(made, asker=asker, question=f"May it run {LONG}?")
    make.enquiry(made, "declined", asker=asker, question=f"And {LONG}?")
    answered = make.enquiry(made, asker=asker, question=f"Or {LONG}?")
    answered.answer(by=made.person, at=AT, reply=LONG)
    return made


@pytest.mark.parametrize("width", [320, 1280])
def test_long_words_stay_inside(site, visit, tender, width):
    own, asked = [tender.reference], [tender.line, tender.open.pk]
    asker, writer = tender.open.asker, tender.person
    pages = [
        (reverse("tender-questions", args=own), None),
        (reverse("tender-questions", args=own), writer),
        (reverse("tender-questions", args=own), asker),
        (reverse("enquiry-answer", args=asked), writer),
        (reverse("enquiry-decline", args=asked), writer),
        (reverse("enquiry-asker", args=asked), site.world.centre.officer),
    ]
    found = {}
    for address, person in pages:
        page = visit(address, person)
        assert LONG in page.content()
        found[address, person] = barriers_and_edges(page, width, "light")
    page = visit(reverse("enquiry-ask", args=own), asker)
    page.locator("[name=question]").fill(f"Is {asker.name} {LONG}?")
    send(page)
    found["check"] = barriers_and_edges(page, width, "light")
    assert LONG in page.locator("main .card").inner_text()
    assert not any(found.values()), {key: said for key, said in found.items() if said}


def test_a_long_word_in_a_cell_hides_no_column(site, visit):
    made = make.tender(criteria=1)
    made.lot.add_words(LONG, obligation="may", by=made.person, at=AT)
    made.publish(by=made.person, at=AT)
    page = visit(made.get_absolute_url())
    show(page, 1280, "light")
    cell = page.locator("td[dir=auto]", has_text=LONG).first
    wide = "cell => { const box = cell.closest('table').parentElement;"
    assert cell.evaluate(wide + "return box.scrollWidth - box.clientWidth }") <= 0
