"""Too little competition is warned of below one number, and weights add up to one number."""

import pytest
from django.urls import reverse

from standards.registry.matching.qualifying import FEW, FULL_WEIGHT
from tenders import readiness
from tests import make
from tests.make.moment import AT

WARNING = "Too little competition."


@pytest.fixture
def tender(client, db):
    made = make.tender()
    client.force_login(made.person)
    return made


def text(client, url):
    return client.get(url).content.decode()


def qualifying(tender, number):
    claims = {f"{tender.edition.key}:{place}": 1 for place in (1, 2, 3)}
    for place in range(number):
        make.listed(f"Reader {place}", claims=claims)


@pytest.mark.parametrize(("number", "warned"), [(2, True), (3, False)])
def test_fewer_than_three_warn_and_three_do_not(client, tender, number, warned):
    qualifying(tender, number)
    for page in (tender.get_absolute_url(), reverse("tender-publish", args=[tender.reference])):
        said = text(client, page)
        assert (WARNING in said) is warned
        assert f"<strong>{number} of {number}</strong>" in said


def test_the_help_names_the_same_numbers(client, db):
    said = text(client, reverse("help-page", args=["buyer"]))
    assert f"With fewer than {FEW} it warns you." in said
    assert f"do not add up to {FULL_WEIGHT}" in said


@pytest.mark.parametrize(("weight", "ready"), [(59, False), (60, True), (61, False)])
def test_weights_of_a_lot_add_up_to_a_hundred(tender, weight, ready):
    make.picked(tender.lot).set(by=tender.person, at=AT, obligation="may")
    tender.lot.add_words("Prints", by=tender.person, at=AT, obligation="should", weight=weight)
    tender.lot.state_award(by=tender.person, at=AT, price_weight=40)
    assert (readiness.missing(tender, at=AT) == []) is ready


def test_a_lot_in_own_words_alone_is_not_counted(client, tender):
    make.listed("Elsewhere", facts={"countries_offered": ["FR"]})
    tender.state(by=tender.person, at=AT, countries=["KE"])
    lot = tender.add_lot(by=tender.person, at=AT, title="Training")
    lot.add_words("Teachers are trained", by=tender.person, at=AT, justification="They teach")
    panel = text(client, reverse("competition", args=[tender.reference, lot.pk]))
    assert "asks for nothing from the catalogue, so nothing is counted" in panel
    assert "1 requirement in your own words is to be read" in panel
    assert (WARNING in panel, " of 1</strong>" in panel) == (False, False)
    assert "not counted; 1 requirement to be read" in text(
        client, reverse("tender-publish", args=[tender.reference])
    )
