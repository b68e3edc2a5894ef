"""Where a record or a page is; empty where nothing shows it."""

from django.db.models import Model
from django.urls import NoReverseMatch, reverse


def of(record: Model) -> str:
    """The page of a record."""
    try:
        return str(record.get_absolute_url())  # type: ignore[attr-defined]
    except NoReverseMatch:
        return ""


def named(name: str) -> str:
    """The page of this name."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
