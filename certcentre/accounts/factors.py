"""The second step of signing in: codes of an app, passkeys, and codes to recover with.

allauth.mfa keeps them and asks for them. Ours is that secrets lie encrypted, the words, and the
rule that whoever holds one of MFA_ROLES has such a step within a week (rule R55).
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import IdentityProvider, Membership, Role, User
from certcentre.accounts.sealed import cipher
from certcentre.errors import API, problem
from certcentre.operator_log import view_name

LOCALHOST = "localhost"
HALF_MINUTE = 30  # seconds that an app shows a code for
TIME_TO_SET_UP = timedelta(days=7)
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# the names of what stays open when that time is over: the own account, help and the frame's buttons
OPEN = re.compile(r"(account|mfa|socialaccount)[_-]|help|set_language$|theme$")

if unknown := set(settings.MFA_ROLES) - set(Role.values):
    raise ImproperlyConfigured(
        f"MFA_ROLES names {', '.join(sorted(unknown))}. The roles are {', '.join(Role.values)}."
    )


class Factors(DefaultMFAAdapter):
    """What allauth asks us about second steps."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit. Wait for a new one and try again."),
        "incorrect_passkey": _("This passkey does not fit here."),
        "too_many_passkeys": _("Too many attempts were wrong. Wait five minutes."),
        "too_many_codes": _(
            "Too many codes were wrong. Wait five minutes, or use a code for emergencies."
        ),
        "too_many_recovery_codes": _(
            "Too many codes for emergencies were wrong. Wait five minutes, or use your app."
        ),
        "unverified_email": _(
            "First confirm every address of your account, or take the unconfirmed one away."
        ),
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:  # an empty secret would let everybody in
            raise ValidationError(
                gettext(
                    "Your second step cannot be read: this portal has another SECRET_KEY than when "
                    "it was set up. Use a passkey, or ask the operator."
                )
            ) from error

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, micro=False, error="m").save(drawn, kind="svg", light="#fff", border=3)
        return drawn.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return f"Certification Centre ({urlsplit(settings.BASE_URL).hostname})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the host of BASE_URL, whatever host a request names; where that is
        this very machine by number, to its name, for browsers take no number."""
        host = own_host()
        if is_loopback(host) and host_of(self.request) == LOCALHOST:
            host = LOCALHOST
        return {"id": host, "name": "Certification Centre"}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def host_of(request: HttpRequest) -> str:
    return str(urlsplit(f"//{request.get_host()}").hostname)


def own_host() -> str:
    return str(urlsplit(settings.BASE_URL).hostname)


def is_number(host: str) -> bool:
    """As browsers see it: 1.2.3 is one too, short for 1.2.0.3."""
    return ":" in host or host.rpartition(".")[2].isdecimal()


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def passkeys_elsewhere(request: HttpRequest) -> str | None:
    """Where passkeys work, if not at this address because it is a number: empty if nowhere."""
    host, own = host_of(request), own_host()
    if not is_number(host):
        return None
    if not is_number(own):
        return settings.BASE_URL
    if is_loopback(host) and is_loopback(own) and LOCALHOST in settings.ALLOWED_HOSTS:
        port = urlsplit(f"//{request.get_host()}").port
        return f"{request.scheme}://{LOCALHOST}{f':{port}' if port else ''}"
    return ""


def serves(app: Authenticator, code: str, *, at: datetime) -> bool:
    """Whether the app shows this code about now. One that was taken, or is older than one that was,
    serves no more (RFC 6238, 5.2): what was taken last stands beside the secret."""
    now = int(at.timestamp()) // HALF_MINUTE
    with transaction.atomic():
        data = Authenticator.objects.select_for_update().get(pk=app.pk).data
        secret = Factors().decrypt(data["secret"])
        oldest = max(now - settings.MFA_TOTP_TOLERANCE, data.get("taken", 0) + 1)
        for counter in range(oldest, now + settings.MFA_TOTP_TOLERANCE + 1):
            shown = format_hotp_value(hotp_value(secret, counter))
            if compare_user_code(actual=code, expected=shown):
                app.data = data | {"taken": counter}
                app.save(update_fields=["data"])
                return True
    return False


def demanded_since(user: User) -> datetime | None:
    """Since when the person holds a role that demands a second step which they do not have; so
    does a manager's where others must sign in through the organisation, and managers need not."""
    demanded = IdentityProvider.objects.in_force().filter(only=True).values("organisation")
    kept_way = Q(role=Role.MANAGER, organisation__in=demanded)
    demanding = Q(role__in=settings.MFA_ROLES) | kept_way
    memberships = Membership.objects.filter(demanding, user=user, until=None)
    without = memberships.exclude(user__authenticator__type__in=STEPS)
    since: datetime | None = without.aggregate(since=Min("since"))["since"]
    return since


def set_up_until(user: User, *, at: datetime) -> datetime | None:
    """When their time to set up a second step ends; None where nothing is asked of them.

    The time begins with the first page that they open after they were given the role.
    """
    since = demanded_since(user) if settings.MFA_ROLES else None
    if since is None:
        return None
    asked = user.factor_asked_at
    if (asked is None or asked < since) and settings.READ_ONLY:
        return at + TIME_TO_SET_UP  # it begins once it can be written down
    if asked is None or asked < since:
        User.objects.filter(pk=user.pk).update(factor_asked_at=at)
        user.factor_asked_at = asked = at
    return asked + TIME_TO_SET_UP


class SecondStep:
    """Once the time is over, every page but the account's own leads to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[()],
        kwargs: dict[str, str],
    ) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not settings.MFA_ROLES:
            return None
        now = timezone.now()
        until = set_up_until(request.user, at=now) if isinstance(request.user, User) else None
        request.factor_until = until  # type: ignore[attr-defined]
        request.factor_over = until is not None and until <= now  # type: ignore[attr-defined]
        if until is None or now < until or OPEN.match(view_name(request)):
            return None
        if request.path.startswith(API):
            words = gettext("Set up a second step of signing in first: your role asks for it.")
            return problem(403, words)
        return redirect("mfa_index")
