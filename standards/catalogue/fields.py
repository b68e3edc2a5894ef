"""Fields that take lists and small tables as lines of text."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.catalogue.reading import parse


def text(
    label: Any, of: type[Model], name: str, *, help_text: Any = "", required: bool = True
) -> forms.CharField:
    """A line of text, as long as the field of the record takes it."""
    most = of._meta.get_field(name).max_length
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


def prose(
    label: Any, *, help_text: Any = "", required: bool = True, rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class LinesField(forms.CharField):
    """One value a line; cleans to a list."""

    def __init__(self, label: Any, *, help_text: Any = "", required: bool = False, rows: int = 4):
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=200_000,
            widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
        )

    def clean(self, value: Any) -> Any:
        if isinstance(value, list):  # what a field that may not change began with
            return value
        lines = str(super().clean(value)).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class PairsField(LinesField):
    """Two or more words a line; cleans to a list of tuples, the last part taking the rest."""

    def __init__(self, label: Any, *, parts: int = 2, separator: str | None = None, **more: Any):
        super().__init__(label, **more)
        self.parts, self.separator = parts, separator

    def clean(self, value: Any) -> Any:
        found = []
        for line in super().clean(value):
            if not isinstance(line, str):
                return value
            pieces = [each.strip() for each in line.split(self.separator, self.parts - 1)]
            if len(pieces) != self.parts or not all(pieces):
                raise forms.ValidationError(
                    gettext("“%(line)s” does not have the %(n)s parts that a line needs.")
                    % {"line": line[:60], "n": self.parts}
                )
            found.append(tuple(pieces))
        return found


class YamlField(forms.CharField):
    """A small piece of YAML."""

    def __init__(self, label: Any, *, help_text: Any = "", required: bool = True, rows: int = 8):
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
        )

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        if not said:
            return None
        try:
            return parse(said)
        except ValueError as error:
            raise forms.ValidationError(
                gettext("This is not written as it should be: %(problem)s.") % {"problem": error}
            ) from error


def reason() -> forms.CharField:
    """Why a change is made; it stands in the log."""
    return prose(_("Why"), help_text=_("It stands in the public log."), rows=2)
