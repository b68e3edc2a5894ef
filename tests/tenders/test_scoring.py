"""The arithmetic of award criteria, as a table of cases."""

from decimal import Decimal

import pytest

from tenders import scoring
from tenders.scoring import FULL, LEVEL, LINEAR, RATIO, Bid, Rules

pytestmark = pytest.mark.alike


@pytest.mark.parametrize(
    ("weight", "level", "least", "earns", "points"),
    [
        (6, 0, 1, FULL, "0.00"),
        (6, 1, 1, FULL, "6.00"),
        (6, 4, 1, FULL, "6.00"),
        (6, 1, 2, FULL, "0.00"),  # below what is asked for is not met
        (6, 2, 2, FULL, "6.00"),
        (6, 0, 1, LEVEL, "0.00"),
        (6, 1, 1, LEVEL, "1.50"),
        (6, 2, 1, LEVEL, "3.00"),
        (6, 3, 1, LEVEL, "4.50"),
        (6, 4, 1, LEVEL, "6.00"),
        (6, 2, 3, LEVEL, "0.00"),
        (1, 1, 1, LEVEL, "0.25"),
        (7, 3, 1, LEVEL, "5.25"),
    ],
)
def test_what_a_should_of_the_catalogue_earns(weight, level, least, earns, points):
    assert str(scoring.for_criterion(weight, level, least=least, earns=earns)) == points


@pytest.mark.parametrize(
    ("weight", "score", "points"),
    [
        (10, 0, "0.00"),
        (10, 5, "10.00"),
        (10, 3, "6.00"),
        (7, 3, "4.20"),
        (1, 1, "0.20"),
        (7, Decimal("3.5"), "4.90"),
        (1, Decimal("3.33"), "0.67"),
        (5, Decimal("0.005"), "0.01"),  # exactly half a hundredth goes up
    ],
)
def test_what_an_answer_in_words_earns(weight, score, points):
    assert str(scoring.for_question(weight, score)) == points


@pytest.mark.parametrize("score", [-1, 6, Decimal("5.01")])
def test_no_score_is_beyond_the_scale(score):
    with pytest.raises(ValueError, match="0 to 5"):
        scoring.for_question(10, score)


@pytest.mark.parametrize(
    ("score", "least", "enough"),
    [(0, None, True), (1, 2, False), (2, 2, True), (Decimal("1.99"), 2, False)],
)
def test_a_score_is_enough_from_its_least_on(score, least, enough):
    assert scoring.enough(score, least) is enough


def test_a_fact_is_met_or_not():
    assert (scoring.for_fact(8, met=True), scoring.for_fact(8, met=False)) == (8, 0)


@pytest.mark.parametrize(
    ("formula", "weight", "prices", "points"),
    [
        (RATIO, 40, ["80000", "100000"], ["40.00", "32.00"]),
        (RATIO, 40, ["100"], ["40.00"]),
        (RATIO, 40, ["100", "100"], ["40.00", "40.00"]),
        (RATIO, 40, ["1", "3"], ["40.00", "13.33"]),
        (RATIO, 40, ["2", "3"], ["40.00", "26.67"]),
        (RATIO, 1, ["1", "200"], ["1.00", "0.01"]),  # 0.005 goes up
        (RATIO, 1, ["1", "201"], ["1.00", "0.00"]),
        (RATIO, 40, ["0", "5"], ["40.00", "0.00"]),
        (RATIO, 40, ["0", "0"], ["40.00", "40.00"]),
        (RATIO, 30, ["0.01", "9999999999.99"], ["30.00", "0.00"]),
        (LINEAR, 40, ["80000", "100000"], ["40.00", "30.00"]),
        (LINEAR, 40, ["100", "200"], ["40.00", "0.00"]),
        (LINEAR, 40, ["100", "350"], ["40.00", "0.00"]),
        (LINEAR, 40, ["100", "199.99"], ["40.00", "0.00"]),
        (LINEAR, 40, ["3", "4"], ["40.00", "26.67"]),
        (LINEAR, 40, ["0", "5"], ["40.00", "0.00"]),
        (LINEAR, 40, ["0", "0"], ["40.00", "40.00"]),
        (RATIO, 40, [], []),
    ],
)
def test_what_prices_earn(formula, weight, prices, points):
    made = scoring.for_prices(dict(enumerate(map(Decimal, prices))), weight, formula)
    assert [str(each) for each in made.values()] == points


def test_a_price_below_zero_is_refused():
    with pytest.raises(ValueError, match="not below 0"):
        scoring.for_prices({"a": Decimal(-1)}, 40, RATIO)


def bid(key, price, quality=0, enough=True):
    return Bid(key, Decimal(price), Decimal(quality), enough)


HALF = Rules(price=40, threshold=50)  # 30 of 60 points


@pytest.mark.parametrize(
    ("rules", "bids", "order"),
    [
        (Rules(40), [bid("a", 100, 30), bid("b", 80, 30)], [("b", 1, "70.00"), ("a", 2, "62.00")]),
        # equal totals: more quality first
        (Rules(40), [bid("a", 80, 42), bid("b", 100, 50)], [("b", 1, "82.00"), ("a", 2, "82.00")]),
        # equal totals and quality, as rounding makes them: the lower price first
        (
            Rules(1),
            [bid("a", "100.01", 50), bid("b", 100, 50)],
            [("b", 1, "51.00"), ("a", 2, "51.00")],
        ),
        # equal in all: one place, and the next one is the third
        (
            Rules(40),
            [bid("a", 80, 30), bid("b", 80, 30), bid("c", 100, 30)],
            [("a", 1, "70.00"), ("b", 1, "70.00"), ("c", 3, "62.00")],
        ),
        # below the threshold: no place, and its price is not the lowest
        (
            HALF,
            [bid("a", 10, "29.99"), bid("b", 80, 30)],
            [("b", 1, "70.00"), ("a", None, "29.99")],
        ),
        (HALF, [bid("a", 10, 0)], [("a", None, "0")]),
        # a score below its least: no place either
        (
            Rules(40),
            [bid("a", 10, 60, enough=False), bid("b", 80, 30)],
            [("b", 1, "70.00"), ("a", None, "60")],
        ),
        # nothing is scored: the price alone
        (Rules(), [bid("a", 300), bid("b", 100)], [("b", 1, "100.00"), ("a", 2, "33.33")]),
        (
            Rules(formula=LINEAR),
            [bid("a", 300), bid("c", 250), bid("b", 100)],
            [("b", 1, "100.00"), ("c", 2, "0.00"), ("a", 3, "0.00")],
        ),
        (HALF, [], []),
    ],
)
def test_the_order_of_bids(rules, bids, order):
    made = [(each.bid.key, each.place, each.total) for each in scoring.placed(rules, bids)]
    assert made == [(key, place, Decimal(total)) for key, place, total in order]


@pytest.mark.parametrize(
    ("price", "threshold", "least"),
    [
        (40, 50, "30.00"),
        (41, 33, "19.47"),
        (99, 50, "0.50"),
        (40, None, "0.00"),
        (40, 100, "60.00"),
    ],
)
def test_the_least_points_for_quality(price, threshold, least):
    assert str(scoring.least_quality(Rules(price, threshold=threshold))) == least


def test_points_add_up_as_they_are_printed():
    points = [scoring.for_question(weight, 1) for weight in (1, 3, 7)]
    assert str(scoring.for_quality(points)) == "2.20"
