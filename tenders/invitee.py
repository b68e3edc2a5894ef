"""Invitations: whom the buyer asks to bid where a call is not open to all (rules R127, R128).

The list belongs to the tender and not to one version of it. Nobody but the buyer and each invited
provider reads it before the bids are opened.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

import rfc8785
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
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
)
from certcentre.log.models import LogEntry, digest, first_digest, last_move, record, same
from certcentre.plain_text import plain
from standards.assessment.provider_roles import must_edit_for
from standards.registry.matching.qualifying import FEW
from tenders.independence import admit, require_no_part
from tenders.notice import Notice
from tenders.notice_check import invited_too_late
from tenders.requirements import LONGEST
from tenders.steps import INVITEE_DECLINED, INVITEE_INVITED, INVITEE_NAMED, INVITEE_REMOVED

MOST = 50  # invited to one tender


class InviteeQuerySet(models.QuerySet["Invitee"]):
    def on(self, tender: Notice) -> Self:
        """Those of a tender, whichever version they were invited by."""
        return self.among([tender.line])

    def among(self, lines: Iterable[str]) -> Self:
        """Those of tenders, by the references of their first versions."""
        rows = self.filter(line__in=list(lines)).select_related("organisation", "tender__buyer")
        return rows.defer("tender__body")

    def asked(self) -> Self:
        """Those who were told, and have not declined."""
        return self.filter(status=Invitee.Status.INVITED)

    def told(self) -> Self:
        """Those who were told, whatever they answered."""
        return self.exclude(status=Invitee.Status.NAMED)

    def of_members(self, user: Reader, *roles: str) -> Self:
        """Those that people of a provider read: once it was told."""
        return self.told().filter(organisation__in=Organisation.objects.acted_for_by(user, *roles))

    def visible_to(self, user: Reader) -> Self:
        """For the buyer's people; for those of the provider once it was told."""
        theirs = Organisation.objects.acted_for_by(user)
        told = Q(organisation__in=theirs) & ~Q(status=Invitee.Status.NAMED)
        return self.filter(Q(tender__buyer__in=theirs) | told)


class Invitee(models.Model):
    """A provider that the buyer asks to bid, why, and whether it said that it will not."""

    class Status(models.TextChoices):
        NAMED = "named", _("Told when the tender is published")
        INVITED = "invited", _("Invited")
        DECLINED = "declined", _("Will not bid")

    LIFECYCLE = {
        Status.NAMED: {Status.INVITED},
        Status.INVITED: {Status.DECLINED},
        Status.DECLINED: {Status.INVITED},
    }

    tender = models.ForeignKey("Tender", on_delete=models.CASCADE, related_name="invitees")
    line = models.CharField(max_length=20)  # reference of version 1: it is of all versions
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="invitees"
    )
    reason = models.TextField(_("why this provider is invited"), max_length=LONGEST)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NAMED)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_because = models.TextField(_("why you do not bid"), max_length=LONGEST, blank=True)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        ordering = ["named_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "organisation"], name="invitee_once"),
            models.CheckConstraint(
                condition=Q(status="named", invited_at=None)
                | Q(status="invited", invited_at__isnull=False)
                | Q(status="declined", invited_at__isnull=False, declined_at__isnull=False),
                name="invitee_told_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("tender", args=[self.tender.reference])

    @property
    def digest(self) -> str:
        """Of who is invited to what and why: it stands in the log."""
        words = {"tender": self.line, "provider": str(self.organisation_id), "reason": self.reason}
        return digest(rfc8785.dumps(words))

    def invite(self, *, by: User, at: datetime) -> None:
        """Put a provider on the list of a draft, or tell it at once of a tender in force.

        One that declined before is asked once more.
        """
        rows, tender = type(self.tender).objects, self.tender
        tender.may_invite(by=by, at=at)
        self.reason = plain(reason_required(self.reason))
        if tender.status == Notice.Status.DRAFT:
            with tender.edited(by=by, at=at):
                self._name(by=by, at=at)
            return
        with transaction.atomic():
            rows.held(tender.pk)[tender.pk].may_invite(by=by, at=at)
            self._name(by=by, at=at).tell(by=by, at=at, reason=self.reason)

    def _name(self, *, by: User, at: datetime) -> "Invitee":
        """The row of this provider; NotReady where it cannot be asked."""
        if self.organisation not in invitable():
            raise NotReady(gettext("Only verified providers are invited."))
        every = list(Invitee.objects.on(self.tender))
        others = [each for each in every if each.organisation_id != self.organisation_id]
        standing = [each for each in others if each.status != self.Status.DECLINED]
        if standing and self.tender.method == Notice.Method.DIRECT:
            raise NotReady(gettext("In a direct call one supplier is asked, and one is already."))
        if len(others) >= MOST:
            raise NotReady(gettext("At most %(most)d providers are invited.") % {"most": MOST})
        if own := next((each for each in every if each not in others), None):
            name = {"name": self.organisation}
            if own.status != self.Status.DECLINED:
                raise NotReady(gettext("%(name)s is on the list already.") % name)
            if self.tender.status == Notice.Status.DRAFT:
                words = gettext("%(name)s declined. Invite it again by the version in force.")
                raise NotReady(words % name)
            return own
        self.line, self.named_at, self.named_by = self.tender.line, at, by
        self.save(force_insert=True)
        detail, buyer = {"digest": self.digest}, self.tender.buyer
        record(self, INVITEE_NAMED, by=by, at=at, organisation=buyer, detail=detail)
        return self

    def tell(self, *, by: User, at: datetime, reason: str) -> None:
        """Invite it: from now on it may bid. An act of publishing, or of inviting later."""
        logged: Any = {"organisation": self.tender.buyer, "reason": reason}
        logged |= {"step": INVITEE_INVITED, "invited_at": at, "declined_because": ""}
        move(self, self.Status.INVITED, by=by, at=at, **logged)

    def remove(self, *, by: User, at: datetime) -> None:
        """Take a provider off the list of a draft; who was told stays invited."""
        with self.tender.edited(by=by, at=at):
            rows = Invitee.objects.filter(pk=self.pk, status=self.Status.NAMED)
            if not rows.delete()[0]:
                raise IllegalMove(gettext("Who was told stays invited."))
            record(self, INVITEE_REMOVED, by=by, at=at, organisation=self.tender.buyer)

    def may_decline(self, *, by: User, at: datetime) -> None:
        """An editor of the provider says that it will not bid, while bids may still come."""
        must_edit_for(self.organisation, by)
        if self.status != self.Status.INVITED:
            raise illegal(Invitee, self.status)
        versions = type(self.tender).objects.of_line(self.line)
        if not by.once(("open", self.line, at), versions.open(at=at).exists):
            raise IllegalMove(gettext("No bids are taken any more."))
        standing = self.organisation.bids.holding().filter(tender__in=versions)
        if by.once(("bids of", self.pk), standing.exists):
            words = gettext("You have a bid on this tender. Take it back, or throw the draft away.")
            raise IllegalMove(words)

    def decline(self, *, by: User, at: datetime, reason: str = "") -> None:
        """We shall not bid. The buyer reads it at once; only a new invitation undoes it."""
        with transaction.atomic():
            versions = type(self.tender).objects.of_line(self.line).values_list("pk", flat=True)
            type(self.tender).objects.held(*versions)
            self.status = type(self).objects.get(pk=self.pk).status
            self.may_decline(by=by, at=at)
            why = plain(reason).strip()[:LONGEST]
            logged: Any = {"step": INVITEE_DECLINED, "organisation": self.organisation}
            stamps: Any = {"declined_at": at, "declined_because": why}
            move(self, self.Status.DECLINED, by=by, at=at, reason=why, **logged, **stamps)


class Calling(Notice):
    """Who is asked to bid on a tender, and who may."""

    class Meta(Notice.Meta):
        abstract = True

    def may_invite(self, *, by: User, at: datetime) -> None:
        """Editors name whom a draft invites; a signatory invites later ones, while they still have
        the time that bidders have after a change."""
        draft = self.status == self.Status.DRAFT
        admit(by, self.buyer_id, Role.EDITOR if draft else Role.SIGNATORY, at=at)
        if self.method == self.Method.OPEN:
            raise IllegalMove(gettext("The call is open to everybody, so nobody is invited."))
        if draft:
            return
        self.require_in_force()
        if words := invited_too_late(self, at=at):
            raise IllegalMove(words)

    def may_bid(self, *, by: User, at: datetime) -> None:
        """Editors of a verified provider who have no part in the buyer, until bids close; where
        only those bid who are invited, of one of them."""
        providers = bidders(by)
        if not providers.exists():
            raise NotAllowed(gettext("Only editors of a verified provider write bids."))
        require_no_part(by, self.buyer_id, at=at)
        self.require_taking_bids(at=at)
        if not self.bidders(by).exists():
            raise NotAllowed(gettext("Only providers that the buyer invited bid on this tender."))

    def bidders(self, person: User) -> QuerySet[Organisation]:
        """The providers that somebody may write bids of on this tender."""
        if not self.invited_only:
            return bidders(person)
        asked = Invitee.objects.on(self).asked()
        return bidders(person).filter(pk__in=asked.values("organisation"))


def bidders(person: User) -> QuerySet[Organisation]:
    """The verified providers that somebody may write bids of."""
    providers = Organisation.objects.acted_for_by(person, Role.EDITOR).in_force()
    return providers.filter(kind=Organisation.Kind.PROVIDER).order_by("name", "pk")


def standing(tender: Notice) -> int:
    """How many are on the list and have not declined. One statement."""
    return Invitee.objects.on(tender).exclude(status=Invitee.Status.DECLINED).count()


def nobody_invited(tender: Notice) -> str:
    """Why it cannot be published: whom a limited or direct call asks is named before. Empty where
    so."""
    if not tender.by_invitation or tender.method == Notice.Method.SELECTIVE:
        return ""
    number = standing(tender)
    if not number:
        return gettext("Nobody is invited. With this method only those bid here whom you invite.")
    if number > 1 and tender.method == Notice.Method.DIRECT:
        return gettext("In a direct call one supplier is asked. Take the others off the list.")
    return ""


def few_invited(tender: Notice) -> str:
    """That so few are asked that there may be no competition; no law's pack says how many."""
    if not tender.by_invitation or tender.method == Notice.Method.DIRECT:
        return ""
    number = standing(tender)
    if number >= FEW:
        return ""
    words = ngettext(
        "%(n)d provider is invited. Ask whether your law wants more: many want three or five.",
        "%(n)d providers are invited. Ask whether your law wants more: many want three or five.",
        number,
    )
    return words % {"n": number}


def invitable() -> QuerySet[Organisation]:
    """Whom a buyer may invite."""
    return Organisation.objects.in_force().filter(kind=Organisation.Kind.PROVIDER)


def as_logged(invitees: Sequence[Invitee]) -> bool:
    """Whether each of them is what the log holds; an alarm of each that is not. One statement."""
    steps = LogEntry.objects.told(invitees)
    good = []
    for each in invitees:
        own = steps.get(str(each.pk), [])
        state = last_move(own).get("to", Invitee.Status.NAMED)
        good.append(same(each, (each.digest, each.status) == (first_digest(own), state)))
    return all(good)
