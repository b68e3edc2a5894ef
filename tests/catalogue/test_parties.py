"""Other companies that handle data: read as people write them, kept in one spelling."""

import pytest
from django.utils.translation import override

from standards.catalogue.facts import Fact, Party, checked
from standards.catalogue.forms import FactForm
from standards.catalogue.pages.applies import stated
from standards.registry.public_facts import answer

FACT = Fact(key="subprocessors", type="parties", group="data", ask="Which?", values=[])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Hosting Ltd | KE | hosting", "Hosting Ltd | KE | hosting"),
        ("  Hosting Ltd|Kenya ", "Hosting Ltd | KE"),
        ("A | ie | mail | and more", "A | IE | mail | and more"),
    ],
)
def test_it_is_kept_in_one_spelling(typed, kept):
    assert checked({FACT.key: [typed, typed]}, [FACT]) == ({FACT.key: [kept]}, {})


@pytest.mark.parametrize("typed", ["Hosting Ltd", "| KE", "A | Nowhere", "x" * 121 + " | KE"])
def test_one_without_name_or_country_is_refused(typed):
    answers, problems = checked({FACT.key: [typed]}, [FACT])
    assert (answers, list(problems)) == ({}, [FACT.key])


def test_it_is_told_in_the_readers_words():
    texts = ["Hosting Ltd | KE | hosting", "Mail AG | DE"]
    assert answer(FACT, texts) == "Hosting Ltd (Kenya): hosting; Mail AG (Germany)"
    with override("fr"):
        assert Party.read("Mail AG | DE").words == "Mail AG (Allemagne)"


def test_it_is_typed_one_a_line(catalogue):
    fact = Fact.objects.get(key="subprocessors")
    form = FactForm("data", {"subprocessors": "A | KE\n\nB | France | mail"}, asked=[fact])
    assert form.is_valid()
    assert form.facts() == {"subprocessors": ["A | KE", "B | FR | mail"]}


def test_what_applies_does_not_ask_for_it(catalogue):
    assert "subprocessors" not in stated({"subprocessors": "A | KE"})
    assert {"retention", "data_origin"} <= {f.key for f in Fact.objects.filter(group="data")}
