"""A law has no equivalent: it is asked for as the law requires."""

import pytest

from standards.catalogue.editions import Edition
from standards.catalogue.loading import load
from tenders import annex, frozen_body, readiness
from tenders.legal_clauses import clause
from tests import make
from tests.make.moment import AT


@pytest.fixture(params=["en", "fr"])
def tender(db, request):
    """Asks for a law and a standard."""
    law = make.asked_edition(criteria=1, name="Example Act", nature="law")
    made = make.tender(edition=law, language=request.param)
    standard = make.asked_edition(criteria=1, name="Example Standard")
    made.lot.add_edition(standard, by=made.person, at=AT, justification="Schools need it")
    return made


def test_a_law_is_asked_as_the_law_requires(tender):
    tree = annex.build(frozen_body.written(tender))
    law, standard = (row.standard for row in tree.rows)
    closing = {"en": "as the law requires", "fr": "comme la loi l’exige"}[tree.language]
    other = {"en": "or equivalent", "fr": "ou équivalent"}[tree.language]
    assert law == f"Example Act, 1, {closing}"
    assert standard == f"Example Standard, 1, {other}"
    sources = [source[0] for source in tree.sources]
    assert sources == [f"Example Act, 2.2, {closing}", f"Example Standard, 2.2, {other}"]


def test_what_was_published_before_stays_as_it_was(tender, at):
    """A body from before an edition could be a law says what it said."""
    body = frozen_body.written(tender)
    for edition in body["editions"]:
        edition.pop("nature", None)
    equivalent = {"en": "or equivalent", "fr": "ou équivalent"}[body["language"]]
    assert all(source[0].endswith(equivalent) for source in annex.build(body).sources)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "a law of other countries (United Kingdom), asked for here by the buyer, or equivalent",
        ),
        ("fr", "loi d’autres pays (Royaume-Uni), demandée ici par l’acheteur, ou équivalent"),
    ],
)
def test_a_law_of_other_countries_is_never_asked_as_the_law_requires(db, client, language, words):
    code = make.asked_edition(
        criteria=1, name="Code", nature="law", domain="child_rights", jurisdictions=["GB"]
    )
    tender = make.tender(edition=code, language=language, countries=["SN", "CI"])
    tree = annex.build(frozen_body.written(tender))
    assert [row.standard for row in tree.rows] == [f"Code, 1, {words}"]
    assert [source[0] for source in tree.sources] == [f"Code, 2.2, {words}"]
    (warned,) = readiness.elsewhere(frozen_body.lots_of(tender))
    assert "United Kingdom" in warned.words
    client.force_login(tender.person)
    page = client.get(tender.get_absolute_url()).content.decode()
    assert "a law of other countries (United Kingdom)" in page
    assert "as the law requires ·" not in page


def test_of_two_lots_each_says_what_holds_there(db):
    law = make.asked_edition(criteria=1, name="Act", nature="law", jurisdictions=["KE"])
    tender = make.tender(edition=law, countries=["KE"])
    other = tender.add_lot(title="Abroad", by=tender.person, at=AT)
    other.state(by=tender.person, at=AT, countries=["SN"])
    other.add_edition(law, by=tender.person, at=AT, justification="As at home")
    tree = annex.build(frozen_body.written(tender))
    home, abroad = (row.standard for row in tree.rows)
    assert home == "Act, 1, as the law requires"
    assert abroad.endswith("or equivalent")
    assert [source[0] for source in tree.sources] == ["Act, 2.2"]


def test_of_the_shipped_editions_the_laws_are_laws(db, at):
    load(at=at)
    laws = set(Edition.objects.filter(nature="law").values_list("key", flat=True))
    assert {"gdpr", "kenya-dpa", "coppa", "eu-ai-act-edu"} <= laws
    assert not laws & {"wcag-2.2", "sdpc-ndpa-2", "cyber-essentials", "essa-evidence"}


@pytest.mark.parametrize(("language", "words"), [("en", "as the law requires"), ("fr", "exige")])
def test_the_clause_says_how_a_law_is_cited(language, words):
    assert words in clause("neutral", language)[0]
