"""Lists in pages, for people and for programs."""

from django.core.paginator import InvalidPage, Page, Paginator
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination

SHOWN = 20  # letters of what was asked for, where it is named


class Numbered(Paginator):
    """A page that there is not is answered with the first, which then says what was asked for in
    `unknown`; no page asked for is the first."""

    def get_page(self, number: int | float | str | None) -> Page:
        try:
            return self.page(number or 1)  # type: ignore[arg-type]
        except InvalidPage:
            page: Page = self.page(1)
            page.unknown = str(number)[:SHOWN]  # type: ignore[attr-defined]
            return page


class Told(Numbered):
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
