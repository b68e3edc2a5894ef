"""Ways to narrow a list, each a link that keeps the others; pressed again it lets go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Chip:
    """Words, the address it leads to, how many it would leave, and whether it is on."""

    words: str
    url: str
    count: int
    on: bool


def chips(
    name: str,
    choices: Iterable[tuple[str, str, int]],
    base: str,
    query: Mapping[str, str],
) -> list[Chip]:
    """A chip for each choice (value, words, count) that leaves something or is on."""
    found = []
    for value, words, count in choices:
        on = query.get(name) == value
        if count or on:
            asked = {**query, name: "" if on else value}
            kept = urlencode({key: said for key, said in asked.items() if said})
            found.append(Chip(words, f"{base}?{kept}" if kept else base, count, on))
    return found
