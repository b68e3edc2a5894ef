"""The starter profile of the portal's own content."""

from pathlib import Path

import yaml

from standards.assessment.assessments import Assessment
from standards.catalogue.profiles import Profile
from tests import make

FILE = Path(__file__).parent.parent / "catalogue" / "examples.yaml"
PRODUCTS = yaml.safe_load(FILE.read_text())["products"]


def asked(product, starter, provider, at):
    """How many criteria a product's draft leaves to answer, and how many a rule marked."""
    release = make.release(provider, facts=product["facts"])
    draft = Assessment.start(release, by=provider.person, at=at, profile=starter)
    marked = draft.answers.filter(origin="rule").exclude(reason="").count()
    left = draft.answers.filter(value="").count()
    assert marked + left == draft.answers.count()
    return left


def test_the_starter_profile_asks_a_days_work_of_every_example(provider, at):
    make.catalogue()
    starter = Profile.objects.get(key="starter")
    numbers = {product["id"]: asked(product, starter, provider, at) for product in PRODUCTS}
    assert (min(numbers.values()), max(numbers.values())) == (51, 101), numbers
