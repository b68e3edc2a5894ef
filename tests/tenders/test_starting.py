"""Starting a tender: empty, from a profile, from learner needs, or from an earlier one."""

import pytest
from django.urls import reverse

from certcentre.accounts.models import Membership
from certcentre.log.models import LogEntry
from tenders.models import Tender
from tests import make
from tests.make.moment import AT

NEW = {"title": "Reading practice", "language": "en", "wording": "eu"}


@pytest.fixture
def begin(client, buyer):
    client.force_login(buyer.person)

    def begun(**more):
        return client.post(reverse("tender-new"), {"buyer": buyer.pk, **NEW, **more})

    return begun


def keys(tender):
    rows = tender.lots.first().requirements.order_by("position")
    return list(rows.values_list("criterion__key", flat=True))


def test_a_title_is_enough(begin):
    assert begin().status_code == 302
    made = Tender.objects.get()
    assert (made.title, made.wording, made.status) == ("Reading practice", "eu", "draft")


def test_places_are_read_by_name_or_code(begin):
    begin(countries="Kenya, ee", languages="Swahili, fr", deadline="2027-01-31T12:00")
    made = Tender.objects.get()
    assert (made.countries, made.languages) == (["KE", "EE"], ["sw", "fr"])
    assert made.zone == "Europe/Tallinn"  # the buyer's country has one
    assert made.deadline.isoformat() == "2027-01-31T10:00:00+00:00"


def test_an_unknown_country_is_said_and_all_is_kept(begin):
    answer = begin(countries="Kenyia", summary="An app for reading")
    assert answer.status_code == 422
    assert "Did you mean Kenya?" in answer.content.decode()
    assert "An app for reading" in answer.content.decode()
    assert not Tender.objects.exists()


def test_it_begins_with_a_profile_at_the_assurance_that_it_suggests(begin):
    make.asked_edition(key="ex", domain="security", criteria=2)
    profile = make.profile(criteria=["ex:1"])
    profile.least = {"": 2, "security": 3}
    profile.save()
    begin(profile="example")
    assert keys(Tender.objects.get()) == ["ex:1"]
    assert Tender.objects.get().lots.first().requirements.get().least == 3


def test_it_begins_with_what_learners_need(begin):
    make.asked_edition(key="ex", criteria=4)
    any_of = [{"label": "Either", "any_of": ["ex:3", "ex:4"]}]
    make.need(required=["ex:1"], required_any=any_of)
    begin(needs=["example_need"])
    made = Tender.objects.get()
    assert keys(made) == ["ex:1", "ex:3"]
    assert set(made.lots.first().requirements.values_list("obligation", flat=True)) == {"must"}


def test_it_copies_an_earlier_tender_of_the_same_buyer(begin, buyer):
    earlier = make.tender(buyer=buyer, status="published")
    begin(copied=earlier.pk)
    made = Tender.objects.exclude(pk=earlier.pk).get()
    assert keys(made) == keys(earlier)
    assert made.lots.first().requirements.first().justification == "Learners need it"
    assert made.status == "draft"


def test_a_copy_says_who_answers_and_how_to_bid(begin, buyer):
    earlier = make.tender(buyer=buyer)
    begin(copied=earlier.pk)
    made = Tender.objects.exclude(pk=earlier.pk).get()
    assert [getattr(made, name) for name in Tender.LASTING] == [
        getattr(earlier, name) for name in Tender.LASTING
    ]
    assert (made.contact_office, made.deadline) == ("Procurement Unit", None)


def test_another_buyers_tender_is_not_copied(begin):
    other = make.tender()
    assert begin(copied=other.pk).status_code == 422
    assert Tender.objects.count() == 1


def test_who_belongs_to_a_provider_starts_none(begin, buyer, provider):
    Membership.grant(user=buyer.person, organisation=provider, role="editor", by=None, at=AT)
    answer = begin()
    assert answer.status_code == 403
    assert "You belong to a provider" in answer.content.decode()
    assert not Tender.objects.exists()


def test_details_are_changed(db, client):
    made = make.tender()
    client.force_login(made.person)
    address = reverse("tender-details", args=[made.reference])
    client.post(address, {**NEW, "title": "Reading & writing", "countries": "KE"})
    made.refresh_from_db()
    assert (made.title, made.countries) == ("Reading & writing", ["KE"])


def test_what_a_colleague_changed_meanwhile_is_not_written_over(db, client):
    made = make.tender()
    client.force_login(made.person)
    address = reverse("tender-details", args=[made.reference])
    seen = client.get(address).context["seen"]
    more = {"questions_until": "2029-05-01T12:00", "value": "1200.50", "currency": "KES"}
    more |= {"short_reason": f"School begins {'soon ' * 40}"}
    client.post(address, {**NEW, **more, "title": "Reading aloud", "seen": seen})
    late = client.post(address, {**NEW, "title": "Writing", "seen": seen})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Reading aloud" in page
    assert 'value="Writing"' in page
    both = {line.name: (line.before, line.after) for line in late.context["stored"]}
    assert both == {
        "Title": ("Reading aloud", "Writing"),
        "Questions until": (
            "1 May 2029, 12:00 Eastern European Summer Time (09:00 UTC)",
            "no date",
        ),
        "Estimated value": ("1200.50", "–"),
        "Currency": ("KES", "–"),
        "Why bids close so soon": (f"School begins {'soon ' * 40}".strip(), "–"),
    }
    made.refresh_from_db()
    assert made.title == "Reading aloud"
    client.post(address, {**NEW, "title": "Writing", "seen": late.context["seen"]})
    made.refresh_from_db()
    assert made.title == "Writing"
    again = client.post(address, {**NEW, "title": "Writing", "seen": seen})
    assert again.status_code == 302  # the same once more is no conflict


def test_changing_requirements_is_no_conflict_with_the_details(db, client):
    made = make.tender()
    client.force_login(made.person)
    address = reverse("tender-details", args=[made.reference])
    seen = client.get(address).context["seen"]
    made.lot.requirements.first().remove(by=made.person, at=made.created_at)
    assert client.post(address, {**NEW, "title": "Writing", "seen": seen}).status_code == 302


def test_pressed_twice_begins_one(client, buyer):
    client.force_login(buyer.person)
    sent = {**NEW, "buyer": buyer.pk}
    first, again = (client.post(reverse("tender-new"), sent) for _ in range(2))
    assert first.url == again.url
    assert Tender.objects.count() == 1


def test_a_draft_is_thrown_away_with_all_it_has(client, db):
    made = make.tender()
    made.lot.add_words("Prints", by=made.person, at=made.created_at)
    client.force_login(made.person)
    address = reverse("tender-discard", args=[made.reference])
    assert "It goes for good" in client.get(address).content.decode()
    client.post(reverse("shortlist-save", args=[made.reference, made.lot.pk]))
    assert client.post(address).url == reverse("tenders")
    assert not Tender.objects.exists()
    assert LogEntry.objects.filter(step="tender.discarded").count() == 1
    assert client.get(address).status_code == 404


def test_a_copy_is_for_the_countries_and_languages_of_the_one_before(begin, buyer):
    earlier = make.tender(buyer=buyer, countries=["KE"], languages=["sw"])
    begin(copied=earlier.pk)
    made = Tender.objects.exclude(pk=earlier.pk).get()
    assert (made.countries, made.languages) == (["KE"], ["sw"])
    assert made.lots.get().where == earlier.lots.get().where
    begin(copied=earlier.pk, title="Elsewhere", countries="EE")
    other = Tender.objects.get(title="Elsewhere")
    assert (other.countries, other.languages) == (["EE"], ["sw"])
