"""What allauth asks of us about accounts, in our words."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.utils import get_request_param
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from certcentre import links
from certcentre.accounts.devices import known, knows, remember
from certcentre.accounts.identity_providers import IdentityProvider
from certcentre.accounts.outbox import UnsentMail, remember_waiting
from certcentre.accounts.people import Reader, User, reaches_nobody
from certcentre.accounts.sessions import begin
from certcentre.accounts.sign_on import offered
from certcentre.operator_log import tell, view_name
from certcentre.step_page import KEPT, NotProved, prove, proved_lately
from certcentre.visitors import address

logger = logging.getLogger(__name__)
WAYS = {
    "reauthenticate": _("Give your password"),
    "mfa_reauthenticate": _("Give a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
# Pages of allauth that change how somebody gets in, and those that show codes. allauth has gates of
# its own before most of them, some only at the last step: they ask by our `proved_lately`, but
# nothing of whoever has neither a password nor a second step. Ours stand before every one. The page
# of a new password is none of them: it asks for the one until now.
CHANGES_ACCESS = {
    *("account_set_password", "socialaccount_connections"),
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
    *("mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
}
ADDRESS_STEPS = {"action_add", "action_primary", "action_remove"}
SHOWS_CODES = {"mfa_view_recovery_codes", "mfa_download_recovery_codes"}
# where asked to: else somebody signs in
CONNECTS = {"openid_connect_login", "saml_login", "sign-on-organisation"}


def within(url: str) -> str:
    """The address without its host."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


class Accounts(DefaultAccountAdapter):
    """The account adapter of the portal."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many attempts were wrong. Wait five minutes, or ask for a new password."
        ),
        "email_password_mismatch": _(
            "This address and password do not fit each other: type the password again."
        ),
        "rate_limited": _("Too many codes were wrong. Wait five minutes."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request) or "0.0.0.0"  # noqa: S104 (through a socket file: unknown)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Whose wrong passwords are counted together: all for an account, but those from a device
        that the person has signed in with apart, so that nobody else keeps them out."""
        email = credentials.get("email", "").lower()
        return f"{email}, known device" if knows(request, email) else email

    def pre_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse | None:
        """Whoever must sign in through their organisation is sent there, once it is them."""
        response: HttpResponse | None = super().pre_login(request, user, **about)
        came = (about.get("signal_kwargs") or {}).get("sociallogin")
        demanded = IdentityProvider.objects.demanded_of(user, at=timezone.now())
        keys = [each.key for each in demanded]
        if response or not demanded or (came and came.account.provider in keys):
            return response
        clear_authentication_records(request)
        tell("sign-in refused", why="another way is asked for", person=str(user.pk))
        context = {"providers": [offered(each) for each in demanded]}
        return render(request, "socialaccount/only.html", context, status=403)

    def login(self, request: HttpRequest, user: User) -> None:
        first = user.last_login is None
        super().login(request, user)
        ways = [each["method"] for each in get_authentication_records(request, user)]
        tell("signed in", person=str(user.pk), ways=ways)
        begin(request.session, at=timezone.now())
        if not first and str(user.pk) not in known(request):
            self.send_notification_mail("account/email/new_device", user)

    def post_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **about)
        remember(request, response, user)
        return response

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """To the address in use, and to one that is no longer."""
        tell("account changed", what=template_prefix.rpartition("/")[2], person=str(user.pk))
        gone = email or (context or {}).get("deleted_email")
        for to in {None, gone}:
            super().send_notification_mail(template_prefix, user, context, to)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        tell("sign-in refused")

    def is_reauthentication_required(self, **_asked: object) -> bool:
        return not proved_lately(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whoever it is for; the host that a request names plays no part.

        What was done stands where mail is away: then it waits, and goes once mail is back."""
        if reaches_nobody(email):
            return
        person = User.objects.filter(email__iexact=email).first()
        ours = {
            name: links.full(within(value)) if name.endswith("_url") else value
            for name, value in context.items()
        }
        with override(person.language if person else get_language()):
            mail = self.render_mail(template_prefix, email, {"email": email, **ours})
        try:
            mail.send()
        except OSError as error:  # and smtplib's
            logger.warning("%s waits: %s", template_prefix, type(error).__name__)
            waiting = UnsentMail.keep(mail, at=timezone.now())
            remember_waiting(self.request, waiting)
            self.say_that_mail_waits()

    def say_that_mail_waits(self) -> None:
        words = gettext(
            "Mail is away just now. What you did is kept, and our mail to you leaves by itself as "
            "soon as it is back."
        )
        if not getattr(self.request, "mail_waits", False):  # said once, however many wait
            self.request.mail_waits = True
            messages.warning(self.request, words)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *given: Any,
        **about: Any,
    ) -> None:
        """That a link is on its way is said once: not where mail waits, nor by two on one page."""
        link = message_template == "account/messages/email_confirmation_sent.txt"
        page_says_it = getattr(request, "mail_waits", False) or not request.user.is_authenticated
        if not (link and page_says_it):
            super().add_message(request, level, message_template, *given, **about)

    def get_reauthentication_methods(self, user: Reader) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS[way["id"]]} for way in ways]


def changes_access(request: HttpRequest) -> bool:
    """Whether the request changes, or shows, what lets somebody into an account."""
    name = view_name(request)
    if name in SHOWS_CODES:
        return True
    if request.method != "POST":
        return False
    if name == "account_email":  # all but the link again, to the same
        return bool(ADDRESS_STEPS & set(request.POST))
    connects = name in CONNECTS and get_request_param(request, "process") == AuthProcess.CONNECT
    return name in CHANGES_ACCESS or connects


class AskAgain:
    """Before a weighty step, whoever has not shown for a while that it is them is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if not changes_access(request) or not request.user.is_authenticated:
            return None
        try:
            prove(request)
        except NotProved as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotProved):
            return None
        ways = Accounts(request).get_reauthentication_methods(request.user)
        if not ways:  # neither password nor second step: whoever let them in does it again
            kept = request.session.get(KEPT)
            logout(request)
            request.session[KEPT] = kept
        where = ways[0]["url"] if ways else reverse("account_login")
        return redirect_to_login(request.get_full_path(), where)
