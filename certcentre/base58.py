"""Base58 as keys and proofs are written in it (Bitcoin's alphabet), with multibase's `z` before."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """`z` and the base58 digits of the bytes; leading zero bytes are kept."""
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(ALPHABET[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + "".join(reversed(digits))


def decode(text: str, *, longest: int = 128) -> bytes:
    """The bytes behind `z…`. ValueError for other letters, or more than `longest`."""
    if not text.startswith("z") or len(text) > longest:
        raise ValueError("not base58 after a z")
    number = 0
    for letter in text[1:]:
        if letter not in VALUE:
            raise ValueError("not base58 after a z")
        number = number * 58 + VALUE[letter]
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
