"""A solution as linked data (schema.org), for search engines and school portals."""

from typing import Any

from django.conf import settings

from standards.registry.portrait import Portrait, Statement

CONTEXT = "https://schema.org"


def software(portrait: Portrait) -> dict[str, Any]:
    """A SoftwareApplication with its provider, its claims and what they mean for learners."""
    solution, release = portrait.solution, portrait.release
    facts = release.declared_facts
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "SoftwareApplication",
        "@id": address(solution.get_absolute_url()),
        "name": solution.name,
        "description": solution.summary,
        "softwareVersion": release.label,
        "applicationCategory": "EducationalApplication",
        "url": solution.website,
        "inLanguage": facts.get("languages", []),
        "countriesSupported": facts.get("countries_offered", []),
        "accessibilitySummary": " ".join(one.sentence for one in portrait.clear_needs),
        "provider": {
            "@type": "Organization",
            "name": solution.organisation.name,
            "url": solution.organisation.website,
        },
        "additionalProperty": [claimed(one) for one in portrait.statements],
    }
    return {key: value for key, value in described.items() if value not in ("", [])}


def claimed(statement: Statement) -> dict[str, Any]:
    """One claim, always with its assurance."""
    claim = statement.claim
    return {
        "@type": "PropertyValue",
        "propertyID": statement.criterion.key,
        "value": claim.outcome,
        "measurementTechnique": f"AL{claim.assurance}",
        "validFrom": claim.valid_from.isoformat(),
        **({"validThrough": claim.valid_until.isoformat()} if claim.valid_until else {}),
    }


def address(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
