"""What people type leads to what they mean, in their language and with their mistakes."""

import pytest

from certcentre.accounts.models import Organisation
from standards.assessment.solutions import Solution
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


def names(text, at):
    market = process.market(at=at)
    members = answer(text, market, Catalogue.now()).members & market.listed
    return {each.name for each in among(Solution.objects.all(), members)}


@pytest.mark.parametrize("typed", CASES)
def test_words_lead_to_what_is_meant(market, db, at, typed):
    assert names(typed, at) == CASES[typed]


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
    maker.correct(by=officer(), at=at, reason="Merged", name="Sunrise Tools")
    assert "Kusoma" in names("sunrise", at)


def test_a_standard_that_is_named_is_no_list_of_all_but_one_word(market, db, at):
    now = process.market(at=at)
    named = answer("ISO 27001", now, Catalogue.now())
    assert [edition.key for edition, count in named.standards if count == 1] == ["iso-27001-2022"]
    assert not named.partly
    assert answer("swahili zebra", now, Catalogue.now()).partly
