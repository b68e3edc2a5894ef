"""Two editions side by side: new, changed, removed, unchanged, and where each criterion went."""

from standards.catalogue.difference import Line, compare, marked


def line(ref, words="", **more):
    return Line(ref, f"Title {words or ref}", f"It does {words or ref}.", "A", **more)


def refs(lines):
    return [each.new.ref if hasattr(each, "new") else each.ref for each in lines]


def test_new_changed_removed_and_unchanged():
    found = compare(
        [line("1"), line("2"), line("3")], [line("1"), line("2", "more"), line("4")], {}
    )
    assert [refs(found.same), refs(found.changed), refs(found.new), refs(found.removed)] == [
        ["1"],
        ["2"],
        ["4"],
        ["3"],
    ]


def test_the_same_words_under_another_ref_are_the_same_criterion():
    found = compare([line("1", "a"), line("2", "b")], [line("1", "b"), line("2", "a")], {})
    assert [(pair.old.ref, pair.new.ref) for pair in found.same] == [("2", "1"), ("1", "2")]
    assert all(pair.renumbered for pair in found.same)


def test_a_stated_relation_beats_the_ref():
    said = {"9": [("1", "subset_of")]}
    found = compare([line("1"), line("2")], [line("1", "new"), line("9", "wider")], said)
    assert [(pair.old.ref, pair.relation) for pair in found.changed] == [("1", "subset_of")]
    assert (refs(found.new), refs(found.removed)) == (["1"], ["2"])


def test_several_that_became_one_are_named():
    said = {"9": [("2", "intersects_with"), ("1", "equal")]}
    pair = compare([line("1"), line("2")], [line("9", "1")], said).changed[0]
    assert (pair.old.ref, pair.also) == ("1", ("2",))


def test_the_same_words_with_another_relation_are_asked_again():
    said = {"1": [("1", "intersects_with")]}
    assert refs(compare([line("1")], [line("1")], said).changed) == ["1"]


def test_another_level_or_verification_is_a_change():
    found = compare([line("1"), line("2")], [line("1", verification="test"), line("2")], {})
    assert (refs(found.changed), found.changed[0].changed) == (["1"], ("verification",))


def test_every_old_criterion_is_in_the_migration_map():
    old, new = [line("1"), line("2"), line("3")], [line("1"), line("2", "x"), line("4")]
    steps = {each.old: each.new for each in compare(old, new, {}).steps}
    assert steps == {"1": "1", "2": "2", "3": ""}


def test_words_are_marked_one_by_one():
    pieces = marked("It shows a name.", "It shows a short name.")
    assert [(each.kind, each.words) for each in pieces] == [
        ("same", "It shows a "),
        ("new", "short "),
        ("same", "name."),
    ]


def test_marks_put_together_give_both_texts():
    old, new = "One two, three.", "Two three; four."
    pieces = marked(old, new)
    assert "".join(each.words for each in pieces if each.kind != "new") == old
    assert "".join(each.words for each in pieces if each.kind != "old") == new
