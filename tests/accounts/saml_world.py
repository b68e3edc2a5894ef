"""A real provider of SAML on this machine, and what a person's browser does with it."""

import base64
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import reverse

PEM = serialization.Encoding.PEM


def certificate(key):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(30))
    return dated.sign(key, hashes.SHA256()).public_bytes(PEM)


def keys_in(folder):
    """A key and its certificate for the provider, for somebody else, and for the portal."""
    for name in ("own", "other", "portal"):
        key = rsa.generate_private_key(65537, 2048)
        private = key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        shown = serialization.PublicFormat.SubjectPublicKeyInfo
        (folder / f"{name}.key").write_bytes(private)
        (folder / f"{name}.crt").write_bytes(certificate(key))
        (folder / f"{name}.pub").write_bytes(key.public_key().public_bytes(PEM, shown))
        (folder / f"{name}.pem").write_bytes(private + certificate(key))


def begin(client, **query):
    """Where the portal sends the browser."""
    begun = client.post(reverse("saml_login", args=["saml"], query=query or None))
    assert begun.status_code == 302
    return begun.url


def answered(address, name, odd="none"):
    """The XML that the provider answers, and the form's other field."""
    page = requests.get(address, {"name": name, "odd": odd})
    assert page.status_code == 200, page.text
    fields = re.findall(r'name="(\w+)"\s+value="([^"]*)"', page.text)
    form = {field: unescape(value) for field, value in fields}
    return base64.b64decode(form["SAMLResponse"]), form.get("RelayState", "")


def send(client, xml, state=""):
    """The browser brings the answer."""
    form = {"SAMLResponse": base64.b64encode(xml).decode(), "RelayState": state}
    return client.post(reverse("saml_acs", args=["saml"]), form, follow=True)


def sign_on(client, name, odd="none", **query):
    return send(client, *answered(begin(client, **query), name, odd))


def request_of(address):
    return parse_qs(urlsplit(address).query)


def is_in(client):
    return client.get(reverse("organisations")).status_code == 200
