"""An edition of the catalogue as a document, and as a file of any format that is written."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from certcentre import links
from certcentre.accounts.people import Reader
from standards.catalogue.editions import Edition
from standards.catalogue.files import FORMATS, WRITTEN
from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.soundness import group_by_headings
from standards.catalogue.mappings import between
from standards.catalogue.schema import Document
from standards.catalogue.vouching import require_words

EPOCH = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Export:
    """A file ready to be sent, and what its format could not carry."""

    name: str
    media_type: str
    content: bytes
    losses: list[Loss]


def export(edition: Edition, format: str) -> Export:
    """The edition in a format of the table. Three statements, whatever its size, one more where it
    links; refused where its words are not those that were published, or its texts not those that
    the log holds."""
    wanted = FORMATS[format]
    if not wanted.writer:
        raise ValueError(f"{format} is not written")
    made = document(edition)
    require_words(made, edition)
    if wanted.linked:
        made.mappings = [
            (own.ref, relation.value, links.full(other.get_absolute_url()))
            for own, relation, other in between(edition)
        ]
    content, losses = wanted.write(made)
    return Export(f"{edition.key}.{wanted.ending}", wanted.media_type, content, losses)


def file_of(key: str, format: str, user: Reader) -> Export:
    """The edition in a format; 404 for what is not there, not written, or not yet published."""
    if format not in WRITTEN:
        raise Http404
    seen = Edition.objects.visible_to(user).select_related("standard", "supersedes")
    edition = get_object_or_404(seen.prefetch_related("levels", "criteria"), key=key)
    try:
        return export(edition, format)
    except Refused as refused:
        raise Http404 from refused


def attached(made: Export) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def document(edition: Edition) -> Document:
    """Everything that an edition says. Two statements."""
    stamp = edition.published_at.isoformat() if edition.published_at else ""
    document = Document.of(
        edition,
        dated=stamp or edition.source.get("imported_at", EPOCH),
        address=f"{settings.BASE_URL.rstrip('/')}{edition.get_absolute_url()}",
        source={k: str(v) for k, v in edition.source.items() if k in ("format", "file", "digest")},
    )
    group_by_headings(document)
    return document
