"""Amounts of money as tenders, bids and awards hold them and as forms ask for them."""

from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DIGITS, PLACES = 16, 2  # of an amount, and of these behind the point
CODE = 3  # letters of a currency (ISO 4217)


def about_currency(amount: Decimal | None, currency: str) -> str:
    """What is wrong with an amount and its currency, in words; empty where nothing is."""
    if amount is not None and not currency:
        return gettext("Say in which currency the value is.")
    return ""


class AmountField(forms.DecimalField):
    """An amount that may be left empty, and is never below 0."""

    def __init__(self, **more: Any) -> None:
        widget = forms.NumberInput(attrs={"class": "input--short"})
        size: dict[str, Any] = {"max_digits": DIGITS, "decimal_places": PLACES, "min_value": 0}
        super().__init__(required=False, widget=widget, **size, **more)


class CurrencyField(forms.CharField):
    """The code of a currency, or nothing; cleans to capitals."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label=_("Currency"),
            help_text=_("Its code of three letters, such as KES or EUR."),
            required=False,
            max_length=CODE,
            widget=forms.TextInput(attrs={"class": "input--short"}),
            **more,
        )

    def clean(self, value: object) -> str:
        code = str(super().clean(value)).upper()
        if code and code not in Locale("en").currencies:
            raise forms.ValidationError(gettext("Use the code of three letters, such as EUR."))
        return code
