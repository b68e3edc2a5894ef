"""Questions on a tender: who asks until when, how they are answered, and that nothing is lost."""

from datetime import timedelta
from functools import partial

import pytest

from certcentre.desk.record_check import differences
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders.cancelling import cancel_tender
from tenders.enquiry import LONGEST, MOST_OPEN, gives_away
from tenders.models import Enquiry, Follow
from tests import make
from tests.abilities.people import belong
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
ALLOWED = {("asked", "answer"), ("asked", "decline")}
STEPS = {"answer": {"reply": "Yes."}, "decline": {"reason": "So."}}
AFTER = {"answer": "answered", "decline": "declined"}
ONE_SECOND = timedelta(seconds=1)


kept = make.kept(partial(make.tender, status="published", deadline=AT + timedelta(days=30)))


@pytest.fixture
def tender(kept, db):
    return kept()


@pytest.fixture
def asker(provider):
    return provider.person


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", Enquiry.Status.values)
def test_a_question_moves_as_designed(tender, state, step, at):
    made = make.enquiry(tender, state)
    if (state, step) in ALLOWED:
        getattr(made, step)(by=tender.person, at=at, **STEPS[step])
        made.refresh_from_db()
        assert made.status == AFTER[step]
    else:
        with pytest.raises(IllegalMove):
            getattr(made, step)(by=tender.person, at=at, **STEPS[step])
        made.refresh_from_db()
        assert made.status == state


def test_only_a_member_of_a_verified_provider_asks(tender, asker, at):
    new = make.organisation("provider", verified=False).person
    insider = make.member(tender.buyer, "manager")
    for person in (new, make.user("stranger"), insider, make.organisation("auditor").person):
        with pytest.raises(NotAllowed):
            Enquiry.ask(tender, by=person, at=at, question="For whom?")
    assert Enquiry.ask(tender, by=asker, at=at, question="For whom?").pk


def test_who_sells_and_buys_asks_nothing_of_their_own_buyer(tender, asker, at):
    belong(asker, tender.buyer)
    with pytest.raises(NotAllowed, match="belong to the buyer"):
        Enquiry.ask(tender, by=asker, at=at, question="For whom?")


def test_nobody_asks_for_a_provider_of_others(tender, asker, at):
    with pytest.raises(NotAllowed):
        Enquiry.ask(tender, by=asker, at=at, question="For whom?", organisation=make.organisation())


def test_one_second_after_the_end_nothing_is_taken(tender, asker, at):
    end = tender.asked_until
    assert Enquiry.ask(tender, by=asker, at=end - ONE_SECOND, question="For whom?").pk
    for late in (end, end + ONE_SECOND):
        with pytest.raises(IllegalMove, match="Questions were taken until"):
            Enquiry.ask(tender, by=asker, at=late, question="And when?")


@pytest.mark.parametrize("status", ["draft", "awarded", "cancelled"])
def test_nothing_is_asked_of_what_is_not_in_force(asker, status, at):
    with pytest.raises(IllegalMove):
        Enquiry.ask(make.tender(status=status), by=asker, at=at, question="For whom?")


def test_nothing_is_asked_of_a_version_that_was_replaced(tender, asker, at):
    newer = make.amended(tender)
    tender.refresh_from_db()
    with pytest.raises(IllegalMove, match="newer version"):
        Enquiry.ask(tender, by=asker, at=at, question="For whom?")
    assert Enquiry.ask(newer, by=asker, at=at, question="For whom?").line == tender.reference


def test_what_was_asked_in_time_is_answered_until_bids_close(tender, at):
    made, last = make.enquiry(tender), make.enquiry(tender, question="And when?")
    end = tender.deadline
    made.answer(by=tender.person, at=end - ONE_SECOND, reply="Yes.")
    with pytest.raises(IllegalMove, match="No bids are taken any more"):
        last.answer(by=tender.person, at=end, reply="Yes.")


def test_a_question_stays_with_the_tender_through_an_amendment(tender, at):
    made = make.enquiry(tender)
    newer = make.amended(tender)
    made.answer(by=tender.person, at=at, reply="Yes.")
    assert [each.pk for each in Enquiry.objects.on(newer).answered()] == [made.pk]
    cancel_tender(newer, by=tender.person, at=at, reason="No budget")
    with pytest.raises(IllegalMove):
        make.enquiry(newer, question="Really?")


def test_answers_are_numbered_in_the_order_given(tender, at):
    first, second, third = (make.enquiry(tender, question=f"{n}?") for n in range(3))
    make.enquiry(make.tender(status="published"), "answered")
    second.answer(by=tender.person, at=at, reply="Yes.")
    third.decline(by=tender.person, at=at, reason="So.")
    first.answer(by=tender.person, at=at, reply="No.")
    answered = Enquiry.objects.on(tender).answered()
    assert [(each.label, each.pk) for each in answered] == [("Q1", second.pk), ("Q2", first.pk)]


def test_only_an_independent_editor_of_the_buyer_answers(tender, asker, at):
    made = make.enquiry(tender, asker=asker)
    both = make.member(tender.buyer, "editor")
    belong(both, make.organisation("provider"), days=30)
    others = (make.organisation("buyer").person, make.member(tender.buyer, "signatory"), asker)
    for person in (both, *others):
        for step, words in STEPS.items():
            with pytest.raises(NotAllowed):
                getattr(made, step)(by=person, at=at, **words)


def test_twice_pressed_is_one_question(tender, asker, at):
    first = make.enquiry(tender, asker=asker)
    assert make.enquiry(tender, asker=asker, question=f" {first.question} ").pk == first.pk
    assert make.enquiry(tender, question=first.question).pk != first.pk  # somebody else's
    assert LogEntry.objects.filter(step="enquiry.asked").count() == 2


def test_one_person_does_not_flood_a_tender(tender, asker):
    for number in range(MOST_OPEN):
        make.enquiry(tender, asker=asker, question=f"{number}?")
    with pytest.raises(NotReady, match="wait for an answer"):
        make.enquiry(tender, asker=asker, question="One more?")


@pytest.mark.parametrize("words", ["", " \n ", "\x00", "x" * (LONGEST + 1), "x" * 10_000])
def test_no_words_and_too_many_are_refused(tender, asker, words, at):
    made = make.enquiry(tender, asker=asker)
    with pytest.raises(NotReady):
        make.enquiry(tender, asker=asker, question=words)
    with pytest.raises(NotReady):
        made.answer(by=tender.person, at=at, reply=words)
    assert Enquiry.objects.count() == 1


def test_words_are_kept_plain(tender, asker):
    made = make.enquiry(tender, asker=asker, question="Is\x00 it \u202egnp.exe\u202c? <b>وزارة</b>")
    assert made.question == "Is it gnp.exe\u202c? <b>وزارة</b>"


def test_the_log_holds_the_digest_of_what_is_public(tender, at):
    made = make.enquiry(tender, "answered")
    entry = LogEntry.objects.about(made).get(step="enquiry.answered")
    assert (entry.visibility, entry.organisation) == ("public", tender.buyer)
    assert LogEntry.objects.digests([made])[str(made.pk)] == made.digest
    assert not [words for words in differences() if "question" in words]
    Enquiry.objects.update(reply="No.")
    assert [words for words in differences() if "question" in words]


def test_asking_and_declining_stand_in_the_log_privately(tender):
    made = make.enquiry(tender, "declined")
    steps = LogEntry.objects.about(made)
    assert [(each.step, each.visibility) for each in steps] == [
        ("enquiry.asked", "private"),
        ("enquiry.declined", "private"),
    ]


def test_an_officer_reads_who_asked_with_a_reason(tender, centre, at):
    made = make.enquiry(tender)
    with pytest.raises(NotReady):
        made.read_asker(by=centre.officer, at=at, reason=" ")
    with pytest.raises(NotAllowed):
        made.read_asker(by=tender.person, at=at, reason="A complaint")
    made.read_asker(by=centre.officer, at=at, reason="A complaint")
    entry = LogEntry.objects.about(made).get(step="enquiry.asker_read")
    assert (entry.reason, entry.visibility) == ("A complaint", "private")


def test_who_asks_follows(tender, asker):
    make.enquiry(tender, asker=asker)
    assert Follow.objects.of(tender).get().person == asker


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("Does Soma Labs qualify?", ["Soma Labs"]),
        ("See SOMA-LABS, soma labs ltd", ["SOMA-LABS", "soma labs ltd"]),
        ("Our Kusoma Reader does", ["Kusoma Reader"]),
        ("Write to sales@soma.example", ["sales@soma.example"]),
        ("As https://soma.example/x says", ["https://soma.example/x"]),
        ("Somalabsian readers, and a reader", []),
    ],
)
def test_words_that_give_the_asker_away_are_seen(words, seen, at):
    company = make.organisation("provider", name="Soma Labs Ltd")
    make.solution(company, name="Kusoma Reader")
    given = gives_away(words, by=company.person, organisation=company)
    assert sorted(given) == sorted(seen)
