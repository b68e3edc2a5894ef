"""What a reader sees when something is not there, not theirs, or refused."""

import re

from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import path

from certcentre import urls
from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from certcentre.operator_log import formatter
from tests import make


def refuse(request):
    raise NotReady("Say why 1.2.2 does not apply.")


def fail(request):
    raise RuntimeError(f"told to fail by {request.GET}")


refuse.login_required = fail.login_required = False


class Failing:
    """The portal's addresses and two that go wrong."""

    handler404, handler500 = urls.handler404, urls.handler500
    urlpatterns = [
        path("refuse/", refuse),
        path("fail/", fail),
        path("api/v1/fail/", fail),
        *urls.urlpatterns,
    ]


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


def keep_then_fail(request):
    make.user("kept")
    raise RuntimeError


keep_then_fail.login_required = False


class KeepingThenFailing:
    handler500 = urls.handler500
    urlpatterns = [path("step/", keep_then_fail)]


def test_a_step_that_fails_half_way_is_not_said_to_have_changed_nothing(client, db):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=KeepingThenFailing):
        answer = client.post("/step/")
    assert User.objects.exists()
    assert "nothing was changed" not in answer.text
    assert "We cannot tell whether your step was taken" in answer.text


def written(caplog):
    """The lines on mistakes, as they go to stderr."""
    mistakes = [line for line in caplog.records if line.name == "certcentre.errors"]
    return [formatter("json").format(line) for line in mistakes]


def test_a_mistake_of_ours_is_written_down_under_the_number_on_the_page(client, caplog):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Failing):
        page = client.get("/fail/?name=Ada").text
        told = client.get("/api/v1/fail/").json()
    lines = written(caplog)
    numbers = [re.search(r"under number (\w{12})", page)[1], told["instance"].rpartition(":")[2]]
    assert [number in line for number, line in zip(numbers, lines, strict=True)] == [True, True]
    assert "in fail" in lines[0]
    assert "RuntimeError" in lines[0]
    assert told["status"] == 500


def test_what_is_written_down_of_a_mistake_names_nobody(client, caplog):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF=Failing):
        client.get("/fail/?name=Ada", headers={"referer": "http://testserver/?name=Ada"})
    lines = written(caplog)
    assert "fail/" in lines[0]
    assert "Ada" not in lines[0]


def test_the_line_goes_to_stderr_where_nothing_is_set():
    names = settings.LOGGING["root"]["handlers"]
    kinds = {settings.LOGGING["handlers"][name]["class"] for name in names}
    assert kinds == {"logging.StreamHandler"}


def test_a_form_open_too_long_is_explained(db):
    page = render_to_string("403_csrf.html", request=RequestFactory().get("/"))
    assert "open too long" in page
