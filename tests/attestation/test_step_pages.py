"""A page that asks before a step of a certificate, statement, accreditation or edition says where
the log holds something else."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.urls import NoReverseMatch, get_resolver, reverse

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
RED = "Our records disagree"
KINDS = {  # the names of step pages begin with it: what a hand writes, and the pages that are met
    "certificate-": ("standards_certificate SET covered_count = 9", 3),
    "declaration-": ("standards_declaration SET signatory_name = 'Forged'", 1),
    "accreditation-": ("standards_accreditation SET valid_until = '2040-01-01'", 2),
    "external-": ("standards_externalcertificate SET issuer = 'Forged'", 1),
    "catalogue-edition-": ("standards_edition SET name = 'Forged'", 2),
}


def step_pages(client, people, kind, keys):
    """The pages that ask before a step of this kind of record, by name: who reads it, and where."""
    names = [name for name in get_resolver().reverse_dict if str(name).startswith(kind)]
    places = [(name, place) for name in names for key in keys for place in leading(name, key)]
    pages = {}
    for person in people:
        client.force_login(person)
        for name, place in places:
            answer = client.get(place) if name not in pages else None
            asks = answer and any(str(each.name).endswith("step.html") for each in answer.templates)
            if asks and answer.status_code == 200:
                pages[name] = person, place
    return pages


def leading(name, key):
    """The address of this name with this key, where there is one."""
    with suppress(NoReverseMatch):
        yield reverse(name, args=[key])


def red(client, pages):
    """The names of those that say that our records disagree."""
    for name, (person, place) in pages.items():
        client.force_login(person)
        if RED in client.get(place).content.decode():
            yield name


@pytest.fixture
def records(db, centre):
    """The keys of one of each, and everybody who may take a step of one."""
    certificate = make.certificate()
    external = make.external(status="recorded")
    declaration = external.release.declarations.get()
    accreditation = certificate.body.accreditations.get()
    edition = make.edition("ex")
    keys = {
        "certificate-": [certificate.number],
        "declaration-": [declaration.number],
        "accreditation-": [accreditation.pk, accreditation.number],
        "external-": [external.number],
        "catalogue-edition-": [edition.key],
    }
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
    pages = step_pages(client, people, kind, keys[kind])
    assert len(pages) >= least
    assert not [*red(client, pages)]
    before = transaction.savepoint()
    forge(statement)
    asked = {*red(client, pages)}
    transaction.savepoint_rollback(before)
    assert asked == set(pages)
