"""The yearly draw of certificates that are looked at again, from a seed that is public before it.

Anybody draws the same from the open data: docs/surveillance_draw.py (rule R121).
"""

import gzip
import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.desk import draw_steps as steps
from certcentre.desk.open_data.publication import Publication, PublishedFile
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import record
from standards.attestation.certificates import Certificate

NOTICE = timedelta(days=7)  # that the seed is public before the draw, at least
PER_CENT = 2  # of what is valid, and never fewer
FILE = "certificates.jsonl.gz"


def drawn_from(frame: Iterable[str], seed: str) -> list[str]:
    """The numbers that a seed draws from these, in order."""
    numbers = list(frame)
    share = -(-len(numbers) * PER_CENT // 100)
    ranked = sorted(
        numbers, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()
    )
    return sorted(ranked[:share])


def valid_in(file: PublishedFile) -> list[str]:
    """The numbers that a published file says are valid."""
    with file.file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return [each["number"] for each in records if each["status"] == "valid"]


def require_officer(by: User) -> None:
    if not by.is_officer():
        raise NotAllowed(gettext("Only an officer of the centre takes this step."))


class Draw(models.Model):
    """One year's draw: the seed with its day, later what was drawn from which open data."""

    year = models.PositiveSmallIntegerField(unique=True)
    seed = models.CharField(max_length=64)
    draw_on = models.DateField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_at = models.DateTimeField(null=True)
    stamp = models.CharField(max_length=16, blank=True)  # of the open data it was drawn from
    frame = models.PositiveIntegerField(null=True)
    numbers = models.JSONField(default=list)

    class Meta:
        verbose_name = _("draw")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("surveillance") + f"#y{self.year}"

    @classmethod
    def announce(cls, *, draw_on: date, by: User, at: datetime) -> "Draw":
        """Publish a new seed, at least a week before it draws. Nobody chooses the seed."""
        require_officer(by)
        if draw_on < (at + NOTICE).date():
            raise NotReady(gettext("The seed is public for a week before the draw: a later day."))
        if cls.objects.filter(year=draw_on.year).exists():
            raise IllegalMove(gettext("The draw of this year is announced already."))
        with transaction.atomic():
            made = cls.objects.create(
                year=draw_on.year,
                seed=secrets.token_hex(32),
                draw_on=draw_on,
                announced_at=at,
                announced_by=by,
            )
            detail = {"seed": made.seed, "draw_on": draw_on.isoformat()}
            record(made, steps.DRAW_ANNOUNCED, by=by, at=at, detail=detail)
        return made

    def may_draw(self, *, by: User, at: datetime) -> None:
        require_officer(by)
        if self.drawn_at:
            raise IllegalMove(gettext("It is drawn."))
        if at.date() < self.draw_on:
            words = gettext("The seed draws on %(day)s, not earlier.")
            raise NotReady(words % {"day": date_format(self.draw_on)})
        self._open_data()

    def _open_data(self) -> PublishedFile:
        """The first since the day: who draws later draws from the same."""
        day = datetime.combine(self.draw_on, time.min, UTC)
        since = Publication.objects.filter(at__gte=day).order_by("at").first()
        file = since and since.files.filter(name=FILE).first()
        if not file:
            words = gettext("No open data of %(day)s or later is published yet.")
            raise NotReady(words % {"day": date_format(self.draw_on)})
        return file

    def draw(self, *, by: User, at: datetime) -> None:
        """From open data that stays; each body is told which of its certificates it looks at."""
        with transaction.atomic():
            rows = Draw.objects.select_for_update()
            self.refresh_from_db(fields=["drawn_at"], from_queryset=rows)
            self.may_draw(by=by, at=at)
            file = self._open_data()
            frame = valid_in(file)
            self.stamp, self.frame, self.drawn_at = file.publication.stamp, len(frame), at
            self.numbers = drawn_from(frame, self.seed)
            Publication.objects.filter(pk=file.publication_id).update(lasting=True)
            self.save(update_fields=["stamp", "frame", "drawn_at", "numbers"])
            detail = {"stamp": self.stamp, "frame": self.frame, "numbers": self.numbers}
            record(self, steps.DRAWN, by=by, at=at, detail=detail)
            drawn = Certificate.objects.filter(number__in=self.numbers).select_related("body")
            for certificate in drawn.order_by("number"):
                body = certificate.body
                record(certificate, steps.CERTIFICATE_DRAWN, by=by, at=at, organisation=body)


def due(user: User, at: datetime) -> "models.QuerySet[Draw]":
    """Draws whose day has come."""
    return Draw.objects.filter(drawn_at=None, draw_on__lte=at.date())


def to_look_at(user: User, at: datetime) -> "models.QuerySet[Certificate]":
    """Drawn certificates of the person's body that are valid and were not looked at since."""
    wanted = Q(pk=None)
    for draw in Draw.objects.exclude(drawn_at=None)[:2]:
        since = Certificate.objects.filter(surveillances__done_at__gte=draw.drawn_at)
        wanted |= Q(number__in=draw.numbers) & ~Q(pk__in=since.values("pk"))
    rows = Certificate.objects.decidable_by(user, at=at).in_force(at=at).filter(wanted)
    return rows.with_parties().order_by("number")
