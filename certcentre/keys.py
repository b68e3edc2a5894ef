"""The portal's signing keys: Ed25519, each a file in DATA_DIR/keys, outside the database.

The newest active key of a purpose signs. A retired key signs nothing more: its private half is
erased and its public half kept, so that what it signed stays verifiable. Where nothing was
prepared, a key is made on first use. With KEYS_PASSPHRASE set, private halves are encrypted.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from certcentre import base58

ED25519 = b"\xed\x01"  # multicodec: an Ed25519 public key follows


class KeyTrouble(Exception):
    """A key that is not there, is retired, or cannot be opened; the message says what to do."""


class Purpose(StrEnum):
    """What a key signs; a key never signs anything else."""

    CREDENTIALS = "credentials"
    LOG = "log"
    DATA = "data"


@dataclass(frozen=True)
class Key:
    """One key as it is kept. `retired` and `compromised` say until when its signatures count."""

    id: str
    purpose: Purpose
    public: bytes
    made: datetime
    retired: datetime | None = None
    compromised: bool = False

    @property
    def multikey(self) -> str:
        """The public half as `z6Mk…`."""
        return to_multikey(self.public)

    @property
    def path(self) -> Path:
        return folder() / f"{self.id}.json"

    @property
    def pem(self) -> bytes:
        """The public half as OpenSSL reads it."""
        made = Ed25519PublicKey.from_public_bytes(self.public)
        return made.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, data: bytes) -> bytes:
        """64 bytes. KeyTrouble when the key is retired or the passphrase is missing or wrong."""
        return opened(self.path, self.path.stat().st_mtime_ns, settings.KEYS_PASSPHRASE).sign(data)

    def verifies(self, signature: bytes, data: bytes) -> bool:
        return verifies(self.public, signature, data)


def to_multikey(public: bytes) -> str:
    return base58.encode(ED25519 + public)


def from_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 public key. ValueError for any other kind of key."""
    data = base58.decode(text)
    if not data.startswith(ED25519) or len(data) != 34:
        raise ValueError("not an Ed25519 Multikey")
    return data[2:]


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether this Ed25519 signature is right; a malformed key or signature is simply not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def folder() -> Path:
    """The folder of signing keys, made on first use and readable by this process alone."""
    path = Path(settings.DATA_DIR) / "keys"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def listed(purpose: Purpose | None = None) -> list[Key]:
    """Every key ever made, oldest first, the retired ones too."""
    kept = [read(path, path.stat().st_mtime_ns) for path in folder().glob("*.json")]
    kept.sort(key=lambda key: (key.made, key.id))
    return [key for key in kept if purpose is None or key.purpose == purpose]


def active(purpose: Purpose) -> Key:
    """The key that signs now: the newest that is not retired, made here if there is none."""
    if key := newest(purpose):
        return key
    with alone():
        return newest(purpose) or make(purpose, at=datetime.now(UTC))


def newest(purpose: Purpose) -> Key | None:
    return next((key for key in reversed(listed(purpose)) if key.retired is None), None)


def new(purpose: Purpose, *, at: datetime) -> Key:
    """Make a key that signs from now on. Those before it stay until they are retired."""
    with alone():
        return make(purpose, at=at)


def retire(id: str, *, at: datetime, compromised: bool = False) -> Key:
    """Erase a key's private half. What it signed stays verifiable, unless it was compromised."""
    with alone():
        key = next((key for key in listed() if key.id == id), None)
        if key is None:
            raise KeyTrouble(f"There is no key {id}. `keys list` shows those there are.")
        if key.retired and not (compromised and not key.compromised):
            raise KeyTrouble(f"Key {id} is retired already; nothing was changed.")
        kept = json.loads(key.path.read_text())
        kept |= {"retired": kept["retired"] or at.isoformat(), "compromised": compromised}
        write(key.path, kept | {"private": None})
    return read(key.path, key.path.stat().st_mtime_ns)


def make(purpose: Purpose, *, at: datetime) -> Key:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    path = folder() / f"{hashlib.sha256(public).hexdigest()[:16]}.json"
    write(
        path,
        {
            "purpose": purpose,
            "public": to_multikey(public),
            "made": at.isoformat(),
            "retired": None,
            "compromised": False,
            "private": sealed(private.private_bytes_raw()),
        },
    )
    return read(path, path.stat().st_mtime_ns)


def sealed(private: bytes) -> dict[str, str]:
    """The private half as it is kept, encrypted where a passphrase is set."""
    passphrase = settings.KEYS_PASSPHRASE
    if not passphrase:
        return {"clear": private.hex()}
    salt, nonce = os.urandom(16), os.urandom(12)
    cipher = AESGCM(stretched(passphrase, salt)).encrypt(nonce, private, None)
    return {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": cipher.hex()}


def unsealed(kept: dict[str, str], passphrase: str) -> bytes:
    """InvalidTag where the passphrase is another one."""
    if "clear" in kept:
        return bytes.fromhex(kept["clear"])
    key = AESGCM(stretched(passphrase, bytes.fromhex(kept["salt"])))
    return key.decrypt(bytes.fromhex(kept["nonce"]), bytes.fromhex(kept["sealed"]), None)


def stretched(passphrase: str, salt: bytes) -> bytes:
    """scrypt at 32 MB; paid once per process and key."""
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def write(path: Path, kept: dict[str, Any]) -> None:
    """All of it or nothing, and never readable by anybody else, not even for a moment."""
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time makes or retires keys, or two first uses would make two keys."""
    descriptor = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@lru_cache(maxsize=256)
def read(path: Path, changed: int) -> Key:
    """The public side of a key file; `changed` is its time, so that an old reading is not used."""
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    kept = json.loads(path.read_text())
    return Key(
        id=path.stem,
        purpose=Purpose(kept["purpose"]),
        public=from_multikey(kept["public"]),
        made=datetime.fromisoformat(kept["made"]),
        retired=datetime.fromisoformat(kept["retired"]) if kept["retired"] else None,
        compromised=kept["compromised"],
    )


@lru_cache(maxsize=16)
def opened(path: Path, changed: int, passphrase: str) -> Ed25519PrivateKey:
    """The private half; one kept in the clear is encrypted now, if a passphrase came since."""
    kept = json.loads(path.read_text())
    if kept["private"] is None:
        raise KeyTrouble(f"Key {path.stem} is retired and signs nothing more.")
    try:
        private = unsealed(kept["private"], passphrase)
    except InvalidTag as error:
        raise KeyTrouble(
            f"Key {path.stem} is encrypted and KEYS_PASSPHRASE does not open it. "
            "Nothing was signed. Set the passphrase it was made with."
        ) from error
    if passphrase and "clear" in kept["private"]:
        with alone():
            write(path, json.loads(path.read_text()) | {"private": sealed(private)})
    return Ed25519PrivateKey.from_private_bytes(private)
