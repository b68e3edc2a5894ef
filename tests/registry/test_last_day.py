"""What ends at midnight holds to the day before, wherever its end is said (rule R117)."""

from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from certcentre.desk.templatetags.looks import until
from standards.assessment.abilities import renew
from standards.assessment.claims import Claim
from standards.assessment.declarations import Declaration
from standards.assessment.periods import end_of, last_day_of
from standards.attestation.certificates import Certificate
from standards.registry.pages.certificate_files import told
from tests import make

pytestmark = pytest.mark.django_db
LAST = date(2031, 4, 30)


@pytest.fixture
def certificate():
    """It and its declaration end with a day."""
    certificate = make.certificate(at=timezone.now())
    for model in (Certificate, Declaration, Claim):
        model.objects.update(valid_until=end_of(LAST))
    certificate.refresh_from_db()
    return certificate


def text(client, address):
    return " ".join(client.get(address).content.decode().split())


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (end_of(LAST), LAST),
        (datetime(2031, 4, 30, 0, 0, 1, tzinfo=UTC), LAST),
        (LAST, LAST),  # a day is itself the last
    ],
)
def test_the_last_day(end, last):
    assert last_day_of(end) == last
    assert until(end) == "30 April 2031"


def test_on_pages(client, certificate):
    product = certificate.release.solution.get_absolute_url()
    declaration = certificate.engagement.declaration.get_absolute_url()
    for address in (certificate.get_absolute_url(), product, declaration):
        page = text(client, address)
        assert "30 April 2031" in page
        assert "1 May 2031" not in page
        assert "2031-05-01" not in page.replace("2031-05-01T00:00:00Z", "")


def test_in_mails_tasks_and_papers(certificate):
    declaration = certificate.engagement.declaration
    mail = render_to_string("emails/certificate.ends.txt", {"record": certificate})
    mail += render_to_string("emails/declaration.ends.txt", {"record": declaration})
    task = renew(declaration, timezone.now())
    said = f"{mail} {task.text} {told(certificate, 'valid')}"
    assert said.count("30 April 2031") >= 4
    assert "1 May 2031" not in said
