"""A page that there is not is named, and the first is shown: one rule for every list."""

import pytest
from django.core.paginator import Page

from certcentre.paging import Numbered, Told
from tests import make

pytestmark = pytest.mark.django_db
THERE_IS_NONE = ["-1", "0", "999999", "abc", "1.5", "9" * 400, "\x00"]


def text(client, address, **query):
    return " ".join(client.get(address, query).content.decode().split())


@pytest.mark.parametrize("asked", THERE_IS_NONE)
@pytest.mark.parametrize("pages", [Numbered, Told])
def test_what_there_is_not_is_the_first_and_says_so(pages, asked):
    page = pages(range(30), 10).get_page(asked)
    assert (page.number, page.unknown) == (1, asked[:20])


@pytest.mark.parametrize(("asked", "number"), [(None, 1), ("", 1), ("1", 1), ("3", 3)])
def test_what_there_is_says_nothing(asked, number):
    page: Page = Numbered(range(30), 10).get_page(asked)
    assert page.number == number
    assert not hasattr(page, "unknown")


@pytest.mark.parametrize("address", ["/solutions/", "/tenders/", "/auditors/"])
@pytest.mark.parametrize("asked", ["-1", "0", "999999", "<b>"])
def test_the_lists_say_so(client, provider, address, asked):
    make.listed(organisation=provider)
    shown = asked.replace("<", "&lt;").replace(">", "&gt;")
    words = f"There is no page “{shown}” of this list; it has 1."
    assert words in text(client, address, page=asked)
    assert "There is no page" not in text(client, address, page="1")
