"""Pages go out without the indentation of their templates, and say the same."""

import re

from django.template.loader import get_template, render_to_string
from django.urls import reverse

from certcentre.layout import AS_TYPED, without_indentation


def test_a_page_goes_out_without_indentation(client, db):
    page = client.get(reverse("solutions")).content.decode()
    assert re.findall(r"\n[ \t]+<", AS_TYPED.sub("", page)) == []


def test_what_is_shown_as_typed_keeps_its_blanks():
    page = "<p>\n  One\n</p>\n<pre>\n  two</pre>\n  <textarea>\n  three</textarea>\n  <p>"
    shown = "<p>\nOne\n</p>\n<pre>\n  two</pre>\n<textarea>\n  three</textarea>\n<p>"
    assert without_indentation(page) == shown


def test_lines_keep_their_numbers():
    source = get_template("base.html").template.source
    with open(get_template("base.html").origin.name, encoding="utf-8") as file:
        assert source.count("\n") == file.read().count("\n")


def test_a_template_of_an_app_is_found_too():
    assert "form" in render_to_string("django_filters/rest_framework/form.html", {})
