"""Signing in through somebody else's door: one provider that speaks OpenID Connect.

It says who comes, and nothing of what they may do here: roles are given here alone. An address
counts if the provider has confirmed it; where it gives none, the person adds one of their own.
"""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import User

LONGEST = 120  # letters of a name


class SignOn(DefaultSocialAccountAdapter):
    """What allauth asks of us about a sign-in from elsewhere."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Choose a password first, or nothing would let you in."),
        "no_verified_email": _("Confirm an address first, or nothing would let you in."),
    }

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """The name, and an address that the provider has confirmed; nothing else is taken."""
        confirmed = [each for each in sociallogin.email_addresses if each.verified is True]
        sociallogin.email_addresses = confirmed
        user: User = sociallogin.user
        user.email = confirmed[0].email.lower() if confirmed else withheld()
        user.name = str(data.get("name") or data.get("username") or "")[:LONGEST]
        user.language = get_language() or "en"
        return user

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None
    ) -> User:
        user: User = super().save_user(request, sociallogin, form)
        EmailAddress.objects.filter(user=user, email__endswith=User.WITHHELD).delete()
        return user


def withheld() -> str:
    """Stands in for an address that the provider keeps to itself: it reaches nobody."""
    return f"{uuid.uuid4()}{User.WITHHELD}"
