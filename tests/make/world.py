"""One of everything, so that every address has something to show."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from standards.assessment.teamwork import remark
from standards.registry.credentials.paper import Paper
from tests.make import accounts, attestation, desk, jobs, tenders
from tests.make.access import access_request
from tests.make.application import application
from tests.make.assessment import assessment, declaration, solution
from tests.make.bids import SIGNED, bid, bid_file, bids_tender
from tests.make.cases import asked, case
from tests.make.catalogue import edition as an_edition
from tests.make.catalogue import fact, imported, need, reviewed, successor
from tests.make.enquiries import enquiry, invited
from tests.make.external import external
from tests.make.moment import AT
from tests.make.sheet import filed, proven

NOWHERE = "https://127.0.0.1:9"  # an address that is not asked


def tenders_called(buyer, provider):
    """A tender that takes bids here, with a draft of one provider and a bid of another in hand."""
    closes = AT + timedelta(days=9000)
    made = bids_tender(buyer=buyer, criteria=1, deadline=closes, grounds={"tax-pay": ""})
    asked = made.edition.criteria.all()
    for who, status in ((provider, "draft"), (accounts.organisation("provider"), "handed_in")):
        release = declaration(organisation=who, criteria=asked).release  # as records have it
        given = bid(made, "draft", provider=who, release=release, price=900)
        bid_file(given)
        if status != "draft":
            given.hand_in(**SIGNED, by=given.person, at=AT)
    return made


def invited_to(buyer, provider):
    """A call that invited a provider, and a draft of one that will."""
    for status in ("draft", "published"):
        terms = {"method": "limited", "method_reason": "Two makers"}
        closes = AT + timedelta(days=9000)
        made = bids_tender(buyer=buyer, criteria=1, status="draft", deadline=closes, **terms)
        yield invited(made, provider)
        if status != "draft":
            made.publish(by=made.person, at=AT)


def world():
    """`world.people[persona]` signs in; the records hang on the namespace by their name."""
    centre = accounts.centre()
    provider = accounts.organisation("provider")
    rival = accounts.organisation("provider")
    auditor = accounts.organisation("auditor")
    buyer = accounts.organisation("buyer")
    stranger = accounts.user("stranger")
    edition = an_edition("world-1")
    fact("delivery")
    decider = accounts.member(auditor, "decider")
    evidence = filed(provider)
    declared = proven(provider, piece=evidence)
    examined = attestation.every_state(declared, auditor)
    certificate = examined["granted"].certificates.get()
    Paper.objects.of(certificate, "en", at=AT)  # made once, here
    tender = tenders.tender(buyer=buyer, status="published", with_document=True)
    asker = provider.person
    draft = tenders.tender(buyer=buyer, with_document=True)
    called = tenders_called(buyer, provider)
    to_be_told, invitee = invited_to(buyer, provider)
    answered = enquiry(tender, "answered", asker=asker, question="For how many learners?")
    opened = access_request("unaccepted", declaration=declared, buyer=buyer, at=timezone.now())
    accounts.identity_provider(provider, issuer=NOWHERE, confirmed=False)
    accounts.new_name(provider)
    reader = accounts.member(provider, "evaluator")
    unfinished = assessment(organisation=provider)
    first = unfinished.answers.with_provider().order_by("pk").first()
    raised = case(declared.release.solution, "acknowledged", by=stranger)
    return SimpleNamespace(
        case=raised,
        question=asked(raised),
        centre=centre,
        provider=provider,
        rival=rival,
        auditor=auditor,
        buyer=buyer,
        access=opened,
        access_asked=access_request(declaration=declared, at=timezone.now()),
        invitation=accounts.invitation(provider, stranger.email),
        edition=edition,
        records=reviewed(edition),
        announced=successor(edition, "world-2", effective_from=date(2099, 1, 1)),
        drafted=successor(edition, "world-3", published=False),
        imported=imported(centre.officer),
        criterion=edition.criteria.first(),
        need=need(required=[edition.criteria.first().key]),
        job=jobs.job(by=buyer.person, done=True, organisation=buyer),
        tender=tender,
        enquiry=enquiry(tender, asker=asker),
        answered=answered,
        called=called,
        to_be_told=to_be_told,
        invitee=invitee,
        bid=called.bids.get(status="draft"),
        handed_in=called.bids.get(status="handed_in"),
        tender_draft=draft,
        document=draft.document,
        public_document=tender.document,
        listed=declared.release.solution,
        declaration=declared,
        draft=unfinished,
        remark=remark(first, words="Well?", asks=reader, by=provider.person, at=AT),
        evidence=evidence,
        engagements=examined,
        certificate=certificate,
        accreditation=auditor.accreditations.get(),
        application=application(body=auditor),
        external=external(provider),
        recorded=external(provider, status="recorded", their_number="IS 2"),
        unlisted=solution(rival),
        line=desk.told(stranger, "certificate.suspended", certificate),
        people={
            "anonymous": None,
            "stranger": stranger,
            "reader": reader,
            "rival": rival.person,
            "provider": provider.person,
            "auditor": auditor.person,
            "decider": decider,
            "buyer": buyer.person,
            "officer": centre.officer,
        },
    )
