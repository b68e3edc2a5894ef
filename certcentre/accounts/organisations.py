"""Organisations, and who acts for them."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

import rfc8785
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts import steps
from certcentre.accounts.organisation_words import Called, OrganisationWords
from certcentre.accounts.people import Reader, Role, User
from certcentre.lifecycle import (
    IllegalMove,
    NotAllowed,
    NotReady,
    move,
    reason_required,
    require_way,
)
from certcentre.log.models import digest, record
from certcentre.steps import Step

COOLING_OFF = timedelta(days=730)  # rule R7: 24 months after a membership ended


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def acted_for_by(self, user: Reader, *roles: str) -> "OrganisationQuerySet":
        """Organisations where `user` holds one of `roles` now (any role, if none is named)."""
        if not user.is_authenticated:
            return self.none()
        memberships = Membership.objects.filter(user=user, until=None)
        if roles:
            memberships = memberships.filter(role__in=roles)
        return self.filter(pk__in=memberships.values("organisation"))

    def visible_to(self, user: Reader) -> "OrganisationQuerySet":
        """Its members and the centre's officers see an organisation's own page."""
        if user.is_authenticated and user.is_officer():
            return self
        return self.acted_for_by(user)

    def at_work(self) -> "OrganisationQuerySet":
        """Neither suspended nor closed: whose members others let in, and whose jobs run."""
        return self.exclude(status__in=Organisation.STOPPED)

    def in_force(self) -> "OrganisationQuerySet":
        return self.filter(status=Organisation.Status.VERIFIED)

    def waiting(self) -> "OrganisationQuerySet":
        """Registered and not judged yet, the longest first."""
        return self.filter(status=Organisation.Status.REGISTERED).order_by("created_at")

    def centre(self) -> "Organisation | None":
        """The one that runs the register; None before `found_centre`."""
        return self.filter(kind=Organisation.Kind.CENTRE).first()

    def found_by(self, words: str) -> "OrganisationQuerySet":
        """Whose name or register number holds the words, or who was called so before."""
        called = OrganisationWords.called(words).values("organisation")
        stated = Q(name__icontains=words) | Q(register_number__icontains=words)
        return self.filter(stated | Q(pk__in=called))


class Organisation(Called):
    """A body that sells, examines, buys or runs the register. It has one kind and never two."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("Provider")
        AUDITOR = "auditor", _("Auditor")
        BUYER = "buyer", _("Buyer")
        CENTRE = "centre", _("Centre")

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Registered, not verified yet")
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Verification refused")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    STOPPED = (Status.SUSPENDED, Status.CLOSED)
    OUT_OF_FORCE = (Status.REGISTERED, Status.REFUSED, Status.SUSPENDED, Status.CLOSED)

    class Size(models.TextChoices):
        MICRO = "micro", _("Micro (fewer than 10 people)")
        SMALL = "small", _("Small (fewer than 50 people)")
        MEDIUM = "medium", _("Medium (fewer than 250 people)")
        LARGE = "large", _("Large")

    LIFECYCLE = {
        Status.REGISTERED: {Status.VERIFIED, Status.REFUSED, Status.CLOSED},
        Status.REFUSED: {Status.VERIFIED},
        Status.VERIFIED: {Status.SUSPENDED, Status.CLOSED},
        Status.SUSPENDED: {Status.VERIFIED, Status.CLOSED},
        Status.CLOSED: set(),
    }
    ROLES = {
        Kind.PROVIDER: (Role.MANAGER, Role.EDITOR, Role.SIGNATORY),
        Kind.BUYER: (Role.MANAGER, Role.EDITOR, Role.SIGNATORY),
        Kind.AUDITOR: (Role.MANAGER, Role.EVALUATOR, Role.DECIDER),
        Kind.CENTRE: (Role.MANAGER, Role.OFFICER),
    }
    VERIFIED_DETAILS = ("name", "country", "register_number")  # that the centre looks up
    CORRECTED = ("country", "register_number")  # a verified name is not corrected: renaming.py
    OPEN_DETAILS = ("website", "size")
    FIRST_ROLES = ROLES | {Kind.AUDITOR: (Role.MANAGER, Role.EVALUATOR)}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2)
    register_number = models.CharField(_("number in the business register"), max_length=80)
    website = models.URLField(_("website"), blank=True)
    size = models.CharField(_("size"), max_length=6, choices=Size.choices, blank=True)
    two_people = models.BooleanField(_("a second person publishes tenders"), default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REGISTERED)
    created_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verified_how = models.CharField(max_length=300, blank=True)
    details_changed_at = models.DateTimeField(null=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["kind", "status"], name="organisation_by_status"),
            models.Index(
                fields=["details_changed_at"],
                condition=Q(details_changed_at__isnull=False),
                name="organisation_changed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_at__isnull=False),
                name="organisation_verified_has_a_date",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.pk])

    @classmethod
    def register(cls, *, by: User, at: datetime, **fields: Any) -> "Organisation":
        """Make an organisation whose first member is the person who registers it."""
        if fields["kind"] == cls.Kind.CENTRE:
            raise NotAllowed(gettext("The centre is set up by its operator, not registered here."))
        with transaction.atomic():
            User.objects.select_for_update().get(pk=by.pk)  # pressed twice, it comes one by one
            same = {name: fields[name] for name in ("kind", "country", "register_number")}
            if cls.objects.acted_for_by(by).exclude(status=cls.Status.CLOSED).filter(**same):
                raise IllegalMove(gettext("You have already registered this organisation."))
            return cls._open(by, at, fields)

    @classmethod
    def found_centre(cls, *, by: User, at: datetime, **fields: Any) -> "Organisation":
        """Set up the centre on a new installation, with its first officer. There is only one."""
        how = "Set up by its operator"
        verified = {"status": cls.Status.VERIFIED, "verified_at": at, "verified_how": how}
        with transaction.atomic():
            if cls.objects.filter(kind=cls.Kind.CENTRE).exists():
                raise IllegalMove(gettext("This portal already has its centre."))
            return cls._open(by, at, {"kind": cls.Kind.CENTRE, **fields, **verified})

    @classmethod
    def _open(cls, by: User, at: datetime, fields: dict[str, Any]) -> "Organisation":
        made = cls.objects.create(created_at=at, **fields)
        detail, step = {"digest": made.digest}, steps.ORGANISATION_REGISTERED
        record(made, step, by=by, at=at, organisation=made, detail=detail)
        for role in cls.FIRST_ROLES[cls.Kind(made.kind)]:
            Membership.grant(user=by, organisation=made, role=role, by=by, at=at)
        return made

    @property
    def verified_details(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.VERIFIED_DETAILS}

    @property
    def digest(self) -> str:
        """Of what the centre looks up: each step that says it has this in the log (rule R54)."""
        return digest(rfc8785.dumps({"kind": self.kind, **self.verified_details}))

    def changeable_details(self) -> tuple[str, ...]:
        """The details its manager may change: what the centre has verified stays as it is."""
        of_buyers = ("two_people",) if self.kind == self.Kind.BUYER else ()
        open_ = (*self.OPEN_DETAILS, *of_buyers)
        judged = self.status in (self.Status.VERIFIED, self.Status.SUSPENDED)
        return open_ if judged else (*self.VERIFIED_DETAILS, *open_)

    def change_details(self, *, by: User, at: datetime, **details: Any) -> None:
        """Correct what the organisation says of itself."""
        self.may_change_details(by=by, at=at)
        if not set(details) <= set(self.changeable_details()):
            raise IllegalMove(
                gettext("The centre has verified these details, so they cannot be changed here.")
            )
        rows = Organisation.objects.filter(pk=self.pk, status=self.status)
        with transaction.atomic():
            stood = rows.select_for_update().first()
            if stood is None:
                raise IllegalMove(gettext("The centre judged this organisation meanwhile."))
            rows.update(**details, details_changed_at=at)
            changed = sorted(name for name in details if details[name] != getattr(stood, name))
            detail = {"changed": changed, "digest": rows.get().digest}
            if "two_people" in changed:
                detail["two_people"] = details["two_people"]
            step = steps.ORGANISATION_DETAILS_CHANGED
            record(self, step, by=by, at=at, organisation=self, detail=detail)
        self.refresh_from_db(fields=list(details))

    def may_change_details(self, *, by: User, at: datetime) -> None:
        self._kept_by(by)

    def may_invite(self, *, by: User, at: datetime) -> None:
        self._kept_by(by)
        if self.status in self.STOPPED:
            raise IllegalMove(gettext("While it is suspended nobody can be invited."))
        by.require_confirmed()

    def may_declare_interest(self, *, by: User, at: datetime) -> None:
        self._kept_by(by)

    def require_judge(self, person: User, *, at: datetime) -> None:
        """NotAllowed unless an officer of the centre who has no tie to it (rule R11)."""
        if not person.is_officer():
            raise NotAllowed(gettext("Only an officer of the centre takes this step."))
        self.require_untied(person, at=at)

    def require_untied(self, person: User, *, at: datetime) -> None:
        """NotAllowed for its members, now or in the last 24 months (rule R7)."""
        if Membership.objects.recent(self, user=person, at=at).exists():
            raise NotAllowed(
                gettext("You belong or belonged to this organisation; ask a colleague.")
            )

    def may_verify(self, *, by: User, at: datetime) -> None:
        self.require_judge(by, at=at)
        require_way(self, "verified")

    def verify(self, *, by: User, at: datetime, how: str) -> None:
        """The centre has checked name and register number; `how` is shown to the public."""
        self.may_verify(by=by, at=at)
        stamps: Any = {"verified_at": at, "verified_by": by, "verified_how": how}
        with transaction.atomic():
            rows = Organisation.objects.select_for_update()
            stamps["detail"] = {"digest": rows.get(pk=self.pk).digest}
            self._move("verified", steps.ORGANISATION_VERIFIED, by, at, how, **stamps)
            OrganisationWords.put([self])

    def may_correct(self, *, by: User, at: datetime) -> None:
        """What it has verified the centre corrects; before, the organisation itself does."""
        self.require_judge(by, at=at)
        if self.status not in (self.Status.VERIFIED, self.Status.SUSPENDED):
            raise IllegalMove(
                gettext("The centre has not verified this organisation: its manager corrects it.")
            )

    def correct(self, *, by: User, at: datetime, reason: str, **details: str) -> None:
        """The business register says otherwise now: country or number, and why."""
        self.may_correct(by=by, at=at)
        changed = sorted(name for name in details if details[name] != getattr(self, name))
        if set(details) - set(self.CORRECTED):
            raise TypeError(f"Not to be corrected: {', '.join(sorted(details))}")
        if not changed:
            raise NotReady(gettext("It says so already. Change what is not so."))
        why, step = reason_required(reason), steps.ORGANISATION_CORRECTED
        with transaction.atomic():
            Organisation.objects.filter(pk=self.pk).update(**details, details_changed_at=at)
            self.refresh_from_db(fields=self.VERIFIED_DETAILS)
            detail = {"changed": changed, "digest": self.digest}
            record(self, step, by=by, at=at, reason=why, organisation=self, detail=detail)

    def may_refuse(self, *, by: User, at: datetime) -> None:
        self.require_judge(by, at=at)
        require_way(self, "refused")

    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        self.may_refuse(by=by, at=at)
        self._move("refused", steps.ORGANISATION_REFUSED, by, at, reason)

    def may_suspend(self, *, by: User, at: datetime) -> None:
        self.require_judge(by, at=at)
        require_way(self, "suspended")

    def suspend(self, *, by: User, at: datetime, reason: str) -> None:
        self.may_suspend(by=by, at=at)
        self._move("suspended", steps.ORGANISATION_SUSPENDED, by, at, reason)

    def may_close(self, *, by: User, at: datetime) -> None:
        if not by.acts_for(self, Role.MANAGER):
            self.require_judge(by, at=at)
        require_way(self, "closed")

    def close(self, *, by: User, at: datetime, reason: str) -> None:
        """Its own manager or the centre ends it; public numbers and pages stay."""
        self.may_close(by=by, at=at)
        self._move("closed", steps.ORGANISATION_CLOSED, by, at, reason)

    def _move(
        self, to: str, step: Step, by: User, at: datetime, reason: str, **stamps: Any
    ) -> None:
        move(self, to, by=by, at=at, reason=reason, step=step, organisation=self, **stamps)

    def _kept_by(self, user: User) -> None:
        if not user.acts_for(self, Role.MANAGER):
            raise NotAllowed(gettext("Only a manager of this organisation takes this step."))
        if self.status == self.Status.CLOSED:
            raise IllegalMove(gettext("This organisation is closed."))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def recent(self, organisation: Organisation, *, user: User, at: datetime) -> Self:
        """The person's memberships there now or in the 24 months before `at` (rule R7)."""
        return self.recently_of(user, at=at).filter(organisation=organisation)

    def recently_of(self, user: User, *, at: datetime) -> Self:
        """All that the person holds or held in the 24 months before `at`."""
        return self.lately(at=at).filter(user=user)

    def lately(self, *, at: datetime) -> Self:
        """Those of anybody that are held, or were in the 24 months before `at`."""
        return self.filter(Q(until=None) | Q(until__gt=at - COOLING_OFF))


class Membership(models.Model):
    """That a person holds one role in one organisation, from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(until=None),
                name="membership_role_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.organisation}"

    @classmethod
    def grant(
        cls, *, user: User, organisation: Organisation, role: str, by: User | None, at: datetime
    ) -> "Membership":
        """Give a role; giving it twice changes nothing."""
        with transaction.atomic():
            membership, made = cls.objects.get_or_create(
                user=user, organisation=organisation, role=role, until=None, defaults={"since": at}
            )
            if made:
                step, detail = steps.MEMBERSHIP_GRANTED, {"member": str(user.pk), "role": role}
                record(membership, step, by=by, at=at, organisation=organisation, detail=detail)
        return membership

    def may_end(self, *, by: User, at: datetime) -> None:
        """Theirs, or that of a manager of the organisation. The last manager stays, so that
        somebody can let others in."""
        if by.pk != self.user_id and not by.acts_for(self.organisation, Role.MANAGER):
            raise NotAllowed(gettext("Only a manager takes a role from somebody else."))
        if self.until is not None:
            raise IllegalMove(gettext("This role has already ended."))
        question = ("managers", self.organisation_id)
        if self.role == Role.MANAGER and by.once(question, self._managers) < 2:
            raise NotReady(
                gettext("The last manager cannot leave. Make someone else manager first.")
            )

    def _managers(self) -> int:
        rows = Membership.objects.filter(organisation=self.organisation_id, until=None)
        return rows.filter(role=Role.MANAGER).count()

    def end(self, *, by: User, at: datetime) -> None:
        """Take the role back."""
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=self.organisation_id)
            self.refresh_from_db(fields=["until"])
            self.may_end(by=by, at=at)
            Membership.objects.filter(pk=self.pk).update(until=at)
            detail = {"member": str(self.user_id), "role": self.role}
            step = steps.MEMBERSHIP_ENDED
            record(self, step, by=by, at=at, organisation=self.organisation, detail=detail)
        self.until = at
