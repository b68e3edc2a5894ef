"""Editions as files for everybody; drafts for the centre's officers."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from certcentre.accounts.models import User
from standards.catalogue.editions import Edition
from standards.catalogue.exporting import Export, export
from standards.catalogue.files import WRITTEN
from standards.catalogue.files.shape import Refused


def file_of(key: str, format: str, user: object) -> Export:
    """The edition in a format; 404 for what is not there, not written, or not yet published."""
    if format not in WRITTEN:
        raise Http404
    officer = isinstance(user, User) and user.is_officer()
    seen = Edition.objects.all() if officer else Edition.objects.published()
    edition = get_object_or_404(seen.select_related("standard"), key=key)
    try:
        return export(edition, format)
    except Refused as refused:
        raise Http404 from refused


@login_not_required
@require_safe
def edition_export(request: HttpRequest, key: str, format: str) -> HttpResponse:
    """An edition as OSCAL, OpenACR, CSV, XLSX, our YAML or JSON-LD."""
    return sent(file_of(key, format, request.user))


def sent(made: Export) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer
