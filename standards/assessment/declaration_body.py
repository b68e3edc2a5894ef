"""The canonical bytes of a declaration: answers, facts and evidence as they are signed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import rfc8785

from standards.assessment.answers import Answer
from standards.assessment.evidence import Evidence
from standards.assessment.solutions import Release


def body_of(
    *,
    number: str,
    release: Release,
    answers: list[Answer],
    signatory: dict[str, str],
    declared_at: datetime,
    valid_until: datetime,
) -> bytes:
    """The canonical bytes (RFC 8785) that are declared, digested and shown."""
    provider = release.solution.organisation
    given = [answer for answer in answers if answer.counts]
    content = {
        "format": "certcentre declaration 1",
        "number": number,
        "declared_at": stamp(declared_at),
        "valid_until": stamp(valid_until),
        "organisation": {
            "id": str(provider.pk),
            "name": provider.name,
            "country": provider.country,
            "register_number": provider.register_number,
        },
        "solution": {"id": str(release.solution_id), "name": release.solution.name},
        "release": {"id": str(release.pk), "label": release.label},
        "facts": release.facts,
        "editions": sorted({answer.criterion.edition.key for answer in answers}),
        "answers": [_stated(answer) for answer in given],
        "no_statement": [answer.criterion.key for answer in answers if not answer.counts],
        "evidence": [_filed(piece) for piece in pieces(given)],
        "signatory": signatory,
    }
    return rfc8785.dumps(content)


def pieces(answers: Iterable[Answer]) -> list[Evidence]:
    """The evidence that the answers rest on, each once."""
    by_key = {use.evidence.pk: use.evidence for answer in answers for use in answer.on_file}
    return [by_key[key] for key in sorted(by_key)]


def _stated(answer: Answer) -> dict[str, Any]:
    return {
        "criterion": answer.criterion.key,
        "value": answer.value,
        "reason": answer.reason,
        "evidence": sorted(str(use.evidence_id) for use in answer.on_file),
    }


def _filed(piece: Evidence) -> dict[str, Any]:
    return {
        "id": str(piece.pk),
        "title": piece.title,
        "kind": piece.kind,
        "from": piece.speaks_from.isoformat(),
        "until": piece.speaks_until.isoformat() if piece.speaks_until else "",
        "digest": piece.digest,
    }


def period_of(piece: dict[str, Any]) -> tuple[date, date | None]:
    """The days that a piece speaks for, as they were filed with the declaration."""
    until = date.fromisoformat(piece["until"]) if piece["until"] else None
    return date.fromisoformat(piece["from"]), until


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
