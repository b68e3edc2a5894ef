"""The annex as a tagged PDF (PDF/UA-1), set by typst from a JSON value."""

import json
import logging
from dataclasses import asdict
from typing import Any

from django.conf import settings

from certcentre import typesetting
from tenders.annex import Annex, Tell, silent

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "annex.typ"
log = logging.getLogger(__name__)


def write(annex: Annex, tell: Tell = silent) -> bytes:
    """The PDF. Where no font of this machine has a character, it is tagged but not called UA-1."""
    total = len(annex.rows)
    tell(0, total)
    inputs = {"annex": json.dumps(value(annex), ensure_ascii=False)}
    made, lacking = typesetting.pdf(TEMPLATE, inputs)
    if lacking:
        log.warning("%s is not PDF/UA-1: %s", annex.reference, lacking)
    tell(total, total)
    return made


def value(annex: Annex) -> dict[str, Any]:
    """The tree as JSON values, each cell of a requirement one string."""
    found = asdict(annex)
    for lot in found["lots"]:
        for group in lot["groups"]:
            for row in group["rows"]:
                for cell in ("text", "obligation", "evidence"):
                    row[cell] = "\n".join(row[cell])
    return {**found, "columns": annex.columns}
