"""What a certificate states: the facts frozen at its decision, read by its page and its files."""

from datetime import datetime
from typing import Any

from standards.attestation.accreditation import Accreditation
from standards.attestation.engagement import Engagement
from standards.attestation.examination import Examined


def statement(
    examined: Examined, engagement: Engagement, accreditation: Accreditation, *, at: datetime
) -> dict[str, Any]:
    """JSON values only, in English as the edition is written. Names of people are not in it."""
    release = engagement.declaration.release
    edition, level = examined.edition, examined.level
    return {
        "solution": {"id": str(release.solution_id), "name": release.solution.name},
        "release": {"id": str(release.pk), "label": release.label},
        "provider": {
            "id": str(engagement.provider_id),
            "name": engagement.provider.name,
            "country": engagement.provider.country,
        },
        "body": {
            "id": str(engagement.body_id),
            "name": engagement.body.name,
            "country": engagement.body.country,
        },
        "accreditation": {
            "number": accreditation.number,
            "until": accreditation.valid_until.isoformat(),
        },
        "edition": {"key": edition.key, "name": edition.name, "version": edition.version},
        "level": {"key": level.key, "label": level.label} if level else None,
        "declaration": engagement.declaration.number,
        "engagement": engagement.number,
        "decided_at": at.isoformat(),
        "criteria": examined.criteria(),
        "excluded": examined.excluded(),
        "counts": examined.counts(),
    }
