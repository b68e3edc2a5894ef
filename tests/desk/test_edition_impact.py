"""Who is affected: solutions, drafts, certificates, accreditations, tenders, rules and sets."""

import pytest
from django.urls import reverse

from tests import make


@pytest.fixture
def shown(centre, client):
    client.force_login(centre.officer)

    def page(edition):
        return client.get(reverse("catalogue-affected", args=[edition.key])).content.decode()

    return page


def test_nothing_rests_on_a_new_edition(shown):
    assert "Nothing rests on it" in shown(make.edition())


def test_solutions_and_certificates_are_named(shown, auditor):
    certificate = make.certificate()
    page = shown(certificate.edition)
    assert certificate.number in page
    assert certificate.release.solution.name in page


def test_tenders_that_ask_for_it_are_named_and_drafts_are_not(shown):
    edition = make.asked_edition()
    open_one = make.tender(edition=edition, status="published", title="Readers for all schools")
    make.tender(edition=edition, title="Not yet said")
    page = shown(edition)
    assert "Readers for all schools" in page
    assert "Not yet said" not in page
    assert open_one.status == "published"


def test_rules_profiles_and_needs_are_named(shown):
    edition = make.edition()
    key = edition.criteria.first().key
    make.rule(edition, key="X99")
    make.profile("basics", criteria=[key])
    make.need("reading", required=[key])
    page = shown(edition)
    assert all(name in page for name in ("X99", "Profile basics", "Need reading"))


def test_drafts_are_counted_and_not_named(shown, provider):
    edition = make.edition()
    draft = make.assessment(organisation=provider, criteria=edition.criteria.all())
    page = shown(edition)
    assert "<dd>1</dd>" in page
    assert draft.release.solution.name not in page
