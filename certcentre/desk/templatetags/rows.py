"""{% repeated "tenders/_row.html" rows %}: a part of a page that stands hundreds of times."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from certcentre.repeated import Row, repeated

register = template.Library()


@register.simple_tag(takes_context=True, name="repeated")
def repeated_tag(context: RequestContext, part: str, rows: Iterable[Row]) -> SafeString:
    """Each row is (what the part asks of it, what it writes of it); the rest is the page's."""
    page: Any = context.flatten()
    return repeated(part, rows, page)
