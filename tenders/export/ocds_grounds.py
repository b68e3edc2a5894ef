"""Exclusion and selection grounds as criteria of OCDS, about the tenderer and answered by it."""

from collections.abc import Iterator
from typing import Any

from tenders import grounds


def criteria(body: grounds.Body) -> Iterator[dict[str, Any]]:
    """One for each ground: those of one criterion would stand for each other."""
    labels = grounds.LABELS[body["language"]]
    for ground in body.get("grounds", ()):
        key, good = f"ground-{ground['code']}", grounds.ANSWERS[ground["kind"]][0]
        yield {
            "id": key,
            "title": ground["title"],
            "description": ground["group"],
            "source": "tenderer",
            "relatesTo": "tenderer",
            "requirementGroups": [
                {
                    "id": f"{key}-all",
                    "requirements": [
                        {
                            "id": f"{key}-{good}",
                            "title": labels[good],
                            "description": "\n".join(grounds.paragraphs(ground, body["language"])),
                            "dataType": "boolean",
                            "expectedValue": True,
                        }
                    ],
                }
            ],
            "certcentre_kind": ground["kind"],
            "certcentre_code": ground["code"],
        }
