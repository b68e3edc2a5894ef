"""Naming a criterion by words: those that fit are offered, and one is picked."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.filters import said_in

MOST = 20


def known() -> Any:
    """Criteria of editions that are not withdrawn, with their editions."""
    rows = Criterion.objects.select_related("edition")
    return rows.exclude(edition__status=Edition.Status.WITHDRAWN).order_by("key")


def pick(form: forms.Form, name: str, words: str, ends: tuple[str, ...]) -> str:
    """The key that the words are, or that was picked among those that fit; else say what to do.

    Offers the criteria that fit as a field of the form, right behind the one with the words; not
    what another of the `ends` names.
    """
    if not words or form.fields[name].disabled or Criterion.objects.filter(key=words).exists():
        return words
    others = [value for other, value in form.cleaned_data.items() if other in ends]
    rows = known().filter(said_in(words, "key", "title", "statement")).exclude(key__in=others)
    fits = list(rows[: MOST + 1])
    if not fits:
        form.add_error(name, gettext("No criterion is called so or has these words."))
        return words
    offer = f"{name}_pick"
    keys = [one.key for one in fits[:MOST]]
    names = list(form.fields)
    form.fields[offer] = forms.ChoiceField(
        label=gettext("Criteria with these words"),
        choices=[(one.key, f"{one.key}: {one.text('title')}") for one in fits[:MOST]],
        widget=forms.RadioSelect,
        required=False,
    )
    place = names.index(name) + 1
    form.order_fields([*names[:place], offer, *names[place:]])
    picked = str(form.data.get(offer, ""))
    if picked in keys:
        return picked
    more = gettext("Choose one below, or write other words.")
    if len(fits) > MOST:
        more = gettext("More than %(n)s have these words. Choose one below, or write more words.")
        more %= {"n": MOST}
    form.add_error(name, more)
    return words
