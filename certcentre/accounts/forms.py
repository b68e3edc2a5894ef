"""Forms of people and organisations: shape only, the verbs hold the rules."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User


class SignupForm(forms.Form):
    """What sign-up asks beside address and password."""

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = get_language() or "en"
        user.save(update_fields=["name", "language"])

    def clean_name(self) -> Any:
        return self.cleaned_data["name"].strip()
