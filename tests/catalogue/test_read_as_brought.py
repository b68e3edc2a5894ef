"""Files as people bring them: what their makers left out or wrote otherwise is made, and told."""

import json

import pytest

from standards.catalogue.files import read
from standards.catalogue.files.soundness import flaws


def taken(content, format="auto"):
    document = read(content.encode(), format, "brought")[1]
    assert flaws(document.document) == []
    return document.document, {loss.what: loss for loss in document.losses}


def library(*nodes, declared=()):
    """One framework of assessable nodes, each with words of its own unless it has others."""
    rows = [
        {"urn": f"urn:x:{place}", "assessable": True, "ref_id": f"A.{place}", **node}
        for place, node in enumerate(nodes, start=1)
    ]
    groups = [{"ref_id": name, "name": f"Group {name}"} for name in declared]
    framework = {"name": "Brought", "ref_id": "brought", "requirement_nodes": rows}
    framework |= {"implementation_groups_definition": groups} if groups else {}
    return json.dumps({"urn": "urn:x", "version": 1, "objects": {"framework": framework}})


def within(*groups):
    return {"description": "Words.", "implementation_groups": list(groups)}


def levels_of(*nodes, declared=()):
    document, told = taken(library(*nodes, declared=declared))
    return [level.key for level in document.levels], [i.level for i in document.items], told


def test_groups_whose_names_differ_in_signs_stay_apart():
    keys, used, _ = levels_of(
        within("R"), within("R+"), within("Règle"), declared=["R", "R+", "Règle"]
    )
    assert keys == ["R", "R-plus", "Regle"]
    assert used == keys


def test_groups_are_known_whatever_their_case_and_several_in_one_text():
    keys, used, told = levels_of(within("basic"), within("Basic; PLUS"), declared=["Basic", "Plus"])
    assert keys == ["Basic", "Plus"]
    assert used == ["Basic", "Basic"]
    assert "Implementation groups that are used and not declared" not in told


def test_a_group_that_is_not_declared_is_added_and_told():
    keys, used, told = levels_of(within("A"), within("B"), declared=["A"])
    assert (keys, used) == (["A", "B"], ["A", "B"])
    assert told["Implementation groups that are used and not declared"].where == ("B",)


def test_a_question_stands_for_the_words_that_a_requirement_lacks():
    choices = [{"value": "Yes"}, {"value": "In part"}]
    asked = {"urn:q": {"text": "Is there a policy?", "choices": choices}}
    document, told = taken(library({"questions": asked}, {"description": "W.", "questions": asked}))
    first, second = document.items
    assert (first.statement, first.guidance) == ("Is there a policy?", "Yes\nIn part")
    assert second.statement == "W."
    assert told["Requirements that are only asked"].where == ("A.1",)
    assert told["Questions"].where == ("A.2",)


def oscal(*groups):
    words = {"title": "Brought", "version": "1", "oscal-version": "1.1.2"}
    return json.dumps({"catalog": {"uuid": "x", "metadata": words, "groups": list(groups)}})


def control(name):
    return {
        "id": name,
        "title": f"Title of {name}",
        "parts": [{"name": "statement", "prose": "W."}],
    }


def test_oscal_groups_without_an_id_get_one_each_that_no_other_has():
    same = {"title": "Access", "controls": [control("b")]}
    inner = {"title": "Access", "controls": [control("c")]}
    document, told = taken(
        oscal(
            {"id": "access", "title": "First", "controls": [control("a")], "groups": [inner]}, same
        )
    )
    keys = [group.key for group in document.groups]
    assert keys == ["access", "access-access", "access-2"]
    assert [item.part for item in document.items] == ["access", "access-access", "access-2"]
    assert told["No id of a group"].where == ("access-access", "access-2")


FOUR = ("chapter_id", "chapter_name", "section_id", "section_name", "req_id", "req_description")
ROWS = (
    ("V1.1.1", "Verify that words are kept.", "", "✓", "✓"),
    ("V1.1.2", "Verify that keys are kept.", "✓", "✓", "✓"),
    ("V1.1.3", "[DELETED, DUPLICATE OF 1.1.2]", "", "", ""),
)


def flat():
    names = (*FOUR, "level1", "level2", "level3")
    return [dict(zip(names, ("V1", "Design", "V1.1", "Life", *row), strict=True)) for row in ROWS]


def nested():
    leaves = [
        {
            "Shortcode": ref,
            "Description": text,
            **{f"L{at}": {"Required": bool(mark)} for at, mark in enumerate(marks, start=1)},
        }
        for ref, text, *marks in ROWS
    ]
    section = {"Shortcode": "V1.1", "Name": "Life", "Items": leaves}
    chapter = {"Shortcode": "V1", "Name": "Design", "Items": [section]}
    return {"Version": "4.0.3", "Requirements": [chapter]}


def as_table():
    rows = flat()
    return "\n".join(
        [",".join(rows[0]), *(",".join(f'"{c}"' for c in row.values()) for row in rows)]
    )


@pytest.mark.parametrize(
    "content",
    [json.dumps({"requirements": flat()}), json.dumps(nested()), as_table()],
    ids=["flat", "nested", "table"],
)
def test_version_4_of_asvs_gives_the_least_level_that_asks(content):
    document, told = taken(content)
    assert document.version == "4.0.3"
    assert [(item.ref, item.level) for item in document.items] == [
        ("V1.1.1", "L2"),
        ("V1.1.2", "L1"),
    ]
    assert told["Requirements that were taken out"].where == ("V1.1.3",)


def test_version_5_is_read_flat_too():
    row = dict(zip(FOUR, ("V1", "D", "V1.1", "L", "V1.1.1", "Verify that it is."), strict=True))
    document, _ = taken(json.dumps({"requirements": [row | {"L": "2"}]}))
    assert (document.version, document.items[0].level) == ("5.0.0", "L2")
