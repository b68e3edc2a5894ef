"""Small sentences that many pages share are so: what was kept, where one is, what comes next."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse

from tests import make


class Typed(forms.Form):
    name = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput, required=False)


class Handed(forms.Form):
    name = forms.CharField()
    file = forms.FileField(required=False)


def problem(form):
    return " ".join(render_to_string("components/problem.html", {"form": form}).split())


def test_what_no_browser_keeps_is_not_said_to_be_kept():
    file = {"file": SimpleUploadedFile("a.txt", b"a")}
    assert "no password: type it again" in problem(Typed({}))
    assert "no file: choose it again" in problem(Handed({}, file))
    assert "Everything you wrote was kept." in problem(Handed({}, {}))


def test_a_step_called_verify_does_not_mark_the_page_of_that_name(client, centre, db):
    waiting = make.organisation(verified=False)
    client.force_login(centre.officer)
    marked = re.compile(r'href="/verify/" aria-current')
    address = reverse("organisation-verify", args=[waiting.pk])
    assert not marked.search(client.get(address).content.decode())
    assert marked.search(client.get("/verify/").content.decode())


def test_an_auditor_is_led_to_its_own_accreditation_or_told_how_to_get_one(client, db):
    new, body = make.organisation("auditor"), make.body()
    granted = make.accreditation(body)
    for person, words in (
        (new.person, "Write to it which standards"),
        (body.person, granted.number),
    ):
        client.force_login(person)
        page = client.get("/work/").content.decode()
        assert words in page
        assert 'href="/accreditations/"' not in page


@pytest.mark.parametrize(("make_new", "words"), [(True, "Cancel"), (False, "Leave it as it is")])
def test_what_is_not_there_yet_cannot_be_left_as_it_is(client, provider, make_new, words):
    release = make.release(provider)
    client.force_login(provider.person)
    new = reverse("release-new", args=[release.solution_id])
    there = reverse("solution-withdraw", args=[release.solution_id])
    page = client.get(new if make_new else there).content.decode()
    assert words in page
    assert page.count("Leave it as it is") == (not make_new)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("provider", "declare what they meet"),
        ("auditor", "accredits you next"),
        ("buyer", "publish tenders"),
    ],
)
def test_who_is_verified_reads_what_their_kind_may_do(db, kind, words):
    organisation = make.organisation(kind, verified=False)
    context = {"record": organisation, "person": organisation.person, "url": ""}
    mail = render_to_string("emails/organisation.verified.txt", context)
    assert words in mail
    assert "as your kind" not in mail
