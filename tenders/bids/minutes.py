"""The minutes of a tender: of its opening, each time that forms were brought, who was invited."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext

from certcentre.lifecycle import disagrees
from certcentre.log.models import LogEntry, digest, same
from certcentre.zones import written
from tenders.bids.bid import Bid
from tenders.bids.bringing import Bringing
from tenders.bids.opening import Opening
from tenders.export.printed import Part, Table, plain
from tenders.invitee import Invitee
from tenders.invitee import as_logged as invited_as_logged
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


def invited(tender: Tender) -> Iterator[Part]:
    """Whom the buyer invited, why, and what each did; nothing where nobody was. For a document that
    is read once bids are. Refused where the log contradicts one of them. Three statements."""
    invitees = list(Invitee.objects.on(tender).told())
    if not invitees:
        return
    if not invited_as_logged(invitees):
        raise disagrees(tender.reference)
    bids = set(Bid.objects.on(tender).read().values_list("organisation", flat=True))
    rows = []
    for each in invitees:
        answer = gettext("Bid") if each.organisation_id in bids else gettext("No bid")
        if each.status == Invitee.Status.DECLINED:
            answer = ": ".join(filter(None, (gettext("Will not bid"), each.declined_because)))
        told = written(each.invited_at, tender.zone, tender.language) if each.invited_at else ""
        rows.append((each.organisation.name, each.reason, told, answer))
    head = (gettext("Provider"), gettext("Why"), gettext("Invited"), gettext("What it did"))
    yield Part(gettext("Invited providers"), table=Table(head, (24, 34, 22, 20), plain(rows)))
