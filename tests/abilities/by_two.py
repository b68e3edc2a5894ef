"""What two people of a buyer do together: opening bids, and bringing those that came on paper."""

from django.urls import reverse

from tenders.bids.bringing import Bringing
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_tender
from tenders.models import Tender
from tests import make
from tests.abilities.case import Case, Offer
from tests.abilities.people import belong, members, outsiders
from tests.make.moment import AT


def opening_in(state):
    buyer = make.organisation("buyer")
    tender = make.bids_tender(buyer=buyer)
    Tender.objects.filter(pk=tender.pk).update(deadline=AT)
    made = Opening.call(Tender.objects.get(pk=tender.pk), by=buyer.person, at=AT)
    status, _, then = state.partition(", ")
    if status == "held":
        made.open(by=make.member(buyer, "editor"), at=AT)
    if then == "cancelled":
        cancel_tender(tender, by=buyer.person, at=AT, reason="No budget")
    sells = make.member(buyer, "editor")
    belong(sells, make.organisation("provider"), days=30)
    return made, {
        **outsiders(),
        **members(buyer, "manager", "editor", "evaluator"),
        "a member who left a provider lately": sells,
    }


OPENING = Case(
    Opening,
    (*Opening.Status.values, "called, cancelled"),
    opening_in,
    lambda record: [reverse("tender-bids", args=[record.tender.reference])],
    {
        "open": Offer(
            lambda record: reverse("opening-open", args=[record.tender.reference]),
            lambda record, **who: record.open(**who),
        )
    },
)


def bringing_in(state):
    buyer = make.organisation("buyer")
    tender = make.tender(buyer=buyer, criteria=1, status="published")
    status, _, then = state.partition(", ")
    (bid,) = make.brought(tender, at=AT, confirmed=False)
    made = bid.bringing
    if status == "confirmed":
        made.confirm(by=make.member(buyer, "editor"), at=AT)
    if status == "refused":
        made.refuse(by=buyer.person, at=AT, reason="So.")
    if then == "cancelled":
        cancel_tender(tender, by=buyer.person, at=AT, reason="No budget")
    sells = make.member(buyer, "editor")
    belong(sells, make.organisation("provider"), days=30)
    return made, {
        **outsiders(),
        **members(buyer, "manager", "editor", "evaluator"),
        "a member who left a provider lately": sells,
    }


def brought_step(verb, name, **words):
    return Offer(
        lambda record: reverse(name, args=[record.tender.reference, record.pk]),
        lambda record, **who: getattr(record, verb)(**words, **who),
    )


BRINGING = Case(
    Bringing,
    (*Bringing.Status.values, "waiting, cancelled"),
    bringing_in,
    lambda record: [record.get_absolute_url()],
    {
        "confirm": brought_step("confirm", "bringing-confirm"),
        "refuse": brought_step("refuse", "bringing-refuse", reason="So."),
    },
)

CASES = (OPENING, BRINGING)
