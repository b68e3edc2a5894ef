"""What a derived need says: state, count, assurance, who, until when; and never too much."""

from datetime import UTC, datetime

import pytest

from standards.registry.needs import Said, derive
from standards.registry.trail import said_words, sentence

UNTIL = datetime(2027, 5, 31, tzinfo=UTC)
NEED = {
    "required_all": ["a", "b"],
    "barriers_if_not_met": ["x"],
    "tested_with_people": ["t"],
}
WHO = "use a screen reader"
CHECKED = Said("met", 3, until=UNTIL, by="Example Audit")
DECLARED = Said("met", 1, until=UNTIL)
NA = Said("not_applicable", 1, accepted=True)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        (
            {"a": CHECKED, "b": CHECKED},
            "Supports learners who use a screen reader. 2 of 2 checks met, "
            "independently verified by Example Audit, valid to 30 May 2027.",
        ),
        (
            {"a": CHECKED, "b": DECLARED},
            "Supports learners who use a screen reader. 2 of 2 checks met, "
            "declared by the provider, valid to 30 May 2027.",
        ),
        (
            {"a": Said("met", 2), "b": NA, "t": Said("met", 2)},
            "Supports learners who use a screen reader. 1 of 1 check met, evidence on file. "
            "Tested with people.",
        ),
        (
            {"a": CHECKED},
            "Supports some of what learners need who use a screen reader. 1 of 2 checks met.",
        ),
        (
            {"a": Said("not_met", 1)},
            "Does not support learners yet who use a screen reader. 0 of 2 checks met.",
        ),
        ({"x": Said("not_met", 1)}, "A barrier is known for learners who use a screen reader."),
        ({}, "Nothing is said yet about learners who use a screen reader."),
        (
            {"a": NA, "b": NA},
            "Does not affect learners who use a screen reader: "
            "what they would need checked does not apply.",
        ),
    ],
)
def test_the_sentence(claims, words):
    assert sentence(WHO, derive(NEED, claims)) == words


def test_a_need_without_a_phrase_says_the_count_alone():
    assert sentence("", derive(NEED, {"a": CHECKED})) == "1 of 2 checks met."
    assert sentence("", derive(NEED, {})) != "Supports learners who ."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "no statement"),
        (CHECKED, "met, independently verified by Example Audit"),
        (Said("met", 4), "met, independently verified"),
        (Said("partly_met", 1), "partly met"),
        (NA, "does not apply"),
        (Said("not_applicable", 1), "said not to apply, not accepted by anybody yet"),
    ],
)
def test_the_trail_says_how_each_criterion_stands(said, words):
    assert said_words(said) == words
