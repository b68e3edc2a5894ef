"""Who lets people in from elsewhere: the providers of sign-ins that the environment names.

OIDC_URL and SAML_METADATA name one of each kind. OIDC_PROVIDERS and SAML_PROVIDERS name more of
them, and each has the same settings with its own word in their names: with OIDC_PROVIDERS=north,
OIDC_NORTH_URL is to it what OIDC_URL is to the first.
"""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from defusedxml import ElementTree
from django.core.exceptions import ImproperlyConfigured

from certcentre.outside import HERE
from certcentre.settings.ground import BASE_URL, DEBUG, DEMO, env

App = dict[str, Any]
Given = dict[str, str]

OIDC = {
    "URL": env("OIDC_URL", default=""),
    "NAME": env("OIDC_NAME", default=""),
    "CLIENT_ID": env("OIDC_CLIENT_ID", default=""),
    "CLIENT_SECRET": env("OIDC_CLIENT_SECRET", default=""),
}
SAML = {
    "METADATA": env("SAML_METADATA", default=""),
    "PROVIDER": env("SAML_PROVIDER", default=""),
    "NAME": env("SAML_NAME", default=""),
    "ENTITY_ID": env("SAML_ENTITY_ID", default=""),
    "NAME_ID": env("SAML_NAME_ID", default=""),
    "DOMAINS": env("SAML_DOMAINS", default=""),
    "KEY": env("SAML_KEY", default=""),
}
MORE_OIDC = env.list("OIDC_PROVIDERS", default=[])
MORE_SAML = env.list("SAML_PROVIDERS", default=[])
MORE_ORIGINS = env.list("SIGN_ON_ORIGINS", default=[])

READS_SAML = bool(find_spec("onelogin") and find_spec("xmlsec"))
# whether an organisation's may be on this machine, without https: where the portal is here too, to
# be tried out. On a demonstration that others reach they would look for what else runs there
OWN_PROVIDERS_HERE = (DEBUG or DEMO) and urlsplit(BASE_URL).hostname in HERE
FRESH = 15 * 60  # seconds after which metadata are fetched anew: keys change
WORD = re.compile("[a-z][a-z0-9]{0,30}")
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
NAME_ID = {
    "": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "persistent": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "email": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "any": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
}
OID, CLAIMS = "urn:oid:", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
ATTRIBUTES = {  # where the providers that schools and ministries have put what we take
    "uid": [f"urn:oasis:names:tc:SAML:attribute:{word}-id" for word in ("subject", "pairwise")],
    "email": [f"{OID}0.9.2342.19200300.100.1.3", f"{CLAIMS}emailaddress", "mail", "email"],
    "email_verified": ["http://schemas.auth0.com/email_verified", "email_verified"],
    "name": [
        f"{OID}2.16.840.1.113730.3.1.241",
        "http://schemas.microsoft.com/identity/claims/displayname",
        "displayName",
        f"{CLAIMS}name",
    ],
    "first_name": [f"{OID}2.5.4.42", f"{CLAIMS}givenname", "givenName"],
    "last_name": [f"{OID}2.5.4.4", f"{CLAIMS}surname", "sn"],
}


def origin(url: str) -> str:
    return "://".join(urlsplit(url)[:2])


def safe(url: str) -> bool:
    """Whether nobody in between can change what comes from there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)


def oidc(word: str, given: Given, setting: str) -> App:
    """A provider that speaks OpenID Connect, as allauth wants it."""
    url = given["URL"].rstrip("/")
    if not safe(url):
        raise ImproperlyConfigured(
            f"{setting}URL is {url!r}. Give the provider's full address, with https."
        )
    return {
        "provider_id": word,
        "name": given["NAME"] or urlsplit(url).hostname,
        "client_id": given["CLIENT_ID"],
        "secret": given["CLIENT_SECRET"],
        "settings": {"server_url": url, "origin": origin(url)},
    }


def saml(word: str, given: Given, setting: str) -> App:
    """A provider that speaks SAML, as allauth wants it."""
    if not READS_SAML:
        raise ImproperlyConfigured(
            f"{setting}METADATA is set, and what reads SAML is not there. "
            "Install requirements-saml.txt."
        )
    if given["NAME_ID"] not in NAME_ID:
        raise ImproperlyConfigured(
            f"{setting}NAME_ID is {given['NAME_ID']!r}. Give persistent, email or any."
        )
    metadata = described(given, setting)
    advanced = {
        "want_assertion_signed": True,
        "want_attribute_statement": False,
        "allow_single_label_domains": True,
        "reject_idp_initiated_sso": True,
        "name_id_format": NAME_ID[given["NAME_ID"]],
    }
    return {
        "provider_id": metadata["entity_id"],
        "name": given["NAME"] or urlsplit(metadata["origin"]).hostname,
        "client_id": word,
        "settings": {
            "idp": metadata,
            "sp": {"entity_id": given["ENTITY_ID"]},
            "attribute_mapping": ATTRIBUTES,
            "verified_email": domains(given["DOMAINS"]),
            "advanced": advanced | (keys(given["KEY"], setting) if given["KEY"] else {}),
            "origin": metadata["origin"],
        },
    }


def domains(named: str) -> list[str]:
    return [domain.strip().lower() for domain in named.split(",") if domain.strip()]


def described(given: Given, setting: str) -> App:
    """Where the provider's metadata are, and whose: an address, or a file that is read now."""
    place, entity = given["METADATA"], given["PROVIDER"]
    if safe(place):
        if not entity:
            raise ImproperlyConfigured(
                f"{setting}METADATA is an address: name the provider's entity id too, "
                f"as {setting}PROVIDER."
            )
        fetched = {"metadata_url": place, "metadata_cache_timeout": FRESH}
        return {**fetched, "entity_id": entity, "origin": origin(place)}
    try:
        tree = ElementTree.fromstring(Path(place).read_bytes())
    except (OSError, ValueError, ElementTree.ParseError) as error:
        raise ImproperlyConfigured(
            f"{setting}METADATA is {place!r}. Give an address with https, or a file of XML."
        ) from error
    for provider in tree.iter(f"{MD}EntityDescriptor"):
        ways = provider.iterfind(f"{MD}IDPSSODescriptor/{MD}SingleSignOnService")
        places = [way.get("Location") for way in ways if way.get("Binding") == REDIRECT]
        if places and entity in ("", provider.get("entityID")):
            return {
                "metadata_url": Path(place).resolve().as_uri(),
                "metadata_cache_timeout": 0,
                "entity_id": provider.get("entityID"),
                "origin": origin(str(places[0])),
            }
    raise ImproperlyConfigured(
        f"{setting}METADATA: {place!r} names no such provider that takes HTTP-Redirect."
    )


def keys(place: str, setting: str) -> App:
    """The portal's own key and certificate: it signs what it asks, and reads what is encrypted."""
    try:
        text = Path(place).read_bytes()
        key, certificate = load_pem_private_key(text, None), load_pem_x509_certificate(text)
        fits = key.public_key() == certificate.public_key()
    except (OSError, TypeError, ValueError, UnsupportedAlgorithm):  # TypeError: it is encrypted
        fits = False
    if not fits:
        raise ImproperlyConfigured(
            f"{setting}KEY is {place!r}. Give a PEM file with a private key, not encrypted, and "
            "its certificate."
        )
    parts = re.findall(r"-----BEGIN ([\w ]+)-----(.+?)-----END", text.decode(), re.S)
    blocks = {kind.rpartition(" ")[2]: "".join(block.split()) for kind, block in parts}
    return {
        "private_key": blocks["KEY"],
        "x509cert": blocks["CERTIFICATE"],
        "authn_request_signed": True,
        "logout_response_signed": True,
    }


def several(kind: str, first: Given, more: list[str], own: str) -> list[tuple[str, Given, str]]:
    """(word, settings, how their names begin) of each provider of a kind."""
    main = next(iter(first))
    each = [(own, first, f"{kind}_")] if first[main] else []
    for word in more:
        if not WORD.fullmatch(word) or word in ("sso", "saml"):
            raise ImproperlyConfigured(
                f"{kind}_PROVIDERS names {word!r}. Give small letters and digits, such as north."
            )
        start = f"{kind}_{word.upper()}_"
        each.append((word, {part: env(f"{start}{part}", default="") for part in first}, start))
    return each


OIDC_APPS = [oidc(*each) for each in several("OIDC", OIDC, MORE_OIDC, "sso")]
SAML_APPS = [saml(*each) for each in several("SAML", SAML, MORE_SAML, "saml")]
if len({app["provider_id"] for app in OIDC_APPS + SAML_APPS}) < len(OIDC_APPS + SAML_APPS):
    raise ImproperlyConfigured("Two providers of sign-ins have one name: see OIDC_PROVIDERS.")

APPS = [
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(["allauth.socialaccount.providers.saml"] if READS_SAML else []),
]
PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "provider_class": "certcentre.accounts.openid.Provider",
        "APPS": OIDC_APPS,
    },
    "saml": {"provider_class": "certcentre.accounts.saml.Provider", "APPS": SAML_APPS},
}
# the form that leads to a provider is sent on to it
ORIGINS = [*(app["settings"]["origin"] for app in OIDC_APPS + SAML_APPS), *MORE_ORIGINS]
