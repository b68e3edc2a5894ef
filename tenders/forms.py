"""Forms of tenders: shape only, the verbs hold the rules."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places
from certcentre.accounts.models import Organisation
from standards.registry.search.place_filters import Named, PlaceField
from tenders import sources
from tenders.export import FORMATS
from tenders.legal_clauses import PACKS
from tenders.tender import Tender

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MOMENT = "%Y-%m-%dT%H:%M"
LONG = 4000


def text(
    label: "StrOrPromise", *, rows: int = 3, required: bool = False, help_text: "StrOrPromise" = ""
) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PlacesField(forms.CharField):
    """Countries or languages by name or code, with commas between; cleans to codes."""

    def __init__(
        self, *, known: Named, code_of: Callable[[str], str | None], name: Any, **more: Any
    ) -> None:
        super().__init__(max_length=2000, required=False, **more)
        self.one = PlaceField(known=known, code_of=code_of)
        self.name = name

    def prepare_value(self, value: object) -> Any:
        return ", ".join(self.name(code) for code in value) if isinstance(value, list) else value

    def clean(self, value: object) -> Any:
        parts = [part.strip() for part in str(super().clean(value)).split(",")]
        return list(dict.fromkeys(self.one.clean(part) for part in parts if part))


class TenderForm(forms.Form):
    """What the tender is about."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("What you want to buy"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For whom, where, and what it shall do. It opens the annex."),
    )
    language = forms.ChoiceField(label=_("Language of the annex"), choices=Tender.Language.choices)
    wording = forms.ChoiceField(
        label=_("Law that governs the purchase"),
        help_text=_("It decides the words of the equivalence clause. We inform; we do not advise."),
    )
    countries = PlacesField(
        label=_("Countries of use"),
        known=places.countries,
        code_of=places.country_code,
        name=places.country,
        help_text=_("Names or codes with commas between, such as Kenya, EE."),
    )
    languages = PlacesField(
        label=_("Languages of use"),
        known=places.languages,
        code_of=places.language_code,
        name=places.language,
        help_text=_("Languages that learners work in, with commas between, such as Swahili, fr."),
    )
    deadline = forms.DateTimeField(
        label=_("Bids close"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "input--short"}, format=MOMENT
        ),
        help_text=_("Day and time in UTC."),
    )

    def clean_deadline(self) -> datetime | None:
        deadline: datetime | None = self.cleaned_data["deadline"]
        if deadline and "deadline" in self.changed_data and deadline <= timezone.now():
            raise forms.ValidationError(gettext("Bids cannot close in the past."))
        return deadline

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wording: Any = self.fields["wording"]
        wording.choices = wordings()


def wordings() -> list[tuple[str, str]]:
    """The laws by name, in the reader's language."""
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    return [(pack.key, pack.name[language]) for pack in PACKS.values()]


class StartForm(TenderForm):
    """A new draft: who buys what, and what it begins with."""

    buyer = forms.ModelChoiceField(label=_("Who buys?"), queryset=Organisation.objects.none())
    profile = forms.ChoiceField(
        label=_("Begin with a profile"),
        required=False,
        help_text=_("Requirements that most buyers ask for, and those of the law where you named "
                    "the countries. You can change each of them."),
    )  # fmt: skip
    needs = forms.MultipleChoiceField(
        label=_("Learners whom it must serve"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    copied = forms.ModelChoiceField(
        label=_("Or copy an earlier tender"),
        required=False,
        queryset=Tender.objects.none(),
        help_text=_("Its lots and requirements come along, with the reasons you gave then."),
    )
    field_order = ("buyer", *Tender.DETAILS, "profile", "needs", "copied")

    def __init__(self, *args: Any, buyers: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["buyer"].queryset = buyers
        fields["copied"].queryset = Tender.objects.filter(buyer__in=buyers)
        fields["profile"].choices = [("", _("Nothing yet")), *sources.profile_choices()]
        fields["needs"].choices = sources.need_choices()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        copied, buyer = given.get("copied"), given.get("buyer")
        if copied and buyer and copied.buyer_id != buyer.pk:
            self.add_error("copied", _("This tender is another organisation’s."))
        if copied and (given.get("profile") or given.get("needs")):
            self.add_error("copied", _("Begin with a profile and needs, or with a copy."))
        return given


class ExportForm(forms.Form):
    """A file of the tender, perhaps inside the buyer's own."""

    format = forms.ChoiceField(
        label=_("File"),
        choices=lambda: [(key, each.title) for key, each in FORMATS.items()],
        widget=forms.RadioSelect,
        initial=next(iter(FORMATS)),
    )
    own = forms.FileField(
        label=_("A file of your own"),
        required=False,
        help_text=format_lazy(
            _("With a line [[requirements]] where the annex goes, up to 20 MB. For {names} only."),
            names=", ".join(f".{key}" for key, each in FORMATS.items() if each.own),
        ),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = text(_("Reason"), required=True, help_text=_("The public reads it."))


class AwardForm(forms.Form):
    """To whom the contract was given."""

    reason = text(
        _("Who was awarded, and why"),
        required=True,
        help_text=_("Supplier, product and lot, such as they were offered. The public reads it."),
    )
