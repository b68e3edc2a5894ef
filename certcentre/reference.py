"""The reference of the API: for machines (OpenAPI 3.1) and as a page."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from certcentre import links
from certcentre.api_views import ApiView


@cache
def schema(language: str | None) -> dict[str, Any]:
    """The OpenAPI description, with its words in one language."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return document


ADDRESSES = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}


class Root(ApiView):
    """Where to begin: the lists, the files of open data, and the description of everything."""

    @extend_schema(responses={200: ADDRESSES})
    def get(self, request: Request) -> Response:
        paths = schema(get_language())["paths"]
        names = {path.split("/")[3]: path for path in paths if path.count("/") == 4}
        lists = {name: links.full(path) for name, path in sorted(names.items())}
        about = {"data": "data", "docs": "api-docs", "openapi": "openapi"}
        return Response(lists | {name: links.full(reverse(to)) for name, to in about.items()})


class Openapi(ApiView):
    """This description (OpenAPI 3.1)."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> JsonResponse:
        return JsonResponse(schema(get_language()), json_dumps_params={"indent": 1})


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, drawn from the same description."""
    return render(request, "desk/api_docs.html", {"groups": grouped(schema(get_language()))})


def grouped(found: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The operations by the first word of their address."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for operation in operations(found):
        first = operation["path"].split("/")[3] or "v1"  # what there is at all
        groups.setdefault(first, []).append(operation)
    return sorted(groups.items())


def operations(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each address and method with what it takes, as the page shows it."""
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            words = operation.get("description", "")
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "words": operation.get("summary") or words.partition("\n")[0],
                "parameters": [
                    {"name": each["name"], "words": each.get("description", ""), **kind(each)}
                    for each in operation.get("parameters", [])
                ],
                "media": list(operation.get("requestBody", {}).get("content", {})),
                "examples": list(examples(operation)),
                "codes": ", ".join(operation.get("responses", {})),
            }


def examples(operation: dict[str, Any]) -> Iterator[str]:
    """What may be sent, as JSON to read."""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for example in media.get("examples", {}).values():
            yield json.dumps(example["value"], indent=2, ensure_ascii=False)
        return  # each kind of body has the same ones


def kind(parameter: dict[str, Any]) -> dict[str, Any]:
    """The type of a parameter and the values it takes."""
    shape = parameter.get("schema", {})
    choices = shape.get("enum") or shape.get("items", {}).get("enum") or []
    return {"type": shape.get("type", ""), "choices": [str(each) for each in choices if each]}
