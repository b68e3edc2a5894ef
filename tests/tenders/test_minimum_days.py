"""How long bids are taken at least: what the law says, and the reason for less (rule R62)."""

from datetime import date, timedelta

import pytest

from certcentre.lifecycle import NotReady
from tenders import notice_check, readiness
from tenders.amending import amend
from tests import make
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


def missing(tender, at=AT):
    return " ".join(readiness.missing(tender, at=at))


def draft(wording, days, **more):
    return make.tender(wording=wording, deadline=AT + timedelta(days=days), **more)


@pytest.mark.parametrize(
    ("wording", "days", "more", "refused"),
    [
        ("eu", 29, {}, "at least 30 days"),
        ("eu", 30, {}, ""),
        ("eu", 34, {"bid_how": "paper"}, "at least 35 days"),
        ("eu", 35, {"bid_how": "paper"}, ""),
        ("eu", 2, {"method": "limited", "method_reason": "One holds the rights"}, ""),
        ("eu", 29, {"bid_how": "here", "bid_address": ""}, "at least 30 days"),
        ("eu", 30, {"bid_how": "here", "bid_address": ""}, ""),
        ("france", 30, {"bid_how": "here", "bid_address": ""}, ""),
        ("eu", 34, {"bid_how": "email", "bid_address": "a@b.example"}, "at least 35 days"),
        ("wto", 39, {"bid_how": "paper"}, "at least 40 days"),
        ("wto", 24, {}, "at least 25 days"),
        ("wto", 25, {}, ""),
        ("brazil", 9, {}, "at least 8 working days"),
        ("brazil", 12, {}, ""),
        ("kenya", 2, {}, ""),
        ("neutral", 2, {}, ""),
    ],
)
def test_less_than_the_laws_days_is_refused_without_a_reason(wording, days, more, refused):
    said = missing(draft(wording, days, **more))
    assert refused in said
    assert bool(said) is bool(refused)


def test_with_a_reason_it_is_published_and_everybody_reads_it(client):
    tender = draft("eu", 20)
    with pytest.raises(NotReady, match="too soon"):
        tender.publish(by=tender.person, at=AT)
    tender.state(by=tender.person, at=AT, short_reason="School begins in six weeks")
    tender.publish(by=tender.person, at=AT)
    page = client.get(tender.get_absolute_url()).content.decode()
    assert "School begins in six weeks" in page


@pytest.mark.parametrize(
    ("wording", "how", "told"),
    [
        ("eu", "here", "at least 30 days"),
        ("eu", "paper", "at least 35 days"),
        ("kenya", "here", ""),
    ],
)
def test_the_author_reads_that_the_days_hold_above_thresholds(wording, how, told):
    tender = draft(wording, 60, bid_how=how, bid_address="" if how == "here" else "Room 1")
    warned = [each for each in readiness.warnings(tender, at=AT) if each.kind == "thresholds"]
    assert [told in each.words and "thresholds" in each.words for each in warned] == [True] * bool(
        told
    )


@pytest.mark.parametrize(
    ("wording", "more", "told"),
    [
        ("kenya", {}, "Regulations 2020), and we do not know how many days"),
        ("kenya", {"method": "limited", "method_reason": "One holds the rights"}, ""),
        ("kenya", {"deadline": None}, ""),
        ("eu", {}, ""),
        ("neutral", {}, ""),
    ],
)
def test_where_the_days_of_a_law_are_not_known_the_author_is_told(wording, more, told):
    tender = make.tender(**{"wording": wording, "deadline": AT + timedelta(days=40)} | more)
    warned = [each for each in readiness.warnings(tender, at=AT) if each.kind == "unknown_days"]
    assert bool(warned) is bool(told)
    assert told in "".join(each.words for each in warned)


def test_below_the_laws_floor_the_author_is_asked():
    def kinds(days):
        tender = draft("eu", days, short_reason="School begins")
        return {warned.kind for warned in readiness.warnings(tender, at=AT)}

    assert "hurried" in kinds(10)
    assert "hurried" not in kinds(20)


def amended(wording, closed, closes, at, **more):
    earlier = draft(wording, closed, status="published")
    made = amend(earlier, by=earlier.person, at=at, reason="A mistake")
    made.lots.get().add_words("Prints", by=earlier.person, at=at, justification="They print")
    made.state(by=earlier.person, at=at, deadline=AT + timedelta(days=closes), **more)
    return made


@pytest.mark.parametrize(
    ("wording", "closes", "refused"),
    [
        ("eu", 50, ""),  # as the version before said
        ("eu", 29, "at least 30 days"),  # since the call began
        ("eu", 31, ""),
        ("brazil", 47, "at least 8 working days after a change"),
        ("brazil", 54, ""),
        ("neutral", 48, "in less than 10 days"),
    ],
)
def test_a_change_leaves_the_laws_days(wording, closes, refused):
    at = AT + timedelta(days=10 if wording == "eu" else 40)
    said = missing(amended(wording, 50, closes, at), at)
    assert refused in said
    assert bool(said) is bool(refused)


def test_the_reason_for_a_short_time_comes_along_and_is_asked_about_at_another():
    def asked(**details):
        made.state(by=earlier.person, at=AT, **details)
        return "old_reason" in {warned.kind for warned in readiness.warnings(made, at=AT)}

    earlier = draft("eu", 20, short_reason="School begins", status="published")
    made = amend(earlier, by=earlier.person, at=AT, reason="A mistake")
    assert (made.short_reason, made.bid_address) == ("School begins", earlier.bid_address)
    assert not asked()
    assert asked(deadline=AT + timedelta(days=18))
    assert not asked(short_reason="School begins a week sooner")
    assert not asked(short_reason="")


def test_the_laws_days_are_counted_from_the_first_version_in_one_statement(
    django_assert_max_num_queries,
):
    earlier = draft("eu", 40, status="published")
    made = earlier
    for days in (1, 2):
        made = make.amended(made, at=AT + timedelta(days=days))
    last = amend(made, by=made.person, at=AT + timedelta(days=3), reason="A mistake")
    with django_assert_max_num_queries(1):
        assert notice_check.begun(last, at=AT + timedelta(days=3)) == earlier.published_at


def test_working_days_are_monday_to_friday():
    friday = date(2027, 1, 1)
    assert notice_check.working(friday, date(2027, 1, 3)) == 0
    assert notice_check.working(friday, date(2027, 1, 4)) == 1
    assert notice_check.working(friday, date(2027, 1, 15)) == 10
    assert notice_check.working(friday, friday) == 0
