"""Addresses in full, for whoever reads them outside the portal."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def full(path: str) -> str:
    """`/verify/` as `https://portal.example/verify/`."""
    return f"{settings.BASE_URL}{path}"


def contacts(addresses: list[str]) -> list[str]:
    """The addresses of SECURITY_CONTACT, each whole, so that a program can follow it."""
    for address in addresses:
        if not address.startswith(("https://", "mailto:", "tel:")):
            raise ImproperlyConfigured(
                f"SECURITY_CONTACT is {address!r}. Begin it with https://, mailto: or tel:."
            )
    return addresses
