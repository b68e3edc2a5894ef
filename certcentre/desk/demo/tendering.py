"""The demo's tenders: one open for bids, with questions; one whose bids wait for the opening; one
that was awarded; and one being written."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from certcentre.accounts.models import Organisation, User
from standards.catalogue.editions import Criterion, Edition, Level
from tenders.award import Award
from tenders.bids.bid import offerable
from tenders.bids.evaluation import Evaluation
from tenders.bids.opening import Opening
from tenders.bids.response import Response
from tenders.models import Bid, Enquiry, Tender

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
    "bid_how": "here",
    "bid_languages": ["en", "sw"],
    "zone": "Africa/Nairobi",
    "valid_days": 90,
    "review_body": "Public Procurement Administrative Review Board, Nairobi",
}


AWARD: dict[str, Any] = {
    "price_words": "All schools, 24 months, with the training of teachers",
    "price_weight": 40,
    "earns": "level",
    "threshold": 40,
}
SCORED = [
    "Teachers can use it on the phones that they have.",
    "A plan for rolling it out in the first term, school by school.",
]
SIGNATURE = {"signatory_name": "Wanjiku Example", "signatory_role": "Director"}


Bidders = list[tuple[Organisation, User]]


def make(buyer: Organisation, by: User, bidders: Bidders, *, at: datetime) -> None:
    tender = published(buyer, by, at=at - timedelta(days=9), deadline=at + timedelta(days=37))
    questions(tender, by, [person for _provider, person in bidders], at=at)
    begun(tender, *bidders[0], at=at - timedelta(days=1))
    offering = [each for each in bidders if offerable(each[0]).exists()]
    closed(buyer, by, offering[:3], at=at)
    awarded(buyer, by, offering[1:3], at=at)
    draft(buyer, by, at=at - timedelta(days=2))


def begun(tender: Tender, provider: Organisation, by: User, *, at: datetime) -> None:
    """A bid that still lacks what the buyer asks in its own words."""
    lot = tender.lots.get()
    bid = Bid.start(lot, organisation=provider, by=by, at=at)
    offer: Any = {"price": Decimal(14_500_000), "currency": "KES"}
    offer["price_words"] = "Licences for two years, updates and support by telephone."
    products = offerable(provider)[:1]
    bid.state(by=by, at=at, revision=bid.revision, releases=products, **offer)


def closed(buyer: Organisation, by: User, bidders: Bidders, *, at: datetime) -> None:
    """Picture stories, whose bids closed an hour ago: two people of the ministry open them."""
    closes, began = at - timedelta(hours=1), at - timedelta(days=31)
    notice = NOTICE | {"value": Decimal(4_000_000), "code_words": "Picture stories"}
    tender = Tender.start(
        buyer,
        by=by,
        at=began,
        title="Picture stories for the first school year",
        summary="Stories to look at and listen to, for children who do not read yet.",
        countries=["KE"],
        deadline=closes,
        **notice,
    )
    lot = tender.lots.get()
    why = "Classes are inclusive: every child must be able to follow a story."
    lot.add(criteria(READING[:4]), by=by, at=began, obligation="must", justification=why)
    lot.add(criteria(LIGHT), by=by, at=began, obligation="should")
    lot.state_award(by=by, at=began, evenly=True, price_weight=55)
    local = "Two stories come from the county in which a school lies."
    lot.add_words(local, by=by, at=began, justification="Children know the places.")
    tender.publish(by=by, at=began)
    for price, (provider, person) in zip((3_900_000, 3_450_000, 4_200_000), bidders, strict=False):
        hand_in(tender, provider, person, price=price, at=closes - timedelta(hours=2))
    Opening.call(tender, by=by, at=at)


def awarded(buyer: Organisation, by: User, bidders: Bidders, *, at: datetime) -> None:
    """A teachers' course, awarded to the better of two bids; the contract waits for the day that
    the law leaves to whoever complains."""
    closes, began = at - timedelta(days=20), at - timedelta(days=52)
    notice = NOTICE | {"value": Decimal(2_500_000), "code_words": "Course for teachers"}
    tender = Tender.start(
        buyer,
        by=by,
        at=began,
        title="Course for teachers on reading aloud",
        summary="A course that teachers take on their telephones, with and without a connection.",
        countries=["KE"],
        deadline=closes,
        **notice,
    )
    lot = tender.lots.get()
    lot.add(criteria(LIGHT), by=by, at=began, obligation="should")
    lot.state_award(by=by, at=began, evenly=True, price_weight=60)
    tender.publish(by=by, at=began)
    for price, (provider, person) in zip((2_350_000, 1_980_000), bidders, strict=True):
        hand_in(tender, provider, person, price=price, at=closes - timedelta(hours=3))
    opening = Opening.call(tender, by=by, at=closes + timedelta(hours=1))
    second = buyer.memberships.filter(until=None).exclude(user=by).get().user
    opening.open(by=second, at=closes + timedelta(hours=2))
    Evaluation.close(tender.lots.get(), by=by, at=at - timedelta(days=7))
    best = Bid.objects.on(tender).order_by("price").first()
    Award.give(
        tender.lots.get(),
        by=by,
        at=at - timedelta(days=6),
        bid=best,
        reason="The lower price, and as light on data as the other.",
        standstill_until=(at + timedelta(days=10)).date(),  # 14 days and more since the award
    )


def hand_in(tender: Tender, provider: Organisation, by: User, *, price: int, at: datetime) -> None:
    lot = tender.lots.get()
    bid = Bid.start(lot, organisation=provider, by=by, at=at)
    offer: Any = {"price": Decimal(price), "currency": "KES", "releases": offerable(provider)[:1]}
    bid.state(by=by, at=at, revision=bid.revision, **offer)
    for line in bid.lines(at=at):
        if line.open:
            answer = {"response": Response.COMPLIES, "words": "Each county has two of ours."}
            bid.say(line.requirement, by=by, at=at, revision=0, **answer)
    bid.hand_in(by=by, at=at, **SIGNATURE | {"signatory_name": by.name})


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
    for words in SCORED:
        lot.add_words(words, by=by, at=at, obligation="should")
    lot.state_award(by=by, at=at, evenly=True, **AWARD)
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
