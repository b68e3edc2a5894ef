"""The evaluation of a lot: scores of one evaluator, and its closing; invitations to bid."""

from datetime import timedelta

from django.urls import reverse

from tenders.bids.evaluation import Evaluation
from tenders.bids.scores import Scores
from tenders.models import Invitee, Lot, Tender
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import belong, members, outsiders
from tests.abilities.tenders import LATER, lot_in
from tests.make.moment import AT


def scores_in(state):
    """Of one evaluator, with everything given or not."""
    buyer = make.organisation("buyer")
    tender = make.scored_tender(buyer=buyer)
    make.bid(tender, "opened")
    status, _, then = state.partition(", ")
    people = members(buyer, "manager", "editor", "signatory", "evaluator")
    made = make.scores(tender.lot, by=people["all of it"], given=then != "lacking")
    if status != "draft":
        made.hand_in(by=made.evaluator, at=LATER)
    if then == "reopened":
        closed = make.closed(tender.lot)
        closed.reopen(by=people["all of it"], at=LATER, reason="So.")
    if status == "superseded":
        Scores.objects.filter(pk=made.pk).update(status=status)
    if then == "awarded":
        Lot.objects.filter(pk=tender.lot.pk).update(status="awarded")
    if then == "a tie":
        belong(made.evaluator, make.organisation("provider"), days=30)
    Tender.objects.filter(pk=tender.pk).update(deadline=AT)
    return made, {**outsiders(), **people}


SCORES = Case(
    Scores,
    (
        *Scores.Status.values,
        "draft, lacking",
        "draft, awarded",
        "draft, a tie",
        "handed_in, reopened",
    ),
    scores_in,
    lambda record: [record.get_absolute_url()],
    {
        "fill": Offer(
            lambda record: reverse("scores-fill", args=[record.pk]),
            lambda record, **who: record.say(revision=record.revision, given={}, **who),
        ),
        "hand_in": Offer(
            lambda record: reverse("scores-hand-in", args=[record.pk]),
            lambda record, **who: record.hand_in(**who),
        ),
        "begin_anew": Offer(
            lambda record: reverse("scores-begin-anew", args=[record.pk]),
            lambda record, **who: record.begin_anew(interests="None", **who),
        ),
    },
)


def evaluation_in(state):
    """Of a lot that is open, or is not any more."""
    lot, people = lot_in("open, bids read")
    made = make.closed(lot, at=AT)
    if state == "reopened":
        made.reopen(by=people["all of it"], at=AT, reason="So.")
    if state == "closed, awarded":
        Lot.objects.filter(pk=lot.pk).update(status="awarded")
    return made, people


EVALUATION = Case(
    Evaluation,
    (*Evaluation.Status.values, "closed, awarded"),
    evaluation_in,
    lambda record: [record.get_absolute_url()],
    {
        "reopen": Offer(
            lambda record: reverse(
                "evaluation-reopen", args=[record.lot.tender.reference, record.lot_id]
            ),
            lambda record, **who: record.reopen(reason="So.", **who),
        )
    },
)


def invitee_in(state):
    """An invitation of a provider, in a state of its own or of the tender or a bid on it."""
    status, _, then = state.partition(", ")
    tender = make.bids_tender(status="draft", method="limited", method_reason="Two makers")
    provider = make.organisation("provider")
    made = make.invited(tender, provider)
    if status != "named":
        tender.publish(by=tender.person, at=AT)
        made = Invitee.objects.on(tender).get()
    if status == "declined":
        made.decline(by=provider.person, at=AT)
    if then == "begun":
        make.bid(tender, provider=provider)
    if then == "bids closed":
        Tender.objects.filter(pk=tender.pk).update(deadline=AT - timedelta(days=1))
    people = {"the buyer": tender.person, "a rival": make.organisation("provider").person}
    return made, {**people, **members(provider, "manager", "editor", "signatory")}


INVITEE = Case(
    Invitee,
    (*Invitee.Status.values, "invited, begun", "invited, bids closed"),
    invitee_in,
    lambda record: [record.get_absolute_url()],
    {"decline": step("invitee-decline", "pk", "decline", reason="So.")},
)

CASES = (INVITEE, SCORES, EVALUATION)
