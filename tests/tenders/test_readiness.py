"""What stands in the way of publishing, and what an author should think about."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from standards.catalogue.facts import CountryGroup
from tenders import frozen_body, readiness
from tenders.amending import amend
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db
SOON, LATE = timedelta(minutes=2), timedelta(days=900)


def kinds(tender):
    return [warned.kind for warned in readiness.warnings(tender, at=AT)]


def missing(tender):
    return " ".join(readiness.missing(tender, at=AT))


def amended(closed, closes):
    """A version that closes after `closes`, of one that says `closed`."""
    earlier = make.tender(status="published", deadline=closed and AT + closed)
    draft = amend(earlier, by=earlier.person, at=AT, reason="A mistake")
    draft.lots.get().add_words("Prints", by=earlier.person, at=AT, justification="They print")
    draft.state(by=earlier.person, at=AT, deadline=AT + closes)
    return draft


@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        (LATE, SOON, True),
        (None, SOON, True),
        (LATE, timedelta(days=9), True),
        (LATE, timedelta(days=10), False),
        (timedelta(days=5), timedelta(days=5), False),
        (timedelta(days=5), timedelta(days=6), False),
    ],
)
def test_an_amendment_brings_no_closing_forward_that_bidders_rely_on(before, now, refused):
    assert ("sooner than the version before" in missing(amended(before, now))) is refused


@pytest.mark.parametrize(("closes", "refused"), [(SOON, True), (timedelta(days=1), False)])
def test_a_call_that_nobody_could_answer_is_not_published(closes, refused):
    draft = make.tender(deadline=AT + closes)
    assert ("less than a day" in missing(draft)) is refused


def test_all_that_lacks_a_reason_is_named_and_what_follows_each_other_is_a_range():
    draft = make.tender(criteria=243)
    draft.lot.requirements.update(justification="")
    assert "Without a reason: L1-001 to L1-243." in missing(draft)
    draft.lot.requirements.filter(position__in=[2, 5, 200]).update(justification="They read")
    said = "L1-001, L1-003, L1-004, L1-006 to L1-199, L1-201 to L1-243."
    assert said in missing(draft)


def test_both_ends_of_a_range_lead_to_their_requirement(client):
    draft = make.tender()
    draft.lot.requirements.update(justification="")
    client.force_login(draft.person)
    page = client.get(reverse("tender-publish", args=[draft.reference])).content.decode()
    for one in draft.lot.requirements.filter(position__in=[1, 3]):
        assert f'href="{reverse("requirement", args=[draft.reference, one.pk])}"' in page


def test_brands_in_summary_and_titles_are_warned_of_and_opened():
    draft = make.tender(summary="Runs on iPads in class.", title="Kahoot for all")
    draft.lot.state(by=draft.person, at=AT, title="Licences of Quizlet")
    said = {w.words.partition(":")[0]: w.words for w in readiness.warnings(draft, at=AT)}
    assert "“iPads” looks like a brand" in said["What you want to buy"]
    assert "“Kahoot”" in said["Title"]
    assert "“Quizlet”" in said["Lot 1"]
    body = frozen_body.written(draft)
    assert body["summary"] == "Runs on iPads (or equivalent) in class."
    assert body["lots"][0]["title"] == "Licences of Quizlet (or equivalent)"


def test_bids_without_an_end_are_warned_of():
    assert "no_deadline" in kinds(make.tender())
    assert "no_deadline" not in kinds(make.tender(deadline=AT + LATE))


def publish(client, draft, *confirmed):
    client.force_login(draft.person)
    draft.refresh_from_db()
    said = {"revision": draft.revision, "confirmed": confirmed}
    return client.post(reverse("tender-publish", args=[draft.reference]), said)


def test_a_tender_without_an_end_is_published_once_that_is_confirmed(client):
    draft = make.tender()
    refused = publish(client, draft)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Confirm each of these" in page
    assert "This is meant." in page
    assert publish(client, draft, "no_deadline").status_code == 302
    draft.refresh_from_db()
    assert draft.status == "published"


@pytest.mark.parametrize(
    ("languages", "asked"), [(["fr"], True), ([], True), (["fr", "en"], False)]
)
def test_what_bidders_cannot_read_is_confirmed_before_publishing(client, languages, asked):
    draft = make.tender(language="fr", bid_languages=languages, deadline=AT + LATE)
    (warned,) = [each for each in readiness.warnings(draft, at=AT) if each.kind == "untranslated"]
    assert warned.confirmed is asked
    assert publish(client, draft).status_code == (409 if asked else 302)
    if asked:
        assert publish(client, draft, "untranslated").status_code == 302


def test_what_narrows_competition_stands_apart_from_what_is_good_to_know(client):
    draft = make.tender(title="Kahoot for all", wording="neutral")
    narrowing = {warned.kind for warned in readiness.warnings(draft, at=AT) if warned.narrows}
    assert narrowing == {"brand"}
    client.force_login(draft.person)
    page = client.get(reverse("tender-publish", args=[draft.reference])).content.decode()
    before, narrows, rest = page.partition("This may narrow competition:")
    assert narrows
    assert "looks like a brand" in rest
    assert "the neutral clause" not in rest
    assert "the neutral clause" in before
    assert "looks like a brand" not in before


@pytest.mark.parametrize(
    ("jurisdictions", "countries", "warned"),
    [
        (["MA"], ["MA", "KE"], False),
        (["MA"], ["KE"], True),
        (["MA"], [], True),  # the buyer is in Estonia
        (["EE"], [], False),
        (["global", "MA"], ["KE"], False),
        (["GB-ENG"], ["GB"], False),
        (["EU"], ["FR"], False),
        (["EU"], ["KE"], True),
    ],
)
def test_a_law_of_a_country_that_is_not_named(jurisdictions, countries, warned):
    CountryGroup.objects.create(key="EU", members=["FR", "DE"])
    law = make.asked_edition(domain="ai", nature="law", name="Law", jurisdictions=jurisdictions)
    draft = make.tender(edition=law, countries=countries)
    assert ("elsewhere" in kinds(draft)) is warned


def test_taking_a_country_out_says_which_law_stays(client):
    law = make.asked_edition(nature="law", name="Law 09-08", jurisdictions=["MA"])
    draft = make.tender(edition=law, countries=["MA", "KE"])
    client.force_login(draft.person)
    said = {"title": "Reading", "language": "en", "wording": "eu", "countries": "KE"}
    later = timezone.now() + LATE
    said["deadline"] = later.strftime("%Y-%m-%dT%H:%M")
    address = reverse("tender-details", args=[draft.reference])
    page = client.post(address, said, follow=True).content.decode()
    assert "Law 09-08 is a law of Morocco" in page
    assert "L1-001 to L1-003" in page
