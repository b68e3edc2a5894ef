"""A portal that lets people in through a real provider of SAML."""

import pytest
import requests
from django.core.cache import cache

from certcentre.settings import providers
from tests.accounts import node, saml_world


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    saml_world.keys_in(folder)
    return folder


@pytest.fixture(scope="session")
def provider_url(keys):
    with node.provider("samlp", "saml_provider.mjs", keys) as url:
        yield url


@pytest.fixture
def use(settings):
    """Lets people in through the provider of these settings."""

    def use(**given):
        cache.clear()
        app = providers.saml("saml", dict.fromkeys(providers.SAML, "") | given, "SAML_")
        settings.SOCIALACCOUNT_PROVIDERS = {"saml": {"APPS": [app]}}
        return app

    return use


@pytest.fixture
def metadata(provider_url, tmp_path):
    file = tmp_path / "metadata.xml"
    file.write_text(requests.get(f"{provider_url}/metadata").text)
    return str(file)


@pytest.fixture
def saml(use, metadata, db):
    return use(METADATA=metadata, NAME="Example School")
