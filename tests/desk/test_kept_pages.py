"""Pages are kept by what they show: exact, each visitor's own, and nobody else's."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import reverse

from certcentre.desk import kept_pages
from certcentre.desk.kept_pages import KeptPages, Page, changes, page_of
from certcentre.log.models import LogEntry
from certcentre.log.sequencer import sequence
from certcentre.search.models import Turn
from standards.assessment import standings
from tests import make
from tests.make.attestation import holder
from tests.make.log import entries

NAME = "Ana of the north"


@pytest.fixture(autouse=True)
def kept(settings, monkeypatch):
    """They are kept, and no minute passes in a test."""
    settings.KEPT_PAGES = True
    monkeypatch.setattr(kept_pages, "MINUTE", 10**12)
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def certificate(db):
    return make.certificate()


def page(certificate, **headers):
    return Client().get(reverse("certificate", args=[certificate.number]), headers=headers)


def suspend(certificate, at):
    certificate.suspend(by=holder(certificate.body, "decider"), at=at, reason="A flaw was found.")


def test_the_second_visitor_costs_one_statement(certificate, django_assert_num_queries):
    first = page(certificate)
    with django_assert_num_queries(1):
        second = page(certificate)
    assert second.content == first.content
    assert certificate.number in second.text


def test_a_page_goes_out_compressed_where_the_browser_takes_it(certificate):
    plain = page(certificate)
    for accepted in ("gzip, br", "br;q=1, gzip;q=0.5"):
        zipped = page(certificate, accept_encoding=accepted)
        assert zipped["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.content) == plain.content
        assert int(zipped["Content-Length"]) == len(zipped.content) < len(plain.content) / 3
    assert "Content-Encoding" not in plain
    assert "Content-Encoding" not in page(certificate, accept_encoding="gzip;q=0, br")
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(plain["Vary"].split(", "))


def test_whoever_has_it_is_not_sent_it_again_until_it_changes(certificate, at):
    etag = page(certificate)["ETag"]
    assert page(certificate, if_none_match=etag).status_code == 304
    suspend(certificate, at)
    assert page(certificate, if_none_match=etag).status_code == 200


def test_what_a_step_changes_is_seen_by_the_next_visitor(certificate, at):
    assert "Valid today" in page(certificate).text
    suspend(certificate, at)
    assert "Suspended: do not rely on it now" in page(certificate).text


def test_pages_kept_without_numbers_would_not_show_it(certificate, at, monkeypatch):
    """The control."""
    monkeypatch.setattr(kept_pages, "changes", lambda: (1,))
    page(certificate)
    suspend(certificate, at)
    assert "Valid today" in page(certificate).text


def step():
    make.organisation("provider")


STEPS = {
    "an entry of the log that waits for its place": step,
    "an entry that is given its place": sequence,
    "the clock of standings": standings.next_number,
    "the turn of the index": Turn.take,
}


@pytest.mark.parametrize("act", STEPS.values(), ids=STEPS)
def test_each_change_is_a_number(act, db):
    step()
    before = changes()
    act()
    assert changes() != before


def test_an_entry_with_a_lower_number_that_comes_later_is_seen(db):
    """As when a transaction that began first ends last: the highest id alone would not tell."""
    first, _last = entries(2)
    LogEntry.objects.filter(pk=first.pk).delete()
    before = changes()
    first.save(force_insert=True)
    assert changes() != before


def test_visitors_with_another_language_colour_or_question_have_pages_of_their_own(db):
    pages = {
        name: Client(headers=headers).get(address).text
        for name, headers, address in [
            ("plain", {}, "/standards/"),
            ("french", {"accept-language": "fr"}, "/standards/"),
            ("french by cookie", {"cookie": "django_language=fr; theme=dark"}, "/standards/"),
            ("dark", {"cookie": "theme=dark"}, "/standards/"),
            ("question", {}, "/standards/?domain=security"),
        ]
    }
    assert len(set(pages.values())) == len(pages)
    assert 'lang="fr"' in pages["french"]
    assert 'data-theme="dark"' in pages["dark"]


@pytest.fixture
def person(db):
    person = make.user("ana")
    type(person).objects.filter(pk=person.pk).update(name=NAME)
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("first", ["visitor", "person"])
def test_whoever_is_signed_in_gets_no_shared_page_and_leaves_none(first, person, client):
    clients = {"visitor": client, "person": person}
    order = [first, *(clients.keys() - {first})] * 2
    for who in order:
        got = clients[who].get("/standards/")
        assert (NAME in got.text) == (who == "person")
        assert ("no-store" in got["Cache-Control"]) == (who == "person")


def test_without_a_look_at_the_session_and_the_answer_one_would_leave_theirs(
    person, client, monkeypatch
):
    """The control."""
    plain = kept_pages.key_of

    def careless(request):
        cookies, request.COOKIES = request.COOKIES, {}
        key, request.COOKIES = plain(request), cookies
        return key

    def anything(_request, answer):
        return Page({"ETag": "W/1"}, gzip.compress(answer.content))

    monkeypatch.setattr(kept_pages, "key_of", careless)
    monkeypatch.setattr(kept_pages, "page_of", anything)
    person.get("/standards/")
    assert NAME in client.get("/standards/").text


def test_an_answer_that_is_one_visitors_is_not_kept(rf):
    request = rf.get("/")
    assert page_of(request, HttpResponse("the same for all"))
    with_cookie = HttpResponse()
    with_cookie.set_cookie("own", "1")
    private = HttpResponse(headers={"Cache-Control": "private"})
    for answer in (with_cookie, private, HttpResponse(status=404), HttpResponse(status=429)):
        assert page_of(request, answer) is None
    get_token(request)
    assert page_of(request, HttpResponse("a form with a token")) is None


def test_a_page_that_is_not_there_yet_is_not_remembered_as_missing(certificate):
    address = reverse("certificate", args=["CC-2026-000999"])
    assert Client().get(address).status_code == 404
    type(certificate).objects.filter(pk=certificate.pk).update(number="CC-2026-000999")
    assert Client().get(address).status_code == 200


def test_of_many_who_ask_at_once_one_has_it_made(rf, transactional_db):
    made, ready = [], Barrier(8)

    def view(request):
        made.append(request)
        return HttpResponse("made")

    def ask(_number):
        ready.wait()
        return KeptPages(view)(rf.get("/standards/")).content

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers == [b"made"] * 8
    assert len(made) == 1


def test_an_address_of_any_length_is_answered(client, db):
    assert client.get("/standards/?q=" + "x" * 5000).status_code == 200


@pytest.mark.parametrize("name", ["theme", "set_language"])
def test_switches_need_no_token_and_take_nothing_from_another_site(name, db):
    """So pages hold none, and are the same for every visitor."""
    client = Client(enforce_csrf_checks=True)
    sent = {"theme": "dark", "language": "fr"}
    assert client.post(reverse(name), sent, headers={"sec-fetch-site": "same-origin"}).url == "/"
    assert client.post(reverse(name), sent).status_code == 302
    for site in ("cross-site", "same-site"):
        refused = client.post(reverse(name), sent, headers={"sec-fetch-site": site})
        assert refused.status_code == 403
