"""Reading JSON that somebody else wrote: one meaning, or none. Pure.

What two readers could take for different things is refused: a name twice in one object, numbers
that do not survive a round trip, half a character. So is what could cost more than it is worth.
"""

import json
from typing import Any

from django.utils.translation import gettext

from certcentre.tables.rows import megabytes

LARGEST = 1024 * 1024  # bytes
DEEPEST = 40
SAFE = 2**53 - 1  # beyond it, readers round (RFC 8785, I-JSON)


class Unreadable(ValueError):
    """Why this is not JSON that can be checked, in the reader's words."""


def read(data: bytes | str) -> Any:
    """The value; `Unreadable` says why there is none."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST:
        words = gettext("It is larger than %(limit)s MB. No credential of this kind is.")
        raise Unreadable(words % {"limit": megabytes(LARGEST)})
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=once,
            parse_int=whole,
            parse_float=fraction,
            parse_constant=no_constant,
        )
    except Unreadable:
        raise
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        raise Unreadable(gettext("It is not JSON that can be read.")) from error
    inspect(value)
    return value


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise Unreadable(
                gettext(
                    "The name “%(name)s” stands twice in one place, so it can be read in two ways."
                )
                % {"name": name[:60]}
            )
        members[name] = value
    return members


def whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > SAFE:
        raise too_large()
    return int(text)


def fraction(text: str) -> float:
    value = float(text)
    if abs(value) > SAFE:
        raise too_large()
    return value


def no_constant(text: str) -> Any:
    raise Unreadable(gettext("It is not JSON that can be read."))


def too_large() -> Unreadable:
    return Unreadable(gettext("It holds a number so large that programs read it differently."))


def too_deep() -> Unreadable:
    return Unreadable(gettext("It is nested too deeply to be a credential."))


def inspect(value: object) -> None:
    """Depth and half characters, without recursion."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            raise too_deep()
        if isinstance(node, str):
            whole_characters(node)
        elif isinstance(node, dict):
            for name, inner in node.items():
                whole_characters(name)
                waiting.append((inner, depth + 1))
        elif isinstance(node, list):
            waiting += [(inner, depth + 1) for inner in node]


def whole_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unreadable(gettext("It holds half a character.")) from error
