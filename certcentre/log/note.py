"""Signed checkpoints as text: C2SP tlog-checkpoint in a C2SP signed-note. Values in, values out.

origin            whose log it is, an address without its scheme
1234              how many entries the tree holds
base64            the root of the tree
(empty line)
— origin base64   four bytes that name the key, then an Ed25519 signature over all above it
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

ED25519 = b"\x01"
SIZE = re.compile(r"0|[1-9][0-9]{0,19}")
MARK = "— "


class BadNote(ValueError):
    """What was read is no signed checkpoint; the message says why."""


@dataclass(frozen=True)
class Signature:
    name: str
    key: bytes  # four bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A checkpoint as it was read; nothing is said yet about its signatures."""

    text: str  # what is signed
    origin: str
    size: int
    root: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, public: bytes) -> bytes:
        """The signature that names this key; b"" where there is none."""
        name = key_id(self.origin, public)
        mine = (
            signature
            for signature in self.signatures
            if (signature.name, signature.key) == (self.origin, name)
        )
        return next((each.signature for each in mine), b"")


def key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier(name: str, public: bytes) -> str:
    """The key as a witness wants it: name, hash and key in one line."""
    return f"{name}+{key_id(name, public).hex()}+{b64encode(ED25519 + public).decode()}"


def checkpoint(origin: str, size: int, root: bytes) -> str:
    """The text that is signed."""
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n"


def signed(text: str, public: bytes, sign: Callable[[bytes], bytes]) -> str:
    """The text with a signature under it."""
    name = text.partition("\n")[0]
    mark = b64encode(key_id(name, public) + sign(text.encode())).decode()
    return f"{text}\n{MARK}{name} {mark}\n"


def parse(note: str) -> Note:
    """Read one signed checkpoint. BadNote where it is none."""
    text, gap, below = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or not below.endswith("\n") or len(lines) < 3 or not lines[0]:
        raise BadNote("It has no origin, size, root and signature.")
    if not SIZE.fullmatch(lines[1]):
        raise BadNote("Its size is no whole number.")
    root = decoded(lines[2])
    if len(root) != 32:
        raise BadNote("Its root is not 32 bytes in base64.")
    signatures = tuple(signature(line) for line in below[:-1].split("\n"))
    return Note(f"{text}\n", lines[0], int(lines[1]), root, signatures)


def signature(line: str) -> Signature:
    mark, name, data = [*line.split(" "), "", ""][:3]
    raw = decoded(data)
    if f"{mark} " != MARK or not name or len(raw) < 5 or line.count(" ") != 2:
        raise BadNote("Below its empty line stands something that is no signature.")
    return Signature(name, raw[:4], raw[4:])


def decoded(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return b""
    return raw if b64encode(raw).decode() == text else b""


WHOLE = re.compile(r"^[^\n]+\n[0-9]+\n[^\n]+\n(?:[^\n]+\n)*\n(?:— [^\n]*\n)+", re.MULTILINE)


def parse_all(text: str) -> list[Note]:
    """Every checkpoint of a file: one or several, and words of a mail around them."""
    notes = [parse(match.group()) for match in WHOLE.finditer(text.replace("\r\n", "\n"))]
    if not notes:
        raise BadNote("It holds no signed checkpoint.")
    return notes
