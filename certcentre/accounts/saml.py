"""What a provider of SAML says is checked here (rule R60).

allauth and python3-saml look at signatures, issuer, audience, times and addresses where an answer
names them. Ours must name them, must answer what this browser asked, and opens once. What the
provider gives is told apart from what we do with it: only the former is said to be its fault.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount import app_settings
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.saml import views as stock
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import fetch_metadata_url_config, get_app_or_404
from defusedxml import ElementTree
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from lxml.etree import LxmlError
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from xmlsec import Error as SignatureError

from certcentre.accounts.sign_on import has_answer

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PASSING = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
LONGEST = 256 * 1024  # letters of an answer
CLOCK = timedelta(minutes=5)  # that python3-saml lets two clocks be apart
# what an answer comes to that does not hold, cannot be read, or was not asked for
FAULTS = (
    *(OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, SignatureError, LxmlError),
    *(ValueError, PermissionDenied),
)


def require(holds: bool, words: str) -> None:
    if not holds:
        raise OneLogin_Saml2_ValidationError(words)


def confirmations(auth: OneLogin_Saml2_Auth) -> Iterator[bool]:
    """Of each confirmation whether it is for here, still in time, and to the request answered."""
    answer = ElementTree.fromstring(auth.get_last_response_xml())
    here = auth.get_settings().get_sp_data()["assertionConsumerService"]["url"]
    now = OneLogin_Saml2_Utils.now()
    for given in answer.iter(f"{ASSERTION}SubjectConfirmationData"):
        until = given.get("NotOnOrAfter")
        yield (
            given.get("Recipient") == here
            and given.get("InResponseTo") == answer.get("InResponseTo")
            and bool(until)
            and OneLogin_Saml2_Utils.parse_SAML_to_time(until) > now
        )


def require_once(auth: OneLogin_Saml2_Auth) -> None:
    """Each assertion opens once: its number is kept until its time is over."""
    named = f"{auth.get_settings().get_idp_data()['entityId']} {auth.get_last_assertion_id()}"
    until = auth.get_last_assertion_not_on_or_after() or 0
    kept = until - timezone.now().timestamp() + CLOCK.total_seconds()
    first = cache.add(f"saml:{sha256(named.encode()).hexdigest()}", True, timeout=int(kept))
    require(first, "This answer was used before.")


class Provider(SAMLProvider):
    """The provider as the environment names it."""

    def sociallogin_from_response(
        self, request: HttpRequest, response: OneLogin_Saml2_Auth
    ) -> SocialLogin:
        answer = ElementTree.fromstring(response.get_last_response_xml())
        audiences = list(answer.iter(f"{ASSERTION}Audience"))
        require(bool(audiences), "It does not say for whom it is.")
        require(any(confirmations(response)), "It is not the answer to what was asked here.")
        require_once(response)
        return super().sociallogin_from_response(request, response)

    def extract_uid(self, data: OneLogin_Saml2_Auth) -> str:
        """What names the person; a name that changes each time would make a new account of each."""
        lasting = self._extract(data).get("uid") or data.get_nameid_format() != PASSING
        require(bool(lasting), "The provider gives another name each time.")
        uid = str(super().extract_uid(data) or "")
        require(0 < len(uid) <= app_settings.UID_MAX_LENGTH, "The provider names nobody.")
        return uid


def require_metadata(provider: SAMLProvider) -> None:
    """Of a provider at an address: that it is there and says what it must. A file is ours."""
    place = provider.app.settings["idp"]
    if urlsplit(place["metadata_url"]).scheme == "file":
        return
    try:
        fetch_metadata_url_config(place)
    except Exception as error:
        # python3-saml raises a bare Exception where metadata are none
        if not isinstance(error, (*FAULTS, OSError)) and type(error) is not Exception:
            raise
        raise OneLogin_Saml2_ValidationError("The metadata cannot be read.") from error


def is_ours(error: Exception, request: HttpRequest) -> bool:
    """Whether it failed in our settings, or in what we do once the answer was read and held."""
    code = getattr(error, "code", None)
    settings = code == OneLogin_Saml2_Error.SETTINGS_INVALID and "idp_" not in str(error)
    return settings or has_answer(request)


def careful(
    view: Callable[..., HttpResponse], *faults: type[Exception], asks: bool = True
) -> Callable[..., HttpResponse]:
    """The view; where the provider is away or its answer does not hold, the page that says so.

    `faults` are what an answer comes to, where the view reads one; one that `asks` needs what the
    provider publishes."""

    def looked_after(request: HttpRequest, organization_slug: str) -> HttpResponse:
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        request.META["HTTP_HOST"] = request.get_host()  # old clients send none
        try:
            require(len(request.POST.get("SAMLResponse", "")) <= LONGEST, "It is too long.")
            if asks:
                require_metadata(provider)
            return view(request, organization_slug=organization_slug)
        except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, *faults) as error:
            if is_ours(error, request):
                raise
            response: HttpResponse = render_authentication_error(request, provider, exception=error)
            return response

    return login_not_required(looked_after)


class SignOut(stock.SLSView):
    """The provider ends the session here too, where it signed that it wants so."""

    def get_provider(self, organization_slug: str) -> SAMLProvider:
        provider = super().get_provider(organization_slug)
        known: dict[str, Any] = provider.app.settings
        advanced = known.get("advanced", {}) | {"want_message_signed": True}
        provider.app.settings = known | {"advanced": advanced}
        return provider

    def dispatch(self, request: HttpRequest, organization_slug: str) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, organization_slug)
        require(response.status_code < 400, "The sign-out does not hold.")
        return response


asked = require_http_methods(["GET", "POST"])  # what asks again who it is looks at these alone
urlpatterns = [
    path("login/", asked(careful(stock.login)), name="saml_login"),
    path("acs/", csrf_exempt(careful(stock.acs, asks=False)), name="saml_acs"),
    path("acs/finish/", careful(stock.finish_acs, *FAULTS), name="saml_finish_acs"),
    path("sls/", csrf_exempt(careful(SignOut.as_view(), *FAULTS)), name="saml_sls"),
    path("metadata/", careful(stock.metadata), name="saml_metadata"),
]
