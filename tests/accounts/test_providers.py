"""Which providers of sign-ins the environment names, and what is said of a wrong value."""

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from certcentre.settings import providers
from tests import make

METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:one">
<IDPSSODescriptor><SingleSignOnService Location="https://one.example/sso?x=1"
Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{}"/></IDPSSODescriptor></EntityDescriptor>"""


def oidc(**given):
    return providers.oidc("sso", dict.fromkeys(providers.OIDC, "") | given, "OIDC_")


def saml(**given):
    return providers.saml("saml", dict.fromkeys(providers.SAML, "") | given, "SAML_")


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "metadata.xml"
    file.write_text(METADATA.format("Redirect"))
    return file


def test_several_are_offered_each_by_its_name(client, settings, file, db):
    given = [oidc(URL="https://a.example"), oidc(URL="https://b.example/x/", NAME="North")]
    given[1]["provider_id"] = "north"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": given},
        "saml": {"APPS": [saml(METADATA=str(file))]},
    }
    page = client.get(reverse("account_login")).text
    for name in ("a.example", "North", "one.example"):
        assert f"Sign in with {name}" in " ".join(page.split())
    assert reverse("openid_connect_login", args=["north"]) in page


def test_one_that_is_named_no_longer_is_shown_and_parted(client, settings, db, mailoutbox):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    person = make.user(email="ada@example.org", password="a long enough secret")
    client.force_login(person)
    assert reverse("socialaccount_connections") not in client.get(reverse("account-home")).text
    connected = SocialAccount.objects.create(user=person, provider="north", uid="ada")
    assert reverse("socialaccount_connections") in client.get(reverse("account-home")).text
    page = client.get(reverse("socialaccount_connections")).text
    assert "<h2>north</h2>" in page
    assert "Connect them" not in page
    page = client.post(reverse("socialaccount_connections"), {"account": connected.pk}, follow=True)
    assert "They are parted." in page.text
    assert not SocialAccount.objects.exists()
    assert [mail.subject for mail in mailoutbox] == ["A sign-in from elsewhere was parted"]


def test_one_that_lets_nobody_in_is_no_way_in(client, settings, db):
    """Nobody without a password parts the last provider that is still named."""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [oidc(URL="https://a.example")]}}
    person = make.user(email="ada@example.org", password=None)
    client.force_login(person)
    last, gone = (
        SocialAccount.objects.create(user=person, provider=name, uid="ada")
        for name in ("sso", "north")
    )
    page = client.post(reverse("socialaccount_connections"), {"account": last.pk})
    assert "Choose a password first" in page.text
    client.post(reverse("socialaccount_connections"), {"account": gone.pk})
    assert list(SocialAccount.objects.all()) == [last]


def test_more_have_settings_with_their_own_word(monkeypatch):
    monkeypatch.setenv("OIDC_NORTH_URL", "https://north.example")
    first = dict.fromkeys(providers.OIDC, "")
    (more,) = providers.several("OIDC", first, ["north"], "sso")
    assert more == ("north", first | {"URL": "https://north.example"}, "OIDC_NORTH_")


@pytest.mark.parametrize("word", ["North", "a b", "sso", "saml", "../x", ""])
def test_a_word_that_serves_in_no_address(word):
    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS"):
        providers.several("OIDC", dict.fromkeys(providers.OIDC, ""), [word], "sso")


@pytest.mark.parametrize("url", ["http://far.example", "far.example", "ftp://far.example"])
def test_nothing_is_taken_from_where_others_can_change_it(url):
    with pytest.raises(ImproperlyConfigured, match="with https"):
        oidc(URL=url)
    assert oidc(URL="http://127.0.0.1:8080/realm/")["settings"]["origin"] == "http://127.0.0.1:8080"


def test_a_file_says_who_and_where(file):
    app = saml(METADATA=str(file))
    assert app["provider_id"] == "urn:one"
    assert app["settings"]["origin"] == "https://one.example"


def test_a_new_key_of_the_provider_counts_soon(file):
    far = saml(METADATA="https://far.example/metadata", PROVIDER="urn:far")
    kept = [
        app["settings"]["idp"]["metadata_cache_timeout"] for app in (far, saml(METADATA=str(file)))
    ]
    assert kept == [15 * 60, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"METADATA": "no-such-file"}, "a file of XML"),
        ({"METADATA": "http://far.example/metadata"}, "a file of XML"),
        ({"METADATA": "https://far.example/metadata"}, "SAML_PROVIDER"),
        ({"PROVIDER": "urn:two"}, "names no such provider"),
        ({"NAME_ID": "transient"}, "SAML_NAME_ID"),
        ({"KEY": "no-such-file"}, "SAML_KEY"),
    ],
)
def test_a_wrong_value_is_told(given, words, file):
    with pytest.raises(ImproperlyConfigured, match=words):
        saml(**{"METADATA": str(file)} | given)


def test_domains_may_stand_with_spaces(file):
    app = saml(METADATA=str(file), DOMAINS=" School.example, example.org ,,")
    assert app["settings"]["verified_email"] == ["school.example", "example.org"]


def test_a_key_goes_with_its_own_certificate_and_is_not_encrypted(file, keys, tmp_path):
    assert saml(METADATA=str(file), KEY=str(keys / "portal.pem"))["settings"]["advanced"][
        "x509cert"
    ]
    key, other = (keys / "portal.key").read_bytes(), (keys / "other.crt").read_bytes()
    private = serialization.load_pem_private_key(key, None)
    locked = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    for text in (key, other, key + other, locked + (keys / "portal.crt").read_bytes()):
        (tmp_path / "key.pem").write_bytes(text)
        with pytest.raises(ImproperlyConfigured, match="SAML_KEY"):
            saml(METADATA=str(file), KEY=str(tmp_path / "key.pem"))


@pytest.mark.parametrize(
    "text", ["hello", METADATA.format("POST"), "<!DOCTYPE r [<!ENTITY a 'b'>]><r/>"]
)
def test_a_file_that_will_not_do(text, file):
    file.write_text(text)
    with pytest.raises(ImproperlyConfigured, match="SAML_METADATA"):
        saml(METADATA=str(file))


def test_without_what_reads_saml_it_is_said(monkeypatch, file):
    monkeypatch.setattr(providers, "READS_SAML", False)
    with pytest.raises(ImproperlyConfigured, match=r"requirements-saml\.txt"):
        saml(METADATA=str(file))
