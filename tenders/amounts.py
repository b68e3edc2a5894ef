"""Amounts of money as tenders, bids and awards hold them and as forms ask for them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import places

DIGITS, PLACES = 16, 2  # of an amount, and of these behind the point
CODE = 3  # letters of a currency (ISO 4217)
GAP = "[ \u00a0\u2009\u202f'’]"
WRITTEN = tuple(  # 1234.5 or 1 234,5; 1,234.50; 1.234,50; 1,234,567: never two readings of one text
    re.compile(each, re.ASCII)
    for each in (
        rf"(\d+|\d{{1,3}}(?:{GAP}\d{{3}})+)(?:[.,](\d{{1,2}}))?",
        r"(\d{1,3}(?:,\d{3})+)\.(\d{1,2})",
        r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})",
        r"(\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,})()",
    )
)
TWO_WAYS = re.compile(r"(\d{1,3})[.,](\d{3})", re.ASCII)  # thousands here, a fraction there


def written_in(text: str) -> re.Match[str] | None:
    return next(filter(None, (each.fullmatch(text.strip()) for each in WRITTEN)), None)


def amount_written(text: str) -> Decimal | None:
    """The amount that somebody wrote in a cell, in any usual dress; None where it is none, or may
    be two."""
    match = written_in(text)
    if not match:
        return None
    whole = re.sub(r"\D", "", match[1])
    return Decimal(f"{whole}.{match[2] or 0}") if len(whole) <= DIGITS - PLACES else None


def no_amount(text: str) -> str:
    """Why nothing is read in what somebody wrote as an amount."""
    known: dict[str, Any] = {"written": text[:60]}
    if match := TWO_WAYS.fullmatch(text.strip()):
        known |= {"large": f"{match[1]}{match[2]}", "small": f"{match[1]}.{match[2]}"}
        words = gettext(
            "“%(written)s” may be %(large)s or %(small)s; write it without a sign between "
            "thousands, as 1234.50"
        )
        return words % known
    if written_in(text):
        words = gettext(
            "“%(written)s” is too large; write at most %(most)d digits before the cents"
        )
        return words % (known | {"most": DIGITS - PLACES})
    return gettext("“%(written)s” is no amount; write it as 1234.50") % known


def about_currency(amount: Decimal | None, currency: str) -> str:
    """What is wrong with an amount and its currency, in words; empty where nothing is."""
    if amount is not None and not currency:
        return gettext("Say in which currency the value is.")
    return ""


class AmountField(forms.DecimalField):
    """An amount that may be left empty, is never below 0, and is read as it is written: a box for
    numbers drops a comma and takes 12,50 for 1250."""

    def __init__(self, **more: Any) -> None:
        widget = forms.TextInput(attrs={"class": "input--short", "inputmode": "decimal"})
        super().__init__(required=False, widget=widget, **more)

    def to_python(self, value: Any) -> Any:
        written = str(value or "").strip()
        if not written:
            return None
        amount = amount_written(written)
        if amount is None:
            raise forms.ValidationError(no_amount(written))
        return super().to_python(amount)


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
        if code and not places.is_currency(code):
            raise forms.ValidationError(gettext("Use the code of three letters, such as EUR."))
        return code
