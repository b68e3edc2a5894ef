"""What held a release back at a declaration, and what the centre decided."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, reason_required
from certcentre.log.models import record
from standards.assessment import steps
from standards.catalogue.rules import Rule


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        return self.filter(cleared_at=None, refused_at=None)

    def last_refused(self) -> list[str]:
        """The rule whose hold was refused last."""
        rows = self.exclude(refused_at=None).order_by("-refused_at")
        return list(rows.values_list("rule_key", flat=True)[:1])

    def require_second(self, by: User) -> None:
        """What a law prohibits one officer proposes to clear, and another clears (rule R120)."""
        rows = list(self.filter(by_two=True))
        if any(hold.proposed_by_id == by.pk for hold in rows):
            raise NotAllowed(gettext("You proposed to clear it, so another officer does."))
        if any(hold.proposed_by_id is None for hold in rows):
            words = gettext("A law prohibits this: one officer proposes to clear, another clears.")
            raise NotReady(words)


class Hold(models.Model):
    """That a rule held a release at a declaration, and what the centre then decided."""

    release = models.ForeignKey("standards.Release", on_delete=models.PROTECT, related_name="holds")
    rule_key = models.CharField(max_length=20)
    held_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    by_two = models.BooleanField(default=False)  # a law prohibits it
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        constraints = [
            models.CheckConstraint(
                condition=Q(by_two=False)
                | Q(cleared_at=None)
                | (Q(proposed_by__isnull=False) & ~Q(proposed_by=F("decided_by"))),
                name="hold_of_a_law_cleared_by_two",
            )
        ]

    def __str__(self) -> str:
        return f"{self.release}: {self.rule_key}"

    def get_absolute_url(self) -> str:
        return reverse("hold", args=[self.release_id])

    @classmethod
    def begin(cls, release: UUID, keys: Iterable[str], *, at: datetime) -> None:
        """Hold it for these rules. What was proposed before was of an earlier declaration."""
        empty = {"proposed_by": None, "proposed_at": None, "proposed_reason": ""}
        cls.objects.filter(release=release).open().exclude(proposed_by=None).update(**empty)
        if fired := list(keys):
            laws = Rule.objects.filter(key__in=fired, effect=Rule.Effect.BLOCKS_LISTING)
            prohibited = set(laws.exclude(legal_basis="").values_list("key", flat=True))
            Hold.objects.bulk_create(
                Hold(release_id=release, rule_key=key, held_at=at, by_two=key in prohibited)
                for key in fired
            )

    def may_propose(self, *, by: User, at: datetime) -> None:
        self.release.solution.organisation.require_judge(by, at=at)
        if not self.by_two or self.cleared_at or self.refused_at or self.proposed_by_id:
            raise IllegalMove(gettext("Nothing is to be proposed here."))

    def propose(self, *, by: User, at: datetime, reason: str) -> None:
        """The first of two officers says why it may be cleared."""
        self.may_propose(by=by, at=at)
        why, of = reason_required(reason), self.release.solution.organisation
        stamps = {"proposed_by": by, "proposed_at": at, "proposed_reason": why}
        with transaction.atomic():
            waiting = Hold.objects.filter(pk=self.pk, proposed_by=None).open()
            if not waiting.update(**stamps):
                raise IllegalMove(gettext("Nothing is to be proposed here."))
            record(self, steps.HOLD_PROPOSED, by=by, at=at, reason=why, organisation=of)
