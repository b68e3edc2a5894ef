"""A solution as linked data (schema.org), for search engines and school portals."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from certcentre import links
from standards.assessment.solutions import Solution
from standards.registry.pages.solution import Portrait, Statement, portrait, subjects

CONTEXT = "https://schema.org"
FREE = "isAccessibleForFree"
ISCED = {"about": "ISCED-F 2013", "educationalLevel": "ISCED 2011"}


def software(portrait: Portrait) -> dict[str, Any]:
    """A SoftwareApplication with its provider, its claims and what they mean for learners."""
    solution, release = portrait.solution, portrait.release
    facts = release.declared_facts
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "SoftwareApplication",
        "@id": links.full(solution.get_absolute_url()),
        "name": solution.name,
        "description": solution.summary,
        "softwareVersion": release.label,
        "applicationCategory": "EducationalApplication",
        "url": solution.website,
        "inLanguage": facts.get("languages", []),
        "countriesSupported": facts.get("countries_offered", []),
        **dict(in_terms(portrait)),
        "accessibilitySummary": " ".join(need.sentence for need in portrait.clear_needs),
        "provider": {
            "@type": "Organization",
            "name": solution.organisation.name,
            "url": solution.organisation.website,
        },
        "subjectOf": [claimed(statement, solution) for statement in portrait.statements],
    }
    return {key: value for key, value in described.items() if value not in ("", [])}


def in_terms(portrait: Portrait) -> Iterator[tuple[str, Any]]:
    """What is stated of facts that schema.org (LRMI) has a property for."""
    stated = portrait.release.declared_facts
    lines = [line for sheet in portrait.facts for line in sheet.lines]
    for fact in (line.fact for line in lines if line.answer and line.fact and line.fact.term):
        values = stated[fact.key]
        if fact.term == FREE:
            yield FREE, values == ["free"]
        else:
            yield fact.term, [term(value, fact.term) for value in fact.values_of(values)]


def term(value: dict[str, Any], kind: str) -> dict[str, str]:
    """An answer with its code of ISCED, where it has one."""
    described = {"@type": "DefinedTerm", "name": value["label"]}
    if value.get("isced"):
        described |= {"termCode": value["isced"], "inDefinedTermSet": ISCED[kind]}
    return described


def claimed(statement: Statement, solution: Solution) -> dict[str, Any]:
    """One claim about a criterion, always with who says so and its assurance."""
    claim, criterion = statement.claim, statement.criterion
    return {
        "@type": "Claim",
        "name": f"{criterion.ref} {criterion.title}",
        "about": {
            "@type": "DefinedTerm",
            "@id": links.full(criterion.get_absolute_url()),
            "termCode": criterion.key,
            "name": criterion.title,
        },
        "text": claim.outcome,
        "creativeWorkStatus": f"AL{claim.assurance}",
        "author": {
            "@type": "Organization",
            "name": statement.examiner or solution.organisation.name,
        },
        "datePublished": claim.valid_from.isoformat(timespec="seconds"),
        **(
            {"expires": claim.valid_until.isoformat(timespec="seconds")}
            if claim.valid_until
            else {}
        ),
    }


@login_not_required
@require_safe
def solution_linked(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The public page of a listed solution for machines."""
    at = timezone.now()
    solution = get_object_or_404(subjects(at=at), pk=pk)
    content = software(portrait(solution, at=at))
    return JsonResponse(content, content_type="application/ld+json")
