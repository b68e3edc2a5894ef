"""Up to five solutions side by side, by criterion, without a total."""

import uuid

import pytest
from django.utils import timezone

from tests import make
from tests.registry.test_finding import need
from tests.registry.test_market import unlist
from tests.registry.test_solutions import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def two(provider, now):
    """One that meets both criteria, one that meets the first as well as the other does."""
    good, other = (make.listed(name, organisation=provider) for name in ("Good", "Other"))
    for one, keys in ((good, ("ex-1:1", "ex-1:2")), (other, ("ex-1:1",))):
        for key in keys:
            make.claim(one.current_release, key, level=2, **standing(now))
    return good, other


def page(client, *solutions, show=""):
    query = "&".join(f"s={one.pk}" for one in solutions)
    return " ".join(client.get(f"/solutions/compare/?{query}&show={show}").content.decode().split())


def test_each_criterion_with_what_each_says(client, provider, now):
    found = page(client, *two(provider, now))
    assert "Criterion 1" in found
    assert "Criterion 2" in found
    assert found.count("<b>AL2</b>") == 2  # where both say the same, once
    assert found.count("No statement") == 1


def test_what_differs_stands_before_what_is_the_same_in_all(client, provider, now):
    found = page(client, *two(provider, now))
    same = found.index("The same in all: 1 criteria, 0 learner needs")
    assert found.index("Criterion 2") < same < found.index("Criterion 1")


def test_one_alone_is_shown_in_full(client, provider, now):
    found = page(client, two(provider, now)[0])
    assert "Criterion 1" in found
    assert "The same in all" not in found


def test_only_where_they_differ(client, provider, now):
    found = page(client, *two(provider, now), show="differences")
    assert "Criterion 1" not in found
    assert "Criterion 2" in found


def test_a_need_in_which_they_do_not_differ_is_left_out_too(client, provider, now):
    need("same", {"required_all": ["ex-1:1"]}, label="Both alike")
    need("apart", {"required_all": ["ex-1:2"]}, label="One alone")
    both, differing = (page(client, *two(provider, now), show=show) for show in ("", "differences"))
    assert "Both alike" in both
    assert "Both alike" not in differing
    assert "One alone" in differing


def test_needs_stand_first(client, provider, now):
    need("see", {"required_all": ["ex-1:1", "ex-1:2"]})
    found = page(client, *two(provider, now))
    assert "Example need" in found
    assert "Supported" in found
    assert "Partly" in found


def test_five_at_the_most_and_only_listed_ones(client, provider):
    made = [make.listed(f"Number {n}", organisation=provider) for n in range(6)]
    assert "Number 5" not in page(client, *made)
    unlist(made[0], "withdrawn")
    found = page(client, *made[:2])
    assert "Number 0" not in found
    assert "1 of those you chose is not on the register" in found


@pytest.mark.parametrize(
    "query", ["", "?s=", "?s=x&s=%00", f"?s={uuid.UUID(int=7)}", "?s=1&show=%00"]
)
def test_nothing_to_compare_says_what_to_do(client, query):
    assert "Nothing to compare yet" in client.get(f"/solutions/compare/{query}").content.decode()


def test_three_statements_for_two_or_five(client, provider, now, django_assert_num_queries):
    pair = two(provider, now)
    with django_assert_num_queries(3):
        page(client, *pair)
    more = two(provider, now)
    with django_assert_num_queries(3):
        assert "Good" in page(client, *pair, *more)
