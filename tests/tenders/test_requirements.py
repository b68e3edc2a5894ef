"""Requirements are added, changed, moved and taken out."""

import pytest

from certcentre.lifecycle import Conflict, NotAllowed, NotReady
from standards.catalogue.editions import Criterion, Level
from tenders.models import Requirement, Tender
from tenders.requirements import cut_at_refs, place_of, ref_of
from tests import make


@pytest.fixture
def lot(buyer, at):
    found = Tender.start(buyer, by=buyer.person, at=at, title="Reading").lots.get()
    found.acts = {"by": buyer.person, "at": at}
    return found


def keys(lot):
    return [r.criterion.key if r.criterion else r.words for r in lot.requirements.with_texts()]


def test_an_edition_is_added_once(lot):
    edition = make.asked_edition(key="ex", criteria=2)
    assert lot.add_edition(edition, **lot.acts).new == 2
    again = lot.add_edition(edition, **lot.acts)
    assert (again.new, again.there) == (0, ["ex:1", "ex:2"])
    assert keys(lot) == ["ex:1", "ex:2"]


def test_a_cumulative_level_brings_the_lower_ones(lot):
    edition = make.asked_edition(key="ex", criteria=2)
    Level.objects.filter(edition=edition).update(cumulative=True)
    upper = Level.objects.create(
        edition=edition, key="AA", label="AA", obligation="may", cumulative=True, position=2
    )
    Criterion.objects.filter(key="ex:2").update(level=upper)
    assert lot.add_edition(edition, edition.levels.get(key="A"), **lot.acts).new == 1
    assert lot.add_edition(edition, upper, **lot.acts).there == ["ex:1"]
    assert [r.obligation for r in lot.requirements.all()] == ["must", "may"]


def test_an_edition_stays_together_and_references_have_no_gap(lot):
    first = make.asked_edition(key="a", criteria=3)
    criteria = list(first.criteria.all())
    lot.add(criteria[:1], **lot.acts)
    lot.add_words("Help in our language", **lot.acts)
    lot.add_edition(make.asked_edition(key="b", criteria=1), **lot.acts)
    lot.add(criteria, **lot.acts)
    assert keys(lot) == ["a:1", "a:2", "a:3", "Help in our language", "b:1"]
    assert [str(r) for r in lot.requirements.with_texts()] == [
        f"L1-00{place}" for place in range(1, 6)
    ]


def test_what_is_not_in_force_is_left_out_and_said(lot):
    withdrawn = make.asked_edition(key="old", criteria=1, status="withdrawn")
    added = lot.add_edition(withdrawn, **lot.acts)
    assert (added.new, added.not_in_force) == (0, ["old:1"])


def test_least_assurance_by_domain(lot):
    lot.add_edition(make.asked_edition(domain="security"), least={"security": 3, "": 2}, **lot.acts)
    lot.add_edition(make.asked_edition(), least={"security": 3, "": 2}, **lot.acts)
    assert {r.criterion.domain: r.least for r in lot.requirements.all()} == {
        "security": 3,
        "technical": 2,
    }


def test_change_keeps_weight_with_should_only(lot):
    asked = lot.add_words("Prints", **lot.acts)
    asked.change(revision=0, obligation="should", weight=30, **lot.acts)
    assert asked.weight == 30
    asked.change(revision=1, obligation="must", **lot.acts)
    asked.refresh_from_db()
    assert (asked.weight, asked.revision) == (None, 2)


def test_the_second_of_two_changes_sees_the_first(lot):
    asked = lot.add_words("Prints", **lot.acts)
    asked.change(revision=0, words="Prints in colour", **lot.acts)
    other = Requirement.objects.get(pk=asked.pk)
    with pytest.raises(Conflict) as refused:
        other.change(revision=0, words="Prints twice", **lot.acts)
    assert refused.value.stored.words == "Prints in colour"


def test_moving_stays_inside_the_edition(lot):
    lot.add_edition(make.asked_edition(key="a", criteria=2), **lot.acts)
    lot.add_edition(make.asked_edition(key="b", criteria=1), **lot.acts)
    second = lot.requirements.get(position=2)
    assert second.move_down(**lot.acts) is False
    assert second.move_up(**lot.acts) is True
    assert keys(lot) == ["a:2", "a:1", "b:1"]
    assert lot.requirements.get(position=3).move_up(**lot.acts) is False


def test_removing_closes_the_gap(lot):
    lot.add_edition(make.asked_edition(key="a", criteria=3), **lot.acts)
    lot.requirements.get(position=2).remove(**lot.acts)
    assert list(lot.requirements.values_list("position", flat=True)) == [1, 2]


def test_one_reason_for_all_that_have_none(lot):
    lot.add_edition(make.asked_edition(key="a", criteria=2), **lot.acts)
    lot.add_words("Prints", justification="Schools print", **lot.acts)
    assert make.picked(lot).give_reason(justification="Inclusion act", **lot.acts) == 2
    assert {r.justification for r in lot.requirements.all()} == {"Inclusion act", "Schools print"}


def test_the_first_shoulds_share_a_hundred_and_later_ones_leave_weights_alone(lot):
    added = lot.add_edition(make.asked_edition(key="a", criteria=3, level="should"), **lot.acts)
    assert added.shared
    assert [r.weight for r in lot.requirements.all()] == [34, 33, 33]
    added = lot.add_edition(make.asked_edition(key="b", criteria=1, level="should"), **lot.acts)
    assert not added.shared
    assert [r.weight for r in lot.requirements.all()] == [34, 33, 33, None]


def test_weights_are_shared_out_to_a_hundred(lot):
    lot.add_edition(make.asked_edition(criteria=3, level="should"), **lot.acts)
    lot.share_weights(**lot.acts)
    assert [r.weight for r in lot.requirements.all()] == [34, 33, 33]


def test_a_reader_of_the_buyer_changes_nothing(lot, buyer, at):
    reader = make.member(buyer, "manager")
    with pytest.raises(NotAllowed):
        lot.add_words("Prints", by=reader, at=at)
    assert not lot.requirements.exists()


def test_adding_takes_the_same_statements_for_any_number(lot, django_assert_num_queries):
    small, large = make.asked_edition(criteria=2), make.asked_edition(criteria=50)
    for edition in (small, large):
        criteria = list(edition.criteria.all())
        with django_assert_num_queries(14):
            assert lot.add(criteria, **lot.acts).new == len(criteria)


def test_no_assurance_is_asked_of_own_words(lot):
    lot.add_edition(make.asked_edition(criteria=1), **lot.acts)
    lot.add_words("Prints", **lot.acts)
    make.picked(lot).set(least=3, **lot.acts)
    assert list(lot.requirements.order_by("position").values_list("least", flat=True)) == [3, 1]


def test_a_weight_on_a_must_is_refused_and_not_dropped(lot):
    lot.add_words("Help in our language", **lot.acts)
    requirement = lot.requirements.get()
    with pytest.raises(NotReady, match="Only a should has a weight"):
        requirement.change(revision=0, weight=20, **lot.acts)
    requirement.change(revision=0, obligation="should", weight=20, **lot.acts)
    requirement.change(revision=1, obligation="must", weight=20, **lot.acts)
    assert Requirement.objects.get().weight is None


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        *(("L1-001", (1, 1)), ("L12-12345", (12, 12345)), ("L1-1", (1, 1))),
        *((ref, None) for ref in ("", "L1", "l1-001", "xL1-001", "L1-001\n", "L1-²", "L١-001")),
        ("L1-" + "9" * 5000, None),
    ],
)
def test_a_reference_is_read_as_it_is_written(ref, place):
    assert place_of(ref) == place
    if place:
        assert place_of(ref_of(*place)) == place


def test_a_sentence_is_cut_at_the_references_in_it():
    assert cut_at_refs("L1-001 and L2-003.") == ["L1-001", " and ", "L2-003", "."]
    assert cut_at_refs("none") == ["none"]
    assert cut_at_refs("") == []
