"""What a body says of its fee, time and languages: kept by itself, read wherever one chooses."""

import pytest
from django.urls import reverse

from certcentre.lifecycle import NotAllowed, NotReady
from standards.attestation.body_terms import BodyTerms
from tests import make
from tests.make.moment import AT

WORDS = {
    "fee_from": 2000,
    "fee_to": 5000,
    "currency": "EUR",
    "lead_days": 30,
    "languages": ["en", "sw"],
    "contact": "https://body.example/audits",
}


def built():
    declaration = make.declaration(criteria=make.criteria(1, key="ex"))
    body = make.body()
    body.accreditation = make.accreditation(body, [make.criteria(1, key="ex-2")[0].edition])
    make.accreditation(body, [declaration.assessment.answers.get().criterion.edition])
    body.declaration = declaration
    return body


kept = make.kept(built)


@pytest.fixture
def body(db, kept):
    return kept()


def state(body, by=None, **changes):
    return BodyTerms.state(body, by=by or body.person, at=AT, **{**WORDS, **changes})


def test_a_manager_of_the_body_keeps_them_and_they_stay_one(body):
    state(body)
    state(body, lead_days=20)
    assert BodyTerms.objects.get().lead_days == 20
    with pytest.raises(NotAllowed):
        state(body, by=body.second)


def test_all_that_is_wrong_is_said_at_once(body):
    with pytest.raises(NotReady) as met:
        state(body, fee_to=1, languages=[])
    assert len(met.value.problems) == 2


def test_they_are_read_where_a_provider_chooses_and_by_anybody(body, client):
    state(body)
    for address in (reverse("auditors"), body.accreditation.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "5,000 EUR" in page
        assert "Swahili" in page
    (row, _other) = client.get(reverse("api-accreditations")).json()["results"]
    assert row["terms"]["lead_days"] == 30
    client.force_login(make.signer(body.declaration.release.solution.organisation))
    page = client.get(reverse("engagement-request", args=[body.declaration.number]))
    assert WORDS["contact"] in page.content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [("currency", "XYZ"), ("languages", "Klingonese"), ("contact", "javascript:alert(1)")],
)
def test_what_cannot_be_read_is_named_and_nothing_is_lost(body, client, field, typed):
    client.force_login(body.person)
    sent = {**WORDS, "languages": "English", field: typed}
    page = client.post(reverse("body-terms", args=[body.pk]), sent)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not BodyTerms.objects.exists()
