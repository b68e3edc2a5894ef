"""Tenders, from the draft to the award."""

from datetime import timedelta

from django.urls import reverse

from tenders.amending import amend
from tenders.models import Tender
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import members, outsiders
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

CASES = (TENDER,)
