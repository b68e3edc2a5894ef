"""Markup of a page, however its template lays it out."""

import re
from html import unescape


def tight(page):
    """Without white space beside tags, and with single spaces elsewhere."""
    return re.sub(r" ?([<>]) ?", r"\1", " ".join(page.split()))


def text(page):
    """What an answer says, without its markup and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())
