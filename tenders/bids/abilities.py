"""What waits for a provider's people: invitations to bid, drafts, bids that wait, and their end."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from certcentre import zones
from certcentre.accounts.models import Organisation, Role, User
from certcentre.numbers import LATER
from certcentre.worklist import LATELY, Task, Waiting, left
from tenders.bids.bid import Bid
from tenders.invitee import Invitee
from tenders.tender import IN_LINE, Tender

PROVIDER = Organisation.Kind.PROVIDER


def invited(user: User, at: datetime) -> QuerySet[Invitee]:
    """Invitations on which their provider has neither begun a bid nor declined, while bids may
    still come, the first to close on top."""
    line = OuterRef("line")
    of_line = Q(tender__reference=line)
    of_line |= Q(tender__reference__startswith=Concat(line, Value(LATER)))
    begun = Bid.objects.holding().filter(of_line, organisation=OuterRef("organisation"))
    taking = Tender.objects.open(at=at).filter(IN_LINE)
    rows = Invitee.objects.of_members(user, Role.EDITOR).asked()
    rows = rows.filter(Exists(taking)).exclude(Exists(begun))
    rows = rows.select_related("tender__buyer", "organisation").defer("tender__body")
    closing = Subquery(taking.values("deadline")[:1])
    return rows.annotate(closes=closing, zone=Subquery(taking.values("zone")[:1]))


def answer_invitation(invitee: Invitee, at: datetime) -> Task:
    return Task(
        _("Bid on “%(title)s”, or say that you will not") % {"title": invitee.tender.title},
        invitee.get_absolute_url(),
        _("%(buyer)s invited %(provider)s.")
        % {"buyer": invitee.tender.buyer, "provider": invitee.organisation},
        **left(getattr(invitee, "closes", None), getattr(invitee, "zone", ""), at),
    )


def bids_to_sign(user: User, at: datetime) -> QuerySet[Bid]:
    """Bids that others write, and that are handed in by this person."""
    written = Bid.objects.fillable_by(user, at).values("pk")
    return Bid.objects.to_hand_in_by(user, at=at).exclude(pk__in=written).whole()


def go_on_bidding(bid: Bid, at: datetime) -> Task:
    return Task(
        _("Your bid for lot %(lot)d of “%(title)s”")
        % {"lot": bid.lot.number, "title": bid.tender.title},
        bid.get_absolute_url(),
        _("It is a draft. Hand it in before bids close."),
        **left(bid.tender.deadline, bid.tender.zone, at),
    )


def bids_in_hand(user: User, at: datetime) -> QuerySet[Bid]:
    """Bids of theirs that wait for the opening, by when the version that stands now closes."""
    return Bid.objects.of_members(user).waiting().whole().with_closing()


def wait_for_opening(bid: Bid, at: datetime) -> Task:
    closes, zone = getattr(bid, "closes", None), getattr(bid, "zone", "")
    words = _("Handed in. It is opened after %(date)s.")
    if not closes:
        words = _("Handed in. It waits to be opened.")
    elif closes <= at:
        words = _("Bids closed on %(date)s. It waits to be opened by the buyer.")
    return Task(
        _("Bid %(number)s on “%(title)s”") % {"number": bid.number, "title": bid.tender.title},
        bid.get_absolute_url(),
        words % {"date": zones.written(closes or at, zone)},
        due=zones.day_of(closes, zone) if closes and closes > at else None,
    )


def bids_ended(user: User, at: datetime) -> QuerySet[Bid]:
    """Bids of theirs that lately were chosen, not chosen, excluded, or ended with their lot."""
    rows = Bid.objects.of_members(user).filter(ended_at__gt=at - LATELY, ended_at__lte=at)
    return rows.whole().order_by("-ended_at", "pk")


def outcome(bid: Bid, at: datetime) -> Task:
    return Task(
        _("Your bid for lot %(lot)d of “%(title)s”")
        % {"lot": bid.lot.number, "title": bid.tender.title},
        bid.get_absolute_url(),
        _("%(day)s: %(why)s")
        % {
            "day": date_format(bid.tender.day(bid.ended_at or at)),
            "why": Truncator(bid.ended_because).words(20),
        },
        *bid.standing,
    )


def bids_left_behind(user: User, at: datetime) -> QuerySet[Bid]:
    """Bids of theirs for a version that was replaced since, the first to close on top."""
    rows = Bid.objects.of_members(user, Role.EDITOR, Role.SIGNATORY).left_behind(at=at)
    return rows.whole().with_closing()


def read_changes(bid: Bid, at: datetime) -> Task:
    """What changed, and that the bid does not answer it."""
    closes: datetime | None = getattr(bid, "closes", None)
    words = _("Bid %(number)s stays in hand as it is, for the version before.")
    if bid.is_draft:
        words = _("Your draft is for the version before. Go on with it for the new one.")
    return Task(
        _("Read what changed in “%(title)s”") % {"title": bid.tender.title},
        reverse("tender-bids", args=[getattr(bid, "now", bid.tender.reference)]),
        words % {"number": bid.number},
        **left(closes, getattr(bid, "zone", ""), at),
    )


OF_BID = {"tender": "tender", "bid": "pk"}
WAITING = (
    Waiting(
        "invitee.decline",
        PROVIDER,
        (Role.EDITOR,),
        invited,
        answer_invitation,
        {"tender": "tender", "invitee": "pk"},
    ),
    Waiting("bid.fill", PROVIDER, (Role.EDITOR,), Bid.objects.fillable_by, go_on_bidding, OF_BID),
    Waiting("bid.hand_in", PROVIDER, (Role.SIGNATORY,), bids_to_sign, go_on_bidding, OF_BID),
    Waiting(
        "bid.read_changes",
        PROVIDER,
        (Role.EDITOR, Role.SIGNATORY),
        bids_left_behind,
        read_changes,
        OF_BID,
    ),
    Waiting("bid.in_hand", PROVIDER, (), bids_in_hand, wait_for_opening, OF_BID, turn=False),
    Waiting("bid.ended", PROVIDER, (), bids_ended, outcome, OF_BID, turn=False),
)
