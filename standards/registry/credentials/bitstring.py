"""Bitstring Status List 1.0: one bit for each credential, the left-most first. Pure."""

import gzip
import io
import re
import zlib
from collections.abc import Iterable

from standards.registry.credentials.proof import from_base64, to_base64

LENGTH = 131_072  # bits; the least that the specification allows, so that one hides among many
LARGEST = 4 * 1024 * 1024  # bytes that a foreign list may unpack to: 32 million credentials
INDEX = re.compile(r"0|[1-9][0-9]{0,9}")


class BadList(ValueError):
    """A list that is not one, or too large to be opened."""


def encoded(raised: Iterable[int]) -> str:
    """The list with these bits set: gzip, base64url, `u` before. The same bits, the same text."""
    bits = bytearray(LENGTH // 8)
    for index in raised:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + to_base64(gzip.compress(bytes(bits), compresslevel=9, mtime=0))


def decoded(text: str) -> bytes:
    """The bits of a list. Stops unpacking at LARGEST, whatever the list promises."""
    if not text.startswith("u"):
        raise BadList("no multibase prefix u")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(from_base64(text[1:]))) as file:
            data = file.read(LARGEST + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BadList("not a list") from error
    if len(data) > LARGEST:
        raise BadList("too large")
    if len(data) * 8 < LENGTH:
        raise BadList("too short")
    return data


def index_of(value: object) -> int | None:
    """A place in a list, from plain decimal text alone: "042", "4.2", "-1" and 42 are none."""
    if not isinstance(value, str) or not INDEX.fullmatch(value):
        return None
    return int(value)


def raised(bits: bytes, index: int) -> bool:
    """Whether the bit is set. IndexError beyond the end."""
    return bool(bits[index // 8] & 0x80 >> index % 8)
