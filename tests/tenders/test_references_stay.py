"""References of what was published stay: a gap where something went, a new number for what came."""

from itertools import permutations

import pytest

from tenders import readiness
from tenders.amending import amend, copy
from tenders.requirements import Requirement
from tests import make
from tests.make.moment import AT
from tests.tenders.test_read_back import begun as read_back
from tests.tenders.test_read_back import written

pytestmark = pytest.mark.django_db


def begun(tender):
    made = amend(tender, by=tender.person, at=AT, reason="Words")
    made.person = tender.person
    made.who = {"by": tender.person, "at": AT}
    return made


def refs(tender):
    """Each row's reference by what it was first known by, in the order of the paper."""
    rows = Requirement.objects.filter(lot__tender=tender).with_texts()
    return {row.criterion.key if row.criterion else row.words: row.ref for row in rows}


def row_of(tender, ref):
    return next(row for row in Requirement.objects.filter(lot__tender=tender) if row.ref == ref)


def test_one_that_goes_leaves_a_gap_and_one_that_comes_takes_no_old_number():
    first = make.tender(status="published")
    second = begun(first)
    before = refs(second)
    assert before == refs(first)
    row_of(second, "L1-003").remove(**second.who)
    row_of(second, "L1-001").remove(**second.who)
    assert list(refs(second).values()) == ["L1-002"]
    second.lots.get().add_words("It works for a week.", justification="So", **second.who)
    second.publish(**second.who)
    assert list(refs(second).values()) == ["L1-002", "L1-004"]
    third = begun(second)
    row_of(third, "L1-004").remove(**third.who)
    third.lots.get().add_words("It works for a month.", justification="So", **third.who)
    assert list(refs(third).values()) == ["L1-002", "L1-005"]


def test_order_changes_and_references_do_not():
    draft = begun(make.tender(status="published"))
    row_of(draft, "L1-003").move_up(**draft.who)
    assert list(refs(draft).values()) == ["L1-001", "L1-003", "L1-002"]
    draft.lots.get().add_words("It works for a week.", justification="So", **draft.who)
    draft.publish(**draft.who)
    assert list(refs(begun(draft)).values()) == ["L1-001", "L1-003", "L1-002", "L1-004"]


def test_in_a_first_version_and_in_a_copy_references_are_places():
    draft = make.tender()
    who = {"by": draft.person, "at": AT}
    row_of(draft, "L1-001").remove(**who)
    assert list(refs(draft).values()) == ["L1-001", "L1-002"]
    draft.publish(**who)
    draft.person = who["by"]
    later = begun(draft)
    row_of(later, "L1-001").remove(**who)
    draft.buyer.person = draft.person
    other = make.tender(buyer=draft.buyer, edition=make.asked_edition(key="other"))
    copy(later, other, **who)
    assert list(refs(other).values()) == ["L1-001"]


def test_a_step_that_is_taken_back_brings_the_reference_back():
    draft = begun(make.tender(status="published"))
    before = refs(draft)
    row_of(draft, "L1-002").remove(**draft.who)
    draft.lots.get().last_step.take_back(**draft.who)
    assert refs(draft) == before


def test_a_file_of_a_version_with_a_gap_is_read_back_with_it():
    draft = begun(make.tender(status="published"))
    row_of(draft, "L1-002").remove(**draft.who)
    draft.publish(**draft.who)
    again, *_ = read_back(draft, written(draft, "json"))
    assert list(refs(again).values()) == ["L1-001", "L1-003"]
    again.lots.get().add_words("New.", by=draft.who["by"], at=AT)
    assert list(refs(again).values()) == ["L1-001", "L1-003", "L1-004"]


def test_a_sentence_names_a_run_by_its_references():
    draft = begun(make.tender(status="published", criteria=5))
    row_of(draft, "L1-002").remove(**draft.who)
    assert readiness.refs(draft.lots.get().requirements.all()) == "L1-001, L1-003 to L1-005"


@pytest.mark.parametrize("order", list(permutations(["out", "own", "down"])), ids="-".join)
def test_no_reference_is_ever_given_twice(order):
    """Whatever is taken out, added and moved, in whichever order, four versions long."""
    tender, given = make.tender(status="published", criteria=4), {}
    for version in range(2, 6):
        for known, ref in refs(tender).items():
            assert given.setdefault(ref, known) == known
        tender = begun(tender)
        for n, step in enumerate([*order, *order]):
            rows = list(Requirement.objects.filter(lot__tender=tender))
            if step == "own":
                words = f"Words {n} of version {version}."
                tender.lots.get().add_words(words, justification="So", **tender.who)
            elif step == "out":
                rows[(n + version) % len(rows)].remove(**tender.who)
            else:
                rows[version % len(rows)].move_down(**tender.who)
        tender.publish(**tender.who)
        assert len(set(refs(tender).values())) == len(refs(tender)) > 3
    assert len(given) > 6
