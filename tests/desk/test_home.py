"""The first page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certcentre.desk import addresses
from certcentre.desk.home import lately
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


def test_it_counts_what_the_register_holds_now(client):
    make.declaration()
    page = client.get("/")
    assert ("1", "solution on the register") in page.context["figures"]
    make.declaration()
    assert ("2", "solutions on the register") in client.get("/").context["figures"]


def test_it_says_what_was_lately_decided(client):
    granted = make.engagement("granted")
    page = client.get("/").content.decode()
    number = granted.certificates.get()
    assert addresses.of(number) in page
    assert f"{number.title} for {number.release}" in page


def test_a_certificate_that_ran_out_is_not_shown_as_in_force(client):
    certificate = make.engagement("granted").certificates.get()
    (event,) = [each for each in lately(at=certificate.issued_at) if each.level > 1]
    assert event.state == ""
    (event,) = [each for each in lately(at=certificate.valid_until) if each.level > 1]
    assert event.state == "lapsed"


def test_a_certificate_whose_check_was_missed_is_not_shown_as_certified(client):
    certificate = make.engagement("granted").certificates.get()
    for days, level in ((420, 4), (430, 3)):
        at = certificate.issued_at + timedelta(days=days)
        assert [each.level for each in lately(at=at) if each.level > 1] == [level]


def test_a_declaration_that_was_replaced_is_not_on_it(at):
    first = make.declaration()
    later = at + timedelta(days=9)
    second = make.declaration(first.release, at=later)
    assert [event.url for event in lately(at=later)] == [second.get_absolute_url()]


def test_what_is_held_is_not_on_it(client, centre, at):
    declaration = make.declaration()
    release = declaration.release
    release.publish(["R-1"], by=declaration.declared_by, at=at)
    assert release.solution.name not in client.get("/").content.decode()


def test_it_takes_the_same_statements_for_more(client, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        make.engagement("granted")
        with django_assert_max_num_queries(8) as seen:
            assert client.get(reverse("home")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
