"""How a person is told by mail: at once, daily, weekly or not at all, by what it is about.

An inbox has every line whatever is chosen here. What is urgent, such as that somebody changed how
one signs in, is told at once.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.accounts.models import Organisation, User
from certcentre.steps import every_step, matter_of

DAY = timedelta(days=1)


class Pace(models.TextChoices):
    """When a mail goes."""

    NOW = "now", _("At once")
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    NEVER = "never", _("Only here")


GATHERED = (Pace.DAY, Pace.WEEK)  # many lines in one mail


class Telling(models.Model):
    """What one person wishes. Who never said is told of everything at once."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    paces = models.JSONField(default=dict)  # name of a Matter → Pace, where it is not at once
    zone = models.CharField(max_length=64, default="UTC")
    clock = models.TimeField(default=time(7, 30))  # when what was gathered goes
    weekday = models.PositiveSmallIntegerField(default=0)  # Monday
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        verbose_name = _("how somebody is told by mail")

    def __str__(self) -> str:
        return str(self.person_id)

    @classmethod
    def of(cls, person: User) -> "Telling":
        """What they wish, or what holds for who never said, in the time of where they work."""
        kept = cls.objects.filter(person=person).first()
        return kept or cls(person=person, zone=usual_zone(person))

    @classmethod
    def of_all(cls, people: Iterable[User | None]) -> "dict[UUID, Telling]":
        """What those of them wish who said so."""
        keys = {person.pk for person in people if person}
        return {each.person_id: each for each in cls.objects.filter(person__in=keys)}

    def end_gathered(self) -> None:
        """No mail any more of what was gathered daily or weekly; the inbox has it still."""
        self.paces = {
            matter: Pace.NEVER if pace in GATHERED else pace for matter, pace in self.paces.items()
        }
        self.save()

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def pace(self, step: str, matter: str = "") -> Pace:
        """When a mail on a step goes; `matter` where it is not told as the step's."""
        known = every_step().get(step)
        if known and known.urgent:
            return Pace.NOW
        return Pace(self.paces.get(matter or matter_of(step), Pace.NOW))

    def moment(self, step: str, at: datetime, matter: str = "") -> datetime | None:
        """From when on a mail on a step that is told of now may go; None where none is to go."""
        known = every_step().get(step)
        match self.pace(step, matter):
            case Pace.NEVER:
                return None
            case Pace.DAY:
                return self.next(at)
            case Pace.WEEK:
                return self.next(at, self.weekday)
            case _:
                return at if known and known.urgent else self.after_quiet(at)

    def next(self, at: datetime, weekday: int | None = None) -> datetime:
        """When what was gathered goes next, on a day of the week or on any."""
        here = at.astimezone(self.place).date()
        days = (here + DAY * ahead for ahead in range(9))
        moments = (self.at(day, self.clock) for day in days if weekday in (None, day.weekday()))
        return next(moment for moment in moments if moment > at)

    def after_quiet(self, at: datetime) -> datetime:
        """The end of the quiet hours where it is in them, else the same moment."""
        if self.quiet_from is None or self.quiet_until is None:
            return at
        there = at.astimezone(self.place)
        now, begin, end = there.time(), self.quiet_from, self.quiet_until
        over_midnight = begin > end
        quiet = (now >= begin or now < end) if over_midnight else begin <= now < end
        day = there.date() + (timedelta() if now < end else DAY)
        return max(self.at(day, end), at) if quiet else at

    def at(self, day: date, clock: time) -> datetime:
        """The moment of a clock's time there; one that the clocks skip is the hour after."""
        return datetime.combine(day, clock, self.place).astimezone(UTC)


def usual_zone(person: User) -> str:
    """The time of the country where their first organisation is, where that has one."""
    own = Organisation.objects.acted_for_by(person).order_by("pk").values_list("country", flat=True)
    return zones.the_only(own[0]) or "UTC" if own else "UTC"
