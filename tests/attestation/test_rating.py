"""A second rater scores alone; how far the two agree is shown, and the decision waits."""

import re

import pytest
from django.urls import reverse

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.findings import CorrectiveAction
from standards.attestation.rating import agreement, ask_rating, drop_rating
from standards.attestation.report import report_of
from tests import make
from tests.make.moment import AT


@pytest.fixture
def engagement(db):
    """Ready for decision: of four criteria the first found a minor nonconformity on the last."""
    declaration = make.declaration(criteria=make.criteria(4, key="ex"))
    return make.engagement("ready", declaration=declaration, results={"ex:1.4": "minor"})


@pytest.fixture
def second(engagement):
    return make.member(engagement.body, "evaluator", "decider")


def fresh(engagement):
    return Engagement.objects.get(pk=engagement.pk)


def ask(engagement, rater, limit=10, *, by=None):
    by = by or engagement.body.person
    return ask_rating(engagement, rater=rater, limit=limit, by=by, at=AT)


def score(rating, **results):
    """Of each criterion "conforming", but what is named: `r1_2="major"`."""
    wanted = {name.replace("_", ".")[1:]: result for name, result in results.items()}
    refs = rating.asked_of().values_list("pk", "criterion__ref")
    given = {pk: (wanted.get(ref, "conforming"), "Seen.") for pk, ref in refs}
    assert rating.score(given, by=rating.rater, at=AT) == []
    return rating


def handed_in(engagement, rater, limit=10, **results):
    rating = score(ask(engagement, rater, limit), **results)
    rating.hand_in(by=rater, at=AT)
    return rating


def decide(engagement):
    record = fresh(engagement)
    Decision.decide(record, outcome="refused", reason="So.", by=engagement.body.second, at=AT)


@pytest.mark.parametrize(
    ("pairs", "same", "kappa"),
    [
        ("aa aa aa aa", 4, None),  # chance leaves nothing open
        ("aa bb aa bb", 4, 1.0),
        ("aa ab ba bb", 2, 0.0),
        ("ab ba", 0, -1.0),
        ("aa " * 20 + "ab " * 5 + "ba " * 10 + "bb " * 15, 35, 0.4),  # a textbook's
        ("", 0, None),
    ],
)
def test_kappa_is_what_the_books_say(pairs, same, kappa):
    made = agreement([(pair[0], pair[1]) for pair in pairs.split()])
    assert (made.of, made.same) == (len(pairs.split()), same)
    assert made.kappa == (kappa if kappa is None else pytest.approx(kappa))


def test_who_scores_sees_nothing_of_the_first_before_handing_in(client, engagement, second):
    rating = ask(engagement, second)
    client.force_login(second)
    page = client.get(rating.get_absolute_url()).content.decode()
    assert "Seen on three devices" not in page
    assert not re.search(r'type="radio"[^>]*checked', page)
    assert client.get(reverse("findings", args=[engagement.pk])).status_code == 403
    assert client.get(reverse("findings-part", args=[engagement.pk])).status_code == 403
    assert not CorrectiveAction.objects.visible_to(second).exists()
    here = client.get(engagement.get_absolute_url()).content.decode()
    assert "4 of 4" not in here
    assert not [task for task in tasks(second, at=AT) if "Go on examining" in task.title]
    score(rating).hand_in(by=second, at=AT)
    assert client.get(reverse("findings", args=[engagement.pk])).status_code == 200


def test_the_decision_waits_until_the_scores_are_handed_in(engagement, second):
    rating = ask(engagement, second, limit=50)
    assert next(task.url for task in tasks(second, at=AT)) == rating.get_absolute_url()
    with pytest.raises(NotReady, match="has not handed in"):
        decide(engagement)
    score(rating, r1_4="minor").hand_in(by=second, at=AT)
    decide(engagement)
    assert fresh(engagement).status == "refused"


def test_whoever_scores_never_decides(engagement, second):
    handed_in(engagement, second, r1_4="minor")
    assert not Engagement.objects.decidable_by(second, at=AT).exists()
    with pytest.raises(NotAllowed, match="took part"):
        Decision.decide(fresh(engagement), outcome="refused", reason="So.", by=second, at=AT)


def test_above_the_limit_a_third_scores_what_differs_and_the_decision_waits(engagement, second):
    rating = handed_in(engagement, second, 25, r1_1="major", r1_4="minor", r1_2="observation")
    assert not rating.wants_third  # 1 of 4 is not above 25 %
    Engagement.objects.get().ratings.update(limit=24)
    with pytest.raises(NotReady, match="third"):
        decide(engagement)
    assert [task.title for task in tasks(engagement.body.person, at=AT)] == [
        f"Ask a third rater for {engagement.declaration.release}"
    ]
    third = make.member(engagement.body, "evaluator")
    lead = engagement.body.person
    last = ask(fresh(engagement), third, by=lead)
    assert [finding.criterion.ref for finding in last.asked_of()] == ["1.1"]
    score(last).hand_in(by=third, at=AT)
    assert last.differences() == []
    with pytest.raises(IllegalMove):
        ask(fresh(engagement), make.member(engagement.body, "evaluator"), by=lead)
    decide(engagement)


@pytest.mark.parametrize("who", ["the first", "who asks", "a decider", "of another body"])
def test_only_an_evaluator_without_a_part_is_asked(who, engagement, second):
    person = {
        "the first": engagement.body.person,
        "who asks": second,
        "a decider": engagement.body.second,
        "of another body": make.body().person,
    }[who]
    with pytest.raises(NotReady):
        ask(engagement, person, by=second if who == "who asks" else None)


def test_scores_are_the_raters_own_and_whole(engagement, second):
    rating = ask(engagement, second)
    with pytest.raises(NotReady, match="no score yet"):
        rating.hand_in(by=second, at=AT)
    with pytest.raises(NotAllowed):
        rating.score({}, by=engagement.body.person, at=AT)
    pk = rating.asked_of().first().pk
    assert rating.score({pk: ("major", " ")}, by=second, at=AT) == ["1.1: Say what you saw."]
    assert rating.score({pk: ("good", "")}, by=second, at=AT) == ["1.1: This is no score."]
    score(rating).hand_in(by=second, at=AT)
    with pytest.raises(IllegalMove):
        rating.score({pk: ("major", "Seen.")}, by=second, at=AT)


def test_they_are_compared_once_the_first_is_done(engagement, second):
    rating = score(ask(engagement, second), r1_4="minor")
    first = fresh(engagement)
    first.reopen(by=engagement.body.person, at=AT, reason="Look again.")
    rating.engagement.refresh_from_db()
    with pytest.raises(NotReady, match="handed over"):
        rating.hand_in(by=second, at=AT)


def test_a_request_is_taken_back_and_then_it_waits_for_nobody(engagement, second):
    ask(engagement, second)
    drop_rating(fresh(engagement), by=engagement.body.person, at=AT)
    assert not tasks(second, at=AT)
    with pytest.raises(IllegalMove):
        drop_rating(fresh(engagement), by=engagement.body.person, at=AT)
    decide(engagement)


def test_it_is_scored_on_its_page_and_stands_in_the_report(client, engagement, second):
    client.force_login(engagement.body.person)
    address = reverse("engagement-ask-rating", args=[engagement.pk])
    assert client.post(address, {"rater": second.pk, "limit": "101"}).status_code == 422
    assert client.post(address, {"rater": second.pk, "limit": "30"}).status_code == 302
    client.force_login(second)
    scores = reverse("engagement-scores", args=[engagement.pk])
    keys = list(engagement.findings.in_order().values_list("pk", flat=True))
    sent = {f"v{key}": "conforming" for key in keys}
    assert client.post(scores, {**sent, f"v{keys[0]}": "major"}).status_code == 422
    hand_in = reverse("engagement-hand-in", args=[engagement.pk])
    client.post(hand_in, sent)
    page = client.get(engagement.get_absolute_url()).content.decode()
    assert "3 of 4 criteria scored the same (75 %)" in page
    decide(engagement)
    facts = dict(report_of(fresh(engagement)).facts)
    assert facts["Second rater"].startswith(f"{second}: 3 of 4")
    assert "1.4: Minor nonconformity / Conforming" in facts["Second rater"]
