"""Applications for accreditation: a body asks, shows why, and the centre grants or refuses."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.lifecycle import (
    IllegalMove,
    NotReady,
    move,
    reason_required,
    require_way,
    words_required,
)
from certcentre.log.models import next_number, record
from certcentre.received_files import received
from certcentre.steps import Step
from standards.attestation import independence, steps
from standards.attestation.accreditation import Accreditation
from standards.catalogue.editions import Edition


class ApplicationQuerySet(models.QuerySet["AccreditationApplication"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """For officers all; for members of a body its own."""
        if user.is_officer():
            return self
        return self.filter(body__in=Organisation.objects.acted_for_by(user).at_work())

    def open(self) -> "ApplicationQuerySet":
        return self.filter(status__in=AccreditationApplication.OPEN)

    def insuring(self, *, at: datetime) -> "ApplicationQuerySet":
        """What bodies were accredited by and still are, where it says the last day of their
        insurance: they named no later one since."""
        granted = self.filter(accreditation__in=Accreditation.objects.in_force(at=at))
        own = AccreditationApplication.objects.filter(body=OuterRef("body"))
        standing = own.filter(status__in=[*AccreditationApplication.OPEN, "granted"])
        day = OuterRef("insured_until")
        later = Q(insured_until__gt=day) | Q(insured_until=day, sent_at__gt=OuterRef("sent_at"))
        return granted.exclude(Exists(standing.filter(later)))

    def judgeable_by(self, user: User, *, at: datetime) -> "ApplicationQuerySet":
        """Those that wait for an officer, of bodies that this one does not belong to."""
        own = Membership.objects.recently_of(user, at=at).values("organisation")
        sent = self.filter(status=AccreditationApplication.Status.SENT)
        return sent.exclude(body__in=own).select_related("body").order_by("sent_at")


class AccreditationApplication(models.Model):
    """A body asks to be accredited for a scope, or to be so again."""

    class Status(models.TextChoices):
        SENT = "sent", _("Sent")
        ASKED = "asked", _("More is asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    OPEN = (Status.SENT, Status.ASKED)
    LIFECYCLE = {
        Status.SENT: {Status.ASKED, Status.GRANTED, Status.REFUSED, Status.TAKEN_BACK},
        Status.ASKED: {Status.SENT, Status.REFUSED, Status.TAKEN_BACK},
        Status.GRANTED: set(),
        Status.REFUSED: set(),
        Status.TAKEN_BACK: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True)
    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    editions = models.ManyToManyField(Edition, related_name="+")
    methods = models.JSONField(default=list)  # by which it examines
    countries = models.JSONField(default=list)  # of the provider; empty: every country
    competence = models.TextField()
    insured_until = models.DateField()
    answer = models.TextField(blank=True)  # to what was asked last
    file = models.FileField(upload_to="applications/%Y/%m/")  # a sample report
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256, hexadecimal
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    accreditation = models.ForeignKey(
        Accreditation, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for accreditation")
        ordering = ["-sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["body"],
                condition=Q(status__in=["sent", "asked"]),
                name="accreditationapplication_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status="granted", accreditation__isnull=False)
                | (~Q(status="granted") & Q(accreditation=None)),
                name="accreditationapplication_granted_made_one",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])

    @classmethod
    def apply(
        cls,
        body: Organisation,
        *,
        editions: Iterable[Edition],
        report: File,
        by: User,
        at: datetime,
        **words: Any,
    ) -> "AccreditationApplication":
        """A manager of a verified body asks. Its terms are published beforehand."""
        scope = list(editions)
        independence.require_role(by, body, Role.MANAGER)
        cls._require_sound(body, scope, words, at)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=body.pk)
            if cls.objects.open().filter(body=body).exists():
                raise IllegalMove(
                    gettext("An application of yours is open. Wait, or take it back.")
                )
            with received(report, cls.file, at=at) as kept:
                made = cls.objects.create(
                    number=next_number("AA", at=at),
                    body=body,
                    sent_at=at,
                    sent_by=by,
                    **words,
                    **kept.fields,
                )
                made.editions.set(scope)
                detail = {
                    "editions": sorted(edition.key for edition in scope),
                    "countries": made.countries,
                    "methods": made.methods,
                    "insured_until": made.insured_until.isoformat(),
                    "report": made.digest,
                }
                step, state = steps.APPLICATION_SENT, made.status
                record(made, step, by=by, at=at, to_state=state, organisation=body, detail=detail)
        return made

    @staticmethod
    def _require_sound(
        body: Organisation, scope: list[Edition], words: dict[str, Any], at: datetime
    ) -> None:
        problems = []
        if body.kind != Organisation.Kind.AUDITOR or body.status != Organisation.Status.VERIFIED:
            problems.append(
                gettext("Only an auditing body that the centre verified is accredited.")
            )
        if not hasattr(body, "terms"):
            problems.append(
                gettext("Publish your fee, time, languages and contact on your desk first.")
            )
        if not scope:
            problems.append(gettext("Name at least one edition."))
        if not words["methods"]:
            problems.append(gettext("Name at least one method by which you examine."))
        if not words["competence"].strip():
            problems.append(gettext("Say what makes you competent."))
        if words["insured_until"] < at.date():
            problems.append(gettext("The insurance has run out already."))
        if problems:
            raise NotReady(*problems)

    def may_ask(self, *, by: User, at: datetime) -> None:
        self._judged(by, at, "asked")

    def ask(self, *, by: User, at: datetime, reason: str) -> None:
        """An officer asks for more before deciding."""
        self.may_ask(by=by, at=at)
        self._move("asked", steps.APPLICATION_ASKED, by, at, reason=reason_required(reason))

    def may_answer(self, *, by: User, at: datetime) -> None:
        independence.require_role(by, self.body, Role.MANAGER)
        if self.status == self.Status.SENT:
            raise IllegalMove(gettext("Nothing is asked of you now."))
        require_way(self, "sent")

    def answer_with(
        self,
        *,
        answer: str,
        insured_until: date,
        by: User,
        at: datetime,
        report: File | None = None,
    ) -> None:
        """The body says what was asked for, with another report where it has one."""
        self.may_answer(by=by, at=at)
        words = words_required(answer, gettext("Answer what was asked."))
        if insured_until < at.date():
            raise NotReady(gettext("The insurance has run out already."))
        stamps: dict[str, Any] = {"answer": words, "insured_until": insured_until}
        step = steps.APPLICATION_ANSWERED
        if not report:
            self._move("sent", step, by, at, reason=words, **stamps)
            return
        with transaction.atomic(), received(report, AccreditationApplication.file, at=at) as kept:
            self._move("sent", step, by, at, reason=words, **stamps, **kept.fields)

    def may_grant(self, *, by: User, at: datetime) -> None:
        self._judged(by, at, "granted")
        if self.insured_until < at.date():
            raise NotReady(gettext("Its insurance has run out meanwhile. Ask for a new proof."))

    def grant(self, *, valid_from: date, valid_until: date, by: User, at: datetime) -> None:
        """Accredit the body for exactly what it asked."""
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=self.body_id)
            self.may_grant(by=by, at=at)
            accreditation = Accreditation.grant(
                self.body,
                editions=self.editions.all(),
                countries=self.countries,
                valid_from=valid_from,
                valid_until=valid_until,
                by=by,
                at=at,
            )
            step = steps.APPLICATION_GRANTED
            self._move("granted", step, by, at, accreditation=accreditation)

    def may_refuse(self, *, by: User, at: datetime) -> None:
        self._judged(by, at, "refused")

    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        self.may_refuse(by=by, at=at)
        self._move("refused", steps.APPLICATION_REFUSED, by, at, reason=reason_required(reason))

    def may_take_back(self, *, by: User, at: datetime) -> None:
        independence.require_role(by, self.body, Role.MANAGER)
        require_way(self, "taken_back")

    def take_back(self, *, by: User, at: datetime, reason: str) -> None:
        self.may_take_back(by=by, at=at)
        self._move(
            "taken_back", steps.APPLICATION_TAKEN_BACK, by, at, reason=reason_required(reason)
        )

    def _judged(self, by: User, at: datetime, to: str) -> None:
        self.body.require_judge(by, at=at)
        require_way(self, to)

    def _move(self, to: str, step: Step, by: User, at: datetime, **more: Any) -> None:
        move(self, to, step=step, by=by, at=at, organisation=self.body, **more)
