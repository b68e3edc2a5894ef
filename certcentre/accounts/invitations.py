"""Invitations to join, and declared interests."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts import steps
from certcentre.accounts.organisations import Membership, Organisation
from certcentre.accounts.people import Role, User
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady
from certcentre.log.models import record

INVITATION_LASTS = timedelta(days=14)
OPEN_AT_ONCE = 50  # of one organisation, so that nobody writes to the world from here


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, *, at: datetime) -> "InvitationQuerySet":
        """Neither used nor withdrawn nor too old, of an organisation at work, and sent by
        somebody who is still its manager."""
        managers = Membership.objects.filter(
            user=OuterRef("invited_by"),
            organisation=OuterRef("organisation"),
            role=Role.MANAGER,
            until=None,
        )
        return self.filter(
            Exists(managers),
            organisation__in=Organisation.objects.at_work(),
            accepted_at=None,
            withdrawn_at=None,
            expires_at__gt=at,
        )


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """A letter that lets the person at one address join an organisation, once, for 14 days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    roles = models.JSONField(_("roles"))
    token = models.CharField(max_length=64, unique=True, default=new_token)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.email}"

    def get_absolute_url(self) -> str:
        return reverse("invitation-accept", args=[self.token])

    def is_open(self, *, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return Invitation.objects.open(at=at).filter(pk=self.pk).exists()

    @classmethod
    def send(
        cls, organisation: Organisation, *, email: str, roles: list[str], by: User, at: datetime
    ) -> "Invitation":
        """Write the invitation; the notice that carries it follows the log entry."""
        organisation.may_invite(by=by, at=at)
        fitting = organisation.ROLES[Organisation.Kind(organisation.kind)]
        if not roles or not set(roles) <= set(fitting):
            raise NotAllowed(gettext("An organisation of this kind has no such role."))
        if email.lower() == by.email.lower():
            words = gettext("This is your own address. Another manager gives you a further role.")
            raise NotReady(words)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            waiting = organisation.invitations.open(at=at)
            if waiting.filter(email=email.lower()).exists():
                raise NotReady(
                    gettext("An invitation to this address is open. Withdraw it to send a new one.")
                )
            if waiting.count() >= OPEN_AT_ONCE:
                raise NotReady(gettext("Too many invitations are open. Withdraw some first."))
            made = cls.objects.create(
                organisation=organisation,
                email=email.lower(),
                roles=roles,
                invited_by=by,
                invited_at=at,
                expires_at=at + INVITATION_LASTS,
            )
            record(made, steps.INVITATION_SENT, by=by, at=at, organisation=organisation)
        return made

    def is_for(self, person: User) -> bool:
        """Whether the letter is to this person's address."""
        return person.email.lower() == self.email

    def may_accept(self, *, by: User, at: datetime) -> None:
        if not self.is_for(by):
            raise NotAllowed(gettext("This invitation is for another e-mail address."))
        if not self.is_open(at=at):
            raise over()
        by.require_confirmed()

    def accept(self, *, by: User, at: datetime) -> None:
        """Join with the roles of the letter. It is for one address and works once."""
        self.may_accept(by=by, at=at)
        with transaction.atomic():
            taken = Invitation.objects.open(at=at).filter(pk=self.pk)
            if not taken.update(accepted_at=at, accepted_by=by):
                raise over()
            record(self, steps.INVITATION_ACCEPTED, by=by, at=at, organisation=self.organisation)
            for role in self.roles:
                Membership.grant(
                    user=by, organisation=self.organisation, role=role, by=self.invited_by, at=at
                )

    def may_withdraw(self, *, by: User, at: datetime) -> None:
        """Whoever it is for declines it; a manager takes it back."""
        if not self.is_for(by):
            self.organisation.may_invite(by=by, at=at)
        if not self.is_open(at=at):
            raise over()

    def withdraw(self, *, by: User, at: datetime) -> None:
        """The letter no longer works: declined by whom it is for, or taken back."""
        self.may_withdraw(by=by, at=at)
        step = steps.INVITATION_DECLINED if self.is_for(by) else steps.INVITATION_WITHDRAWN
        with transaction.atomic():
            if not Invitation.objects.open(at=at).filter(pk=self.pk).update(withdrawn_at=at):
                raise over()
            record(self, step, by=by, at=at, organisation=self.organisation)


def over() -> IllegalMove:
    return IllegalMove(
        gettext(
            "This invitation no longer works: it was used, withdrawn or is too old, or whoever "
            "sent it may no longer invite."
        )
    )


class Interest(models.Model):
    """A declared tie of one organisation to another: ownership, staff, trade. It bars decisions."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="interests"
    )
    other = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    nature = models.CharField(_("what ties you"), max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("interest")
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation=models.F("other")), name="interest_in_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.other}"

    @classmethod
    def declare(
        cls, organisation: Organisation, *, other: Organisation, nature: str, by: User, at: datetime
    ) -> "Interest":
        organisation.may_declare_interest(by=by, at=at)
        with transaction.atomic():
            made = cls.objects.create(
                organisation=organisation, other=other, nature=nature, since=at, declared_by=by
            )
            record(made, steps.INTEREST_DECLARED, by=by, at=at, organisation=organisation)
        return made

    @classmethod
    def between(
        cls, one: Organisation | OuterRef, two: Organisation | OuterRef
    ) -> "models.QuerySet[Interest]":
        """The ties that either declared to the other and that have not ended."""
        pair = Q(organisation=one, other=two) | Q(organisation=two, other=one)
        return cls.objects.filter(pair, until=None)
