"""Which ways of looking a criterion needs: as it is held, typed, told, and in the content."""

import pytest
from pydantic import ValidationError

from standards.catalogue.content import CONTENT, collect
from standards.catalogue.methods import Method, in_words, joined, lacking, needed, typed
from standards.catalogue.schema import CriterionRecord

SAID = {"ref": "1", "title": "T", "statement": "S", "level": "A", "domain": "security"}
# whose every criterion says how it is looked at
WHOLE = (
    "wcag-2.2",
    "en-301-549-3.2.1",
    "en-301-549-3.2.1-web",
    "owasp-asvs-5-l1",
    "owasp-asvs-5-l2",
    "pqa-core",
    "child-safety-ethics",
    "access-anywhere",
    "common-duties",
    "common-duties-ai",
    "common-duties-children",
    "common-duties-security",
)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("", ""),
        ("Test", "test"),
        ("test, document", "document+test"),
        ("Interview and document", "document+interview"),
        ("observation / TEST / test", "observation+test"),
        ("guess; test", "test+guess"),
    ],
)
def test_what_is_typed_in_a_table(text, held):
    assert typed(text) == held


@pytest.mark.parametrize("held", ["", "test", "document+interview+observation+test"])
def test_a_criterion_takes_methods_in_their_order(held):
    assert CriterionRecord.model_validate({**SAID, "verification": held}).verification == held


@pytest.mark.parametrize(
    "held", ["guess", "test+guess", "test+document", "test+test", "+", "test+"]
)
def test_and_nothing_else(held):
    with pytest.raises(ValidationError, match="document, interview"):
        CriterionRecord.model_validate({**SAID, "verification": held})


def test_what_is_left_to_do():
    assert needed("document+test") == [Method.DOCUMENT, Method.TEST]
    assert lacking("document+test", ["test", "interview"]) == [Method.DOCUMENT]
    assert lacking("", []) == []
    assert joined(["test", "document"]) == "document+test"
    assert (in_words("document+test"), in_words("")) == ("Document, Test", "Any method")


def criteria(key):
    return {item.ref: item for item in collect(CONTENT).of("edition")[key].record.items}


@pytest.mark.parametrize("key", WHOLE)
def test_every_criterion_says_how_it_is_looked_at(key):
    assert [ref for ref, item in criteria(key).items() if not item.verification] == []


def test_what_a_web_page_does_is_tested():
    assert all("test" in item.verification for item in criteria("wcag-2.2").values())


@pytest.mark.parametrize("ref", ["V2.1.1", "V6.1.1", "V8.1.1", "V15.1.1"])
def test_what_asks_for_a_document_is_read(ref):
    assert criteria("owasp-asvs-5-l1")[ref].verification == "document"
