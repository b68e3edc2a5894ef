"""Forms of tenders: shape only, the verbs hold the rules."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tenders.export import FORMATS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
