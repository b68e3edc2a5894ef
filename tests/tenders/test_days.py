"""Days are those of the tender's place, on both sides of its midnight and of that of UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.worklist import tasks, until
from tenders.abilities import left
from tenders.award import Award
from tenders.models import Tender
from tenders.notice_check import about_notice
from tests import make
from tests.make.moment import AT

ZONES = ["Pacific/Auckland", "America/Los_Angeles", "UTC"]
NEAR = timedelta(minutes=1)
SIGN = "Say when the contract with Example Soma Labs is signed"


def midnight(zone, *, days=10):
    """The moment at which a day begins there, some days after AT."""
    there = (AT + timedelta(days=days)).astimezone(ZoneInfo(zone))
    return there.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def awarded(zone, standstill):
    tender = make.tender(status="published", zone=zone)
    award = make.awarded(tender, at=AT, standstill_until=standstill)
    award.lot.tender = tender
    return award, tender.person


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_of_a_place_changes_at_its_midnight(zone):
    tender, begins = Tender(zone=zone), midnight(zone)
    assert tender.day(begins) - tender.day(begins - NEAR) == timedelta(days=1)
    assert tender.day(begins) == begins.astimezone(ZoneInfo(zone)).date()


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_the_standstill_ends_with_the_midnight_of_the_place(zone):
    begins = midnight(zone)
    award, person = awarded(zone, Tender(zone=zone).day(begins))
    with pytest.raises(IllegalMove, match="standstill"):
        award.may_contract(by=person, at=begins - NEAR)
    award.may_contract(by=person, at=begins)
    for at, due in ((begins - NEAR, False), (begins, True)):
        assert (SIGN in [task.title for task in tasks(person, at=at)]) == due


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_a_contract_is_of_a_day_that_has_begun_there(zone):
    begins = midnight(zone)
    award, person = awarded(zone, None)
    day = Tender(zone=zone).day(begins)
    with pytest.raises(NotReady, match="and today"):
        award.contract(by=person, at=begins - NEAR, contracted_on=day)
    award.contract(by=person, at=begins, contracted_on=day)
    assert Award.objects.get().contracted_on == day


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_a_standstill_ends_after_today_there(zone):
    begins = midnight(zone)
    tender = make.tender(status="published", zone=zone)
    lot = tender.lots.get()
    lot.tender = tender
    given = {"supplier": "Example Soma Labs", "reason": "Best", "by": tender.person}
    given["standstill_until"] = tender.day(begins)
    with pytest.raises(NotReady, match="over today"):
        make.award(lot, at=begins, **given)
    assert make.award(lot, at=begins - NEAR, **given).standstill_until == tender.day(begins)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_a_contract_begins_today_there_at_the_earliest(zone):
    begins = midnight(zone)
    tender = make.tender(zone=zone, contract_start=Tender(zone=zone).day(begins - NEAR))
    words = "The contract begins in the past. Set a later day, or none."
    assert words not in about_notice(tender, at=begins - NEAR)
    assert words in about_notice(tender, at=begins)


@pytest.mark.parametrize("zone", ZONES)
def test_days_left_are_counted_by_the_calendar_there(zone):
    begins = midnight(zone)
    closes = begins + timedelta(hours=12)
    day = Tender(zone=zone).day(closes)
    assert left(closes, zone, begins - NEAR) == until(
        day, datetime(day.year, day.month, day.day) - timedelta(days=1)
    )
    assert left(closes, zone, begins)["tag"] == "0 days left"
    assert left(None, zone, begins) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
def test_pages_name_the_day_that_it_was_there(client, zone):
    begins = midnight(zone)
    tender = make.tender(status="published", zone=zone)
    tender.lot.tender = tender
    make.award(tender.lot, at=begins, by=tender.person, supplier="Example Soma Labs", reason="Best")
    words = f"Awarded on {date_format(Tender(zone=zone).day(begins))}."
    for name in ("tender-award", "tender"):
        assert words in client.get(reverse(name, args=[tender.reference])).text
