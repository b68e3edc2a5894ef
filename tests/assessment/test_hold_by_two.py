"""What a law prohibits is cleared by two officers."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.worklist import tasks
from standards.assessment.holds import Hold
from standards.assessment.solutions import Release
from tests import make
from tests.make.moment import AT


@pytest.fixture
def held(provider, at):
    """A release that a prohibition holds: it blocks listing and names a legal basis."""
    make.rule(make.edition(), "blocks_listing", key="I04", legal_basis="Article 5(1)(f)")
    release = make.declaration(organisation=provider).release
    release.publish(["I04"], by=provider.person, at=at)
    return release


@pytest.fixture
def second(centre):
    return make.member(centre, "officer")


def fresh(release):
    return Release.objects.get(pk=release.pk)


def propose(release, officer):
    release.holds.get().propose(by=officer, at=AT, reason="No biometric data is read.")


def test_one_proposes_and_another_clears(held, centre, second):
    with pytest.raises(NotReady, match="another clears"):
        held.clear(by=centre.officer, at=AT, reason="Fine.")
    propose(held, centre.officer)
    with pytest.raises(NotAllowed, match="another officer"):
        fresh(held).clear(by=centre.officer, at=AT, reason="Fine.")
    fresh(held).clear(by=second, at=AT, reason="Fine.")
    assert fresh(held).status == "clear"


def test_the_database_keeps_no_prohibition_that_one_cleared(held, centre):
    alone = {"cleared_at": AT, "decided_by": centre.officer}
    for proposed in ({}, {"proposed_by": centre.officer}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.update(**alone, **proposed)


def test_what_the_portal_alone_asks_one_officer_clears(provider, centre):
    make.rule(make.edition(), "blocks_listing", key="I14")
    release = make.declaration(organisation=provider).release
    release.publish(["I14"], by=provider.person, at=AT)
    with pytest.raises(IllegalMove):
        propose(release, centre.officer)
    release.clear(by=centre.officer, at=AT, reason="Fine.")


def test_a_new_declaration_ends_what_was_proposed(held, centre, second, provider):
    propose(held, centre.officer)
    fresh(held).publish(["I04"], by=provider.person, at=AT)
    with pytest.raises(NotReady):
        fresh(held).clear(by=second, at=AT, reason="Fine.")


def test_it_waits_for_the_second_and_no_more_for_the_first(client, held, centre, second):
    title = f"Clear or refuse {held}"
    client.force_login(centre.officer)
    address = reverse("hold-propose", args=[held.pk, held.holds.get().pk])
    assert address in client.get(reverse("hold", args=[held.pk])).content.decode()
    assert client.post(address, {"reason": "No biometric data."}).status_code == 302
    lists = {
        person: [task.title for task in tasks(person, at=AT)] for person in (centre.officer, second)
    }
    assert title in lists[second]
    assert title not in lists[centre.officer]
    client.force_login(second)
    page = client.get(reverse("hold", args=[held.pk])).content.decode()
    assert "No biometric data." in page
    assert reverse("release-clear", args=[held.pk]) in page
