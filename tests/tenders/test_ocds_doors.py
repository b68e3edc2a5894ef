"""The addresses of open contracting data: who reads what, of which version, in which state."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from tenders.amending import amend
from tenders.bids.bid import Bid
from tenders.cancelling import cancel_lot
from tests import make
from tests.make.bids import CLOSES
from tests.make.moment import AT
from tests.tenders import ocds_schema

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def get(client, settings):
    settings.OCID_PREFIX = "ocds-a1b2c3"

    def fetched(name, tender):
        answer = client.get(reverse(name, args=[tender.reference]))
        assert answer.headers["Content-Type"] == "application/json"
        return json.loads(answer.content)

    return fetched


def of_record(package):
    [record] = package["records"]
    return record["releases"], record["compiledRelease"]


def test_the_door_gives_what_was_published(get, client):
    tender = make.tender(status="published")
    package = get("tender-ocds", tender)
    [release] = package["releases"]
    assert ocds_schema.wrongs(ocds_schema.OURS, release) == []
    assert package["uri"].endswith(f"/tenders/{tender.reference}/ocds.json")
    assert release["certcentre_digest"] == tender.digest
    assert (release["tag"], release["tender"]["status"]) == (["tender"], "active")
    file = client.get(reverse("tender-file", args=[tender.reference, "json"]))
    assert json.loads(file.content) == package


@pytest.mark.parametrize(
    ("state", "tag", "status"),
    [("awarded", "award", "complete"), ("cancelled", "tenderCancellation", "cancelled")],
)
def test_the_door_says_what_became_of_it_and_the_file_does_not(get, client, state, tag, status):
    tender = make.tender(status=state)
    [release] = get("tender-ocds", tender)["releases"]
    assert (release["tag"], release["tender"]["status"]) == ([tag], status)
    assert release["tender"]["lots"][0]["status"] == status
    assert release["tender"]["certcentre_outcome"] == tender.outcome
    file = client.get(reverse("tender-file", args=[tender.reference, "json"]))
    [published] = json.loads(file.content)["releases"]
    assert published["tender"]["status"] == "active"
    releases, compiled = of_record(get("tender-record", tender))
    assert [each["id"] for each in releases] == [published["id"], release["id"]]
    assert compiled["tender"]["status"] == status


def test_two_versions_are_two_releases_of_one_process(get):
    first = make.tender(status="published", deadline=AT + timedelta(days=900))
    second = make.amended(first, at=AT + timedelta(days=1))
    for version in (first, second):
        releases, compiled = of_record(get("tender-record", version))
        assert len({each["ocid"] for each in (*releases, compiled)}) == 1
        for name in ("date", "id"):
            assert releases[0][name] < releases[1][name]
        assert [each["tag"] for each in releases] == [["tender"], ["tenderAmendment"]]
        assert ocds_schema.loose(releases) == []
    [amendment] = releases[1]["tender"]["amendments"]
    assert amendment["rationale"] == "More is needed"
    assert (amendment["amendsReleaseID"], amendment["releaseID"]) == tuple(
        each["id"] for each in releases
    )
    assert compiled["tag"] == ["compiled"]
    assert compiled["tender"] == releases[1]["tender"]


def test_the_newest_names_every_amendment(get):
    first = make.tender(status="published", deadline=AT + timedelta(days=900))
    second = make.amended(first, at=AT + timedelta(days=1))
    third = make.amended(second, at=AT + timedelta(days=2))
    releases, compiled = of_record(get("tender-record", third))
    assert ocds_schema.loose(releases) == []
    assert [each["id"] for each in compiled["tender"]["amendments"]] == ["2", "3"]
    begun = {each["tender"]["tenderPeriod"]["startDate"] for each in releases}
    assert begun == {first.published_at.isoformat()}  # an amendment begins no new period


def test_a_draft_is_its_buyers_alone(client):
    tender, other = make.tender(), make.organisation("buyer")
    doors = [reverse(name, args=[tender.reference]) for name in ("tender-ocds", "tender-record")]
    for door in doors:
        assert client.get(door).status_code == 302
    client.force_login(other.person)
    assert [client.get(door).status_code for door in doors] == [404, 404]
    client.force_login(tender.person)
    assert [client.get(door).status_code for door in doors] == [200, 404]
    assert json.loads(client.get(doors[0]).content)["releases"][0]["ocid"].startswith("draft-")


def test_the_record_never_holds_the_draft_of_the_next_version(get, client):
    first = make.tender(status="published", deadline=AT + timedelta(days=900))
    draft = amend(first, by=first.person, at=AT, reason="More is needed")
    client.force_login(first.person)
    releases, _ = of_record(get("tender-record", draft))
    assert [each["tender"]["certcentre_reference"] for each in releases] == [first.reference]


def test_statements_do_not_grow_with_rows(client, django_assert_num_queries):
    for number in (2, 4):
        newest = make.tender(
            status="published", criteria=3 * number, deadline=AT + timedelta(days=900)
        )
        for day in range(1, number):
            newest = make.amended(newest, at=AT + timedelta(days=day))
        with django_assert_num_queries(4):
            client.get(reverse("tender-ocds", args=[newest.reference]))
        with django_assert_num_queries(5):
            answer = client.get(reverse("tender-record", args=[newest.reference]))
        assert len(of_record(answer.json())[0]) == number


def test_the_page_and_the_data_lead_there(client):
    tender = make.tender(status="published")
    page = client.get(tender.get_absolute_url()).content.decode()
    data = client.get(f"/api/v1/tenders/{tender.reference}/").json()
    for name, key in (("tender-ocds", "ocds"), ("tender-record", "record")):
        address = reverse(name, args=[tender.reference])
        assert f'href="{address}"' in page
        assert data[key].endswith(address)


def test_awards_and_contracts_follow(get):
    tender = make.bids_tender(criteria=1)
    bid = make.bid(tender, "handed_in", price=700)
    make.opened(tender)
    second = {"by": tender.person, "at": CLOSES + timedelta(days=1)}
    award = make.award(tender.lot, bid=Bid.objects.get(pk=bid.pk), reason="Lowest price", **second)
    by = second | {"at": second["at"] + timedelta(hours=1)}
    award.contract(contracted_on=by["at"].date(), **by)
    tender.refresh_from_db()
    releases, compiled = of_record(get("tender-record", tender))
    tags = [release["tag"] for release in releases]
    assert tags == [["tender"], ["tenderUpdate"], ["award"], ["contract"]]
    for release in releases:
        assert ocds_schema.wrongs(ocds_schema.OURS, release) == []
    assert ocds_schema.loose(releases) == []
    [given] = compiled["awards"]
    assert given["value"] == {"amount": 700.0, "currency": "KES"}
    assert given["suppliers"] == [{"id": str(bid.organisation_id), "name": bid.organisation.name}]
    (counted,) = compiled["bids"]["statistics"]
    assert (counted["measure"], counted["value"], counted["relatedLot"]) == ("bids", 1, "1")
    assert "bids" not in releases[0]
    assert compiled["contracts"][0]["awardID"] == given["id"]
    assert releases[-1] == get("tender-ocds", tender)["releases"][0]


@pytest.fixture
def awarded():
    """Two lots, awarded to one supplier by name."""
    tender = make.tender()
    second = tender.add_lot(title="Training", by=tender.person, at=AT, about_products=False)
    second.add_words("Trains", by=tender.person, at=AT, justification="They learn")
    tender.publish(by=tender.person, at=AT)
    make.awarded(tender, at=AT + timedelta(hours=1))
    return tender


def test_a_release_stays_as_it_was_when_a_contract_or_the_fall_of_an_award_follows(get, awarded):
    before, _now = of_record(get("tender-record", awarded))
    first, second = awarded.lots.order_by("number")
    by = {"by": awarded.person, "at": AT + timedelta(hours=2)}
    first.award.contract(contracted_on=AT.date(), **by)
    signed, _now = of_record(get("tender-record", awarded))
    cancel_lot(second, reason="It went bankrupt", **by | {"at": AT + timedelta(days=1)})
    releases, compiled = of_record(get("tender-record", awarded))
    assert signed[:-1] == before
    assert releases[:-1] == signed
    tags = [each["tag"] for each in releases]
    assert tags == [["tender"], ["award"], ["contract"], ["awardCancellation"]]
    for name in ("id", "date"):
        assert len({each[name] for each in releases}) == len(releases)
    for release in releases:
        assert ocds_schema.wrongs(ocds_schema.OURS, release) == []
    assert [each["status"] for each in compiled["awards"]] == ["active", "cancelled"]
    assert [each["status"] for each in compiled["tender"]["lots"]] == ["complete", "cancelled"]
    assert releases[-1]["date"] == (AT + timedelta(days=1)).isoformat(timespec="seconds")


def test_a_tender_whose_every_lot_is_cancelled_is_cancelled_also_where_an_award_fell(get):
    tender = make.tender()
    second = tender.add_lot(title="Training", by=tender.person, at=AT, about_products=False)
    second.add_words("Trains", by=tender.person, at=AT, justification="They learn")
    tender.publish(by=tender.person, at=AT)
    first, second = tender.lots.order_by("number")
    by = {"by": tender.person, "at": AT + timedelta(hours=1)}
    make.award(first, supplier="Example Soma Labs", reason="The only bid", **by)
    cancel_lot(first, reason="It went bankrupt", **by)
    cancel_lot(second, reason="Not needed any more", **by)
    [release] = get("tender-ocds", tender)["releases"]
    assert release["tag"] == ["tenderCancellation"]
    assert release["tender"]["status"] == "cancelled"
    assert [each["status"] for each in release["awards"]] == ["cancelled"]


def test_a_supplier_by_name_with_two_lots_is_one_party(get, awarded):
    [release] = get("tender-ocds", awarded)["releases"]
    suppliers = [each for each in release["parties"] if each["roles"] == ["supplier"]]
    assert [each["name"] for each in suppliers] == ["Example Soma Labs"]
    assert {each["suppliers"][0]["id"] for each in release["awards"]} == {suppliers[0]["id"]}


def all_of(client, after=""):
    answer = client.get(reverse("data-ocds"), {"after": after} if after else {})
    assert answer.status_code == 200
    return answer.json()


def test_all_tenders_are_read_page_by_page(client, get, monkeypatch, awarded):
    monkeypatch.setattr("tenders.pages.ocds.PAGE", 2)
    first = make.tender(status="published", deadline=AT + timedelta(days=900))
    amended = make.amended(first, at=AT + timedelta(days=1))
    cancelled, _draft = make.tender(status="cancelled"), make.tender()
    page = all_of(client)
    address = page["links"]["next"]
    pages = [page, client.get(address).json()]
    assert "links" not in pages[1]
    records = [record for each in pages for record in each["records"]]
    named = [each["compiledRelease"]["tender"]["certcentre_reference"] for each in records]
    assert named == [awarded.reference, amended.reference, cancelled.reference]
    for tender, record in zip((awarded, amended, cancelled), records, strict=True):
        [alone] = get("tender-record", tender)["records"]
        assert record == alone
    assert all_of(client, "TD-9999")["records"] == []


def test_a_package_names_the_portal_whatever_the_host_was_called(client, settings, monkeypatch):
    monkeypatch.setattr("tenders.pages.ocds.PAGE", 1)
    settings.BASE_URL = "https://portal.example"
    for _ in range(2):
        make.tender(status="published")
    page = all_of(client)
    assert page["uri"] == "https://portal.example/data/ocds/"
    assert page["links"]["next"].startswith("https://portal.example/data/ocds/?after=")
    assert page["publisher"] == {"name": "portal.example", "uri": "https://portal.example/"}


def test_what_the_log_contradicts_is_named_and_left_out(client, awarded):
    forged = make.tender(status="published")
    type(forged).objects.filter(pk=forged.pk).update(title="Another")
    page = all_of(client)
    assert page["certcentre_leftOut"] == [forged.reference]
    assert len(page["records"]) == 1
    awarded.lots.filter(number=1).update(status="open")
    page = all_of(client)
    assert page["certcentre_leftOut"] == sorted([awarded.reference, forged.reference])
    assert page["records"] == []


def test_statements_do_not_grow_with_tenders(client, django_assert_num_queries):
    for ended in (2, 4):
        make.tender(status="awarded"), make.tender(status="cancelled")
        with django_assert_num_queries(8):
            assert len(all_of(client)["records"]) == ended


@pytest.mark.parametrize("after", ["%00", "\x00", "x" * 5000, "'; --", "🙂"])
def test_an_odd_place_to_go_on_from_is_no_error(client, after):
    make.tender(status="published")
    assert "records" in client.get(reverse("data-ocds"), {"after": after}).json()
