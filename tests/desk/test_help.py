"""Help: true addresses, one heading, and nothing there that is not there."""

import re

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from certcentre.desk import help as help_pages
from certcentre.desk.help import PAGES
from tests.test_access import names

pytestmark = pytest.mark.alike

TEMPLATES = settings.BASE_DIR / "templates" / "help"
COMING = {  # addresses that help already speaks of and that are still being built
    "api-docs",
    "applies",
    "assessments",
    "auditors",
    "engagements",
    "held",
    "standards",
    "verify",
}


def named(template):
    """The names of addresses that a template sends its reader to."""
    return set(re.findall(r'(?:{% url |\bto=)"([\w:-]+)"', template.read_text()))


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_has_its_title_as_its_one_heading(slug, client, db):
    text = client.get(reverse("help-page", args=[slug])).content.decode()
    headings = re.findall(r"<h1>(.*?)</h1>", text)
    assert headings == [str(PAGES[slug].title)]


def test_the_first_page_leads_to_every_other(client, db):
    text = client.get(reverse("help")).content.decode()
    assert all(f'href="{reverse("help-page", args=[slug])}"' in text for slug in PAGES)


def test_an_unknown_page_is_not_found(client, db):
    assert client.get("/help/nonsense/").status_code == 404


def test_every_help_page_is_in_the_list():
    whole = {path.stem for path in TEMPLATES.glob("*.html") if path.stem[0] != "_"}
    assert whole == set(PAGES)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.stem)
def test_help_sends_nobody_to_an_address_that_is_not_there(path):
    assert named(path) - set(names(get_resolver())) - COMING == set()


@pytest.mark.parametrize("slug", ["terms", "privacy", "accessibility"])
def test_a_page_of_duties_says_who_runs_the_portal(slug, client, centre):
    assert centre.name in client.get(reverse("help-page", args=[slug])).content.decode()


def test_how_bids_are_scored_is_said_with_the_numbers_that_count(client, monkeypatch, db):
    monkeypatch.setattr(help_pages, "HIGHEST", 9)
    monkeypatch.setattr(help_pages, "APART", 7)
    page = " ".join(client.get("/help/buyer/").text.split())
    for words in ("from 0 to 9 with a reason", "scored by people from 0 to 9", "by more than 7"):
        assert words in page
