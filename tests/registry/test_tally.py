"""Counting whole sets at once gives what counting one by one gives."""

from hypothesis import given, settings
from hypothesis import strategies as st

from standards.registry.matching.bitsets import (
    BLOCK,
    NEVER,
    AnyOf,
    Column,
    Grid,
    Listed,
    Row,
    Saying,
    Within,
    enough,
    table,
)
from standards.registry.matching.facts import asking
from standards.registry.matching.qualifying import Requirement, tally
from tests.effort import examples
from tests.registry.by_the_words import qualify
from tests.registry.test_matching import products, requirement, rows_of

SLOTS = {key: slot for slot, key in enumerate("abcdef")}


def row(standing, **fields):
    levels = bytearray(len(SLOTS))
    for key, value in standing.items():
        levels[SLOTS[key]] = value
    fields.setdefault("facts", " ")
    return Row(bytes(levels).rstrip(b"\0"), True, **fields)


def meeting(grid, asked):
    if asked.fact:
        found = ~0
        for question in asking(asked.fact, asked.values, asked.how):
            found &= grid.bits(question)
        return found
    digits = table(enough(asked.least, present=asked.must_be_present))
    found = 0
    for key in asked.criteria:
        found |= grid.bits(Column(SLOTS[key], digits))
    return found


def places(bits):
    return {place for place in range(bits.bit_length()) if bits >> place & 1}


@settings(max_examples=examples(1000), deadline=None)
@given(st.lists(requirement, max_size=6), products)
def test_sets_count_as_rows_count(asked, some):
    standings = {place: levels for place, (levels, _) in enumerate(some)}
    stated = rows_of(some)
    grid = Grid.of((place, row(one, facts=stated[place].facts)) for place, one in standings.items())
    have = [meeting(grid, one) for one in asked]
    inside = grid.bits(Listed())
    sets, plainly = tally(asked, have, inside), qualify(asked, standings, stated)
    assert places(sets.qualifying) == set(plainly.qualifying)
    assert tuple(left.bit_count() for left in sets.after) == plainly.after
    assert sets.without == plainly.without
    nearest = sets.nearest(99)
    assert [len(plainly.missing[one]) for one in nearest] == sorted(
        map(len, plainly.missing.values())
    )
    assert set(nearest) == set(plainly.missing)
    best = sets.best(asked, have, 99)
    assert [plainly.scores[one] for one in best] == sorted(plainly.scores.values(), reverse=True)


values = st.binary(max_size=5).map(lambda b: bytes(x % 37 for x in b).rstrip(b"\0"))
facts = st.sets(st.sampled_from(["@KE", "#pt", "#pt-br", "=micro"])).map(
    lambda said: f" {' '.join(sorted(said))} "
)
rows = st.dictionaries(
    st.sampled_from([0, 1, 7, BLOCK - 1, BLOCK, BLOCK + 9]),
    st.builds(Row, values, st.booleans(), facts, st.just(NEVER)),
    max_size=6,
)
QUESTIONS = [
    Listed(),
    Column(0, table([1, 2, 17])),
    Column(4, table([36])),
    AnyOf(None, table(range(1, 5))),
    AnyOf((1, 3), table([2, 3, 4])),
    Saying((" @KE ",)),
    Saying((" #pt ", " #pt-")),
    Within(" #", (" #pt ",)),
]


@settings(max_examples=examples(200), deadline=None)
@given(rows, rows)
def test_a_changed_grid_answers_as_one_made_anew(first, later):
    grid = Grid.of(sorted(first.items()))
    for question in QUESTIONS:
        grid.bits(question)
    both = {**first, **later}
    changed = grid.changed(later)
    for question in QUESTIONS:
        right = {place for place, one in both.items() if question.holds(one)}
        assert places(changed.bits(question)) == right
        assert places(Grid.of(sorted(both.items())).bits(question)) == right
    assert all(grid.row(place) == one for place, one in first.items())


def test_rows_come_due_in_the_order_of_time():
    grid = Grid.of(
        [
            (5, Row(b"\1", True, " ", 10)),
            (2000, Row(b"\1", True, " ", 20)),
            (2001, Row(b"", True, " ")),
        ]
    )
    assert [grid.due(at) for at in (9, 10, 20)] == [[], [5], [5, 2000]]


def test_sets_are_forgotten_rather_than_kept_without_end(monkeypatch):
    monkeypatch.setattr("standards.registry.matching.bitsets.MOST_KEPT", 3)
    grid = Grid.of([(1, Row(b"\1\2\3\4", True, " "))])
    for slot in range(4):
        assert grid.bits(Column(slot, table([slot + 1]))) == 2
    assert len(grid.sets) == 1


def test_two_light_ones_may_outweigh_a_heavy_one():
    asked = [
        Requirement(key, "should", weight=weight)
        for key, weight in zip("abcd", (4, 3, 2, None), strict=True)
    ]
    have = [0b001, 0b010, 0b010, 0b100]  # 4 against 5, against one that weighs nothing
    assert tally(asked, have, 0b111).best(asked, have, 9) == [1, 0, 2]


def test_scores_are_ranked_by_weight():
    asked = [
        Requirement(key, "should", weight=weight)
        for key, weight in zip("abc", (50, 30, 20), strict=True)
    ]
    have = [0b0001, 0b0110, 0b1010]
    assert tally(asked, have, 0b1111).best(asked, have, 9) == [0, 1, 2, 3]
