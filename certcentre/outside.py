"""Reading an address that somebody else chose: a public place alone, over TLS, little, soon, and
without being sent on."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext

LARGEST = 64 * 1024  # bytes of an answer
SECONDS = 5.0  # for all of it
TLS = 443
HERE = ("127.0.0.1", "localhost", "::1")
TRANSLATED = [
    ipaddress.ip_network(net)
    for net in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "::ffff:0:0/96",
    )
]  # IPv6 addresses that carry an IPv4 address inside

# set apart for one thing or another, and told so by no version of Python or by later ones alone
SET_APART = [
    ipaddress.ip_network(net) for net in ("fec0::/10", "5f00::/16", "3fff::/20", "192.88.99.0/24")
]


class Unreachable(Exception):
    """Why nothing was read, in the reader's words."""


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Target:
    """An address, taken apart."""

    host: str
    port: int
    path: str
    secure: bool = True


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could reach."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if any(ip in net for net in (*TRANSLATED, *SET_APART)):
        return False
    return ip.is_global and not ip.is_multicast


def is_here(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def target(url: str, *, here: bool = False) -> Target:
    """The address taken apart; `Unreachable` unless it is one with https. With `here` one on this
    machine may be without."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    plain = here and parts.scheme == "http" and host in HERE
    if not host or "@" in parts.netloc or not (parts.scheme == "https" or plain):
        raise Unreachable(gettext("It is no full address with https."))
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Target(host, port or (80 if plain else TLS), path, not plain)


class Pinned(http.client.HTTPConnection):
    """A connection to one address, whose certificate must be of the name; without a `context`
    nothing is encrypted."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        address: str,
        context: ssl.SSLContext | None,
        seconds: float,
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = TLS if context else http.client.HTTP_PORT
        self.address, self.tls = address, context
        self.held: socket.socket | None = None  # also once the answer has taken the connection over
        self.is_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = self.held = plain
        if self.is_cut:  # while there was nothing to cut yet
            raise TimeoutError
        if self.tls is not None:
            tls = self.tls.wrap_socket(
                plain, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = self.held = tls
            tls.do_handshake()

    def cut(self) -> None:
        """End it from another thread, whatever is being waited for."""
        self.is_cut = True
        if self.held:
            with suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)


def ask(
    place: Target,
    *,
    method: str = "GET",
    headers: Mapping[str, str],
    body: bytes | None = None,
    allowed: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> Answer:
    """What the place answers. `Unreachable` says why there is nothing.

    `allowed` says which IP addresses may be spoken to, `context` whose certificates count.
    """
    began = time.monotonic()
    address = resolved(place, allowed, seconds)
    tls = (context or ssl.create_default_context()) if place.secure else None
    left = max(0.01, began + seconds - time.monotonic())
    connection = Pinned(place.host, place.port, address=address, context=tls, seconds=left)
    timer = threading.Timer(left, connection.cut)
    timer.start()
    try:
        sent = {**headers, "Accept-Encoding": "identity"}
        connection.request(method, place.path, body=body, headers=sent)
        answer = answered(connection)
        if connection.is_cut:
            raise Unreachable(late())
        return answer
    except Unreachable:
        raise
    except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
        if connection.is_cut or isinstance(error, TimeoutError):
            raise Unreachable(late()) from error
        raise Unreachable(gettext("It gave no answer over a safe connection.")) from error
    finally:
        timer.cancel()
        connection.close()


def resolved(place: Target, allowed: Callable[[str], bool], seconds: float) -> str:
    """One address of the host, if all of them may be spoken to."""
    addresses = looked_up(place, seconds)
    if not addresses:
        raise Unreachable(gettext("There is no such place on the internet."))
    if not all(allowed(address) for address in addresses):
        raise Unreachable(gettext("It is not a public place on the internet."))
    return min(addresses, key=lambda address: ":" in address)  # not every machine has IPv6


def looked_up(place: Target, seconds: float) -> list[str]:
    """The addresses of the host; none where there is no such host. Nothing cuts the system's own
    look-up off, so one that takes longer is left to itself."""
    addresses: list[str] = []

    def look() -> None:
        with suppress(OSError, UnicodeError):
            answers = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            addresses.extend(str(each[4][0]) for each in answers)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise Unreachable(late())
    return addresses


def late() -> str:
    return gettext("It took longer than a few seconds.")


def answered(connection: Pinned) -> Answer:
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise Unreachable(gettext("It sends us elsewhere, and we do not follow."))
    if int(response.headers.get("Content-Length") or 0) > LARGEST:
        raise Unreachable(gettext("Its answer is too large."))
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Unreachable(gettext("Its answer is too large."))
    return Answer(response.status, dict(response.headers.items()), body)
