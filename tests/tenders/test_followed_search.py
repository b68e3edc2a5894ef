"""A search that is followed: what comes to match it, once, whatever the number of followers."""

import pytest
from django.core import mail
from django.http import QueryDict

from certcentre.desk.models import Notice
from certcentre.desk.notices import send_notices
from certcentre.log.models import LogEntry
from standards.assessment import standings
from standards.assessment.solutions import Release, Solution
from standards.registry.matching.state import process
from tenders import followed_search
from tenders.followed_search import FollowedSearch, in_one_order
from tenders.following import Follow, follow, following
from tests import make
from tests.make.moment import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """Who follows the products that count."""
    make.listed("Numbers", summary="Counting")
    person = make.user("reader")
    follow(make.search("q=counting"), by=person, at=AT, name="“counting”")
    return person


def matched():
    return LogEntry.objects.filter(step="search.matched").count()


def test_the_same_question_is_one_search_however_it_is_typed():
    typed = (
        "q=counting&country=KE",
        "country=KE&q=counting&page=3&sort=new",
        "q= counting &country=KE&need=",
    )
    assert len({in_one_order(QueryDict(each)) for each in typed}) == 1
    assert make.search(typed[0]) == make.search(typed[1])


def test_what_matched_before_is_no_news_and_what_comes_is_told_once(reader):
    followed_search.look(at=AT)
    assert matched() == 0
    make.listed("More numbers", summary="Counting on")
    make.listed("Letters", summary="Spelling")
    for _twice in range(2):
        followed_search.look(at=AT)
        send_notices(at=AT)
    (line,) = Notice.objects.of(reader)
    assert line.title == "1 product came to match your search: More numbers"
    (sent,) = (each for each in mail.outbox if each.to == [reader.email])
    assert "Your search: “counting”" in sent.body
    assert Solution.objects.get(name="More numbers").get_absolute_url() in sent.body


def test_a_product_that_goes_and_comes_back_is_no_news(reader):
    product = make.listed("More numbers", summary="Counting on")
    followed_search.look(at=AT)
    for status in (Release.Status.HELD, Release.Status.CLEAR):
        Release.objects.filter(pk=product.current_release_id).update(status=status)
        standings.touch([product.current_release_id])
        followed_search.look(at=AT)
    assert matched() == 1


def test_what_is_held_never_comes_to_match(reader):
    product = make.listed("Secret numbers", summary="Counting")
    Release.objects.filter(pk=product.current_release_id).update(status=Release.Status.HELD)
    standings.touch([product.current_release_id])
    followed_search.look(at=AT)
    assert matched() == 0


def test_what_is_held_before_anybody_was_told_is_not_told(reader):
    product = make.listed("Secret numbers", summary="Counting")
    followed_search.look(at=AT)
    assert matched() == 1
    Release.objects.filter(pk=product.current_release_id).update(status=Release.Status.HELD)
    send_notices(at=AT)
    assert not Notice.objects.of(reader)


def test_it_lists_what_the_feed_lists(reader, client):
    for number in range(3):
        make.listed(f"Numbers {number}", summary="Counting")
        followed_search.look(at=AT)
    feed = client.get("/feeds/matching.atom?q=counting").content.decode()
    search = FollowedSearch.objects.get()
    seen = int.from_bytes(search.seen, "little")
    assert seen.bit_count() == feed.count("<entry>") == 4


def test_equal_searches_are_asked_once(reader, django_assert_max_num_queries):
    """A thousand who follow it cost as one does."""
    counts, search = [], FollowedSearch.objects.get()
    for number in (1, 1000):
        people = type(reader).objects.bulk_create(
            type(reader)(email=f"p{number}-{each}@example.org") for each in range(number)
        )
        Follow.objects.bulk_create(Follow(search=search, person=each, since=AT) for each in people)
        make.listed(f"Numbers {number}", summary="Counting")
        with django_assert_max_num_queries(40) as statements:
            followed_search.look(at=AT)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert matched() == 2


def test_nothing_is_asked_where_nothing_changed(reader, django_assert_num_queries):
    followed_search.look(at=AT)
    with django_assert_num_queries(4):
        followed_search.look(at=AT)
    assert matched() == 0


def test_whoever_comes_back_to_a_search_hears_nothing_of_meanwhile(reader):
    search = FollowedSearch.objects.get()
    following(search, reader).end_for(reader, at=AT)
    make.listed("More numbers", summary="Counting on")
    followed_search.look(at=AT)
    follow(make.search("q=counting"), by=reader, at=AT)
    process.forget()
    followed_search.look(at=AT)
    assert matched() == 0
