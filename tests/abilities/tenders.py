"""Tenders, from the draft to the award."""

from datetime import timedelta

from django.urls import reverse

from tenders.amending import amend
from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.bringing import bring
from tenders.bids.evaluation import Evaluation
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_lot, cancel_tender
from tenders.following import follow
from tenders.invitee import bidders
from tenders.models import Enquiry, Lot, Tender
from tenders.scoring import HIGHEST
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import belong, close_officers, members, outsiders
from tests.make.bids import CLOSES
from tests.make.moment import AT

LATER = CLOSES + timedelta(hours=2)
EARLIER = AT - timedelta(days=40)
CLOSING = {  # when bids close, seen from AT
    "published, bids to come": AT + timedelta(days=30),
    "published, bids closed": AT - timedelta(days=1),
    "published, taking bids here, closed": AT - timedelta(days=1),
}


def published_in(maker, buyer, status, closes):
    """One in this state; with a closing time, it was published earlier, as the log holds it."""
    if closes is None:
        return maker(buyer=buyer, status=status)
    made = maker(buyer=buyer, status="draft", deadline=closes)
    made.publish(by=made.person, at=EARLIER)
    return made


def tender_in(state):
    buyer = make.organisation("buyer", verified=state != "draft, of an unverified buyer")
    status = state.split(",")[0]
    maker = make.bids_tender if "taking bids here" in state else make.tender
    made = published_in(maker, buyer, status, CLOSING.get(state))
    if state == "published, replaced":
        make.amended(made)
    if state == "draft, empty":
        made.lots.get().requirements.all().delete()
    return made, {
        **outsiders(),
        **members(buyer, "manager", "editor", "signatory"),
        "another buyer": make.organisation("buyer").person,
    }


def form_of(tender):
    """A returned form of a tender, none of a draft."""
    if tender.status == "draft":
        return []
    return make.read_returned(tender, make.returned(tender), at=AT)


def tender_step(verb, name="", **words):
    return step(f"tender-{name or verb}", "reference", verb, **words)


TENDER = Case(
    Tender,
    (
        *Tender.Status.values,
        "draft, empty",
        "draft, of an unverified buyer",
        "published, bids to come",
        "published, bids closed",
        "published, replaced",
        "published, taking bids here",
        "published, taking bids here, closed",
    ),
    tender_in,
    lambda record: [
        record.get_absolute_url(),
        reverse("tender-bids", args=[record.reference]),
    ],
    {
        "edit": Offer(
            lambda record: reverse("tender-details", args=[record.reference]),
            lambda record, **who: record.lots.get().add_words("More", obligation="may", **who),
        ),
        "discard": tender_step("discard"),
        "publish": Offer(
            lambda record: reverse("tender-publish", args=[record.reference]),
            lambda record, **who: record.publish(**who),
            read=True,
        ),
        "amend": Offer(
            lambda record: reverse("tender-amend", args=[record.reference]),
            lambda record, **who: amend(record, reason="So.", **who),
        ),
        "cancel": Offer(
            lambda record: reverse("tender-cancel", args=[record.reference]),
            lambda record, **who: cancel_tender(record, reason="So.", **who),
        ),
        "ask": Offer(
            lambda record: reverse("enquiry-ask", args=[record.reference]),
            lambda record, **who: Enquiry.ask(record, question="For whom?", **who),
        ),
        "bid": Offer(
            lambda record: reverse("bid-start", args=[record.reference, record.lots.first().pk]),
            lambda record, **who: Bid.start(
                record.lots.first(), organisation=bidders(who["by"]).first(), **who
            ),
        ),
        "bring": Offer(
            lambda record: reverse("bids-bring", args=[record.reference]),
            lambda record, **who: bring(record, form_of(record), **who),
        ),
        "call_opening": Offer(
            lambda record: reverse("opening-call", args=[record.reference]),
            lambda record, **who: Opening.call(record, **who),
        ),
        "follow": Offer(
            lambda record: reverse("follow-begin"),
            lambda record, **who: follow(record, **who),
        ),
    },
    narrow={
        "publish": "whoever may write in the draft has one row for both",
    },
    elsewhere={
        "invite": "asked of calls that are not open: tests/tenders/test_invited.py",
        "copy": "begun on the page of a new tender: tests/tenders/test_abilities.py",
        "award": "asked of each lot",
        "keep_shortlist": "asked of a lot: tests/tenders/test_abilities.py",
        "ask_again": "asked of a public file that failed: tests/tenders/test_abilities.py",
        "export": "asked of a file: tests/tenders/test_abilities.py",
    },
)


def enquiry_in(state):
    """In a state of its own, or asked, with the tender in another."""
    buyer = make.organisation("buyer")
    tender = make.tender(buyer=buyer, status="published")
    status, _, then = state.partition(", ")
    made = make.enquiry(tender, status)
    if then == "amended":
        make.amended(tender)
    if then == "cancelled":
        cancel_tender(tender, by=buyer.person, at=AT, reason="No budget")
    if then == "bids closed":
        Tender.objects.filter(pk=tender.pk).update(deadline=AT - timedelta(days=1))
    return made, {
        **outsiders(),
        **members(buyer, "manager", "editor", "signatory"),
        "the asker": made.asker,
        "their colleague": make.member(made.organisation, "editor"),
        **close_officers(buyer),
    }


def enquiry_step(verb, name="", **words):
    return Offer(
        lambda record: reverse(f"enquiry-{name or verb}", args=[record.line, record.pk]),
        lambda record, **who: getattr(record, verb)(**words, **who),
    )


ENQUIRY = Case(
    Enquiry,
    (*Enquiry.Status.values, "asked, amended", "asked, cancelled", "asked, bids closed"),
    enquiry_in,
    lambda record: [reverse("tender-questions", args=[record.line])],
    {
        "answer": enquiry_step("answer", reply="Yes."),
        "decline": enquiry_step("decline", reason="So."),
        "read_asker": enquiry_step("read_asker", "asker", reason="So."),
    },
)


def bid_in(state):
    """In a state of its own, or with its tender in another."""
    buyer = make.organisation("buyer")
    tender = make.bids_tender(buyer=buyer, own="Prints")
    provider = make.organisation("provider")
    status, _, then = state.partition(", ")
    if status in Bid.READ:
        made = make.bid(tender, "opened", provider=provider)
        Bid.objects.filter(pk=made.pk).update(status=status)
    elif status == "brought":
        made = make.brought(make.tender(buyer=buyer, criteria=1, status="published"), at=AT)[0]
        Bid.objects.filter(pk=made.pk).update(status=status)
    else:
        made = make.bid(tender, status, provider=provider)
    if then == "lacking":
        Bid.objects.filter(pk=made.pk).update(price=None)
    if then == "amended":
        make.amended(tender)
    if then == "bids closed":
        Tender.objects.filter(pk=tender.pk).update(deadline=AT - timedelta(days=1))
    if then == "cancelled":
        cancel_tender(tender, by=buyer.person, at=AT, reason="No budget")
    if then == "lot cancelled":
        Lot.objects.filter(pk=tender.lot.pk).update(status="cancelled")
    close = make.member(provider, "signatory")
    belong(close, buyer, days=30)
    return made, {
        **outsiders(),
        **members(provider, "manager", "editor", "signatory"),
        "a signatory who left the buyer lately": close,
        "the buyer": buyer.person,
    }


def bid_step(verb, name="", read=False, **words):
    return Offer(
        lambda record: reverse(f"bid-{name or verb}", args=[record.pk]),
        lambda record, **who: getattr(record, verb)(**words, **who),
        read=read,
    )


BID = Case(
    Bid,
    (
        *Bid.Status.values,
        "draft, lacking",
        "draft, amended",
        "draft, bids closed",
        "draft, cancelled",
        "draft, lot cancelled",
        "handed_in, amended",
        "handed_in, bids closed",
        "handed_in, cancelled",
    ),
    bid_in,
    lambda record: [record.get_absolute_url()],
    {
        "fill": Offer(
            lambda record: reverse("bid-offer", args=[record.pk]),
            lambda record, **who: record.state(revision=record.revision, price=7, **who),
        ),
        "hand_in": bid_step("hand_in", "hand-in", **make.SIGNED),
        "take_back": bid_step("take_back", "take-back"),
        "discard": bid_step("discard"),
        "exclude": bid_step("exclude", reason="So."),
    },
    narrow={"hand_in": "whoever may write in the draft has one row for both"},
)


def lot_in(state):
    """Of a tender in one state or another, in a state of its own."""
    buyer = make.organisation("buyer")
    status, _, then = state.partition(", ")
    here = "here" in then
    closes = {"bids to come": AT + timedelta(days=30), "closed": AT, "bids read": AT}
    closes = closes.get(then, AT if here else None)
    maker = make.bids_tender if here else make.tender
    tender = published_in(maker, buyer, "draft" if then == "draft" else "published", closes)
    lot = tender.lots.get()
    if then == "bids read":
        make.brought(tender, at=AT)
        evaluator = make.member(buyer, "evaluator")
        make.scores(lot, HIGHEST, by=evaluator, at=AT).hand_in(by=evaluator, at=AT)
    if then == "replaced":
        make.amended(tender)
    if status in ("awarded", "contracted"):
        award = make.awarded(tender)
    if status == "contracted":
        award.contract(by=buyer.person, at=AT, contracted_on=AT.date())
    if status == "cancelled":
        cancel_lot(lot, by=buyer.person, at=AT, reason="So.")
    sells = make.member(buyer, "signatory")
    belong(sells, make.organisation("provider"), days=30)
    return Lot.objects.get(pk=lot.pk), {
        **outsiders(),
        **members(buyer, "manager", "editor", "signatory"),
        "a signatory who left a provider lately": sells,
    }


def on_lot(name, take):
    return Offer(lambda record: reverse(name, args=[record.tender.reference, record.pk]), take)


def on_award(take):
    return Offer(
        lambda record: reverse("lot-contract", args=[record.lot.tender.reference, record.lot_id]),
        take,
    )


GIVEN = {"supplier": "Example Soma Labs", "reason": "So."}
LOT = Case(
    Lot,
    (
        *Lot.Status.values,
        "open, draft",
        "open, bids to come",
        "open, replaced",
        "open, closed",
        "open, here and not opened",
        "open, bids read",
    ),
    lot_in,
    lambda record: [record.get_absolute_url()],
    {
        "award": on_lot("lot-award", lambda record, **who: Award.give(record, **GIVEN, **who)),
        "close": on_lot("evaluation-close", lambda record, **who: Evaluation.close(record, **who)),
        "cancel": on_lot(
            "lot-cancel", lambda record, **who: cancel_lot(record, reason="So.", **who)
        ),
    },
    narrow={"award": "only once its bids have closed"},
    elsewhere={
        "edit": "begins with the tender's own",
        "remove": "on the page of the lot of a draft: tests/tenders/test_lots.py",
    },
)


def award_in(state):
    lot, people = lot_in("awarded")
    award = Award.objects.get(lot=lot)
    if state == "standstill":
        Award.objects.filter(pk=award.pk).update(standstill_until=AT.date() + timedelta(days=3))
    if state == "contracted":
        award.contract(by=people["all of it"], at=AT, contracted_on=AT.date())
    return award, people


AWARD = Case(
    Award,
    ("free", "standstill", "contracted"),
    award_in,
    lambda record: [record.get_absolute_url()],
    {"contract": on_award(lambda record, **who: record.contract(contracted_on=AT.date(), **who))},
)


CASES = (TENDER, ENQUIRY, BID, LOT, AWARD)
