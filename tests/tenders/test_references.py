"""Requirements added by a list of references that was pasted."""

import pytest
from django.urls import reverse

from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(client):
    """Asks for nothing yet; of two editions both have the references 1 and 2, one alone 3."""
    made = make.tender(edition=make.asked_edition(key="small", criteria=2))
    make.asked_edition(key="large", criteria=3)
    made.lot.requirements.all().delete()
    client.force_login(made.person)
    return made


def paste(client, tender, references, standard=""):
    address = reverse("requirements-add-references", args=[tender.reference, tender.lot.pk])
    return client.post(address, {"references": references, "standard": standard})


def keys(tender):
    return list(
        tender.lot.requirements.order_by("position").values_list("criterion__key", flat=True)
    )


@pytest.mark.parametrize(
    ("references", "standard", "added"),
    [
        ("small:2, LARGE:1\r\nlarge:3", "", ["small:2", "large:1", "large:3"]),
        ("3", "", ["large:3"]),
        ("2 1\t2;", "large", ["large:2", "large:1"]),
    ],
)
def test_they_are_added_in_the_order_of_the_list(client, tender, references, standard, added):
    assert paste(client, tender, references, standard).status_code == 302
    assert keys(tender) == added


@pytest.mark.parametrize(
    ("references", "standard", "words"),
    [
        ("small:1 none 9.9", "", "2 references are not there: none, 9.9."),
        ("3", "small", "1 reference is not there: 3."),
        ("small:1, 2", "", "These stand in more than one edition: 2. Choose the standard."),
        ("\0", "", "required"),
        (" ", "", "required"),
        ("1", "none such", "Select a valid choice"),
        (" ".join(f"1.{n}" for n in range(10_000)), "", "At most 3000 references at once."),
    ],
)
def test_what_does_not_fit_is_named_kept_and_nothing_is_added(
    client, tender, references, standard, words
):
    answer = paste(client, tender, references, standard)
    assert answer.status_code == 422
    assert words in tight(answer.content.decode())
    assert keys(tender) == []
