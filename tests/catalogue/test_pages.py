"""The public pages of the catalogue: found, narrowed, and the same statements at any size."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from standards.models import Criterion
from tests import make
from tests.catalogue.content_files import CRITERIA, EDITIONS

pytestmark = pytest.mark.alike


def page(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("kind", ["legal", "technical", "security", "data_exchange", "ethical"])
def test_each_of_the_five_kinds_has_standards(kind, catalogue, client):
    answer = client.get("/standards/", {"category": kind})
    found = answer.context["found"]
    assert found.shown > 0
    assert {e.edition.seed_category for _k, _l, some in found.sections for e in some} == {kind}


@pytest.mark.parametrize("domain", [value for value, _label in Criterion.domain.field.choices])
def test_each_domain_has_standards_and_says_how_many_criteria(domain, catalogue, client):
    found = client.get("/standards/", {"domain": domain}).context["found"]
    (key, _label, entries), *others = found.sections
    assert (key, others) == (domain, [])
    assert all(0 < entry.criteria <= entry.of for entry in entries)


def test_all_standards_are_listed_once(catalogue, client):
    found = client.get("/standards/").context["found"]
    keys = [e.edition.key for _key, _label, some in found.sections for e in some]
    assert len(keys) == len(set(keys)) == found.total == EDITIONS
    assert found.criteria == CRITERIA


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("gdpr", "GDPR"),
        ("iso-27001-2022", "ISO 27001"),
        ("rest-openapi", "RESTful API"),
        ("vision_low", "Suitable for visually impaired users"),
    ],
)
def test_the_named_examples_are_one_click_from_the_catalogue(key, words, catalogue, client):
    name = "need" if key == "vision_low" else "edition"
    home = page(client, "/standards/")
    assert reverse(name, args=[key]) in home
    assert words in home
    assert page(client, reverse(name, args=[key]))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gdpr", "/standards/gdpr/"),
        ("27001", "/standards/iso-27001-2022/"),
        ("rest api", "/standards/rest-openapi/"),
        ("visually impaired", "/needs/vision_none/"),
        ("Dyslexie", "/needs/dyslexia/"),
    ],
)
def test_search_by_name(words, found, catalogue, client):
    assert found in page(client, "/standards/", q=words)


def test_a_search_without_result_says_so_and_markup_stays_words(catalogue, client):
    said = page(client, "/standards/", q="<script>zzz", domain="legal")
    assert "No standard fits" in said
    assert "<script>zzz" not in said


def test_nonsense_in_the_address_is_passed_over(catalogue, client):
    assert client.get("/standards/?domain=x&category=y").context["found"].shown == EDITIONS
    assert client.get("/standards/gdpr/?level=ZZ&domain=q").context["shown"] == 39


def test_every_criterion_has_its_page(catalogue, client):
    pairs = Criterion.objects.values_list("edition__key", "ref")
    addresses = {f"/standards/{quote(key)}/{quote(ref)}/" for key, ref in pairs}
    assert len(addresses) == CRITERIA
    assert {reverse("criterion", args=pair) for pair in pairs} == addresses


@pytest.mark.parametrize(
    "key", ["kenya-dpa:48-50", "wcag-2.2:1.1.1", "gdpr:GDPR-5.1.c", "soc-2:CC1"]
)
def test_a_criterion_opens_by_its_address(key, catalogue, client):
    found = Criterion.objects.filter(key__startswith=key).first()
    assert found.statement in client.get(found.get_absolute_url()).content.decode().replace(
        "&#x27;", "'"
    )


def test_an_edition_shows_levels_notice_rules_and_licence(catalogue, client):
    said = page(client, "/standards/wcag-2.2/")
    for words in ("World Wide Web Consortium", "CC-BY-4.0", "A law probably applies", "Level AAA"):
        assert words in said
    assert said.count('id="c-') == 86


def test_an_edition_is_narrowed_by_level_and_domain(catalogue, client):
    assert client.get("/standards/wcag-2.2/?level=AAA").context["shown"] == 31
    assert client.get("/standards/dfe-genai-safety/?domain=security").context["shown"] == 6


def test_share_alike_and_open_government_notices_are_shown(catalogue, client):
    assert "CC BY-SA 4.0" in page(client, "/standards/owasp-asvs-5-l1/")
    assert "Open Government Licence v3.0" in page(client, "/standards/dfe-genai-safety/")
    assert "not legal advice" in page(client, "/standards/gdpr/")


def test_a_criterion_shows_what_rests_on_it(catalogue, client):
    answer = client.get("/standards/wcag-2.2/1.2.2/")
    needs = {need.key: roles for need, roles in answer.context["needs"]}
    assert "hearing_none" in needs
    assert {p.key for p in answer.context["profiles"]} == {"starter", "school-ready"}
    assert "Proposed" in page(client, "/standards/gdpr/GDPR-5.1.c/")


def test_a_profile_that_asks_for_a_level_takes_in_the_lower_ones(db, client):
    edition = make.edition("ex-9")
    make.profile("aa", editions=[{"edition": "ex-9", "level": "AA"}])
    shown = {
        each.ref: [p.key for p in client.get(each.get_absolute_url()).context["profiles"]]
        for each in edition.criteria.all()
    }
    assert shown == {"1.1": ["aa"], "1.2": ["aa"], "1.3": ["aa"], "1.4": []}


def test_drafts_have_no_page_and_withdrawn_editions_keep_theirs(db, client, at, centre):
    draft, old = make.edition(published=False), make.edition()
    old.withdraw(by=centre.officer, at=at, reason="Replaced")
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(draft.criteria.first().get_absolute_url()).status_code == 404
    assert "Withdrawn" in page(client, old.get_absolute_url())


def test_an_edition_goes_along_as_a_table(catalogue, client):
    answer = client.get("/standards/owasp-asvs-5-l1/criteria.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 70
    assert rows[0]["licence"] == "CC-BY-SA-4.0"
    assert "attachment" in answer["Content-Disposition"]


def test_no_word_of_an_edition_is_a_formula(db, client):
    words = {"title": "=1+1", "statement": "@SUM(1)"}
    criterion = make.edition(criteria=[("1.1", "A", words)]).criteria.first()
    answer = client.get(f"{criterion.edition.get_absolute_url()}criteria.csv")
    (row,) = [
        row
        for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        if row["ref"] == criterion.ref
    ]
    assert (row["title"], row["statement"]) == ("'=1+1", "'@SUM(1)")


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/standards/", 3),
        ("/standards/?q=visually", 3),
        ("/standards/wcag-2.2/", 8),
        ("/standards/iso-27001-2022/", 8),
        ("/standards/wcag-2.2/1.1.1/", 8),
        ("/standards/gdpr/GDPR-5.1.c/", 8),
        ("/needs/", 1),
        ("/needs/vision_none/", 2),
    ],
)
def test_few_statements(address, most, catalogue, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200


def statements(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(8) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_twice_the_rows_take_the_same_statements(db, client, django_assert_max_num_queries):
    few = make.edition("few", criteria=[("1", "A"), ("2", "A")])
    many = make.edition("many", criteria=[(str(n), "A") for n in range(40)])
    make.rule(many)
    make.mapping(few.criteria.first(), many.criteria.first())
    counts = [
        statements(client, f"/standards/{key}/", django_assert_max_num_queries)
        for key in ("few", "many")
    ]
    before = statements(client, "/standards/", django_assert_max_num_queries)
    for _ in range(5):
        make.edition()
    assert counts[0] == counts[1]
    assert statements(client, "/standards/", django_assert_max_num_queries) == before


def test_a_domain_has_one_count_on_the_page(catalogue, client):
    """The chip says how many it would leave; the same address then lists so many."""
    for chip in client.get("/standards/").context["found"].domains:
        left = client.get(chip.url).context["found"]
        assert (chip.words, chip.count) == (chip.words, left.shown)
    text = client.get("/standards/").content.decode()
    headings = re.findall(r'<h2 id="d-[a-z_]+">(.*?)</h2>', text, flags=re.S)
    assert headings
    assert not [words for words in headings if re.search("[0-9]", words)]
