"""In public no words of a provider stand beneath an outcome that they contradict."""

import itertools

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.assessment.claims import Outcome, had_declared
from standards.attestation.results import Result
from standards.registry.credentials.certificate_pdf import result
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("declared", "outcome"), list(itertools.product(Outcome, Outcome)))
def test_every_pair_that_differs_is_said(declared, outcome):
    assert bool(had_declared(declared, outcome)) == (declared != outcome)


@pytest.fixture
def examined():
    """Declared partly met, with words, and found conforming; the rest as declared."""
    at = timezone.now()
    criteria = make.criteria(2)
    answers = {criteria[0].key: "partly_met"}
    declaration = make.declaration(criteria=criteria, answers=answers, at=at)
    return make.certificate(declaration=declaration, at=at)


def text(client, address):
    return " ".join(client.get(address).content.decode().split())


def test_the_page_of_the_product_says_what_was_declared_instead(client, examined):
    page = text(client, reverse("solution", args=[examined.release.solution_id]))
    words = "The provider had declared “Partly met”."
    assert page.index(words) < page.index('id="needs"')  # above all that is folded
    assert page.count(words) == 2  # and beside the claim
    assert "Because." not in page


def test_where_nothing_contradicts_them_they_stay(client):
    criteria = make.criteria(1)
    answers = {criteria[0].key: "partly_met"}
    declared = make.declaration(criteria=criteria, answers=answers, at=timezone.now())
    page = text(client, reverse("solution", args=[declared.release.solution_id]))
    assert "Because." in page
    assert "had declared" not in page
    assert 'id="otherwise"' not in page


def test_page_and_paper_of_the_certificate_say_it(client, examined):
    page = text(client, examined.get_absolute_url())
    assert page.count("The provider had declared “Partly met”.") == 1
    assert "Because." not in page
    papers = [result(fact) for fact in examined.facts["criteria"]]
    assert sum("The provider had declared “Partly met”." in paper for paper in papers) == 1


def test_a_certificate_from_before_keeps_its_words(client, examined):
    for fact in examined.facts["criteria"]:
        del fact["declared"]
    examined.save()
    assert "had declared" not in text(client, examined.get_absolute_url())
    assert result(examined.facts["criteria"][0]) == str(Result.CONFORMING.label)
