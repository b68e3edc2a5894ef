"""Addresses of identity providers and mail domains, as somebody types them: which may be kept."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.utils.translation import gettext

from certcentre.lifecycle import NotReady
from certcentre.outside import Unreachable, target

DOMAINS = 20  # of one provider
LONGEST_DOMAIN = 253  # letters that a name may have (RFC 1035)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()


def require_safe(issuer: str) -> None:
    """NotReady unless the address is one that may be asked at all."""
    try:
        target(issuer, here=settings.OWN_PROVIDERS_HERE)
    except Unreachable as error:
        raise NotReady(str(error)) from error


def issuer_of(typed: str) -> str:
    """The address of a provider, without what every one has at its end. NotReady where it is none
    that is asked."""
    issuer = typed.partition("/.well-known/")[0].rstrip("/")
    require_safe(issuer)
    if "?" in issuer or "#" in issuer:
        raise NotReady(gettext("Leave out what stands after ? or #."))
    return issuer


def domains_of(typed: Iterable[str]) -> list[str]:
    """Mail domains, each once, in order of the alphabet. NotReady where one is none, or they are
    too many."""
    names = {name.strip().lower().lstrip("@").rstrip(".") for name in typed} - {""}
    if len(names) > DOMAINS:
        raise NotReady(gettext("Name no more than %(n)s domains.") % {"n": DOMAINS})
    for name in sorted(names):
        try:
            if len(name) > LONGEST_DOMAIN:
                raise ValidationError("too long")
            validate_domain_name(name)
        except ValidationError as error:
            words = gettext("%(domain)s is no domain, such as school.example.")
            raise NotReady(words % {"domain": name}) from error
    return sorted(names)
