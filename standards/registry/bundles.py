"""Two or three products that together meet a lot which none of them meets alone. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from standards.registry.matching import places

TRIED = 60  # products that a bundle may start from: those that lack fewest
PARTNERS = 12  # second products tried before a third is looked for


def bundles(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> list[tuple[int, ...]]:
    """Pairs that cover every criterion; triples where no pair does. Places, the nearest first.

    `lacking` is criterion → the set of those that lack it, `start` the places to begin from. A
    criterion that everybody lacks lets nothing be found.
    """
    if not lacking or any(lacks == inside for lacks in lacking.values()):
        return []
    tried = list(start)[:TRIED]
    found = _distinct(_pairs(lacking, inside, tried, most), most)
    return found or _distinct(_triples(lacking, inside, tried, most), most)


def _pairs(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> Iterator[tuple[int, ...]]:
    for first in start:
        partners = _covering(lacking, inside, _missing(lacking, first))
        yield from ((first, other) for other in places(partners, most))


def _triples(
    lacking: Mapping[str, int], inside: int, start: Sequence[int], most: int
) -> Iterator[tuple[int, ...]]:
    for first in start:
        missing = _missing(lacking, first)
        rarest = max(missing, key=lambda key: lacking[key].bit_count())
        for second in places(inside & ~lacking[rarest], PARTNERS):
            left = [key for key in missing if lacking[key] >> second & 1]
            partners = _covering(lacking, inside, left)
            yield from ((first, second, third) for third in places(partners, most))


def _missing(lacking: Mapping[str, int], place: int) -> list[str]:
    return [key for key, lacks in lacking.items() if lacks >> place & 1]


def _covering(lacking: Mapping[str, int], inside: int, keys: Sequence[str]) -> int:
    """Those that have every one of these."""
    for key in keys:
        inside &= ~lacking[key]
    return inside


def _distinct(found: Iterator[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    """Each set of products once."""
    kept: dict[frozenset[int], tuple[int, ...]] = {}
    for one in found:
        kept.setdefault(frozenset(one), one)
        if len(kept) >= most:
            break
    return list(kept.values())
