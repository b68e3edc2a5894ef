"""JSON-LD for programs that link: a SKOS concept scheme with Dublin Core terms."""

import json
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext

from standards.catalogue.files.losses import Loss
from standards.catalogue.schema import CriterionRecord, Document

CONTEXT = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "id": "@id",
    "type": "@type",
    "title": {"@id": "dcterms:title", "@container": "@language"},
    "publisher": "dcterms:publisher",
    "licence": "dcterms:license",
    "rights": "dcterms:rights",
    "source": "dcterms:source",
    "identifier": "dcterms:identifier",
    "version": "schema:version",
    "issued": "dcterms:issued",
    "notation": "skos:notation",
    "prefLabel": {"@id": "skos:prefLabel", "@container": "@language"},
    "definition": {"@id": "skos:definition", "@container": "@language"},
    "scopeNote": {"@id": "skos:scopeNote", "@container": "@language"},
    "example": {"@id": "skos:example", "@container": "@language"},
    "historyNote": {"@id": "skos:historyNote", "@container": "@language"},
    "level": "dcterms:conformsTo",
    "subject": "dcterms:subject",
    "inScheme": {"@id": "skos:inScheme", "@type": "@id"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "hasTopConcept": {"@id": "skos:hasTopConcept", "@type": "@id"},
    "member": {"@id": "skos:member", "@type": "@id"},
    **{
        name: {"@id": f"skos:{name}", "@type": "@id"}
        for name in ("exactMatch", "broadMatch", "narrowMatch", "relatedMatch")
    },
    "graph": "@graph",
}
MATCHES = {  # this criterion <relation> the other, which SKOS calls the broader one, and so on
    "equal": "exactMatch",
    "subset_of": "broadMatch",
    "superset_of": "narrowMatch",
    "intersects_with": "relatedMatch",
}


def write(said: Document) -> tuple[bytes, list[Loss]]:
    """The scheme, its groups as collections, its criteria as concepts, each with an address."""
    base = said.address or f"urn:certification-centre:{said.key}/"
    refs = {item.ref for item in said.items}
    language = said.language
    scheme: dict[str, Any] = {
        "id": base,
        "type": "skos:ConceptScheme",
        "title": spoken("name", said.name, said.translations, language),
        "identifier": said.key,
        "publisher": said.issuing_body,
        "version": said.version,
        "issued": said.published,
        "licence": said.catalogue_licence,
        "rights": said.notice or said.text_licence,
        "source": said.source.get("file", "") or said.reference,
        "hasTopConcept": [f"{base}{i.ref}/" for i in said.items if i.parent not in refs],
    }
    groups = [
        {
            "id": f"{base}#group-{place}",
            "type": "skos:Collection",
            "notation": group.ref,
            "prefLabel": spoken("title", group.title, group.translations, language),
            "definition": spoken("text", group.text, group.translations, language),
            "inScheme": base,
            "member": [f"{base}{i.ref}/" for i in said.items if i.part == group.key]
            + [
                f"{base}#group-{at}"
                for at, inner in enumerate(said.groups)
                if inner.parent == group.key
            ],
        }
        for place, group in enumerate(said.groups)
    ]
    related = matches(said)
    concepts = (concept(each, base, language) | related[each.ref] for each in said.items)
    graph = [scheme, *groups, *concepts]
    made = {"@context": CONTEXT, "graph": [{k: v for k, v in n.items() if v} for n in graph]}
    return json.dumps(made, ensure_ascii=False, indent=1).encode(), list(left(said))


def concept(item: CriterionRecord, base: str, language: str) -> dict[str, Any]:
    texts = item.translations
    return {
        "id": f"{base}{item.ref}/",
        "type": "skos:Concept",
        "notation": item.ref,
        "identifier": item.source_id,
        "prefLabel": spoken("title", item.title, texts, language),
        "definition": spoken("statement", item.statement, texts, language),
        "scopeNote": spoken("guidance", item.guidance, texts, language),
        "example": spoken("evidence_hint", item.hint, texts, language),
        "historyNote": {language: item.force} if item.force else {},
        "level": item.level,
        "subject": item.domain,
        "inScheme": base,
        "broader": f"{base}{item.parent}/" if item.parent else "",
    }


def matches(said: Document) -> dict[str, dict[str, list[str]]]:
    """How each criterion, by its ref, relates to criteria elsewhere, in the words of SKOS."""
    related: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for ref, relation, address in sorted(said.mappings):
        related[ref].setdefault(MATCHES[relation], []).append(address)
    return related


def spoken(
    name: str, text: str, translations: dict[str, dict[str, str]], language: str
) -> dict[str, str]:
    """The text by language."""
    found = {language: text} if text else {}
    return found | {code: each[name] for code, each in translations.items() if each.get(name)}


def left(said: Document) -> list[Loss]:
    cumulative = [level.key for level in said.levels if level.cumulative]
    found = []
    if cumulative:
        why = gettext("the vocabulary has no word for it")
        found.append(Loss(gettext("That levels include the lower ones"), why, tuple(cumulative)))
    if any(item.verification for item in said.items):
        found.append(
            Loss(
                gettext("How criteria are verified"),
                gettext("the vocabulary has no word for it"),
            )
        )
    return found
