"""What a content record says, as the field values of its row."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import rfc8785

from standards.catalogue.content import Record
from standards.catalogue.editions import Edition, Level
from standards.catalogue.reviewing import Review

Data = dict[str, Any]
SAME = (  # keys of an edition's file that its row has too
    "name",
    "version",
    "issuing_body",
    "reference",
    "seed_category",
    "domain",
    "jurisdictions",
    "text_licence",
    "may_quote_text",
    "catalogue_licence",
)
LISTS = ("required_any", "supporting", "barriers_if_not_met", "tested_with_people")


def words_digest(data: Data) -> str:
    """SHA-256 over what may never change once an edition is published, in canonical JSON."""
    frozen = {
        "edition": [data["id"], data["name"], data["version"]],
        "levels": [frozen_level(level) for level in data["level_structure"]],
        "criteria": [frozen_criterion(criterion) for criterion in data["criteria"]],
    }
    return hashlib.sha256(rfc8785.dumps(frozen)).hexdigest()


def frozen_level(data: Data) -> list[Any]:
    return [data["id"], data["label"], data["obligation"], data.get("cumulative", False)]


def frozen_criterion(data: Data) -> list[Any]:
    words = [data[name] for name in ("ref", "title", "statement", "level")]
    force = [data["force"]] if data.get("force") else []
    return [*words, data.get("verification", ""), *force]


def standard(data: Data) -> Data:
    return {"key": data["standard"], "name": data["name"], "issuing_body": data["issuing_body"]}


def edition(data: Data, standard_pk: int, related: list[Data]) -> Data:
    return {
        **{name: data[name] for name in SAME},
        "key": data["id"],
        "standard_id": standard_pk,
        "published_text": data["published"],
        "notice": data.get("notice", ""),
        "source_basis": data.get("source_basis", ""),
        "notes": data.get("notes", ""),
        "related": related,
        "last_checked": data.get("last_checked"),
        "effective_from": data.get("effective_from"),
        "language": data.get("language", "en"),
        **({"grace_until": data["grace_until"]} if "grace_until" in data else {}),
        "outline": data.get("groups", []),
        "source": data.get("source", {}),
        "translations": data.get("translations", {}),
        "words_digest": words_digest(data),
    }


def levels(data: Data, edition: Edition) -> Iterator[tuple[tuple[int, str], Data]]:
    for position, level in enumerate(data["level_structure"]):
        yield (
            (edition.pk, level["id"]),
            {
                "edition_id": edition.pk,
                "key": level["id"],
                "label": level["label"],
                "obligation": level["obligation"],
                "cumulative": level.get("cumulative", False),
                "position": position,
                "translations": level.get("translations", {}),
            },
        )


def criteria(
    data: Data, edition: Edition, levels: Mapping[tuple[int, str], Level]
) -> Iterator[tuple[str, Data]]:
    for position, criterion in enumerate(data["criteria"]):
        key = f"{edition.key}:{criterion['ref']}"
        yield (
            key,
            {
                "edition_id": edition.pk,
                "level_id": levels[edition.pk, criterion["level"]].pk,
                "ref": criterion["ref"],
                "key": key,
                "title": criterion["title"],
                "statement": criterion["statement"],
                "guidance": criterion.get("guidance", ""),
                "evidence_hint": criterion.get("evidence_hint", ""),
                "domain": criterion["domain"],
                "group": criterion.get("group", ""),
                "part": criterion.get("part", ""),
                "parent_ref": criterion.get("parent", ""),
                "force": criterion.get("force", ""),
                "source_id": criterion.get("source_id", ""),
                "more": criterion.get("more", {}),
                "verification": criterion.get("verification", ""),
                "position": position,
                "translations": criterion.get("translations", {}),
            },
        )


def related(records: Mapping[str, Record]) -> dict[str, list[Data]]:
    """How whole editions relate to other documents, by edition key."""
    found: dict[str, list[Data]] = {}
    for record in records.values():
        said = {"level": "", "note": "", **record.data}
        found.setdefault(said.pop("source"), []).append(said)
    return found


def mapping(data: Data, criteria: Mapping[str, int]) -> Data:
    return {
        "source_id": criteria[data["source"]],
        "target_id": criteria[data["target"]],
        "relation": data["relation"],
        "strength": data.get("strength"),
        "rationale": data.get("rationale", ""),
        "note": data.get("note", ""),
        "group": data.get("group", ""),
        "origin": data["origin"],
        "status": data.get("status", Review.PROPOSED),
    }


def group(data: Data) -> Data:
    return {"members": data["members"]}


def fact(data: Data) -> Data:
    return {
        **{name: data[name] for name in ("type", "group", "ask")},
        "why": data.get("why", ""),
        "values": data.get("values", []),
    }


def rule(data: Data, editions: Mapping[str, int], levels: Mapping[tuple[int, str], Level]) -> Data:
    then = data["then"]
    edition = editions[then["standard"]]
    level = levels[edition, then["level"]].pk if then.get("level") else None
    return {
        "when": data["when"],
        "edition_id": edition,
        "level_id": level,
        "refs": then.get("criteria", []),
        "effect": then["effect"],
        "why": data["why"],
        "legal_basis": data.get("legal_basis", ""),
        "human_confirmation": data.get("human_confirmation", False),
        "applies_from": data.get("applies_from"),
        "law_excludes": data.get("legal_reference_excludes", []),
    }


def need(data: Data) -> Data:
    return {
        **{name: data[name] for name in ("group", "label", "means")},
        "learners": data.get("learners", ""),
        "aliases": data.get("also_searched_as", []),
        "anchors": data.get("anchors", {}),
        "evidence": {**{name: [] for name in LISTS}, **data["evidence"]},
    }


def profile(data: Data) -> Data:
    contents = {
        "criteria": data.get("criteria", []),
        "editions": data.get("editions", []),
        "if_ai": data.get("if_ai", []),
        "laws": data.get("laws", {}),
        "all_laws": data.get("all_laws", False),
        "includes": data.get("includes", []),
    }
    return {
        "label": data["label"],
        "purpose": data["for"],
        "contents": contents,
        "least": data.get("least", {}),
    }


def scheme(data: Data) -> Data:
    return {
        **{name: data[name] for name in ("name", "operator", "validity")},
        "imports_as": int(data["imports_as"].removeprefix("AL")),
        "supports": data.get("supports", []),
        "care": data.get("care", ""),
        "basis": data.get("basis", ""),
    }
