"""`{{ criterion|text:"title" }}`: a text of the catalogue in the reader's language."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from standards.catalogue.difference import Piece
from standards.catalogue.editions import Translated

register = template.Library()


@register.filter
def text(record: Translated, field: str) -> str:
    return record.text(field)


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """The words that went and came among those that stay, with no space between them."""
    marks = {"old": ("del", gettext("Removed:")), "new": ("ins", gettext("Added:"))}
    form = '<{0}><span class="hide">{1} </span>{2}</{0}>'
    runs = [
        format_html(form, *marks[each.kind], each.words) if each.kind in marks else each.words
        for each in pieces
    ]
    return format_html_join("", "{}", ((run,) for run in runs))
