"""Addresses in full, for whoever reads them outside the portal."""

from django.conf import settings


def full(path: str) -> str:
    """`/verify/` as `https://portal.example/verify/`."""
    return f"{settings.BASE_URL}{path}"
