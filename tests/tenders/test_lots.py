"""A lot says where its product is used, and whether it is about products at all."""

import json

import pytest
from django.urls import reverse

from certcentre.lifecycle import NotReady
from tenders import annex, version_diff
from tenders.amending import amend
from tenders.competition import compete
from tenders.frozen_body import written
from tenders.models import Shortlist
from tenders.opportunities import outlook, towards
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = pytest.mark.django_db

BOTH = ["KE", "MA"]


def built_tender():
    """Of Kenya and Morocco; one product is offered in each, and a third has not said."""
    made = make.tender(countries=BOTH)
    keys = [f"{made.edition.key}:{place}" for place in (1, 2, 3)]
    for name, facts in (
        ("Soma", {"countries_offered": ["KE"]}),
        ("Iqra", {"countries_offered": ["MA"]}),
        ("Silent", {}),
    ):
        make.listed(name, claims=dict.fromkeys(keys, 1), facts=facts)
    return made


kept_tender = make.kept(built_tender)


@pytest.fixture
def tender(kept_tender, db):
    return kept_tender()


def read(client, url):
    return tight(client.get(url).content.decode())


def say(lot, tender, **details):
    lot.state(by=tender.person, at=AT, **details)
    return lot


def funnel(lot):
    return compete(lot, at=AT).funnel


def test_each_country_is_a_line_of_the_funnel_with_what_is_left(tender):
    assert funnel(tender.lot) == [
        ("on the register", 3),
        ("Kenya", 1),
        ("Morocco", 0),
        ("qualify", 0),
    ]


def test_an_impossible_pair_is_named_and_not_blamed_on_requirements(client, tender):
    client.force_login(tender.person)
    panel = read(client, reverse("competition", args=[tender.reference, tender.lot.pk]))
    assert "Nothing on the register is offered in all of these places." in panel
    assert "No requirement decides alone" not in panel
    assert reverse("lot", args=[tender.reference, tender.lot.pk]) in panel


def test_any_of_them_is_one_line(tender):
    lot = say(tender.lot, tender, all_countries=False)
    assert funnel(lot)[1:] == [("Kenya or Morocco", 2), ("qualify", 2)]
    assert compete(lot, at=AT).match.facts_unknown == 1


def test_its_own_places_stand_before_the_tenders(tender):
    lot = say(tender.lot, tender, countries=["MA"], languages=["ar", "fr"], all_languages=False)
    assert [words for words, _left in funnel(lot)[1:-1]] == ["Morocco", "Arabic or French"]
    assert compete(lot, at=AT).facts == "Morocco · Arabic or French"
    tender.state(by=tender.person, at=AT, countries=["TZ"])
    lot.refresh_from_db()
    assert lot.where.countries == ("MA",)
    assert say(lot, tender, countries=[]).where.countries == ("TZ",)


def test_a_lot_without_products_is_said_so_and_not_counted(client, tender):
    lot = say(tender.lot, tender, about_products=False)
    client.force_login(tender.person)
    panel = read(client, reverse("competition", args=[tender.reference, lot.pk]))
    assert "This lot is not about products, so nothing is counted." in panel
    assert ("Too little competition" in panel, "funnel" in panel) == (False, False)
    builder = read(client, tender.get_absolute_url())
    assert "Nothing is counted" in builder
    assert reverse("shortlist-save", args=[tender.reference, lot.pk]) not in builder
    with pytest.raises(NotReady):
        Shortlist.keep(lot, by=tender.person, at=AT)


def test_publishing_keeps_a_shortlist_of_lots_about_products_alone(tender):
    by = {"by": tender.person, "at": AT}
    training = tender.add_lot(title="Training", about_products=False, **by)
    training.add_words("Teachers are trained", justification="They teach", **by)
    say(tender.lot, tender, all_countries=False)
    tender.publish(**by)
    kept = tender.shortlists.get().content
    assert (kept["lot"]["number"], kept["all_countries"]) == (1, False)
    assert {one["name"] for one in kept["solutions"] if one["qualifies"]} == {"Soma", "Iqra"}


@pytest.mark.parametrize(
    ("details", "there"),
    [({}, False), ({"all_countries": False}, True), ({"countries": ["KE"]}, True)],
)
def test_a_provider_is_told_by_the_lots_places(tender, details, there):
    say(tender.lot, tender, **details)
    tender.publish(by=tender.person, at=AT)
    claims = {f"{tender.edition.key}:{place}": 1 for place in (1, 2, 3)}
    release = make.listed(claims=claims, facts={"countries_offered": ["KE"]}).current_release
    prospects = outlook(release, at=AT)
    assert [one.there for one in [*prospects.ready, *prospects.near]] == [there]


def test_a_provider_is_not_measured_against_a_lot_without_products(client, tender):
    say(tender.lot, tender, about_products=False)
    tender.publish(by=tender.person, at=AT)
    release = make.listed().current_release
    owner = release.solution.organisation.person
    assert outlook(release, at=AT).of == 0
    [(_release, [chance])] = towards(tender, owner, at=AT)
    assert (chance.uncounted, chance.ready) == (True, False)
    client.force_login(owner)
    assert "It is not about products." in read(client, tender.get_absolute_url())


def test_the_form_takes_names_and_keeps_what_stands(client, tender):
    client.force_login(tender.person)
    url = reverse("lot", args=[tender.reference, tender.lot.pk])
    assert "as the tender says (Kenya, Morocco)" in client.get(url).content.decode()
    data = {"title": "Maroc", "countries": "Morocco, Tunisia", "all_countries": "any"}
    assert client.post(url, data).status_code == 302
    lot = tender.lots.get()
    assert (lot.title, lot.countries, lot.all_countries) == ("Maroc", ["MA", "TN"], False)
    assert (lot.all_languages, lot.about_products) == (True, True)
    page = client.get(url).content.decode()
    assert 'value="Morocco, Tunisia"' in page
    assert client.post(url, {"title": "X", "countries": "Nowhere"}).status_code == 422


def test_the_annex_and_the_page_say_where_each_lot_is(client, tender):
    say(tender.lot, tender, all_countries=False)
    by = {"by": tender.person, "at": AT}
    training = tender.add_lot(title="Training", about_products=False, **by)
    training.add_words("Teachers are trained", justification="They teach", **by)
    tender.publish(**by)
    first, second = annex.build(json.loads(bytes(tender.body)), tender.digest).lots
    assert first.lines == ("Countries of use: Kenya, Morocco (at least one of them)",)
    assert second.lines == ("This lot is not about products.",)
    assert first.lines[0] in read(client, tender.get_absolute_url())
    french = {"language": "fr", "countries": BOTH, "languages": []}
    said = annex.lot_lines({"countries": BOTH, "all_countries": True}, french)
    assert list(said) == ["Pays d’utilisation : Kenya, Maroc (chacun)"]
    assert not list(annex.lot_lines({"countries": ["KE"]}, {**french, "countries": ["KE"]}))


def test_a_tender_published_before_lots_had_places_is_read_as_before(tender):
    body = written(tender)
    for lot in body["lots"]:
        for name in ("products", "countries", "languages", "all_countries", "all_languages"):
            del lot[name]
    assert annex.build(body).lots[0].lines == ()
    assert not version_diff.changes(body, written(tender))


def test_the_next_version_takes_the_places_over_and_says_what_changed(client, tender):
    say(tender.lot, tender, countries=["KE"], all_languages=False)
    tender.publish(by=tender.person, at=AT)
    again = amend(tender, by=tender.person, at=AT, reason="More countries")
    lot = again.lots.get()
    assert (lot.countries, lot.all_languages) == (["KE"], False)
    say(lot, tender, countries=[], all_languages=True)
    made = version_diff.changes(written(tender), written(again))
    assert made.lots == {1: {"countries": (["KE"], None), "all_languages": (False, True)}}
    client.force_login(tender.person)
    page = read(client, reverse("tender-publish", args=[again.reference]))
    assert '<del dir="auto">Kenya</del>→<ins dir="auto">as the tender says</ins>' in page
