"""The declaration: answers, facts and evidence as signed, and grants to open its files."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.lifecycle import move
from certcentre.log.models import LogEntry
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending
from standards.assessment.solutions import Release, must_sign_for

PUBLIC = Q(public_since__isnull=False)


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def in_force(self, *, at: datetime) -> "DeclarationQuerySet":
        return self.filter(withdrawn_at=None, valid_until__gt=at)

    def public(self) -> "DeclarationQuerySet":
        """Made public at some time: their pages stay for ever."""
        return self.filter(PUBLIC)

    def later(self, release: Any, than: Any) -> "DeclarationQuerySet":
        """What took the place of a declaration of this release made at that moment."""
        return self.filter(release=release, declared_at__gt=than)

    def visible_to(self, user: Any) -> "DeclarationQuerySet":
        """Public ones; and while held, the provider's, the centre's and those granted access."""
        if not user.is_authenticated:
            return self.public()
        if user.is_officer():
            return self
        mine = Organisation.objects.acted_for_by(user)
        granted = Grant.objects.filter(organisation__in=mine).values("declaration")
        return self.filter(PUBLIC | Q(release__solution__organisation__in=mine) | Q(pk__in=granted))


class Declaration(models.Model):
    """The self-declaration of conformity (ISO/IEC 17050): an immutable snapshot, signed by name."""

    number = models.CharField(max_length=16, unique=True)
    assessment = models.OneToOneField("standards.Assessment", on_delete=models.PROTECT)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="declarations")
    signatory_name = models.CharField(max_length=120)
    signatory_role = models.CharField(max_length=120)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    valid_until = models.DateTimeField()
    public_since = models.DateTimeField(null=True)  # once public, its page stays for ever
    withdrawn_at = models.DateTimeField(null=True)
    body = models.BinaryField()  # canonical JSON (RFC 8785) of answers, facts and evidence
    digest = models.CharField(max_length=64)  # SHA-256 of body, hexadecimal

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration")
        ordering = ["-declared_at"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("declaration", args=[self.number])

    @property
    def content(self) -> dict[str, Any]:
        """What was declared, read from the bytes that the digest is of."""
        content: dict[str, Any] = json.loads(bytes(self.body))
        return content

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """Take the statement back: its claims at AL1 and AL2 end, a certificate's stay."""
        organisation = self.release.solution.organisation
        must_sign_for(organisation, by)
        own = Q(declaration=self, basis__in=[Claim.Basis.DECLARATION, Claim.Basis.EVIDENCE])
        with transaction.atomic():
            move(
                self.assessment,
                "withdrawn",
                by=by,
                at=at,
                reason=reason,
                step="declaration.withdrawn",
                organisation=organisation,
                visibility=LogEntry.Visibility.PUBLIC,
                detail={"number": self.number},
            )
            Declaration.objects.filter(pk=self.pk).update(withdrawn_at=at)
            if not self.release.stands():
                Release.objects.filter(pk=self.release_id).update(public_since=None)
            ending = Ending(own, f"withdrawn {self.number}")
            claims.change([self.release_id], end=[ending], at=at)
        self.withdrawn_at = at


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self, *, at: datetime) -> "GrantQuerySet":
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class Grant(models.Model):
    """That another organisation may open the evidence files of one declaration, from until."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=120)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")

    def __str__(self) -> str:
        return f"{self.organisation}: {self.declaration}"
