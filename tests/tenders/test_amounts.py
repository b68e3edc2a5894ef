"""Amounts as people write them in a form."""

from decimal import Decimal

import pytest
from django import forms

from tenders.amounts import AmountField


class Form(forms.Form):
    price = AmountField()


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12,50", "12.50"),
        ("1,250,000", "1250000"),
        ("1.250.000,50", "1250000.50"),
        ("1 250 000,5", "1250000.50"),
        ("0", "0"),
        ("", None),
    ],
)
def test_an_amount_is_read_as_it_is_written(written, amount):
    form = Form({"price": written})
    assert form.is_valid()
    assert form.cleaned_data["price"] == (Decimal(amount) if amount else None)


@pytest.mark.parametrize("written", ["150,000", "1.234", "-5", "1e5", "NaN", "12,5 KES", "\x00"])
def test_what_may_be_two_amounts_or_is_none_is_refused_and_kept(written):
    form = Form({"price": written})
    [problem] = form.errors["price"]
    assert f"“{written}”" in problem or written == "\x00"
    assert written.strip("\x00") in str(form["price"])


def test_of_an_amount_that_is_too_large_this_is_said():
    [problem] = Form({"price": "1,234,567,890,123,456"}).errors["price"]
    assert problem == (
        "“1,234,567,890,123,456” is too large; write at most 14 digits before the cents"
    )


def test_no_browser_changes_what_is_typed():
    """A box for numbers drops the comma of 12,50."""
    assert 'type="text"' in str(Form()["price"])
    assert 'inputmode="decimal"' in str(Form()["price"])
