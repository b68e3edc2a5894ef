"""Signing in from elsewhere: through the providers of certcentre/settings/providers.py.

It says who comes, and nothing of what they may do here: roles are given here alone. An address
counts if the provider has confirmed it; where it gives none, the person adds one of their own.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.provider import Provider
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import User
from certcentre.operator_log import tell
from certcentre.plain_text import plain

ANSWER = "sign_on_answer"  # set at a request
LONGEST = 120  # letters of a name
# the parts of a name, the likeliest first, as providers give them
NAMES = (("name",), ("first_name", "last_name"), ("username",))


@dataclass(frozen=True)
class SignInProvider:
    """A provider of sign-ins, as pages offer it."""

    name: str
    key: str  # by which a connection names it
    url: str


def providers() -> list[SignInProvider]:
    """Every provider that the environment names, in its order."""
    kinds: dict[str, dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS
    speak = [
        ("openid_connect", "openid_connect_login", "provider_id"),
        ("saml", "saml_login", "client_id"),
    ]
    return [
        SignInProvider(app["name"], app["provider_id"], reverse(view, args=[app[word]]))
        for kind, view, word in speak
        for app in kinds.get(kind, {}).get("APPS", [])
    ]


class Part(DisconnectForm):
    """Which connection ends. One to a provider that is named no longer is shown and ended too."""

    def unnamed(self) -> list[SocialAccount]:
        named = {each.key for each in providers()}
        return [account for account in self.accounts if account.provider not in named]

    def save(self) -> None:
        account = self.cleaned_data["account"]
        if account not in self.unnamed():
            super().save()
            return
        account.delete()
        words = "socialaccount/messages/account_disconnected.txt"
        get_adapter().add_message(self.request, messages.INFO, words)
        mail = "socialaccount/email/account_disconnected"
        get_adapter().send_notification_mail(mail, self.request.user, {"account": account})


class SignOn(DefaultSocialAccountAdapter):
    """What allauth asks of us about a sign-in from elsewhere."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Choose a password first, or nothing would let you in."),
        "no_verified_email": _("Confirm an address first, or nothing would let you in."),
    }

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """The kind alone: the words of an answer that does not hold are anybody's."""
        tell("sign-in refused", why=type(exception).__name__ if exception else str(error))

    def validate_disconnect(
        self, account: SocialAccount, accounts: QuerySet[SocialAccount]
    ) -> None:
        """A provider that is named no longer lets nobody in."""
        others = {each.provider for each in accounts if each != account}
        left = others & {each.key for each in providers()}
        if not left and not account.user.has_usable_password():
            raise self.validation_error("no_password")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Called once all that the provider says was read, and holds."""
        setattr(request, ANSWER, True)

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """The name, and an address that the provider has confirmed; nothing else is taken."""
        confirmed = [each for each in sociallogin.email_addresses if each.verified is True]
        sociallogin.email_addresses = confirmed
        user: User = sociallogin.user
        user.email = confirmed[0].email.lower() if confirmed else withheld()
        given = [" ".join(str(data.get(part) or "") for part in parts).strip() for parts in NAMES]
        user.name = plain(next(filter(None, given), ""))[:LONGEST].strip()
        user.language = get_language() or "en"
        return user

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None
    ) -> User:
        user: User = super().save_user(request, sociallogin, form)
        EmailAddress.objects.filter(user=user, email__endswith=User.WITHHELD).delete()
        return user


def has_answer(request: HttpRequest) -> bool:
    """Whether the provider has said who comes: what fails from then on is our doing."""
    return getattr(request, ANSWER, False)


def withheld() -> str:
    """Stands in for an address that the provider keeps to itself: it reaches nobody."""
    return f"{uuid.uuid4()}{User.WITHHELD}"
