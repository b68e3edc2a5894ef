"""What sets off each mail of the table, and whom it is for."""

from datetime import date

from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from tenders import watching
from tenders.bids.bid import Bid
from tenders.bids.opening import Opening
from tenders.cancelling import cancel_lot, cancel_tender
from tenders.following import follow
from tests import make
from tests.desk.handing_over_access import ACCESS
from tests.desk.handing_over_accrediting import ACCREDITING
from tests.desk.handing_over_by_two import BY_TWO
from tests.desk.handing_over_cases import OF_CASES
from tests.desk.handing_over_names import OF_NAMES
from tests.desk.handing_over_team import TEAM
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.bids import CLOSES
from tests.make.moment import AT

KEY = "ex-1:1.1"


def engaged(status, results=None):
    criteria = make.criteria(2, key="ex-1")
    declaration = make.declaration(criteria=criteria)
    made = make.engagement("requested", declaration=declaration)
    made.evaluators = {made.body.person}
    made.managers = {made.body.person}
    made.working = {signer(made.provider), make.member(made.provider, "editor")}
    return make.advance(made, status, results=results)


def told_of_an_invitation():
    company = make.organisation()
    yield
    yield {make.invitation(company, "new@example.org", at=AT).email}


def told_of_a_registration():
    chief = make.centre().officer
    yield
    make.organisation(verified=False)
    yield {chief}


def judged(verb, verified=False, **words):
    def scenario():
        company = make.organisation(verified=verified)
        by = officer()
        yield
        getattr(company, verb)(by=by, at=AT, **words)
        yield {company.person}

    return scenario


def own_sign_on(verb="", **words):
    def scenario():
        company = make.organisation()
        other = make.member(company, "manager")
        made = verb and make.identity_provider(company, confirmed=False)
        yield
        made = made or make.identity_provider(company, confirmed=False)
        own = verb in ("", "remove")
        if not own:
            words["seen"] = made.print_of(made.domain_names())
        if verb:
            getattr(made, verb)(by=company.person if own else officer(), at=AT, **words)
        yield {other} if own else {other, company.person}

    return scenario


def told_of_a_hold():
    release = make.release()
    by, chief = signer(release.solution.organisation), officer()
    editor = make.member(release.solution.organisation, "editor")
    yield
    release.publish(["R-1"], by=by, at=AT)
    yield {editor, chief}


def hold_decided(verb):
    def scenario():
        release = make.release()
        by, chief = signer(release.solution.organisation), officer()
        release.publish(["R-1"], by=by, at=AT)
        yield
        getattr(release, verb)(by=chief, at=AT, reason="Looked at.")
        yield {by}

    return scenario


def asked():
    criteria = make.criteria(2)
    declaration, body = make.declaration(criteria=criteria), make.body()
    make.accreditation(body, [criteria[0].edition])
    yield
    made = make.engagement("requested", declaration=declaration, organisation=body)
    yield {made.body.person}


def accepted():
    made = engaged("requested")
    yield
    made.accept(interest_statement="None.", by=made.body.person, at=AT)
    yield made.working


def declined():
    made = engaged("requested")
    yield
    made.decline(by=made.body.person, at=AT, reason="No time.")
    yield made.working


def cancelled():
    made = engaged("requested")
    by = signer(made.provider)
    yield
    made.cancel(by=by, at=AT)
    yield (made.working | made.managers) - {by}


def rescheduled():
    made = engaged("examining")
    yield
    made.reschedule(due_on=date(2027, 5, 1), by=made.body.person, at=AT, reason="Agreed.")
    yield made.working


def corrections():
    made = engaged("examining", {KEY: "minor"})
    yield
    made.await_corrections(by=made.body.person, at=AT)
    yield made.working


def action_answered():
    made = engaged("corrections", {KEY: "minor"})
    finding = made.findings.get(result="minor")
    yield
    by = signer(made.provider)
    finding.corrective_action.answer(plan="Mend.", due_on=date(2027, 1, 1), by=by, at=AT)
    yield made.evaluators


def action_returned():
    made = engaged("corrections", {KEY: "minor"})
    action = made.findings.get(result="minor").corrective_action
    action.answer(plan="Mend.", due_on=date(2027, 1, 1), by=signer(made.provider), at=AT)
    yield
    action.return_(by=made.body.person, at=AT, reason="When?")
    yield made.working


def ready():
    made = engaged("examining", {})
    yield
    made.ready(by=made.body.person, at=AT, summary="All seen.")
    yield {made.body.second}


def decided(outcome):
    def scenario():
        made = engaged("ready")
        yield
        Decision.decide(made, outcome=outcome, reason="So.", by=made.body.second, at=AT, months=12)
        yield made.working

    return scenario


def stopped(verb, before=()):
    def scenario():
        made = engaged("granted")
        by = made.body.second
        certificate = Certificate.objects.get()
        for step in before:
            getattr(certificate, step)(by=by, at=AT, reason="Looked into.")
        yield
        getattr(certificate, verb)(by=by, at=AT, reason="Looked into.")
        yield made.working

    return scenario


def contradicted():
    made = engaged("granted")
    release = made.declaration.release
    criteria = [finding.criterion for finding in made.findings.all()]
    yield
    make.declaration(release, criteria=criteria, answers={KEY: "not_met"})
    yield made.managers


def solution_withdrawn():
    made = engaged("granted")
    solution = made.declaration.release.solution
    yield
    solution.withdraw(by=signer(made.provider), at=AT, reason="Sold.")
    yield made.managers


def external_filed():
    provider, chief = make.organisation(), officer()
    yield
    make.external(provider)
    yield {chief}


def external(verb, status="filed", **words):
    def scenario():
        made, by = make.external(make.organisation(), status=status), officer()
        yield
        getattr(made, verb)(by=by, at=AT, **words)
        yield {signer(made.provider)}

    return scenario


def enquired(then, told=("asker",)):
    """A question by one provider on a tender that somebody else follows."""

    def scenario():
        tender = make.tender(status="published")
        follower, asker = make.user("follower"), make.organisation("provider").person
        follow(tender, by=follower, at=AT)
        people = {"asker": asker, "follower": follower}
        people["editor"] = make.member(tender.buyer, "editor")
        enquiry = make.enquiry(tender, asker=asker) if then != "ask" else None
        yield
        if enquiry is None:
            make.enquiry(tender, asker=asker)
            yield {people["editor"], tender.person}
        else:
            become(then, tender, enquiry)
            yield {people[name] for name in told}

    return scenario


def become(then, tender, enquiry):
    by = {"by": tender.person, "at": AT}
    match then:
        case "answer":
            enquiry.answer(reply="Yes.", **by)
        case "decline":
            enquiry.decline(reason="So.", **by)
        case "amend":
            make.amended(tender)
        case "award":
            make.awarded(tender)
        case "cancel":
            cancel_tender(tender, reason="So.", **by)


def bidding(then):
    """A bid of a provider whose editor and signatory hear of it, and its reader does not."""

    def scenario():
        tender, provider = make.bids_tender(criteria=1), make.organisation("provider")
        make.member(provider, "evaluator")
        people = {
            provider.person,
            *(make.member(provider, role) for role in ("editor", "signatory")),
        }
        made = make.bid(tender, "draft" if then == "handed_in" else "handed_in", provider=provider)
        other = make.bid(tender, "handed_in") if then == "not_awarded" else None
        second = make.member(tender.buyer, "editor")
        if then not in ("handed_in", "taken_back"):
            Opening.call(tender, by=tender.person, at=CLOSES)
        if then in ("excluded", "awarded", "not_awarded"):
            tender.opening.open(by=second, at=CLOSES)
        yield
        become_of(then, tender, Bid.objects.get(pk=made.pk), other, second)
        if then in ("handed_in", "taken_back"):
            people.remove(provider.person)
        yield people | ({other.person} if other else set())

    return scenario


def watched(then):
    """Whoever belongs to the buyer; what the provider is told of its certificate went before."""

    def scenario():
        award = make.bought()
        by = {"by": award.certificate.body.second, "at": CLOSES, "reason": "So."}
        award.certificate.suspend(**by)
        if then == "restored":
            watching.look(at=CLOSES)
            award.certificate.reinstate(**by)
        yield
        watching.look(at=CLOSES)
        yield {each.user for each in award.tender.buyer.memberships.select_related("user")}

    return scenario


def become_of(then, tender, bid, other, second):
    buyer, bidder = {"by": tender.person, "at": CLOSES}, {"by": bid.started_by, "at": AT}
    match then:
        case "handed_in":
            bid.hand_in(**make.SIGNED, **bidder)
        case "taken_back":
            bid.take_back(**bidder)
        case "opened":
            tender.opening.open(by=second, at=CLOSES)
        case "lot_cancelled":
            cancel_lot(tender.lot, reason="No budget", **buyer)
        case "excluded":
            bid.exclude(reason="It has no French.", **buyer)
        case _:
            make.award(tender.lot, bid=other or bid, reason="Best of all", **buyer)


BOTH = ("asker", "follower")


SCENARIOS = {
    **OF_CASES,
    **OF_NAMES,
    "enquiry.asked": enquired("ask"),
    "enquiry.answered": enquired("answer", BOTH),
    "enquiry.declined": enquired("decline"),
    "tender.published": enquired("amend", BOTH),
    "tender.awarded": enquired("award", BOTH),
    "tender.cancelled": enquired("cancel", BOTH),
    "bid.handed_in": bidding("handed_in"),
    "bid.taken_back": bidding("taken_back"),
    "bid.opened": bidding("opened"),
    "bid.awarded": bidding("awarded"),
    "bid.not_awarded": bidding("not_awarded"),
    "bid.excluded": bidding("excluded"),
    "bid.lot_cancelled": bidding("lot_cancelled"),
    "award.weakened": watched("weakened"),
    "award.restored": watched("restored"),
    **BY_TWO,
    "invitation.sent": told_of_an_invitation,
    "organisation.registered": told_of_a_registration,
    "organisation.verified": judged("verify", how="Register"),
    "organisation.refused": judged("refuse", reason="No such number"),
    "organisation.corrected": judged(
        "correct", verified=True, country="KE", register_number="9", reason="So."
    ),
    "organisation.suspended": judged("suspend", verified=True, reason="Struck off"),
    "organisation.sign_on_set": own_sign_on(),
    "organisation.sign_on_removed": own_sign_on("remove"),
    "organisation.sign_on_confirmed": own_sign_on("confirm", how="Called them."),
    "organisation.sign_on_declined": own_sign_on("decline", reason="Not theirs."),
    "solution.withdrawn": solution_withdrawn,
    "release.held_why": told_of_a_hold,
    "release.clear": hold_decided("clear"),
    "release.refused_why": hold_decided("refuse"),
    "externalcertificate.filed": external_filed,
    "externalcertificate.recorded": external("record", seen="Looked it up."),
    "externalcertificate.refused": external("refuse", reason="Another product."),
    "externalcertificate.ended": external("end", "recorded", reason="Suspended."),
    **ACCESS,
    **TEAM,
    **ACCREDITING,
    "engagement.requested": asked,
    "engagement.accepted": accepted,
    "engagement.declined": declined,
    "engagement.cancelled": cancelled,
    "engagement.rescheduled": rescheduled,
    "engagement.corrections": corrections,
    "correctiveaction.answered": action_answered,
    "correctiveaction.returned": action_returned,
    "engagement.ready": ready,
    "engagement.granted": decided("granted"),
    "engagement.refused": decided("refused"),
    "certificate.suspended": stopped("suspend"),
    "certificate.reinstated": stopped("reinstate", before=["suspend"]),
    "certificate.withdrawn": stopped("withdraw"),
    "certificate.contradicted": contradicted,
}
