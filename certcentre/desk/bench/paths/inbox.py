"""What reading an inbox may cost, however long it is."""

from django.urls import reverse

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.steps import ORGANISATION_VERIFIED
from certcentre.desk.bench.measuring import Ground, Measured, Row
from certcentre.desk.models import Notice
from certcentre.log.models import LogEntry, entry
from certcentre.steps import matters

LINES = 10_000
BATCH = 1000


def reader(ground: Ground) -> User:
    """A provider's manager who was told so often of their organisation; made once."""
    if "inbox" not in ground.kept:
        by = User.objects.create_user("inbox@example.org", name="Example Reader")
        fields = {"country": "KE", "register_number": "I-1", "size": "small"}
        own = Organisation.register(
            by=by, at=ground.at, kind="provider", name="Example Benchmark House", **fields
        )
        names = list(matters())
        for start in range(0, LINES, BATCH):
            rows = [entry(own, ORGANISATION_VERIFIED, by=None, at=ground.at) for _n in range(BATCH)]
            Notice.objects.bulk_create(
                Notice(
                    entry=row,
                    recipient=by,
                    matter=names[(start + place) % len(names)],
                    title=f"Example Benchmark House is verified, line {start + place}",
                    read_at=ground.at if place % 3 else None,
                )
                for place, row in enumerate(LogEntry.objects.bulk_create(rows))
            )
        ground.kept["inbox"] = by
    reader: User = ground.kept["inbox"]
    return reader


def first_page(ground: Ground) -> Measured:
    return ground.page(reverse("inbox"), by=reader(ground))


def last_page(ground: Ground) -> Measured:
    return ground.page(f"{reverse('inbox')}?page=last", by=reader(ground))


def with_words(ground: Ground) -> Measured:
    return ground.page(f"{reverse('inbox')}?q=line+99&unread=1", by=reader(ground))


ROWS = [
    Row("inbox of 10,000 lines", first_page, seconds=0.25, statements=24),
    Row("inbox of 10,000 lines, its last page", last_page, seconds=0.25, statements=24),
    Row("words in an inbox of 10,000 lines", with_words, seconds=0.25, statements=24),
]
