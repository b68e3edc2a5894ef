"""Content in a language is served to its readers at every door: pages, programs, files, papers."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from standards.catalogue.translation_sets import Said, scope, translate
from tests import make
from tests.make.attestation import holder, officer

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

TITLE = "Critère traduit"
OFFICE = b"PK\x03\x04"
# what is asked, filled from the certificate's world; whom it is open to
PUBLIC = (
    "/standards/{edition}/",
    "/standards/{edition}/{ref}/",
    "/standards/{edition}/criteria.csv",
    "/standards/{edition}/export/csv/",
    "/standards/{edition}/export/xlsx/",
    "/standards/{edition}/export/yaml/",
    "/standards/{edition}/export/jsonld/",
    "/standards/{edition}/export/oscal/",
    "/api/v1/criteria/?edition={edition}",
    "/api/v1/criteria/{edition}:{ref}/",
    "/solutions/{solution}/",
    "/certificates/{certificate}/",
    "/certificates/{certificate}.pdf?language=fr",
    "/search/?q=traduit",
)
PROVIDERS = (
    "/declarations/{declaration}/",
    "/declarations/{declaration}.pdf?language=fr",
    "/assessments/{assessment}/sheet.xlsx",
    "/assessments/{assessment}/sheet.csv",
    "/assessments/{assessment}/sheet/",
)
BODYS = (
    "/engagements/{engagement}/findings/",
    "/engagements/{engagement}/report.pdf",
    "/engagements/{engagement}/report.docx",
)
DOORS = [
    *((address, None) for address in PUBLIC),
    *((address, "provider") for address in PROVIDERS),
    *((address, "body") for address in BODYS),
]


def world():
    """A certified product whose criteria are read in French, and who may read its papers."""
    now = timezone.now()
    criteria = make.edition("read").criteria.all()
    declaration = make.declaration(criteria=criteria, at=now - timedelta(days=1))
    certificate = make.certificate(declaration=declaration, at=now - timedelta(hours=1))
    edition, engagement = certificate.edition, certificate.engagement
    texts = {f"{each.ref}|title": Said(f"{TITLE} {each.ref}") for each in edition.criteria.all()}
    translate(scope(edition.key), "fr", texts, by=officer(), at=now)
    certificate.reads = {
        "provider": engagement.provider.memberships.first().user,
        "body": holder(certificate.body, "decider"),
    }
    certificate.names = {
        "edition": edition.key,
        "ref": edition.criteria.first().ref,
        "certificate": certificate.number,
        "solution": certificate.facts["solution"]["id"],
        "declaration": declaration.number,
        "assessment": declaration.assessment_id,
        "engagement": engagement.pk,
    }
    return certificate


@pytest.fixture(scope="module")
def certified(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, world) as made:
        yield made


def text_of(answer):
    """What a page, a table, an office file or a paper says."""
    content = b"".join(answer) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(OFFICE):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return " ".join(parts.read(n).decode() for n in parts.namelist() if n.endswith("xml"))
    return content.decode("unicode-escape" if b"\\u00e8" in content else "utf-8")


@pytest.mark.parametrize(("address", "reader"), DOORS)
def test_criteria_are_read_in_french(certified, db, client, address, reader):
    if reader:
        client.force_login(certified.reads[reader])
    answer = client.get(address.format(**certified.names), headers={"accept-language": "fr"})
    assert answer.status_code == 200
    assert TITLE in text_of(answer)
