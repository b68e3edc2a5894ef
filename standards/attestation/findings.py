"""Findings, criterion by criterion, and corrective actions."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotReady,
    move,
    reason_required,
    require_to_come,
    require_way,
)
from certcentre.steps import Step
from standards.assessment.answers import Answer
from standards.assessment.claims import Outcome
from standards.attestation import independence, issuing, stages, steps
from standards.attestation.engagement import Engagement
from standards.attestation.results import (
    NONCONFORMING,
    Result,
    declared_of,
    more_methods,
    problems_of,
)
from standards.catalogue.editions import Criterion
from standards.catalogue.methods import Method


class FindingQuerySet(models.QuerySet["Finding"]):
    def nonconforming(self) -> "FindingQuerySet":
        return self.filter(result__in=NONCONFORMING)

    def uncorrected(self) -> "FindingQuerySet":
        """Nonconformities whose correction nobody has seen done."""
        closed = Q(corrective_action__status=CorrectiveAction.Status.CLOSED)
        return self.nonconforming().exclude(closed)

    def in_order(self) -> "FindingQuerySet":
        """As the sheet lists them."""
        return self.order_by("criterion__edition__name", "criterion__position")

    def with_declared(self) -> "FindingQuerySet":
        """Each with `declared`: what the provider had answered."""
        answer = Answer.objects.filter(
            assessment=OuterRef("engagement__declaration__assessment"),
            criterion=OuterRef("criterion"),
        )
        return self.annotate(declared=Subquery(answer.values("value")[:1]))

    def saying_more(self) -> "list[Finding]":
        """Those that say more than the provider did, with `declared`. One statement."""
        conforming = [result for result in Result if result.conforms or result.excuses]
        rows = self.filter(result__in=conforming).with_declared().in_order()
        return [
            finding
            for finding in rows.select_related("criterion__edition")
            if Result(finding.result).says_more_than(declared_of(finding))
        ]

    def require_all_examined(self) -> None:
        if left := self.filter(result=Result.NOT_EXAMINED).count():
            words = ngettext(
                "%(n)s criterion has no finding yet, so it cannot be handed over.",
                "%(n)s criteria have no finding yet, so it cannot be handed over.",
                left,
            )
            raise NotReady(words % {"n": left})

    def require_some_to_answer(self) -> None:
        with_provider = Q(corrective_action__status__in=CorrectiveAction.WITH_PROVIDER)
        if not self.uncorrected().filter(with_provider).exists():
            words = gettext("There is no nonconformity that the provider still has to answer.")
            raise NotReady(words)

    def release_nonconformities(self, *, at: datetime) -> None:
        """Show the provider each nonconformity as it now stands."""
        actions = CorrectiveAction.objects.filter(finding__in=self.uncorrected())
        for action in actions.select_related("finding"):
            action.severity, action.statement = action.finding.result, action.finding.note
            action.released_at = action.released_at or at
            action.save(update_fields=["severity", "statement", "released_at"])


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
    portion = models.ForeignKey(  # where it is somebody's to examine
        "standards.Portion", null=True, on_delete=models.SET_NULL, related_name="findings"
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

    def may_record(self, *, by: User, at: datetime) -> None:
        self.engagement.may_record(by=by, at=at)
        action = CorrectiveAction.objects.filter(finding=self).first()
        if action and action.status == CorrectiveAction.Status.CLOSED:
            raise IllegalMove(
                gettext("You have seen the correction of this done, so the finding is settled.")
            )

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
        seen, how, words = Result(result), sorted(set(methods)), note.strip()
        with self.engagement.taken(self.may_record, by, at):
            problems = problems_of([self.criterion], seen, how, words)
            if problems := [*problems, *self._lacks(seen, words)]:
                raise NotReady(*problems)
            written = Finding.objects.filter(pk=self.pk, revision=revision).update(
                **recorded(seen, how, words, by=by, at=at)
            )
            if not written:
                return self._already(seen, how, words)
            self.engagement.took_part(by)
            CorrectiveAction.follow(self, seen, at=at)
        self.result, self.methods, self.note, self.revision = seen, how, words, revision + 1
        self.recorded_at, self.recorded_by = at, by
        return self.revision

    def _lacks(self, seen: Result, words: str) -> list[str]:
        """What is missing where it says more than the provider did: words of its own."""
        if words or not seen.conforms:
            return []
        declared = declared_of(Finding.objects.with_declared().get(pk=self.pk))
        if not seen.says_more_than(declared):
            return []
        problem = gettext("The provider declared “%(answer)s”. Say what you saw that shows more.")
        return [problem % {"answer": Outcome(declared).label}]

    def _already(self, seen: Result, how: list[str], words: str) -> int:
        stored = Finding.objects.select_related("criterion", "recorded_by").get(pk=self.pk)
        if (stored.result, stored.methods, stored.note) != (seen, how, words):
            raise Conflict(stored)
        return stored.revision


def recorded(seen: Result, how: list[str], words: str, *, by: User, at: datetime) -> dict[str, Any]:
    """What is written of a finding."""
    fields = {"result": seen, "methods": how, "note": words, "revision": F("revision") + 1}
    return {**fields, "recorded_at": at, "recorded_by": by}


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    # majors before minors, each in the order of their criteria
    WORST = (
        Case(When(finding__result=Result.MAJOR, then=0), default=1),
        "finding__criterion__position",
        "pk",
    )

    def worst_first(self) -> "CorrectiveActionQuerySet":
        return self.order_by(*self.WORST)

    def released(self) -> "CorrectiveActionQuerySet":
        """What the body has shown to the provider."""
        return self.filter(released_at__isnull=False)

    def promised(self) -> "CorrectiveActionQuerySet":
        """Accepted plans that nobody has seen done, and somebody still may."""
        return self.filter(status="accepted", finding__engagement__status__in=CorrectiveAction.LIVE)

    def dated(self, body: Organisation) -> "CorrectiveActionQuerySet":
        """Those of a body whose plan names a day, judged or not, until they are seen done."""
        answered = Q(status="answered", finding__engagement__status__in=CorrectiveAction.UNDER_WAY)
        promised = Q(status="accepted", finding__engagement__status__in=CorrectiveAction.LIVE)
        rows = self.filter(answered | promised, finding__engagement__body=body)
        return rows.exclude(due_on=None).with_parties()

    def with_parties(self) -> "CorrectiveActionQuerySet":
        return self.select_related(
            "finding__criterion__edition",
            "finding__engagement__body",
            "finding__engagement__provider",
            "finding__engagement__declaration__release__solution",
        )

    def visible_to(self, user: Reader) -> "CorrectiveActionQuerySet":
        """The body's members see all of theirs; the provider's those that were released."""
        mine = Organisation.objects.acted_for_by(user)
        body = Q(finding__engagement__body__in=mine.at_work()) & ~Q(
            finding__engagement__in=Engagement.objects.alone(user)
        )
        return self.filter(
            body | Q(finding__engagement__provider__in=mine, released_at__isnull=False)
        )


class CorrectiveAction(models.Model):
    """What the provider does about a nonconformity, with a date."""

    Status = stages.Correction
    LIFECYCLE = {
        Status.OPEN: {Status.ANSWERED},
        Status.ANSWERED: {Status.ACCEPTED, Status.RETURNED},
        Status.RETURNED: {Status.ANSWERED},
        Status.ACCEPTED: {Status.CLOSED},
        Status.CLOSED: set(),
    }
    WITH_PROVIDER = stages.WITH_PROVIDER
    UNDER_WAY = (Engagement.Status.EXAMINING, Engagement.Status.AWAITING_CORRECTIONS)
    ANSWERING = (Role.EDITOR, Role.SIGNATORY)  # of the provider
    LIVE = (*UNDER_WAY, Engagement.Status.READY, Engagement.Status.GRANTED)  # once accepted

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

    def get_absolute_url(self) -> str:
        return reverse("corrections", args=[self.finding.engagement_id]) + f"#a{self.pk}"

    @property
    def turn(self) -> str:
        """Who does what next, as a sentence; empty where nobody does anything any more."""
        live = self.LIVE if self.status == self.Status.ACCEPTED else self.UNDER_WAY
        if self.released_at is None or self.finding.engagement.status not in live:
            return ""
        return str(TURNS.get(self.Status(self.status), ""))

    @classmethod
    def follow(cls, finding: Finding, seen: Result, *, at: datetime) -> None:
        """Open one for a nonconformity; drop one that the provider never saw when it is none."""
        if seen.nonconforming:
            cls.objects.get_or_create(finding=finding, defaults={"opened_at": at})
        else:
            cls.objects.filter(finding=finding, released_at=None).delete()

    def may_answer(self, *, by: User, at: datetime) -> None:
        engagement = self.finding.engagement
        independence.require_role(by, engagement.provider, *self.ANSWERING)
        engagement.require_status(*self.UNDER_WAY)
        if self.released_at is None:
            raise IllegalMove(gettext("The body has not handed this over yet."))
        require_way(self, "answered")

    def answer(self, *, plan: str, due_on: date | None, by: User, at: datetime) -> None:
        """The provider says what it does about it and by when."""
        with self._taken(self.may_answer, by, at):
            problems = []
            if not plan.strip():
                problems.append(gettext("Say what you do about it."))
            if due_on is None:
                problems.append(gettext("Say by when it is done."))
            if problems:
                raise NotReady(*problems)
            require_to_come(due_on, at)
            stamps = {"plan": plan.strip(), "due_on": due_on}
            more = {"reason": plan.strip(), "detail": {"due_on": str(due_on)}}
            self._move("answered", steps.CORRECTION_ANSWERED, by=by, at=at, **stamps, **more)

    def may_accept(self, *, by: User, at: datetime) -> None:
        self.finding.engagement.require_examiner(by, *self.UNDER_WAY, at=at)
        require_way(self, "accepted")

    def accept(self, *, by: User, at: datetime) -> None:
        """The body accepts the plan; it does not say that it is done."""
        with self._taken(self.may_accept, by, at):
            self._move("accepted", steps.CORRECTION_ACCEPTED, by=by, at=at)
            self.finding.engagement.took_part(by)

    def may_return_(self, *, by: User, at: datetime) -> None:
        self.finding.engagement.require_examiner(by, *self.UNDER_WAY, at=at)
        require_way(self, "returned")

    def return_(self, *, by: User, at: datetime, reason: str) -> None:
        """The body sends the plan back and says why."""
        with self._taken(self.may_return_, by, at):
            why, step = reason_required(reason), steps.CORRECTION_RETURNED
            self._move("returned", step, by=by, at=at, reason=why, reply=why)
            self.finding.engagement.took_part(by)

    def may_close(self, *, by: User, at: datetime) -> None:
        """Before the decision an evaluator; after a grant a decider, who then attests anew."""
        engagement, edition = self.finding.engagement, self.finding.criterion.edition
        if engagement.status != Engagement.Status.GRANTED:
            engagement.require_examiner(by, *self.UNDER_WAY, at=at)
            return require_way(self, "closed")
        independence.require_role(by, engagement.body, Role.DECIDER)
        require_way(self, "closed")
        engagement.require_no_part(by, at=at)
        independence.require_accredited(
            by, engagement.body, [edition], country=engagement.provider.country, at=at
        )
        return issuing.require_supersedable(engagement, edition, by=by, at=at)

    def close(self, *, methods: Iterable[str], reply: str, by: User, at: datetime) -> None:
        """The body has seen it done. After a grant a new certificate supersedes the old one."""
        engagement, criterion = self.finding.engagement, self.finding.criterion
        how = sorted(set(methods))
        with self._taken(self.may_close, by, at):
            if not how or set(how) - set(Method.values):
                raise NotReady(gettext("Say how you looked: at least one method."))
            if more := more_methods([criterion], how):
                raise NotReady(more)
            stamps = {"reply": reply.strip(), "methods": how}
            self._move("closed", steps.CORRECTION_CLOSED, by=by, at=at, **stamps)
            if engagement.status == Engagement.Status.GRANTED:
                issuing.supersede(engagement, criterion, by=by, at=at)
            else:
                engagement.took_part(by)

    @contextmanager
    def _taken(self, may: Callable[..., None], by: User, at: datetime) -> Iterator[None]:
        """With the engagement's row taken, and this one read again."""
        with transaction.atomic():
            self.finding.engagement.lock()
            self.refresh_from_db(fields=["status", "released_at"])
            may(by=by, at=at)
            yield

    def _move(self, to: str, step: Step, *, by: User, at: datetime, **more: Any) -> None:
        move(self, to, step=step, by=by, at=at, organisation=self.finding.engagement.body, **more)


ANSWERED_BY_PROVIDER = _("The provider says what it does about it, and by when.")
TURNS = {
    CorrectiveAction.Status.OPEN: ANSWERED_BY_PROVIDER,
    CorrectiveAction.Status.RETURNED: ANSWERED_BY_PROVIDER,
    CorrectiveAction.Status.ANSWERED: _("An evaluator accepts the plan or returns it."),
    CorrectiveAction.Status.ACCEPTED: _(
        "Once it is done, the body looks at it and records that it is."
    ),
}
