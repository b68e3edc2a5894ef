"""Atom feeds: what RFC 4287 asks for, real steps in public words, and nothing that is hidden."""

import re
from datetime import datetime, timedelta

import pytest
from lxml import etree

from certcentre.desk.open_data.feeds import FEEDS
from standards.assessment.solutions import Solution
from standards.registry.matching.state import process
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
ATOM = {"a": "http://www.w3.org/2005/Atom"}
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture(autouse=True)
def base(settings):
    settings.BASE_URL = "https://portal.example"


def read(client, name, **more):
    answer = client.get(f"/feeds/{name}.atom", **more)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return etree.fromstring(answer.content)


def text(node, name):
    return node.findtext(f"a:{name}", namespaces=ATOM)


def titles(feed):
    return [text(entry, "title") for entry in feed.iterfind("a:entry", ATOM)]


def lacks(feed):
    """What RFC 4287 (4.1.1, 4.1.2) requires and is not there, or there twice."""
    wrong = []
    links = feed.findall("a:link", ATOM)
    wrong += [] if [each for each in links if each.get("rel") == "self"] else ["no self"]
    for node in (feed, *feed.iterfind("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            if len(node.findall(f"a:{name}", ATOM)) != 1 or not text(node, name):
                wrong.append(f"{node.tag}: {name}")
        wrong += [] if STAMP.fullmatch(text(node, "updated") or "") else ["updated"]
        wrong += [] if ":" in (text(node, "id") or "") else ["id is no IRI"]
        authors = node.findall("a:author/a:name", ATOM) or feed.findall("a:author/a:name", ATOM)
        wrong += [] if authors and authors[0].text else ["no author"]
        alternate = [
            each.get("href") for each in node.findall("a:link", ATOM) if each.get("rel") != "self"
        ]
        wrong += [] if alternate and alternate[0].startswith("https://") else ["no link"]
    ids = [text(entry, "id") for entry in feed.iterfind("a:entry", ATOM)]
    return wrong + ([] if len(ids) == len(set(ids)) else ["an id twice"])


@pytest.fixture
def granted():
    engagement = make.engagement("granted")
    certificate = engagement.certificates.get()
    certificate.body = engagement.body  # knows its people
    return certificate


@pytest.mark.parametrize("name", FEEDS)
def test_it_has_what_the_standard_asks_for(client, name, granted):
    make.tender(status="published")
    feed = read(client, name)
    assert lacks(feed) == []
    assert titles(feed) or name == "standards"


def test_what_is_wrong_in_a_feed_is_seen():
    bare = etree.fromstring('<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>')
    assert {"no self", "no author", "updated", "no link"} <= set(lacks(bare))


def test_a_suspension_is_told_with_the_product_and_the_reason(client, granted, at):
    before = client.get("/feeds/certificates.atom")
    later = at + timedelta(days=2)
    granted.suspend(by=granted.body.second, at=later, reason="The yearly check was missed.")
    feed = read(client, "certificates")
    entry = feed.find("a:entry", ATOM)
    assert text(entry, "title") == f"Certificate or verification suspended: {granted.number}"
    assert str(granted.release) in text(entry, "summary")
    assert "The yearly check was missed." in text(entry, "summary")
    link = entry.find("a:link", ATOM).get("href")
    assert link == f"https://portal.example{granted.get_absolute_url()}"
    assert datetime.fromisoformat(text(feed, "updated")) == later
    known = {
        text(each, "id") for each in etree.fromstring(before.content).iterfind("a:entry", ATOM)
    }
    assert known < {text(each, "id") for each in feed.iterfind("a:entry", ATOM)}


def test_a_reader_that_has_it_is_not_sent_it_again(client, granted):
    etag = client.get("/feeds/certificates.atom")["ETag"]
    asked = {"headers": {"If-None-Match": etag}}
    assert client.get("/feeds/certificates.atom", **asked).status_code == 304
    granted.suspend(by=granted.body.second, at=granted.issued_at, reason="Not kept up.")
    assert client.get("/feeds/certificates.atom", **asked).status_code == 200


def test_it_speaks_the_language_that_is_asked_for(client, granted):
    feed = read(client, "certificates", headers={"Accept-Language": "fr"})
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert "Centre de certification" in text(feed, "title")


def test_a_body_has_its_own_with_what_became_of_its_certificates(client, granted, at):
    later = at + timedelta(days=2)
    granted.suspend(by=granted.body.second, at=later, reason="The yearly check was missed.")
    feed = read(client, f"auditors/{granted.body.pk}")
    assert lacks(feed) == []
    assert text(feed, "title") == granted.body.name
    assert f"Certificate or verification suspended: {granted.number}" in titles(feed)
    assert any("Accreditation granted" in title for title in titles(feed))
    assert not [title for title in titles(feed) if "Declaration" in title]


def test_a_product_has_its_own_with_all_that_became_of_it(client, granted):
    solution = granted.release.solution
    other = make.declaration()
    feed = read(client, f"solutions/{solution.pk}")
    assert lacks(feed) == []
    assert str(solution) == text(feed, "title")
    assert any(granted.number in title for title in titles(feed))
    assert any("Declaration made" in title for title in titles(feed))
    assert not any(other.number in title for title in titles(feed))


def test_who_follows_a_product_learns_that_it_was_withdrawn(client, at):
    declaration = make.declaration()
    solution = declaration.release.solution
    person = declaration.declared_by
    solution.withdraw(by=person, at=at + timedelta(days=1), reason="We stop.")
    feed = read(client, f"solutions/{solution.pk}")
    assert titles(feed)[0] == "Solution withdrawn"
    assert solution.name not in etree.tostring(feed, encoding="unicode")


def test_what_never_was_public_has_no_feed(client, provider):
    hidden = make.solution(provider)
    assert client.get(f"/feeds/solutions/{hidden.pk}.atom").status_code == 404


def test_what_is_held_is_not_named(client, at):
    declaration = make.declaration()
    release = declaration.release
    release.publish(["R-1"], by=declaration.declared_by, at=at)
    assert not Solution.objects.listed().exists()
    for name in ("solutions", "log"):
        assert release.solution.name not in client.get(f"/feeds/{name}.atom").content.decode()


def test_a_held_release_of_a_listed_product_is_not_named(client, at):
    product = make.declaration().release.solution
    held = make.release(solution=product, label="5.x-of-next-year")
    held.publish(["I04"], by=make.signer(product.organisation), at=at)
    assert Solution.objects.listed().filter(pk=product.pk).exists()
    addresses = ["/log/", *(f"/feeds/{name}.atom" for name in ("solutions", "log"))]
    for address in addresses:
        page = client.get(address).content.decode()
        assert "Release held for a decision by the centre" in page, address
        assert held.label not in page, address
        assert "I04" not in page, address
    own = client.get(f"/feeds/solutions/{product.pk}.atom").content.decode()
    assert product.name in own
    assert "held" not in own


def test_a_release_that_was_public_and_is_held_tells_the_followers_alone_that(client, at):
    release = make.declaration().release
    release.publish(["I04"], by=make.signer(release.solution.organisation), at=at)
    feed = read(client, f"solutions/{release.solution_id}")
    assert "Release held for a decision by the centre" in titles(feed)
    assert str(release) not in etree.tostring(feed, encoding="unicode")


def test_more_steps_take_no_more_statements(client, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        made = make.engagement("granted").certificates.get().release.solution
        client.get("/feeds/log.atom")  # gives new entries their place
        for name in ("log", f"solutions/{made.pk}"):
            with django_assert_max_num_queries(18) as seen:
                client.get(f"/feeds/{name}.atom")
            counts.append(len(seen))
    assert counts[:2] == counts[2:]


@pytest.mark.parametrize("page", ["/", "/log/", "/solutions/", "/tenders/", "/standards/"])
def test_pages_name_their_feed(client, page, db):
    html = client.get(page).content.decode()
    (place,) = re.findall(r'<link rel="alternate" type="application/atom\+xml" href="(.*?)">', html)
    assert client.get(place).status_code == 200


def test_a_product_names_its_feed(client, granted):
    page = client.get(granted.release.solution.get_absolute_url()).content.decode()
    assert page.count(f'href="/feeds/solutions/{granted.release.solution_id}.atom"') == 2


def follow(client, query):
    return client.get(f"/feeds/matching.atom?{query}")


def test_a_search_is_followed_by_what_comes_to_match_it(client, at):
    make.listed("Numbers", summary="Counting")
    first = etree.fromstring(follow(client, "q=counting").content)
    assert lacks(first) == []
    assert len(titles(first)) == 1
    assert "“counting”" in text(first, "title")
    make.listed("More numbers", summary="Counting on")
    make.listed("Letters", summary="Spelling")
    make.solution(name="Hidden", summary="Counting in private")
    second = etree.fromstring(follow(client, "q=counting").content)
    assert len(titles(second)) == 2
    assert {text(entry, "id") for entry in first.iterfind("a:entry", ATOM)} < {
        text(entry, "id") for entry in second.iterfind("a:entry", ATOM)
    }
    Solution.objects.filter(name="Numbers").update(status="withdrawn")
    process.forget()
    assert len(titles(etree.fromstring(follow(client, "q=counting").content))) == 1


def test_a_search_that_cannot_be_read_is_not_followed_as_another(client, db):
    refused = follow(client, "subject=alchemy")
    assert refused.status_code == 400
    assert "alchemy" in refused.text
    assert follow(client, "page=7&sort=name").status_code == 200


def test_more_matches_take_no_more_statements(client, django_assert_max_num_queries):
    counts = []
    for number in range(2):
        make.listed(f"Reader {number}")
        follow(client, "q=reader")
        with django_assert_max_num_queries(8) as statements:
            follow(client, "q=reader")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_search_names_its_feed(client, db):
    make.listed("Reader")
    page = client.get("/solutions/", {"q": "reader", "page": "1", "sort": "new"}).text
    assert "/feeds/matching.atom?q=reader" in page
    assert "/feeds/matching.atom" not in client.get("/solutions/").text
