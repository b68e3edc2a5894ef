"""Neutral wording: a table of cases, and what holds for every text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenders.legal_clauses import PACKS, clause
from tenders.neutrality import cite, closing, flags, open_up, uncovered
from tenders.paper_languages import LANGUAGES

pytestmark = pytest.mark.alike

OPENED = [
    ("Meets WCAG 2.2.", "Meets WCAG 2.2 (or equivalent)."),
    ("Meets WCAG 2.2 or equivalent.", "Meets WCAG 2.2 or equivalent."),
    ("Follows ISO/IEC 27001:2022.", "Follows ISO/IEC 27001:2022 (or equivalent)."),
    ("EN 301 549 V3.2.1 report", "EN 301 549 V3.2.1 (or equivalent) report"),
    ("Links over LTI 1.3 and SAML.", "Links over LTI 1.3 and SAML (or equivalent)."),
    ("WCAG 2.2 level AA holds", "WCAG 2.2 level AA (or equivalent) holds"),
    ("Or equivalent. Meets WCAG.", "Or equivalent. Meets WCAG (or equivalent)."),
    ("The guidelines (WCAG) 2.2", "The guidelines (WCAG) 2.2 (or equivalent)"),
    ("Encrypts with TLS 1.2 or later", "Encrypts with TLS 1.2 (or equivalent) or later"),
    ("NIST SP 800-53\nand more", "NIST SP 800-53 (or equivalent)\nand more"),
    ("Every image has a text.", "Every image has a text."),
    ("Opened in 2026 by 301 people", "Opened in 2026 by 301 people"),
    ("", ""),
]
FLAGGED = [
    ("Must run on Example Brand tablets of 2023 or later.", {("brand", "Example Brand")}),
    ("Runs on devices with 2 GB of memory.", set()),
    ("Compatible with Arabic keyboards.", set()),
    ("Works with Kenya's curriculum.", set()),
    ("Compatible with HTML and CSS.", set()),
    ("Uses Kwiktest™ for placement.", {("brand", "Kwiktest™")}),
    ("Opens in Microsoft Word.", {("brand", "Microsoft Word")}),
    ("Fonctionne sur les tablettes de 2023.", set()),
    ("Compatible avec Exemplia Pro.", {("brand", "Exemplia Pro")}),
    ("Exports .doc files.", {("closed_format", ".doc")}),
    ("Exports PSD files.", {("closed_format", "PSD files")}),
    ("Exports ODT, PDF and CSV.", set()),
    ("Certified by Example Audit Ltd.", {("issuer", "Example Audit Ltd")}),
    ("Certified by an accredited body.", set()),
    ("Complies with ISO 27001.", {("name_only", "ISO 27001")}),
    ("Conforme à la norme ISO 27001.", {("name_only", "ISO 27001")}),
    ("Keeps a log of access as in ISO 27001.", set()),
]


@pytest.mark.parametrize(("text", "opened"), OPENED)
def test_a_citation_is_opened(text, opened):
    assert open_up(text, "en") == opened


@pytest.mark.parametrize(("text", "found"), FLAGGED)
def test_what_narrows_competition_is_found(text, found):
    assert {(flag.kind, flag.found) for flag in flags(text)} == found


def test_french_citations_are_opened_in_french():
    assert open_up("Respecte WCAG 2.2.", "fr") == "Respecte WCAG 2.2 (ou équivalent)."
    assert open_up("WCAG 2.2 ou un équivalent", "fr") == "WCAG 2.2 ou un équivalent"


def test_a_brand_in_own_words_is_opened_too():
    assert open_up("Runs on iPads.", "en", own=True) == "Runs on iPads (or equivalent)."
    assert open_up("Runs on iPads.", "en") == "Runs on iPads."


def test_cite_never_lacks_the_words():
    assert cite("WCAG 2.2", "1.1.1", closing("", "en")) == "WCAG 2.2, 1.1.1, or equivalent"
    assert cite("WCAG 2.2", "1.1.1", closing("", "fr")) == "WCAG 2.2, 1.1.1, ou équivalent"


PARTS = st.sampled_from(
    ["WCAG 2.2", "ISO 27001", "(EN 301 549)", "or equivalent", ". ", ", ", "\n", "is met", "LTI"]
)


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(text=st.lists(PARTS | st.text(max_size=12), max_size=12).map(" ".join))
def test_no_text_keeps_a_citation_without_the_words(language, text):
    opened = open_up(text, language)
    assert uncovered(opened, language) == []
    assert open_up(opened, language) == opened


def test_the_property_sees_what_it_forbids():
    assert uncovered("Meets WCAG 2.2.", "en") == ["WCAG 2.2"]


@pytest.mark.parametrize("key", PACKS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pack_is_complete_and_dated(key, language):
    words = clause(key, language)
    assert LANGUAGES[language].neutrality.equivalent in " ".join(words)
    assert PACKS[key].dated.isoformat() in words[-1]
    assert all(PACKS[key].law[language] for key in PACKS if key != "neutral")
    dossier = LANGUAGES[language].definitions[-1][0].casefold()
    assert dossier in " ".join(words).casefold()


def test_a_law_without_a_pack_gets_the_neutral_clause():
    assert clause("elsewhere", "en") == clause("neutral", "en")


def test_the_words_stand_behind_the_whole_name_of_a_product():
    text = open_up("The product shall be Moodle or Google Classroom.", "en", own=True)
    assert text == "The product shall be Moodle or Google Classroom (or equivalent)."
