"""Countries and languages as a visitor types them: a code, or a name in the reader's language."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from certcentre import places

Named = Callable[[], Iterable[tuple[str, str]]]


class PlaceField(forms.CharField):
    """Cleans to the code. What cannot be read gets the nearest name as a suggestion."""

    def __init__(
        self,
        *,
        known: Named,
        code_of: Callable[[str], str | None],
        tagged: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(max_length=60, **more)
        self.known, self.code_of = known, code_of
        self.tagged = tagged  # whether more may follow the code, as in pt-BR

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        if not text:
            return ""
        pairs = list(self.known())
        code = self.read(text, pairs)
        if code is None:
            raise ValidationError(self.unknown(text, pairs))
        return code

    def read(self, text: str, pairs: Iterable[tuple[str, str]]) -> str | None:
        """The code that is meant, if any."""
        start, _, rest = text.partition("-") if self.tagged else (text, "", "")
        codes = {code.casefold(): code for code, _ in pairs}
        if start.casefold() in codes and all(part.isalnum() for part in rest.split("-") if rest):
            return codes[start.casefold()] + (f"-{rest}" if rest else "")
        return self.code_of(text)

    def unknown(self, text: str, pairs: Iterable[tuple[str, str]]) -> str:
        near = get_close_matches(text.casefold(), [name.casefold() for _, name in pairs], 1)
        meant = [name for _, name in pairs if name.casefold() in near]
        if meant:
            return gettext("We do not know “%(text)s”. Did you mean %(name)s?") % {
                "text": text,
                "name": meant[0],
            }
        return gettext("We do not know “%(text)s”.") % {"text": text}


class PlacesField(PlaceField):
    """Cleans to the codes of all that can be read, in the order given."""

    widget = forms.SelectMultiple

    def clean(self, value: object) -> list[str]:  # type: ignore[override] # several of them
        typed = value if isinstance(value, list | tuple) else [value] if value else []
        codes = (super(PlacesField, self).clean(each) for each in typed)
        return [code for code in dict.fromkeys(codes) if code]

    def read_each(self, typed: Iterable[str]) -> list[str | None]:
        """The codes of those that can be read; one that cannot takes no other with it."""
        pairs = list(self.known())
        return [self.read(text.strip(), pairs) for text in typed]


@extend_schema_field(OpenApiTypes.STR)
class PlaceFilter(django_filters.Filter):
    field_class = PlaceField


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class PlacesFilter(django_filters.Filter):
    """Several; any of them is enough."""

    field_class = PlacesField


def country_filter(label: Promise) -> PlaceFilter:
    return PlaceFilter(label=label, known=places.countries, code_of=places.country_code)


def countries_filter(label: Promise) -> PlacesFilter:
    return PlacesFilter(label=label, known=places.countries, code_of=places.country_code)


def languages_filter(label: Promise) -> PlacesFilter:
    return PlacesFilter(
        label=label, known=places.languages, code_of=places.language_code, tagged=True
    )
