"""Solutions, releases, self-assessments, declarations and evidence."""

from datetime import timedelta

from django.urls import reverse

from standards.assessment.access_request import AccessRequest
from standards.assessment.access_terms import AccessTerms
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.holds import Hold
from standards.assessment.solutions import Release, Solution
from standards.assessment.teamwork import Remark, remark
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import close_officers, members, outsiders
from tests.make.attestation import officer
from tests.make.moment import AT

ROLES = ("manager", "editor", "signatory")


def around(organisation):
    return {
        **outsiders(),
        **members(organisation, "manager", "editor", "signatory"),
        **close_officers(organisation),
    }


def provider_in(state):
    return make.organisation(verified=state != "of an unverified provider")


def solution_in(state):
    provider = make.organisation()
    solution = make.solution(provider)
    if state == "withdrawn":
        solution.withdraw(by=provider.person, at=AT, reason="So.")
    return solution, around(provider)


def newest(solution):
    return [reverse("release", args=[release.pk]) for release in solution.releases.all()]


SOLUTION = Case(
    Solution,
    tuple(Solution.Status.values),
    solution_in,
    lambda record: [*newest(record), reverse("assessments")],
    {
        "edit": Offer(
            lambda record: reverse("solution-edit", args=[record.pk]),
            lambda record, **who: record.edit(seen=record.wording, name="Other", **who),
        ),
        "withdraw": step("solution-withdraw", "pk", "withdraw", reason="So."),
        "add_release": Offer(
            lambda record: reverse("release-new", args=[record.pk]),
            lambda record, **who: Release.add(record, label="9.x", **who),
        ),
    },
)


def release_in(state):
    provider = make.organisation()
    release = make.release(provider)
    if state == "declared":
        make.assessment(release, status="declared")
    if state == "second, declared":
        make.assessment(release, status="declared")
        release = make.release(solution=release.solution, label="2.x")
        make.assessment(release, status="declared")
    if state in ("held", "refused"):
        make.assessment(release, status="declared")
        release.holds.create(rule_key="r", held_at=AT)
        Release.objects.filter(pk=release.pk).update(status="held")
        release.refresh_from_db()
    if state == "refused":
        release.refuse(reason="So.", by=officer(), at=AT)
    if state == "of a withdrawn solution":
        release.solution.withdraw(by=provider.person, at=AT, reason="So.")
    return release, around(provider)


def start(release, *, by, at):
    Assessment.start(release, criteria=make.criteria(), by=by, at=at)


def release_step(verb, name, **words):
    return step(name, "pk", verb, **words)


RELEASE = Case(
    Release,
    (*Release.Status.values, "declared", "second, declared", "of a withdrawn solution"),
    release_in,
    lambda record: [reverse(name, args=[record.pk]) for name in ("release", "hold")],
    {
        "state_facts": release_step("state_facts", "release-facts", facts={}),
        "assess": Offer(lambda record: reverse("release-assess", args=[record.pk]), start),
        "make_current": release_step("make_current", "release-make-current"),
        "note_change": release_step("note_change", "release-note-change", reason="So."),
        "clear": release_step("clear", "release-clear", reason="So."),
        "refuse": release_step("refuse", "release-refuse", reason="So."),
    },
    apart={"state_facts": "its page is read by every member, and leads on to those of its groups"},
    quiet={
        "make_current": "what comes before it stands on the page as the way to the register",
        "note_change": "where nothing is declared there is nothing that could stay",
    },
    narrow={"assess": "only where nothing has been said of it yet"},
)


def hold_in(state):
    provider = make.organisation()
    basis = "" if state == "of the portal" else "Article 5"
    make.rule(make.edition(), "blocks_listing", key="I04", legal_basis=basis)
    release = make.declaration(organisation=provider).release
    release.publish(["I04"], by=provider.person, at=AT)
    hold = release.holds.get()
    if state == "proposed":
        hold.propose(by=make.member(officer_centre(), "officer"), at=AT, reason="So.")
    return hold, {**outsiders(), **members(provider, *ROLES), **close_officers(provider)}


def officer_centre():
    return officer().memberships.first().organisation


HOLD = Case(
    Hold,
    ("of the portal", "of a law", "proposed"),
    hold_in,
    lambda record: [reverse("hold", args=[record.release_id])],
    {
        "propose": Offer(
            lambda record: reverse("hold-propose", args=[record.release_id, record.pk]),
            lambda record, **who: record.propose(reason="So.", **who),
        )
    },
)


def assessment_in(state):
    provider = make.organisation(verified=state != "draft, of an unverified provider")
    criteria = make.criteria(2)
    answers = {}
    if state != "draft, empty":
        answers = {criterion.key: "met" for criterion in criteria}
    status = "declared" if state in ("declared", "withdrawn", "superseded") else "draft"
    made = make.assessment(organisation=provider, criteria=criteria, answers=answers, status=status)
    if state == "withdrawn":
        made.declaration.withdraw(by=provider.person, at=AT, reason="So.")
    if state == "superseded":
        make.assessment(made.release, criteria=criteria, status="declared")
    return made, around(provider)


def answer_one(assessment, *, by, at):
    answer = assessment.answers.select_related("criterion__edition").first()
    answer.assessment = assessment
    answer.give(value="not_met", reason="So.", by=by, at=at, revision=answer.revision)


def declare(assessment, *, by, at):
    words = {"signatory_name": "Ada Example", "signatory_role": "Director"}
    Declaration.sign(assessment, by=by, at=at, **words)


ASSESSMENT = Case(
    Assessment,
    (*Assessment.Status.values, "draft, empty", "draft, of an unverified provider"),
    assessment_in,
    lambda record: [
        reverse("assessment", args=[record.pk]),
        reverse("release", args=[record.release_id]),
    ],
    {
        "answer": Offer(
            lambda record: reverse("answer", args=[record.pk, record.answers.first().pk]),
            answer_one,
            read=True,
        ),
        "add": Offer(
            lambda record: reverse("assessment-add", args=[record.pk]),
            lambda record, **who: record.add(criteria=make.criteria(1), **who),
        ),
        "declare": Offer(lambda record: reverse("declare", args=[record.pk]), declare, read=True),
    },
    narrow={"answer": "one that lacks nothing waits to be declared"},
    elsewhere={
        "fill": "answered from a report, it is asked as answering is",
        "migrate": "tests/assessment/test_move.py: its page is one of the edition to go to",
    },
)


def declaration_in(state):
    provider = make.organisation()
    criteria = make.criteria(2)
    made = make.declaration(organisation=provider, criteria=criteria)
    if state == "withdrawn":
        made.withdraw(by=provider.person, at=AT, reason="So.")
    if state == "superseded":
        make.declaration(made.release, criteria=criteria)
    return made, around(provider)


DECLARATION = Case(
    Declaration,
    ("in force", "withdrawn", "superseded"),
    declaration_in,
    lambda record: [record.get_absolute_url()],
    {"withdraw": step("declaration-withdraw", "number", "withdraw", reason="So.")},
)


def evidence_in(state):
    provider = make.organisation()
    piece = make.evidence(provider)
    if state == "removed":
        piece.remove(by=provider.person, at=AT)
    return piece, around(provider)


EVIDENCE = Case(
    Evidence,
    ("on file", "removed"),
    evidence_in,
    lambda record: [record.get_absolute_url()],
    {
        "remove": step("evidence-remove", "pk", "remove"),
        "share": step("evidence-share", "pk", "share", shown_to="buyers"),
    },
)


def access_request_in(state):
    provider, buyer = make.organisation(), make.organisation("buyer")
    status, declared = state.partition(", ")[0], make.proven(provider, at=AT)
    made = make.access_request(status, declaration=declared, buyer=buyer)
    if state == "granted, run out":
        AccessRequest.objects.filter(pk=made.pk).update(until=AT)
    if state == "granted, of a suspended buyer":
        buyer.suspend(by=officer(), at=AT, reason="So.")
    if state == "granted, asked anew":
        made.renew(by=made.person, at=AT + timedelta(minutes=1), purpose="Once more.")
    sides = {f"{name} (buyer)": person for name, person in members(buyer, *ROLES).items()}
    return made, {**outsiders(), **members(provider, *ROLES), **sides}


def renew(record, **who):
    record.renew(purpose="Once more.", accepted=AccessTerms.of(record.provider).digest, **who)


ACCESS_REQUEST = Case(
    AccessRequest,
    (
        *AccessRequest.Status.values,
        "unaccepted",
        "granted, run out",
        "granted, of a suspended buyer",
        "granted, asked anew",
    ),
    access_request_in,
    lambda record: [record.get_absolute_url()],
    {
        "grant": step("access-grant", "pk", "grant"),
        "refuse": step("access-refuse", "pk", "refuse", reason="So."),
        "accept": step("access-accept", "pk", "accept"),
        "end": step("access-end", "pk", "end", reason="So."),
        "renew": Offer(lambda record: reverse("access-renew", args=[record.pk]), renew),
    },
    narrow={"renew": "in the last days alone"},
)


def remark_in(state):
    provider = make.organisation()
    editor = make.member(provider, "editor")
    draft = make.assessment(organisation=provider, criteria=make.criteria(1))
    answer = draft.answers.with_provider().get()
    asks = None if state == "no question" else editor
    made = remark(answer, words="Well?", asks=asks, by=provider.person, at=AT)
    if state == "settled":
        made.settle(by=editor, at=AT)
    if state == "of what was declared":
        draft.answers.update(value="met")
        make.declare(draft)
    people = {"asked": editor, "asking": provider.person}
    return made, {**outsiders(), **members(provider, *ROLES), **people}


REMARK = Case(
    Remark,
    ("open", "settled", "no question", "of what was declared"),
    remark_in,
    lambda record: [reverse("answer", args=[record.answer.assessment_id, record.answer_id])],
    {"settle": step("remark-settle", "pk", "settle")},
    narrow={"settle": "who asked may say so too, and waits for the other"},
)


def terms_in(state):
    provider = make.organisation()
    made = make.terms(provider, "" if state == "none" else "For this purchase alone.")
    return made, around(provider)


TERMS = Case(
    AccessTerms,
    ("stated", "none"),
    terms_in,
    lambda record: [reverse("access-requests")],
    {
        "state": Offer(
            lambda record: reverse("access-terms", args=[record.organisation_id]),
            lambda record, **who: record.state(words="Mine.", **who),
        )
    },
)

CASES = (SOLUTION, RELEASE, HOLD, ASSESSMENT, DECLARATION, EVIDENCE, ACCESS_REQUEST, TERMS, REMARK)
