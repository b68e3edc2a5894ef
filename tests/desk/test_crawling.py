"""robots.txt and the sitemap: every public address, nothing else, and when it last changed."""

import math
from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from lxml import etree

from certcentre.desk.open_data import crawling
from certcentre.log.models import record
from standards.assessment.solutions import Solution
from standards.catalogue.steps import NEED_PUBLISHED
from tenders.steps import LOT_CONTRACTED
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
NOT_LISTED = {"/components/"}  # for who builds pages
SPACE = {"s": crawling.SITEMAP, "x": crawling.XHTML}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, make.world) as world:
        yield world


@pytest.fixture
def world(built, db):
    return built


@pytest.fixture(autouse=True)
def base(settings):
    settings.BASE_URL = "https://portal.example"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == crawling.XML
    return etree.fromstring(answer.getvalue())


def texts(tree, path):
    return [each.text.removeprefix("https://portal.example") for each in tree.iterfind(path, SPACE)]


def parts(client):
    return texts(read(client, "/sitemap.xml"), "s:sitemap/s:loc")


def addresses(client):
    return [place for part in parts(client) for place in texts(read(client, part), "s:url/s:loc")]


def changed(client, part, path):
    """What the sitemap says of when this address last changed."""
    tree = read(client, part)
    for url in tree.iterfind("s:url", SPACE):
        if url.findtext("s:loc", namespaces=SPACE).endswith(path):
            return url.findtext("s:lastmod", namespaces=SPACE)
    return "not there"


def test_every_address_answers_everybody_and_none_twice(client, world):
    listed = addresses(client)
    assert len(listed) == len(set(listed))
    assert [place for place in listed if client.get(place).status_code != 200] == []
    records = (world.listed, world.certificate, world.tender, world.declaration, world.criterion)
    assert {each.get_absolute_url() for each in records} <= set(listed)


def test_what_is_not_public_is_not_in_it(client, world):
    listed = set(addresses(client))
    hidden = (world.unlisted, world.tender_draft, world.drafted, world.external)
    assert listed.isdisjoint(each.get_absolute_url() for each in hidden)


def test_each_address_speaks_every_language(client):
    (url,) = (
        each
        for each in read(client, "/sitemaps/pages-1.xml").iterfind("s:url", SPACE)
        if each.findtext("s:loc", namespaces=SPACE).endswith("/verify/")
    )
    others = {each.get("hreflang"): each.get("href") for each in url.iterfind("x:link", SPACE)}
    assert others.keys() == {"en", "fr", "x-default"}
    assert set(others.values()) == {"https://portal.example/verify/"}


def test_the_last_change_of_a_product_is_that_of_its_claims(client, at):
    engagement = make.engagement("granted")
    page = engagement.certificates.get().release.solution.get_absolute_url()
    before = changed(client, "/sitemaps/solutions-1.xml", page)
    later = at + timedelta(days=3)
    certificate = engagement.certificates.get()
    certificate.suspend(by=engagement.body.second, at=later, reason="Not kept up.")
    assert before < changed(client, "/sitemaps/solutions-1.xml", page) == f"{later:%FT%TZ}"
    place = certificate.get_absolute_url()
    assert changed(client, "/sitemaps/certificates-1.xml", place) == f"{later:%FT%TZ}"


def test_the_last_change_of_a_tender_is_that_of_its_lots_and_questions(client, at):
    tender = make.tender(status="published")
    page = tender.get_absolute_url()
    later = at + timedelta(days=3)
    make.enquiry(tender, "answered", at=later)
    for kind, path in (("tenders", page), ("tender-questions", f"{page}questions/")):
        assert changed(client, f"/sitemaps/{kind}-1.xml", path) == f"{later:%FT%TZ}"
    record(tender.lots.get(), LOT_CONTRACTED, by=None, at=later + timedelta(days=1))
    last = changed(client, "/sitemaps/tender-awards-1.xml", f"{page}award/")
    assert last == f"{later + timedelta(days=1):%FT%TZ}"


def test_a_need_that_was_published_says_when(client, world):
    page = world.need.get_absolute_url()
    record(world.need, NEED_PUBLISHED, by=None, at=AT)
    assert changed(client, "/sitemaps/needs-1.xml", page) == f"{AT:%FT%TZ}"


def test_every_page_that_is_open_to_all_is_listed(client, world):
    """What answers a visitor with a page, at an address without a part that varies."""
    pages = set()
    for pattern in walked(get_resolver()):
        view, name = getattr(pattern, "callback", None), getattr(pattern, "name", None)
        if name and getattr(view, "login_required", True) is False:
            with suppress(NoReverseMatch):
                pages.add(reverse(name))
    answers = {path: client.get(path) for path in sorted(pages)}
    shown = {path for path, answer in answers.items() if answer.status_code == 200}
    shown = {path for path in shown if answers[path]["Content-Type"].startswith("text/html")}
    closed = tuple(path for path in crawling.CLOSED if path != "/*?")
    assert {path for path in shown if not path.startswith(closed)} == {
        reverse(name) for name in crawling.PAGES
    } | NOT_LISTED


def test_parts_are_full_and_the_last_has_the_rest(client, monkeypatch):
    monkeypatch.setattr(crawling, "PART", 2)
    monkeypatch.setattr(crawling, "BATCH", 1)
    for _ in range(5):
        make.declaration()
    pages = [part for part in parts(client) if "/solutions-" in part]
    assert len(pages) == math.ceil(Solution.objects.listed().count() / 2)
    listed = [place for part in pages for place in texts(read(client, part), "s:url/s:loc")]
    assert set(listed) == {each.get_absolute_url() for each in Solution.objects.listed()}
    assert client.get(f"/sitemaps/solutions-{len(pages) + 1}.xml").status_code == 404


STATEMENTS = {crawling.unlogged: 2, crawling.logged: 3, crawling.tender_moments: 8}


@pytest.mark.parametrize("kind", [kind for kind in crawling.KINDS if kind != "solutions"])
def test_a_part_takes_few_statements(client, world, kind, django_assert_num_queries):
    with django_assert_num_queries(STATEMENTS[crawling.KINDS[kind].changes]):
        assert client.get(f"/sitemaps/{kind}-1.xml").getvalue()


def test_products_take_the_same_statements_however_many(client, django_assert_num_queries):
    for _ in range(2):
        make.declaration()
        with django_assert_num_queries(5):
            assert client.get("/sitemaps/solutions-1.xml").getvalue()


def test_robots_may_ask_for_all_of_it(client, world):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: https://portal.example/sitemap.xml" in lines
    closed = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    assert closed == list(crawling.CLOSED)
    starts = tuple(path for path in closed if path != "/*?")
    assert [each for each in addresses(client) if each.startswith(starts) or "?" in each] == []


def test_what_is_closed_to_robots_is_there():
    words = {str(each.pattern).partition("/")[0] for each in walked(get_resolver())}
    for path in crawling.CLOSED:
        assert path == "/*?" or path.split("/")[1] in words, path


def walked(resolver):
    for each in resolver.url_patterns:
        yield each
        if hasattr(each, "url_patterns"):
            yield from walked(each)


def test_a_demonstration_is_for_no_robot(client, settings):
    settings.DEMO = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()
