"""The one client that reads an address somebody else chose."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certcentre.outside import LARGEST, Unreachable, is_public
from standards.registry.credentials import did
from standards.registry.verify.issuers import fetch


class Answers(BaseHTTPRequestHandler):
    """A place on the internet, good and bad."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        getattr(self, self.path.strip("/").replace("/", "_").replace(".", "_"))()

    def answer(self, code=200, body=b"{}", **headers):
        self.send_response(code)
        for name, value in {"Content_Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def good(self):
        self.answer(body=b'{"id": "did:web:localhost"}')

    def gone(self):
        self.answer(404)

    def moved(self):
        self.answer(302, b"", Location="https://169.254.169.254/latest/meta-data/")

    def large(self):
        self.answer(body=b"x" * (LARGEST + 1))

    def endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 4096)

    def slow(self):
        self.send_response(200)
        self.end_headers()
        for _each in range(100):
            time.sleep(0.05)
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """That the client hung up is what these tests want."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """(port, context that trusts it): a real server with a certificate of `localhost`."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain) + pem)
    server = Server(("127.0.0.1", 0), Answers)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    trusting = ssl.create_default_context(cadata=pem.decode())
    yield server.server_port, trusting
    server.shutdown()


def read(place, path, host="localhost", **options):
    port, trusting = place
    asked = {
        "allowed": lambda address: address in ("127.0.0.1", "::1"),
        "context": trusting,
        **options,
    }
    return fetch(host, port, path, **asked)


def test_a_good_place_is_read(place):
    assert read(place, "/good") == b'{"id": "did:web:localhost"}'


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone", "no such document"),
        ("/moved", "do not follow"),
        ("/large", "too large"),
        ("/endless", "too large"),
    ],
)
def test_a_bad_answer_is_refused(place, path, words):
    with pytest.raises(Unreachable, match=words):
        read(place, path)


def test_a_slow_answer_is_cut_off(place):
    began = time.monotonic()
    with pytest.raises(Unreachable, match="longer than"):
        read(place, "/slow", seconds=0.4)
    assert time.monotonic() - began < 2


def test_a_name_that_takes_long_to_look_up_is_cut_off(monkeypatch):
    """Nothing of the system cuts that off."""
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_named: answered.wait(5) and [])
    began = time.monotonic()
    with pytest.raises(Unreachable, match="longer than"):
        fetch("slow.example", 443, "/", seconds=0.3)
    assert time.monotonic() - began < 2
    answered.set()


def test_a_certificate_of_another_name_is_refused(place):
    with pytest.raises(Unreachable, match="safe connection"):
        read(place, "/good", host="127.0.0.1")


def test_without_leave_this_machine_is_not_spoken_to(place):
    port, trusting = place
    with pytest.raises(Unreachable, match="not a public place"):
        fetch("localhost", port, "/good", context=trusting)


def test_a_name_that_is_none_is_told():
    with pytest.raises(Unreachable, match="no such place"):
        fetch("no-such-name.invalid", 443, "/")


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"),
        *("::127.0.0.1", "192.88.99.1", "fec0::1", "feff::1", "5f00::1", "3fff::1"),
    ],
)
def test_an_address_that_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "192.88.98.1", "2606:4700::1111"])
def test_an_address_that_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    ("name", "place_of"),
    [
        ("did:web:a.example", ("a.example", 443, "/.well-known/did.json")),
        ("did:web:a.example%3A8443", ("a.example", 8443, "/.well-known/did.json")),
        ("did:web:a.example:users:ada", ("a.example", 443, "/users/ada/did.json")),
    ],
)
def test_where_a_did_web_document_stands(name, place_of):
    assert did.address(name) == place_of


def test_our_own_name():
    assert did.of_portal("http://127.0.0.1:8000") == "did:web:127.0.0.1%3A8000"
    assert did.of_portal("https://Portal.example") == "did:web:portal.example"


@pytest.mark.parametrize("where", ["#k1", "did:web:a.example#k1"])
def test_a_key_may_stand_inside_or_be_named_short(where):
    key = {
        "id": where,
        "type": "JsonWebKey2020",
        "controller": "did:web:a.example",
        "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43},
    }
    document = {"id": "did:web:a.example", "assertionMethod": [key]}
    assert did.key_in(document, "did:web:a.example", "did:web:a.example#k1") == bytes(32)
    key["publicKeyJwk"]["d"] = "secret"
    assert did.key_in(document, "did:web:a.example", "did:web:a.example#k1") is None
