"""The page of open data, and its files."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre import links
from certcentre.desk.open_data.data_sets import DATA_SETS, DataSet
from certcentre.desk.open_data.feeds import FEEDS
from certcentre.desk.open_data.publication import KEPT, Publication, PublishedFile
from certcentre.limits import limited
from standards.registry.credentials.pages import ALWAYS_ASK, FOREVER, open_file, served
from standards.registry.pages.jsonld import CONTEXT

SIGNED = {  # name: the field that holds it, what it is
    "manifest.json": ("manifest", "application/json"),
    "manifest.json.sig": ("signature", "application/octet-stream"),
    "key.pem": ("key", "application/x-pem-file"),
}


@login_not_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, in which shape, and how to make sure of it."""
    newest = Publication.newest()
    files: dict[str, list[PublishedFile]] = {}
    for each in newest.files.all() if newest else ():
        files.setdefault(each.data_set, []).append(each)
    examples = newest.examples if newest else {}
    context: dict[str, Any] = {
        "newest": newest,
        "sets": [
            {
                "about": each,
                "files": files.get(each.name, []),
                "fields": fields(each.name),
                "example": written(examples.get(each.name)),
            }
            for each in DATA_SETS.values()
        ],
        "licence": settings.OPEN_DATA_LICENCE,
        "kept": KEPT.days,
        "feeds": [(name, subject.title) for name, subject in FEEDS.items()],
        "signed": list(SIGNED),
        "manifest": links.full(reverse("data-newest", args=["manifest.json"])),
        "key": links.full(reverse("data-newest", args=["key.pem"])),
    }
    return render(request, "desk/data.html", context)


def fields(name: str) -> list[str]:
    return list(DATA_SETS[name].fields)


def written(example: object) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False) if example else ""


@open_file
def data_schema(request: HttpRequest, name: str) -> HttpResponse:
    """The shape of a record, as JSON Schema."""
    if name not in DATA_SETS:
        raise Http404
    content = {"$schema": "https://json-schema.org/draft/2020-12/schema", **DATA_SETS[name].schema}
    return served(json.dumps(content, indent=2), "application/schema+json", ALWAYS_ASK)


@open_file
def data_readme(request: HttpRequest, name: str) -> HttpResponse:
    """What one set holds, its licence, shape and an example, to keep beside its files."""
    if name not in DATA_SETS:
        raise Http404
    about, newest = DATA_SETS[name], Publication.newest()
    context = {
        "set": about,
        "fields": about.fields,
        "files": newest.files.filter(data_set=name) if newest else (),
        "newest": newest,
        "example": written(newest.examples.get(name)) if newest else "",
        "licence": settings.OPEN_DATA_LICENCE,
        "base": links.full(reverse("data")),
    }
    text = render_to_string("desk/data_readme.txt", context)
    return served(text, "text/markdown; charset=utf-8", ALWAYS_ASK)


@open_file
def data_catalogue(request: HttpRequest) -> HttpResponse:
    """All sets and their newest files as linked data (schema.org), for search engines of data."""
    newest = Publication.newest()
    files: dict[str, list[PublishedFile]] = {}
    for each in newest.files.all() if newest else ():
        files.setdefault(each.data_set, []).append(each)
    page = links.full(reverse("data"))
    content = {
        "@context": CONTEXT,
        "@type": "DataCatalog",
        "@id": page,
        "url": page,
        "name": str(_("Open data")),
        "license": settings.OPEN_DATA_LICENCE["url"],
        "dataset": [
            described(each, files.get(each.name, []), newest) for each in DATA_SETS.values()
        ],
    }
    return served(json.dumps(content, indent=2), "application/ld+json", ALWAYS_ASK)


def described(
    about: DataSet, files: list[PublishedFile], newest: Publication | None
) -> dict[str, Any]:
    """A Dataset with its downloads. One whose records have a licence each names none for all."""
    address = links.full(reverse("data-readme", args=[about.name]))
    content: dict[str, Any] = {
        "@type": "Dataset",
        "@id": f"{links.full(reverse('data'))}#set-{about.name}",
        "name": str(about.title),
        "description": str(about.words),
        "url": address,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": links.full(reverse("data-newest", args=[file.name])),
                "encodingFormat": file.media_type,
                "contentSize": str(file.size),
                "sha256": file.digest,
            }
            for file in files
        ],
    }
    if not about.by_edition:
        content["license"] = settings.OPEN_DATA_LICENCE["url"]
    if newest:
        content["dateModified"] = newest.at.isoformat(timespec="seconds")
    return content


@limited("export")
@login_not_required
@require_safe
def data_file(request: HttpRequest, name: str, stamp: str = "") -> HttpResponseBase:
    """A file of the set of this stamp, which never changes; without one, of the newest set."""
    sets = Publication.objects.filter(stamp=stamp) if stamp else Publication.objects.all()
    chosen = sets.order_by("-at").first()
    if chosen is None:
        raise Http404
    keep = FOREVER if stamp else ALWAYS_ASK
    if name in SIGNED:
        field, kind = SIGNED[name]
        return served(bytes(getattr(chosen, field)), kind, keep)
    file = get_object_or_404(chosen.files, name=name)
    etag = f'"{file.digest}"'
    if same := get_conditional_response(request, etag=etag):
        return same
    try:
        content = file.file.open()
    except FileNotFoundError as error:  # the set was taken away meanwhile
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=name)
    answer["Content-Type"] = file.media_type
    answer["ETag"], answer["Cache-Control"] = etag, keep
    return answer
