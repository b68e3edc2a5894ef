"""The forms of the catalogue: fields that take lists, the officers' steps, files, and facts.

Forms say shape only; the verbs and the schema hold the rules.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Model
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.places import countries, languages
from certcentre.tables.rows import LARGEST, megabytes, too_large
from standards.catalogue.editions import Domain, Edition, SeedCategory
from standards.catalogue.facts import LISTS, Fact, checked
from standards.catalogue.files import AUTO, FORMATS, READ
from standards.catalogue.files.parsing import NotYaml, load_yaml
from standards.catalogue.records import longest
from standards.catalogue.schema import KEY
from standards.catalogue.standards import Standard

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def text(
    label: "StrOrPromise",
    of: type[Model],
    name: str,
    *,
    help_text: "StrOrPromise" = "",
    required: bool = True,
) -> forms.CharField:
    """A line of text, as long as the field of the record takes it."""
    most = longest(of, name)
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


def prose(
    label: "StrOrPromise", *, help_text: "StrOrPromise" = "", required: bool = True, rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


DAY = {"type": "date", "class": "input--short"}


def day(label: "StrOrPromise", help_text: "StrOrPromise") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )


class LinesField(forms.CharField):
    """One value a line; cleans to a list."""

    def __init__(
        self,
        label: "StrOrPromise",
        *,
        help_text: "StrOrPromise" = "",
        required: bool = False,
        rows: int = 4,
    ):
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=200_000,
            widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
        )

    def clean(self, value: object) -> Any:
        if isinstance(value, list):  # what a field that may not change began with
            return value
        lines = str(super().clean(value)).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: object) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class PairsField(LinesField):
    """Two or more words a line; cleans to a list of tuples, the last part taking the rest."""

    def __init__(
        self, label: "StrOrPromise", *, parts: int = 2, separator: str | None = None, **more: Any
    ):
        super().__init__(label, **more)
        self.parts, self.separator = parts, separator

    def clean(self, value: object) -> Any:
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

    def __init__(
        self,
        label: "StrOrPromise",
        *,
        help_text: "StrOrPromise" = "",
        required: bool = True,
        rows: int = 8,
    ):
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
        )

    def clean(self, value: object) -> Any:
        said = super().clean(value)
        if not said:
            return None
        try:
            return load_yaml(said)
        except NotYaml as error:
            raise forms.ValidationError(
                gettext("This is not written as it should be: %(problem)s.") % {"problem": error}
            ) from error


def reason() -> forms.CharField:
    """Why something is changed; it stands in the log."""
    return forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=_("It stands in the public log."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StandardForm(forms.Form):
    """What a standard is called."""

    name = text(_("Name"), Standard, "name")
    issuing_body = text(_("Issuing body"), Standard, "issuing_body")
    reason = reason()


class PublishForm(forms.Form):
    """That a second person read what is published."""

    signed = forms.BooleanField(
        label=_("I read it, I did not write it, and I stand behind it for the centre."),
        error_messages={"required": _("Tick this to sign.")},
    )


class SignForm(forms.Form):
    """That a second person read those that they ticked."""

    signed = forms.BooleanField(
        label=_(
            "I read those I ticked, I did not write them, and I stand behind them for the centre."
        ),
        error_messages={"required": _("Tick this to sign.")},
    )


class DaysForm(forms.Form):
    """When an edition begins to count, and until when what is around it is taken."""

    DAYS = ("effective_from", "grace_until", "deprecated_from")

    effective_from = day(
        _("Counts from"), _("Until then it is announced. Empty: from its publication on.")
    )
    grace_until = day(
        _("Grace until"), _("Last day on which something new may begin with the earlier edition.")
    )
    deprecated_from = day(
        _("Deprecated from"),
        _("From this day nothing new begins with it. A successor sets this day by itself."),
    )
    law_says_less = forms.BooleanField(label=_("A law leaves less than six months"), required=False)
    reason = reason()

    def __init__(self, *args: Any, follows: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not follows:
            del self.fields["grace_until"]
            del self.fields["law_says_less"]


class ImportForm(forms.Form):
    """A file, and in which format it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("At most {limit} MB. Nothing is written before you have seen what it does."),
            limit=megabytes(LARGEST),
        ),
        allow_empty_file=True,
    )
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[(AUTO, _("Tell by what is in it")), *((key, FORMATS[key].name) for key in READ)],
        initial=AUTO,
    )
    key = text(
        _("Key of the edition"),
        Edition,
        "key",
        required=False,
        help_text=_(
            "Its permanent name, such as ministry-edtech-2026. Left empty, it is made of the name."
        ),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        self.file_name = file.name
        if file.size > LARGEST:
            raise forms.ValidationError(too_large(file.size, LARGEST).reasons)
        return bytes(file.read())

    def clean_key(self) -> str:
        return clean_key(self.cleaned_data["key"])


class FactsForm(forms.Form):
    """What an edition says of itself, where the file is silent or wrong."""

    name = text(_("Name"), Edition, "name")
    version = text(_("Version"), Edition, "version")
    issuing_body = text(_("Issued by"), Edition, "issuing_body")
    reference = text(_("Reference"), Edition, "reference")
    published = text(_("Published"), Edition, "published_text", help_text=_("Year or day."))
    domain = forms.ChoiceField(label=_("Domain"), choices=Domain.choices)
    category = forms.ChoiceField(label=_("Kind"), choices=SeedCategory.choices)
    catalogue_licence = text(
        _("Licence of these words"),
        Edition,
        "catalogue_licence",
        help_text=_("Such as CC-BY-4.0."),
    )
    text_licence = prose(_("Licence of the official text"), rows=2)
    language = forms.ChoiceField(label=_("Language of these words"), choices=settings.LANGUAGES)
    key = text(_("Key of the edition"), Edition, "key")
    hidden = forms.BooleanField(
        label=_("Take hidden rows and sheets too"),
        required=False,
        help_text=_("They are left out otherwise, as far as a table hides any."),
    )

    def clean_key(self) -> str:
        return clean_key(self.cleaned_data["key"])


def clean_key(key: str) -> str:
    if key and not re.fullmatch(KEY, key):
        words = gettext("Use small letters, digits, dots and hyphens, a letter or digit first.")
        raise forms.ValidationError(words)
    return key


OPEN = ("", _("Not answered yet"))
YES_NO = (OPEN, ("yes", _("Yes")), ("no", _("No")))


class Places(forms.CheckboxSelectMultiple):
    """Many to choose from: the chosen ones first, all others folded away."""

    template_name = "catalogue/places.html"

    def __init__(self, fold: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.fold = fold

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        options = [
            option for _group, some, _index in context["widget"]["optgroups"] for option in some
        ]
        context["chosen"] = [option for option in options if option["selected"]]
        context["others"] = [option for option in options if not option["selected"]]
        context["fold"] = self.fold
        return context


class FactForm(forms.Form):
    """One short page of facts. `facts()` gives {key: value} with the unanswered left out."""

    def __init__(
        self,
        group: str,
        data: QueryDict | None = None,
        *,
        initial: Mapping[str, Any] | None = None,
        asked: Sequence[Fact] | None = None,
        **options: Any,
    ) -> None:
        self.asked = list(Fact.objects.filter(group=group) if asked is None else asked)
        shown = {fact.key: in_form(fact, (initial or {}).get(fact.key)) for fact in self.asked}
        super().__init__(data, initial=shown, **options)
        for fact in self.asked:
            self.fields[fact.key] = field(fact, shown[fact.key])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        given = {fact.key: from_form(fact, found.get(fact.key)) for fact in self.asked}
        self.answers, problems = checked(given, self.asked)
        for key, problem in problems.items():
            self.add_error(key, problem)
        return found

    def facts(self) -> dict[str, Any]:
        """The answers of a valid form."""
        return self.answers


def in_form(fact: Fact, value: Any) -> Any:
    """A stored answer as its control shows it."""
    if fact.type == Fact.Type.BOOL:
        return {True: "yes", False: "no"}.get(value, "")
    return value or ([] if fact.type in LISTS else "")


def from_form(fact: Fact, value: Any) -> Any:
    if fact.type == Fact.Type.BOOL:
        return {"yes": True, "no": False}.get(value)
    return value


def field(fact: Fact, shown: Any) -> forms.Field:
    """The control of one fact, by its type."""
    choices: list[Any]
    words: dict[str, Any] = {
        "label": fact.text("ask"),
        "help_text": fact.text("why"),
        "required": False,
    }
    match fact.type:
        case Fact.Type.BOOL:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **words)
        case Fact.Type.SINGLE:
            choices = [OPEN, *fact.choices()]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words)
        case Fact.Type.COUNTRY:
            return forms.ChoiceField(choices=[OPEN, *countries()], **words)
        case Fact.Type.PARTIES:
            return LinesField(words["label"], help_text=words["help_text"])
        case Fact.Type.COUNTRIES:
            widget: forms.Widget = Places(_("Choose countries"))
            choices = countries()
        case Fact.Type.LANGUAGES:
            widget, choices = Places(_("Choose languages")), languages()
        case _:
            widget, choices = forms.CheckboxSelectMultiple(), fact.choices()
    listed = {value for value, _label in choices}
    kept = [(value, value) for value in shown if value not in listed]  # such as pt-BR
    return forms.MultipleChoiceField(choices=[*choices, *kept], widget=widget, **words)
