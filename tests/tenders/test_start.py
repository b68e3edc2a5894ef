"""A buyer's editor starts a tender and says what it is about."""

from datetime import timedelta

import pytest

from certcentre.accounts.models import Membership
from certcentre.lifecycle import NotAllowed, NotReady
from certcentre.log.models import LogEntry
from tenders.models import Tender
from tests import make


def test_start_gives_a_number_a_first_lot_and_an_entry(buyer, at):
    tender = Tender.start(buyer, by=buyer.person, at=at, title="Reading")
    assert tender.reference == "TD-2026-000001"
    assert [str(lot) for lot in tender.lots.all()] == ["1. Reading"]
    assert LogEntry.objects.about(tender).get().step == "tender.started"


def test_only_a_buyer_starts_one(provider, at):
    with pytest.raises(NotAllowed):
        Tender.start(provider, by=provider.person, at=at, title="Reading")


def test_only_its_editor_starts_one(buyer, at):
    with pytest.raises(NotAllowed):
        Tender.start(buyer, by=make.member(buyer, "manager"), at=at, title="Reading")


def test_who_belongs_to_a_provider_may_not(buyer, provider, at):
    member = make.member(buyer, "editor")
    held = Membership.grant(
        user=member, organisation=provider, role="evaluator", by=None, at=at - timedelta(days=900)
    )
    with pytest.raises(NotAllowed, match="belong to a provider"):
        Tender.start(buyer, by=member, at=at, title="Reading")
    Membership.objects.filter(pk=held.pk).update(until=at - timedelta(days=729))
    with pytest.raises(NotAllowed):
        Tender.start(buyer, by=member, at=at, title="Reading")
    Membership.objects.filter(pk=held.pk).update(until=at - timedelta(days=731))
    assert Tender.start(buyer, by=member, at=at, title="Reading").pk


def test_state_changes_details_and_counts_the_change(db, at):
    tender = make.tender()
    before = tender.revision
    tender.state(by=tender.person, at=at, title="Writing", countries=["KE"], wording="eu")
    assert (tender.title, tender.countries, tender.wording) == ("Writing", ["KE"], "eu")
    assert tender.revision > before


def test_state_knows_its_details_only(db, at):
    tender = make.tender()
    with pytest.raises(TypeError):
        tender.state(by=tender.person, at=at, status="published")


def test_lots_are_added_renamed_and_removed(db, at):
    tender = make.tender()
    by = {"by": tender.person, "at": at}
    second, third = tender.add_lot(title="B", **by), tender.add_lot(title="C", **by)
    third.state(title="Third", **by)
    second.remove(**by)
    assert [str(lot) for lot in tender.lots.all()] == ["1. Reading", "2. Third"]


def test_the_last_lot_stays(db, at):
    tender = make.tender()
    with pytest.raises(NotReady):
        tender.lot.remove(by=tender.person, at=at)
