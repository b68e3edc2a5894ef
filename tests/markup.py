"""Markup of a page, however its template lays it out."""

import re


def tight(page):
    """Without white space beside tags, and with single spaces elsewhere."""
    return re.sub(r" ?([<>]) ?", r"\1", " ".join(page.split()))
