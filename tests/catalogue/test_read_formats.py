"""Each format into the neutral shape: small files of our own, one for each shape and trap."""

import pytest

from standards.catalogue.files import read
from standards.catalogue.files.soundness import flaws
from tests.catalogue.files import small


def said(name):
    found = read(small(name), "auto", name)[1]
    assert flaws(found.document) == []
    return found.document


def losses(name):
    return {loss.what: loss for loss in read(small(name), "auto", name)[1].losses}


@pytest.mark.parametrize(
    ("name", "format", "criteria", "groups"),
    [
        ("controls.oscal.json", "oscal", 4, 3),
        ("criteria.openacr.yaml", "openacr", 4, 6),
        ("guidelines.wcag.json", "wcag", 2, 3),
        ("requirements.asvs.json", "asvs", 3, 3),
        ("requirements.asvs.csv", "asvs", 3, 3),
        ("framework.library.yaml", "library", 4, 2),
        ("edition.yaml", "yaml", 3, 3),
    ],
)
def test_each_format_is_recognised_and_read(name, format, criteria, groups):
    """By what is in the file: the name, which may hold dots, says nothing."""
    known, found = read(small(name), "auto", "a.name.with.dots")
    assert (known, len(found.document.items), len(found.document.groups)) == (
        format,
        criteria,
        groups,
    )


def test_oscal_joins_statements_and_says_parameters():
    first = said("controls.oscal.json").items[0]
    assert (first.ref, first.source_id, first.part) == ("AC-1", "ac-1", "ac")
    assert first.statement == (
        "a. Give accounts to [Assignment: people named by the school]; and\n"
        "1. [Selection (one or more): remove; disable after [Assignment: 30 days]] the others.\n"
        "b. See AC-2."
    )
    assert first.guidance == "An account is for one person."
    assert first.more == {"links": [["related", "ac-2"]]}


def test_oscal_nests_enhancements_and_keeps_the_withdrawn():
    _, inner, withdrawn, log = said("controls.oscal.json").items
    assert (inner.ref, inner.parent) == ("AC-1(1)", "AC-1")
    assert (withdrawn.force, withdrawn.statement) == ("withdrawn", "Withdrawn. See AC-1(1).")
    assert (log.ref, log.title, log.part) == ("au-1", "Every step is written to a log", "au-log")


def test_oscal_tells_what_it_loses():
    found = losses("controls.oscal.json")
    assert found["2 inserted parameters"].made is False
    assert found["Parts “assessment-objective”"].where == ("ac-1",)
    assert found["No title"].where == ("au-1",)
    assert "Back matter" in found


def test_openacr_takes_the_level_from_the_chapter_and_a_number_as_written():
    found = said("criteria.openacr.yaml")
    assert [(i.ref, i.level) for i in found.items] == [
        ("1.1.1", "A"),
        ("1.10", "A"),
        ("1.1.2", "AA"),
        ("5.1", "required"),
    ]
    assert found.items[0].more == {"alt_id": ["pictures"], "components": ["web", "electronic-docs"]}
    groups = {group.key: group for group in found.groups}
    generic = groups["eu_generic"]
    assert (groups[generic.parent].title, generic.title) == ("Example Union", "Chapter 5: Generic")


def test_wcag_leaves_out_what_the_newest_version_dropped():
    first = said("guidelines.wcag.json").items[0]
    assert (
        first.statement == "Every picture has words, except:\nDecoration: Pure decoration has none."
    )
    assert losses("guidelines.wcag.json")["Success criteria left out"].where == ("4.1.1",)


def test_asvs_levels_are_cumulative_and_titles_are_made():
    found = said("requirements.asvs.json")
    assert [level.cumulative for level in found.levels] == [True, True, True]
    assert found.items[0].title == "Input is decoded once"
    assert found.items[0].level == "L2"
    assert found.items == said("requirements.asvs.csv").items


def test_a_library_gives_groups_levels_refs_and_translations():
    first, inner, consent, deleting = said("framework.library.yaml").items
    assert (first.level, inner.level, first.hint) == ("L1", "L2", "The page.")
    assert (inner.ref, inner.parent) == ("p.1.a", "P.1")
    assert (consent.ref, consent.statement, deleting.part) == (
        "P-2-b",
        "Consent",
        "urn:example:req:q",
    )
    assert first.translations["fr"]["statement"] == "Les élèves savent ce qui est gardé."
    assert said("framework.library.yaml").published == "2026-01-31"
    assert [level.cumulative for level in said("framework.library.yaml").levels] == [True, True]


def test_a_library_tells_what_was_made_and_what_is_lost():
    found = losses("framework.library.yaml")
    assert found["Requirements without words"].where == ("urn:example:req:q.1",)
    assert found["No ref"].made
    assert found["Questions"].where == ("Q.2",)
