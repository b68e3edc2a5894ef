"""Engagements: one examination of one declaration by one body."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import (
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
    reason_required,
    require_to_come,
    require_way,
    words_required,
)
from certcentre.log.models import record
from certcentre.steps import Step
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Grant
from standards.attestation import independence, stages, steps
from standards.attestation.accreditation import Accreditation
from standards.attestation.stages import Stages
from standards.catalogue.editions import Edition, Level

LATEST = timedelta(days=730)  # until a report is due


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: Reader) -> "EngagementQuerySet":
        """The two parties: members of the provider and of the body."""
        own = Organisation.objects.acted_for_by(user)
        return self.filter(Q(body__in=own.at_work()) | Q(provider__in=own))

    def live(self) -> "EngagementQuerySet":
        """Not declined, cancelled or decided."""
        return self.exclude(status__in=Engagement.OVER)

    def of_body(self, user: User, *roles: str) -> "EngagementQuerySet":
        """Of the bodies at work where the person holds one of these roles."""
        return self.filter(body__in=Organisation.objects.acted_for_by(user, *roles).at_work())

    def examinable_by(self, user: User, *, at: datetime) -> "EngagementQuerySet":
        """Whatever their state: those that `require_examiner` lets this person examine."""
        able = self.of_body(user, Role.EVALUATOR).exclude(pk__in=Engagement.objects.alone(user))
        return able.filter(independence.untied(user, at=at))

    def alone(self, user: Reader) -> Any:
        """The keys of those that this person scores alone and has not handed in."""
        return self.filter(ratings__rater=user.pk, ratings__handed_at=None).values("pk")

    def decidable_by(self, user: User, *, at: datetime) -> "EngagementQuerySet":
        """Whatever their state: those where this person is a decider and had no part or tie."""
        part = Q(evaluator=user) | Q(examiners=user) | Q(findings__recorded_by=user)
        examined = Engagement.objects.filter(part).values("pk")
        deciding = self.of_body(user, Role.DECIDER).exclude(pk__in=examined)
        return deciding.filter(independence.untied(user, at=at))

    def at_rest(self, *, at: datetime) -> "EngagementQuerySet":
        """Those under way whose body may not attest now all that they examine."""
        inside = Accreditation.objects.in_force(at=at).filter(
            body=OuterRef(OuterRef("body")), editions=OuterRef("edition")
        )
        covered = Exists(inside.for_providers_of(OuterRef(OuterRef("provider__country"))))
        rows = EngagementEdition.objects.filter(~covered, engagement=OuterRef("pk"))
        return self.live().filter(Exists(rows))

    def with_turns(self, *, at: datetime) -> "EngagementQuerySet":
        """Each with what its `turn` asks."""
        return self.annotate(
            **stages.asked(Engagement.objects.all(), Engagement.objects.at_rest(at=at))
        )

    def with_parties(self) -> "EngagementQuerySet":
        return self.select_related("provider", "body", "declaration__release__solution")


class Engagement(Stages, models.Model):
    """One examination of one declaration by one body, over some of its criteria."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="engagements"
    )
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(
        max_length=11, choices=Stages.Status.choices, default=Stages.Status.REQUESTED
    )
    message = models.TextField(_("message to the auditor"), blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    interest_statement = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("report due"), null=True)
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # who else took part in the examination; none of them decides
    examiners = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    summary = models.TextField(_("summary of the examination"), blank=True)
    ready_at = models.DateTimeField(null=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        ordering = ["-requested_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(body=F("provider")), name="engagement_between_two_organisations"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "declined", "cancelled"])
                | ~Q(interest_statement=""),
                name="engagement_accepted_with_a_statement",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "accepted", "declined", "cancelled"])
                | Q(evaluator__isnull=False),
                name="engagement_examined_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["declaration", "body"],
                condition=Q(status="requested"),
                name="engagement_one_open_request",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("engagement", args=[self.pk])

    def may_accept(self, *, by: User, at: datetime) -> None:
        self._require(by, Role.MANAGER, during=[self.Status.REQUESTED])
        independence.require_apart(self.body, self.provider)
        self._require_accredited(by, at)

    def accept(
        self, *, interest_statement: str, by: User, at: datetime, due_on: date | None = None
    ) -> None:
        """The body takes it on, says what ties it to the provider, and may open the evidence."""
        with self.taken(self.may_accept, by, at):
            ties = words_required(
                interest_statement,
                gettext("Say what ties your organisation to the provider, or that nothing does."),
            )
            require_to_come(due_on, at, within=LATEST)
            stamps = {"interest_statement": ties, "accepted_at": at, "accepted_by": by}
            step = steps.ENGAGEMENT_ACCEPTED
            self._move("accepted", step, by=by, at=at, due_on=due_on, **stamps)
            open_evidence(self, by=by, at=at)

    def may_decline(self, *, by: User, at: datetime) -> None:
        self._require(by, Role.MANAGER, during=[self.Status.REQUESTED])

    def decline(self, *, by: User, at: datetime, reason: str) -> None:
        with self.taken(self.may_decline, by, at):
            why, step = reason_required(reason), steps.ENGAGEMENT_DECLINED
            self._move("declined", step, by=by, at=at, reason=why)

    def may_cancel(self, *, by: User, at: datetime) -> None:
        """The provider before the examination begins; the body after it accepted."""
        if by.acts_for(self.provider, Role.SIGNATORY):
            if self.status in self.BEGUN:
                raise IllegalMove(
                    gettext("The examination has begun, so only the auditing body may cancel.")
                )
        else:
            independence.require_role(by, self.body, Role.MANAGER)
            if self.status == self.Status.REQUESTED:
                raise IllegalMove(gettext("You have not accepted this yet; decline it instead."))
        require_way(self, "cancelled")

    def cancel(self, *, by: User, at: datetime, reason: str = "") -> None:
        """End it without a decision. The body says why."""
        with self.taken(self.may_cancel, by, at):
            side, step = self.provider, steps.ENGAGEMENT_CANCELLED
            if not by.acts_for(side, Role.SIGNATORY):
                side, reason = self.body, reason_required(reason)
            move(self, "cancelled", by=by, at=at, step=step, reason=reason, organisation=side)
            close_evidence(self, by=by, at=at)

    def may_reschedule(self, *, by: User, at: datetime) -> None:
        self._require(by, Role.MANAGER, Role.EVALUATOR, during=[self.Status.ACCEPTED, *self.BEGUN])

    def reschedule(self, *, due_on: date, by: User, at: datetime, reason: str) -> None:
        """The body and the provider agreed on another day; both sides read why."""
        with self.taken(self.may_reschedule, by, at):
            require_to_come(due_on, at, within=LATEST)
            if due_on == self.due_on:
                raise NotReady(gettext("That is the day it is due already. Give another one."))
            why, step = reason_required(reason), steps.ENGAGEMENT_RESCHEDULED
            detail = {"before": str(self.due_on or ""), "after": str(due_on)}
            Engagement.objects.filter(pk=self.pk).update(due_on=due_on)
            record(self, step, by=by, at=at, reason=why, organisation=self.body, detail=detail)
        self.due_on = due_on

    def may_examine(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.ACCEPTED, at=at)

    def may_plan_sample(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.ACCEPTED, at=at)

    def examine(self, *, by: User, at: datetime) -> None:
        """Begin. Who begins is the evaluator and can never decide here."""
        with self.taken(self.may_examine, by, at):
            self._move("examining", steps.ENGAGEMENT_EXAMINING, by=by, at=at, evaluator=by)

    def may_record(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.EXAMINING, at=at)

    def may_ask_rating(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, *self.BEGUN, at=at)
        self.ratings.require_next()

    def may_drop_rating(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, *self.BEGUN, at=at)
        self.ratings.require_open()

    def may_await_corrections(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.EXAMINING, at=at)
        self.findings.require_some_to_answer()

    def await_corrections(self, *, by: User, at: datetime) -> None:
        """Hand the nonconformities to the provider; until then they are for the body alone."""
        with self.taken(self.may_await_corrections, by, at):
            self.findings.release_nonconformities(at=at)
            self._move("corrections", steps.ENGAGEMENT_CORRECTIONS, by=by, at=at)
            self.took_part(by)

    def may_resume(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.AWAITING_CORRECTIONS, at=at)

    def resume(self, *, by: User, at: datetime) -> None:
        """Go on examining after corrections."""
        with self.taken(self.may_resume, by, at):
            self._move("examining", steps.ENGAGEMENT_RESUMED, by=by, at=at)
            self.took_part(by)

    def may_ready(self, *, by: User, at: datetime) -> None:
        self.require_examiner(by, self.Status.EXAMINING, at=at)
        self.findings.require_all_examined()

    def ready(self, *, by: User, at: datetime, summary: str) -> None:
        """Hand over to a second person. Every criterion in scope must have been looked at."""
        with self.taken(self.may_ready, by, at):
            words = words_required(summary, gettext("Sum up what you examined and what you saw."))
            stamps = {"summary": words, "ready_at": at}
            self._move("ready", steps.ENGAGEMENT_READY, by=by, at=at, **stamps)
            self.took_part(by)

    def may_reopen(self, *, by: User, at: datetime) -> None:
        self._require(by, Role.DECIDER, Role.EVALUATOR, during=[self.Status.READY])

    def reopen(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back to be examined further, before a decision."""
        with self.taken(self.may_reopen, by, at):
            why, step = reason_required(reason), steps.ENGAGEMENT_REOPENED
            self._move("examining", step, by=by, at=at, reason=why)

    def may_decide(self, *, by: User, at: datetime) -> None:
        self._require(by, Role.DECIDER, during=[self.Status.READY])
        self.require_no_part(by, at=at)
        self._require_accredited(by, at)
        self.ratings.require_complete()

    def lock(self) -> None:
        """Take the row, so that steps on one engagement come one after the other."""
        rows = Engagement.objects.select_for_update()
        self.refresh_from_db(fields=["status", "evaluator", "due_on"], from_queryset=rows)

    def took_part(self, person: User) -> None:
        """Remember that a person other than the evaluator had a hand in the examination."""
        if person.pk != self.evaluator_id:
            self.examiners.add(person)

    def require_status(self, *allowed: str) -> None:
        if self.status not in allowed:
            raise illegal(Engagement, self.status)

    def require_examiner(self, person: User, *during: str, at: datetime) -> None:
        """NotAllowed unless an evaluator of the body whom nothing ties to the provider."""
        self._require(person, Role.EVALUATOR, during=during)
        independence.require_untied(person, self.body, self.provider, at=at)
        if self.scored_alone_by(person):
            raise NotAllowed(
                gettext("You score this examination alone: hand in your scores first.")
            )

    def scored_alone_by(self, person: User) -> bool:
        """Whether the person sees nothing of it before their own scores are handed in."""
        return person.once(("alone", self.pk), lambda: self.ratings.open_for(person))

    def require_no_part(self, person: User, *, at: datetime) -> None:
        """NotAllowed for whoever had a hand in the examination or is tied to the provider."""
        hands = person.once(("hands", self.pk), lambda: hands_in(self))
        independence.require_no_part(person, self.body, self.provider, hands=hands, at=at)

    def _require(self, person: User, *roles: str, during: Iterable[str]) -> None:
        independence.require_role(person, self.body, *roles)
        self.require_status(*during)

    def _require_accredited(self, by: User, at: datetime) -> None:
        editions = [row.edition for row in self.editions.select_related("edition")]
        country = self.provider.country
        independence.require_accredited(by, self.body, editions, country=country, at=at)

    @contextmanager
    def taken(self, may: Callable[..., None], by: User, at: datetime) -> Iterator[None]:
        """One transaction with the row taken, begun with what the step asks."""
        with transaction.atomic():
            self.lock()
            may(by=by, at=at)
            yield

    def _move(self, to: str, step: Step, *, by: User, at: datetime, **more: Any) -> None:
        move(self, to, step=step, by=by, at=at, organisation=self.body, **more)


class EngagementEdition(models.Model):
    """An edition that an engagement examines, and the level the request names where cumulative."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="editions")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["edition__name"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "edition"], name="engagementedition_once")
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id}: {self.edition_id}"


def hands_in(engagement: Engagement) -> set[uuid.UUID]:
    """Whoever took part in the examination, by key: none of them decides. One statement."""
    recorded = engagement.findings.order_by().values_list("recorded_by")
    others = engagement.examiners.order_by().values_list("pk")
    people = [engagement.evaluator_id, *(key for (key,) in recorded.union(others))]
    return {key for key in people if key}


def accredited_at(at: datetime) -> Q:
    """Of grants: those that a buyer asked for, and those whose body may attest an edition of its
    examination at `at` (rule R58)."""
    editions = EngagementEdition.objects.filter(engagement__number=OuterRef(OuterRef("why")))
    accreditations = Accreditation.objects.in_force(at=at).filter(
        body=OuterRef("organisation"), editions__in=editions.values("edition")
    )
    return Q(request__isnull=False) | Q(Exists(accreditations))


def open_evidence(engagement: Engagement, *, by: User, at: datetime) -> None:
    """The body may open the provider's files from acceptance to the end of the engagement.

    The file view asks these grants alone.
    """
    Grant.objects.create(
        declaration_id=engagement.declaration_id,
        organisation_id=engagement.body_id,
        since=at,
        why=engagement.number,
    )
    record(engagement, steps.EVIDENCE_OPENED, by=by, at=at, organisation=engagement.provider)


def close_evidence(engagement: Engagement, *, by: User, at: datetime) -> None:
    """The body may no longer open the files, unless another engagement lets it."""
    grants = Grant.objects.filter(
        declaration=engagement.declaration_id,
        organisation=engagement.body_id,
        why=engagement.number,
        until=None,
    )
    if grants.update(until=at):
        record(engagement, steps.EVIDENCE_CLOSED, by=by, at=at, organisation=engagement.provider)
