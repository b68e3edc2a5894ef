"""The demo's tenders: one published, with questions, and one being written."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from certcentre.accounts.models import Organisation, User
from standards.catalogue.editions import Criterion, Edition, Level
from tenders.models import Enquiry, Tender

READING = [
    "wcag-2.2:1.1.1",
    "wcag-2.2:1.3.1",
    "wcag-2.2:1.4.1",
    "wcag-2.2:1.4.3",
    "wcag-2.2:1.4.10",
    "wcag-2.2:2.1.1",
    "wcag-2.2:3.1.1",
    "wcag-2.2:4.1.2",
]
SAFE = ["child-safety-ethics:CSE-1", "child-safety-ethics:CSE-2", "child-safety-ethics:CSE-4"]
LIGHT = ["access-anywhere:AAP-1", "access-anywhere:AAP-3", "access-anywhere:AAP-17"]


NOTICE: dict[str, Any] = {
    "wording": "kenya",
    "category": "services",
    "scheme": "CPV",
    "code": "48190000-6",
    "code_words": "Educational software package",
    "value": Decimal(18_000_000),
    "currency": "KES",
    "value_public": True,
    "contract_months": 24,
    "contract_extensions": "Once, for 12 months, if the schools ask for it.",
    "contact_office": "Procurement Unit",
    "contact_email": "procurement@ministry.example",
    "contact_phone": "+254 20 000 0000",
    "bid_how": "online",
    "bid_address": "https://bids.ministry.example/reading",
    "bid_languages": ["en", "sw"],
    "zone": "Africa/Nairobi",
    "valid_days": 90,
}


def make(buyer: Organisation, by: User, askers: list[User], *, at: datetime) -> None:
    tender = published(buyer, by, at=at - timedelta(days=9), deadline=at + timedelta(days=37))
    questions(tender, by, askers, at=at)
    draft(buyer, by, at=at - timedelta(days=2))


def criteria(keys: list[str]) -> list[Criterion]:
    return list(Criterion.objects.filter(key__in=keys).order_by("edition", "position"))


def published(buyer: Organisation, by: User, *, at: datetime, deadline: datetime) -> Tender:
    """Reading practice: accessible must, light on data should."""
    tender = Tender.start(
        buyer,
        by=by,
        at=at,
        title="Reading practice, grades 1 to 3",
        summary="An app for reading practice in public primary schools, many of them far from a "
        "good connection.",
        countries=["KE"],
        languages=["sw"],
        deadline=deadline,
        **NOTICE,
        questions_until=deadline - timedelta(days=12),
    )
    lot = tender.lots.get()
    ages = "Grades 1 to 3: the learners are six to nine years old."
    lot.add_fact("audience_age", ["6-9"], by=by, at=at, justification=ages)
    lot.add_fact("subjects", ["reading_writing"], by=by, at=at, justification="It is for reading.")
    why = "Classes are inclusive: every learner must be able to use the app."
    lot.add(criteria(READING), by=by, at=at, obligation="must", least=1, justification=why)
    safe = "The learners are six to nine years old."
    lot.add(criteria(SAFE), by=by, at=at, obligation="must", least=1, justification=safe)
    lot.add(criteria(LIGHT), by=by, at=at, obligation="should")
    lot.share_weights(by=by, at=at)
    lot.add_words(
        "The bidder trains two teachers in each school.", by=by, at=at, justification=TRAINING
    )
    tender.publish(by=by, at=at + timedelta(days=1))
    return tender


def questions(tender: Tender, by: User, askers: list[User], *, at: datetime) -> None:
    """Two that are answered, one that is not, and one that waits."""
    first, second = askers[:2]
    row = tender.lots.get().requirements.order_by("position")[0]
    learners = Enquiry.ask(
        tender,
        by=first,
        at=at - timedelta(days=6),
        question="How many learners will use the app in the first year, and on which devices?",
    )
    pictures = Enquiry.ask(
        tender,
        by=second,
        at=at - timedelta(days=6, hours=-3),
        question="Do drawings need a text of their own where the story says the same?",
        requirement=row,
    )
    price = Enquiry.ask(
        tender,
        by=second,
        at=at - timedelta(days=5),
        question="What does the ministry pay for the app that it uses today?",
    )
    Enquiry.ask(
        tender,
        by=first,
        at=at - timedelta(days=2),
        question="May the two teachers of a school be trained over video?",
    )
    learners.answer(
        by=by,
        at=at - timedelta(days=4),
        reply="About 40,000 in 310 schools, two to a tablet with Android 9 or newer.",
    )
    pictures.answer(
        by=by,
        at=at - timedelta(days=3),
        reply="No. A drawing that adds nothing is marked as decoration, as the criterion allows.",
        requirement=row,
    )
    price.decline(
        by=by,
        at=at - timedelta(days=3),
        reason="That contract has no bearing on this one; its value is published elsewhere.",
    )


TRAINING = "Earlier tools stayed unused where nobody had shown them to the teachers."


def draft(buyer: Organisation, by: User, *, at: datetime) -> None:
    """A learning platform, with the whole of WCAG 2.2 AA asked for and no reason given yet."""
    tender = Tender.start(buyer, by=by, at=at, title="Learning platform for secondary schools")
    edition = Edition.objects.get(key="wcag-2.2")
    level = Level.objects.get(edition=edition, key="AA")
    tender.lots.get().add_edition(edition, level, by=by, at=at, least=2)
