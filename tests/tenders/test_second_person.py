"""Where a buyer wants two people, whoever wrote in a tender does not publish it."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Organisation
from certcentre.lifecycle import NotAllowed
from certcentre.log.models import LogEntry, detail_of
from certcentre.worklist import tasks
from tenders.amending import amend
from tenders.models import Tender
from tests import make


@pytest.fixture
def draft(db):
    made = make.tender()
    made.buyer.change_details(by=made.person, at=made.created_at, two_people=True)
    made.second = make.member(made.buyer, "signatory")
    return Tender.objects.select_related("buyer").get(pk=made.pk), made


def test_whoever_wrote_in_it_does_not_publish_it(draft, at):
    tender, made = draft
    with pytest.raises(NotAllowed, match="second person to publish"):
        tender.publish(by=made.person, at=at)
    assert tender not in Tender.objects.publishable_by(made.person, at=at)
    assert tender in Tender.objects.publishable_by(made.second, at=at)
    tender.publish(by=made.second, at=at)
    assert (tender.status, tender.published_by) == ("published", made.second)


def test_an_amendment_counts_who_began_it(draft, at):
    tender, made = draft
    tender.publish(by=made.second, at=at)
    again = amend(tender, by=made.person, at=at, reason="More is needed")
    again.lots.get().add_words("Prints", obligation="may", by=made.person, at=at)
    with pytest.raises(NotAllowed):
        again.publish(by=made.person, at=at)


def test_without_that_wish_one_person_does_both(db, at):
    made = make.tender()
    made.publish(by=made.person, at=at)
    assert made.status == "published"


def test_the_page_says_whom_to_ask(client, draft):
    tender, made = draft
    client.force_login(made.person)
    page = client.get(reverse("tender-publish", args=[tender.reference])).content.decode()
    assert "Ask a colleague who signs for it." in page
    answer = client.post(
        reverse("tender-publish", args=[tender.reference]), {"revision": tender.revision}
    )
    assert answer.status_code == 403
    assert not Tender.objects.published().exists()


def test_the_page_promises_publishing_to_whoever_may(client, draft):
    tender, made = draft
    url = reverse("tender-publish", args=[tender.reference])
    for person, may in ((made.person, False), (made.second, True)):
        client.force_login(person)
        page = client.get(url).content.decode()
        top = page[page.index('id="missing"') : page.index('id="competition"')]
        assert ("Nothing. It can be published." in top) is may
        assert ("Nothing is missing. Your organisation wants a second person" in top) is not may


def test_the_work_list_says_who_may_publish(draft, at):
    tender, made = draft
    both = make.member(made.buyer, "editor", "signatory")
    for person, may in ((made.person, False), (made.second, True), (both, True)):
        (task,) = tasks(person, at=at)
        assert task.title == f"Go on with the tender “{tender.title}”"
        assert ("You may publish it once nothing is missing." in task.text) is may


def test_the_manager_of_a_buyer_says_so_and_the_log_keeps_it(client, db):
    buyer = make.organisation("buyer")
    client.force_login(buyer.person)
    page = reverse("organisation-details", args=[buyer.pk])
    assert "two_people" in client.get(page).content.decode()
    data = {"website": "", "size": "", "two_people": "on"}
    assert client.post(page, data).status_code == 302
    assert Organisation.objects.get(pk=buyer.pk).two_people
    changed = LogEntry.objects.about(buyer).get(step="organisation.details_changed")
    assert "two_people" in detail_of(changed.body)["changed"]
    assert "A second person publishes them" in client.get(buyer.get_absolute_url()).content.decode()


def test_whoever_turns_it_off_shows_who_they_are_and_the_log_keeps_it(client, draft, settings):
    _tender, made = draft
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    client.force_login(made.person)
    page = reverse("organisation-details", args=[made.buyer.pk])
    same, off = {"website": "", "size": "small", "two_people": "on"}, {"website": "", "size": ""}
    assert client.post(page, same)["Location"] == made.buyer.get_absolute_url()
    assert client.post(page, off)["Location"] != made.buyer.get_absolute_url()
    assert Organisation.objects.get(pk=made.buyer.pk).two_people
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    client.post(page, off)
    assert not Organisation.objects.get(pk=made.buyer.pk).two_people
    entries = LogEntry.objects.about(made.buyer).filter(step="organisation.details_changed")
    said = [detail_of(entry.body).get("two_people") for entry in entries]
    assert said == [True, None, False]
    shown = client.get(made.buyer.get_absolute_url()).content.decode()
    assert "etails changed: one person may write and publish a tender" in shown


def test_no_provider_is_asked(client, db):
    provider = make.organisation("provider")
    client.force_login(provider.person)
    page = client.get(reverse("organisation-details", args=[provider.pk])).content.decode()
    assert "two_people" not in page
