"""Applications of bodies for accreditation, with their terms and a sample report."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from standards.attestation.application import AccreditationApplication
from standards.attestation.body_terms import BodyTerms
from tests.make.assessment import criteria as some_criteria
from tests.make.attestation import body as some_body
from tests.make.attestation import officer
from tests.make.moment import AT

REPORT = b"%PDF-1.7\nA sample report."


def body_terms(body, *, at=AT):
    words = {"currency": "EUR", "lead_days": 30, "languages": ["en"], "contact": "a@example.org"}
    return BodyTerms.state(body, fee_from=2000, fee_to=5000, by=body.person, at=at, **words)


def application(status="sent", *, body=None, at=AT, **changes):
    """Of a body that has published its terms, as far as `status`."""
    body = body or some_body()
    body_terms(body, at=at)
    asked = {
        "editions": changes.pop("editions", None) or [some_criteria(1)[0].edition],
        "methods": ["document", "test"],
        "countries": ["EE"],
        "competence": "Two auditors of ten years.",
        "insured_until": date(2027, 12, 31),
        "report": SimpleUploadedFile("report.pdf", REPORT),
        **changes,
    }
    made = AccreditationApplication.apply(body, by=body.person, at=at, **asked)
    judge = {"by": officer(), "at": at}
    match status:
        case "asked":
            made.ask(reason="Who signs?", **judge)
        case "granted":
            days = {"valid_from": at.date(), "valid_until": date(2029, 6, 30)}
            made.grant(**days, **judge)
        case "refused":
            made.refuse(reason="Too few.", **judge)
        case "taken_back":
            made.take_back(reason="Later.", by=body.person, at=at)
    return made
