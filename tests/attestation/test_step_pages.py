"""A page that asks before a step of a certificate, statement, accreditation or edition says where
the log holds something else."""

import pytest
from django.db import connection, transaction
from django.urls import NoReverseMatch, get_resolver, reverse

from tests import make

pytestmark = pytest.mark.django_db
RED = "Our records disagree"
KINDS = {  # the names of step pages begin with it: what a hand writes, and the pages that are met
    "certificate-": ("standards_certificate SET covered_count = 9", 3),
    "declaration-": ("standards_declaration SET signatory_name = 'Forged'", 1),
    "accreditation-": ("standards_accreditation SET valid_until = '2040-01-01'", 2),
    "external-": ("standards_externalcertificate SET issuer = 'Forged'", 1),
    "catalogue-edition-": ("standards_edition SET name = 'Forged'", 2),
}


def step_pages(client, people, kind, keys):
    """The pages that ask before a step of this kind of record, each as somebody reads it."""
    names = [name for name in get_resolver().reverse_dict if str(name).startswith(kind)]
    pages = {}
    for person in people:
        client.force_login(person)
        for name in names:
            for key in keys:
                try:
                    answer = client.get(reverse(name, args=[key]))
                except NoReverseMatch:
                    continue
                asks = any(str(each.name).endswith("step.html") for each in answer.templates)
                if answer.status_code == 200 and asks:
                    pages[name] = answer.content.decode()
    return pages


@pytest.fixture
def records(db, centre):
    """One of each, and everybody who may take a step of one."""
    certificate = make.certificate()
    external = make.external(status="recorded")
    declaration = external.release.declarations.get()
    accreditation = certificate.body.accreditations.get()
    edition = make.edition("ex")
    rows = [declaration.number, certificate.number, external.number]
    keys = [*rows, accreditation.pk, accreditation.number, edition.key]
    holders = [certificate.body, external.release.solution.organisation, centre]
    people = {each.user for body in holders for each in body.memberships.filter(until=None)}
    return keys, [*people]


def forge(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {statement}")
        assert cursor.rowcount


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_that_asks_is_red_where_a_hand_wrote_in(client, records, kind):
    keys, people = records
    statement, least = KINDS[kind]
    calm = step_pages(client, people, kind, keys)
    assert len(calm) >= least
    assert not [name for name, text in calm.items() if RED in text]
    before = transaction.savepoint()
    forge(statement)
    asked = step_pages(client, people, kind, keys)
    transaction.savepoint_rollback(before)
    assert {name for name, text in asked.items() if RED in text} == set(calm)
