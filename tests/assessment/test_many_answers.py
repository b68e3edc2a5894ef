"""One press for many criteria: the rules of each are kept, the rest is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certcentre.desk.bench.measuring import own
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from standards.assessment.answers import Answer
from standards.assessment.many_answers import attach_many, confirm_many, give_many
from tests import make
from tests.make.moment import AT
from tests.make.sheet import filed


@pytest.fixture
def draft(provider):
    return make.assessment(organisation=provider, criteria=make.criteria(4))


@pytest.fixture
def person(draft):
    return make.signer_of(draft)


def answers(draft):
    return list(draft.answers.select_related("criterion__edition").order_by("pk"))


def seen(draft):
    return dict(draft.answers.values_list("pk", "revision"))


def values(draft):
    return [(answer.value, answer.reason) for answer in answers(draft)]


def left(done):
    return {ref: str(why) for _key, ref, why in done.left}


def test_all_are_met_with_one_press(draft, person):
    done = give_many(draft, seen(draft), value="met", by=person, at=AT)
    assert (done.number, done.left) == (4, [])
    assert values(draft) == [("met", "")] * 4
    assert {(a.revision, a.answered_by, a.origin) for a in answers(draft)} == {(1, person, "")}


def test_pressing_twice_is_no_conflict_with_oneself(draft, person):
    before = seen(draft)
    for _press in range(2):
        done = give_many(draft, before, value="met", by=person, at=AT)
        assert (done.number, done.left) == (4, [])
    assert {answer.revision for answer in answers(draft)} == {1}


def test_what_does_not_apply_has_one_reason_for_all(draft, person):
    with pytest.raises(NotReady, match="one reason"):
        give_many(draft, seen(draft), value="not_applicable", reason=" ", by=person, at=AT)
    give_many(draft, seen(draft), value="not_applicable", reason="No sound.", by=person, at=AT)
    assert values(draft) == [("not_applicable", "No sound.")] * 4


@pytest.mark.parametrize("value", ["partly_met", "not_met", "", "MET", "anything"])
def test_other_answers_are_given_one_by_one(draft, person, value):
    with pytest.raises(NotReady, match="by itself"):
        give_many(draft, seen(draft), value=value, reason="So.", by=person, at=AT)


def test_words_of_another_answer_are_never_written_over(draft, person):
    before = seen(draft)
    first = answers(draft)[0]
    first.give(value="partly_met", reason="The timer.", by=person, at=AT, revision=0)
    done = give_many(draft, {**before, first.pk: 1}, value="met", by=person, at=AT)
    assert left(done) == {"1.1": "It has words of its own for another answer."}
    assert values(draft) == [("partly_met", "The timer."), *[("met", "")] * 3]


def test_what_was_changed_meanwhile_stays(draft, person):
    before = seen(draft)
    answers(draft)[1].give(value="not_met", by=person, at=AT, revision=0)
    done = give_many(draft, before, value="met", by=person, at=AT)
    assert left(done) == {"1.2": "It was changed elsewhere meanwhile: look at it again."}
    assert [value for value, _ in values(draft)] == ["met", "not_met", "met", "met"]


def test_only_those_that_wait_are_confirmed_as_they_stand(draft, person):
    one, two, *_ = (answer.pk for answer in answers(draft))
    copied = {"origin": "copy", "to_confirm": True}
    Answer.objects.filter(pk=one).update(value="met", reason="As before.", **copied)
    Answer.objects.filter(pk=two).update(value="not_applicable", **copied)
    done = confirm_many(draft, seen(draft), by=person, at=AT)
    assert done.number == 1
    assert left(done)["1.2"] == "Say why 1.2 does not apply."
    assert left(done)["1.3"] == "It has no answer yet."
    assert values(draft)[0] == ("met", "As before.")
    assert [answer.counts for answer in answers(draft)] == [True, False, False, False]


def test_a_piece_is_attached_to_each_once(draft, person):
    piece = filed(draft.release.solution.organisation)
    answers(draft)[0].attach(piece, by=person, at=AT)
    assert attach_many(draft, seen(draft), piece, by=person, at=AT).number == 3
    assert attach_many(draft, seen(draft), piece, by=person, at=AT).number == 0
    assert piece.uses.count() == 4


def test_evidence_of_others_and_removed_evidence_is_refused(draft, person):
    theirs, mine = filed(make.organisation("provider")), filed(draft.release.solution.organisation)
    with pytest.raises(NotAllowed, match="another organisation"):
        attach_many(draft, seen(draft), theirs, by=person, at=AT)
    mine.remove(by=person, at=AT)
    with pytest.raises(IllegalMove, match="was removed"):
        attach_many(draft, seen(draft), mine, by=person, at=AT)


def test_a_withdrawn_edition_takes_nothing(provider, person, draft, centre):
    old = draft.answers.first().criterion.edition
    draft.add(criteria=make.criteria(1), by=person, at=AT)
    old.withdraw(by=centre.officer, at=AT, reason="Replaced by law.")
    done = give_many(draft, seen(draft), value="met", by=person, at=AT)
    assert (done.number, len(done.left)) == (1, 4)
    assert "was withdrawn" in str(done.left[0][2])


def test_a_stranger_and_a_declared_one_are_refused(draft, person):
    with pytest.raises(NotAllowed):
        give_many(draft, seen(draft), value="met", by=make.user(), at=AT)
    give_many(draft, seen(draft), value="met", by=person, at=AT)
    make.declare(draft)
    draft.refresh_from_db()
    with pytest.raises(IllegalMove, match="were declared"):
        confirm_many(draft, seen(draft), by=person, at=AT)


def test_many_take_as_few_statements_as_some(provider, person):
    def cost(number):
        draft = make.assessment(organisation=provider, criteria=make.criteria(number))
        before = seen(draft)
        with CaptureQueriesContext(connection) as caught:
            give_many(draft, before, value="met", by=person, at=AT)
        return len(own(caught.captured_queries))

    assert cost(3) == cost(300) <= 6


def post(client, draft, deed, picked, **fields):
    client.force_login(make.signer_of(draft))
    sent = {f"s{pk}": f"{revision}.x" for pk, revision in seen(draft).items()}
    values = dict(draft.answers.values_list("pk", "value"))
    sent |= {f"v{pk}": value for pk, value in values.items() if value}
    return client.post(
        reverse("assessment-sheet", args=[draft.pk]),
        {"do": f"all:{deed}", "pick": picked, **sent, **fields},
        headers=fields.pop("headers", {}),
    )


def test_the_page_does_it_to_those_that_are_ticked(client, draft):
    one, two, *_ = (answer.pk for answer in answers(draft))
    assert post(client, draft, "met", [one, two]).status_code == 302
    assert [value for value, _ in values(draft)] == ["met", "met", "", ""]
    piece = filed(draft.release.solution.organisation)
    post(client, draft, "attach", [one, two], piece=piece.pk)
    assert piece.uses.count() == 2


def test_the_page_says_what_is_missing_and_keeps_the_ticks(client, draft):
    one = answers(draft)[0].pk
    got = post(client, draft, "not_applicable", [one])
    assert got.status_code == 422
    shown = " ".join(got.content.decode().split())
    assert "Give one reason that holds for all that you ticked." in shown
    assert f'name="pick" value="{one}" checked' in shown


@pytest.mark.parametrize("deed", ["met", "confirm", "attach"])
def test_nothing_ticked_is_said(client, draft, deed):
    piece = filed(draft.release.solution.organisation)
    got = post(client, draft, deed, [], piece=piece.pk)
    assert "Tick at least one criterion." in got.content.decode()


def test_the_script_is_told_what_was_done_and_what_stays(client, draft, person):
    first = answers(draft)[0]
    first.give(value="not_met", reason="Soon.", by=person, at=AT, revision=0)
    client.force_login(person)
    sent = {"do": "all:met", "pick": [f"{pk}.{number}" for pk, number in seen(draft).items()]}
    address = reverse("assessment-sheet", args=[draft.pk])
    got = client.post(address, sent, headers={"X-Autosave": "1", "X-Parts": "1"})
    shown = " ".join(got.content.decode().split())
    assert "3 criteria are answered now: Met. 1 criterion stays as it was:" in shown
    assert f'<a class="ref" href="#k{first.pk}">1.1</a>' in shown
