"""Access requests: a buyer asks to open evidence, and its provider lets it in for a time, or not.

What opens the files is a Grant, as for auditors. A request says for what, on which terms, and what
became of it; nobody but the two parties reads it.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import (
    IllegalMove,
    NotAllowed,
    NotReady,
    move,
    reason_required,
    require_way,
    words_required,
)
from certcentre.log.models import digest, record
from certcentre.steps import Step
from standards.assessment import steps
from standards.assessment.access_terms import AccessTerms
from standards.assessment.evidence import Evidence, Grant
from standards.assessment.provider_roles import must_sign_for
from standards.assessment.solutions import Release

LASTS = timedelta(days=90)
LONGEST = 2000


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def of_provider(self, user: Reader, *roles: str) -> Self:
        theirs = Organisation.objects.acted_for_by(user, *roles)
        return self.filter(declaration__release__solution__organisation__in=theirs)

    def of_buyer(self, user: Reader, *roles: str) -> Self:
        return self.filter(buyer__in=Organisation.objects.acted_for_by(user, *roles))

    def visible_to(self, user: Reader) -> Self:
        """The members of both parties, and nobody else."""
        return self.of_provider(user) | self.of_buyer(user)

    def with_parties(self) -> Self:
        return self.select_related("buyer", "declaration__release__solution__organisation").defer(
            "declaration__body"
        )

    def of(self, buyer: Organisation, release: Release) -> Self:
        return self.filter(buyer=buyer, declaration__release=release)

    def alike(self, request: "AccessRequest") -> Self:
        """Those of the same buyer for the same release."""
        return self.of(request.buyer, request.declaration.release)

    def waiting(self) -> Self:
        """Not answered yet, the longest first."""
        return self.filter(status=AccessRequest.Status.ASKED).order_by("asked_at", "pk")

    def granted(self) -> Self:
        return self.filter(status=AccessRequest.Status.GRANTED)

    def unopened(self, *, at: datetime) -> Self:
        """Granted, but on terms that the buyer has not accepted."""
        return self.granted().filter(~Q(terms=""), accepted_at=None, until__gt=at)

    def to_act_on(self, user: User) -> Self:
        """Of the buyers that `require_asking` lets this person act for."""
        return self.filter(buyer__in=buyers_of(user))

    def renewable(self, *, at: datetime) -> Self:
        """As `may_renew` asks of a request, whoever it is."""
        later = AccessRequest.objects.filter(
            buyer=OuterRef("buyer"),
            declaration__release=OuterRef("declaration__release"),
            asked_at__gt=OuterRef("asked_at"),
        ).exclude(status=AccessRequest.Status.REFUSED)
        return self.filter(~Exists(later), until__isnull=False)

    def end_with(self, declaration: models.Model, *, by: User, at: datetime, reason: str) -> None:
        """A declaration is withdrawn: what was asked of it is refused, what it opens is shut."""
        for request in self.filter(declaration=declaration).with_parties().order_by("pk"):
            if request.status == AccessRequest.Status.ASKED:
                request.refuse_now(by=by, at=at, reason=reason)
            elif request.is_open(at=at):
                request.end_now(steps.ACCESS_ENDED, by=by, at=at, reason=reason)


class AccessRequest(models.Model):
    """That a buyer asks to open pieces of evidence of one declaration, and what came of it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")

    LIFECYCLE = {
        Status.ASKED: {Status.GRANTED, Status.REFUSED},
        Status.GRANTED: {Status.ENDED},
        Status.REFUSED: set(),
        Status.ENDED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    declaration = models.ForeignKey(
        "standards.Declaration", on_delete=models.PROTECT, related_name="access_requests"
    )
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    pieces = models.ManyToManyField(Evidence, related_name="access_requests")
    purpose = models.TextField(max_length=LONGEST)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    terms = models.TextField(blank=True)  # the provider's, as they stood when it granted
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)  # granted or refused
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)  # why it was refused or ended

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("access request")
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "buyer"],
                condition=Q(status="asked"),
                name="accessrequest_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["granted", "ended"]) | Q(until__isnull=False),
                name="accessrequest_granted_for_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer}: {self.declaration.release}"

    def get_absolute_url(self) -> str:
        return reverse("access-request", args=[self.pk])

    @property
    def provider(self) -> Organisation:
        return self.declaration.release.solution.organisation

    @property
    def needs_terms(self) -> bool:
        """Granted on terms that the buyer has not accepted, so that nothing is open yet."""
        return bool(self.status == self.Status.GRANTED and self.terms and not self.accepted_at)

    def is_open(self, *, at: datetime) -> bool:
        """Granted, and its time not over."""
        return bool(self.status == self.Status.GRANTED and self.until and self.until > at)

    @property
    def over_at(self) -> datetime | None:
        """When access ended or ends; None where it never began."""
        return self.ended_at or self.until

    @staticmethod
    def declaration_of(release: Release, *, at: datetime) -> Any:
        """What may be asked for of a release: that which its declaration in force names."""
        declarations = release.declarations.public().in_force(at=at).defer("body")
        if (declaration := declarations.first()) is None:
            raise IllegalMove(gettext("No declaration of this release is in force now."))
        return declaration

    @classmethod
    def ask(
        cls,
        release: Release,
        *,
        buyer: Organisation,
        by: User,
        at: datetime,
        purpose: str,
        pieces: Iterable[Evidence] | None = None,
        accepted: str = "",
    ) -> "AccessRequest":
        """Ask to open what the release's declaration in force names, or some of it; `accepted` is
        the digest of the provider's terms, where it has any."""
        require_asking(buyer, by=by)
        words = words_required(purpose, gettext("Say what you need it for."))
        with transaction.atomic():
            release = Release.objects.alone().get(pk=release.pk)
            declaration = cls.declaration_of(release, at=at)
            made = cls(declaration=declaration, buyer=buyer, purpose=words, asked_at=at)
            if cls.objects.alike(made).waiting().exists():
                raise IllegalMove(gettext("You have asked already. The provider has not answered."))
            named = Evidence.objects.to_ask_for(declaration)
            chosen = (
                named if pieces is None else named.filter(pk__in=[piece.pk for piece in pieces])
            )
            if not chosen:
                raise NotReady(gettext("Choose what you want to see."))
            terms = AccessTerms.of(release.solution.organisation)
            if terms.digest != accepted:
                raise NotReady(gettext("Read the provider’s terms and accept them."))
            made.asked_by = by
            if terms.words:
                made.terms, made.accepted_at, made.accepted_by = terms.words, at, by
            made.save(force_insert=True)
            made.pieces.set(chosen)
            detail = {"evidence": sorted(str(piece.pk) for piece in chosen), "terms": accepted}
            record(made, steps.ACCESS_ASKED, by=by, at=at, organisation=buyer, detail=detail)
        return made

    def may_grant(self, *, by: User, at: datetime) -> None:
        """Signatories say what leaves the house, as they do by declaring."""
        must_sign_for(self.provider, by)
        require_way(self, "granted")

    def grant(self, *, by: User, at: datetime) -> None:
        """Let the buyer in for 90 days: at once, or once it accepts terms that are new to it."""
        with self._taken(self.may_grant, by, at):
            terms = AccessTerms.of(self.provider)
            stamps: Any = {"answered_at": at, "answered_by": by, "until": at + LASTS}
            if terms.words != self.terms:
                stamps |= {"terms": terms.words, "accepted_at": None, "accepted_by": None}
            stamps["detail"] = {"terms": terms.digest}
            self._move("granted", steps.ACCESS_GRANTED, by, at, **stamps)
            if not self.needs_terms:
                self._open(by, at)

    def may_refuse(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.provider, by)
        require_way(self, "refused")

    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        """Let nobody in, with a reason that the buyer reads."""
        why = reason_required(reason)
        with self._taken(self.may_refuse, by, at):
            self.refuse_now(by=by, at=at, reason=why)

    def may_accept(self, *, by: User, at: datetime) -> None:
        """Whoever may ask for the buyer accepts for it."""
        require_asking(self.buyer, by=by)
        if not (self.needs_terms and self.is_open(at=at)):
            raise IllegalMove(gettext("There are no terms to accept."))

    def accept(self, *, by: User, at: datetime) -> None:
        """Accept the provider's terms: from now on the evidence is open."""
        with self._taken(self.may_accept, by, at):
            stamps: Any = {"accepted_at": at, "accepted_by": by}
            AccessRequest.objects.filter(pk=self.pk).update(**stamps)
            own: Any = {"organisation": self.buyer, "detail": {"terms": digest(self.terms)}}
            record(self, steps.ACCESS_ACCEPTED, by=by, at=at, **own)
            self._open(by, at)
        self.accepted_at, self.accepted_by = at, by

    def may_end(self, *, by: User, at: datetime) -> None:
        """Either side, as long as it lasts."""
        if not by.acts_for(self.provider, Role.SIGNATORY):
            require_hand(self.buyer, by=by)
        if not self.is_open(at=at):
            raise IllegalMove(gettext("There is no access to end."))

    def end(self, *, by: User, at: datetime, reason: str) -> None:
        """Shut it before its time is over, with a reason that the other side reads."""
        why = reason_required(reason)
        with self._taken(self.may_end, by, at):
            self.end_now(steps.ACCESS_ENDED, by=by, at=at, reason=why)

    def may_renew(self, *, by: User, at: datetime) -> None:
        """Whoever may ask asks once more, where nobody has since."""
        require_asking(self.buyer, by=by)
        if not AccessRequest.objects.filter(pk=self.pk).renewable(at=at).exists():
            raise IllegalMove(gettext("There is nothing to renew here."))
        self.declaration_of(self.declaration.release, at=at)

    def renew(self, *, by: User, at: datetime, **asked: Any) -> "AccessRequest":
        """Ask anew for the same release. What is granted then takes the place of this."""
        self.may_renew(by=by, at=at)
        return AccessRequest.ask(self.declaration.release, buyer=self.buyer, by=by, at=at, **asked)

    def refuse_now(self, *, by: User, at: datetime, reason: str) -> None:
        """Within a step that has asked who may, and holds the release."""
        stamps: Any = {"answered_at": at, "answered_by": by, "because": reason}
        self._move("refused", steps.ACCESS_REFUSED, by, at, reason=reason, **stamps)

    def end_now(self, step: Step, *, by: User, at: datetime, reason: str) -> None:
        """Within such a step: what it opened is shut."""
        self._move("ended", step, by, at, reason=reason, because=reason, ended_at=at)
        self.grants.filter(until__gt=at).update(until=at)

    def _open(self, by: User, at: datetime) -> None:
        """From now on the file view lets the buyer in; an earlier request has had its time."""
        for earlier in AccessRequest.objects.alike(self).exclude(pk=self.pk).order_by("pk"):
            if earlier.is_open(at=at):
                earlier.end_now(steps.ACCESS_RENEWED, by=by, at=at, reason="")
        Grant.objects.create(
            declaration_id=self.declaration_id,
            organisation_id=self.buyer_id,
            request=self,
            since=at,
            until=self.until,
            why=Truncator(self.purpose).chars(120),
        )

    def _move(self, to: str, step: Step, by: User, at: datetime, **more: Any) -> None:
        move(self, to, step=step, by=by, at=at, organisation=self.provider, **more)

    @contextmanager
    def _taken(self, may: Callable[..., None], by: User, at: datetime) -> Iterator[None]:
        """One transaction that holds the release, so that nothing is withdrawn, asked or opened
        meanwhile; begun with what the step asks."""
        may(by=by, at=at)
        with transaction.atomic():
            Release.objects.alone().get(pk=self.declaration.release_id)
            self.refresh_from_db(fields=["status", "until", "terms", "accepted_at"])
            may(by=by, at=at)
            yield


def require_hand(buyer: Organisation, *, by: User) -> None:
    """Those of a buyer who write its tenders and publish them also ask for evidence."""
    if not by.acts_for(buyer, *steps.ASKERS):
        raise NotAllowed(gettext("Only an editor or signatory of the buyer takes this step."))


def require_asking(buyer: Organisation, *, by: User) -> None:
    """NotAllowed unless such a person of a buyer in force."""
    require_hand(buyer, by=by)
    if buyer.kind != Organisation.Kind.BUYER or buyer.status != Organisation.Status.VERIFIED:
        raise NotAllowed(gettext("Only a buyer that the centre has verified asks for evidence."))


def buyers_of(person: User) -> QuerySet[Organisation]:
    """Those that `require_asking` lets this person ask for."""
    buyers = Organisation.objects.acted_for_by(person, *steps.ASKERS).in_force()
    return buyers.filter(kind=Organisation.Kind.BUYER)
