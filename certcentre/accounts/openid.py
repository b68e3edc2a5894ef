"""What a provider of OpenID Connect says is checked here, each part of it (rule R59).

allauth trusts the token of who somebody is by where it came from, and sends no nonce. Ours is read
with the provider's published keys, was made for this portal and this very sign-in, and agrees with
what the provider says of the person where it is asked with that token. What it gives is told apart
from what we do with it: only the former is said to be its fault.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.socialaccount import app_settings
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
    OAuth2View,
)
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import EmailField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from requests import ConnectionError as RequestsConnectionError
from requests import HTTPError, RequestException, Session

from certcentre.accounts.identity_providers import KEY
from certcentre.accounts.issuers import require_safe
from certcentre.accounts.sign_on import SIGN_ON_KEY, guarded_session
from certcentre.lifecycle import NotReady
from certcentre.limits import limited
from certcentre.plain_text import plain

# signatures that only the provider can make: none with a secret that we share, none at all
SIGNED = [f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)] + ["EdDSA"]
SAID = ["iss", "aud", "sub", "exp", "iat", "nonce"]
CLOCK = 60  # seconds that two clocks may be apart
WELL_KNOWN = "/.well-known/"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LONGEST_PLACE = 2000  # letters of an address that a browser is led to
LONGEST = {"sub": app_settings.UID_MAX_LENGTH, "email": EmailField().max_length}
TEXTS = (*LONGEST, "name", "given_name", "family_name", "preferred_username")
KEPT = (*TEXTS, "email_verified")  # of all that it says; the rest is checked and forgotten
# what reading something comes to that has another form than it should
NONSENSE = (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError)


def nonce(state: str) -> str:
    """What the provider puts into the token of the sign-in that began with this state."""
    return salted_hmac(__name__, state, algorithm="sha256").hexdigest()


@contextmanager
def reading() -> Iterator[None]:
    """Around the reading of what the provider gave, and nothing else."""
    try:
        yield
    except NONSENSE as error:
        raise OAuth2Error("The provider speaks nonsense.") from error


def require_whole(told: object) -> str:
    """What it gave, as JSON; ValueError where a letter is half a one, which nothing sent takes."""
    text = json.dumps(told, ensure_ascii=False)
    text.encode()
    return text


def require_plain(told: dict[str, Any]) -> None:
    """What can be kept: texts where texts belong, and no letter that a database does not take."""
    with reading():
        letters = require_whole(told)
    texts = all(isinstance(told.get(name, ""), str | None) for name in TEXTS)
    if not texts or "\\u0000" in letters:
        raise OAuth2Error("The provider says something else than texts.")
    for name, most in LONGEST.items():
        text = told.get(name) or ""
        if len(text) > most or plain(text) != text:
            raise OAuth2Error("The provider says what no record takes.")
    if not told.get("sub"):
        raise OAuth2Error("The provider names nobody.")


def read(session: Session, place: str, **headers: str) -> dict[str, Any]:
    """The object that is given at this address."""
    with session:
        answer = session.get(place, headers=headers)
        answer.raise_for_status()
        words = gettext("It gives something else than what it should.")
        try:
            told = answer.json()
            require_whole(told)
        except NONSENSE as error:
            raise OAuth2Error(words) from error
    if not isinstance(told, dict):
        raise OAuth2Error(words)
    return told


def published(read: Callable[[str], dict[str, Any]], place: str) -> dict[str, Any]:
    """What the provider at this address publishes of itself."""
    config = read(place)
    named = place.partition(WELL_KNOWN)[0]
    if str(config.get("issuer")).rstrip("/") != named.rstrip("/"):
        raise OAuth2Error(gettext("It calls itself by another address."))
    if not all(isinstance(config.get(part), str) for part in NEEDED):
        raise OAuth2Error(gettext("It does not say where it is asked."))
    return config


def require_shown(place: str) -> None:
    """OAuth2Error unless it is an address that a page of ours may lead to."""
    if len(place) > LONGEST_PLACE:
        raise OAuth2Error(gettext("It gives something else than what it should."))
    try:
        require_safe(place)
    except NotReady as error:
        raise OAuth2Error(str(error)) from error


def number_of_keys(issuer: str) -> int:
    """How many keys the provider of an organisation publishes: the test of its connection.
    OAuth2Error, in words, unless it answers as it must."""

    def ask(place: str) -> dict[str, Any]:
        return read(guarded_session(here=settings.OWN_PROVIDERS_HERE), place)

    try:
        config = published(ask, f"{issuer}{WELL_KNOWN}openid-configuration")
        require_shown(config["authorization_endpoint"])
        keys = ask(config["jwks_uri"]).get("keys")
    except HTTPError as error:
        raise OAuth2Error(gettext("It has no such document.")) from error
    except RequestsConnectionError as error:
        raise OAuth2Error(str(error)) from error
    except (RequestException, *NONSENSE) as error:
        words = gettext("It gives something else than what it should.")
        raise OAuth2Error(words) from error
    if not isinstance(keys, list) or not keys:
        raise OAuth2Error(gettext("It publishes no key."))
    return len(keys)


class Client(OAuth2Client):
    """Sends the nonce along."""

    def get_redirect_url(
        self, authorization_url: str, scope: list[str], extra_params: dict[str, str]
    ) -> str:
        with_nonce = extra_params | {"nonce": nonce(str(self.state))}
        url: str = super().get_redirect_url(authorization_url, scope, with_nonce)
        return url


class Tokens(OpenIDConnectOAuth2Adapter):
    """Reads what the provider gives for the code that the person brought."""

    client_class = Client

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider publishes of itself; asked once for each request."""
        if not hasattr(self, "_openid_config"):
            config = self._openid_config = published(self.read, self.get_provider().server_url)
            if self.provider_id.startswith(KEY):
                require_shown(config["authorization_endpoint"])
        return self._openid_config

    def read(self, place: str, **headers: str) -> dict[str, Any]:
        """The object that the provider gives at this address."""
        return read(get_adapter().get_requests_session(), place, **headers)

    def get_access_token_data(self, *given: Any, **named: Any) -> dict[str, Any]:
        with reading():
            token: dict[str, Any] = super().get_access_token_data(*given, **named)
            require_whole(token)
        return token

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        with reading():
            return super().parse_token(data)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        claims = self.claims(app, kwargs["response"].get("id_token"))
        expected = nonce(request.GET.get("state", ""))
        if not constant_time_compare(str(claims["nonce"]), expected):
            raise OAuth2Error("The token is of another sign-in.")
        data = {"id_token": claims}
        if place := self.openid_config.get("userinfo_endpoint"):
            data["userinfo"] = self.read(place, Authorization=f"Bearer {token.token}")
            if data["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("The provider names two people.")
        for told in data.values():
            require_plain(told)
        kept = {
            part: {name: told[name] for name in KEPT if name in told} for part, told in data.items()
        }
        return self.get_provider().sociallogin_from_response(request, kept)

    def claims(self, app: SocialApp, id_token: str | None) -> dict[str, Any]:
        """What a token says whose signature, issuer, audience and time are right."""
        published = self.read(self.openid_config["jwks_uri"])
        try:
            with reading():
                claims: dict[str, Any] = jwt.decode(
                    id_token or "",
                    key=key_of(id_token or "", published),
                    algorithms=SIGNED,
                    audience=app.client_id,
                    issuer=self.openid_config["issuer"],
                    leeway=CLOCK,
                    options={"require": SAID},
                )
                require_whole(claims)
        except jwt.PyJWTError as error:
            raise OAuth2Error("The token of who it is does not hold.") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The token was made for another.")
        return claims


def key_of(id_token: str, published: dict[str, Any]) -> Any:
    """The published key that the token names; the only one, where it names none."""
    kid = jwt.get_unverified_header(id_token).get("kid")
    keys = jwt.PyJWKSet.from_dict(published).keys
    fitting = [key for key in keys if kid in (None, key.key_id)]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError("No such key is published.")
    return fitting[0].key


class Provider(OpenIDConnectProvider):
    """The provider as the environment names it, or an organisation."""

    oauth2_adapter_class = Tokens

    def serialize(self) -> dict[str, Any]:
        """While a second step is asked for: by its key, as two may have one client id."""
        return super().serialize() | {"id": self.app.provider_id}


def opened(view: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponse:
    """The view; where the provider is away or speaks nonsense, the page that says so.

    What fails in our settings or in what we do is a mistake of ours, as everywhere."""
    setattr(request, SIGN_ON_KEY, provider_id)
    tokens = Tokens(request, provider_id)
    try:
        provider = tokens.get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    try:
        response: HttpResponse = view.adapter_view(tokens)(request)
    except (OAuth2Error, RequestException) as error:
        response = render_authentication_error(request, provider, exception=error)
    return response


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The way to the provider. To one of an organisation a page leads on, without a script: the
    forms of ours may be answered from the addresses of the environment alone."""
    response = opened(OAuth2LoginView, request, provider_id)
    if provider_id.startswith(KEY) and isinstance(response, HttpResponseRedirect):
        context = {"url": response.url, "host": urlsplit(response.url).hostname}
        response = render(request, "socialaccount/onward.html", context)
        add_never_cache_headers(response)
    return response


@require_http_methods(["GET", "POST"])
@login_not_required
@limited("sign_in")
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    return begin(request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return opened(OAuth2CallbackView, request, provider_id)
