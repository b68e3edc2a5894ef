"""Tenders, from the draft to the award."""

from datetime import timedelta

from django.urls import reverse

from tenders.amending import amend
from tenders.following import follow
from tenders.models import Enquiry, Tender
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import close_officers, members, outsiders
from tests.make.moment import AT


def tender_in(state):
    buyer = make.organisation("buyer", verified=state != "draft, of an unverified buyer")
    status = state.split(",")[0]
    made = make.tender(buyer=buyer, status=status)
    if state == "published, bids to come":
        Tender.objects.filter(pk=made.pk).update(deadline=AT + timedelta(days=30))
    if state == "published, bids closed":
        Tender.objects.filter(pk=made.pk).update(deadline=AT - timedelta(days=1))
    if state == "published, replaced":
        make.amended(made)
    if state == "draft, empty":
        made.lots.get().requirements.all().delete()
    return made, {
        **outsiders(),
        **members(buyer, "manager", "editor", "signatory"),
        "another buyer": make.organisation("buyer").person,
    }


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
    ),
    tender_in,
    lambda record: [record.get_absolute_url()],
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
        "award": tender_step("award", reason="So."),
        "cancel": tender_step("cancel", reason="So."),
        "ask": Offer(
            lambda record: reverse("enquiry-ask", args=[record.reference]),
            lambda record, **who: Enquiry.ask(record, question="For whom?", **who),
        ),
        "follow": Offer(
            lambda record: reverse("tender-follow", args=[record.reference]),
            lambda record, **who: follow(record, **who),
        ),
    },
    narrow={
        "publish": "whoever may write in the draft has one row for both",
        "award": "only once its bids have closed",
    },
    elsewhere={
        "copy": "begun on the page of a new tender: tests/tenders/test_abilities.py",
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
        tender.cancel(by=buyer.person, at=AT, reason="No budget")
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

CASES = (TENDER, ENQUIRY)
