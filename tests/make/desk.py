"""Lines of inboxes."""

from django.http import QueryDict

from certcentre.desk.models import Notice
from certcentre.desk.notices import lines
from certcentre.log.models import LogEntry, record
from certcentre.steps import matter_of
from tenders.followed_search import FollowedSearch
from tests.make.moment import AT


def told(person, step, about, *, at=AT, **given):
    """A line on a step that was taken on a record, without a mail."""
    entry = record(about, step, by=None, at=at)
    words = {"matter": matter_of(step), "title": f"{step} of {about}"}
    return Notice.objects.create(recipient=person, entry=entry, **(words | given))


def planned(*, at=AT):
    """Every line of whatever was done so far, as the portal would write it."""
    rows = [row for entry in LogEntry.objects.order_by("pk") for row in lines(entry, at=at)]
    return Notice.objects.bulk_create(rows, ignore_conflicts=True)


def search(query, *, at=AT):
    """A search of the register, as somebody begins to follow it."""
    return FollowedSearch.of(QueryDict(query), at=at)
