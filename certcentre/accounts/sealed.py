"""What lies in the database and must be readable by this portal alone."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher() -> MultiFernet:
    """Encrypts with a key made from SECRET_KEY, and reads what earlier ones encrypted too."""
    keys = []
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = HKDF(SHA256(), 32, salt=None, info=b"certcentre.accounts.factors")
        keys.append(Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode()))))
    return MultiFernet(keys)
