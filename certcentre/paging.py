"""Lists in pages, for people and for programs."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination


class Told(Paginator):
    """Believes a list that says in `told` how many it holds; any other is counted."""

    @cached_property
    def count(self) -> int:
        told: int | None = getattr(self.object_list, "told", None)
        return super().count if told is None else told


class Pages(PageNumberPagination):
    """`{count, next, previous, results}`, 50 a page, up to 200 on request."""

    django_paginator_class = Told
    page_size_query_param = "page_size"
    max_page_size = 200
