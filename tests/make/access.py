"""Access requests of buyers, made by the real verbs."""

from standards.assessment.access_request import AccessRequest
from standards.assessment.access_terms import AccessTerms
from tests.make.accounts import organisation
from tests.make.assessment import signer
from tests.make.moment import AT
from tests.make.sheet import proven


def terms(provider, words="For this purchase alone.", *, at=AT):
    """What buyers of this provider's evidence accept."""
    made = AccessTerms.of(provider)
    made.state(by=signer(provider), at=at, words=words)
    return made


def access_request(status="asked", *, declaration=None, buyer=None, at=AT, **asked):
    """Of a buyer, for all that a declaration names; as far as `status`. "unaccepted" is granted on
    terms that were stated after it was asked."""
    declaration = declaration or proven(organisation("provider"), at=at)
    provider = declaration.release.solution.organisation
    buyer = buyer or organisation("buyer")
    words = {"purpose": "To judge bids.", "accepted": AccessTerms.of(provider).digest, **asked}
    person = signer(buyer) or buyer.person
    made = AccessRequest.ask(declaration.release, buyer=buyer, by=person, at=at, **words)
    if status == "unaccepted":
        terms(provider, at=at)
    if status in ("granted", "ended", "unaccepted"):
        made.grant(by=signer(provider), at=at)
    if status == "refused":
        made.refuse(by=signer(provider), at=at, reason="Ask for the summary alone.")
    if status == "ended":
        made.end(by=signer(provider), at=at, reason="The purchase is over.")
    made.person, made.signatory = person, signer(provider)
    return made
