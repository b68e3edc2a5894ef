"""The log for machines: entries, and proofs that anybody can check."""

import re
from base64 import b64encode
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from certcentre.api_views import ApiView
from certcentre.log import sequencer, tiles, tree
from certcentre.log.models import LogEntry

NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def text(data: bytes) -> str:
    return b64encode(data).decode()


class EntryShape(serializers.ModelSerializer[LogEntry]):
    """A public entry with its bytes, a private one with their salted hash alone."""

    index = serializers.IntegerField(source="leaf_index")
    body = serializers.SerializerMethodField()
    salted_hash = serializers.SerializerMethodField()
    leaf_hash = serializers.SerializerMethodField()

    class Meta:
        model = LogEntry
        fields = ("index", "visibility", "body", "salted_hash", "leaf_hash")

    def get_body(self, one: LogEntry) -> str | None:
        """The canonical bytes (RFC 8785) as text; null for a private entry."""
        return bytes(one.body).decode() if one.visibility == "public" else None

    def get_salted_hash(self, one: LogEntry) -> str | None:
        """In base64, what stands in the tree for a private entry; null for a public one."""
        return None if one.visibility == "public" else text(one.leaf)

    def get_leaf_hash(self, one: LogEntry) -> str:
        """In base64: SHA-256 over a zero byte and the body, or the salted hash."""
        return text(tree.leaf_hash(one.leaf))


class Counted(Paginator):
    """Pages cut by index: no row is counted and none is skipped over."""

    @cached_property
    def count(self) -> int:
        return sequencer.size()

    def page(self, number: int | str) -> Page[LogEntry]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        rows: Any = self.object_list
        return Page(rows.filter(leaf_index__gte=start, leaf_index__lt=end), number, self)


class LogPages(PageNumberPagination):
    django_paginator_class = Counted
    page_size_query_param = "page_size"
    max_page_size = 1000


class Entries(ApiView, ListAPIView[LogEntry]):
    """Every entry in the order of the tree; of private ones the hash alone. Two statements."""

    serializer_class = EntryShape
    pagination_class = LogPages
    filter_backends = ()
    queryset = (
        LogEntry.objects.filter(leaf_index__isnull=False)
        .order_by("leaf_index")
        .only("leaf_index", "visibility", "body", "salt")
    )


HASHES = serializers.ListField(child=serializers.CharField())
InclusionShape = inline_serializer(
    "Inclusion",
    {
        "index": serializers.IntegerField(),
        "size": serializers.IntegerField(),
        "leaf_hash": serializers.CharField(),
        "path": HASHES,
        "root": serializers.CharField(),
    },
)
ConsistencyShape = inline_serializer(
    "Consistency",
    {
        "from": serializers.IntegerField(),
        "to": serializers.IntegerField(),
        "from_root": serializers.CharField(),
        "to_root": serializers.CharField(),
        "path": HASHES,
    },
)


def whole(name: str, words: str | Promise) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.INT64, required=True, description=words)


def number(request: Request, name: str) -> int:
    """A parameter that must be there once, as a plain whole number."""
    given = request.query_params.getlist(name)
    if len(given) != 1:
        words = gettext("Give %(name)s once, as a whole number.")
    elif not NUMBER.fullmatch(given[0]):
        words = gettext("%(name)s must be a whole number in plain digits, such as 42.")
    else:
        return int(given[0])
    raise ValidationError({"detail": words % {"name": name}})


def within(size: int, asked: int) -> None:
    if asked > size:
        words = gettext("The log holds %(size)s entries, fewer than you asked about.")
        raise ValidationError({"detail": words % {"size": size}})


class Inclusion(ApiView):
    """Proof that the entry at `index` is in the log of `size` entries (RFC 9162, 2.1.3)."""

    takes = ("index", "size")

    @extend_schema(
        responses=InclusionShape,
        parameters=[
            whole("index", _("Place of the entry; the first is 0.")),
            whole("size", _("Entries of the tree, as a checkpoint says.")),
        ],
    )
    def get(self, request: Request) -> Response:
        index, size = number(request, "index"), number(request, "size")
        within(sequencer.sequence(), size)
        if index >= size:
            words = gettext("index must be below size: the first entry is 0.")
            raise ValidationError({"detail": words})
        proof = tiles.inclusion(index, size)
        return Response(
            {
                "index": index,
                "size": size,
                "leaf_hash": text(proof.leaf),
                "path": [text(hashed) for hashed in proof.path],
                "root": text(proof.root),
            }
        )


class Consistency(ApiView):
    """Proof that the log of `to` entries only adds to the log of `from` (RFC 9162, 2.1.4)."""

    takes = ("from", "to")

    @extend_schema(
        responses=ConsistencyShape,
        parameters=[
            whole("from", _("Entries of the older tree, at least 1.")),
            whole("to", _("Entries of the newer tree.")),
        ],
    )
    def get(self, request: Request) -> Response:
        old, new = number(request, "from"), number(request, "to")
        within(sequencer.sequence(), new)
        if not 0 < old <= new:
            words = gettext("from must be at least 1 and not above to.")
            raise ValidationError({"detail": words})
        proof = tiles.consistency(old, new)
        return Response(
            {
                "from": old,
                "to": new,
                "from_root": text(proof.old_root),
                "to_root": text(proof.new_root),
                "path": [text(hashed) for hashed in proof.path],
            }
        )
