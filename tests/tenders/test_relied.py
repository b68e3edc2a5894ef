"""Whoever relied on a product follows it without asking, until they end it."""

import pytest
from django.core import mail
from django.urls import reverse

from certcentre.desk.notices import send_notices
from standards.assessment.solutions import Solution
from tenders.following import Follow, followed_by
from tenders.models import Shortlist
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender():
    """A shortlist that one product is on, and another is named on as lacking something."""
    made = make.tender()
    keys = [f"{made.edition.key}:{place}" for place in (1, 2, 3)]
    made.whole = make.listed("Whole", claims=dict.fromkeys(keys, 2))
    make.listed("Nearly", claims=dict.fromkeys(keys[:2], 1))
    made.editor = make.member(made.buyer, "editor")
    made.manager = make.member(made.buyer, "manager")
    return made


def keep(tender, *, at=AT):
    return Shortlist.keep(tender.lot, by=tender.person, at=at)


def names(person):
    return [row.name for row in followed_by(person)]


def test_who_acts_for_the_buyer_follows_what_is_on_its_shortlist(tender):
    assert names(tender.editor) == []
    keep(tender)
    assert names(tender.editor) == names(tender.person) == ["Whole"]
    assert names(tender.manager) == names(tender.whole.organisation.person) == []
    later = make.member(tender.buyer, "signatory")
    assert names(later) == ["Whole"]
    later.memberships.update(until=AT)
    assert names(later) == []


def test_the_list_says_why(client, tender):
    keep(tender)
    client.force_login(tender.editor)
    why = f"It is on your shortlist of {tender.reference}."
    assert why in client.get(reverse("follows")).text
    assert why in client.get(tender.whole.get_absolute_url()).text


def test_what_is_ended_does_not_come_back_and_the_others_are_told(client, tender):
    keep(tender)
    client.force_login(tender.editor)
    client.post(reverse("follow-stop", args=[Follow.objects.get().pk]))
    keep(tender)
    assert (names(tender.editor), names(tender.person)) == ([], ["Whole"])
    client.post(
        reverse("follow-begin"), {"kind": "solution", "key": str(tender.whole.pk)}
    )  # but whoever asks
    assert names(tender.editor) == ["Whole"]


def test_the_mail_says_why(tender):
    keep(tender)
    send_notices(at=AT)
    mail.outbox.clear()
    by = make.signer(tender.whole.organisation)
    tender.whole.withdraw(by=by, at=AT, reason="We stop.")
    send_notices(at=AT)
    told = {each.to[0]: each for each in mail.outbox}
    assert set(told) == {tender.editor.email, tender.person.email}
    sent = told[tender.editor.email]
    assert sent.subject == "Whole: Solution withdrawn"
    assert f"It is on your shortlist of {tender.reference}." in " ".join(sent.body.split())


def test_an_award_is_followed(db):
    award = make.bought(at=CLOSES)
    product = Solution.objects.get(releases__in=award.bid.releases.all())
    row = Follow.objects.get(organisation=award.lot.tender.buyer, solution=product)
    assert row.reason == f"It was awarded in {award.lot.tender.reference}."
