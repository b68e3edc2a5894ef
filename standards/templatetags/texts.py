"""`{{ criterion|text:"title" }}`: a text of the catalogue in the reader's language."""

from django import template

from standards.catalogue.editions import Translated

register = template.Library()


@register.filter
def text(record: Translated, field: str) -> str:
    return record.text(field)
