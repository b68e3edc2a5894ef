"""Forms of the centre's steps in the catalogue: shape only, the verbs hold the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from standards.catalogue.editions import Standard
from standards.catalogue.fields import text

DAY = {"type": "date", "class": "input--short"}
IN_THE_LOG = _("It stands in the public log.")


def day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )


def why() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=2000,
        help_text=IN_THE_LOG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhyForm(forms.Form):
    """Why a step is taken."""

    reason = why()


class FamilyForm(forms.Form):
    """What a standard is called."""

    name = text(_("Name"), Standard, "name")
    issuing_body = text(_("Issuing body"), Standard, "issuing_body")
    reason = why()


class PublishForm(forms.Form):
    """That a second person read what is published."""

    signed = forms.BooleanField(
        label=_("I read it, I did not write it, and I stand behind it for the centre.")
    )


class DaysForm(forms.Form):
    """When an edition begins to count, and until when what is around it is taken."""

    DAYS = ("effective_from", "grace_until", "deprecated_from")

    effective_from = day(
        _("Counts from"), _("Until then it is announced. Empty: from its publication on.")
    )
    grace_until = day(
        _("Grace until"), _("Last day on which something new may begin with the earlier edition.")
    )
    deprecated_from = day(
        _("Deprecated from"),
        _("From this day nothing new begins with it. A successor sets this day by itself."),
    )
    reason = why()

    def __init__(self, *args: Any, follows: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not follows:
            del self.fields["grace_until"]
