"""What a reader sees when something is not there, not theirs, or refused."""

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import path

from certcentre import urls
from certcentre.lifecycle import NotReady
from tests import make


def refuse(request):
    raise NotReady("Say why 1.2.2 does not apply.")


def fail(request):
    raise RuntimeError("told to fail")


refuse.login_required = fail.login_required = False


class Failing:
    """The portal's addresses and two that go wrong."""

    urlpatterns = [path("refuse/", refuse), path("fail/", fail), *urls.urlpatterns]


def test_a_page_that_is_not_there_is_the_same_bytes_each_time(client, db):
    client.force_login(make.user())
    first, second = client.get("/nothing/1/"), client.get("/nothing/2/")
    assert first.status_code == 404
    assert first.content == second.content
    assert b"csrf" not in first.content


def test_a_page_that_is_not_there_leads_back(client, db):
    assert 'href="/"' in client.get("/nothing/").text


def test_a_message_waits_past_a_page_that_is_not_there(rf, db):
    request = rf.get("/")
    request._messages = [Message(constants.SUCCESS, "Saved")]
    page = render_to_string("404.html", {"user": make.user(), "messages": request._messages})
    assert "Saved" not in page


def test_a_refused_step_says_why_and_that_nothing_changed(client, db):
    with override_settings(ROOT_URLCONF=Failing):
        answer = client.get("/refuse/")
    assert answer.status_code == 409
    assert "Say why 1.2.2 does not apply." in answer.text


def test_a_refused_step_leads_back_to_its_record(client, db):
    engagement = make.engagement("examining")
    client.force_login(engagement.body.person)
    record, address = engagement.get_absolute_url(), f"{engagement.get_absolute_url()}examine/"
    for came in ("", f"http://testserver{address}", "http://else.example/x/"):
        answer = client.post(address, headers={"Referer": came})
        assert answer.status_code == 409
        assert f'href="{record}"' in answer.text
        assert "else.example" not in answer.text
    came = "http://testserver/engagements/?show=%22%3E"
    answer = client.post(address, headers={"Referer": came})
    assert 'href="/engagements/?show=%22%3E"' in answer.text


def test_a_mistake_of_ours_has_a_page_that_needs_nothing(client, settings):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Failing):
        answer = client.get("/fail/")
    assert answer.status_code == 500
    assert "nothing was changed" in answer.text


def test_a_form_open_too_long_is_explained(db):
    page = render_to_string("403_csrf.html", request=RequestFactory().get("/"))
    assert "open too long" in page
