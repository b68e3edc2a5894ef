"""Countries and languages by code, with their names in the reader's language (from CLDR)."""

import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language

# two-letter codes of CLDR that are no country: unions, test regions, parts of others
NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
# codes of CLDR that stand for no language, or for one that nobody grows up with or is taught
UNSPOKEN = """
    mis mul root und zxx
    ae akk ang arc chb chg cu dum egy elx enm frm fro gmh goh got hit kaw kho mga non nwc ota pal
    peo phn pi prg pro sam sga sog sux uga
    afh avk ie io jbo lfn nov tlh tok vo zbl
"""
NO_LANGUAGE = frozenset(UNSPOKEN.split())


def locale() -> Locale:
    """The reader's locale, as CLDR knows it."""
    return Locale.parse((get_language() or "en").replace("-", "_"))


def by_name(pair: tuple[str, str]) -> str:
    """Accents and case do not count in the order of names."""
    letters = unicodedata.normalize("NFKD", pair[1])
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


@lru_cache(maxsize=32)
def countries_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories.items()
    countries = [(code, name) for code, name in names if len(code) == 2 and code not in NO_COUNTRY]
    return sorted(countries, key=by_name)


@lru_cache(maxsize=32)
def languages_in(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).languages.items()
    languages = [(code, name) for code, name in names if len(code) < 4 and code not in NO_LANGUAGE]
    return sorted(languages, key=by_name)


def countries() -> list[tuple[str, str]]:
    """Every country as (ISO 3166 code, name), in the order of the names."""
    return countries_in(str(locale()))


def languages() -> list[tuple[str, str]]:
    """Every language as (ISO 639 code, name), in the order of the names."""
    return languages_in(str(locale()))


def right_to_left(code: str) -> bool:
    """Whether a language is written from right to left; one that CLDR does not know is not."""
    try:
        return bool(Locale.parse(code.replace("-", "_")).text_direction == "rtl")
    except (UnknownLocaleError, ValueError):
        return False


def country(code: str) -> str:
    """The name of a country; its code where it has no name."""
    return str(locale().territories.get(code, code))


def language(code: str) -> str:
    """The name of a language; its code where it has no name."""
    return str(locale().languages.get(code.replace("-", "_"), code))
