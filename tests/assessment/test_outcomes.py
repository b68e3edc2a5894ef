"""What depends on which answer was given is read from the one list of answers."""

import pytest
from django.template.loader import render_to_string

from standards.assessment.claims import LESS, Outcome
from standards.attestation.results import Result
from standards.registry.needs import Said


def test_less_is_what_is_not_or_not_wholly_met():
    assert set(LESS) == {"partly_met", "not_met"}


@pytest.mark.parametrize("outcome", Outcome)
def test_what_hinders_a_need_is_what_falls_short(outcome):
    assert Said(outcome, 1).hinders == (outcome in LESS)


@pytest.mark.parametrize(
    ("kind", "words", "tone", "glyph"),
    [
        (Outcome.PARTLY_MET, "Partly met", "warn", "a-partly"),
        (Outcome.NOT_APPLICABLE, "Not applicable", "", "a-na"),
        (Result.MAJOR, "Major nonconformity", "bad", "a-not"),
        (Result.OBSERVATION, "Observation", "", "a-obs"),
        ("", "Not answered", "", "a-open"),
    ],
)
def test_the_mark_of_an_answer(kind, words, tone, glyph):
    html = render_to_string("components/answer.html", {"kind": kind})
    assert words in html
    assert f'data-tone="{tone}"' in html
    assert f'href="#{glyph}"' in html
