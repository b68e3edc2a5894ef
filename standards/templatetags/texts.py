"""`{{ criterion|text:"title" }}`: a text of the catalogue in the reader's language;
`<p{% as_written criterion "title" edition.language %}>`: in which it is where that lacks it."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from certcentre.places import direction, read_in
from standards.catalogue.difference import Piece
from standards.catalogue.editions import Translated

register = template.Library()


@register.filter
def text(record: Translated, field: str) -> str:
    return record.text(field)


@register.simple_tag
def as_written(record: Translated, field: str, language: str) -> SafeString:
    """The attributes of a text that the reader's language lacks, so that it is read as it was
    written; nothing where it has it."""
    if language == read_in() or record.translations.get(read_in(), {}).get(field):
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', language, direction(language))


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
