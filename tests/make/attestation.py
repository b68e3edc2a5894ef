"""Accredited bodies, engagements and certificates, made by the real verbs.

`make.engagement(status="ready")`, `make.certificate(release)`. Their `.body.person` is manager and
evaluator, `.body.second` decides.
"""

from datetime import date

from certcentre.accounts.models import Organisation, User
from standards.attestation.accreditation import Accreditation
from standards.attestation.decision import Decision
from standards.attestation.requesting import request_examination
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.standards import Standard
from tests.make import accounts
from tests.make.again import again
from tests.make.assessment import criteria as some_criteria
from tests.make.assessment import declaration as declared
from tests.make.assessment import signer
from tests.make.catalogue import next_slot
from tests.make.moment import AT

UNTIL = date(2029, 6, 30)
PATH = ("requested", "accepted", "examining", "ready", "granted")


def holder(organisation, role):
    """Somebody who holds the role there, if anybody does."""
    return User.objects.filter(
        memberships__organisation=organisation, memberships__role=role, memberships__until=None
    ).first()


@again
def body(**fields):
    """An auditing body: `.person` is manager and evaluator, `.second` is decider."""
    made = accounts.organisation("auditor", **fields)
    return staffed(made)


def staffed(organisation):
    organisation.person = holder(organisation, "evaluator")
    organisation.second = holder(organisation, "decider") or accounts.member(
        organisation, "decider"
    )
    return organisation


@again
def graded(key="graded", grades=(("A", 2), ("AA", 2), ("AAA", 1)), *, by_test=()):
    """An edition of cumulative levels (key, number of criteria); `by_test` names refs."""
    standard = Standard.objects.create(key=key, name=key, issuing_body="Example Body")
    edition = Edition.objects.create(
        key=key,
        standard=standard,
        name=f"Example {key}",
        domain="accessibility",
        status="published",
    )
    for position, (grade, number) in enumerate(grades, 1):
        level = Level.objects.create(
            edition=edition,
            key=grade,
            label=f"Level {grade}",
            obligation="may" if grade == "AAA" else "must",
            cumulative=True,
            position=position,
        )
        for place in range(1, number + 1):
            ref = f"{position}.{place}"
            Criterion.objects.create(
                slot=next_slot(),
                edition=edition,
                level=level,
                ref=ref,
                key=f"{key}:{ref}",
                title=f"Criterion {ref}",
                statement=f"It does {ref}.",
                domain="accessibility",
                verification="test" if ref in by_test else "",
                position=position * 100 + place,
            )
    return edition


def officer():
    found = Organisation.objects.filter(kind="centre").first() or accounts.centre()
    return holder(found, "officer")


@again
def accreditation(organisation=None, editions=(), *, countries=(), since=None, until=UNTIL, at=AT):
    """That a body may attest these editions, from AT on."""
    return Accreditation.grant(
        organisation or body(),
        editions=editions or [some_criteria(2)[0].edition],
        countries=countries,
        valid_from=since or min(at, AT).date(),
        valid_until=until,
        by=officer(),
        at=at,
    )


def asked(declaration, edition):
    """The edition as a request names it: at the highest level declared, where they build up."""
    levels = Level.objects.filter(edition=edition, cumulative=True)
    declared = levels.filter(pk__in=declaration.assessment.answers.values("criterion__level"))
    return edition, declared.order_by("-position").first()


@again
def engagement(
    status="requested",
    *,
    declaration=None,
    organisation=None,
    editions=None,
    criteria=None,
    results=None,
    at=AT,
    months=24,
):
    """Of a declaration, over all it declares unless told otherwise; as far as `status`.

    `editions` are (edition, level) pairs, `criteria` are criteria; `results` is {criterion key:
    result}, else conforming by test. "corrections" has its nonconformities with the provider.
    """
    declaration = declaration or declared()
    organisation = staffed(organisation) if organisation else body()
    found = Edition.objects.filter(
        criteria__in=declaration.assessment.answers.values("criterion")
    ).distinct()
    wanted = editions or [asked(declaration, edition) for edition in found]
    missing = [one for one, _ in wanted if one.pk not in attests(organisation, declaration, at)]
    if missing:
        accreditation(organisation, missing, at=at)
    made = request_examination(
        declaration,
        body=organisation,
        editions=wanted,
        criteria=criteria and [one.pk for one in criteria],
        by=signer(declaration.release.solution.organisation),
        at=at,
    )
    made.body = organisation
    return advance(made, status, results=results, at=at, months=months)


def attests(organisation, declaration, at):
    country = declaration.release.solution.organisation.country
    return Accreditation.objects.by_edition(organisation, country=country, at=at)


def advance(engagement, status, *, results=None, at=AT, months=24):
    """Take a requested engagement on, by the right people of its body."""
    person = engagement.body.person
    if status == "requested":
        return engagement
    engagement.accept(interest_statement="Nothing ties us.", by=person, at=at)
    if status == "accepted":
        return engagement
    engagement.examine(by=person, at=at)
    if results is not None or status not in ("examining", "cancelled"):
        examine(engagement, results or {}, at=at)
    if status == "corrections":
        engagement.await_corrections(by=person, at=at)
    if status in ("ready", "granted", "refused"):
        engagement.ready(by=person, at=at, summary="Examined as agreed.")
    if status in ("granted", "refused"):
        decide(engagement, status, at=at, months=months)
    return engagement


def decide(engagement, outcome="granted", *, at=AT, months=24):
    return Decision.decide(
        engagement,
        outcome=outcome,
        reason="As examined.",
        by=engagement.body.second,
        at=at,
        months=months,
    )


def examine(engagement, results, *, at=AT):
    """Record a finding on every criterion: as `results` say, else conforming, by test."""
    for finding in engagement.findings.select_related("criterion"):
        finding.engagement = engagement
        finding.record(
            result=results.get(finding.criterion.key, "conforming"),
            methods=["test"],
            note="Seen on three devices.",
            revision=finding.revision,
            by=engagement.body.person,
            at=at,
        )
    return engagement


def planned(engagement, *, at=AT, close=False):
    """The provider answers every nonconformity and the body accepts (or has seen it done)."""
    person, provider = engagement.body.person, signer(engagement.provider)
    engagement.await_corrections(by=person, at=at)
    for finding in engagement.findings.uncorrected():
        action = finding.corrective_action
        action.finding.engagement = engagement
        action.answer(plan="Mended in 1.1.", due_on=date(2027, 1, 31), by=provider, at=at)
        action.accept(by=person, at=at)
        if close:
            action.close(methods=["test"], reply="Seen.", by=person, at=at)
    engagement.resume(by=person, at=at)
    return engagement


def every_state(declaration, organisation):
    """One engagement of the declaration in each state that a page shows, by its state."""
    first = declaration.assessment.answers.first().criterion.key
    states = ["accepted", "examining", "corrections", "ready", "granted", "requested"]
    return {
        state: engagement(
            state,
            declaration=declaration,
            organisation=organisation,
            results={first: "minor"} if state == "corrections" else None,
        )
        for state in states
    }


@again
def certificate(release=None, *, at=AT, months=24, **fields):
    """The first certificate of a granted engagement over a new declaration of the release."""
    declaration = fields.pop("declaration", None) or declared(release, at=at)
    made = engagement("granted", declaration=declaration, at=at, months=months, **fields)
    found = made.certificates.order_by("pk").first()
    found.engagement, found.body = made, made.body
    return found
