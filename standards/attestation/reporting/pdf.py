"""The report as a tagged PDF."""

import json
import logging
from dataclasses import asdict

from django.conf import settings

from certcentre import typesetting
from standards.attestation.reporting.report import Report

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "report.typ"
log = logging.getLogger(__name__)


def write(report: Report) -> bytes:
    day = report.date
    said = {**asdict(report), "date": [day.year, day.month, day.day]}
    inputs = {"report": json.dumps(said, ensure_ascii=False)}
    made, lacking = typesetting.pdf(TEMPLATE, inputs, standards=("ua-1", "a-3a"))
    if lacking:
        log.warning("the report %s is no PDF/A: %s", report.number, lacking)
    return made
