"""An edition of the catalogue as a document, and as a file of any format that is written."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.files import FORMATS, WRITTEN
from standards.catalogue.files.losses import Loss, Refused
from standards.catalogue.files.record import group_by_headings
from standards.catalogue.files.shape import Document, Group, Item, Level

EPOCH = "1970-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Export:
    """A file ready to be sent, and what its format could not carry."""

    name: str
    media_type: str
    content: bytes
    losses: list[Loss]


def export(edition: Edition, format: str) -> Export:
    """The edition in a format of the table. Two statements, whatever its size."""
    wanted = FORMATS[format]
    if not wanted.writer:
        raise ValueError(f"{format} is not written")
    content, losses = wanted.write(document(edition))
    return Export(f"{edition.key}.{wanted.ending}", wanted.media_type, content, losses)


def file_of(key: str, format: str, user: object) -> Export:
    """The edition in a format; 404 for what is not there, not written, or not yet published."""
    if format not in WRITTEN:
        raise Http404
    seen = Edition.objects.visible_to(user).select_related("standard")
    edition = get_object_or_404(seen, key=key)
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
    document = Document(
        key=edition.key,
        name=edition.name,
        version=edition.version,
        standard=edition.standard.key,
        issuing_body=edition.issuing_body,
        published=edition.published_text,
        effective_from=edition.effective_from.isoformat() if edition.effective_from else "",
        reference=edition.reference,
        category=edition.seed_category,
        domain=edition.domain,
        jurisdictions=list(edition.jurisdictions),
        text_licence=edition.text_licence,
        may_quote_text=edition.may_quote_text,
        catalogue_licence=edition.catalogue_licence,
        notice=edition.notice,
        source_basis=edition.source_basis,
        notes=edition.notes,
        language=edition.language,
        translations=edition.translations,
        dated=stamp or edition.source.get("imported_at", EPOCH),
        source={k: str(v) for k, v in edition.source.items() if k in ("format", "file", "digest")},
        address=f"{settings.BASE_URL.rstrip('/')}{edition.get_absolute_url()}",
    )
    levels = list(edition.levels.order_by("position"))
    criteria = list(edition.criteria.order_by("position"))
    document.levels = [
        Level(each.key, each.label, each.obligation, each.cumulative, each.translations)
        for each in levels
    ]
    document.groups = [group(each) for each in edition.outline]
    keys = {level.pk: level.key for level in levels}
    document.items = [item(each, keys[each.level_id]) for each in criteria]
    if not document.groups:
        group_by_headings(document, [each.group for each in criteria])
    return document


def group(part: dict[str, Any]) -> Group:
    return Group(
        part["id"],
        part["title"],
        part.get("ref", ""),
        part.get("text", ""),
        part.get("parent", ""),
        part.get("translations", {}),
    )


def item(criterion: Criterion, level: str) -> Item:
    return Item(
        ref=criterion.ref,
        title=criterion.title,
        statement=criterion.statement,
        level=level,
        source_id=criterion.source_id,
        group=criterion.part,
        parent=criterion.parent_ref,
        guidance=criterion.guidance,
        hint=criterion.evidence_hint,
        domain=criterion.domain,
        verification=criterion.verification,
        force=criterion.force,
        more=criterion.more,
        translations=criterion.translations,
    )
