"""Nobody declares, publishes, invites or joins under an address that is not shown to be theirs."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from certcentre.accounts.models import Invitation, User
from certcentre.lifecycle import NotReady
from tests import make
from tests.make.moment import AT


@pytest.fixture
def lost():
    """Takes the confirmation of somebody's address away; gives the person as read anew."""

    def unconfirmed(person):
        EmailAddress.objects.filter(user=person).update(verified=False)
        return User.objects.get(pk=person.pk)

    return unconfirmed


def invites(provider, by):
    provider.may_invite(by=by, at=AT)


def joins(provider, by):
    letter = make.invitation(provider, email=by.email, at=AT)
    letter.may_accept(by=by, at=AT)


STEPS = {"invites": invites, "joins": joins}


@pytest.mark.parametrize("step", STEPS)
def test_the_step_waits_for_the_address(step, provider, lost):
    person = provider.person if step == "invites" else make.user()
    STEPS[step](provider, person)  # the control: confirmed, they may
    if step == "joins":
        Invitation.objects.all().delete()
    with pytest.raises(NotReady, match="Confirm your address first"):
        STEPS[step](provider, lost(person))


def test_declaring_waits_for_the_address(provider, lost):
    draft = make.assessment(organisation=provider, criteria=make.criteria(1, obligation="may"))
    signer = make.signer(provider)
    draft.may_declare(by=signer, at=AT)  # the control
    with pytest.raises(NotReady, match="Confirm your address first"):
        draft.may_declare(by=lost(signer), at=AT)


def test_a_tender_waits_for_the_address(lost, db):
    tender = make.tender()
    signer = tender.buyer.memberships.get(role="signatory").user
    tender.may_publish(by=signer, at=AT)  # the control
    with pytest.raises(NotReady, match="Confirm your address first"):
        tender.may_publish(by=lost(signer), at=AT)


def test_publishing_waits_for_the_address(centre, lost):
    edition = make.edition("waits-1", published=False)
    with pytest.raises(NotReady, match="Confirm your address first"):
        edition.may_publish(by=lost(centre.officer), at=AT)


def test_the_page_of_a_letter_offers_the_link(client, provider, mailoutbox):
    person = make.user(confirmed=False)
    letter = make.invitation(provider, email=person.email)
    client.force_login(person)
    page = client.get(letter.get_absolute_url())
    assert "Confirm your address first" in page.text
    client.post(reverse("account_email"), {"action_send": "1", "email": person.email})
    assert mailoutbox[-1].to == [person.email]
    EmailAddress.objects.filter(user=person).update(verified=True)
    client.post(letter.get_absolute_url())
    assert person.acts_for(provider)


def test_a_letter_is_not_accepted_before(client, provider):
    person = make.user(confirmed=False)
    letter = make.invitation(provider, email=person.email)
    client.force_login(person)
    assert client.post(letter.get_absolute_url()).status_code == 409
    assert not person.acts_for(provider)
