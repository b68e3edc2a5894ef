"""Public numbers of records, such as CC-2026-000123: written and read in one way at every door."""

import re
import unicodedata

CASE = "CS"
KINDS = ("AC", "CC", CASE, "DC", "EN", "TD", "XC")
LATER = "-v"  # between the number of an amended tender and its version
LONGEST = 300  # letters looked into; an address of ours is shorter

APART = r"[\W_]{0,3}"  # a hyphen of any kind, a space, both, or nothing
MISREAD = str.maketrans("OIL", "011")  # letters that are typed for digits
PARTS = (rf"({'|'.join(KINDS)})", r"([\dOIL]{4})", r"([\dOIL]{1,8})")
WHOLE = re.compile("".join(PARTS) + r"(?:V(\d{1,3}))?")
INSIDE = re.compile(rf"(?<![^\W_]){APART.join(PARTS)}(?:{APART}V(\d{{1,3}}))?(?![^\W_])")


def written(kind: str, year: int, count: int, version: int = 1) -> str:
    """`CC-2026-000123`; of an amended tender `TD-2026-000123-v2`."""
    return reference_of(f"{kind}-{year}-{count:06d}", version)


def reference_of(line: str, version: int) -> str:
    """The reference of a version of a tender; `line` is that of version 1."""
    return line if version <= 1 else f"{line}{LATER}{version}"


def line_of(reference: str, version: int) -> str:
    """The reference of version 1, from that of any version."""
    return reference.removesuffix(f"{LATER}{version}")


def number_of(text: str) -> str:
    """The number that the text is, whatever stands between its parts; empty where it is none.

    Small letters, spaces, hyphens of any kind and the zeros in front do not matter, nor do letters
    that look like digits: O, I, L.
    """
    parts = WHOLE.fullmatch(re.sub(r"[\W_]", "", _level(text)))
    return _canonical(parts) if parts else ""


def number_in(text: str) -> str:
    """The same, or the first number within the text, such as an address; empty without one."""
    if number := number_of(text):
        return number
    parts = INSIDE.search(_level(text))
    return _canonical(parts) if parts else ""


def _level(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).upper()


def _canonical(parts: re.Match[str]) -> str:
    kind, year, count, version = parts.groups()
    if version and kind != "TD":
        return ""
    year, count = (int(digits.translate(MISREAD)) for digits in (year, count))
    return written(kind, year, count, int(version or 1))


class NumberConverter:
    """A number in an address. What is none is left as it is, so that it is not found there."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return number_of(value) or value

    def to_url(self, value: str) -> str:
        return value
