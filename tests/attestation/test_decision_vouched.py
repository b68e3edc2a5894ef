"""What a page says of a decision is computed: by the log, and by who took part."""

import pytest
from django.db import connection

from certcentre.lifecycle import Disagrees
from standards.attestation.report import report_of
from standards.models import Certificate
from standards.registry.credentials.store import Credential
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
RED = "Our records disagree"
SECOND = "by a second person of the body who did not examine"


def forge(statement, *values):
    """What somebody with the database in hand writes."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def text(client, row):
    return client.get(row.get_absolute_url()).content.decode()


def test_what_nobody_touched_stays_calm(client):
    certificate = make.certificate()
    shown = text(client, certificate)
    assert RED not in shown
    assert SECOND in shown
    client.force_login(certificate.body.second)
    inside = text(client, certificate.engagement)
    assert RED not in inside
    assert "By a second person of" in inside
    assert report_of(certificate.engagement).granted


@pytest.mark.parametrize(
    ("column", "value"),
    [("decided_at", "2020-01-01"), ("outcome", "refused"), ("reason", "Another.")],
)
def test_a_forged_decision_is_red_everywhere(client, column, value):
    certificate = make.certificate()
    forge(f"UPDATE standards_decision SET {column} = %s", value)  # noqa: S608 (our words)
    shown = text(client, Certificate.objects.get())
    assert RED in shown
    assert SECOND not in shown
    client.force_login(certificate.body.second)
    inside = text(client, certificate.engagement)
    assert RED in inside
    assert "By a second person of" not in inside
    with pytest.raises(Disagrees):
        report_of(certificate.engagement)
    with pytest.raises(Disagrees):
        Credential.objects.issue(Certificate.objects.get(), at=AT)


def test_an_outsider_in_the_place_of_who_decided(client):
    certificate, outsider = make.certificate(), make.organisation().person
    key = outsider.pk.hex if connection.vendor == "sqlite" else outsider.pk
    forge("UPDATE standards_decision SET decided_by_id = %s", key)
    shown = text(client, certificate)
    assert RED in shown
    assert SECOND not in shown


def test_who_examined_is_not_called_a_second_person(client):
    certificate = make.certificate()
    decider = certificate.body.second
    certificate.engagement.findings.update(recorded_by=decider)
    shown = text(client, certificate)
    assert RED not in shown
    assert SECOND not in shown
