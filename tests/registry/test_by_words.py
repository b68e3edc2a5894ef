"""What people type leads to what they mean, in their language and with their mistakes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certcentre import places
from certcentre.accounts.models import Organisation
from certcentre.search.labels import labels
from certcentre.search.models import IndexEntry, Texts, Turn
from certcentre.search.words import words, words_of_name
from standards.assessment.solution_words import SolutionWords
from standards.assessment.solutions import Solution
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Need, put_needs
from standards.registry.matching.state import process
from standards.registry.needs import required
from standards.registry.search.by_words import Catalogue, answer
from standards.registry.search.wanted import among
from tests import make
from tests.make.attestation import officer

pytestmark = pytest.mark.django_db

# what is typed: what is found, in no order
CASES = {
    "blind": {"For screen readers"},
    "screen reader": {"For screen readers"},
    "lecteur d'écran": {"For screen readers"},
    "lector de pantalla": {"For screen readers"},
    "dyslexia": {"For slow reading"},
    "dyslexic": {"For slow reading"},
    "dislexia": {"For slow reading"},
    "maths": {"Numbers"},
    "math": {"Numbers"},
    "mathematics": {"Numbers"},
    "mathématiques": {"Numbers"},
    "Mathe": {"Numbers"},
    "matemáticas": {"Numbers"},
    "reading": {"For slow reading", "Kusoma", "For screen readers", "قراءة للجميع"},
    "readng practice": {"For slow reading"},
    "éducatif": {"Jeu éducatif"},
    "educatif": {"Jeu éducatif"},
    "EDUCATIFS": {"Jeu éducatif"},
    "naidis": {"Näidis"},
    "قراءة": {"قراءة للجميع", "For slow reading", "Kusoma", "For screen readers"},
    "قراءه": {"قراءة للجميع", "For slow reading", "Kusoma", "For screen readers"},
    "例題": {"例題集"},
    "題集": {"例題集"},
    "उदाहरण": {"उदाहरण"},
    "offline swahili": {"Kusoma"},
    "sin conexión swahili": {"Kusoma"},
    "Kenya": {"Kusoma"},
    "Kenia": {"Kusoma"},
    "Côte d’Ivoire": {"Jeu éducatif"},
    "Ivory Coast": {"Jeu éducatif"},
    'Fish & "Chips" <Labs>': {"Näidis"},
    "fish chips": {"Näidis"},
    "ISO 27001": {"Numbers"},
    "iso27001": {"Numbers"},
    "Numbers": {"Numbers"},
    "number": {"Numbers"},
    "epub": set(),
    "public": {"Public things"},
    "the": set(),
    "readers": {"For slow reading", "Kusoma", "For screen readers", "قراءة للجميع"},
    "27001": {"Numbers"},
    "encription": set(),
    "password": set(),
    "autism": set(),
    "RGPD": set(),
    '% \\ \0 " * OR': set(),
    "zzzzzz": set(),
}


@pytest.fixture(scope="module")
def market(shipped, django_db_blocker):
    with make.once(django_db_blocker, build):
        yield


def build():
    labs = make.organisation(name='Fish & "Chips" <Labs>')
    maker = make.organisation(name="Example Maker")
    make.listed("Näidis", summary="Something", organisation=labs)
    supported("For screen readers", "vision_none", maker, summary="Works by ear.")
    supported("For slow reading", "dyslexia", maker, summary="Reading practice.")
    facts = {"subjects": ["mathematics"]}
    claims = {"iso-27001-2022:A.5.1": 1}
    listed = {"organisation": maker, "summary": ""}
    make.listed("Numbers", facts=facts, claims=claims, **listed)
    kenya = {"countries_offered": ["KE"], "languages": ["sw"], "connectivity": "works_offline"}
    make.listed("Kusoma", facts=kenya | {"subjects": ["reading_writing"]}, **listed)
    make.listed("Jeu éducatif", facts={"countries_offered": ["CI"]}, **listed)
    make.listed("قراءة للجميع", **listed)
    make.listed("例題集", **listed)
    make.listed("उदाहरण", **listed)
    make.listed("Public things", **listed)


def supported(name, need, maker, **fields):
    """Meets all that a need requires."""
    evidence = Need.objects.get(key=need).evidence
    claims = dict.fromkeys(required(evidence), 2)
    return make.listed(name, claims=claims, organisation=maker, **fields)


def understood(text, at):
    return answer(text, process.market(at=at), Catalogue.now(), at=at)


def names(text, at):
    market = process.market(at=at)
    members = answer(text, market, Catalogue.now(), at=at).members & market.listed
    return {each.name for each in among(Solution.objects.all(), members)}


@pytest.mark.parametrize("typed", CASES)
def test_words_lead_to_what_is_meant(market, db, at, typed):
    assert names(typed, at) == CASES[typed]


MOST = {"/search/": 16, "/solutions/": 11, "/api/v1/solutions/": 10}


@pytest.mark.parametrize("path", MOST)
@pytest.mark.parametrize(
    "typed", ["qqzz wwkk yyjj", "encriptoin passwrd readng", "readng kenya", "maths" * 300]
)
def test_words_that_stand_nowhere_take_few_statements(market, client, path, typed):
    """The nearest of all of them are one question."""
    client.get(path, {"q": typed})
    with CaptureQueriesContext(connection) as statements:
        assert client.get(path, {"q": typed}).status_code == 200
    assert len(statements) <= MOST[path]


def test_what_the_catalogue_calls_by_another_name_is_understood_at_once(market, db, at):
    """The process keeps the catalogue; whoever writes it takes the next turn."""
    assert names("moonlight", at) == set()
    need = Need.objects.get(key="vision_none")
    Need.objects.filter(pk=need.pk).update(aliases=["moonlight"])
    assert names("moonlight", at) == set(), "the control: written past the verbs"
    put_needs()
    assert names("moonlight", at) == {"For screen readers"}


def test_a_provider_that_was_renamed_is_found_at_once(market, db, at):
    assert names("sunrise", at) == set()
    maker = Organisation.objects.get(name="Example Maker")
    officer()
    make.renamed(maker, "Sunrise Tools", at=at)
    assert "Kusoma" in names("sunrise", at)


def test_a_standard_that_is_named_is_no_list_of_all_but_one_word(market, db, at):
    named = understood("ISO 27001", at)
    assert [edition.key for edition, count in named.standards if count == 1] == ["iso-27001-2022"]
    assert not named.partly
    assert understood("swahili zebra", at).partly


def test_a_word_of_signs_and_letters_leads_back_to_its_letters(market, db, at):
    """Whatever somebody may write in public, no search is an error."""
    make.listed("Odd", summary=f"{'_' * 45}zebraword {'=' * 45} {'•' * 60}quux{'*' * 60}")
    assert understood("zebrawor", at).replaced == {"zebrawor": ("zebraword",)}
    assert names("zebrawor", at) == {"Odd"}
    assert names("quu", at) == {"Odd"}


def test_a_word_is_not_offered_once_what_said_it_is_taken_back(market, db, at):
    solution = make.listed("Quagmire product")
    assert understood("quagm", at).replaced == {"quagm": ("quagmire",)}
    Solution.objects.filter(pk=solution.pk).update(status="withdrawn")
    SolutionWords.take_out([solution.pk])
    process.forget()
    assert understood("quagm", at).replaced == {}


def test_a_body_or_a_page_of_help_that_is_called_so_is_not_replaced(market, db, at):
    make.accreditation(make.body(name="Veritax Audits"))
    make.listed("Verita tool")
    assert understood("veritax", at).replaced == {}
    assert understood("veritaz", at).replaced == {"veritaz": ("verita",)}
    helped, now = labels((("about", "Veritaz"),)), process.market(at=at)
    assert answer("veritaz", now, Catalogue.now(), at=at, beside=helped).replaced == {}


def test_a_country_without_a_product_is_no_mistake_for_another(market, db, at):
    make.listed("For Nigeria", summary="Nigeria", facts={"countries_offered": ["NG"]})
    assert understood("niger", at).replaced == {}
    assert names("niger", at) == set()


USUAL = {
    "Trinidad and Tobago": "TT",
    "Bosnia and Herzegovina": "BA",
    "São Tomé and Príncipe": "ST",
    "Myanmar": "MM",
    "Palestine": "PS",
    "Democratic Republic of the Congo": "CD",
}


@pytest.mark.parametrize("typed", USUAL)
def test_a_country_is_known_by_its_usual_name(market, db, at, typed):
    make.listed("There", facts={"countries_offered": [USUAL[typed]]})
    assert "There" in names(f"in {typed}", at)
    assert places.country_code(typed) == USUAL[typed]


@pytest.mark.parametrize(
    ("typed", "needs"),
    [
        ("colour blind", {"colour_vision"}),
        ("daltonien", {"colour_vision"}),
        ("deaf", {"hearing_none"}),
        ("sourd", {"hearing_none"}),
        ("low vision", {"vision_low"}),
        ("blind", {"vision_none"}),
    ],
)
def test_words_name_the_need_that_is_called_so_and_no_other(market, db, at, typed, needs):
    assert {need.key for need, *_ in understood(typed, at).needs} == needs


def test_a_year_names_no_standard(market, db, at):
    assert understood("2022", at).standards == ()
    assert understood("27001", at).standards


def test_as_long_as_the_key_of_a_criterion():
    longest = Criterion._meta.get_field("key").max_length
    assert IndexEntry._meta.get_field("key").max_length >= longest


def test_whoever_writes_lines_waits_before_the_first(db):
    for step in (
        lambda: IndexEntry.put(IndexEntry.NEED, {"x": Texts(["Some need"])}),
        lambda: IndexEntry.take_out(IndexEntry.NEED, ["x"]),
    ):
        with CaptureQueriesContext(connection) as statements:
            step()
        changes = [
            each["sql"] for each in statements if each["sql"].startswith(("UPD", "INS", "DEL"))
        ]
        assert Turn._meta.db_table in changes[0]
        assert IndexEntry._meta.db_table in "".join(changes[1:])


def test_a_long_text_is_not_kept():
    before = words_of_name.cache_info().currsize
    assert words("zebra " * 100) == ("zebra",) * 100
    assert words_of_name.cache_info().currsize == before
