"""Three-valued logic and the resolution of criteria, case by case."""

from datetime import date

import pytest

from standards.catalogue.applicability import Catalogue, Rule, Shape, condition, resolve, unanswered

pytestmark = pytest.mark.alike

TODAY = date(2026, 11, 24)
GROUPS = {"EU": ["EE", "FR"], "EMPTY": []}
LEAF = {"fact": "where", "op": "any_of", "value": ["group:EU", "KE"]}
YES = {"fact": "yes", "op": "is_true"}
NO = {"fact": "no", "op": "is_true"}
OPEN = {"fact": "open", "op": "is_true"}
KNOWN = {"yes": True, "no": False}


def leaf(op, value=None):
    return {"fact": "f", "op": op, **({} if value is None else {"value": value})}


LEAVES = [
    (leaf("any_of", ["a", "b"]), ["a"], True),
    (leaf("any_of", ["a", "b"]), ["b", "c"], True),
    (leaf("any_of", ["a", "b"]), ["c"], False),
    (leaf("any_of", ["a", "b"]), [], None),
    (leaf("any_of", ["a", "b"]), None, None),
    (leaf("any_of", ["group:EU"]), ["FR"], True),
    (leaf("any_of", ["group:EU"]), ["KE"], False),
    (leaf("any_of", ["group:EU", "KE"]), ["KE"], True),
    (leaf("any_of", ["group:EMPTY"]), ["KE"], False),
    (leaf("none_of", ["a"]), ["b"], True),
    (leaf("none_of", ["a"]), ["a", "b"], False),
    (leaf("none_of", ["a"]), [], None),
    (leaf("none_of", ["a"]), None, None),
    (leaf("not_only", ["none"]), ["none"], False),
    (leaf("not_only", ["none"]), ["contact"], True),
    (leaf("not_only", ["none"]), ["none", "contact"], True),
    (leaf("not_only", ["none"]), [], None),
    (leaf("not_only", ["none"]), None, None),
    (leaf("eq", "none"), "none", True),
    (leaf("eq", "none"), "open", False),
    (leaf("eq", "none"), "", None),
    (leaf("eq", "none"), None, None),
    (leaf("in", ["small", "micro"]), "micro", True),
    (leaf("in", ["small", "micro"]), "large", False),
    (leaf("in", ["small", "micro"]), None, None),
    (leaf("in", ["group:EU"]), "EE", True),
    (leaf("in", ["group:EU"]), "KE", False),
    (leaf("is_true"), True, True),
    (leaf("is_true"), False, False),
    (leaf("is_true"), None, None),
    (leaf("is_false"), True, False),
    (leaf("is_false"), False, True),
    (leaf("is_false"), None, None),
]


@pytest.mark.parametrize(("node", "answer", "expected"), LEAVES)
def test_leaf(node, answer, expected):
    assert condition(node, {"f": answer}, GROUPS) is expected


COMBINED = [
    ({"all": [YES, YES]}, True),
    ({"all": [YES, NO]}, False),
    ({"all": [NO, YES]}, False),
    ({"all": [NO, NO]}, False),
    ({"all": [YES, OPEN]}, None),
    ({"all": [OPEN, YES]}, None),
    ({"all": [NO, OPEN]}, False),
    ({"all": [OPEN, NO]}, False),
    ({"all": [OPEN, OPEN]}, None),
    ({"any": [YES, YES]}, True),
    ({"any": [YES, NO]}, True),
    ({"any": [NO, YES]}, True),
    ({"any": [NO, NO]}, False),
    ({"any": [YES, OPEN]}, True),
    ({"any": [OPEN, YES]}, True),
    ({"any": [NO, OPEN]}, None),
    ({"any": [OPEN, NO]}, None),
    ({"any": [OPEN, OPEN]}, None),
    ({"not": YES}, False),
    ({"not": NO}, True),
    ({"not": OPEN}, None),
    ({"not": {"not": OPEN}}, None),
    ({"not": {"any": [YES, OPEN]}}, False),
    ({"not": {"all": [NO, OPEN]}}, True),
    ({"all": [{"any": [NO, OPEN]}, YES]}, None),
    ({"all": [{"any": [YES, OPEN]}, YES]}, True),
    ({"any": [{"all": [YES, OPEN]}, NO]}, None),
    ({"any": [{"all": [NO, OPEN]}, NO]}, False),
]


@pytest.mark.parametrize(("node", "expected"), COMBINED)
def test_combined(node, expected):
    assert condition(node, KNOWN, GROUPS) is expected


WAITING = [
    (YES, set()),
    (OPEN, {"open"}),
    ({"all": [NO, OPEN]}, set()),
    ({"all": [YES, OPEN]}, {"open"}),
    ({"any": [{"all": [NO, OPEN]}, LEAF]}, {"where"}),
    ({"any": [OPEN, LEAF]}, {"open", "where"}),
    ({"not": {"any": [NO, LEAF]}}, {"where"}),
    ({"all": [{"any": [YES, OPEN]}, LEAF]}, {"where"}),
]


@pytest.mark.parametrize(("node", "facts"), WAITING)
def test_which_facts_keep_it_open(node, facts):
    assert unanswered(node, KNOWN, GROUPS) == facts


EX = Shape(
    levels={"A": True, "AA": True, "X": False},
    criteria={"1": "A", "2": "AA", "3": "X", "4": "A"},
)
OTHER = Shape(levels={"M": False}, criteria={"1": "M"})
CATALOGUE = Catalogue(editions={"ex": EX, "other": OTHER}, groups=GROUPS)
BLOCK, LAW, EXP, FLAG = "blocks_listing", "mandatory_by_law", "expected", "flag"
OPT, NA = "optional", "not_applicable"


def rules(*said):
    """Rules that all fire: (effect, level, refs, excluded) of the edition `ex`."""
    return [
        Rule(
            key=f"R{number}",
            when=YES,
            edition="ex",
            effect=effect,
            level=level,
            refs=tuple(refs),
            law_excludes=tuple(excluded[0] if excluded else ()),
            reason=f"reason {number}",
        )
        for number, (effect, level, refs, *excluded) in enumerate(said)
    ]


def got(*said, facts=KNOWN):
    return resolve(rules(*said), facts, CATALOGUE, today=TODAY)


def all_of(effect, **but):
    return {f"ex:{ref}": but.get(f"_{ref}", effect) for ref in "1234"}


def some(effect, refs):
    return {f"ex:{ref}": effect for ref in refs}


RESOLVED = [
    # what a rule reaches
    ([(EXP, "", "")], all_of(EXP)),
    ([(EXP, "A", "")], some(EXP, "14")),
    ([(EXP, "AA", "")], some(EXP, "124")),
    ([(EXP, "X", "")], some(EXP, "3")),
    ([(EXP, "", "2")], some(EXP, "2")),
    ([(OPT, "", "23")], some(OPT, "23")),
    # the highest effect wins, whatever names it
    ([(OPT, "", ""), (EXP, "", "")], all_of(EXP)),
    ([(LAW, "", ""), (EXP, "", "")], all_of(LAW)),
    ([(BLOCK, "", ""), (LAW, "", "")], all_of(BLOCK)),
    ([(EXP, "", ""), (LAW, "AA", "")], all_of(LAW, _3=EXP)),
    ([(OPT, "AA", ""), (EXP, "A", "")], some(EXP, "14") | some(OPT, "2")),
    ([(OPT, "", ""), (LAW, "", "2")], all_of(OPT, _2=LAW)),
    ([(EXP, "", "1"), (OPT, "", "")], all_of(OPT, _1=EXP)),
    # a flag stands beside and does not compete
    ([(FLAG, "", "1")], {}),
    ([(FLAG, "", "1"), (OPT, "", "")], all_of(OPT)),
    ([(FLAG, "", "1"), (EXP, "", "2")], some(EXP, "2")),
    ([(FLAG, "", "1"), (NA, "", "1")], some(NA, "1")),
    # criteria that the law does not refer to are expected
    ([(LAW, "", "", "2")], all_of(LAW, _2=EXP)),
    ([(LAW, "AA", "", "24")], some(LAW, "1") | some(EXP, "24")),
    ([(LAW, "", "", "2"), (OPT, "", "")], all_of(LAW, _2=EXP)),
    ([(LAW, "", "", "2"), (LAW, "", "2")], all_of(LAW)),
    ([(LAW, "", "", "2"), (BLOCK, "", "2")], all_of(LAW, _2=BLOCK)),
    ([(LAW, "A", "", "2")], some(LAW, "14")),
    # not applicable beats a whole edition or level
    ([(NA, "", "1")], some(NA, "1")),
    ([(NA, "", "1"), (OPT, "", "")], all_of(OPT, _1=NA)),
    ([(NA, "", "1"), (EXP, "", "")], all_of(EXP, _1=NA)),
    ([(NA, "", "1"), (EXP, "A", "")], some(NA, "1") | some(EXP, "4")),
    ([(NA, "", "1"), (LAW, "", "")], all_of(LAW, _1=NA)),
    ([(NA, "", "1"), (LAW, "AA", "")], some(NA, "1") | some(LAW, "24")),
    ([(NA, "", "1"), (BLOCK, "", "")], all_of(BLOCK, _1=NA)),
    ([(NA, "", "2"), (LAW, "", "", "2")], all_of(LAW, _2=NA)),
    # and yields only to a law or a block that lists the criterion itself
    ([(NA, "", "1"), (EXP, "", "1")], some(NA, "1")),
    ([(NA, "", "1"), (OPT, "", "1")], some(NA, "1")),
    ([(NA, "", "1"), (LAW, "", "1")], some(LAW, "1")),
    ([(NA, "", "1"), (BLOCK, "", "1")], some(BLOCK, "1")),
    ([(NA, "", "12"), (LAW, "", "1")], some(LAW, "1") | some(NA, "2")),
    ([(NA, "", "1"), (LAW, "", "1"), (OPT, "", "")], all_of(OPT, _1=LAW)),
    ([(NA, "", "1"), (LAW, "", "1"), (BLOCK, "", "")], all_of(BLOCK)),
    ([(NA, "", "2"), (LAW, "", "12", "2")], some(LAW, "1") | some(NA, "2")),
    ([(NA, "", "1"), (NA, "", "1"), (LAW, "", "1")], some(LAW, "1")),
    ([(NA, "", ""), (LAW, "", "")], all_of(NA)),
    ([(NA, "A", ""), (EXP, "", "")], some(NA, "14") | some(EXP, "23")),
]


@pytest.mark.parametrize(("said", "criteria"), RESOLVED)
def test_resolved(said, criteria):
    assert got(*said).criteria == criteria


STANDARDS = [
    ([(OPT, "", "")], OPT),
    ([(OPT, "", ""), (EXP, "", "2")], EXP),
    ([(EXP, "", ""), (LAW, "", "2")], LAW),
    ([(LAW, "", ""), (BLOCK, "", "2")], BLOCK),
    ([(NA, "", "1"), (OPT, "", "2")], OPT),
    ([(NA, "", "1")], None),
    ([(NA, "", "1"), (LAW, "", "1")], LAW),
    ([(NA, "", ""), (EXP, "", "")], None),
    ([(FLAG, "", "1")], None),
    ([(FLAG, "", "1"), (OPT, "", "1")], OPT),
    ([(LAW, "", "2", "2")], EXP),
]


@pytest.mark.parametrize(("said", "effect"), STANDARDS)
def test_the_effect_of_a_standard(said, effect):
    assert got(*said).standards == ({"ex": effect} if effect else {})


def test_flags_are_criteria():
    assert got((FLAG, "", "21"), (FLAG, "", "2")).flags == ("ex:1", "ex:2")


def test_blocks_are_rules():
    assert got((BLOCK, "", "1"), (LAW, "", "1")).blocks == ("R0",)


def test_what_is_set_aside_has_a_rule_and_a_reason():
    assert got((NA, "", "1")).not_applicable == {"ex:1": ("R0", "reason 0")}
    assert got((NA, "", "1"), (LAW, "", "1")).not_applicable == {}


@pytest.mark.parametrize(
    ("first_day", "comes"),
    [(None, False), (date(2026, 11, 24), False), (date(2026, 11, 25), True)],
)
def test_a_law_comes_until_its_day(first_day, comes):
    rule = Rule("R", YES, "ex", LAW, applies_from=first_day)
    found = resolve([rule], KNOWN, CATALOGUE, today=TODAY)
    assert found.rules[0].comes is comes
    assert found.standards == {"ex": LAW}


def test_open_facts_come_with_those_that_decide_most_first():
    waits = [{"any": [OPEN, LEAF]}, LEAF, {"all": [LEAF, YES]}]
    found = resolve(
        [Rule(f"R{n}", when, "other", EXP) for n, when in enumerate(waits)],
        KNOWN,
        CATALOGUE,
        today=TODAY,
    )
    assert found.open == ("where", "open")
    assert [each.facts for each in found.undecided] == [("open", "where"), ("where",), ("where",)]
    assert found.rules == ()


def test_a_fired_rule_names_the_answers_it_rests_on():
    rule = Rule("R", {"any": [YES, OPEN]}, "ex", EXP)
    assert resolve([rule], KNOWN, CATALOGUE, today=TODAY).rules[0].facts == ("yes",)
