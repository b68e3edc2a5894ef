"""Evidence in files, and declarations that rest on some."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from standards.assessment.evidence import Evidence
from tests.make.assessment import assessment, attach, declare, signer
from tests.make.moment import AT

PDF = b"%PDF-1.7 an example"


def upload(name="report.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def filed(organisation, *, name="report.pdf", content=PDF, title="Test report", at=AT, **period):
    """A file on the provider's file."""
    return Evidence.add_file(
        organisation,
        by=signer(organisation),
        at=at,
        title=title,
        file=upload(name, content),
        **{"speaks_from": date(2026, 6, 1), **period},
    )


def proven(organisation, *, piece=None, criteria=None, at=AT):
    """A declaration of all met whose first answer rests on a piece of evidence."""
    draft = assessment(organisation=organisation, criteria=criteria, at=at)
    for answer in draft.answers.select_related("criterion"):
        answer.give(value="met", by=signer(organisation), at=at, revision=0)
    attach(draft.answers.order_by("pk").first(), piece or filed(organisation, at=at))
    return declare(draft, at=at)
