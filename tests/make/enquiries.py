"""Questions on tenders, and whom they invite."""

from tenders.enquiry import Enquiry
from tenders.invitee import Invitee
from tests.make.accounts import organisation
from tests.make.moment import AT


def enquiry(tender, status="asked", *, asker=None, question="May it run offline?", at=AT, **more):
    """A question by a provider's person; answered or declined by the tender's `.person`."""
    asker = asker or organisation("provider").person
    made = Enquiry.ask(tender, by=asker, at=at, question=question, **more)
    made.asker = asker
    if status == "answered":
        made.answer(by=tender.person, at=at, reply="Yes, for a week.")
    if status == "declined":
        made.decline(by=tender.person, at=at, reason="It is in the summary.")
    return made


def invited(asked, provider, *, at=AT, reason="They make readers."):
    """A provider that the buyer puts on the list of a draft, or invites at once."""
    made = Invitee(tender=asked, organisation=provider, reason=reason)
    made.invite(by=asked.person, at=at)
    return made
