"""Forms of the provider's pages: shape only, the verbs hold the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import WebsiteField
from standards.assessment.solutions import Release, Solution


class SolutionForm(forms.ModelForm):
    """What a solution is called and what it does."""

    website = WebsiteField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": _("Give a web address that begins with https://.")},
        help_text=_("Where schools read about it."),
    )

    class Meta:
        model = Solution
        fields = ("name", "summary", "website")
        help_texts = {
            "name": _("As schools know it, without a version."),
            "summary": _(
                "Who uses it for what, in two or three sentences. Buyers read this first."
            ),
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "summary"):
            self.fields[name].widget.attrs["dir"] = "auto"


class NewSolutionForm(SolutionForm):
    """A solution with its first release."""

    release_label = forms.CharField(
        label=_("Release line"),
        max_length=40,
        help_text=_("Such as 4.x or 2026. Answers are about one line; small updates belong to it."),
    )


class EditSolutionForm(SolutionForm):
    """A change of words; carries a print of how they stood when the page was opened."""

    seen = forms.CharField(max_length=8, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.wording


class ReleaseForm(forms.ModelForm):
    """A further line of a solution."""

    class Meta:
        model = Release
        fields = ("label",)
        help_texts = {
            "label": _("Such as 5.x or 2027. It starts with the facts of the newest release.")
        }


class ChangeForm(forms.Form):
    """What changed in the product without touching an answer."""

    reason = forms.CharField(
        label=_("What changed?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_(
            "Such as: 4.3 mends two faults in the printed report. Everybody can read it, and it "
            "stands in the log."
        ),
    )


class WhyForm(forms.Form):
    """Why a step is taken that everybody can read about."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Everybody can read it, and it stands in the log."),
    )


class NothingForm(forms.Form):
    """A step that asks nothing but to be pressed."""
