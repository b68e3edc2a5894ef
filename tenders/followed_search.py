"""A search of the register that people follow, and the products that came to match it since.

It is asked by the timers, once for all who follow it, and only after something changed that the
register shows. What matches is what the register lists: the filters are the same.
"""

import hashlib
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.lifecycle import NotReady
from certcentre.log.models import LogEntry, detail_of, record, stored
from certcentre.search.models import Turn
from standards.assessment.solutions import Solution
from standards.assessment.standings import Clock
from standards.registry.search.filters import SolutionFilter
from standards.registry.search.wanted import among
from tenders.steps import SEARCH_MATCHED

LONGEST = 500  # letters of an address's question
NAMED = 20  # products that one line names
AT_ONCE = 500  # searches that one round asks, those that waited longest first


class FollowedSearchQuerySet(models.QuerySet["FollowedSearch"]):
    def followed(self) -> Self:
        """Those that somebody follows now."""
        return self.filter(follows__isnull=False, follows__ended_at=None).distinct()

    def asked(self, given: QueryDict) -> Self:
        """The one of this address, where somebody ever followed it."""
        return self.filter(key=key_of(in_one_order(given)))


class FollowedSearch(models.Model):
    """One way to narrow the register, with the releases that its followers know of."""

    key = models.CharField(max_length=64, unique=True)  # SHA-256 of the query, hexadecimal
    query = models.CharField(max_length=LONGEST)  # in one order, without what only sorts
    seen = models.BinaryField(default=b"")  # places of releases that matched at some look, as bits
    looked_to = models.CharField(max_length=60)  # the numbers of the last changes it counts
    looked_at = models.DateTimeField()

    objects = FollowedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search that somebody follows")

    def __str__(self) -> str:
        return self.query

    def get_absolute_url(self) -> str:
        return f"{reverse('solutions')}?{self.query}"

    @classmethod
    def of(cls, given: QueryDict, *, at: datetime) -> "FollowedSearch":
        """The search of this address. Who begins to follow it knows what matches now; NotReady
        where it narrows nothing or cannot be read."""
        query = in_one_order(given)
        if not query or len(query) > LONGEST:
            raise NotReady(gettext("Choose or type first what the register is to be narrowed by."))
        numbers, members = changes(), matching(query, at=at)
        looked: Any = {"seen": as_bytes(members), "looked_to": numbers, "looked_at": at}
        asked: Any = {"query": query, **looked}
        search, new = cls.objects.get_or_create(key=key_of(query), defaults=asked)
        if not new and not cls.objects.followed().filter(pk=search.pk).exists():
            cls.objects.filter(pk=search.pk).update(**looked)
        return search

    def look(self, numbers: str, *, at: datetime) -> None:
        """Say what came to match since the last look; each release once."""
        members, seen = matching(self.query, at=at), int.from_bytes(self.seen, "little")
        if news := members & ~seen:
            products = among(Solution.objects.listed(), news).order_by("name", "pk")
            keys = [str(key) for key in products.values_list("pk", flat=True)[:NAMED]]
            detail = {"number": news.bit_count(), "solutions": keys}
            record(self, SEARCH_MATCHED, by=None, at=at, detail=detail)
        looked: Any = {"seen": as_bytes(members | seen), "looked_to": numbers, "looked_at": at}
        FollowedSearch.objects.filter(pk=self.pk).update(**looked)


def in_one_order(given: QueryDict) -> str:
    """What narrows the register, written alike by whoever asks for the same."""
    names = sorted(SolutionFilter.base_filters.keys() - {"sort"})
    asked = QueryDict(mutable=True)
    for name in names:
        if values := [value.strip() for value in given.getlist(name) if value.strip()]:
            asked.setlist(name, sorted(set(values)))
    return asked.urlencode()


def key_of(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()


def matching(query: str, *, at: datetime) -> int:
    """The places of the releases that match now; NotReady where it cannot be read."""
    filtered = SolutionFilter(QueryDict(query), Solution.objects.listed(), at=at)
    if filtered.errors:
        raise NotReady(*(str(words) for errors in filtered.errors.values() for words in errors))
    filtered.qs  # noqa: B018 (what is wanted is known once the rows are narrowed)
    return filtered.members(filtered.wanted)


def as_bytes(members: int) -> bytes:
    return members.to_bytes((members.bit_length() + 7) // 8, "little")


def changes() -> str:
    """The numbers that change with what a search shows. Two statements."""
    clock = Clock.objects.filter(pk=Clock.ONLY).values_list("value", flat=True).first()
    return f"{clock or 0}/{Turn.now()}"


def look(*, at: datetime) -> None:
    """Ask the searches that are followed, where something changed since they were asked."""
    followed = FollowedSearch.objects.followed()
    if not followed.exists():
        return
    numbers = changes()
    due = followed.exclude(looked_to=numbers).order_by("looked_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            search = FollowedSearch.objects.select_for_update().get(pk=pk)
            try:
                search.look(numbers, at=at)
            except NotReady:  # of a value that the catalogue has no more: nothing matches
                FollowedSearch.objects.filter(pk=pk).update(looked_to=numbers, looked_at=at)


def products_of(entry: LogEntry) -> tuple[int, list[Solution]]:
    """How many came to match, and those that the line names, as far as they are listed now."""
    detail = detail_of(stored(entry.body))
    listed = Solution.objects.listed().filter(pk__in=detail["solutions"])
    return detail["number"], list(listed.select_related("organisation").order_by("name", "pk"))
