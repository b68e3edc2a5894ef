"""Examinations of what the demo's products declare: asked for, under way, decided, suspended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from certcentre.accounts.models import Organisation, User
from certcentre.desk.demo.declaring import Declared
from standards.attestation.accreditation import Accreditation
from standards.attestation.application import AccreditationApplication
from standards.attestation.body_terms import BodyTerms
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement
from standards.attestation.external import ExternalCertificate
from standards.attestation.findings import Finding
from standards.attestation.requesting import declared_criteria, request_examination
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.profiles import Scheme

Bodies = dict[str, tuple[Organisation, User, User]]  # key → body, evaluator, decider
NOTHING = "No ownership, staff or trade ties us to this provider."
SUMMARY = (
    "We tested on two phones and a laptop, with keyboard, screen reader and a slow connection."
)


@dataclass(frozen=True)
class Exam:
    """One examination: of which release, by whom, over what, how far, and what came after."""

    name: str
    label: str
    body: str
    edition: str
    days: int  # asked for so many days ago
    end: str = "granted"
    level: str = ""
    first: int = 0  # only so many criteria; 0: all that are declared
    minor: tuple[str, ...] = ()  # refs with a minor nonconformity
    months: int = 24
    after: tuple[str, ...] = field(default=())  # steps on the certificate, a while later


def wcag(name: str, label: str, days: int, **more: Any) -> Exam:
    """Of WCAG 2.2 at level AA, by the body of the demo's auditor."""
    return Exam(name, label, "access", "wcag-2.2", days, level="AA", **more)


EXAMS = (
    wcag("Beispiel Leseraum", "5.x", 500, months=12),
    wcag("Exemple Lecture", "4.x", 160, after=("suspend",)),
    wcag("Example Soma Reader", "1.4", 170),
    wcag("Example Soma Reader", "1.5", 30, end="corrections", minor=("1.4.10", "2.4.11")),
    wcag("例題リーダー", "6.x", 75, first=30),
    wcag("قارئ مثال", "2.1", 40, end="ready"),
    wcag("Jàng Plateforme", "5.x", 24, end="examining"),
    wcag("Приклад Читання", "1.2", 3, end="requested"),
    Exam("Näidis Arvuta", "3.x", "secure", "owasp-asvs-5-l1", 120, first=40),
    Exam("Beispiel Schulcloud", "9.x", "secure", "owasp-asvs-5-l1", 110),
    Exam("Exemplo Escola", "11.x", "secure", "cyber-essentials", 130),
    Exam("Example Grade Book", "12.x", "secure", "owasp-asvs-5-l1", 140, end="refused"),
    Exam("Παράδειγμα Βιβλία", "2.x", "pedagogy", "epub-a11y-1.1", 100),
    Exam(
        "Ejemplo Lee",
        "2.x",
        "pedagogy",
        "child-safety-ethics",
        100,
        after=("suspend", "reinstate"),
    ),
)
TERMS = {  # of each body: fee from and to in EUR, days, languages
    "access": (2400, 6800, 45, ["en", "de"]),
    "secure": (5200, 14000, 60, ["en"]),
    "pedagogy": (900, 2600, 30, ["en", "fr", "es"]),
}
SAMPLE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
SCOPES = {
    "access": (["wcag-2.2", "en-301-549-3.2.1", "coga-usable"], 700),
    "secure": (["owasp-asvs-5-l1", "cyber-essentials", "iso-27001-2022"], 520),
    "pedagogy": (["child-safety-ethics", "pqa-core", "access-anywhere", "epub-a11y-1.1"], 46),
}


def solid() -> set[tuple[str, str]]:
    """Products and editions that providers declare as fully met, since somebody will look."""
    return {(exam.name, exam.edition) for exam in EXAMS}


def accredit(bodies: Bodies, officer: User, *, at: datetime) -> None:
    """Each body for its editions, in every country; one of them ends soon."""
    for key, (editions, ends_in) in SCOPES.items():
        Accreditation.grant(
            bodies[key][0],
            editions=Edition.objects.filter(key__in=editions),
            countries=[],
            valid_from=(at - timedelta(days=800)).date(),
            valid_until=(at + timedelta(days=ends_in)).date(),
            by=officer,
            at=at - timedelta(days=800),
        )
    for key, (lowest, highest, days, languages) in TERMS.items():
        body, manager, _decider = bodies[key]
        words = {"fee_from": lowest, "fee_to": highest, "currency": "EUR", "lead_days": days}
        contact = f"https://{key}.example/examinations"
        BodyTerms.state(
            body, **words, languages=languages, contact=contact, by=manager, at=at - timedelta(90)
        )
    apply_again(*bodies["pedagogy"][:2], at=at - timedelta(days=3))


def apply_again(body: Organisation, manager: User, *, at: datetime) -> None:
    """The body whose accreditation ends soon asks to keep it, and waits for an officer."""
    AccreditationApplication.apply(
        body,
        editions=Edition.objects.filter(key__in=SCOPES["pedagogy"][0]),
        report=ContentFile(SAMPLE, name="sample-report.pdf"),
        methods=["document", "interview"],
        countries=[],
        competence="Three teachers and a psychologist, each with five years of examining.",
        insured_until=(at + timedelta(days=500)).date(),
        by=manager,
        at=at,
    )


def make(declared: Declared, bodies: Bodies, *, at: datetime) -> None:
    """Every examination, the earliest first, as far as it has come."""
    for exam in sorted(EXAMS, key=lambda one: -one.days):
        run(exam, declared, bodies, at=at - timedelta(days=exam.days))


def run(exam: Exam, declared: Declared, bodies: Bodies, *, at: datetime) -> None:
    declaration = declared[exam.name, exam.label]
    body, evaluator, decider = bodies[exam.body]
    edition = Edition.objects.get(key=exam.edition)
    level = named(edition, exam.level)
    chosen = [
        criterion.pk
        for criterion in declared_criteria(declaration)
        if criterion.edition_id == edition.pk
    ]
    made = request_examination(
        declaration,
        body=body,
        editions=[(edition, level)],
        criteria=chosen[: exam.first] if exam.first else None,
        by=declaration.declared_by,
        at=at,
        message="Please look at the Android app as well.",
    )
    if exam.end == "requested":
        return
    made.accept(
        interest_statement=NOTHING,
        by=evaluator,
        at=at + timedelta(days=2),
        due_on=(at + timedelta(days=45)).date(),
    )
    made.examine(by=evaluator, at=at + timedelta(days=4))
    find(exam, made, evaluator, at=at + timedelta(days=12))
    if exam.end == "corrections":
        made.await_corrections(by=evaluator, at=at + timedelta(days=14))
    elif exam.end != "examining":
        decide(exam, made, evaluator, decider, at=at + timedelta(days=20))


def named(edition: Edition, key: str) -> Level | None:
    """The level that a request names: the one asked for, else the highest that builds up."""
    levels = Level.objects.filter(pk__in=edition.criteria.values("level"), cumulative=True)
    return levels.get(key=key) if key else levels.order_by("-position").first()


def find(exam: Exam, engagement: Engagement, evaluator: User, *, at: datetime) -> None:
    """A finding on each criterion; half of them where the examination is under way."""
    findings = list(engagement.findings.select_related("criterion__level").order_by("pk"))
    known = findings[: len(findings) // 2] if exam.end == "examining" else findings
    answers = dict(engagement.declaration.assessment.answers.values_list("criterion", "value"))
    for finding in known:
        finding.engagement = engagement
        result, note = result_of(exam, finding, answers[finding.criterion_id])
        finding.record(
            result=result,
            methods=["document", "test", *finding.criterion.methods],
            note=note,
            revision=finding.revision,
            by=evaluator,
            at=at,
        )


def result_of(exam: Exam, finding: Finding, answered: str) -> tuple[str, str]:
    """What the evaluator saw, and in which words."""
    if finding.criterion.ref in exam.minor:
        return "minor", "Two of nine screens lose content when the text is twice as large."
    if answered == "not_applicable":
        return "not_applicable", "We looked; nothing in the product is of this kind."
    if answered in ("partly_met", "not_met"):
        return "major", "As the provider says, this is not met yet."
    return "conforming", "Seen on each device."


def decide(
    exam: Exam, engagement: Engagement, evaluator: User, decider: User, *, at: datetime
) -> None:
    engagement.ready(by=evaluator, at=at, summary=SUMMARY)
    if exam.end == "ready":
        return
    then = at + timedelta(days=5)
    reason = (
        "The findings bear it out."
        if exam.end == "granted"
        else "Access control was examined on one role only; the findings do not carry a decision."
    )
    Decision.decide(
        engagement, outcome=exam.end, reason=reason, by=decider, at=then, months=exam.months
    )
    certificate = engagement.certificates.first()
    for number, step in enumerate(exam.after, 1):
        later = then + timedelta(days=30 * number)
        why = "Complaints about the reader after an update; looked into."
        getattr(certificate, step)(by=decider, at=later, reason=why)


def file_external(declared: Declared, officer: User, *, at: datetime) -> None:
    """Certificates of outside schemes: the centre looked at one, another waits for it."""
    known = file(declared, "Beispiel Schulcloud", "9.x", "iso-27001-cert", days=90, at=at)
    known.record(
        seen="Looked up by its number in the issuer’s public list, and scope compared.",
        by=officer,
        at=at - timedelta(days=80),
    )
    file(declared, "Exemplo Escola", "11.x", "cyber-essentials-plus", days=2, at=at)


def file(
    declared: Declared, name: str, label: str, key: str, *, days: int, at: datetime
) -> ExternalCertificate:
    """What the provider handed in so many days ago."""
    declaration = declared[name, label]
    scheme = Scheme.objects.get(key=key)
    filed = at - timedelta(days=days)
    return ExternalCertificate.file(
        declaration.release,
        scheme,
        criteria=Criterion.objects.published().filter(key__in=scheme.supports),
        by=declaration.declared_by,
        at=filed,
        issuer="Example Certification Ltd",
        their_number=f"EX-{days:05d}",
        scope="Development and operation of the product and of its support.",
        exclusions="Data centres, which the customer chooses.",
        valid_from=(filed - timedelta(days=30)).date(),
        valid_until=(at + timedelta(days=300)).date(),
    )
