"""Accreditations: which bodies may attest what, where and until when."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import (
    IllegalMove,
    NotReady,
    move,
    reason_required,
    require_way,
)
from certcentre.log.models import digest, next_number, record
from certcentre.steps import Step
from standards.attestation import steps
from standards.catalogue.editions import Edition


class AccreditationQuerySet(models.QuerySet["Accreditation"]):
    def in_force(self, *, at: datetime) -> "AccreditationQuerySet":
        """What lets a body attest on this day: none of a body that is suspended or closed."""
        day, bodies = at.date(), Organisation.objects.in_force()
        active = self.filter(status=Accreditation.Status.ACTIVE, body__in=bodies)
        return active.filter(valid_from__lte=day, valid_until__gte=day)

    def pages_of(self, bodies: Iterable[uuid.UUID]) -> "dict[uuid.UUID, Accreditation]":
        """The page of each body, by key: that of what it was granted last. One statement."""
        rows = self.filter(body__in=bodies).select_related("body").order_by("granted_at", "pk")
        return {row.body_id: row for row in rows}

    def for_providers_of(self, country: OuterRef) -> "AccreditationQuerySet":
        """Those that cover the country of an outer row, as `covers_country` does."""
        rows = self.annotate(named=Cast("countries", models.TextField()))
        code = Concat(Value('"'), country, Value('"'))
        return rows.filter(Q(countries=[]) | Q(named__contains=code))

    def by_edition(
        self, body: Organisation, *, country: str, at: datetime
    ) -> dict[int, "Accreditation"]:
        """What the body may attest for providers of the country at `at`: edition (by key) → the
        accreditation that lasts longest."""
        rows = self.in_force(at=at).filter(body=body).order_by("valid_until")
        return {
            edition.pk: accreditation
            for accreditation in rows.prefetch_related("editions")
            if accreditation.covers_country(country)
            for edition in accreditation.editions.all()
        }


class Accreditation(models.Model):
    """The centre's recognition that a body may attest a scope: editions, countries, dates."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {
        Status.ACTIVE: {Status.SUSPENDED, Status.WITHDRAWN},
        Status.SUSPENDED: {Status.ACTIVE, Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    editions = models.ManyToManyField(Edition, related_name="+")
    countries = models.JSONField(default=list)  # of the provider; empty: every country
    valid_from = models.DateField()
    valid_until = models.DateField()
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AccreditationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accreditation")
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="accreditation_runs_forward"
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("accreditation", args=[self.pk])

    @property
    def frozen(self) -> bytes:
        """What it says, as it was granted and never changes (RFC 8785). One statement."""
        editions = sorted(edition.key for edition in self.editions.all())
        days = [self.valid_from.isoformat(), self.valid_until.isoformat()]
        return rfc8785.dumps([self.number, str(self.body_id), editions, self.countries, *days])

    def covers_country(self, country: str) -> bool:
        return not self.countries or country in self.countries

    def standing_at(self, at: datetime) -> str:
        """What the public is told: the stored state, or what its dates and its body's state say."""
        if self.status != self.Status.ACTIVE:
            return str(self.status)
        if at.date() > self.valid_until:
            return "expired"
        if self.body.status != Organisation.Status.VERIFIED:
            return "suspended"
        return "coming" if at.date() < self.valid_from else "active"

    @classmethod
    def grant(
        cls,
        body: Organisation,
        *,
        editions: Iterable[Edition],
        countries: Iterable[str],
        valid_from: date,
        valid_until: date,
        by: User,
        at: datetime,
    ) -> "Accreditation":
        """Recognise a verified body for a scope; by an officer who has no part in it."""
        scope, where = list(editions), sorted(set(countries))
        body.require_judge(by, at=at)
        cls._require_sound(body, scope, valid_from, valid_until)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=body.pk)
            cls._require_new(body, scope, where, valid_from, valid_until)
            made = cls(
                number=next_number("AC", at=at),
                body=body,
                countries=where,
                valid_from=valid_from,
                valid_until=valid_until,
                granted_at=at,
                granted_by=by,
            )
            with made.examinations_told(by=by, at=at):
                made.save()
                made.editions.set(scope)
            record(
                made,
                steps.ACCREDITATION_GRANTED,
                by=by,
                at=at,
                to_state=made.status,
                organisation=body,
                detail={
                    "editions": sorted(edition.key for edition in scope),
                    "countries": where,
                    "digest": digest(made.frozen),
                },
            )
        return made

    @staticmethod
    def _require_sound(body: Organisation, scope: list[Edition], first: date, last: date) -> None:
        problems = []
        if body.kind != Organisation.Kind.AUDITOR or body.status != Organisation.Status.VERIFIED:
            problems.append(
                gettext("Only an auditing body that the centre verified is accredited.")
            )
        if not scope:
            problems.append(gettext("Name at least one edition."))
        if any(edition.status != Edition.Status.PUBLISHED for edition in scope):
            problems.append(gettext("Only published editions can be part of a scope."))
        if last < first:
            problems.append(gettext("The last day comes before the first."))
        if problems:
            raise NotReady(*problems)

    @classmethod
    def _require_new(
        cls, body: Organisation, scope: list[Edition], where: list[str], first: date, last: date
    ) -> None:
        """A step pressed twice makes one accreditation."""
        wanted = {edition.pk for edition in scope}
        twins = cls.objects.filter(
            body=body, status=cls.Status.ACTIVE, valid_from=first, valid_until=last
        ).prefetch_related("editions")
        for twin in twins:
            if (
                twin.countries == where
                and {edition.pk for edition in twin.editions.all()} == wanted
            ):
                raise IllegalMove(
                    gettext("%(number)s already says exactly this.") % {"number": twin.number}
                )

    def may_suspend(self, *, by: User, at: datetime) -> None:
        self.body.require_judge(by, at=at)
        require_way(self, "suspended")

    def suspend(self, *, by: User, at: datetime, reason: str) -> None:
        """Take it out of force for a time, with the valid certificates in its scope."""
        with transaction.atomic():
            self.may_suspend(by=by, at=at)
            with self.examinations_told(by=by, at=at, reason=reason):
                why = self._move("suspended", steps.ACCREDITATION_SUSPENDED, by, at, reason)
            self.body.certificates.suspend_with(self, by=by, at=at, reason=why)

    def may_withdraw(self, *, by: User, at: datetime) -> None:
        self.body.require_judge(by, at=at)
        require_way(self, "withdrawn")

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """End it for good; the valid certificates in its scope are suspended."""
        with transaction.atomic():
            self.may_withdraw(by=by, at=at)
            with self.examinations_told(by=by, at=at, reason=reason):
                why = self._move("withdrawn", steps.ACCREDITATION_WITHDRAWN, by, at, reason)
            self.body.certificates.suspend_with(self, by=by, at=at, reason=why)

    def may_reinstate(self, *, by: User, at: datetime) -> None:
        self.body.require_judge(by, at=at)
        require_way(self, "active")

    def reinstate(self, *, by: User, at: datetime, reason: str) -> None:
        """Put it back in force, with the certificates that its suspension suspended."""
        with transaction.atomic():
            self.may_reinstate(by=by, at=at)
            with self.examinations_told(by=by, at=at, reason=reason):
                why = self._move("active", steps.ACCREDITATION_REINSTATED, by, at, reason)
            self.body.certificates.reinstate_with(self, by=by, at=at, reason=why)

    def _move(self, to: str, step: Step, by: User, at: datetime, reason: str) -> str:
        """Move it, and give the reason as it was kept."""
        why = reason_required(reason)
        move(self, to, step=step, by=by, at=at, reason=why, organisation=self.body)
        return why

    @contextmanager
    def examinations_told(self, *, by: User, at: datetime, reason: str = "") -> Iterator[None]:
        """Each examination under way that stands still by this step, or goes on, says so, and its
        provider is told (rule R124)."""
        Organisation.objects.select_for_update().get(pk=self.body_id)
        still = set(self.body.engagements.at_rest(at=at).values_list("pk", flat=True))
        yield
        now = set(self.body.engagements.at_rest(at=at).values_list("pk", flat=True))
        changed = self.body.engagements.filter(pk__in=still ^ now).order_by("pk")
        for engagement in changed:
            step = steps.ENGAGEMENT_RESTS if engagement.pk in now else steps.ENGAGEMENT_GOES_ON
            self.tell(engagement, step, by=by, at=at, reason=reason)

    def tell(
        self,
        engagement: models.Model,
        step: Step,
        *,
        by: User | None,
        at: datetime,
        reason: str = "",
    ) -> None:
        """Record that an examination of the body stands still, or goes on, because of this one."""
        detail = {"accreditation": self.number}
        more = {"organisation": self.body, "detail": detail, "reason": reason.strip()}
        record(engagement, step, by=by, at=at, **more)
