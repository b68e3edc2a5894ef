"""Signing in from elsewhere: through the providers of certcentre/settings/providers.py, and those
that organisations set for their own people (identity_providers.py).

It says who comes, and nothing of what they may do here: roles are given here alone. An address
counts if the provider has confirmed it; where it gives none, the person adds one of their own.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.forms import DisconnectForm
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.base.provider import Provider
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from requests import ConnectionError as RequestsConnectionError
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from certcentre.accounts.identity_providers import KEY, IdentityProvider
from certcentre.accounts.people import Reader, User
from certcentre.operator_log import tell
from certcentre.outside import Unreachable, ask, is_here, is_public, target
from certcentre.plain_text import plain

SIGN_ON_KEY = "sign_on_key"  # set at a request: which provider is asked
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


def own_providers(user: Reader) -> list[SignInProvider]:
    """Those of the person's own organisations that may let them in."""
    if not isinstance(user, User):
        return []
    now = timezone.now()
    return [
        offered(provider)
        for provider in IdentityProvider.objects.of_people(user)
        if provider.opens(user, at=now)
    ]


def offered(provider: IdentityProvider) -> SignInProvider:
    """An organisation's, as pages offer it."""
    url = reverse("openid_connect_login", args=[provider.key])
    return SignInProvider(provider.organisation.name, provider.key, url)


class Part(DisconnectForm):
    """Which connection ends. One to a provider that is named no longer is shown and ended too."""

    @cached_property
    def own(self) -> list[SignInProvider]:
        return own_providers(self.request.user)

    @cached_property
    def unnamed(self) -> list[SocialAccount]:
        named = {each.key for each in (*providers(), *self.own)}
        return [account for account in self.accounts if account.provider not in named]

    def save(self) -> None:
        account = self.cleaned_data["account"]
        if account not in self.unnamed:
            super().save()
            return
        account.delete()
        words = "socialaccount/messages/account_disconnected.txt"
        get_adapter().add_message(self.request, messages.INFO, words)
        mail = "socialaccount/email/account_disconnected"
        get_adapter().send_notification_mail(mail, self.request.user, {"account": account})


class NoProvider(SocialApp.DoesNotExist, ValueError):
    """No such provider is named, or no longer: also while a second step was asked for, which
    then is forgotten as one that nobody can read."""


class Guarded(BaseAdapter):
    """Carries the requests of a session as `ask` does; with `here` to this machine too."""

    def __init__(self, *, here: bool) -> None:
        super().__init__()
        self.here = here

    def send(self, request: PreparedRequest, *_given: object, **_named: object) -> Response:
        def allowed(address: str) -> bool:
            return is_public(address) or (self.here and is_here(address))

        sent: Any = request.body  # text or bytes: the forms of a sign-in
        try:
            answer = ask(
                target(str(request.url), here=self.here),
                method=str(request.method),
                headers={str(name): str(value) for name, value in request.headers.items()},
                body=sent.encode() if isinstance(sent, str) else sent,
                allowed=allowed,
            )
        except Unreachable as error:
            raise RequestsConnectionError(str(error), request=request) from error
        response = Response()
        response.status_code, response.url = answer.status, str(request.url)
        response.headers = CaseInsensitiveDict(answer.headers)
        response.raw, response.request = BytesIO(answer.body), request
        return response

    def close(self) -> None:
        """Nothing stays open."""


def guarded_session(*, here: bool = False) -> Session:
    """A session that reaches public places alone; what fails is a `requests.ConnectionError`."""
    made = Session()
    made.trust_env = False
    for start in ("https://", "http://"):
        made.mount(start, Guarded(here=here))
    return made


class SignOn(DefaultSocialAccountAdapter):
    """What allauth asks of us about a sign-in from elsewhere."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Choose a password first, or nothing would let you in."),
        "no_verified_email": _("Confirm an address first, or nothing would let you in."),
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Those of the environment; one of an organisation where it is asked for by its key."""
        if provider and provider.startswith(KEY):
            own = IdentityProvider.objects.keyed(provider)
            return [own.app()] if own else []
        apps: list[SocialApp] = super().list_apps(request, provider, client_id)
        return apps

    def get_app(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SocialApp:
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise NoProvider from error

    def get_requests_session(self) -> Session:
        """One of an organisation is reached as any address that somebody else chose."""
        if str(getattr(self.request, SIGN_ON_KEY, "")).startswith(KEY):
            return guarded_session(here=settings.OWN_PROVIDERS_HERE)
        session: Session = super().get_requests_session()
        return session

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
        left = others & {each.key for each in (*providers(), *own_providers(account.user))}
        if not left and not account.user.has_usable_password():
            raise self.validation_error("no_password")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Called once all that the provider says was read, and holds."""
        setattr(request, ANSWER, True)
        key = sociallogin.account.provider
        if not key.startswith(KEY):
            return
        own = IdentityProvider.objects.keyed(key)
        refusal = why_not(request, sociallogin, own) if own else GONE
        if refusal:
            tell("sign-in refused", why=refusal, provider=key)
            context = {"refusal": refusal, "organisation": own and own.organisation}
            page = render(request, "socialaccount/not_admitted.html", context, status=403)
            raise ImmediateHttpResponse(page)

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """The name, and an address that the provider has confirmed; nothing else is taken."""
        key = sociallogin.account.provider
        own = IdentityProvider.objects.keyed(key) if key.startswith(KEY) else None
        confirmed = [
            each
            for each in sociallogin.email_addresses
            if each.verified is True and (own is None or own.speaks_for(each.email))
        ]
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


GONE, NO_MEMBER, NOT_ACCEPTED, NO_ADDRESS, UNCONFIRMED, NOT_INVITED = (
    *("gone", "no member", "not accepted", "no address of its domains", "address not confirmed"),
    "not invited",
)


def why_not(request: HttpRequest, sociallogin: SocialLogin, own: IdentityProvider) -> str:
    """Why an organisation's provider does not let this person in; empty where it does (rule R86).

    Whoever is connected must still be of its people. Whoever is not is connected by a confirmed
    address of its domains, or else needs a letter to that address for a new account. No letter
    opens an account that was there before it: its owner accepts it first."""
    now = timezone.now()
    if sociallogin.state.get("process") == AuthProcess.CONNECT:
        user = request.user
        return not_opened(own, user, user.email, at=now) if isinstance(user, User) else NO_MEMBER
    if sociallogin.is_existing:
        user = sociallogin.user
        return not_opened(own, user, user.email, at=now)
    if not sociallogin.email_addresses:
        return NO_ADDRESS
    address = sociallogin.email_addresses[0].email
    if owner := owner_of(address):
        refusal = not_opened(own, owner, address, at=now)
        if not refusal:
            sociallogin.connect(request, owner)
        return refusal
    here = EmailAddress.objects.filter(email__iexact=address).exists()
    if here or User.objects.filter(email__iexact=address).exists():
        return UNCONFIRMED
    return "" if own.letters_to(address, at=now).exists() else NOT_INVITED


def owner_of(address: str) -> User | None:
    """Whose confirmed address it is, in use or beside it."""
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True)
    return User.objects.filter(pk__in=confirmed.values("user")).first()


def not_opened(own: IdentityProvider, person: User, address: str, *, at: datetime) -> str:
    """Why the provider opens no account of this person, who comes by this address; empty where it
    does."""
    if own.opens(person, at=at):
        return ""
    belongs = person.memberships.filter(until=None).exists()
    invited = own.letters_to(address, at=at).exists()
    return NOT_ACCEPTED if invited and not belongs else NO_MEMBER


def has_answer(request: HttpRequest) -> bool:
    """Whether the provider has said who comes: what fails from then on is our doing."""
    return getattr(request, ANSWER, False)


def withheld() -> str:
    """Stands in for an address that the provider keeps to itself: it reaches nobody."""
    return f"{uuid.uuid4()}{User.WITHHELD}"
