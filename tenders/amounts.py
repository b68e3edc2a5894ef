"""Amounts of money as tenders, bids and awards hold them and as forms ask for them."""

import re
from decimal import Decimal
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DIGITS, PLACES = 16, 2  # of an amount, and of these behind the point
CODE = 3  # letters of a currency (ISO 4217)
GAP = "[ \u00a0\u2009\u202f'’]"
WRITTEN = re.compile(  # 1234.5, 1,234.50, 1 234,50, 1.234,50: never two readings of one text
    rf"(?P<whole>\d+|\d{{1,3}}(?:(?:{GAP}|,)\d{{3}})+)(?:\.(?P<cents>\d{{1,2}}))?"
    rf"|(?P<whole_too>\d+|\d{{1,3}}(?:(?:{GAP}|\.)\d{{3}})+),(?P<cents_too>\d{{1,2}})",
    re.ASCII,
)


def amount_written(text: str) -> Decimal | None:
    """The amount that somebody wrote in a cell, in any usual dress; None where it is none."""
    match = WRITTEN.fullmatch(text.strip())
    if not match:
        return None
    whole = re.sub(r"\D", "", match["whole"] or match["whole_too"])
    cents = match["cents"] or match["cents_too"] or "0"
    return Decimal(f"{whole}.{cents}") if len(whole) <= DIGITS - PLACES else None


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
