"""The facts of a product that a buyer may ask for, and what is asked of each. Pure.

What a provider states of a release stands beside its levels as text, a word for each value with
the mark of its fact before it: ` @KE @TZ #en #pt-br =micro ~works_offline `.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from standards.registry.matching.bitsets import Saying, Values, Within

MARKS = {
    "countries_offered": "@",
    "languages": "#",
    "provider_size": "=",
    "connectivity": "~",
    "product_kind": "^",
    "audience_age": "&",
    "delivery": "+",
    "data_location": "*",
    "subjects": "!",
    "stages": "%",
    "price_model": "$",
}
# the learner need that checks what a provider says of a fact
CHECKED = {"works_offline": "offline"}
ANY, ALL, ONLY = "any", "all", "only"
ASKABLE = tuple(key for key in MARKS if key != "provider_size")  # in no order

Asking = Saying | Within


def as_words(stated: Mapping[str, Any]) -> str:
    """Stated facts as text; of what stands in no list of MARKS nothing is known."""
    return f" {''.join(f'{word} ' for key in MARKS for word in words(key, stated.get(key)))}"


def words(key: str, value: object) -> Iterator[str]:
    values = value if isinstance(value, list) else [value] if value else []
    yield from (MARKS[key] + normal(key, str(each)) for each in values)


def normal(key: str, value: str) -> str:
    """As a value is compared: countries in capitals, languages in small letters."""
    if key == "languages":
        return value.lower()
    return value.upper() if key in ("countries_offered", "data_location") else value


def says(key: str) -> Saying:
    """Those whose provider says anything of this fact."""
    return Saying((f" {MARKS[key]}",))


def having(key: str, values: Sequence[str]) -> Saying:
    """Those that state any of these values.

    Basic filtering of RFC 4647: `pt` is answered by `pt-BR`, not the other way round.
    """
    each = (stating(key).question(normal(key, value)).words for value in values)
    return Saying(tuple(word for words in each for word in words))


def stating(key: str) -> Values:
    """Each value that is stated of this fact."""
    return Values(MARKS[key], (" ", "-") if key == "languages" else (" ",))


def asking(key: str, values: Sequence[str], how: str = ANY) -> list[Asking]:
    """What each release must answer: it has any of the values, each of them, or no others."""
    if how == ALL:
        return [having(key, [value]) for value in values]
    if how == ONLY:
        return [Within(f" {MARKS[key]}", having(key, values).words)]
    return [having(key, values)]
