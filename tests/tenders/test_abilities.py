"""What a person may do with a tender is what its verbs accept, and what waits for them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certcentre.abilities import abilities, refusal
from certcentre.accounts.models import Membership
from certcentre.lifecycle import NotAllowed
from certcentre.worklist import tasks, tasks_about
from tenders.models import Shortlist, Tender
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
BIDS = timedelta(days=30)
READING = {"export"}
EDITING = {*READING, "copy", "keep_shortlist"}
SIGNING = {*READING, "ask_again"}
FOLLOWING = {"follow"}


def may(tender, user, at=AT):
    return {verb for verb, refusal in abilities(tender, user, at=at).items() if refusal is None}


@pytest.mark.parametrize(
    ("status", "at", "verbs"),
    [
        ("draft", AT, {"edit", "discard", "publish"}),
        ("published", AT, {"amend", "cancel"} | FOLLOWING),
        ("published", AT + BIDS, {"award", "bring", "cancel"} | FOLLOWING),
        ("awarded", AT + BIDS, FOLLOWING),
        ("cancelled", AT, FOLLOWING),
    ],
)
def test_the_buyers_person_may_what_the_state_allows(status, at, verbs):
    tender = make.tender(deadline=AT + BIDS, status="published" if status == "awarded" else status)
    if status == "awarded":
        make.awarded(tender, at=AT + BIDS)
    assert may(tender, tender.person, at) == verbs | EDITING | SIGNING


def test_each_role_may_its_own_and_nobody_else_anything():
    tender = make.tender()
    assert may(tender, make.member(tender.buyer, "editor")) == {"edit", "discard"} | EDITING
    assert may(tender, make.member(tender.buyer, "signatory")) == {"publish"} | SIGNING
    assert may(tender, make.member(tender.buyer, "manager")) == READING
    assert may(tender, make.user("stranger")) == set()


def test_what_is_missing_is_told_apart_from_what_is_not_theirs():
    tender = make.tender()
    tender.lot.requirements.update(justification="")
    said = abilities(tender, tender.person, at=AT)
    assert said["publish"].missing
    assert "Without a reason" in said["publish"]


def test_who_begins_the_next_version_twice_is_told():
    tender = make.tender(status="published", deadline=AT + BIDS)
    from_it = make.amended(tender)
    assert "being written already" in abilities(tender, tender.person, at=AT)["amend"]
    tender.refresh_from_db()
    assert "newer version" in abilities(tender, tender.person, at=AT)["amend"]
    assert may(from_it, tender.person) == {"amend", "cancel"} | EDITING | SIGNING | FOLLOWING


def test_drafts_and_closed_tenders_wait_and_open_ones_are_under_way():
    draft = make.tender(title="Draft one")
    buyer = {"buyer": draft.buyer, "status": "published"}
    closed = make.tender(title="Closed one", deadline=AT + timedelta(days=2), **buyer)
    make.tender(title="Open one", deadline=AT + timedelta(days=99), **buyer)
    at = AT + BIDS
    todo = [task.title for task in tasks(draft.person, at=at)]
    assert todo == ["Go on with the tender “Draft one”", "Say what became of lot 1 of “Closed one”"]
    editor = make.member(draft.buyer, "editor")
    assert [task.title for task in tasks(editor, at=at)] == todo[:1]
    elsewhere = [task.title for task in tasks(editor, at=at, turn=False)]
    assert [title.partition(": ")[2] for title in elsewhere] == ["Open one"]
    assert [task.title for task in tasks_about(closed, draft.person, at=at)] == todo[1:]
    assert Tender.objects.to_award_by(make.user(), at=timezone.now()).count() == 0


@pytest.mark.parametrize(("days", "writes"), [(729, False), (731, True)])
def test_who_left_a_provider_writes_only_after_24_months(days, writes):
    draft = make.tender(title="Readers")
    left = AT - timedelta(days=days)
    for role in ("editor", "signatory"):
        person, provider = make.member(draft.buyer, role), make.organisation("provider")
        Membership.grant(user=person, organisation=provider, role="editor", by=None, at=AT)
        person.memberships.filter(organisation=provider).update(since=left, until=left)
        verb = {"editor": "edit", "signatory": "publish"}[role]
        assert (refusal(draft, verb, person, AT) is None) == writes
        told = [task.title for task in tasks(person, at=AT)]
        assert (told == ["Go on with the tender “Readers”"]) == writes


@pytest.mark.parametrize(
    ("take", "role"),
    [
        (lambda tender, **who: Shortlist.keep(tender.lot, **who), "editor"),
        (lambda tender, **who: tender.ask_again("docx", **who), "signatory"),
    ],
)
def test_a_shortlist_and_a_file_ask_for_the_role_themselves(take, role):
    tender = make.tender()
    other = {"editor": "signatory", "signatory": "editor"}[role]
    with pytest.raises(NotAllowed, match=f"Only an? {role}"):
        take(tender, by=make.member(tender.buyer, other), at=AT)


def test_a_shortlist_is_seen_by_the_buyer_alone():
    tender = make.tender()
    made = Shortlist.keep(tender.lot, by=tender.person, at=AT)
    assert Shortlist.objects.visible_to(make.member(tender.buyer, "manager")).get() == made
    assert not Shortlist.objects.visible_to(make.organisation("buyer").person).exists()
