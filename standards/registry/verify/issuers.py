"""Whose key it is: ours from our own files, `did:key` from itself, `did:web` from its domain."""

import hashlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

from django.core.cache import cache
from django.utils.translation import gettext

from certcentre import keys
from certcentre.keys import Purpose
from standards.registry.credentials import did, strict_json
from standards.registry.verify.verdicts import Refused

LARGEST = 64 * 1024  # bytes of a DID document
SECONDS = 5.0  # for all of it
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


class Unreachable(Exception):
    """Why nothing was read, in the reader's words."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet could reach."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.version == 6 and any(ip in net for net in TRANSLATED):
        return False
    return ip.is_global and not ip.is_multicast


class Pinned(http.client.HTTPSConnection):
    """A connection to one address, whose certificate must be of the name."""

    def __init__(self, host: str, port: int, *, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=SECONDS, context=context)
        self.address, self.tls = address, context
        self.held: socket.socket | None = None  # also once the answer has taken the connection over

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        tls = self.tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self.held = tls
        tls.do_handshake()

    def cut(self) -> None:
        """End it from another thread, whatever is being waited for."""
        if self.held:
            with suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)


def fetch(
    host: str,
    port: int,
    path: str,
    *,
    allowed: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> bytes:
    """The bytes at https://host:port/path. `Unreachable` says why there are none.

    `allowed` says which IP addresses may be spoken to, `context` whose certificates count.
    """
    address = resolved(host, port, allowed)
    connection = Pinned(
        host, port, address=address, context=context or ssl.create_default_context()
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        connection.cut()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        data = answered(connection, path)
        if late.is_set():
            raise Unreachable(gettext("It took longer than a few seconds."))
        return data
    except Unreachable:
        raise
    except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise Unreachable(gettext("It took longer than a few seconds.")) from error
        raise Unreachable(gettext("It gave no answer over a safe connection.")) from error
    finally:
        timer.cancel()
        connection.close()


def resolved(host: str, port: int, allowed: Callable[[str], bool]) -> str:
    """One address of the host, if all of them may be spoken to."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(gettext("There is no such place on the internet.")) from error
    addresses = [str(each[4][0]) for each in answers]
    if not addresses or not all(allowed(address) for address in addresses):
        raise Unreachable(gettext("It is not a public place on the internet."))
    return min(addresses, key=lambda address: ":" in address)  # not every machine has IPv6


def answered(connection: Pinned, path: str) -> bytes:
    headers = {"Accept": "application/did+json, application/did+ld+json, application/json"}
    connection.request("GET", path, headers={**headers, "Accept-Encoding": "identity"})
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise Unreachable(gettext("It sends us elsewhere, and we do not follow."))
    if response.status != 200:
        raise Unreachable(gettext("It has no such document."))
    if int(response.headers.get("Content-Length") or 0) > LARGEST:
        raise Unreachable(gettext("Its answer is too large."))
    data = response.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreachable(gettext("Its answer is too large."))
    return data


KEPT = 300  # seconds that a foreign document is remembered


def key_of(issuer: str, method: str, *, ours: str) -> bytes:
    """The public key that `method` names, if the issuer lists it for making statements."""
    if not method.startswith(f"{issuer}#"):
        raise Refused(signer(), gettext("It is signed with a key that is not its issuer’s."))
    if issuer == ours:
        public = own_key(method)
    elif issuer.startswith("did:key:"):
        public = did.key_of_did_key(issuer, method)
    elif issuer.startswith("did:web:"):
        public = did.key_in(document(issuer), issuer, method)
    else:
        words = gettext("We can read issuers of the kinds did:web and did:key. This is neither.")
        raise Refused(signer(), words)
    if public is None:
        words = gettext("Its issuer does not list this key for making statements.")
        raise Refused(signer(), words)
    return public


def signer() -> str:
    return gettext("Who signed")


def own_key(method: str) -> bytes | None:
    """One of ours for credentials, the retired ones too; not one that somebody else may hold."""
    id = method.partition("#")[2]
    for key in keys.listed(Purpose.CREDENTIALS):
        if key.id == id:
            if key.compromised:
                raise Refused(signer(), gettext("This key of ours is no longer trusted."))
            return key.public
    return None


def remembered(issuer: str) -> str:
    """Under which name a foreign document is kept for a short while."""
    return f"did:{hashlib.sha256(issuer.encode()).hexdigest()}"


def document(issuer: str) -> object:
    """The `did:web` document of an issuer."""
    raw = cache.get(remembered(issuer))
    try:
        if raw is None:
            raw = fetch(*did.address(issuer))
            cache.set(remembered(issuer), raw, KEPT)
        return strict_json.read(raw)
    except Unreachable as error:
        reason = str(error)
    except ValueError:
        reason = gettext("Its name or its document is not well formed.")
    words = gettext("We could not read the keys of %(issuer)s. %(reason)s")
    raise Refused(signer(), words % {"issuer": issuer[:200], "reason": reason})
