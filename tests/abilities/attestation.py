"""Engagements, corrective actions, certificates, accreditations and external certificates."""

from datetime import date, timedelta

from django.urls import reverse

from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.rating import Rating, ask_rating, drop_rating
from standards.attestation.sampling import plan_sample
from tests import make
from tests.abilities.case import Case, Offer, step
from tests.abilities.people import belong, outsiders
from tests.make.attestation import officer
from tests.make.moment import AT


def parties(provider, body):
    """Everybody who could come to the record of a provider and of a body."""
    people = {
        **outsiders(),
        "all of the provider": provider.person,
        "its editor": make.member(provider, "editor"),
        "its signatory": make.member(provider, "signatory"),
        "who examined": body.person,
        "who decided": body.second,
        "a manager": make.member(body, "manager"),
        "an evaluator": make.member(body, "evaluator"),
        "a decider": make.member(body, "decider"),
        "decider and evaluator": make.member(body, "decider", "evaluator"),
        "a decider of another body": make.member(make.body(), "decider", "evaluator"),
        "an officer of the provider": make.member(provider, "editor"),
        "a decider of the provider": make.member(body, "decider", "evaluator"),
        "a decider who left the provider lately": make.member(body, "decider", "evaluator"),
        "a decider who left it long ago": make.member(body, "decider", "evaluator"),
        "a decider who left": make.member(body, "decider", "evaluator", "manager"),
        "an officer of the body": make.user("officer"),
    }
    belong(people["an officer of the provider"], officer().memberships.first().organisation)
    belong(people["an officer of the body"], officer().memberships.first().organisation)
    belong(people["an officer of the body"], body, "evaluator")
    belong(people["a decider of the provider"], provider)
    belong(people["a decider who left the provider lately"], provider, days=30)
    belong(people["a decider who left it long ago"], provider, days=760)
    people["a decider who left"].memberships.update(until=AT)
    return people


def provider_of(engagement):
    """The provider with its person."""
    provider = engagement.provider
    provider.person = make.signer(provider)
    return provider


def engagement_in(state):
    end = {"declined": "requested", "cancelled": "accepted"}.get(state, state)
    made = make.engagement("examining" if state == "corrections" else end)
    if state == "corrections":
        correct(made)
    if state == "declined":
        made.decline(by=made.body.person, at=AT, reason="No time.")
    if state == "cancelled":
        made.cancel(by=made.body.person, at=AT, reason="No time.")
    return made, parties(provider_of(made), made.body)


def correct(engagement):
    """Hand one nonconformity to the provider."""
    first = engagement.findings.select_related("criterion").first().criterion.key
    make.examine(engagement, {first: "minor"})
    engagement.await_corrections(by=engagement.body.person, at=AT)


def record_one(engagement, *, by, at):
    finding = Finding.objects.filter(engagement=engagement).first()
    finding.engagement = engagement
    words = {"result": "conforming", "methods": ["test"], "note": "Seen.", "revision": 0}
    finding.record(**{**words, "revision": finding.revision}, by=by, at=at)


def plan_one(engagement, *, by, at):
    words = {"what": "schools", "number": 1, "of": 2, "drawn": "By lot."}
    findings = Finding.objects.filter(engagement=engagement)
    plan_sample(engagement, findings=findings, **words, by=by, at=at)


def engagement_step(verb, name="", **words):
    return step(f"engagement-{name or verb}", "pk", verb, **words)


ENGAGEMENT = Case(
    Engagement,
    tuple(Engagement.Status.values),
    engagement_in,
    lambda record: [reverse(name, args=[record.pk]) for name in ("engagement", "findings")],
    {
        "accept": engagement_step("accept", interest_statement="None."),
        "decline": engagement_step("decline", reason="So."),
        "cancel": engagement_step("cancel", reason="So."),
        "reschedule": engagement_step("reschedule", due_on=date(2026, 12, 24), reason="So."),
        "examine": engagement_step("examine"),
        "record": Offer(
            lambda record: reverse("findings", args=[record.pk]), record_one, read=True
        ),
        "await_corrections": engagement_step("await_corrections", "await-corrections"),
        "plan_sample": Offer(
            lambda record: reverse("engagement-sample", args=[record.pk]), plan_one
        ),
        "ask_rating": Offer(
            lambda record: reverse("engagement-ask-rating", args=[record.pk]),
            lambda record, **who: ask_rating(
                record, rater=make.member(record.body, "evaluator"), **who
            ),
        ),
        "drop_rating": Offer(
            lambda record: reverse("engagement-drop-rating", args=[record.pk]), drop_rating
        ),
        "resume": engagement_step("resume"),
        "ready": engagement_step("ready", summary="Done."),
        "reopen": engagement_step("reopen", reason="So."),
        "decide": Offer(
            lambda record: reverse("engagement-decide", args=[record.pk]),
            lambda record, **who: Decision.decide(record, outcome="refused", reason="So.", **who),
        ),
    },
    quiet={"await_corrections": "with nothing to hand over there is nothing to do about it"},
    narrow={
        "resume": "only when no answer of the provider is open",
        "ask_rating": "only where two differ too much",
    },
)


def rating_in(state):
    made = make.engagement("examining" if state == "the first goes on" else "ready")
    people = parties(provider_of(made), made.body)
    rating = ask_rating(made, rater=people["an evaluator"], by=made.body.person, at=AT)
    if state != "open":
        given = dict.fromkeys(made.findings.values_list("pk", flat=True), ("conforming", ""))
        rating.score(given, by=rating.rater, at=AT)
    if state == "handed in":
        rating.hand_in(by=rating.rater, at=AT)
    return rating, people


RATING = Case(
    Rating,
    ("open", "scored", "the first goes on", "handed in"),
    rating_in,
    lambda record: [record.get_absolute_url()],
    {
        "score": Offer(
            Rating.get_absolute_url, lambda record, **who: record.score({}, **who), True
        ),
        "hand_in": step("engagement-hand-in", "engagement_id", "hand_in"),
    },
)


def action_in(state):
    status, _, after = state.partition(" ")
    engagement = make.engagement("examining")
    correct(engagement)
    action = CorrectiveAction.objects.get(finding__engagement=engagement)
    action.finding.engagement = engagement
    auditor, provider = engagement.body.person, make.signer(engagement.provider)
    if status != "open":
        plan = {"plan": "Mended.", "due_on": date(2026, 12, 24)}
        action.answer(**plan, by=provider, at=AT)
    if status == "returned":
        action.return_(reason="Say more.", by=auditor, at=AT)
    if status in ("accepted", "closed"):
        action.accept(by=auditor, at=AT)
    if status == "closed":
        action.close(methods=["test"], reply="Seen.", by=auditor, at=AT)
    if after:
        engagement.resume(by=auditor, at=AT)
        engagement.ready(summary="Done.", by=auditor, at=AT)
        make.decide(engagement)
    return action, parties(provider_of(engagement), engagement.body)


def action_step(verb, name="", **words):
    return step(f"correction-{name or verb}", "pk", verb, **words)


ACTION = Case(
    CorrectiveAction,
    (*CorrectiveAction.Status.values, "accepted after a grant"),
    action_in,
    lambda record: [reverse("corrections", args=[record.finding.engagement_id])],
    {
        "answer": action_step("answer", plan="Mended.", due_on=date(2026, 12, 24)),
        "accept": action_step("accept"),
        "return_": action_step("return_", "return", reason="Say more."),
        "close": action_step("close", methods=["test"], reply="Seen."),
    },
    narrow={"close": "what the provider has not promised yet is accepted or returned first"},
)


def certificate_in(state):
    certificate = make.certificate()
    decider = {"by": certificate.body.second, "at": AT}
    if state == "suspended":
        certificate.suspend(reason="So.", **decider)
    if state == "suspended with its accreditation":
        Accreditation.objects.get().suspend(reason="So.", by=officer(), at=AT)
    if state == "withdrawn":
        certificate.withdraw(reason="So.", **decider)
    if state == "superseded":
        Certificate.objects.update(status=state)
    if state == "expired":
        long_ago = AT - timedelta(days=1)
        Certificate.objects.update(valid_until=long_ago, issued_at=long_ago - timedelta(days=9))
    certificate.engagement.refresh_from_db()
    return certificate, parties(provider_of(certificate.engagement), certificate.body)


def certificate_step(verb, name="", **words):
    return step(f"certificate-{name or verb}", "number", verb, **words)


CERTIFICATE = Case(
    Certificate,
    (*Certificate.Status.values, "suspended with its accreditation", "expired"),
    certificate_in,
    lambda record: [record.get_absolute_url()],
    {
        "suspend": certificate_step("suspend", reason="So."),
        "reinstate": certificate_step("reinstate", reason="So."),
        "withdraw": certificate_step("withdraw", reason="So."),
        "record_surveillance": certificate_step("record_surveillance", "survey", note="Seen."),
    },
    narrow={"record_surveillance": "only when the planned check is near"},
)


def accreditation_in(state):
    certificate = make.certificate()
    accreditation = Accreditation.objects.get()
    if state != "active":
        verb = {"suspended": "suspend", "withdrawn": "withdraw"}[state]
        getattr(accreditation, verb)(reason="So.", by=officer(), at=AT)
    return accreditation, parties(provider_of(certificate.engagement), certificate.body)


def accreditation_step(verb):
    return step(f"accreditation-{verb}", "pk", verb, reason="So.")


ACCREDITATION = Case(
    Accreditation,
    tuple(Accreditation.Status.values),
    accreditation_in,
    lambda record: [record.get_absolute_url()],
    {verb: accreditation_step(verb) for verb in ("suspend", "withdraw", "reinstate")},
)


def external_in(state):
    status = state.partition(" ")[0]
    made = make.external(status=status)
    if state == "filed for later":
        ExternalCertificate.objects.update(valid_from=date(2026, 12, 24))
    body = make.body()
    make.accreditation(body, [made.declared[0].edition])
    provider = made.provider
    provider.person = make.signer(provider)
    return made, parties(provider, body)


def external_step(verb, **words):
    return step(f"external-{verb}", "number", verb, **words)


EXTERNAL = Case(
    ExternalCertificate,
    (*ExternalCertificate.Status.values, "filed for later"),
    external_in,
    lambda record: [record.get_absolute_url()],
    {
        "record": external_step("record", seen="Looked it up."),
        "refuse": external_step("refuse", reason="So."),
        "end": external_step("end", reason="So."),
    },
    narrow={"record": "an evaluator who may record it finds it on the list of all of them"},
)


def application_in(state):
    made, provider = make.application(state), make.organisation()
    return made, parties(provider, made.body)


def application_step(verb, take="", **words):
    return step(f"application-{verb.replace('_', '-')}", "pk", take or verb, **words)


TERM = {"valid_from": AT.date(), "valid_until": date(2029, 6, 30)}
APPLICATION = Case(
    AccreditationApplication,
    tuple(AccreditationApplication.Status.values),
    application_in,
    lambda record: [record.get_absolute_url()],
    {
        "ask": application_step("ask", reason="So."),
        "answer": application_step(
            "answer", "answer_with", answer="So.", insured_until=date(2027, 12, 31)
        ),
        "grant": application_step("grant", **TERM),
        "refuse": application_step("refuse", reason="So."),
        "take_back": application_step("take_back", reason="So."),
    },
)


CASES = (ENGAGEMENT, RATING, ACTION, CERTIFICATE, ACCREDITATION, EXTERNAL, APPLICATION)
