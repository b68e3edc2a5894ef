"""Tenders: drafts, published ones, and criteria to ask for."""

import itertools

from django.core.files.uploadedfile import SimpleUploadedFile

from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.standards import Standard
from tenders import contents
from tenders.amending import amend
from tenders.award import Award
from tenders.cancelling import cancel_tender
from tenders.documents import Document
from tenders.models import Tender
from tenders.picked import Picked
from tests.make.accounts import organisation
from tests.make.again import again
from tests.make.catalogue import next_slot
from tests.make.moment import AT

count = itertools.count(1)
CONTRACT = b"%PDF-1.7 a draft of the contract"


@again
def asked_edition(*, criteria=3, level="must", key="", name="", status="published", **fields):
    """A published edition with so many criteria at one level, written straight to its tables."""
    number = next(count)
    key = key or f"asked-{number}"
    standard, _ = Standard.objects.get_or_create(
        key=fields.pop("standard", key), defaults={"name": key, "issuing_body": "Example Body"}
    )
    made = Edition.objects.create(
        key=key,
        standard=standard,
        name=name or f"Example Standard {number}",
        version="2.2",
        issuing_body="Example Body",
        reference="EX 22",
        published_text="5 October 2023",
        seed_category="technical",
        domain=fields.pop("domain", "technical"),
        jurisdictions=fields.pop("jurisdictions", ["global"]),
        text_licence="Example licence",
        may_quote_text="no",
        catalogue_licence="CC-BY-4.0",
        notice="Copyright Example Body",
        status=status,
        published_at=AT,
        words_digest="0" * 64,
        **fields,
    )
    grade = Level.objects.create(edition=made, key="A", label="A", obligation=level, position=1)
    free = next_slot()
    Criterion.objects.bulk_create(
        Criterion(
            slot=free + place,
            edition=made,
            level=grade,
            ref=f"{place}",
            key=f"{key}:{place}",
            title=f"Criterion {place}",
            statement=f"The product does thing {place} & more.",
            evidence_hint=f"Record of thing {place}",
            domain=made.domain,
            position=place,
        )
        for place in range(1, criteria + 1)
    )
    return made


NOTICE = {  # what each law asks of a notice
    "contact_office": "Procurement Unit",
    "contact_email": "procurement@ministry.example",
    "bid_how": "online",
    "bid_address": "https://bids.ministry.example/",
    "bid_languages": ["en"],
    "category": "services",
    "scheme": "CPV",
    "code": "48190000-6",
    "contract_months": 24,
}


@again
def tender(*, status="draft", buyer=None, edition=None, criteria=3, with_document=False, **details):
    """A tender of one lot that asks for an edition; `.lot` is the lot, `.edition` the edition."""
    buyer = buyer or organisation("buyer")
    by = buyer.person
    made = Tender.start(
        buyer, by=by, at=AT, title=details.pop("title", "Reading"), **NOTICE | details
    )
    made.person = by
    made.lot = made.lots.get()
    made.edition = edition or asked_edition(criteria=criteria)
    made.lot.add_edition(made.edition, by=by, at=AT, justification="Learners need it")
    if with_document:
        made.document = document(made)
    if status != "draft":
        made.publish(by=by, at=AT)
    if status == "awarded":
        awarded(made)
    if status == "cancelled":
        cancel_tender(made, by=by, at=AT, reason="No budget")
    return made


@again
def document(tender, *, title="Draft of the contract", name="contract.pdf", content=CONTRACT):
    """Filed with a draft."""
    made = Document(tender=tender, kind="contract", title=title)
    made.add(by=tender.person, at=AT, file=SimpleUploadedFile(name, content))
    return made


def awarded(tender, *, at=AT, by=None, reason="Best offer", supplier="Example Soma Labs", **more):
    """Every lot awarded to a supplier by name, and so the tender."""
    for lot in tender.lots.order_by("number"):
        lot.tender = tender
        award = Award.give(
            lot, by=by or tender.person, at=at, supplier=supplier, reason=reason, **more
        )
    tender.refresh_from_db()
    return award


@again
def amended(earlier, *, at=AT, reason="More is needed", without=""):
    """The next version of a published tender, with something more asked for, published; `without`
    the requirement of this ref."""
    by = {"by": earlier.person, "at": at}
    made = amend(earlier, reason=reason, **by)
    made.person = earlier.person
    for requirement in made.lots.get().requirements.select_related("lot__tender"):
        if requirement.ref == without:
            requirement.remove(**by)
    made.lots.get().add_words(f"Prints {made.version}", obligation="may", **by)
    made.publish(**by)
    return made


def picked(lot, *places):
    """The requirements at these places of a lot as they stand, all if none is named."""
    rows = lot.requirements.filter(position__in=places) if places else lot.requirements.all()
    return Picked(lot, dict(rows.values_list("pk", "revision")))


def picked_group(lot, key):
    """All that a lot asks for from one edition ("" in own words), as it stands."""
    group = contents.read(lot).groups[key]
    return Picked(lot, {}, group=key, mark=group.mark)
