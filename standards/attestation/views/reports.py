"""The report of a decided engagement, as a file for its two parties."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from standards.attestation.engagement import Engagement
from standards.attestation.reporting import pdf, word
from standards.attestation.reporting.report import report
from standards.attestation.views.seated import seated

FORMATS = {
    "pdf": (pdf.write, "application/pdf"),
    "docx": (
        word.write,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@require_safe
def engagement_report(request: HttpRequest, pk: uuid.UUID, format: str) -> HttpResponse:
    """In the reader's language. Before the decision there is none."""
    found, _seat = seated(request, pk)
    if found.status not in Engagement.DECIDED:
        raise Http404
    write, kind = FORMATS[format]
    response = HttpResponse(write(report(found)), content_type=kind)
    name = f"{found.number}.{format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
