"""Many requirements of a lot at once: set, given a reason, moved, taken out, and taken back."""

from datetime import timedelta

import pytest

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.catalogue.editions import Edition
from tenders.models import LastStep, Requirement
from tenders.picked import Changed
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


def built_lot():
    """Of seven requirements: two standards and own words."""
    made = make.tender(criteria=3)
    made.lot.acts = {"by": made.person, "at": AT}
    made.lot.add_edition(make.asked_edition(key="second", criteria=3), **made.lot.acts)
    made.lot.add_words("Prints", **made.lot.acts)
    return made.lot


kept_lot = make.kept(built_lot)


@pytest.fixture
def lot(kept_lot, db):
    return kept_lot()


def rows(lot, *names):
    return list(lot.requirements.order_by("position").values_list(*names))


def everything(lot):
    kept = [f.attname for f in Requirement._meta.concrete_fields if f.name != "revision"]
    return rows(lot, *kept)


def test_obligation_and_assurance_are_set_and_weights_fall_where_nothing_is_scored(lot):
    assert make.picked(lot, 1, 2).set(obligation="should", weight=5, **lot.acts) == 2
    assert rows(lot, "obligation", "weight")[:3] == [("should", 5), ("should", 5), ("must", None)]
    assert make.picked(lot).set(obligation="may", least=3, **lot.acts) == 7
    assert set(rows(lot, "obligation", "weight")) == {("may", None)}
    assert [least for (least,) in rows(lot, "least")] == [3] * 6 + [1]


def test_a_weight_for_a_must_names_it_and_nothing_is_done(lot):
    make.picked(lot, 1).set(obligation="should", **lot.acts)
    with pytest.raises(NotReady, match="These are none: L1-002 to L1-004"):
        make.picked(lot, 1, 2, 3, 4).set(weight=5, **lot.acts)
    assert rows(lot, "weight") == [(None,)] * 7


def test_assurance_alone_leaves_own_words_as_they_are(lot):
    assert make.picked(lot, 7).set(least=3, **lot.acts) == 0
    assert lot.requirements.get(position=7).revision == 0


def test_a_reason_takes_no_others_place_unless_asked_to(lot):
    lot.requirements.filter(position__gt=1).update(justification="")
    assert make.picked(lot).give_reason(justification="Law", **lot.acts) == 6
    assert rows(lot, "justification")[0] == ("Learners need it",)
    assert make.picked(lot).give_reason(justification="Act", replace=True, **lot.acts) == 7
    with pytest.raises(NotReady, match="have a reason already"):
        make.picked(lot).give_reason(justification="Law", **lot.acts)


@pytest.mark.parametrize("places", [(1,), (7,), (1, 2, 5), (2, 4, 6), (1, 2, 3, 4, 5, 6, 7)])
def test_what_is_taken_out_leaves_no_gap(lot, places):
    left = [pk for (pk,), n in zip(rows(lot, "pk"), range(1, 8), strict=True) if n not in places]
    assert make.picked(lot, *places).take_out(**lot.acts) == len(places)
    assert rows(lot, "pk", "position") == [(pk, n) for n, pk in enumerate(left, 1)]


def test_a_whole_standard_goes_by_its_key(lot):
    second = make.picked_group(lot, "second")
    assert second.take_out(**lot.acts) == 3
    assert str(LastStep.objects.get()).startswith("Taken out: 3 requirements (Example Standard")
    assert make.picked_group(lot, "").take_out(**lot.acts) == 1
    with pytest.raises(Changed, match="took all of it out already"):
        second.take_out(**lot.acts)


def change_one(lot):
    lot.requirements.get(position=5).change(revision=0, justification="Theirs", **lot.acts)


def take_one_out(lot):
    lot.requirements.get(position=5).remove(**lot.acts)


def swap_one(lot):
    take_one_out(lot)
    lot.add_edition(Edition.objects.get(key="second"), **lot.acts)


@pytest.mark.parametrize("meanwhile", [change_one, take_one_out, swap_one])
def test_a_whole_standard_stays_where_a_colleague_changed_it_meanwhile(lot, meanwhile):
    seen = make.picked_group(lot, "second")
    meanwhile(lot)
    left = lot.requirements.count()
    with pytest.raises(Changed, match="Somebody changed “Example Standard"):
        seen.take_out(**lot.acts)
    assert lot.requirements.count() == left


def test_what_another_standard_asks_stops_no_standard_from_going(lot):
    seen = make.picked_group(lot, "second")
    change = {"revision": 0, "justification": "Theirs"}
    lot.requirements.get(position=1).change(**change, **lot.acts)
    assert seen.take_out(**lot.acts) == 3


def test_moving_takes_them_behind_their_own_and_refuses_what_is_there(lot):
    other = lot.tender.add_lot(title="Second", **lot.acts)
    assert make.picked(lot, 4, 7).move_to(other, **lot.acts) == 2
    assert rows(other, "position", "words") == [(1, ""), (2, "Prints")]
    assert [place for (place,) in rows(lot, "position")] == [1, 2, 3, 4, 5]
    other.add_edition(lot.requirements.get(position=1).criterion.edition, **lot.acts)
    with pytest.raises(NotReady, match="Lot 2 asks for these already: L1-001, L1-002"):
        make.picked(lot, 1, 2, 4).move_to(other, **lot.acts)
    assert lot.requirements.count() == 5


def test_facts_and_own_words_that_move_stay_apart(lot, catalogue):
    lot.add_fact("audience_age", ["6-9"], **lot.acts)
    other = lot.tender.add_lot(title="Second", **lot.acts)
    other.add_words("Sings", **lot.acts)
    other.add_fact("audience_age", ["10-12"], **lot.acts)
    assert make.picked(lot, 1, 8).move_to(other, **lot.acts) == 2
    asked = [values or words for values, words in rows(other, "fact_values", "words")]
    assert asked == [["10-12"], ["6-9"], "Sings", "Prints"]


def test_a_lot_that_is_gone_meanwhile_takes_nothing(lot):
    other = lot.tender.add_lot(title="Second", **lot.acts)
    seen = make.picked(lot, 1)
    lot.tender.lots.get(number=2).remove(**lot.acts)
    with pytest.raises(NotReady, match="took that lot out meanwhile"):
        seen.move_to(other, **lot.acts)
    assert lot.requirements.count() == 7


def test_taking_back_leaves_a_tender_within_its_limit(lot, monkeypatch):
    monkeypatch.setattr("tenders.lot.MAX_REQUIREMENTS", 8)
    other = lot.tender.add_lot(title="Second", **lot.acts)
    make.picked(lot, 1, 2).take_out(**lot.acts)
    for words in ("One", "Two"):
        other.add_words(words, **lot.acts)
    with pytest.raises(NotReady, match="at most 8 things"):
        lot.last_step.take_back(**lot.acts)
    other.requirements.first().remove(**lot.acts)
    lot.last_step.take_back(**lot.acts)
    assert lot.requirements.count() == 7


def test_nothing_moves_to_another_tender(lot):
    with pytest.raises(NotReady, match="another lot of this tender"):
        make.picked(lot).move_to(make.tender().lot, **lot.acts)


def test_what_a_colleague_changed_or_took_out_stops_all_of_it(lot):
    seen = make.picked(lot, 1, 2, 3)
    lot.requirements.get(position=2).change(revision=0, justification="Theirs", **lot.acts)
    lot.requirements.get(position=3).remove(**lot.acts)
    with pytest.raises(Changed) as refused:
        seen.take_out(**lot.acts)
    assert "L1-002" in refused.value.problems[0]
    assert "took out 1 of those" in refused.value.problems[1]
    assert lot.requirements.count() == 6


def do_set(lot):
    make.picked(lot, 1, 2).set(obligation="may", **lot.acts)


def do_take_out(lot):
    make.picked(lot, 2, 7).take_out(**lot.acts)


def do_move(lot):
    make.picked(lot, 2, 4).move_to(lot.tender.lots.get(number=2), **lot.acts)


def do_remove_one(lot):
    lot.requirements.get(position=4).remove(**lot.acts)


@pytest.mark.parametrize("step", [do_set, do_take_out, do_move, do_remove_one])
def test_the_last_step_is_taken_back_to_the_letter(lot, step):
    lot.tender.add_lot(title="Second", **lot.acts)
    before = everything(lot)
    step(lot)
    assert everything(lot) != before
    lot.last_step.take_back(**lot.acts)
    assert everything(lot) == before
    assert not LastStep.objects.exists()


def test_who_saw_a_row_before_it_was_taken_back_meets_that_it_changed(lot):
    row = lot.requirements.get(position=1)
    make.picked(lot, 1).set(obligation="may", **lot.acts)
    lot.last_step.take_back(**lot.acts)
    assert lot.requirements.get(position=1).revision == row.revision + 2


def test_after_any_other_change_it_stays_and_words_say_why(lot):
    make.picked(lot, 1, 2).take_out(**lot.acts)
    lot.requirements.get(position=1).change(revision=0, justification="Later", **lot.acts)
    with pytest.raises(IllegalMove, match="changed since"):
        lot.last_step.take_back(**lot.acts)
    assert lot.requirements.count() == 5


def test_a_change_of_the_other_lot_keeps_what_was_moved_there(lot):
    other = lot.tender.add_lot(title="Second", **lot.acts)
    make.picked(lot, 1).move_to(other, **lot.acts)
    moved = other.requirements.get()
    moved.change(revision=moved.revision, justification="Changed there", **lot.acts)
    with pytest.raises(IllegalMove, match="changed since"):
        lot.last_step.take_back(**lot.acts)


def test_the_step_before_the_last_takes_nothing_back(lot):
    make.picked(lot, 1).take_out(**lot.acts)
    seen = lot.last_step
    make.picked(lot, 1).take_out(**{**lot.acts, "at": AT + timedelta(minutes=1)})
    with pytest.raises(IllegalMove, match="Another step was taken meanwhile"):
        seen.take_back(**lot.acts)
    assert lot.requirements.count() == 5


def test_only_who_took_the_step_takes_it_back(lot):
    make.picked(lot, 1).take_out(**lot.acts)
    with pytest.raises(NotAllowed, match="colleague"):
        lot.last_step.take_back(by=make.member(lot.tender.buyer, "editor"), at=AT)


def test_a_step_takes_as_many_statements_for_3_rows_as_for_300(django_assert_max_num_queries):
    for criteria in (3, 300):
        made = make.tender(criteria=criteria)
        acts = {"by": made.person, "at": AT}
        with django_assert_max_num_queries(20):
            make.picked(made.lot).set(obligation="should", **acts)
        with django_assert_max_num_queries(20):
            make.picked_group(made.lot, made.edition.key).take_out(**acts)
        with django_assert_max_num_queries(20):
            made.lot.last_step.take_back(**acts)
        assert made.lot.requirements.count() == criteria
