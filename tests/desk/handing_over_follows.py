"""Who hears of a step since they follow what it is about."""

from datetime import timedelta

from certcentre.desk.reminding import say_expired
from standards.assessment.periods import end_of
from standards.attestation.certificates import Certificate
from standards.catalogue.publishing import deprecate, reschedule
from tenders import followed_search
from tenders.following import follow
from tests import make
from tests.desk.handing_over import KEY, engaged
from tests.make.assessment import signer
from tests.make.attestation import officer
from tests.make.moment import AT

DAY = timedelta(days=1)


def product_followed(act):
    """A product of two declared releases, the first of which is current."""

    def scenario():
        declaration = make.declaration(criteria=make.criteria(2))
        product = declaration.release.solution
        later = make.release(solution=product, label="5.x")
        follower = make.user("follower")
        follow(product, by=follower, at=AT)
        if act is not declared:
            make.declaration(later)
        by = signer(product.organisation)
        yield
        act(declaration, later, by)
        yield {follower}

    return scenario


def edited(declaration, later, by):
    product = declaration.release.solution
    product.refresh_from_db()
    words = {"name": "Other", "summary": "Reads.", "website": ""}
    product.edit(seen=product.wording, by=by, at=AT, **words)


def change_noted(declaration, later, by):
    declaration.release.note_change(reason="The colour of a button.", by=by, at=AT)


def made_current(declaration, later, by):
    later.make_current(by=by, at=AT)


def declared(declaration, later, by):
    make.declaration(later)


def taken_back(declaration, later, by):
    declaration.withdraw(by=by, at=AT, reason="A mistake.")


def certificate_followed(act, told_product=True):
    """Somebody follows the certificate, somebody else its product, and one both."""

    def scenario():
        made = make.certificate()
        people = {name: make.user(name) for name in ("certificate", "product", "both")}
        product = made.release.solution
        for name in ("certificate", "both"):
            follow(made, by=people[name], at=AT)
        for name in ("product", "both"):
            follow(product, by=people[name], at=AT)
        yield
        act(made)
        yield set(people.values()) - (set() if told_product else {people["product"]})

    return scenario


def surveyed(made):
    made.record_surveillance(note="All as it was.", by=made.body.second, at=AT + DAY)


def expired(made):
    for _twice in range(2):
        say_expired(at=made.valid_until + DAY)


def issued():
    declaration = make.declaration(criteria=make.criteria(2))
    made = make.engagement("ready", declaration=declaration)
    follower = make.user("follower")
    follow(declaration.release.solution, by=follower, at=AT)
    yield
    make.decide(made)
    yield {follower, signer(made.provider)}  # to whom the examination was granted


def standard_followed(act):
    def scenario():
        days = {} if act is successor else {"effective_from": (AT + 90 * DAY).date()}
        edition, follower = make.edition(**days), make.user("follower")
        follow(edition.standard, by=follower, at=AT)
        chief = officer()
        yield
        act(edition, chief)
        yield {follower}

    return scenario


def successor(edition, by):
    make.edition(standard=edition.standard, version="2")


def edition_withdrawn(edition, by):
    edition.withdraw(by=by, at=AT, reason="Its issuer took it back.")


def deprecated(edition, by):
    deprecate(edition, AT.date() + DAY, by=by, at=AT, reason="A newer one.")


def rescheduled(edition, by):
    later = (AT + 120 * DAY).date()
    reschedule(edition, effective_from=later, by=by, at=AT, reason="Its issuer waits.")


def search_matched():
    company = make.listed("Numbers", summary="Counting").organisation
    follower, other = make.user("follower"), make.user("other")
    follow(make.search("q=counting"), by=follower, at=AT)
    follow(make.search("q=spelling"), by=other, at=AT)
    yield
    make.listed("More numbers", summary="Counting on", organisation=company)
    followed_search.look(at=AT)
    followed_search.look(at=AT)
    yield {follower}


def superseded():
    made = engaged("examining", {KEY: "minor"})
    make.decide(make.planned(made).ready(by=made.body.person, at=AT, summary="Seen.") or made)
    certificate, follower = Certificate.objects.get(), make.user("follower")
    follow(certificate, by=follower, at=AT)
    yield
    action = made.findings.get(result="minor").corrective_action
    action.close(methods=["test"], reply="Seen.", by=made.body.second, at=AT)
    yield {follower}


def body_followed(act):
    """An accredited body, and somebody who follows it."""

    def scenario():
        body, follower, chief = make.body(), make.user("follower"), officer()
        made = make.accreditation(body)
        follow(body, by=follower, at=AT)
        yield
        act(made, chief)
        yield {follower}

    return scenario


def granted(made, by):
    make.accreditation(made.body, [make.edition("another")])


def ran_out(made, by):
    for _twice in range(2):
        say_expired(at=end_of(made.valid_until))


def closed(made, by):
    made.body.close(by=by, at=AT, reason="It gave up.")


def external_expired():
    made, follower = make.external(make.organisation(), status="recorded"), make.user("follower")
    follow(made.release.solution, by=follower, at=AT)
    yield
    for _twice in range(2):
        say_expired(at=end_of(made.valid_until))
    yield {follower}


FOLLOWS = {
    "externalcertificate.expired": external_expired,
    "accreditation.granted": body_followed(granted),
    "accreditation.expired": body_followed(ran_out),
    "organisation.closed": body_followed(closed),
    "solution.edited": product_followed(edited),
    "release.change_noted": product_followed(change_noted),
    "release.made_current": product_followed(made_current),
    "assessment.declared": product_followed(declared),
    "declaration.withdrawn": product_followed(taken_back),
    "certificate.issued": issued,
    "certificate.surveyed": certificate_followed(surveyed),
    "certificate.expired": certificate_followed(expired),
    "certificate.superseded": superseded,
    "edition.published": standard_followed(successor),
    "edition.withdrawn": standard_followed(edition_withdrawn),
    "edition.deprecated": standard_followed(deprecated),
    "edition.rescheduled": standard_followed(rescheduled),
    "search.matched": search_matched,
}
