"""The public page of a solution: what stands, how well it is proven, and only what is public."""

import json
import uuid
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from standards.assessment.claims import OF_CLAIM, Claim
from standards.catalogue.editions import Criterion, Edition
from standards.registry.pages.solution import Attested, sizes_of
from standards.registry.trail import OF_CRITERION, OF_EDITION
from tests import make
from tests.registry.test_finding import need
from tests.registry.test_market import unlist
from tests.registry.test_solutions import standing

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def now():
    return timezone.now()


def page_of(client, solution):
    return client.get(reverse("solution", args=[solution.pk]))


def text(client, solution):
    return " ".join(page_of(client, solution).content.decode().split())


def test_a_declared_solution_is_shown_with_its_declaration_and_provider(client):
    declared = make.declaration(at=timezone.now())
    page = text(client, declared.release.solution)
    assert declared.number in page
    assert "Business register, by hand" in page
    assert "Declared on" in page
    assert "3 criteria answered that apply" in page


def test_an_edition_that_was_withdrawn_says_so_beside_its_count(client, centre):
    declared = make.declaration(at=timezone.now())
    solution = declared.release.solution
    assert "was withdrawn on" not in text(client, solution)
    edition = declared.claims.first().criterion.edition
    edition.withdraw(by=centre.officer, at=timezone.now(), reason="It is wrong.")
    said = f"{edition.name} was withdrawn on"
    assert said in text(client, solution)
    assert said in " ".join(
        client.get(f"/solutions/compare/?s={solution.pk}").content.decode().split()
    )
    assert said in " ".join(client.get(edition.get_absolute_url()).content.decode().split())


def test_a_certificate_says_that_its_edition_was_withdrawn(client, centre, now):
    certificate = make.certificate(at=now)
    address = certificate.get_absolute_url()
    assert "was withdrawn on" not in client.get(address).content.decode()
    certificate.edition.withdraw(by=centre.officer, at=now, reason="It is wrong.")
    said = f"{certificate.edition.name} was withdrawn on"
    assert said in " ".join(client.get(address).content.decode().split())


def test_what_is_counted_is_said_where_less_than_the_edition_was_declared(client):
    edition = make.edition("part")
    criteria = list(edition.criteria.order_by("position"))[:3]
    answers = {criteria[0].key: "not_met"}
    declared = make.declaration(criteria=criteria, answers=answers, at=timezone.now())
    page = text(client, declared.release.solution)
    assert f"{edition.name}: 2 of the 3 criteria answered are met" in page
    assert "Something is said of 3 of its 4 criteria." in page


def test_what_the_provider_explains_is_shown(client):
    criteria = make.criteria(1)
    answers = {criteria[0].key: "partly_met"}
    declared = make.declaration(criteria=criteria, answers=answers, at=timezone.now())
    page = text(client, declared.release.solution)
    assert "The provider explains:" in page
    assert "Because." in page


@pytest.mark.parametrize(
    "how",
    ["not public", "held", "refused", "withdrawn", "provider suspended", "no current release"],
)
def test_what_is_not_listed_has_no_page_for_anybody(client, centre, how):
    solution = make.listed()
    assert page_of(client, solution).status_code == 200
    unlist(solution, how)
    client.force_login(centre.officer)
    unknown = client.get(reverse("solution", args=[uuid.uuid4()]))
    assert page_of(client, solution).status_code == unknown.status_code == 404
    assert page_of(client, solution).content == unknown.content


def test_an_auditor_found_otherwise(client, provider, now):
    release = make.listed(organisation=provider).current_release
    found = now - timedelta(days=40)
    make.claim(
        release, "ex-1:1", "not_met", 3, basis="finding", valid_from=found, ended_at=now, source="X"
    )
    make.claim(release, "ex-1:2", **standing(now))
    assert "an auditor found otherwise" not in text(client, release.solution)
    make.claim(release, "ex-1:1", **standing(now))
    assert "an auditor found otherwise on" in text(client, release.solution)
    make.claim(release, "ex-1:1", level=3, basis="certificate", **standing(now))
    assert "an auditor found otherwise" not in text(client, release.solution)


def test_needs_come_with_their_trail(client, provider, now):
    need("see", {"required_all": ["ex-1:1", "ex-1:2"], "barriers_if_not_met": ["ex-1:3"]})
    release = make.listed(organisation=provider).current_release
    make.criterion("ex-1:2", title="Headings")
    assert 'Not known yet <span class="num quiet">1</span>' in text(client, release.solution)
    make.claim(release, "ex-1:1", **standing(now))
    page = text(client, release.solution)
    assert "1 of 2 checks met" in page
    assert '<span class="ref">2</span> Headings' in page
    make.claim(release, "ex-1:3", "not_met", **standing(now))
    page = text(client, release.solution)
    assert page.index('Barrier known <span class="num quiet">1</span>') < page.index('id="claims"')
    assert "uitable" not in page


def test_names_cannot_break_the_page(client):
    bad = '"><script>alert(1)</script> ميرا'
    body = make.organisation(name=bad)
    solution = make.listed(bad, summary=bad, organisation=body, website="https://example.org/?a=<b")
    page = text(client, solution)
    assert "<script>alert" not in page
    assert "ميرا" in page


def test_a_certificate_is_named_with_its_state(client):
    certificate = make.certificate()
    page = text(client, certificate.release.solution)
    assert certificate.number in page
    assert certificate.body.name in page


def test_a_certificate_says_what_it_covers_and_what_not(client):
    """Beside each product; the first of what is left out are named, and all are counted."""
    certificate = make.certificate()
    page = text(client, certificate.release.solution)
    assert "<dt>Covers</dt>" in page
    assert "Nothing of its scope is left out." in page
    left = [{"ref": f"9.{n}", "title": "T", "why": "minor", "key": f"x:9.{n}"} for n in range(8)]
    certificate.facts["excluded"] = left
    shown = render_to_string(
        "registry/_certificates.html",
        {"portrait": {"certificates": [Attested(certificate, "valid", 4)]}},
    )
    assert "9.0 T, 9.1 T, 9.2 T, 9.3 T, …" in shown
    assert "(8 in all)" in shown


def test_a_certificate_of_another_release_is_said_where_the_product_is_read(client, now):
    certificate = make.certificate(at=now)
    solution, words = certificate.release.solution, f"{certificate.number} covers release"
    assert words not in text(client, solution)
    later = make.release(solution=solution, label="5.x")
    make.declaration(later, at=now)
    later.make_current(by=make.signer(solution.organisation), at=now)
    other = certificate.release.label
    assert f"{words} {other}; you read release 5.x." in text(client, solution)


def test_that_it_works_offline_is_doubted_where_claims_say_otherwise(client, provider, now):
    make.edition("ex")
    make.need("offline", required=["ex:1.1", "ex:1.2"])
    facts = {"connectivity": "works_offline"}
    claims = {"ex:1.1": 1, "ex:1.2": ("not_met", 1)}
    made = make.listed(claims=claims, facts=facts, organisation=provider)
    words = "That it works offline is the provider’s word."
    assert f"{words} Of what is checked for “Need offline” it meets 1 of 2." in text(client, made)
    other = make.listed(claims={"ex:1.1": 1, "ex:1.2": 1}, facts=facts, organisation=provider)
    assert words not in text(client, other)


THING = {"name", "description", "url", "subjectOf"}
CREATIVE_WORK = {"about", "accessibilitySummary", "author", "creativeWorkStatus", "datePublished"}
CREATIVE_WORK |= {"expires", "inLanguage", "provider", "text"}
SOFTWARE = {"applicationCategory", "countriesSupported", "softwareVersion"}
SCHEMA_ORG = {("SoftwareApplication", name) for name in THING | CREATIVE_WORK | SOFTWARE}
SCHEMA_ORG |= {("Claim", name) for name in THING | CREATIVE_WORK}
SCHEMA_ORG |= {("Organization", name) for name in THING}
SCHEMA_ORG |= {("DefinedTerm", name) for name in THING | {"termCode"}}


def properties(content):
    """Each property with the type it is said of."""
    if isinstance(content, list):
        return set().union(*map(properties, content))
    if not isinstance(content, dict):
        return set()
    own = {(content["@type"], name) for name in content if not name.startswith("@")}
    return own.union(*map(properties, content.values()))


def test_linked_data_says_each_claim_with_its_assurance(client, provider, now):
    release = make.listed(organisation=provider, facts={"languages": ["sw"]}).current_release
    make.claim(release, "ex-1:1", level=2, **standing(now))
    url = reverse("solution-linked", args=[release.solution_id])
    assert url in text(client, release.solution)
    got = client.get(url)
    content = json.loads(got.content)
    assert got["content-type"] == "application/ld+json"
    assert (content["@type"], content["inLanguage"]) == ("SoftwareApplication", ["sw"])
    (claim,) = content["subjectOf"]
    assert (claim["about"]["termCode"], claim["text"]) == ("ex-1:1", "met")
    assert (claim["creativeWorkStatus"], claim["author"]["name"]) == ("AL2", provider.name)
    assert not properties(content) - SCHEMA_ORG
    unlist(release.solution, "withdrawn")
    assert client.get(url).status_code == 404


def test_nine_statements_however_much_is_said(
    client, provider, now, django_assert_max_num_queries, django_assert_num_queries
):
    need("see", {"required_all": ["ex-1:1", "ex-1:99"]})
    make.criterion("ex-1:99")
    solution = make.listed(organisation=provider)

    def more(first, last):
        for number in range(first, last):
            make.claim(solution.current_release, f"ex-{number % 3}:{number}", **standing(now))

    more(0, 6)
    page_of(client, solution)  # the catalogue is read once
    with django_assert_max_num_queries(9) as taken:
        page_of(client, solution)
    more(6, 30)
    with django_assert_num_queries(len(taken)):
        assert page_of(client, solution).status_code == 200


@pytest.mark.parametrize(
    ("model", "read"), [(Claim, OF_CLAIM), (Criterion, OF_CRITERION), (Edition, OF_EDITION)]
)
def test_rows_are_read_in_the_order_of_their_models(model, read):
    """Django gives the values to the fields in their order, whatever they are called."""
    assert read == tuple(f.attname for f in model._meta.concrete_fields if f.attname in read)


def test_an_edition_is_counted_once_by_the_digest_of_its_words(provider, django_assert_num_queries):
    edition = make.criteria(3)[0].edition
    assert sizes_of([edition]) == {edition.pk: 3}  # without a digest it is counted each time
    edition.words_digest = "one of a test"
    with django_assert_num_queries(1):
        assert sizes_of([edition]) == {edition.pk: 3}
    with django_assert_num_queries(0):
        assert sizes_of([edition]) == {edition.pk: 3}
    edition.words_digest = "another of a test"
    with django_assert_num_queries(1):
        assert sizes_of([edition]) == {edition.pk: 3}
