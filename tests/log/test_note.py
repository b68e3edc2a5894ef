"""The checkpoint's text, read and checked by a second program written from the C2SP pages alone."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certcentre.log import note, tree

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ROOT = tree.leaf_hash(b"x")
TEXT = note.checkpoint("portal.example/log", 42, ROOT)
NOTE = note.signed(TEXT, PUBLIC, KEY.sign)


def independent(signed, vkey):
    """(origin, size, root) as c2sp.org/signed-note and tlog-checkpoint say; None if not signed."""
    name, key_hash, key_text = vkey.split("+", 2)
    kind_and_key = b64decode(key_text)
    assert kind_and_key[:1] == b"\x01"
    assert sha256(name.encode() + b"\n" + kind_and_key).hexdigest()[:8] == key_hash
    body, _gap, below = signed.rpartition("\n\n")
    for line in below.splitlines():
        dash, signer, blob = line.split(" ")
        raw = b64decode(blob)
        if dash == "\u2014" and signer == name and raw[:4].hex() == key_hash:
            try:
                key = Ed25519PublicKey.from_public_bytes(kind_and_key[1:])
                key.verify(raw[4:], f"{body}\n".encode())
            except InvalidSignature:
                return None
            origin, size, root = body.split("\n")[:3]
            return origin, int(size), b64decode(root)
    return None


VKEY = note.verifier("portal.example/log", PUBLIC)


def test_another_program_reads_and_accepts_it():
    assert independent(NOTE, VKEY) == ("portal.example/log", 42, ROOT)


def test_the_same_gives_the_same_bytes():
    assert note.signed(TEXT, PUBLIC, KEY.sign) == NOTE


@pytest.mark.parametrize("change", [("42", "43"), ("portal", "p0rtal"), ("\n\n", "\nmore\n\n")])
def test_another_program_refuses_a_changed_one(change):
    assert independent(NOTE.replace(*change, 1), VKEY) is None


def test_it_is_read_back():
    read = note.parse(NOTE)
    assert (read.origin, read.size, read.root) == ("portal.example/log", 42, ROOT)
    assert KEY.sign(read.text.encode()) == read.signed_by(PUBLIC)


def test_a_signature_of_another_key_or_name_is_not_ours():
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert note.parse(NOTE).signed_by(other) == b""
    assert note.parse(NOTE.replace("— portal", "— other")).signed_by(PUBLIC) == b""


def test_further_signatures_and_lines_are_allowed():
    text = f"{TEXT}an extension\n"
    signed = note.signed(text, PUBLIC, KEY.sign)
    witness = f"— witness {b64encode(b'1234' + b's' * 64).decode()}\n"
    read = note.parse(signed + witness)
    assert read.signed_by(PUBLIC)
    assert len(read.signatures) == 2


BROKEN = [
    "",
    "\n\n",
    NOTE[:-1],
    NOTE.replace("\n42\n", "\n042\n"),
    NOTE.replace("\n42\n", "\n-1\n"),
    NOTE.replace("\n42\n", "\n4.2\n"),
    NOTE.replace("\n42\n", "\n٤٢\n"),
    NOTE.replace(b64encode(ROOT).decode(), b64encode(ROOT[:31]).decode()),
    NOTE.replace(b64encode(ROOT).decode(), "?"),
    NOTE.replace("— ", "- "),
    f"{TEXT}\n— portal.example/log AAAA\n",
    f"{TEXT}\n",
    f"\n{NOTE}"[: len(NOTE)],
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(note.BadNote):
        note.parse(text)


def test_a_file_of_several_and_a_mail_around_one():
    assert [one.size for one in note.parse_all(f"{NOTE}\n{NOTE}\n")] == [42, 42]
    assert len(note.parse_all(f"Keep this message.\r\n\r\n{NOTE}\r\nBye\r\n")) == 1
