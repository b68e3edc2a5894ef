"""The facts of one group as a form. What is not answered stays unknown, and can be cleared."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certcentre.places import countries, languages
from standards.catalogue.fact_values import LISTS, checked
from standards.catalogue.facts import Fact

OPEN = ("", _("Not answered yet"))
YES_NO = (OPEN, ("yes", _("Yes")), ("no", _("No")))


class Places(forms.CheckboxSelectMultiple):
    """Many to choose from: the chosen ones first, all others folded away."""

    template_name = "catalogue/places.html"

    def __init__(self, fold: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.fold = fold

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
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
        data: Any = None,
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
