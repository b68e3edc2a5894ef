"""Where a request comes from: behind proxies it is not where the connection comes from.

TRUSTED_PROXIES says whose word counts: how many proxies stand in front, or their networks. What
others write into X-Forwarded-For is not believed.
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

PASSED_ON = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Via")
Network = IPv4Network | IPv6Network


@lru_cache(maxsize=8)
def trusted(said: str) -> int | tuple[Network, ...]:
    """A number of proxies, or networks, as the setting says."""
    if said.strip().isdecimal():
        return int(said)
    try:
        return networks(said)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES is {said!r}. Give the number of proxies in front of the portal, or "
            "their networks, such as 10.0.0.0/8,192.168.1.4/32."
        ) from error


def networks(text: str) -> tuple[Network, ...]:
    """Networks, separated by commas; ValueError where one is none."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_direct(request: HttpRequest) -> bool:
    """Whether nobody passed the request on, as far as it tells."""
    return not any(name in request.headers for name in PASSED_ON)


trusted(settings.TRUSTED_PROXIES)  # so that a mistake stops the start, not the first visitor


def address(request: HttpRequest) -> str:
    """The address of the visitor; empty where a connection has none, as through a socket file."""
    nearest = request.META.get("REMOTE_ADDR", "")
    passed = [bare(hop) for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop]
    proxies = trusted(settings.TRUSTED_PROXIES)
    if isinstance(proxies, int):
        return passed[-proxies] or nearest if 0 < proxies <= len(passed) else nearest
    while passed and passed[-1] and proxies and is_proxy(nearest, proxies):
        nearest = passed.pop()
    return nearest


def is_proxy(hop: str, networks: tuple[Network, ...]) -> bool:
    """Whether it lies in one of the networks; a connection through a socket file does."""
    return not hop or any(ip_address(hop) in network for network in networks)


def bare(hop: str) -> str:
    """The address without a port; empty where it is none."""
    hop = hop.strip()
    if hop.startswith("["):
        hop = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        hop = hop.partition(":")[0]
    try:
        return str(ip_address(hop))
    except ValueError:
        return ""
