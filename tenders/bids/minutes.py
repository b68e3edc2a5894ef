"""The minutes of a tender: of its opening, and of each time that forms were brought."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext

from certcentre.log.models import LogEntry, digest, same
from tenders.bids.bringing import Bringing
from tenders.bids.opening import Opening
from tenders.tender import Tender


class Minutes(NamedTuple):
    """`content`: what stands in them; empty where the log holds something else."""

    title: str
    digest: str
    content: dict[str, Any]

    @property
    def names(self) -> list[str]:
        """Of the two people."""
        return list(self.content["by"])

    def at(self, step: str) -> datetime:
        """When it was `opened` or `confirmed`."""
        return datetime.fromisoformat(self.content[step])


def of_opening(tender: Tender) -> list[Minutes]:
    """Of the opening, once it was held. Two statements."""
    rows = list(Opening.objects.filter(tender=tender, status=Opening.Status.HELD))
    return as_logged(rows, gettext("Minutes of the opening"))


def of_brought(tender: Tender) -> list[Minutes]:
    """Of what was brought and confirmed, in order. Two statements."""
    rows = list(Bringing.objects.on(tender).filter(status=Bringing.Status.CONFIRMED))
    return as_logged(rows, gettext("Forms that were brought"))


def as_logged(rows: Sequence[Opening | Bringing], title: str) -> list[Minutes]:
    """As far as the log holds them so; an alarm where not. One statement."""
    kept = LogEntry.objects.digests(rows) if rows else {}
    return [
        Minutes(title, row.digest, row.content if same(row, is_kept(row, kept)) else {})
        for row in rows
    ]


def is_kept(row: Opening | Bringing, kept: dict[str, str]) -> bool:
    return digest(row.body or b"") == kept.get(str(row.pk)) == row.digest
