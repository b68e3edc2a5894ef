"""The side column: each count is what the list holds with that choice, and empty lists lead on."""

import re

import pytest
from django.http import QueryDict

from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.indexed import put_editions
from standards.catalogue.profiles import Need, put_needs
from standards.registry.matching.state import process
from standards.registry.pages.facets import Facets, asked_for
from standards.registry.search.by_words import Catalogue
from standards.registry.search.filters import SolutionFilter
from tests import make

pytestmark = pytest.mark.django_db
URL = "/solutions/"


EVERYTHING = {
    "countries_offered": ["KE", "MA"],
    "languages": ["sw", "pt-BR"],
    "stages": ["this"],
    "delivery": ["that"],
    "price_model": ["this", "that"],
    "provider_size": "this",
}


@pytest.fixture(autouse=True)
def register(db):
    """Five solutions, of which each facet tells some apart."""
    make.fact("subjects", values=("maths", "reading"))
    make.fact("product_kind", values=("lms", "app"))
    for key in ("stages", "delivery", "price_model", "provider_size"):
        make.fact(key, values=("this", "that"))
    make.edition("ex")
    make.edition("other")
    make.need("see", required=["ex:1.1"])
    make.need("hear", required=["ex:1.1", "other:1.1"])
    maker = make.organisation()
    for name, claims, facts in (
        ("One", {"ex:1.1": 3, "other:1.1": 1}, {"subjects": ["maths"], "product_kind": ["lms"]}),
        ("Two", {"ex:1.1": 1}, {"subjects": ["maths", "reading"], "connectivity": "works_offline"}),
        ("Three", {"other:1.1": 2}, {"subjects": ["reading"], "product_kind": ["app"]}),
        ("Four", {}, {}),
        ("Five", {"other:1.1": 3}, EVERYTHING),
    ):
        make.listed(name, claims=claims, facts=facts, organisation=maker)


def narrowed(at, query):
    catalogue = Catalogue.now()
    rows = Solution.objects.listed()
    filtered = SolutionFilter(QueryDict(query), rows, at=at, catalogue=catalogue)
    return {row.name for row in filtered.qs}, Facets(filtered, catalogue)


QUERIES = [
    "",
    "q=maths",
    "subject=maths",
    "subject=maths&subject=reading",
    "subject=reading&product_kind=app",
    "standard=ex",
    "standard=ex&standard=other",
    "standard=ex&standard=other&standards=all",
    "need=see&least=2",
    "least=2&connection=works_offline",
    "partly=hear",
    "partly=hear&need=hear&least=2",
    "need=see&partly=hear&country=KE",
    "country=Kenya&country=Maroc&language=pt",
    "language=pt-BR&price=this&delivery=that",
    "stage=this&provider_size=this&country=TZ",
]


def options(facets):
    """Every choice that the column offers, as (what it adds to the address, its count)."""
    places = facets.places().values()
    groups = [*facets.needs(), *facets.standards(), *facets.facts(), *places]
    for group in groups:
        yield from ((group.name, option) for option in group.options)
        yield from (("partly", option.partly) for option in group.options if option.partly)
    yield from (("least", option) for option in facets.levels())
    yield from (("connection", option) for option in facets.connections())


@pytest.mark.parametrize("query", QUERIES)
def test_a_count_is_what_the_list_holds_with_that_choice(at, query):
    """Beside what is chosen: of several values of one fact any is enough, so one more adds."""
    _, facets = narrowed(at, query)
    for name, option in options(facets):
        chosen = QueryDict(query).copy()
        if name in ("least", "connection"):
            chosen.setlist(name, [str(option.value)])
        elif str(option.value) not in chosen.getlist(name):
            chosen.appendlist(name, str(option.value))
        names, _ = narrowed(at, chosen.urlencode())
        assert option.count == len(names), (name, option.value)


def test_every_facet_is_counted(at):
    _, facets = narrowed(at, "")
    assert {name for name, _ in options(facets)} == {
        *("need", "partly", "standard", "least", "connection", "country", "language"),
        *("subject", "stage", "product_kind", "delivery", "price", "provider_size"),
    }


def test_several_standards_are_joined_by_or_and_by_and(at):
    assert narrowed(at, "standard=ex&standard=other")[0] == {"One", "Two", "Three", "Five"}
    assert narrowed(at, "standard=ex&standard=other&standards=all")[0] == {"One"}


def test_several_values_of_a_fact_are_joined_by_or(at):
    assert narrowed(at, "subject=maths&subject=reading")[0] == {"One", "Two", "Three"}
    assert narrowed(at, "subject=reading&product_kind=app")[0] == {"Three"}


def test_an_empty_list_says_what_is_nearest_and_what_to_leave(client):
    page = client.get(URL, {"subject": "reading", "product_kind": "lms"})
    facets = page.context["facets"]
    assert {solution.name: lacks for solution, lacks in facets.nearest()} == {
        "One": ["Reading"],
        "Two": ["Lms"],
        "Three": ["Lms"],
    }
    assert [(less.chip.words, less.count) for less in facets.less()] == [("Lms", 2), ("Reading", 1)]
    for less in facets.less():
        left = client.get(URL + less.chip.url).context["page"].paginator.count
        assert left == less.count
    assert "Lacks: Reading" in page.text


def test_what_is_met_with_less_proof_lacks_the_proof_alone(client):
    facets = client.get(URL, {"need": "hear", "least": "3"}).context["facets"]
    near = {solution.name: lacks for solution, lacks in facets.nearest()}
    assert near["One"] == ["AL3 or higher"]
    assert near["Five"] != ["AL3 or higher"]


def test_a_list_that_holds_something_offers_nothing_less(client):
    page = client.get(URL, {"subject": "reading"})
    assert "Ask for less" not in page.text


def test_a_value_that_there_is_not_is_said_and_never_dropped_silently(client):
    page = client.get(URL, {"subject": "alchemy"})
    assert "This filter was left out." in page.text
    assert client.get("/api/v1/solutions/", {"subject": "alchemy"}).status_code == 400


def test_an_unknown_value_takes_no_other_with_it(client):
    page = client.get(URL, {"subject": ["maths", "alchemy"]})
    assert [chip.words for chip in page.context["facets"].chips] == ["Maths"]
    assert page.context["page"].paginator.count == 2
    assert client.get(URL, {"country": "KE-xx"}).context["facets"].chips == []


def test_each_group_of_needs_has_one_heading(at):
    for name, group in (("a", "learning"), ("b", "feeling"), ("c", "learning")):
        make.need(name, required=["ex:1.1"])
        Need.objects.filter(key=name).update(group=group)
    put_needs()
    _, facets = narrowed(at, "")
    headings = [group.heading for group in facets.needs()]
    assert headings == ["Seeing", "Learning", "Feeling"]


def test_a_part_of_a_need_is_a_choice_and_each_line_says_what_it_lacks(client, at):
    assert narrowed(at, "partly=hear")[0] == {"Two", "Three", "Five"}
    assert narrowed(at, "partly=hear&need=hear")[0] == {"One", "Two", "Three", "Five"}
    page = client.get(URL, {"partly": "hear", "least": "2"})
    lines = {each.solution.name: each.parts for each in page.context["entries"]}
    title = Criterion.objects.get(key="ex:1.1").title
    assert lines == {name: [("Need hear", 1, 2, [title])] for name in ("Three", "Five")}
    assert f"Lacks: {title}" in page.text
    rows = client.get("/api/v1/solutions/", {"partly": "hear"}).json()["results"]
    assert {row["name"]: row["partly"][0]["lacks"] for row in rows} == {
        "Two": [["other:1.1"]],
        "Three": [["ex:1.1"]],
        "Five": [["ex:1.1"]],
    }


def test_several_countries_are_joined_by_or_and_leave_one_by_one(client):
    page = client.get(URL, {"country": ["Maroc", "TZ", "Wakanda"]})
    chips = {chip.words: chip.url for chip in page.context["facets"].chips}
    assert page.context["page"].paginator.count == 1
    assert "We do not know “Wakanda”." in page.text
    assert chips["Morocco"] == "?country=TZ&country=Wakanda"


def test_what_is_asked_for_says_and_and_or(client, at):
    query = "need=hear&partly=hear&country=MA&country=TZ&connection=works_offline"
    words = asked_for(narrowed(at, query)[1].chips)
    assert words == "Need hear or Need hear, partly, Works offline, Morocco or Tanzania"
    page = client.get(URL, {"language": ["en", "sw"], "country": "TZ"}).text
    assert re.findall(r"(or|and)\s*</span>\s*<a", page) == ["and", "or"]


def test_a_line_says_whose_word_the_connection_is_and_what_is_checked(client, at):
    Need.objects.filter(key="hear").update(key="offline")
    put_needs()
    (entry,) = client.get(URL, {"connection": "works_offline"}).context["entries"]
    assert entry.only_said == (
        "“Works offline” is the provider’s word. "
        "Of what is checked for “Need hear” it meets 1 of 2."
    )
    address = "/api/v1/solutions/"
    (line,) = client.get(address, {"connection": "works_offline"}).json()["results"]
    assert line["only_said"] == entry.only_said
    assert {line["only_said"] for line in client.get(address).json()["results"]} == {""}


def test_words_come_in_tiers_and_pages_go_through_them(client, at):
    maker = make.organisation(name="Maths Makers")
    exact = make.listed("Maths", organisation=make.organisation())
    for number in range(30):
        make.listed(f"Tool {number:02}", organisation=maker)
    first = client.get(URL, {"q": "maths"}).context
    second = client.get(URL, {"q": "maths", "page": 2}).context
    names = [each.solution.name for each in (*first["entries"], *second["entries"])]
    assert names[0] == exact.name
    assert set(names[1:31]) == {f"Tool {number:02}" for number in range(30)}
    assert names[31:] == ["One", "Two"]
    assert len(set(names)) == first["page"].paginator.count == 33


def test_what_words_name_is_said_with_how_many_there_are(client):
    """A sentence that promises is counted: of a need that nothing supports too."""
    Need.objects.update(label="Moonlight", aliases=["night"])
    put_needs()
    page = client.get(URL, {"q": "moonlight"}).text
    assert "2 solutions support it" in page
    Solution.objects.filter(name__in=["One", "Two"]).update(status="withdrawn")
    process.forget()
    page = client.get(URL, {"q": "moonlight"}).text
    assert "No solution on the register supports it yet." in page


def test_a_need_that_nothing_supports_leads_to_what_supports_a_part(client):
    Solution.objects.filter(name="One").update(status="withdrawn")
    process.forget()
    Need.objects.filter(key="hear").update(label="Moonlight")
    put_needs()
    page = client.get(URL, {"q": "moonlight"}).text
    assert "No solution on the register supports it yet." in page
    assert "3 solutions support a part of it" in page
    assert "?partly=hear" in page
    assert "/search/?q=moonlight" in page


def test_an_ordinary_word_names_no_standard(client):
    Edition.objects.filter(key="ex").update(name="Rules of privacy for schools and homes (EXP 300)")
    put_editions(Edition.objects.filter(key="ex"))

    def named(words):
        led = client.get(URL, {"q": words}).context["answer"]
        return [edition.key for edition, _ in led.standards]

    assert named("schools") == []
    assert named("EXP") == named("exp 300") == named("privacy rules schools") == ["ex"]


def test_where_nothing_has_all_words_those_with_all_but_one_are_shown_and_it_is_said(client):
    page = client.get(URL, {"q": "maths zebra"})
    assert {each.solution.name for each in page.context["entries"]} == {"One", "Two"}
    assert "No solution has all of these words." in page.text
    assert "all of these words" not in client.get(URL, {"q": "maths"}).text


def test_signs_alone_find_nothing(client):
    assert client.get(URL, {"q": "%"}).context["page"].paginator.count == 0
    assert client.get("/search/", {"q": "%"}).context["parts"] == []


def test_where_nothing_supports_two_needs_those_that_do_in_part_are_offered(client):
    """Whoever supports one of them whole comes first; each says what it lacks of the other."""
    make.need("move", required=["other:1.1", "other:1.2"])
    put_needs()
    Solution.objects.filter(name__in=["Two", "Four"]).update(status="withdrawn")
    process.forget()
    got = client.get(URL, {"need": ["see", "move"]})
    offered, count, address = got.context["facets"].in_part()
    assert [row.name for row, _ in offered] == ["One"]
    assert [(part.met, part.of) for _, parts in offered for part in parts] == [(1, 2)]
    assert "Support it in part, and what each lacks" in got.text
    led = client.get(f"{URL}{address}")
    assert {each.solution.name for each in led.context["entries"]} == {"One"}
    assert led.context["page"].paginator.count == count
