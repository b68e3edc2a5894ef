"""The public page of a certificate, and /verify/."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from standards.registry.credentials.ring_svg import arcs
from standards.registry.pages.certificate_files import COLOURS
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.alike


@pytest.fixture
def now():
    """The page asks the clock, so its records are made today."""
    return timezone.now()


@pytest.fixture
def edition(db):
    return make.graded("g")


def issue(edition, now, **fields):
    declaration = make.declaration(
        criteria=edition.criteria.exclude(level__key="AAA"), at=now - timedelta(days=1)
    )
    return make.certificate(declaration=declaration, at=now - timedelta(hours=1), **fields)


def page(client, certificate):
    got = client.get(certificate.get_absolute_url())
    assert got.status_code == 200
    return tight(got.content.decode())


def test_a_complete_one_is_a_certificate(client, edition, now):
    text = page(client, issue(edition, now))
    assert "Valid today" in text
    assert "<b>AL4</b>" in text
    assert "all 4 criteria of Example g at Level AA" in text


@pytest.mark.parametrize(
    ("days", "level", "watched"), [(300, 4, True), (380, 4, False), (430, 3, False)]
)
def test_without_its_planned_check_it_is_no_longer_shown_as_certified(
    client, edition, now, days, level, watched
):
    certificate = issue(edition, now - timedelta(days=days))
    text = page(client, certificate)
    assert f"<b>AL{level}</b>" in text
    assert ("watched, next check by" in text) is watched
    assert ("Surveillance is overdue" in text) is not watched
    solution = page(client, certificate.release.solution)
    (listed,) = re.findall(r'id="certificates".*?<b>(AL\d)</b>', solution)
    assert listed == f"AL{level}"
    badge = client.get(f"/badges/{certificate.number}.svg").content.decode()
    assert arcs(level, ink=COLOURS["valid"]) in badge


def test_a_part_is_never_called_a_certificate_of_the_edition(client, edition, now):
    part = edition.criteria.filter(ref__in=["1.1", "1.2", "2.1"])
    text = page(client, issue(edition, now, criteria=part))
    assert "Verification of 3 of 4 criteria" in text
    assert "It is not a certificate of the edition." in text
    assert "AL4" not in text
    assert "It was not part of this examination." in text


def test_many_left_out_are_counted_before_some_are_named(client, now, db):
    edition = make.asked_edition(key="long", criteria=10)
    declaration = make.declaration(criteria=edition.criteria.all(), at=now - timedelta(days=1))
    part = make.certificate(
        declaration=declaration,
        criteria=edition.criteria.filter(ref="1"),
        at=now - timedelta(hours=1),
    )
    text = page(client, part)
    named = ", ".join(f"{place} Criterion {place}" for place in range(2, 8))
    assert f'<a href="#left-out">9 criteria</a>: {named} and 3 more.' in text


def test_it_leads_to_the_product_while_that_is_on_the_register(client, edition, now):
    found = issue(edition, now)
    solution = found.release.solution
    assert f'href="{solution.get_absolute_url()}"' in page(client, found)
    solution.withdraw(by=make.signer(solution.organisation), at=now, reason="Sold out.")
    assert f'href="{solution.get_absolute_url()}"' not in page(client, found)


def test_it_says_that_the_register_shows_another_release(client, edition, now):
    certificate = issue(edition, now)
    solution, first = certificate.release.solution, certificate.release.label
    words = f"The register shows release 5.x; this covers release {first}."
    later = make.release(solution=solution, label="5.x")
    make.declaration(later, criteria=edition.criteria.all(), at=now)
    assert words not in page(client, certificate)
    later.make_current(by=make.signer(solution.organisation), at=now)
    assert words in page(client, certificate)
    solution.withdraw(by=make.signer(solution.organisation), at=now, reason="Sold out.")
    assert words not in page(client, certificate)


def test_it_names_body_accreditation_and_methods_but_no_person(client, edition, now):
    found = issue(edition, now)
    text = page(client, found)
    assert found.body.name in text
    assert "AC-" in text
    assert "Test" in text
    assert found.body.second.name not in text.replace("decider", "")


@pytest.mark.parametrize(
    ("step", "words"), [("suspend", "Suspended: do not rely"), ("withdraw", "Withdrawn")]
)
def test_a_step_shows_at_once_with_its_reason(client, edition, now, step, words):
    found = issue(edition, now)
    assert "Valid today" in page(client, found)
    getattr(found, step)(by=found.body.second, at=now, reason="Trackers were found.")
    text = page(client, found)
    assert words in text
    assert "Trackers were found." in text
    assert "Valid today" not in text


def test_no_cache_may_keep_it(client, edition, now):
    got = client.get(issue(edition, now).get_absolute_url())
    assert "no-cache" in got["Cache-Control"]


def test_an_expired_one_says_so(client, edition, now):
    declared = make.declaration(
        criteria=edition.criteria.exclude(level__key="AAA"), at=now - timedelta(days=301)
    )
    make.accreditation(
        body := make.body(), [edition], at=now, since=(now - timedelta(days=400)).date()
    )
    found = make.certificate(
        declaration=declared, organisation=body, at=now - timedelta(days=300), months=6
    )
    assert "Expired" in page(client, found)


def test_the_square_leads_to_its_own_address(client, edition, now):
    found = issue(edition, now)
    text = page(client, found)
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in text or 'class="qr"' in text
    assert f"http://127.0.0.1:8000/certificates/{found.number}/" in text


def test_names_with_markup_are_shown_as_written(client, edition, now):
    name = "<script>alert('x')</script> “Läsa” قراءة"
    release = make.release(solution=make.solution(name=name))
    declaration = make.declaration(
        release, criteria=edition.criteria.filter(level__key="A"), at=now - timedelta(days=1)
    )
    text = page(client, make.certificate(declaration=declaration, at=now))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("size", [3, 30])
def test_it_takes_the_same_statements_at_any_size(
    client, db, now, size, django_assert_max_num_queries
):
    declaration = make.declaration(criteria=make.criteria(size), at=now - timedelta(days=1))
    found = make.certificate(declaration=declaration, at=now)
    with django_assert_max_num_queries(8):
        assert client.get(found.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("shape", ["{}", " {} ", "http://127.0.0.1:8000/certificates/{}/"])
def test_a_number_leads_to_its_page(client, edition, now, shape):
    found = issue(edition, now)
    for typed in (found.number, found.number.lower(), found.number.replace("-", " ")):
        got = client.get("/verify/", {"number": shape.format(typed)})
        assert got.url == found.get_absolute_url()


def test_numbers_of_accreditations_are_found_too(client, db):
    found = make.accreditation()
    assert client.get("/verify/", {"number": found.number}).url == found.get_absolute_url()


def test_a_number_that_was_never_issued_is_said_to_be_none(client, db):
    got = client.get("/verify/", {"number": "cc 2026 999999"}).content.decode()
    assert "We issued no CC-2026-999999." in got


@pytest.mark.parametrize("typed", ["hello", "CC-2026", "%00", "'; drop", "١٢٣"])
def test_what_is_no_number_is_said_to_be_none(client, db, typed):
    got = client.get("/verify/", {"number": typed}).content.decode()
    assert "This is not a number of ours." in got
