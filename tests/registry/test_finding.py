"""Each filter of the register finds what it should and leaves out its control."""

import pytest
from django.http import QueryDict

from standards.assessment.solutions import Solution
from standards.catalogue.profiles import Need
from standards.registry.search.filters import SolutionFilter
from tests import make

pytestmark = pytest.mark.django_db


def found(at, query):
    filtered = SolutionFilter(QueryDict(query), Solution.objects.listed(), at=at)
    return [solution.name for solution in filtered.qs]


def test_every_word_must_be_found_in_any_script(at):
    make.listed("Ça Lire", organisation=make.organisation(name="Édition Soleil"))
    make.listed("القراءة", summary="")
    assert found(at, "q=ÇA soleil") == ["Ça Lire"]
    assert found(at, "q=القر") == ["القراءة"]
    assert found(at, "q=nothing") == []
    assert found(at, "q=lire nothing") == found(at, "q=lire"), "all but one word"
    assert len(found(at, "q=")) == 2


def test_a_search_takes_signs_as_they_are(at, provider):
    make.listed("100% <b>Maths_", organisation=provider)
    make.listed("1000 Words", organisation=provider)
    assert found(at, "q=100%25") == ["100% <b>Maths_"]
    assert found(at, "q=maths_") == ["100% <b>Maths_"]
    assert found(at, "q=<b>") == ["100% <b>Maths_"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("standard=ex-1", ["High", "Low"]),
        ("standard=ex-2", ["High"]),
        ("standard=ex-1&least=3", ["High"]),
        ("standard=ex-2&least=3", []),
        ("least=1", ["High", "Low"]),
        ("least=3", ["High"]),
        ("least=4", []),
    ],
)
def test_standard_and_least_assurance(at, provider, query, names):
    make.listed("High", claims={"ex-1:1": 3, "ex-2:1": 1}, organisation=provider)
    make.listed("Low", claims={"ex-1:1": 1, "ex-2:1": ("not_met", 4)}, organisation=provider)
    make.listed("Nothing", organisation=provider)
    assert found(at, query) == names


def test_a_claim_that_a_stronger_one_contradicts_is_not_found(at, provider):
    solution = make.listed(claims={"ex-1:1": 1}, organisation=provider)
    assert found(at, "standard=ex-1") == ["Example Reader"]
    make.claim(solution.current_release, "ex-1:1", "not_met", 3, basis="finding")
    assert found(at, "standard=ex-1") == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("country=KE", ["Both", "Kenya"]),
        ("country=ke&language=sw", ["Both", "Kenya"]),
        ("country=TZ", ["Both"]),
        ("language=pt", ["Both"]),
        ("language=pt-BR", ["Both"]),
        ("language=p", []),
        ("language=PT-br", ["Both"]),
        ("connection=works_offline", ["Kenya"]),
    ],
)
def test_facts(at, provider, query, names):
    both = {"countries_offered": ["KE", "TZ"], "languages": ["sw", "pt-BR"]}
    kenya = {"countries_offered": ["KE"], "languages": ["sw"], "connectivity": "works_offline"}
    make.listed("Both", facts=both, organisation=provider)
    make.listed("Kenya", facts=kenya, organisation=provider)
    make.listed("Unsaid", organisation=provider)
    if query == "language=p":  # cannot be read, so it narrows nothing
        names = ["Both", "Kenya", "Unsaid"]
    assert found(at, query) == names
    assert found(at, f"{query}&q=provider") == names  # beside words, asked in SQL


@pytest.mark.parametrize(
    "query",
    ["least=9", "country=K%00", "language=<>", "q=a%00b", "sort=x", "need=%00", "need=x"],
)
def test_a_value_that_cannot_be_read_narrows_nothing(at, provider, query):
    make.listed(organisation=provider)
    assert found(at, query) == ["Example Reader"]


def test_sorting(at, provider):
    make.listed("A", claims={"ex-1:1": 2}, organisation=provider)
    make.listed("B", claims={"ex-1:1": 3, "ex-1:2": 4}, organisation=provider)
    last = make.listed("C", organisation=provider).current_release
    type(last).objects.filter(pk=last.pk).update(public_since=at.replace(year=2027))
    assert found(at, "sort=proven") == ["B", "A", "C"]
    assert found(at, "sort=new")[0] == "C"
    assert found(at, "sort=name") == ["A", "B", "C"]


def need(key, evidence, **fields):
    return Need.objects.create(
        key=key,
        means="Needs it.",
        group="seeing",
        evidence=evidence,
        position=1,
        **{"status": "published", "label": "Example need", **fields},
    )


def test_least_assurance_holds_for_every_thing_asked(at, provider):
    """A need by declaration alone is not proven by a certificate on something else."""
    need("see", {"required_all": ["n:a", "n:b"]})
    make.listed("Declared", claims={"n:a": 1, "n:b": 4, "ex-1:1": 4}, organisation=provider)
    make.listed("Proven", claims={"n:a": 3, "n:b": 4, "ex-1:1": 1}, organisation=provider)
    assert found(at, "need=see&least=3") == ["Proven"]
    assert found(at, "standard=ex-1&least=3") == ["Declared"]
    assert found(at, "need=see&standard=ex-1&least=3") == []
    assert found(at, "need=see&standard=ex-1") == ["Declared", "Proven"]


def test_two_needs_must_both_be_supported(at, provider):
    need("one", {"required_all": ["n:a"]})
    need("two", {"required_all": ["n:b"]})
    need("off", {"required_all": ["n:a"]}, status="withdrawn")
    make.listed("Both", claims={"n:a": 1, "n:b": 1}, organisation=provider)
    make.listed("One", claims={"n:a": 1}, organisation=provider)
    assert found(at, "need=one&need=two") == ["Both"]
    assert found(at, "need=one") == ["Both", "One"]
    assert found(at, "need=off") == found(at, "need=missing") == ["Both", "One"], "left out"
