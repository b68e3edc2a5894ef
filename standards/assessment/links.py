"""Whether an address may be filed as evidence. Pure."""

from urllib.parse import urlsplit

from django.utils.translation import gettext

LONGEST = 500


def flaw(link: str) -> str:
    """Why this address cannot be filed, in words; empty when it can."""
    if len(link) > LONGEST:
        return gettext("This address is too long. Give one of at most %(count)s characters.") % {
            "count": LONGEST
        }
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return gettext("This is no address. Begin with https://.")
    if parts.scheme not in ("http", "https"):
        return gettext("Give an address that begins with https:// or http://.")
    if "@" in parts.netloc:
        return gettext("Leave name and password out of the address.")
    if port == 0 or "." not in host.strip(".") or any(letter.isspace() for letter in link):
        return gettext("This is no address. Begin with https://.")
    return ""
