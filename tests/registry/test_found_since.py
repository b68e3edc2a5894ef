"""A certificate proves no more what was found otherwise after it was issued."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.assessment.claims import Claim
from standards.models import Credential
from standards.registry.verify.records import found_since, of_number
from tests import make
from tests.markup import text

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

SINCE = "Valid today, but something was found otherwise since"


@pytest.fixture
def certificate(at):
    made = make.certificate()
    made.keys = [fact["key"] for fact in made.facts["criteria"]]
    return made


def upheld(certificate, key, at, outcome="upheld"):
    """A case about its product that says a criterion is not met."""
    case = make.case(certificate.release.solution, "examined")
    who = {"by": case.handler, "at": at, "reason": "Seen."}
    case.decide(outcome=outcome, against=[key], **who)
    return case


def test_what_the_centre_found_stands_on_its_page_and_where_it_is_checked(certificate, client, at):
    key, address = certificate.keys[0], certificate.get_absolute_url()
    page = text(client.get(address))
    assert "Valid today" in page
    assert SINCE not in page
    assert [check.passed for check in of_number(certificate.number, at=at).checks] == [True] * 3
    case = upheld(certificate, key, at + timedelta(hours=1))
    page, words = text(client.get(address)), f"Found by the centre in {case.number}"
    assert SINCE in page
    assert page.count(words) == 2  # at the top, and beside the criterion
    check = of_number(certificate.number, at=at).checks[-2]
    assert (check.passed, words in check.text) == (False, True)
    told = client.get(reverse("api-certificate", args=[certificate.number])).json()
    assert told["status"] == "valid"
    assert [(each["criterion"], each["outcome"]) for each in told["found_since"]] == [
        (key, "not_met")
    ]


def test_a_credential_that_is_handed_in_says_it_too(certificate, client, at, monkeypatch):
    held = {"credential": bytes(Credential.objects.issue(certificate, at=at).document).decode()}
    monkeypatch.setattr(timezone, "now", lambda: at + timedelta(hours=2))
    assert "not all of it holds" not in text(client.post(reverse("verify"), held))
    case = upheld(certificate, certificate.keys[0], at + timedelta(hours=1))
    page = text(client.post(reverse("verify"), held))
    assert "Valid, but not all of it holds any more" in page
    assert f"Found by the centre in {case.number}" in page


def test_a_later_declaration_does_not_give_it_back(certificate, client, at):
    key = certificate.keys[0]
    upheld(certificate, key, at + timedelta(hours=1))
    criterion = Claim.objects.filter(criterion__key=key).first().criterion
    make.declaration(certificate.release, criteria=[criterion], at=at + timedelta(hours=2))
    assert [finding.key for finding in found_since(certificate)] == [key]
    assert SINCE in text(client.get(certificate.get_absolute_url()))


def test_what_was_found_of_something_else_is_not_said_of_it(certificate, at):
    other = make.certificate()
    upheld(other, other.facts["criteria"][0]["key"], at + timedelta(hours=1))
    assert found_since(certificate) == []
    assert len(found_since(other)) == 1


def test_it_is_one_statement(certificate, at, django_assert_num_queries):
    for key in certificate.keys[:3]:
        upheld(certificate, key, at + timedelta(hours=1))
    with django_assert_num_queries(1):
        assert len(found_since(certificate)) == len(certificate.keys[:3])
