"""A law has no equivalent: it is asked for as the law requires."""

import pytest

from standards.catalogue.editions import Edition
from standards.catalogue.loading import load
from tenders import annex, frozen_body
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


def test_of_the_shipped_editions_the_laws_are_laws(db, at):
    load(at=at)
    laws = set(Edition.objects.filter(nature="law").values_list("key", flat=True))
    assert {"gdpr", "kenya-dpa", "coppa", "eu-ai-act-edu"} <= laws
    assert not laws & {"wcag-2.2", "sdpc-ndpa-2", "cyber-essentials", "essa-evidence"}


@pytest.mark.parametrize(("language", "words"), [("en", "as the law requires"), ("fr", "exige")])
def test_the_clause_says_how_a_law_is_cited(language, words):
    assert words in clause("neutral", language)[0]
