"""Engagements: one examination of one declaration by one body."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.lifecycle import IllegalMove, NotReady, illegal, move, reason_required
from certcentre.log.models import record
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Grant
from standards.attestation import independence
from standards.attestation.results import Result
from standards.catalogue.editions import Edition, Level

LATEST = timedelta(days=730)  # until a report is due


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: Any) -> "EngagementQuerySet":
        """The two parties: members of the provider and of the body."""
        mine = Organisation.objects.acted_for_by(user)
        return self.filter(Q(body__in=mine) | Q(provider__in=mine))

    def live(self) -> "EngagementQuerySet":
        """Not declined, cancelled or decided."""
        return self.exclude(status__in=Engagement.OVER)

    def waiting_for(self, user: Any, *roles: str) -> "EngagementQuerySet":
        """What the body's members of these roles may take the next step on."""
        return self.filter(body__in=Organisation.objects.acted_for_by(user, *roles))

    def with_parties(self) -> "EngagementQuerySet":
        return self.select_related("provider", "body", "declaration__release__solution")


class Engagement(models.Model):
    """One examination of one declaration by one body, over some of its criteria."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXAMINING = "examining", _("Being examined")
        AWAITING_CORRECTIONS = "corrections", _("Awaiting corrections")
        READY = "ready", _("Ready for decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    LIFECYCLE = {
        Status.REQUESTED: {Status.ACCEPTED, Status.DECLINED, Status.CANCELLED},
        Status.ACCEPTED: {Status.EXAMINING, Status.CANCELLED},
        Status.EXAMINING: {Status.AWAITING_CORRECTIONS, Status.READY, Status.CANCELLED},
        Status.AWAITING_CORRECTIONS: {Status.EXAMINING, Status.CANCELLED},
        Status.READY: {Status.EXAMINING, Status.GRANTED, Status.REFUSED, Status.CANCELLED},
        Status.DECLINED: set(),
        Status.GRANTED: set(),
        Status.REFUSED: set(),
        Status.CANCELLED: set(),
    }
    OVER = (Status.DECLINED, Status.GRANTED, Status.REFUSED, Status.CANCELLED)
    DECIDED = (Status.GRANTED, Status.REFUSED)
    BEGUN = (Status.EXAMINING, Status.AWAITING_CORRECTIONS, Status.READY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="engagements"
    )
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.REQUESTED)
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

    def accept(
        self, *, interest_statement: str, by: User, at: datetime, due_on: date | None = None
    ) -> None:
        """The body takes it on, says what ties it to the provider, and may open the evidence."""
        independence.require_role(by, self.body, Role.MANAGER)
        if not interest_statement.strip():
            raise NotReady(
                gettext("Say what ties your organisation to the provider, or that nothing does.")
            )
        require_to_come(due_on, at)
        independence.require_apart(self.body, self.provider)
        independence.require_accredited(
            self.body, self.edition_list(), country=self.provider.country, at=at
        )
        with transaction.atomic():
            self._move(
                "accepted",
                by=by,
                at=at,
                interest_statement=interest_statement.strip(),
                due_on=due_on,
                accepted_at=at,
                accepted_by=by,
            )
            open_evidence(self, by=by, at=at)

    def decline(self, *, by: User, at: datetime, reason: str) -> None:
        independence.require_role(by, self.body, Role.MANAGER)
        self._move("declined", by=by, at=at, reason=reason_required(reason))

    def cancel(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The provider before the examination begins; the body after it accepted, with a reason."""
        with transaction.atomic():
            self.lock()
            side = self.body
            if by.acts_for(self.provider, Role.SIGNATORY):
                side = self.provider
                if self.status in self.BEGUN:
                    raise IllegalMove(
                        gettext("The examination has begun, so only the auditing body may cancel.")
                    )
            else:
                independence.require_role(by, self.body, Role.MANAGER)
                reason = reason_required(reason)
                if self.status == self.Status.REQUESTED:
                    raise IllegalMove(
                        gettext("You have not accepted this yet; decline it instead.")
                    )
            move(self, "cancelled", by=by, at=at, reason=reason, organisation=side)
            close_evidence(self, by=by, at=at)

    def examine(self, *, by: User, at: datetime) -> None:
        """Begin. Who begins is the evaluator and can never decide here."""
        self.require_examiner(by, at=at)
        leaving = {self.Status.ACCEPTED}
        self._move(
            "examining", by=by, at=at, step="engagement.examining", leaving=leaving, evaluator=by
        )

    def await_corrections(self, *, by: User, at: datetime) -> None:
        """Hand the nonconformities to the provider; until then they are for the body alone."""
        self.require_examiner(by, at=at)
        with transaction.atomic():
            self.lock()
            if not self.findings.release_nonconformities(at=at):
                raise NotReady(
                    gettext("There is no nonconformity that the provider still has to answer.")
                )
            self._move("corrections", by=by, at=at)
            self.took_part(by)

    def resume(self, *, by: User, at: datetime) -> None:
        """Go on examining after corrections."""
        self.require_examiner(by, at=at)
        leaving = {self.Status.AWAITING_CORRECTIONS}
        with transaction.atomic():
            self._move("examining", by=by, at=at, step="engagement.resumed", leaving=leaving)
            self.took_part(by)

    def ready(self, *, by: User, at: datetime, summary: str) -> None:
        """Hand over to a second person. Every criterion in scope must have been looked at."""
        self.require_examiner(by, at=at)
        with transaction.atomic():
            self.lock()
            problems = []
            if open_ones := self.findings.filter(result=Result.NOT_EXAMINED).count():
                problems.append(
                    gettext("%(count)s criteria have no finding yet.") % {"count": open_ones}
                )
            if not summary.strip():
                problems.append(gettext("Sum up what you examined and what you saw."))
            if self.status == self.Status.EXAMINING and problems:
                raise NotReady(*problems)
            self._move("ready", by=by, at=at, summary=summary.strip(), ready_at=at)
            self.took_part(by)

    def reopen(self, *, by: User, at: datetime, reason: str) -> None:
        """Send it back to be examined further, before a decision."""
        independence.require_role(by, self.body, Role.DECIDER, Role.EVALUATOR)
        why, leaving = reason_required(reason), {self.Status.READY}
        self._move(
            "examining", by=by, at=at, reason=why, step="engagement.reopened", leaving=leaving
        )

    def reschedule(self, *, due_on: date, by: User, at: datetime, reason: str) -> None:
        """The body and the provider agreed on another day; both sides read why."""
        independence.require_role(by, self.body, Role.MANAGER, Role.EVALUATOR)
        require_to_come(due_on, at)
        with transaction.atomic():
            self.lock()
            self.require_status(self.Status.ACCEPTED, *self.BEGUN)
            if due_on == self.due_on:
                raise NotReady(gettext("That is the day it is due already. Give another one."))
            Engagement.objects.filter(pk=self.pk).update(due_on=due_on)
            record(
                self,
                "engagement.rescheduled",
                by=by,
                at=at,
                reason=reason_required(reason),
                organisation=self.body,
                detail={"before": str(self.due_on or ""), "after": str(due_on)},
            )
        self.due_on = due_on

    def lock(self) -> None:
        """Take the row, so that steps on one engagement come one after the other."""
        rows = Engagement.objects.select_for_update()
        self.refresh_from_db(fields=["status", "evaluator", "due_on"], from_queryset=rows)

    def took_part(self, person: User) -> None:
        """Remember that a person other than the evaluator had a hand in the examination."""
        if person.pk != self.evaluator_id:
            self.examiners.add(person)

    def hands(self) -> set[uuid.UUID]:
        """Whoever took part in the examination, by key: none of them decides. One statement."""
        recorded = self.findings.order_by().values_list("recorded_by")
        people = {key for (key,) in recorded.union(self.examiners.order_by().values_list("pk"))}
        return {key for key in (*people, self.evaluator_id) if key}

    def require_examiner(self, person: User, *, at: datetime) -> None:
        independence.require_examiner(person, body=self.body, provider=self.provider, at=at)

    def require_decider(self, person: User, *, at: datetime) -> None:
        independence.require_decider(
            person, body=self.body, provider=self.provider, hands=self.hands(), at=at
        )

    def edition_list(self) -> list[Edition]:
        return [row.edition for row in self.editions.select_related("edition")]

    def require_status(self, *allowed: str) -> None:
        if self.status not in allowed:
            raise illegal(Engagement, self.status)

    def _move(self, to: str, *, by: User, at: datetime, reason: str = "", **more: Any) -> None:
        move(self, to, by=by, at=at, reason=reason, organisation=self.body, **more)


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


def require_to_come(due_on: date | None, at: datetime) -> None:
    """A report is due today or later and within two years, if a day is given."""
    if due_on and due_on < at.date():
        raise NotReady(gettext("The report cannot be due in the past. Give a later day."))
    if due_on and due_on > at.date() + LATEST:
        raise NotReady(gettext("The report is due within two years. Give an earlier day."))


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
    record(engagement, "evidence.opened", by=by, at=at, organisation=engagement.provider)


def close_evidence(engagement: Engagement, *, by: User, at: datetime) -> None:
    """The body may no longer open the files, unless another engagement lets it."""
    grants = Grant.objects.filter(
        declaration=engagement.declaration_id,
        organisation=engagement.body_id,
        why=engagement.number,
        until=None,
    )
    if grants.update(until=at):
        record(engagement, "evidence.closed", by=by, at=at, organisation=engagement.provider)
