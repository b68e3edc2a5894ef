"""Who is told of what becomes of a tender, since they asked to be."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.accounts.people import Reader
from tenders.tender import Tender


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, tender: Tender) -> "FollowQuerySet":
        """Those of a tender, whichever of its versions they began with."""
        return self.filter(line=tender.line)


class Follow(models.Model):
    """That a person is told of a tender, through all its versions. Nobody else reads who."""

    line = models.CharField(max_length=20)  # reference of version 1
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    since = models.DateTimeField()

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("tender that somebody follows")
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["line", "person"], name="follow_once"),
        ]

    def __str__(self) -> str:
        return self.line


def follow(tender: Tender, *, by: User, at: datetime) -> None:
    """Begin to be told of it; twice is once."""
    tender.may_follow(by=by, at=at)
    Follow.objects.get_or_create(line=tender.line, person=by, defaults={"since": at})


def unfollow(tender: Tender, *, by: User) -> None:
    """Be told no more; a person may always stop."""
    Follow.objects.of(tender).filter(person=by).delete()


def follows(tender: Tender, person: Reader) -> bool:
    return person.is_authenticated and Follow.objects.of(tender).filter(person=person.pk).exists()
