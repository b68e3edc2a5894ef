"""The tender: a buyer's call, from draft to published, awarded or cancelled.

What is published stays as it is: an amendment is a new version, and takes the place of the one
before when it is published itself.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Max, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext

from certcentre import zones
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.people import Reader, User
from certcentre.lifecycle import (
    Conflict,
    IllegalMove,
    NotAllowed,
    NotReady,
    illegal,
    move,
)
from certcentre.log.models import next_number, record
from certcentre.numbers import LATER
from certcentre.search.models import IndexEntry, Texts
from certcentre.steps import Step
from tenders import frozen_body, readiness
from tenders.documents import Document
from tenders.downloads import Download, ask_for_all
from tenders.independence import (
    admit,
    independent,
    require_buying,
    require_second,
)
from tenders.invitee import Calling, Invitee
from tenders.notice import Notice
from tenders.shortlist import Shortlist
from tenders.steps import (
    TENDER_AWARDED,
    TENDER_CANCELLED,
    TENDER_DISCARDED,
    TENDER_PUBLISHED,
    TENDER_REPLACED,
    TENDER_STARTED,
)

MAX_LOTS = 50
# the versions of the tender of a row that knows its `line`, among those of its buyer, who is the
# same for all
IN_LINE = Q(buyer=OuterRef("tender__buyer")) & (
    Q(reference=OuterRef("line")) | Q(reference__startswith=Concat(OuterRef("line"), Value(LATER)))
)


class TenderQuerySet(models.QuerySet["Tender"]):
    def of_members(self, user: Reader, *roles: str) -> Self:
        """Tenders of the organisations where `user` holds one of `roles` (any, if none named)."""
        return self.filter(buyer__in=Organisation.objects.acted_for_by(user, *roles))

    def admitting(self, user: User, role: str, *, at: datetime) -> Self:
        """Those that `admit` lets this person act on in this role."""
        return self.of_members(user, role).filter(independent(user, at=at))

    def writable_by(self, user: User, *, at: datetime) -> Self:
        """Drafts that they may write in."""
        return self.admitting(user, Role.EDITOR, at=at).filter(status=Tender.Status.DRAFT)

    def publishable_by(self, user: User, *, at: datetime) -> Self:
        """Drafts that they may publish, once nothing is missing."""
        rows = self.admitting(user, Role.SIGNATORY, at=at).filter(status=Tender.Status.DRAFT)
        return rows.exclude(buyer__two_people=True, authors=user)

    def to_award_by(self, user: User, *, at: datetime) -> Self:
        """In force with bids closed and opened: a signatory says what became of each lot."""
        return self._closed_for(user, at=at).unsealed()

    def to_open_by(self, user: User, at: datetime) -> Self:
        """Their bids came in here and have closed, and nobody called the opening of."""
        rows = self._closed_for(user, at=at).filter(bid_how=Notice.How.HERE, opening=None)
        return rows.order_by("deadline")

    def _closed_for(self, user: User, *, at: datetime) -> Self:
        return self.admitting(user, Role.SIGNATORY, at=at).in_force().filter(deadline__lte=at)

    def published(self) -> Self:
        """What the public may read: published, and what became of it."""
        return self.exclude(status=Tender.Status.DRAFT)

    def visible_to(self, user: Reader) -> Self:
        """Published tenders, and the drafts of organisations that `user` belongs to."""
        own = Q(buyer__in=Organisation.objects.acted_for_by(user))
        return self.filter(~Q(status=Tender.Status.DRAFT) | own)

    def open(self, *, at: datetime) -> Self:
        """In force and not past the deadline."""
        return self.in_force().filter(Q(deadline=None) | Q(deadline__gt=at))

    def of_line(self, *lines: str) -> Self:
        """The versions of tenders, by the references of the first ones."""
        later = (Q(reference__startswith=f"{line}{LATER}") for line in lines)
        return self.filter(reduce(or_, later, Q(reference__in=lines)))

    def unsealed(self) -> Self:
        """Those whose bids were opened, where they came in here."""
        return self.exclude(bid_how=Notice.How.HERE, opening__held_at=None)

    def newest(self) -> Self:
        """Of each line the published version that none has replaced."""
        return self.published().filter(replaced_at=None).defer("body")

    def held(self, *keys: Any) -> dict[Any, "Tender"]:
        """These rows by key, locked in the order of keys until the transaction ends."""
        rows = self.filter(pk__in=keys).defer("body").order_by("pk").select_for_update()
        return {row.pk: row for row in rows}

    def index(self) -> None:
        """Write what these are found by: the newest of each line that is published, no other."""
        IndexEntry.take_out(IndexEntry.TENDER, self.values_list("reference", flat=True))
        IndexEntry.put(IndexEntry.TENDER, self.newest().texts())

    def texts(self) -> dict[str, Texts]:
        """What each is found by, with its lots, by its reference."""
        rows = self.select_related("buyer").prefetch_related("lots").defer("body")
        return {
            row.reference: Texts(
                [row.title, row.reference],
                [row.summary, row.buyer.name, *(lot.title for lot in row.lots.all())],
            )
            for row in rows
        }

    def in_force(self) -> Self:
        """Published, neither awarded nor cancelled, and no newer version has taken its place."""
        return self.filter(status=Tender.Status.PUBLISHED, replaced_at=None)


class Tender(Calling):
    """A buyer's call: lots of requirements, frozen when published."""

    objects = TenderQuerySet.as_manager()

    @property
    def newest(self) -> "Tender":
        """The published version that stands now; itself where none has replaced it."""
        return Tender.objects.of_line(self.line).newest().get() if self.replaced_at else self

    def may_edit(self, *, by: User, at: datetime) -> None:
        """Editors change drafts: their details, lots and requirements."""
        admit(by, self.buyer_id, Role.EDITOR, at=at)
        self._require(self.Status.DRAFT)

    def may_discard(self, *, by: User, at: datetime) -> None:
        self.may_edit(by=by, at=at)

    def may_publish(self, *, by: User, at: datetime) -> None:
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self._require(self.Status.DRAFT)
        require_second(self, by)
        if problems := readiness.missing(self, at=at):
            raise NotReady(*problems)
        by.require_confirmed()

    def may_amend(self, *, by: User, at: datetime) -> None:
        """An editor begins the next version, once."""
        admit(by, self.buyer_id, Role.EDITOR, at=at)
        self.require_amendable(at=at)
        if Tender.objects.filter(amends=self.pk).exists():
            raise IllegalMove(gettext("The next version is being written already."))

    def require_amendable(self, *, at: datetime) -> None:
        """In force, with bids to come for each of its lots (rule R77)."""
        self.require_in_force()
        if words := readiness.settled(self, at=at):
            raise IllegalMove(words)

    def require_signatory(self, *, by: User, at: datetime) -> None:
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)

    def require_awarding(self, *, by: User, at: datetime) -> None:
        """Not while bids may still come, or wait for their opening."""
        self.require_signatory(by=by, at=at)
        words = gettext("Bids close %(day)s. Award it after that, or cancel it.")
        self.require_closed(words, by=by, at=at)

    def may_bring(self, *, by: User, at: datetime) -> None:
        """An editor or signatory of the buyer brings returned forms (rule R80)."""
        admit(by, self.buyer_id, "", at=at)
        if not by.acts_for(self.buyer, Role.EDITOR, Role.SIGNATORY):
            raise NotAllowed(gettext("Editors and signatories of the buyer bring returned forms."))
        words = gettext("Bids close %(day)s. Bring returned forms after that.")
        self.require_closed(words, by=by, at=at)

    def may_award(self, *, by: User, at: datetime) -> None:
        """A signatory says what became of each lot."""
        self.require_awarding(by=by, at=at)

    def may_cancel(self, *, by: User, at: datetime) -> None:
        """A signatory takes the call back, unless a lot of it was given to somebody."""
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self.require_in_force()
        given = self.lots.exclude(status__in=("open", "cancelled"))
        if by.once(("given", self.pk, at), given.exists):
            raise IllegalMove(gettext("A lot of it is awarded. Cancel the other lots one by one."))

    def may_copy(self, *, by: User, at: datetime) -> None:
        """Begin another from its words."""
        require_buying(self.buyer, by=by, at=at)

    def may_keep_shortlist(self, *, by: User, at: datetime) -> None:
        admit(by, self.buyer_id, Role.EDITOR, at=at)

    def may_ask(self, *, by: User, at: datetime) -> None:
        """Members of a verified provider ask until the day; nobody of the buyer asks itself."""
        providers = Organisation.objects.acted_for_by(by).in_force()
        if not providers.filter(kind=Organisation.Kind.PROVIDER).exists():
            raise NotAllowed(gettext("Only members of a verified provider ask questions."))
        if by.acts_for(self.buyer):
            raise NotAllowed(gettext("You belong to the buyer, so you ask nothing here."))
        self.require_in_force()
        if self.asked_until and self.questions_are_over(at=at):
            words = gettext("Questions were taken until %(day)s.")
            raise IllegalMove(words % {"day": zones.written(self.asked_until, self.zone)})

    def may_call_opening(self, *, by: User, at: datetime) -> None:
        """A signatory calls a colleague to open bids with, once none can come any more."""
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)
        self.require_in_force()
        if self.bid_how != self.How.HERE:
            raise IllegalMove(gettext("Bids are not taken here, so there are none to open."))
        if self.deadline and self.is_open(at=at):
            words = gettext("Bids close %(day)s. Nobody opens them before.")
            raise IllegalMove(words % {"day": zones.written(self.deadline, self.zone)})
        called = Tender.objects.filter(pk=self.pk, opening__isnull=False)
        if by.once(("called", self.pk, at), called.exists):
            raise IllegalMove(gettext("The opening was called already."))

    def may_follow(self, *, by: User, at: datetime) -> None:
        """Whoever is signed in is told of what becomes of a published tender."""
        if self.status == self.Status.DRAFT:
            raise illegal(Tender, self.status)

    def may_ask_again(self, *, by: User, at: datetime) -> None:
        """For a public file that could not be made."""
        admit(by, self.buyer_id, Role.SIGNATORY, at=at)

    def ask_again(self, format: str, *, by: User, at: datetime, language: str = "") -> None:
        """Ask once more for a file that everybody may take."""
        self.may_ask_again(by=by, at=at)
        Download.make_again(self, format, by=by, at=at, language=language)

    def may_export(self, *, by: User, at: datetime) -> None:
        """Whoever belongs to the buyer takes its files, also of a draft."""
        if not by.acts_for(self.buyer):
            raise NotAllowed(gettext("Only members of the buying organisation take this step."))

    @classmethod
    def start(
        cls, buyer: Organisation, *, by: User, at: datetime, title: str, **details: Any
    ) -> "Tender":
        """Open a draft with one lot. Details: summary, language, wording, countries, …, and
        `begun_from`, the digest of a file."""
        require_buying(buyer, by=by, at=at)
        begun = {"detail": {"file": file}} if (file := details.pop("begun_from", "")) else {}
        with transaction.atomic():
            made = cls.objects.create(
                reference=next_number("TD", at=at),
                buyer=buyer,
                title=title,
                zone=details.pop("zone", "") or zones.the_only(buyer.country),
                created_at=at,
                changed_at=at,
                created_by=by,
                **details,
            )
            made.authors.add(by)
            made.lots.create(number=1, title=title)
            record(made, TENDER_STARTED, by=by, at=at, organisation=buyer, **begun)
        return made

    @contextmanager
    def edited(self, *, by: User, at: datetime) -> Iterator[None]:
        """Hold the draft while an author changes it, and count the change.

        Every verb that changes a draft, its lots or requirements runs inside; the locked row is
        why two of them, or one of them and publishing, never interleave.
        """
        self.may_edit(by=by, at=at)
        with transaction.atomic():
            Tender.objects.select_for_update().only("status").get(pk=self.pk)._require("draft")
            yield
            Tender.objects.filter(pk=self.pk).update(revision=F("revision") + 1, changed_at=at)
            self.authors.add(by)

    def state(self, *, by: User, at: datetime, seen: str = "", **details: Any) -> None:
        """Say what the tender is about: any of DETAILS. `seen`: their `details_print` when the
        change was begun; Conflict, with what is stored, when somebody changed them since."""
        if unknown := set(details) - set(self.DETAILS):
            raise TypeError(f"Not details of a tender: {', '.join(sorted(unknown))}")
        with self.edited(by=by, at=at):
            stored = Tender.objects.get(pk=self.pk)
            same = all(getattr(stored, name) == value for name, value in details.items())
            if seen and stored.details_print != seen and not same:
                raise Conflict(stored)
            self.require_two_languages(details.get("language", ""), stored.second_language)
            Tender.objects.filter(pk=self.pk).update(**details)
        self.refresh_from_db()

    def add_lot(self, *, by: User, at: datetime, title: str, **details: Any) -> Any:
        """Add a lot at the end. Details: any of `Lot.DETAILS`."""
        with self.edited(by=by, at=at):
            if self.lots.count() >= MAX_LOTS:
                words = gettext("A tender has at most %(number)s lots.")
                raise NotReady(words % {"number": MAX_LOTS})
            last = Tender.objects.of_line(self.line).aggregate(n=Max("lots__number", default=0))
            return self.lots.create(number=last["n"] + 1, title=title, **details)

    def publish(
        self,
        *,
        by: User,
        at: datetime,
        revision: int | None = None,
        confirmed: Collection[str] | None = None,
    ) -> None:
        """Freeze every word of the tender and show it to the public. `revision`: the draft that the
        signatory looked at, of which a later change refuses the step; `confirmed`: the kinds of
        what they were asked and meant, None where nobody was asked."""
        self.refresh_from_db()
        self.may_publish(by=by, at=at)
        seen = self.revision if revision is None else revision
        body, digest = frozen_body.freeze(self, by=by, at=at)
        kept = [
            Shortlist.taken(lot, Shortlist.Reason.PUBLISHED, by=by, at=at)
            for lot in self.lots.filter(about_products=True).select_related("tender")
        ]
        with transaction.atomic():
            tenders = Tender.objects.held(self.pk, self.amends_id)
            if not tenders[self.pk].revision == seen == self.revision:
                raise Conflict(self)
            readiness.require_confirmed(self, confirmed, at=at)
            if self.amends_id:
                tenders[self.amends_id].replace(by=by, at=at, reason=self.amended_because)
            stamps: Any = {"published_at": at, "published_by": by, "body": body, "digest": digest}
            stamps["invited_only"] = self.by_invitation
            logged: Any = {"organisation": self.buyer, "detail": {"digest": digest}}
            move(self, "published", step=TENDER_PUBLISHED, by=by, at=at, **logged, **stamps)
            Tender.objects.of_line(self.line).index()
            for shortlist in Shortlist.objects.bulk_create(kept):
                shortlist.log(by=by, at=at)
            for invitee in Invitee.objects.on(self).filter(status=Invitee.Status.NAMED):
                invitee.tell(by=by, at=at, reason=invitee.reason)
            ask_for_all(self, by=by, at=at)

    def replace(self, *, by: User, at: datetime, reason: str) -> None:
        """Step back for the version that amends this one; its row is held."""
        self.require_amendable(at=at)
        Tender.objects.filter(pk=self.pk).update(replaced_at=at)
        record(self, TENDER_REPLACED, by=by, at=at, reason=reason, organisation=self.buyer)

    def discard(self, *, by: User, at: datetime) -> None:
        """Throw a draft away with all that belongs to it. Its number is not given again."""
        self.may_discard(by=by, at=at)
        with transaction.atomic():
            Tender.objects.select_for_update().get(pk=self.pk)._require("draft")
            record(self, TENDER_DISCARDED, by=by, at=at, organisation=self.buyer)
            self.shortlists.all().delete()
            self.downloads.all().delete()
            Document.drop(self.documents.all())
            Tender.objects.filter(pk=self.pk).delete()

    def conclude(self, *, by: User, at: datetime, outcome: str) -> None:
        """Become awarded, once each lot is: the last act of awarding or cancelling a lot."""
        self._end(TENDER_AWARDED, "awarded", by, at, outcome, awarded_at=at)

    def call_off(self, *, by: User, at: datetime, outcome: str) -> None:
        """Become cancelled, with all its lots: the last act of cancelling them, or it."""
        self._end(TENDER_CANCELLED, "cancelled", by, at, outcome, cancelled_at=at)

    def _end(
        self, step: Step, to: str, by: User, at: datetime, outcome: str, **stamps: Any
    ) -> None:
        logged: Any = {"reason": outcome, "organisation": self.buyer}
        logged |= {"outcome": outcome, "detail": {"digest": self.digest}}
        with transaction.atomic():
            Tender.objects.held(self.pk)[self.pk].require_in_force()
            move(self, to, step=step, by=by, at=at, **logged, **stamps)
