"""What allauth asks of us about accounts, in our words."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import Reader, User, signed_in_user

WAYS = {
    "reauthenticate": _("Give your password"),
    "mfa_reauthenticate": _("Give a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}


def proved_lately(request: HttpRequest) -> bool:
    """Whether the person has shown lately, by password, code or passkey, that it is them.

    Where REAUTHENTICATION_TIMEOUT is 0 nobody is ever asked again.
    """
    if not settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return True
    proofs = get_authentication_records(request, signed_in_user(request))
    latest = max((proof["at"] for proof in proofs), default=0)
    return time.time() - latest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class Accounts(DefaultAccountAdapter):
    """The account adapter of the portal."""

    def is_reauthentication_required(self, **_asked: object) -> bool:
        return not proved_lately(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whoever it is for; the host that a request names plays no part."""
        person = User.objects.filter(email__iexact=email).first()
        with override(person.language if person else get_language()):
            self.render_mail(template_prefix, email, {"email": email, **context}).send()

    def get_reauthentication_methods(self, user: Reader) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": WAYS[way["id"]]} for way in ways]
