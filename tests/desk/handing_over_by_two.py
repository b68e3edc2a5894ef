"""Who hears of what takes two people: opening bids, bringing those on paper, clearing a hold;
and of invitations to bid."""

from certcentre.accounts.models import Membership
from certcentre.desk.draw_steps import CERTIFICATE_DRAWN
from certcentre.log.models import record
from tenders.bids.opening import Opening
from tests import make
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.bids import CLOSES
from tests.make.moment import AT


def opening_called():
    tender = make.bids_tender(criteria=1)
    second, sells = (make.member(tender.buyer, "editor") for _ in range(2))
    Membership.grant(
        user=sells, organisation=make.organisation("provider"), role="editor", by=None, at=AT
    )
    yield
    Opening.call(tender, by=tender.person, at=CLOSES)
    yield {second}


def invitee_invited():
    tender, provider = calling(), make.organisation()
    editor = make.member(provider, "editor")
    yield
    make.invited(tender, provider)
    tender.publish(by=tender.person, at=AT)
    yield {provider.person, editor}


def invitee_declined():
    tender, provider = calling(), make.organisation()
    made = make.invited(tender, provider)
    tender.publish(by=tender.person, at=AT)
    made.refresh_from_db()
    editor = make.member(tender.buyer, "editor")
    yield
    made.decline(by=provider.person, at=AT, reason="Too soon")
    yield {tender.person, editor}


def calling():
    """The draft of a call that asks a few, with bids handed in here."""
    why = {"method": "limited", "method_reason": "Two makers know the braille code."}
    return make.bids_tender(criteria=1, status="draft", **why)


def forms_brought():
    tender = make.tender(criteria=1, status="published")
    second = make.member(tender.buyer, "editor")
    yield
    make.brought(tender, confirmed=False)
    yield {second}


def brought_then(verb, **given):
    def scenario():
        tender = make.tender(criteria=1, status="published")
        second = make.member(tender.buyer, "editor")
        (bid,) = make.brought(tender, confirmed=False)
        yield
        getattr(bid.bringing, verb)(by=second, at=CLOSES, **given)
        yield {tender.person}

    return scenario


def evaluation_reopened():
    tender = make.scored_tender()
    make.bid(tender, "opened")
    make.member(tender.buyer, "editor")
    evaluator = make.member(tender.buyer, "evaluator")
    make.scores(tender.lot, by=evaluator).hand_in(by=evaluator, at=CLOSES)
    made = make.closed(tender.lot, at=CLOSES)
    yield
    made.reopen(by=tender.person, at=CLOSES, reason="So.")
    yield {evaluator}


def clearing_proposed():
    make.rule(make.edition(), "blocks_listing", key="R-1", legal_basis="Article 5")
    release, chief = make.release(), officer()
    release.publish(["R-1"], by=signer(release.solution.organisation), at=AT)
    second = make.member(chief.memberships.first().organisation, "officer")
    yield
    release.holds.get().propose(by=chief, at=AT, reason="Looked at.")
    yield {second}


def certificate_drawn():
    """Whoever decides for the body, and the provider's people."""
    made = make.certificate()
    yield
    record(made, CERTIFICATE_DRAWN, by=officer(), at=AT, organisation=made.body)
    yield {made.body.second, signer(made.release.solution.organisation)}


BY_TWO = {
    "invitee.invited": invitee_invited,
    "invitee.declined": invitee_declined,
    "certificate.drawn": certificate_drawn,
    "hold.proposed": clearing_proposed,
    "evaluation.reopened": evaluation_reopened,
    "opening.called": opening_called,
    "bringing.brought": forms_brought,
    "bringing.confirmed": brought_then("confirm"),
    "bringing.refused": brought_then("refuse", reason="So."),
}
