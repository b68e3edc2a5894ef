"""The register page: what it lists, narrows and says, and how few statements it takes."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.registry.test_finding import need

pytestmark = pytest.mark.django_db

URL = "/solutions/"


@pytest.fixture
def now():
    return timezone.now()


def standing(now):
    """Fields of a claim that stands whenever the tests run."""
    return {"valid_from": now - timedelta(days=9), "valid_until": now + timedelta(days=99)}


def test_lists_name_provider_and_what_is_proven(client, provider, now):
    made = make.listed("Example Reader", organisation=provider)
    make.claim(made.current_release, "ex-1:1", level=3, **standing(now))
    make.claim(made.current_release, "ex-1:2", level=1, **standing(now))
    make.claim(made.current_release, "ex-1:3", "not_met", 1, **standing(now))
    make.claim(made.current_release, "ex-2:1", "not_applicable", 2, **standing(now))
    accepted = {"accepted_by": "rule", **standing(now)}
    make.claim(made.current_release, "ex-2:2", "not_applicable", 2, **accepted)
    page = client.get(URL).content.decode()
    assert reverse("solution", args=[made.pk]) in page
    assert provider.name in page
    assert (
        "1 of the 4 criteria answered" in page
    )  # what nobody accepted as not applicable counts as open
    assert "2 criteria met" in page


def test_a_claim_that_ran_out_shows_no_assurance(client, provider, now):
    made = make.listed(organisation=provider)
    make.claim(made.current_release, "ex-1:1", valid_until=now - timedelta(days=1))
    page = client.get(URL).content.decode()
    assert "No statement" in page
    assert "AL1</b>" not in page


def test_narrows_by_need_and_offers_to_take_it_back(client, provider, now):
    need("see", {"required_all": ["ex-1:1"]})
    good = make.listed("Good", organisation=provider)
    make.listed("Other", organisation=provider)
    make.claim(good.current_release, "ex-1:1", **standing(now))
    page = client.get(URL + "?need=see&q=good").content.decode()
    assert "1 solution" in page
    assert "Other" not in page
    assert 'href="?q=good"' in page
    assert 'href="?need=see"' in page


def line_of(client, query):
    page = " ".join(client.get(f"{URL}?{query}").content.decode().split())
    return page[page.index('class="result__side"') :].partition("</li>")[0].replace("> ", ">")


def test_a_line_shows_the_assurance_of_what_was_asked(client, provider, now):
    need("see", {"required_all": ["ex-1:1"]})
    made = make.listed(organisation=provider)
    for key, level in (("ex-1:1", 1), ("ex-1:2", 3), ("ex-2:1", 4)):
        make.claim(made.current_release, key, level=level, **standing(now))
    assert "<b>AL4</b>" in line_of(client, "")
    assert "<b>AL1</b><span>for all that you chose" in line_of(client, "need=see")
    whole = line_of(client, "standard=ex-1")
    assert "<b>AL3</b><span>for 1 of 2 criteria of what you chose" in whole
    assert "<b>AL1</b>" in line_of(client, "need=see&standard=ex-1")


def test_what_is_typed_and_what_is_named_cannot_break_the_page(client):
    bad = "<script>alert('x')</script> \"ƒ\" 名前"
    make.listed(bad, summary=bad, organisation=make.organisation(name=bad[:60]))
    page = client.get(URL, {"q": "<script>"}).content.decode()
    assert "<script>alert" not in page
    assert "名前" in page


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=0",
        "page=99999999999999999999",
        "page=-1",
        "least=9",
        "least=x",
        "q=%00",
        "q=" + "é" * 1000,
        "need=" + "a" * 500,
        "need=%00",
        "country=%00",
        "country=Kenyia",
        "language=%25",
        "standard=%00",
        "standard=" + "x" * 200,
        "sort=%27",
        "connection[]=1",
        "%ff=%fe",
    ],
)
def test_a_bad_query_is_answered(client, provider, query):
    make.listed(organisation=provider)
    assert client.get(f"{URL}?{query}").status_code == 200


def test_a_misspelt_country_gets_a_suggestion(client, provider):
    make.listed(organisation=provider)
    page = client.get(URL + "?country=Kenyia").content.decode()
    assert "Did you mean Kenya?" in page
    assert "Example Reader" in page


def test_an_empty_register_says_why(client):
    assert "No solution is listed yet" in client.get(URL).content.decode()
    make.listed()
    assert "Try fewer words" in client.get(URL + "?q=nothing").text
    assert "Take a filter away" in client.get(URL + "?q=nothing&least=4").text


def test_pages_of_twenty_five(client, provider):
    for number in range(26):
        make.listed(f"Solution {number:02}", organisation=provider)
    first, second = (client.get(f"{URL}?page={n}").content.decode() for n in (1, 2))
    assert "Solution 24" in first
    assert "Solution 25" not in first
    assert "Solution 25" in second


QUERY = "?q=s&standard=ex-1&least=1&need=see&country=KE&language=sw&sort=proven"
FACTS = {"countries_offered": ["KE"], "languages": ["sw"]}


@pytest.mark.parametrize(("query", "most"), [("", 6), ("?standard=ex-1&need=see", 6), (QUERY, 6)])
def test_six_statements_however_many_there_are(
    client, provider, now, query, most, django_assert_max_num_queries, django_assert_num_queries
):
    need("see", {"required_all": ["ex-1:1"]})

    def more(number):
        for one in range(number):
            made = make.listed(f"S{one}", facts=FACTS, organisation=provider)
            make.claim(made.current_release, "ex-1:1", **standing(now))
            make.claim(made.current_release, "ex-1:2", **standing(now))

    more(4)
    client.get(URL + query)  # the sets and slots are read once
    with django_assert_max_num_queries(most) as taken:
        assert "4 solutions" in client.get(URL + query).content.decode()
    more(4)
    with django_assert_num_queries(len(taken)):
        assert "8 solutions" in client.get(URL + query).content.decode()


MB = 1_000_000


@pytest.mark.parametrize("address", [URL, "/search/", "/api/v1/solutions/", "/tenders/"])
@pytest.mark.parametrize("query", ["q=" + "a" * 10 * MB, "need=" + "%00" * MB, "standard=x&" * MB])
def test_ten_megabytes_of_query_are_refused_and_not_said_back(client, address, query):
    got = client.get(f"{address}?{query}")
    assert (got.status_code, len(got.content) < 30_000) == (414, True)
    assert "The address is too long" in got.content.decode()


def test_a_search_field_takes_what_fits_an_address(client, db):
    longest = 4_094 - 400  # of a server’s longest line, and what else of a search stands there
    fields = re.findall(r'<input[^>]*type="search"[^>]*>', client.get(URL).text)
    taken = [int(re.search(r'maxlength="(\d+)"', field)[1]) for field in fields]
    assert taken
    assert all(len(quote("ก" * most)) <= longest for most in taken)


def test_a_long_query_that_is_not_too_long_is_answered(client, provider):
    made = make.listed(organisation=provider)
    assert made.name in client.get(f"{URL}?{'standard=x&' * 700}").content.decode()


def test_a_facet_of_a_withdrawn_standard_is_answered(client, provider, centre):
    """It still narrows by what was said, is named as chosen, and can be taken away."""
    declared = make.declaration(organisation=provider, criteria=make.criteria(2))
    edition = declared.claims.first().criterion.edition
    edition.withdraw(by=centre.officer, at=timezone.now(), reason="It is wrong.")
    got = client.get(URL, {"standard": edition.key})
    assert got.status_code == 200
    assert [chip.words for chip in got.context["facets"].chips] == [edition.name]
