"""Forms of what a tender says of itself: shape only, the verbs hold the rules."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from babel.numbers import get_territory_currencies
from django import forms
from django.core.validators import EmailValidator, URLValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places, zones
from certcentre.accounts.models import Organisation
from standards.registry.search.place_filters import Named, PlaceField
from tenders import paper_languages
from tenders.amounts import AmountField, CurrencyField, about_currency
from tenders.legal_clauses import PACKS
from tenders.notice_check import about_questions, about_start
from tenders.notice_terms import Terms
from tenders.paper_languages import spoken
from tenders.tender import Tender

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOMENT = "%Y-%m-%dT%H:%M"
YEARS = (2000, 2100)  # a day of a call lies between; others are slips of the hand
VALUE: Any = Tender._meta.get_field("value")
CODES = {
    Terms.Scheme.CPV: re.compile(r"\d{8}(-\d)?"),
    Terms.Scheme.UNSPSC: re.compile(r"\d{8}(\d\d)?"),
}


def longest(name: str) -> int | None:
    """The letters that a text of the notice has room for."""
    field: Any = Tender._meta.get_field(name)
    length: int | None = field.max_length
    return length


def within_reason(day: date) -> None:
    """Refuse a day that no call has, and that not every clock can show."""
    first, last = YEARS
    if not first <= day.year <= last:
        words = gettext("Choose a day between the years %(first)d and %(last)d.")
        raise forms.ValidationError(words % {"first": first, "last": last})


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


class DayField(forms.DateField):
    """A day of a call, of its award or its contract."""

    default_validators = [within_reason]
    widget = forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d")


class ClockField(forms.DateTimeField):
    """What the clocks of a place show; the form that knows the place makes a moment of it."""

    default_validators = [within_reason]
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "class": "input--short"}, format=MOMENT
    )

    def to_python(self, value: str | datetime | date | None) -> datetime | None:
        shown = super().to_python(value)
        return shown.replace(tzinfo=None) if shown else None


class CodeField(forms.CharField):
    """A code as lists have it, however it was spaced."""

    def to_python(self, value: object) -> str:
        return str(super().to_python(value)).replace(" ", "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a browser would count the spaces


def languages(label: "StrOrPromise", help_text: "StrOrPromise") -> PlacesField:
    return PlacesField(
        label=label,
        known=places.languages,
        code_of=places.language_code,
        name=places.language,
        help_text=help_text,
    )


def prose(
    name: str, label: "StrOrPromise", help_text: "StrOrPromise" = "", rows: int = 2
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=longest(name),
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def short(name: str, label: "StrOrPromise", help_text: "StrOrPromise" = "") -> forms.CharField:
    most = longest(name)
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=most)


def number(label: "StrOrPromise", most: int, help_text: "StrOrPromise" = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "input--short"})
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=most,
        widget=widget,
    )


def chosen(
    label: "StrOrPromise",
    choices: "Iterable[tuple[str, StrOrPromise]]",
    help_text: "StrOrPromise" = "",
    empty: "StrOrPromise" = "",
) -> forms.ChoiceField:
    first = [("", empty)] if empty else []
    return forms.ChoiceField(
        label=label, help_text=help_text, required=False, choices=[*first, *choices]
    )


class AboutForm(forms.Form):
    """What the tender is about, and until when bids are taken."""

    CLOCKS: tuple[str, ...] = ("deadline",)

    title = forms.CharField(label=_("Title"), max_length=longest("title"))
    summary = prose(
        "summary",
        _("What you want to buy"),
        _("For whom, where, and what it shall do. It opens the annex."),
        rows=4,
    )
    language = forms.ChoiceField(label=_("Language of the annex"), choices=paper_languages.choices)
    wording = forms.ChoiceField(
        label=_("Law that governs the purchase"),
        help_text=_(
            "It decides the words of the equivalence clause, what the notice must say, and how "
            "long bids are taken at least. We inform; we do not advise."
        ),
    )
    countries = PlacesField(
        label=_("Countries of use"),
        known=places.countries,
        code_of=places.country_code,
        name=places.country,
        help_text=_("Names or codes with commas between, such as Kenya, EE."),
    )
    languages = languages(
        _("Languages of use"),
        _("Languages that learners work in, with commas between, such as Swahili, fr."),
    )
    zone = chosen(
        _("Time of which place"),
        [],
        _("Days and times below are this place’s. Everybody reads them so, and as UTC."),
    )
    deadline = ClockField(
        label=_("Bids close"),
        required=False,
        help_text=_("Day and time of the place chosen above."),
    )

    def __init__(self, *args: Any, of: Organisation | None = None, **kwargs: Any) -> None:
        """`of`: whose tender it is, where that is known."""
        super().__init__(*args, **kwargs)
        wording: Any = self.fields["wording"]
        wording.choices = wordings()
        self.country = of.country if of else ""
        zone: Any = self.fields["zone"]
        usual = zones.the_only(self.country)
        several = gettext("The buyer’s country has several: choose one")
        ask = several if zones.by_country().get(self.country) else gettext("Choose one")
        zone.choices = [*([] if usual else [("", ask)]), *zones.choices(self.country)]
        self.initial["zone"] = self.initial.get("zone") or usual
        self.was = {name: self.initial.get(name) for name in self.CLOCKS}
        for name, moment in self.was.items():
            if moment:
                self.initial[name] = zones.wall(moment, self.initial["zone"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        buyer = given.get("buyer")
        country = buyer.country if buyer else self.country
        given["zone"] = given.get("zone") or zones.the_only(country)
        for name in self.CLOCKS:
            if shown := given.get(name):
                self.place(given, name, shown)
        return given

    def place(self, given: dict[str, Any], name: str, shown: datetime) -> None:
        """Make a moment of what the clocks of the place show."""
        if not given.get("zone"):  # none, or taken out with its error
            given[name] = None
            if "zone" not in self.errors:
                self.add_error("zone", gettext("Say in which place’s time bids close."))
            return
        try:
            given[name] = moment = zones.moment_of(shown, given["zone"])
        except zones.NoSuchTime as skipped:
            self.add_error(name, str(skipped))
            return
        if name == "deadline" and moment != self.was[name] and moment <= timezone.now():
            self.add_error(name, gettext("Bids cannot close in the past."))


def wordings() -> list[tuple[str, str]]:
    """The laws by name, in the reader's language."""
    return [(pack.key, pack.name[spoken()]) for pack in PACKS.values()]


class TenderForm(AboutForm):
    """All that a draft says of itself."""

    CLOCKS = ("deadline", "questions_until")

    category = chosen(
        _("Main category"), Terms.Category.choices, empty=_("Not said"),
        help_text=_("A licence for a period is a service, a device is goods."),
    )  # fmt: skip
    scheme = chosen(
        _("Classification"), Terms.Scheme.choices, empty=_("None"),
        help_text=_("The list that the code is from."),
    )  # fmt: skip
    code = CodeField(
        label=_("Code"),
        required=False,
        max_length=longest("code"),
        help_text=_("Eight digits, such as 48190000-6 (CPV) or 43232502 (UNSPSC)."),
    )
    code_words = short("code_words", _("Code in words"), _("What the list says of it."))
    method = chosen(
        _("Method"),
        Terms.Method.choices,
        _("Who may bid. Open is the rule; anything else needs a reason."),
    )
    method_reason = prose("method_reason", _("Why it is not open"), _("The public reads it."))
    value = AmountField(
        label=_("Estimated value"),
        help_text=_("Of the whole contract with its extensions, without tax."),
    )
    currency = CurrencyField()
    value_public = forms.BooleanField(
        label=_("Everybody may see the value"),
        required=False,
        help_text=_("Else it stays in your organisation: on no page, in no file and in no data."),
    )
    contract_start = DayField(label=_("Contract begins"), required=False)
    contract_months = number(_("Contract in months"), 600, _("Without extensions."))
    contract_extensions = short(
        "contract_extensions",
        _("Extensions"),
        _("How often and how long it may be extended, and who decides."),
    )
    contact_office = short(
        "contact_office",
        _("Office that answers"),
        _("The name of the office, such as Procurement Unit."),
    )
    contact_email = forms.EmailField(
        label=_("Its e-mail address"),
        required=False,
        max_length=longest("contact_email"),
        help_text=_("An address of the office, such as procurement@…, not a person’s."),
    )
    contact_phone = short("contact_phone", _("Its phone"), _("With the country’s code."))
    bid_how = chosen(_("How to bid"), Terms.How.choices, empty=_("Not said yet"))
    bid_address = short(
        "bid_address",
        _("Where bids go"),
        _("The address on the web, the e-mail address, or the place with room and street."),
    )
    bid_languages = languages(
        _("Languages of bids"), _("With commas between, such as English, Swahili.")
    )
    questions_until = ClockField(
        label=_("Questions until"),
        required=False,
        help_text=_("Until then the office takes questions. Day and time of the same place."),
    )
    valid_days = number(
        _("Bids hold for, in days"), 730, _("How long a bidder is bound, from the closing day.")
    )
    short_reason = prose(
        "short_reason",
        _("Why bids close so soon"),
        _("Only where the time is shorter than the law’s. The public reads it."),
    )

    review_body = short(
        "review_body",
        _("Where to object"),
        _("Name and address, or website, of the body that reviews an award, such as a court."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("currency") and self.country:
            self.initial["currency"] = next(iter(get_territory_currencies(self.country)), "")

    def clean_method(self) -> str:
        return str(self.cleaned_data["method"] or Terms.Method.OPEN)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        self.check_code(given.get("scheme", ""), given.get("code", ""))
        if wrong := about_currency(given.get("value"), given.get("currency", "")):
            self.add_error("currency", wrong)
        if given.get("value") is None and not self.errors.get("value"):
            given["currency"], given["value_public"] = "", False
        self.check_address(given.get("bid_how", ""), given.get("bid_address", ""))
        if not self.errors and (
            words := about_questions(given["questions_until"], given["deadline"])
        ):
            self.add_error("questions_until", words)
        start, zone = given.get("contract_start"), given.get("zone") or ""
        if words := about_start(start, given.get("deadline"), zone):
            self.add_error("contract_start", words)
        return given

    def check_code(self, scheme: str, code: str) -> None:
        if code and not scheme:
            self.add_error("scheme", gettext("Say from which list the code is."))
        elif code and not CODES[Terms.Scheme(scheme)].fullmatch(code):
            self.add_error("code", gettext("This is no code of that list: it has eight digits."))
        elif scheme and not code and "code" not in self.errors:
            self.add_error("code", gettext("Give the code, or take the list away."))

    def check_address(self, how: str, address: str) -> None:
        """What is said of where bids go has the shape of it."""
        if address and not how:
            self.add_error("bid_how", gettext("Say how bids are handed in."))
        checks: dict[str, Any] = {
            Terms.How.ONLINE: URLValidator(["http", "https"]),
            Terms.How.EMAIL: EmailValidator(),
        }
        if how == Terms.How.HERE:
            self.cleaned_data["bid_address"] = ""
        elif how and not address:
            self.add_error("bid_address", gettext("Say where bids go."))
        elif check := checks.get(how):
            try:
                check(address)
            except forms.ValidationError as wrong:
                self.add_error("bid_address", wrong)
