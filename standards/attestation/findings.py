"""Findings, criterion by criterion, and corrective actions."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import Conflict, NotReady, move, reason_required
from standards.attestation import independence, issuing
from standards.attestation.engagement import Engagement
from standards.attestation.results import NONCONFORMING, Method, Result
from standards.catalogue.editions import Criterion


class FindingQuerySet(models.QuerySet["Finding"]):
    def nonconforming(self) -> "FindingQuerySet":
        return self.filter(result__in=NONCONFORMING)

    def uncorrected(self) -> "FindingQuerySet":
        """Nonconformities whose correction nobody has seen done."""
        closed = Q(corrective_action__status=CorrectiveAction.Status.CLOSED)
        return self.nonconforming().exclude(closed)

    def release_nonconformities(self, *, at: datetime) -> int:
        """Show the provider each nonconformity as it now stands; how many it has to answer."""
        mine = CorrectiveAction.objects.filter(finding__in=self.uncorrected())
        for action in mine.select_related("finding"):
            action.severity, action.statement = action.finding.result, action.finding.note
            action.released_at = action.released_at or at
            action.save(update_fields=["severity", "statement", "released_at"])
        return mine.filter(status__in=CorrectiveAction.WITH_PROVIDER).count()


class Finding(models.Model):
    """What the auditor found on one criterion in scope, and by which methods."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="findings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=14, choices=Result.choices, default=Result.NOT_EXAMINED)
    methods = models.JSONField(default=list)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "criterion"], name="finding_once_per_criterion"
            ),
            models.CheckConstraint(
                condition=Q(result=Result.NOT_EXAMINED)
                | Q(recorded_by__isnull=False, recorded_at__isnull=False),
                name="finding_recorded_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.result}"

    def record(
        self,
        *,
        result: str,
        methods: Iterable[str],
        note: str,
        revision: int,
        by: User,
        at: datetime,
    ) -> int:
        """Write what was found; the new revision, or Conflict if another was written meanwhile.

        Sending the same twice is no conflict.
        """
        found, how, words = Result(result), sorted(set(methods)), note.strip()
        self.engagement.require_examiner(by, at=at)
        if problems := problems_of([self.criterion], found, how, words):
            raise NotReady(*problems)
        with transaction.atomic():
            self.engagement.lock()
            self.engagement.require_status(Engagement.Status.EXAMINING)
            action = CorrectiveAction.objects.filter(finding=self).first()
            if action and action.status == CorrectiveAction.Status.CLOSED:
                raise NotReady(
                    gettext("You have seen the correction of this done, so the finding is settled.")
                )
            written = Finding.objects.filter(pk=self.pk, revision=revision).update(
                **recorded(found, how, words, by=by, at=at)
            )
            if not written:
                return self._already(found, how, words)
            self.engagement.took_part(by)
            CorrectiveAction.follow(self, action, at=at, found=found)
        self.result, self.methods, self.note, self.revision = found, how, words, revision + 1
        self.recorded_at, self.recorded_by = at, by
        return self.revision

    def _already(self, found: Result, how: list[str], words: str) -> int:
        stored = Finding.objects.select_related("criterion", "recorded_by").get(pk=self.pk)
        if (stored.result, stored.methods, stored.note) != (found, how, words):
            raise Conflict(stored)
        return stored.revision


def recorded(
    found: Result, how: list[str], words: str, *, by: User, at: datetime
) -> dict[str, Any]:
    """What is written of a finding."""
    said = {"result": found, "methods": how, "note": words, "revision": F("revision") + 1}
    return {**said, "recorded_at": at, "recorded_by": by}


def problems_of(
    criteria: Iterable[Criterion], found: Result, how: list[str], note: str
) -> list[str]:
    """What keeps a finding from being written on these criteria, in words."""
    problems = []
    if unknown := [one for one in how if one not in Method.values]:
        return [gettext("“%(method)s” is not a method.") % {"method": unknown[0]}]
    if found != Result.NOT_EXAMINED and not how:
        problems.append(gettext("Say how you looked: at least one method."))
    untested = [one for one in criteria if found.conforms and not shown_by(one, how)]
    if untested:
        problems.append(only_by_test(*untested))
    if found.needs_words and not note.strip():
        problems.append(gettext("Say what you saw."))
    return problems


def shown_by(criterion: Criterion, methods: Iterable[str]) -> bool:
    """Whether these methods can show that the criterion is met (rule R30)."""
    return criterion.verification != Criterion.Verification.TEST or Method.TEST in methods


def only_by_test(*criteria: Criterion) -> str:
    refs = ", ".join(one.ref for one in criteria)
    words = gettext("%(ref)s can only be shown by a test, so name it among the methods.")
    return words % {"ref": refs}


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def released(self) -> "CorrectiveActionQuerySet":
        """What the body has shown to the provider."""
        return self.filter(released_at__isnull=False)

    def visible_to(self, user: Any) -> "CorrectiveActionQuerySet":
        """The body's members see all of theirs; the provider's those that were released."""
        mine = Organisation.objects.acted_for_by(user)
        body = Q(finding__engagement__body__in=mine)
        return self.filter(
            body | Q(finding__engagement__provider__in=mine, released_at__isnull=False)
        )


class CorrectiveAction(models.Model):
    """What the provider does about a nonconformity, with a date."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        ACCEPTED = "accepted", _("Plan accepted")
        RETURNED = "returned", _("Returned")
        CLOSED = "closed", _("Closed")

    LIFECYCLE = {
        Status.OPEN: {Status.ANSWERED},
        Status.ANSWERED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.ANSWERED},
        Status.ACCEPTED: {Status.CLOSED},
        Status.CLOSED: set(),
    }
    WITH_PROVIDER = (Status.OPEN, Status.RETURNED)
    UNDER_WAY = (Engagement.Status.EXAMINING, Engagement.Status.AWAITING_CORRECTIONS)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.OneToOneField(
        Finding, on_delete=models.PROTECT, related_name="corrective_action"
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    # the nonconformity as it was shown to the provider
    severity = models.CharField(max_length=14, choices=Result.choices, blank=True)
    statement = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)
    plan = models.TextField(_("what you do about it"), blank=True)
    due_on = models.DateField(_("done by"), null=True)
    opened_at = models.DateTimeField()
    reply = models.TextField(blank=True)  # of the auditor, when returned or closed
    methods = models.JSONField(default=list)  # how it was seen done

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("corrective action")
        ordering = ["finding__criterion"]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.status}"

    @classmethod
    def follow(
        cls, finding: Finding, action: "CorrectiveAction | None", *, found: Result, at: datetime
    ) -> None:
        """Open one for a nonconformity; drop one that the provider never saw when it is none."""
        if found.nonconforming and action is None:
            cls.objects.create(finding=finding, opened_at=at)
        if not found.nonconforming and action and action.released_at is None:
            action.delete()

    def answer(self, *, plan: str, due_on: date | None, by: User, at: datetime) -> None:
        """The provider says what it does about it and by when."""
        engagement = self.finding.engagement
        independence.require_role(by, engagement.provider, Role.EDITOR, Role.SIGNATORY)
        problems = []
        if not plan.strip():
            problems.append(gettext("Say what you do about it."))
        if due_on is None:
            problems.append(gettext("Say by when it is done."))
        elif due_on < self.opened_at.date():
            problems.append(gettext("It cannot have been done before it was found."))
        if problems:
            raise NotReady(*problems)
        self._move("answered", self.UNDER_WAY, by=by, at=at, plan=plan.strip(), due_on=due_on)

    def accept(self, *, by: User, at: datetime) -> None:
        """The body accepts the plan; it does not say that it is done."""
        self._judge("accepted", by=by, at=at)

    def return_(self, *, by: User, at: datetime, reason: str) -> None:
        """The body sends the plan back and says why."""
        why = reason_required(reason)
        self._judge("returned", by=by, at=at, reason=why, reply=why)

    def close(self, *, methods: Iterable[str], reply: str, by: User, at: datetime) -> None:
        """The body has seen it done. After a grant a new certificate supersedes the old one.

        Before the decision an evaluator closes it; after it a decider, since the body then
        attests anew.
        """
        engagement, how = self.finding.engagement, sorted(set(methods))
        problems = []
        if not how or set(how) - set(Method.values):
            problems.append(gettext("Say how you looked: at least one method."))
        elif not shown_by(self.finding.criterion, how):
            problems.append(only_by_test(self.finding.criterion))
        if problems:
            raise NotReady(*problems)
        with transaction.atomic():
            engagement.lock()
            stamps = {"reply": reply.strip(), "methods": how}
            if engagement.status == Engagement.Status.GRANTED:
                self._close_after_grant(by=by, at=at, **stamps)
            else:
                self._judge("closed", by=by, at=at, **stamps)

    def _close_after_grant(self, *, by: User, at: datetime, **stamps: Any) -> None:
        engagement, criterion = self.finding.engagement, self.finding.criterion
        engagement.require_decider(by, at=at)
        country = engagement.provider.country
        independence.require_accredited(
            engagement.body, [criterion.edition], country=country, at=at
        )
        self._move("closed", (Engagement.Status.GRANTED,), by=by, at=at, **stamps)
        issuing.supersede(engagement, criterion, by=by, at=at)

    def _judge(self, to: str, *, by: User, at: datetime, **more: Any) -> None:
        engagement = self.finding.engagement
        engagement.require_examiner(by, at=at)
        with transaction.atomic():
            self._move(to, self.UNDER_WAY, by=by, at=at, **more)
            engagement.took_part(by)

    def _move(
        self, to: str, during: tuple[str, ...], *, by: User, at: datetime, **more: Any
    ) -> None:
        engagement = self.finding.engagement
        with transaction.atomic():
            engagement.lock()
            engagement.require_status(*during)
            move(self, to, by=by, at=at, organisation=engagement.body, **more)
