"""Two people stand behind the catalogue: one proposes, another publishes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import Reader, User
from certcentre.lifecycle import NotAllowed, move, require_way
from certcentre.log.models import LogEntry
from standards.catalogue.steps import step_of


class Review(models.TextChoices):
    """Where a mapping, rule, profile or need stands."""

    PROPOSED = "proposed", _("Proposed")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


REVIEW_LIFECYCLE = {
    Review.PROPOSED: {Review.PUBLISHED},
    Review.PUBLISHED: {Review.WITHDRAWN},
    Review.WITHDRAWN: set(),
}


def is_officer(user: Reader) -> bool:
    """Whether somebody, signed in or not, works for the centre."""
    return bool(user.is_authenticated and user.is_officer())


def judged_by_the_centre(by: User | None) -> None:
    """The catalogue is kept by the centre's officers, or by its operator on the command line."""
    if by is not None and not by.is_officer():
        raise NotAllowed(gettext("Only an officer of the centre takes this step."))


def signed_by_a_second(record: "Signed", by: User | None) -> None:
    """Whoever wrote or changed it does not sign it (rule R12); translating is no writing.

    The operator on the command line loads what was signed before it came here.
    """
    judged_by_the_centre(by)
    if by is not None and had_a_hand(record, by):
        raise NotAllowed(
            gettext("You wrote or changed this, so a second person of the centre publishes it.")
        )


def had_a_hand(record: "Signed", user: User) -> bool:
    """Whether this person proposed or changed the record. One statement."""
    steps = written_by(user).filter(
        subject_type=record._meta.label_lower, subject_id=str(record.pk)
    )
    return record.proposed_by_id == user.pk or steps.exists()


def by_others(rows: models.QuerySet[Any], user: User) -> models.QuerySet[Any]:
    """Those that this person had no hand in, so may sign."""
    steps = written_by(user).filter(
        subject_type=rows.model._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), models.CharField()),
    )
    return rows.exclude(proposed_by=user).exclude(Exists(steps))


def written_by(user: User) -> models.QuerySet[LogEntry]:
    """What this person did that makes words their own; translating does not."""
    return LogEntry.objects.filter(actor=user).exclude(step__endswith=".translated")


def two_people(name: str) -> models.CheckConstraint:
    """Whoever proposed a record did not publish it."""
    same = Q(proposed_by=F("published_by"))
    return models.CheckConstraint(
        condition=Q(proposed_by=None) | Q(published_by=None) | ~same, name=f"{name}_two_people"
    )


class Signed(models.Model):
    """Proposed by one person of the centre and published by another; nobody: the operator."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Reviewed(Signed):
    """The two steps of a mapping, rule, profile or need."""

    class Meta:
        abstract = True

    def may_publish(self, *, by: User | None, at: datetime) -> None:
        signed_by_a_second(self, by)
        require_way(self, Review.PUBLISHED)
        if by is not None:
            by.require_confirmed()

    def publish(self, *, by: User | None, at: datetime) -> None:
        """A second person stands behind it; from now on it counts."""
        self.may_publish(by=by, at=at)
        step = step_of(self, "published")
        with transaction.atomic():
            move(self, Review.PUBLISHED, step=step, by=by, at=at, published_by=by)
            self.index()

    def may_withdraw(self, *, by: User | None, at: datetime) -> None:
        judged_by_the_centre(by)
        require_way(self, Review.WITHDRAWN)

    def withdraw(self, *, by: User | None, at: datetime, reason: str) -> None:
        self.may_withdraw(by=by, at=at)
        step = step_of(self, "withdrawn")
        with transaction.atomic():
            move(self, Review.WITHDRAWN, step=step, by=by, at=at, reason=reason)
            self.index()

    def index(self) -> None:
        """Write what it is found by, where its kind is looked for."""


def published(model: type[Any]) -> models.QuerySet[Any]:
    """The published rows of a mapping, rule, profile or need."""
    return model._default_manager.filter(status=Review.PUBLISHED)
