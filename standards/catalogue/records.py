"""What every record of the catalogue can do: be checked, and come from a row and go to one.

How long a text may be, and among which choices it is, the fields of the rows say. A reader builds
a record with `model_construct`, which checks nothing; `wrongs` tells all that is wrong at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self

from annotated_types import GroupedMetadata, MaxLen
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

Data = dict[str, Any]
Translations = dict[str, dict[str, Any]]


def longest(model: type[Model], name: str) -> int:
    """How many characters a field of a row takes."""
    return getattr(model._meta.get_field(name), "max_length", None) or 0


@dataclass(frozen=True)
class Column(GroupedMetadata):
    """What a field of a row takes: so many characters or one of its choices; nothing, or not."""

    model: type[Model]
    name: str
    needed: bool | None = None  # None: as the row says

    @property
    def longest(self) -> int:
        return longest(self.model, self.name)

    def __iter__(self) -> Iterator[object]:
        field: Any = self.model._meta.get_field(self.name)
        if field.choices:
            yield AfterValidator(among([value for value, _label in field.flatchoices]))
        elif field.max_length:
            yield MaxLen(field.max_length)
        if not field.blank if self.needed is None else self.needed:
            yield AfterValidator(filled)


def among(values: list[str]) -> Any:
    def check(value: str) -> str:
        if value not in values:
            expected = {"expected": ", ".join(sorted(values))}
            raise PydanticCustomError("literal_error", "not one of {expected}", expected)
        return value

    return check


def filled(value: str | list[Any]) -> str | list[Any]:
    if not (value.strip() if isinstance(value, str) else value):
        raise PydanticCustomError("empty", "is empty")
    return value


class Record(BaseModel):
    """One record. Names that its row or a file has otherwise stand in COLUMNS and in aliases."""

    model_config = ConfigDict(strict=True, extra="forbid", validate_default=True)

    ROW: ClassVar[type[Model]]
    COLUMNS: ClassVar[dict[str, str]] = {}
    TRANSLATED: ClassVar[tuple[str, ...]] = ()  # texts that may stand in other languages
    LISTED: ClassVar[tuple[str, ...]] = ()  # lists and mappings that may, too

    @field_validator("translations", check_fields=False)
    @classmethod
    def _translated(cls, given: Translations) -> Translations:
        """Languages of two letters, and of this kind of record the texts that are translated."""
        refused: list[tuple[str, tuple[str, ...]]] = []
        for language, words in given.items() if cls.TRANSLATED else ():
            if len(language) != 2:
                refused.append(("language", (language,)))
            for name, text in words.items():
                if name not in (*cls.TRANSLATED, *cls.LISTED):
                    refused.append(("untranslated", (language, name)))
                elif name in cls.TRANSLATED and not isinstance(text, str):
                    refused.append(("string_type", (language, name)))
        if refused:
            lines = [
                InitErrorDetails(type=PydanticCustomError(kind, kind), loc=place, input=given)
                for kind, place in refused
            ]
            raise ValidationError.from_exception_data(cls.__name__, lines)
        return given

    @classmethod
    @cache
    def pairs(cls) -> tuple[tuple[str, str], ...]:
        """Its fields that the row has too, each with the row's name for it."""
        own = {each.name for each in cls.ROW._meta.concrete_fields if not each.is_relation}
        named = [(name, cls.COLUMNS.get(name, name)) for name in cls.model_fields]
        return tuple(pair for pair in named if pair[1] in own - {"status"})

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        """The record that a row holds."""
        return cls.model_construct(**{n: getattr(row, own) for n, own in cls.pairs()} | more)

    def columns(self) -> Data:
        """What its row holds, by field."""
        return {own: stored(getattr(self, name)) for name, own in self.pairs()}

    @classmethod
    def most(cls, name: str) -> int:
        """How many characters a field takes."""
        return next(
            each.longest for each in cls.model_fields[name].metadata if isinstance(each, Column)
        )

    @property
    def data(self) -> Data:
        """As a file says it; nothing that says nothing."""
        return self.model_dump(by_alias=True, exclude_defaults=True)


def stored(value: object) -> object:
    if isinstance(value, Record):
        return value.model_dump(by_alias=True)
    if isinstance(value, list):
        return [each.data if isinstance(each, Record) else each for each in value]
    return value


REASONS: dict[str, Promise] = {
    "missing": _("is missing"),
    "empty": _("is empty"),
    "extra_forbidden": _("is not a key that we know"),
    "language": _("should be a language of two letters"),
    "untranslated": _("is not a text that is translated"),
    "string_type": _("is %(value)s and should be text; put it in quotes"),
    "bool_type": _("is %(value)s and should be true or false"),
    "int_type": _("is %(value)s and should be a whole number"),
    "date_type": _("is %(value)s and should be a date such as 2026-12-01"),
    "list_type": _("is %(value)s and should be a list"),
    "dict_type": _("is %(value)s and should be a mapping"),
    "model_type": _("is %(value)s and should be a mapping"),
    "string_too_long": _("has %(length)s characters, at most %(max_length)s"),
    "string_pattern_mismatch": _("is %(value)s; use letters, digits, dots and hyphens"),
    "literal_error": _("is %(value)s, not one of %(expected)s"),
    "greater_than_equal": _("is %(value)s; at least %(ge)s"),
    "less_than_equal": _("is %(value)s; at most %(le)s"),
}
PARTS = {"criteria": "criterion", "level_structure": "level", "groups": "group", "values": "value"}


def wrongs(error: ValidationError, given: Data) -> list[str]:
    """All that is wrong with a record, each with its path: criterion 1.2: `title` is missing."""
    return [wrong(each, given) for each in error.errors(include_url=False)]


def wrong(error: ErrorDetails, record: Data) -> str:
    part, there = "", True
    path: list[Any] = []
    given: Any = record
    for step in error["loc"]:
        there = isinstance(given, list) or (isinstance(given, dict) and step in given)
        given = given[step] if there else None
        if isinstance(step, int) and path[-1] in PARTS and isinstance(given, dict):
            name = given.get("ref") or given.get("id") or step + 1
            part, path = f"{part}{PARTS[path[-1]]} {name}: ", []
        else:
            path.append(step + 1 if isinstance(step, int) else step)
    context = error.get("ctx", {})
    reason = REASONS.get(error["type"] if there else "missing", error["msg"])
    length = len(given) if isinstance(given, str) else 0
    words = str(reason) % {"value": f"{given!r:.60}", "length": length, **context}
    return f"{part}`{'.'.join(map(str, path))}` {words}"
