"""Forms of lots and of what they ask for: shape only, the verbs hold the rules."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certcentre import places
from certcentre.lifecycle import NotReady
from standards.catalogue.editions import Obligation
from standards.catalogue.facts import LISTS, Fact
from standards.catalogue.profiles import Profile
from standards.catalogue.reviewing import published
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import sources
from tenders.forms import text
from tenders.lot import Lot
from tenders.notice_forms import PlacesField
from tenders.requirements import ASSURANCE, Requirement
from tenders.tender import Tender

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def least(*, empty: "StrOrPromise | None" = None) -> forms.TypedChoiceField:
    choices: list[tuple[Any, Any]] = list(ASSURANCE.items())
    return forms.TypedChoiceField(
        label=_("Least assurance"),
        choices=([("", empty)] if empty else []) + choices,
        coerce=int,
        required=not empty,
        empty_value=None,
    )


def obligation(*, empty: "StrOrPromise | None" = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Obligation"),
        choices=([("", empty)] if empty else []) + list(Obligation.choices),
        required=not empty,
    )


PASTED = 200_000  # characters of a list of references
EACH, ANY = "all", "any"
COUNTRIES = (places.countries, places.country_code, places.country)
PLACES = {
    Fact.Type.COUNTRIES: COUNTRIES,
    Fact.Type.LANGUAGES: (places.languages, places.language_code, places.language),
}


def how_many(label: "StrOrPromise", each: "StrOrPromise", any_: "StrOrPromise") -> Any:
    """Each of several places, or any of them; each, where nothing is sent."""
    choices = [(EACH, each), (ANY, any_)]
    return forms.ChoiceField(
        label=label, choices=choices, required=False, initial=EACH, widget=forms.RadioSelect
    )


class LotForm(forms.Form):
    """What a lot is about. Places left empty are those of the tender."""

    title = forms.CharField(label=_("Title of the lot"), max_length=200)
    services = forms.BooleanField(
        label=_("This lot is not about products"),
        required=False,
        help_text=_("Such as training or devices. Nothing is counted for it."),
    )
    countries = PlacesField(
        label=_("Countries of use"),
        known=places.countries,
        code_of=places.country_code,
        name=places.country,
    )
    all_countries = how_many(
        _("One product for"), _("each of these countries"), _("any of these countries")
    )
    languages = PlacesField(
        label=_("Languages of use"),
        known=places.languages,
        code_of=places.language_code,
        name=places.language,
    )
    all_languages = how_many(
        _("One product in"), _("each of these languages"), _("any of these languages")
    )

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, name_of in (("countries", places.country), ("languages", places.language)):
            codes = getattr(tender, name)
            words = _("With commas between. Left empty: as the tender says (%(places)s).")
            if not codes:
                words = _("With commas between. Left empty: as the tender says, none.")
            self.fields[name].help_text = words % {"places": ", ".join(map(name_of, codes))}

    @classmethod
    def of(cls, lot: Lot) -> "LotForm":
        """With what stands."""
        initial = {name: getattr(lot, name) for name in Lot.DETAILS}
        initial["services"] = not lot.about_products
        for name in ("all_countries", "all_languages"):
            initial[name] = EACH if initial[name] else ANY
        return cls(initial=initial, tender=lot.tender)

    @property
    def details(self) -> dict[str, Any]:
        """As `Lot.DETAILS` says them."""
        given = dict(self.cleaned_data)
        given["about_products"] = not given.pop("services")
        for name in ("all_countries", "all_languages"):
            given[name] = given[name] != ANY
        return given


class AddForm(forms.Form):
    """What is the same wherever requirements come from."""

    obligation = obligation(empty=_("As the standard says"))
    least = least(empty=_("As suggested"))
    justification = text(
        _("Why you need it"),
        help_text=_("Each must needs a reason before you publish. It goes into the annex."),
    )


class ProfileForm(AddForm):
    """All criteria of a profile, with those of the law where the countries are named."""

    profile = forms.ModelChoiceField(
        label=_("Profile"), queryset=Profile.objects.none(), to_field_name="key"
    )
    field_order = ("profile", "obligation", "least", "justification")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile: Any = self.fields["profile"]
        profile.queryset = published(Profile)
        profile.label_from_instance = lambda criterion: (
            f"{criterion.text('label')}: {criterion.text('purpose')}"
        )


class EditionForm(AddForm):
    """An edition, whole or at a level."""

    edition = forms.ChoiceField(label=_("Standard and level"))
    field_order = ("edition", "obligation", "least", "justification")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition: Any = self.fields["edition"]
        edition.choices = sources.edition_choices(at=at)


class ReferencesForm(AddForm):
    """Criteria by a list of their references."""

    references = forms.CharField(
        label=_("References"),
        help_text=_("One a line, or with commas between, such as 1.4.3 or the key of a criterion."),
        max_length=PASTED,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    standard = forms.ChoiceField(label=_("Standard"), required=False)
    field_order = ("references", "standard", "obligation", "least", "justification")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        standard: Any = self.fields["standard"]
        standard.choices = [("", _("Any")), *sources.edition_names(at=at)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("references") and "standard" in given:
            try:
                given["criteria"] = sources.by_references(
                    given["references"], given["standard"], at=self.at
                )
            except NotReady as refused:
                for problem in refused.problems:
                    self.add_error("references", problem)
        return given


class NeedForm(AddForm):
    """What a learner need requires."""

    needs = forms.MultipleChoiceField(
        label=_("Learners whom it must serve"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("needs", "obligation", "least", "justification")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs: Any = self.fields["needs"]
        needs.choices = sources.need_choices()


class SearchForm(AddForm):
    """Single criteria, marked among those that a search found."""

    criteria = forms.MultipleChoiceField(label=_("Criteria"), widget=forms.CheckboxSelectMultiple)
    field_order = ("criteria", "obligation", "least", "justification")

    def __init__(self, *args: Any, at: datetime, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria: Any = self.fields["criteria"]
        self.found = sources.search(words, at=at)
        criteria.choices = [(each.key, each.ref) for each in self.found.criteria]

    @property
    def ticked(self) -> list[str]:
        """Keys."""
        return list(self["criteria"].value() or [])


class FactForm(forms.Form):
    """What the product is to be, as its provider states it."""

    def __init__(self, *args: Any, fact: Fact | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fact:
            self.fields["values"] = values_of(fact)
            self.fields["how"] = how_of(fact)
        for name, field in weighed().items():
            self.fields[name] = field


def values_of(fact: Fact) -> Any:
    """The answers to choose from, or names of places."""
    if fact.type in PLACES:
        known, code_of, name = PLACES[Fact.Type(fact.type)]
        words = _("Names or codes with commas between.")
        return PlacesField(
            label=fact.text("ask"), known=known, code_of=code_of, name=name, help_text=words
        )
    return forms.MultipleChoiceField(
        label=fact.text("ask"), choices=fact.choices(), widget=forms.CheckboxSelectMultiple
    )


def how_of(fact: Fact) -> Any:
    choices = Requirement.How.choices if fact.type in LISTS else Requirement.How.choices[:1]
    return forms.ChoiceField(
        label=_("The product has"),
        choices=choices,
        required=False,
        initial=Requirement.How.ANY,
        widget=forms.RadioSelect,
    )


def weighed() -> dict[str, Any]:
    """What is the same of every requirement that is added by itself."""
    fields = WordsForm.base_fields
    names = ("obligation", "weight", "evidence_asked", "justification")
    return {name: deepcopy(fields[name]) for name in names}


class WordsForm(forms.Form):
    """A requirement in the buyer's own words."""

    words = text(
        _("The requirement in your own words"),
        required=True,
        help_text=_("Say what the product shall do or how well, not which product or brand."),
    )
    obligation = obligation()
    weight = forms.IntegerField(
        label=_("Weight"),
        required=False,
        min_value=1,
        max_value=FULL_WEIGHT,
        help_text=format_lazy(
            _("For a should only; the weights of a lot add up to {full}, with the price."),
            full=FULL_WEIGHT,
        ),
    )
    evidence_asked = text(_("Evidence to be supplied"), rows=2)
    justification = text(
        _("Why you need it"),
        help_text=_("Each must needs a reason before you publish. It goes into the annex."),
    )

    def __init__(self, *args: Any, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class RequirementForm(WordsForm):
    """One requirement: any of what may be changed; `whole` where all of it is sent."""

    least = least()
    must_be_present = forms.BooleanField(
        label=_("It must be there: “not applicable” does not meet it"), required=False
    )
    alternatives = forms.MultipleChoiceField(
        label=_("What you accept instead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Criteria that ask for the same. A solution that meets one of them qualifies."),
    )
    field_order = (
        "words", "obligation", "weight", "least", "must_be_present", "alternatives",
        "evidence_asked", "justification",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        catalogued: bool,
        factual: bool = False,
        fact: Fact | None = None,
        whole: bool = True,
        others: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        alternatives: Any = self.fields["alternatives"]
        alternatives.choices = list(others)
        if not alternatives.choices:
            del self.fields["alternatives"]
        if fact:
            self.fields["fact_values"] = values_of(fact)
            self.fields["fact_how"] = how_of(fact)
            self.order_fields(["fact_values", "fact_how"])
        if catalogued or factual:
            del self.fields["words"]
        if not catalogued:
            del self.fields["least"]
            del self.fields["must_be_present"]
        if not whole:
            for name in [name for name in self.fields if name not in self.data]:
                del self.fields[name]


class SetForm(forms.Form):
    """The same for many requirements of a lot."""

    obligation = obligation(empty=_("Obligation …"))
    least = least(empty=_("Least …"))
    weight = forms.IntegerField(
        label=_("Weight"), required=False, min_value=1, max_value=FULL_WEIGHT
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("weight") and given.get("obligation") not in ("", Obligation.SHOULD):
            self.add_error("weight", _("Only a should has a weight."))
        return given

    @property
    def fields_given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReasonForAllForm(forms.Form):
    """One reason for many requirements of a lot."""

    justification = text(_("One reason for all of them"), required=True, rows=2)
    replace = forms.BooleanField(
        label=_("Also where a reason stands already"),
        required=False,
    )
