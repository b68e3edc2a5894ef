"""A provider sees which open tenders a release could answer, and what is worth doing next."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tenders.opportunities import outlook, towards
from tests import make
from tests.make.moment import AT
from tests.markup import tight

pytestmark = pytest.mark.django_db


def published(**details):
    return make.tender(status="published", **details)


def release_with(tender, *places, facts=None, level=1):
    claims = {f"{tender.edition.key}:{place}": level for place in places}
    return make.listed(claims=claims, facts=facts).current_release


def test_a_tender_it_could_answer_and_one_it_nearly_could():
    first, second = published(), published(criteria=2)
    release = release_with(first, 1, 2, 3)
    make.claim(release, f"{second.edition.key}:1")
    found = outlook(release, at=AT)
    assert [one.tender for one in found.ready] == [first]
    assert [(one.tender, one.missing) for one in found.near] == [
        (second, (f"{second.edition.key}:2",))
    ]


def test_only_open_tenders_are_looked_at():
    tender = published(deadline=AT + timedelta(days=1))
    make.tender()
    make.tender(status="cancelled")
    release = release_with(tender, 1, 2, 3)
    assert outlook(release, at=AT).of == 1
    assert outlook(release, at=AT + timedelta(days=2)).of == 0


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ({"countries_offered": ["KE"]}, True),
        ({"countries_offered": ["UG"]}, False),
        ({}, None),
    ],
)
def test_where_it_is_offered_is_asked_too(facts, there):
    tender = published(countries=["KE"])
    found = outlook(release_with(tender, 1, 2, 3, facts=facts), at=AT)
    assert [one.there for one in [*found.ready, *found.near]] == [there]
    assert bool(found.ready) is (there is True)


def test_what_alone_opens_a_lot_is_wanted_first():
    one = published()
    two = published(edition=make.asked_edition(criteria=2))
    three = published(edition=two.edition)
    release = release_with(one, 1, 2)  # of the first it lacks one, of the others both
    wanted = [(wish.key, wish.opens, len(wish.tenders)) for wish in outlook(release, at=AT).wanted]
    assert wanted[0] == (f"{one.edition.key}:3", 1, 1)
    assert [row[1:] for row in wanted[1:]] == [(0, 2), (0, 2)]
    assert three.edition == two.edition


def test_the_page_names_what_is_missing(client, provider):
    tender = published(title="Reading for all")
    release = make.listed(organisation=provider).current_release
    client.force_login(provider.person)
    page = client.get(reverse("release-tenders", args=[release.pk])).content.decode()
    assert "Reading for all" in page
    assert "<strong>0 of 1</strong>" in page
    assert "What is worth doing next" in page
    assert f"{tender.edition.criteria.first().title}" in page


def test_statements_do_not_grow(provider, django_assert_num_queries):
    release = make.listed(organisation=provider).current_release
    published()
    with django_assert_num_queries(4):
        outlook(release, at=AT)
    published()
    published()
    with django_assert_num_queries(4) as statements:
        assert outlook(release, at=AT).of == 3
    assert '"body"' not in " ".join(each["sql"] for each in statements)  # bytes nobody reads here


def test_a_provider_reads_beside_a_tender_how_its_products_stand(client):
    tender = published()
    release = release_with(tender, 1, 3)
    client.force_login(release.solution.organisation.person)
    page = client.get(tender.get_absolute_url()).content.decode()
    assert "1 criterion is missing." in page
    assert reverse("release-tenders", args=[release.pk]) in page
    make.claim(release, f"{tender.edition.key}:2")
    assert "It could answer now." in client.get(tender.get_absolute_url()).content.decode()
    client.force_login(make.organisation("provider").person)
    assert "Your products" not in client.get(tender.get_absolute_url()).content.decode()


def test_what_runs_out_before_bids_close_is_said(client):
    tender = published(deadline=timezone.now() + timedelta(days=60))
    release = release_with(tender, 1, 2, 3)
    soon = timezone.now() + timedelta(days=30)
    release.claims.filter(criterion__ref="2").update(valid_until=soon)
    client.force_login(release.solution.organisation.person)
    page = tight(client.get(tender.get_absolute_url()).content.decode())
    assert "It could answer now. 1 criterion runs out before bids close." in page


def test_beside_a_tender_the_statements_do_not_grow(django_assert_num_queries):
    tender = published(deadline=AT + timedelta(days=60))
    release = release_with(tender, 1)
    owner = release.solution.organisation
    for _ in range(2):
        with django_assert_num_queries(5):
            found = towards(tender, owner.person, at=AT)
        assert [chances[0].counted for _, chances in found] == [3] * len(found)
        make.listed(organisation=owner, claims={f"{tender.edition.key}:2": 1})
    assert len(towards(tender, owner.person, at=AT)) == 3
    assert towards(tender, tender.person, at=AT) == []


def test_what_is_left_out_of_the_list_is_counted_and_the_rest_stands_as_asked():
    tender = published(criteria=23)
    found = outlook(release_with(tender), at=AT)
    assert [wish.key for wish in found.wanted[8:11]] == [
        f"{tender.edition.key}:{place}" for place in (9, 10, 11)
    ]
    assert (len(found.wanted), found.more) == (20, 3)
