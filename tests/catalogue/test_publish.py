"""Publishing by a second person, and the days of an edition."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.log.models import LogEntry, record
from standards.catalogue.publishing import publish, reschedule
from standards.catalogue.rules import applied
from standards.catalogue.succession import standing
from standards.models import Edition, Mapping
from tests import make

LATER, LAST = date(2027, 6, 1), date(2027, 12, 1)


@pytest.fixture
def second(centre):
    return make.member(centre, "officer")


def test_a_second_person_publishes_an_edition(centre, second, at):
    draft = make.edition(published=False, proposed_by=centre.officer)
    with pytest.raises(NotAllowed, match="second person"):
        publish([draft], by=centre.officer, at=at)
    publish([draft], by=second, at=at)
    assert Edition.objects.get(pk=draft.pk).published_by == second


def test_whoever_changed_it_does_not_sign_it_and_who_translated_may(centre, second, at):
    draft = make.edition(published=False, proposed_by=centre.officer)
    record(draft, "edition.changed", by=second, at=at)
    with pytest.raises(NotAllowed):
        publish([draft], by=second, at=at)
    third = make.member(centre, "officer")
    record(draft, "edition.translated", by=third, at=at)
    publish([draft], by=third, at=at)
    assert draft.status == "published"


def test_a_second_person_publishes_a_mapping(centre, second, at):
    one, two = make.criteria(1) + make.criteria(1)
    mapping = make.mapping(one, two)
    Mapping.objects.filter(pk=mapping.pk).update(proposed_by=centre.officer)
    mapping.refresh_from_db()
    with pytest.raises(NotAllowed):
        mapping.publish(by=centre.officer, at=at)
    mapping.publish(by=second, at=at)
    assert LogEntry.objects.about(mapping).get().actor == second


def test_the_database_holds_that_two_people_sign(centre):
    with pytest.raises(IntegrityError):
        make.edition(proposed_by=centre.officer, published_by=centre.officer)


def test_an_edition_without_criteria_is_not_published(db, at):
    with pytest.raises(NotReady, match="no criteria"):
        publish([make.edition(published=False, criteria=())], by=None, at=at)


def test_a_successor_deprecates_the_edition_before_it(db, at):
    old = make.edition()
    make.successor(old, effective_from=LATER, grace_until=LAST)
    old.refresh_from_db()
    assert old.deprecated_from == date(2027, 12, 2)
    assert LogEntry.objects.about(old).last().step == "edition.deprecated"


def test_without_grace_the_old_one_ends_when_the_new_one_counts(db, at):
    old = make.edition()
    make.successor(old, effective_from=LATER)
    old.refresh_from_db()
    assert old.deprecated_from == date(2027, 6, 2)


def test_in_force_and_answerable(db, at):
    old = make.edition("old")
    new = make.successor(old, "new", effective_from=LATER, grace_until=LAST)

    def keys(found):
        return set(found.values_list("key", flat=True))

    moments = [at, at.replace(year=2027, month=7), at.replace(year=2028)]
    in_force = [keys(Edition.objects.in_force(at=moment)) for moment in moments]
    answerable = [keys(Edition.objects.answerable(at=moment)) for moment in moments]
    assert in_force == [{"old"}, {"old", "new"}, {"new"}]
    assert answerable == [{"old", "new"}, {"old", "new"}, {"new"}]
    assert [standing(new, moment.date()).words for moment in moments] == [
        "Announced",
        "Published",
        "Published",
    ]


def test_rules_of_a_deprecated_edition_say_nothing(db, at):
    edition = make.edition(deprecated_from=LATER)
    make.rule(edition)
    assert applied({"delivery": ["web"]}, at=at).standards
    assert not applied({"delivery": ["web"]}, at=at.replace(year=2028)).standards


def test_a_rule_of_an_announced_edition_comes_on_its_day(db, at):
    make.rule(make.edition(effective_from=LATER))
    fired = applied({"delivery": ["web"]}, at=at).rules[0]
    assert (fired.comes, fired.applies_from) == (True, LATER)


DAYS = {"effective_from": None, "grace_until": None, "deprecated_from": None}


@pytest.mark.parametrize(
    ("stands", "asked", "said"),
    [
        ({"effective_from": date(2026, 1, 1)}, {"effective_from": LATER}, "count already"),
        ({"effective_from": LATER}, {"effective_from": date(2026, 1, 1)}, "still to come"),
        ({}, {"grace_until": LAST}, "needs an earlier edition"),
        ({}, {"deprecated_from": date(2026, 1, 1)}, "before its criteria count"),
    ],
)
def test_days_that_cannot_be(stands, asked, said, db, at):
    edition = make.edition(**stands)
    with pytest.raises(NotReady, match=said):
        reschedule(edition, by=None, at=at, reason="x", **{**DAYS, **stands, **asked})


@pytest.mark.parametrize(
    ("days", "less", "refused"), [(181, False, True), (182, False, False), (181, True, False)]
)
def test_what_follows_leaves_six_months_unless_a_law_says_less(centre, at, days, less, refused):
    new = make.successor(make.edition(), published=False)
    asked = {**DAYS, "grace_until": at.date() + timedelta(days=days), "law_says_less": less}
    expected = pytest.raises(NotReady, match="less than six months") if refused else nullcontext()
    with expected:
        reschedule(new, by=centre.officer, at=at, reason="Agreed", **asked)
    new.refresh_from_db()
    assert (new.grace_until is None) == refused


def test_days_change_with_a_reason_in_the_log(centre, at):
    edition = make.edition(effective_from=LATER)
    days = {**DAYS, "effective_from": LAST}
    reschedule(edition, by=centre.officer, at=at, reason="The law was put off", **days)
    entry = LogEntry.objects.about(edition).last()
    assert (entry.step, entry.reason) == ("edition.rescheduled", "The law was put off")
    assert Edition.objects.get(pk=edition.pk).effective_from == LAST


def test_only_the_centre_sets_days(provider, at):
    with pytest.raises(NotAllowed):
        reschedule(make.edition(), by=provider.person, at=at, reason="x", **DAYS)
