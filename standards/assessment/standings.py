"""Standings: what counts of each release, in one row that many may read at once.

A change takes the rows in the order of releases, then writes claims, reads what counts, takes the
next number of the clock and writes the rows (rule R46). The clock's row stays locked to
the end of the transaction, so numbers become visible in their order: who has read all up to one
number has missed nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from standards.assessment.standing_bytes import proven

Levels = tuple[bytes, datetime | None]  # the bytes, and when time alone may change them


class Clock(models.Model):
    """One row: the number of the last change of any standing."""

    ONLY = 1

    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("clock")

    def __str__(self) -> str:
        return str(self.value)


class Standing(models.Model):
    """How one release stands: a byte for each criterion (see `standing_bytes.py`).

    Its key is the release's place in the sets that matching counts with.
    """

    release = models.OneToOneField(
        "standards.Release", on_delete=models.CASCADE, related_name="standing"
    )
    levels = models.BinaryField(default=b"")
    proven = models.PositiveBigIntegerField(default=0)  # `levels.proven()`, to order by
    version = models.PositiveBigIntegerField(default=0, db_index=True)
    next_change = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = _("standing")
        indexes = [models.Index(fields=["-proven", "id"], name="standing_proven")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.version}"


def lock(releases: Iterable[UUID]) -> dict[UUID, int]:
    """Take the rows of these releases in the order of their keys; the rows' keys by release.

    A release that came without a row, as from a backup of an older portal, is given one.
    """
    keys = sorted(releases)
    standings = _locked(keys)
    if len(standings) < len(keys):
        missing = [Standing(release_id=key) for key in keys if key not in standings]
        Standing.objects.bulk_create(missing, ignore_conflicts=True)
        standings = _locked(keys)
    return standings


def _locked(keys: list[UUID]) -> dict[UUID, int]:
    rows = Standing.objects.filter(release__in=keys).order_by("release").select_for_update()
    return dict(rows.values_list("release_id", "pk"))


def next_number() -> int:
    """The next number of the clock. Its row stays locked until the transaction ends."""
    only = Clock.objects.filter(pk=Clock.ONLY)
    if not only.update(value=F("value") + 1):
        Clock.objects.bulk_create([Clock(pk=Clock.ONLY)], ignore_conflicts=True)
        only.update(value=F("value") + 1)
    return only.values_list("value", flat=True).get()


def write(held: Mapping[UUID, int], found: Mapping[UUID, Levels], *, version: int) -> None:
    """Write the rows that `lock()` took. One statement for each thousand."""
    rows = [
        Standing(
            pk=pk,
            levels=found[key][0],
            proven=proven(found[key][0]),
            next_change=found[key][1],
            version=version,
        )
        for key, pk in held.items()
    ]
    fields = ["levels", "proven", "next_change", "version"]
    if len(rows) == 1:
        (row,) = rows
        spoken: dict[str, Any] = {name: getattr(row, name) for name in fields}
        Standing.objects.filter(pk=row.pk).update(**spoken)
    else:
        Standing.objects.bulk_update(rows, fields, batch_size=1000)


def touch(releases: Iterable[UUID]) -> None:
    """Say that something else about these releases changed: listed or not, current or not.

    No standing is worked out again; who reads by number reads the rows anew. Called last in the
    transaction of the step.
    """
    standings = lock(releases)
    version = next_number()
    Standing.objects.filter(pk__in=standings.values()).update(version=version)
