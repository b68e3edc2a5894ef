"""Answers of a provider of SAML that must open nothing, each beside one that opens.

Where it can, the real provider makes and signs what is odd; the rest is done to its answers on the
way, as whoever sits at the browser can.
"""

import base64
import re
import time
import zlib
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from certcentre.accounts.models import User
from certcentre.settings import LOGGING
from tests.accounts.saml_world import answered, begin, is_in, request_of, send, sign_on

pytestmark = pytest.mark.alike

ACS = "http://testserver/accounts/saml/saml/acs/"
ASSERTION = re.compile(rb"<saml:Assertion.*</saml:Assertion>", re.DOTALL)
SIGNATURE = re.compile(rb"<Signature.*?</Signature>", re.DOTALL)


def nothing_opened(client, answer):
    refused = answer.status_code in (400, 401)
    return refused and not is_in(client) and not User.objects.exists()


@pytest.mark.parametrize("odd", ["none", "both signed"])
def test_an_answer_that_is_right_opens(odd, client, saml):
    """The control."""
    sign_on(client, "ada", odd)
    assert is_in(client)


@pytest.mark.parametrize(
    "odd",
    [
        *("another audience", "another recipient", "another destination", "another issuer"),
        *("another request", "another key", "no recipient", "over", "not signed", "sha1"),
        *("the answer signed alone", "a passing name"),
    ],
)
def test_what_the_provider_signed_for_somebody_or_some_time_else(odd, client, saml):
    assert nothing_opened(client, sign_on(client, "ada", odd))


def evil(assertion):
    """The assertion, of somebody else and without its signature."""
    return SIGNATURE.sub(b"", assertion).replace(b">ada<", b">eve<").replace(b'ID="_', b'ID="_e')


def wrapped(xml, how):
    """Both, so that one may be checked and the other be believed."""
    true = ASSERTION.search(xml)[0]
    false, signature = evil(true), SIGNATURE.search(true)[0]
    holding = signature.replace(b"</Signature>", b"<Object>" + true + b"</Object></Signature>")
    ways = {
        "before it": false + true,
        "after it": true + false,
        "around it": false.replace(b"</saml:Assertion>", true + b"</saml:Assertion>"),
        "with it in the signature": false.replace(
            b"</saml:Issuer>", b"</saml:Issuer>" + holding, 1
        ),
        "with its signature": false.replace(b"</saml:Issuer>", b"</saml:Issuer>" + signature, 1),
    }
    if how == "beside it, put away":
        away = b"<samlp:Extensions>" + true + b"</samlp:Extensions><samlp:Status>"
        return xml.replace(true, false).replace(b"<samlp:Status>", away)
    return xml.replace(true, ways[how])


@pytest.mark.parametrize(
    "how",
    [
        *("before it", "after it", "around it", "with it in the signature"),
        *("with its signature", "beside it, put away"),
    ],
)
def test_a_second_assertion_that_nobody_signed(how, client, saml):
    xml, state = answered(begin(client), "ada")
    forged = wrapped(xml, how)
    assert b">eve<" in forged
    assert nothing_opened(client, send(client, forged, state))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (b">ada<", b">eve<"),
        (SIGNATURE, b""),
        (b"<SignatureValue>", b"<SignatureValue>AAAA"),
        (
            b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            b"http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        ),
        (b"Ada Lovelace", b"Eve"),
    ],
    ids=["name", "signature gone", "signature", "algorithm", "attribute"],
)
def test_what_was_changed_on_the_way(true, false, client, saml):
    xml, state = answered(begin(client), "ada")
    changed = true.sub(false, xml) if isinstance(true, re.Pattern) else xml.replace(true, false)
    assert changed != xml
    assert nothing_opened(client, send(client, changed, state))


def test_a_remark_within_a_name_makes_nobody_else_of_them(client, saml):
    xml, state = answered(begin(client), "ada.evil")
    send(client, xml.replace(b">ada.evil<", b">ada<!-- -->.evil<"), state)
    names = User.objects.values_list("socialaccount__uid", flat=True)
    assert set(names) <= {"ada.evil"}


def test_an_answer_opens_once(client, saml):
    xml, state = answered(begin(client), "ada")
    send(client, xml, state)
    client.post(reverse("account_logout"))
    assert send(client, xml, state).status_code == 401
    assert not is_in(client)


def test_an_answer_opens_in_the_browser_that_asked_alone(client, saml):
    xml, state = answered(begin(client), "ada")
    other = Client()
    assert nothing_opened(other, send(other, xml, state))


def unasked(provider_url):
    ours = {"acs": ACS, "audience": ACS.replace("acs", "metadata")}
    return answered(f"{provider_url}/sso?{urlencode(ours)}", "ada")[0]


def test_an_answer_that_nobody_asked_for_opens_nothing(client, saml, provider_url):
    assert nothing_opened(client, send(client, unasked(provider_url)))


def test_nor_does_it_as_the_answer_to_another_request(client, saml, provider_url):
    number = re.search(r'ID="(\w+)"', inflated(begin(client)))[1]
    xml = unasked(provider_url).replace(
        b"<samlp:Response", b'<samlp:Response InResponseTo="%s"' % number.encode(), 1
    )
    assert number.encode() in xml
    assert nothing_opened(client, send(client, xml))


def inflated(address):
    return zlib.decompress(base64.b64decode(request_of(address)["SAMLRequest"][0]), -15).decode()


def test_each_assertion_opens_once_though_nobody_asked(client, saml, provider_url):
    """The control: a portal that takes what it did not ask for, and forgets what it took."""
    saml["settings"]["advanced"]["reject_idp_initiated_sso"] = False
    xml = unasked(provider_url)
    for forget, opens in ((False, True), (False, False), (True, True)):
        if forget:
            cache.clear()
        browser = Client()
        send(browser, xml)
        assert is_in(browser) is opens


@pytest.mark.parametrize(
    "part",
    [
        "<saml:AudienceRestriction>.*</saml:AudienceRestriction>",
        'InResponseTo="[^"]*"',
        'NotOnOrAfter="[^"]*"(?=[^>]*Recipient)|(?<=Data )NotOnOrAfter="[^"]*"',
        "",
    ],
    ids=["for whom", "to what", "until when", "the control"],
)
def test_what_an_assertion_must_say_though_it_is_signed(part, client, saml, keys):
    xml, state = answered(begin(client), "ada", "not signed")
    assertion = ASSERTION.search(xml)[0]
    less = re.sub(part.encode(), b"", assertion) if part else assertion
    assert (less == assertion) is (not part)
    own = [(keys / f"own.{kind}").read_text() for kind in ("key", "crt")]
    signed = OneLogin_Saml2_Utils.add_sign(less, *own)
    send(client, xml.replace(assertion, signed), state)
    assert is_in(client) is (not part)


LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 12)
)
HOSTILE = {
    "a bomb": b'<!DOCTYPE r [<!ENTITY l0 "ha">' + LAUGHS + b"]><r>&l11;</r>",
    "a file of ours": b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>',
    "a DTD": b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
    "no XML": b"hello",
    "nothing": b"",
    "NUL": b"<samlp:Response>\x00</samlp:Response>",
    "deep": b"<r>" * 20_000,
    "another element": b"<r/>",
    "long": b"<r>" + b" " * 300_000 + b"</r>",
    "5 MB": b"<r>" + b" " * 5_000_000 + b"</r>",
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_xml_is_refused_at_once(hostile, client, saml):
    begun = time.monotonic()
    assert nothing_opened(client, send(client, HOSTILE[hostile]))
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("text", ["%%%", "\x00", "é", "A" * 7])
def test_what_is_not_base64_is_refused(text, client, saml):
    answer = client.post(reverse("saml_acs", args=["saml"]), {"SAMLResponse": text}, follow=True)
    assert nothing_opened(client, answer)


def test_whoever_only_looks_at_the_addresses_gets_a_page(client, saml):
    for name in ("saml_acs", "saml_finish_acs", "saml_sls"):
        assert nothing_opened(client, client.get(reverse(name, args=["saml"]), follow=True))


def sign_out(provider_url, key=None):
    """The query with which the provider ends the session, signed with this key."""
    xml = (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
        'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_out" Version="2.0" '
        f'IssueInstant="2026-01-01T00:00:00Z" Destination="{ACS.replace("acs", "sls")}">'
        f"<saml:Issuer>{provider_url}</saml:Issuer><saml:NameID>ada</saml:NameID>"
        "</samlp:LogoutRequest>"
    )
    packed = zlib.compressobj(wbits=-15)
    body = base64.b64encode(packed.compress(xml.encode()) + packed.flush()).decode()
    sha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    if key is None:
        return urlencode({"SAMLRequest": body})
    query = urlencode({"SAMLRequest": body, "SigAlg": sha256})
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    made = private.sign(query.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{query}&{urlencode({'Signature': base64.b64encode(made).decode()})}"


def test_the_provider_ends_the_session_here_too(client, saml, provider_url, keys):
    sign_on(client, "ada")
    ended = client.get(
        f"{reverse('saml_sls', args=['saml'])}?{sign_out(provider_url, keys / 'own.key')}"
    )
    assert ended.url.startswith(f"{provider_url}/logout?SAMLResponse=")
    assert not is_in(client)


@pytest.mark.parametrize("key", [None, "other.key"])
def test_nobody_else_does(key, client, saml, provider_url, keys):
    sign_on(client, "ada")
    query = sign_out(provider_url, keys / key if key else None)
    assert client.get(f"{reverse('saml_sls', args=['saml'])}?{query}").status_code == 401
    assert is_in(client)


def test_operators_are_told_the_kind_of_a_refusal_and_none_of_its_words(client, saml, caplog):
    xml, state = answered(begin(client), "ada")
    send(client, xml.replace(b"</saml:Issuer>", b"/eve@example.org</saml:Issuer>"), state)
    send(client, b"eve@example.org")
    ours = [str(line.msg) for line in caplog.records if line.name == "certcentre"]
    assert sum("sign-in refused" in line for line in ours) == 2
    assert not [line for line in ours if "eve@" in line]
    assert LOGGING["loggers"]["allauth.socialaccount"]["handlers"] == ["nowhere"]
