"""Of few nothing is said in public that would point at one of them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre.desk import figures
from tests import make
from tests.desk.two_years import END, after, examined

pytestmark = pytest.mark.django_db


def test_a_criterion_is_shown_where_five_providers_stand_behind_it(db, at):
    body, criteria = make.body(), make.criteria(1)
    for number in range(5):
        assert not figures.figures(END)["first-attempt"].lines
        examined(100 + number, body, criteria, state="granted")
    (line,) = figures.figures(END)["first-attempt"].lines
    assert (line.key, line.cells) == (criteria[0].key, (5, 5, 100))


def test_of_one_provider_with_many_products_nothing_is_said(db, at):
    body, criteria, provider = make.body(), make.criteria(1), make.organisation("provider")
    for number in range(5):
        product = make.release(provider)
        examined(100 + number, body, criteria, state="granted", product=product)
    assert not figures.figures(END)["first-attempt"].lines


def test_the_decisions_of_this_month_wait_for_its_end(db, at):
    body, criteria = make.body(), make.criteria(1)
    for number in range(5):
        examined(100 + number, body, criteria, state="granted")
    decided = after(100 + 4 + 21 + 104 % 3)
    this = figures.figures(decided + timedelta(hours=1))["first-attempt"]
    assert (this.lines, this.until.day) == ([], 1)
    assert figures.figures(decided + timedelta(days=31))["first-attempt"].lines


def test_of_two_no_median_is_said(client, db, at):
    for _one in range(2):
        make.organisation("buyer", verified=False)
    (line, *_) = figures.figures(at + timedelta(days=4))["queue"].lines
    assert line.cells == (2, None)
    page = client.get(reverse("figures")).text
    assert "too few to say" in page
    make.organisation("buyer", verified=False)
    (line, *_) = figures.figures(at + timedelta(days=4))["queue"].lines
    assert line.cells == (3, 4.0)


def test_an_empty_portal_says_that_there_is_nothing(client, db):
    page = client.get(reverse("figures")).text
    assert page.count("None in this time.") == 4
    assert "No criterion was examined in products of 5 providers yet." in page
