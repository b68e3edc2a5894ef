"""Certificates of outside schemes: one that the centre looked at, one that waits for it."""

from datetime import datetime, timedelta

from certcentre.accounts.models import User
from certcentre.desk.demo.declaring import Declared
from standards.attestation.external import ExternalCertificate
from standards.catalogue.editions import Criterion
from standards.catalogue.profiles import Scheme


def make(declared: Declared, officer: User, *, at: datetime) -> None:
    known = file(declared, "Beispiel Schulcloud", "9.x", "iso-27001-cert", days=90, at=at)
    known.record(
        seen="Looked up by its number in the issuer’s public list, and scope compared.",
        by=officer,
        at=at - timedelta(days=80),
    )
    file(declared, "Exemplo Escola", "11.x", "cyber-essentials", days=2, at=at)


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
