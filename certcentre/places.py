"""Countries and languages by code, with their names in the reader's language, and amounts as it
writes them (from CLDR)."""

import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_decimal
from django.conf import settings
from django.conf.locale import LANG_INFO
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

# what people write, where CLDR has another name
CALLED_COUNTRIES = {
    **dict.fromkeys(("UK", "Great Britain", "Britain"), "GB"),
    **dict.fromkeys(("USA", "United States of America"), "US"),
    **dict.fromkeys(("DRC", "DR Congo", "Congo-Kinshasa"), "CD"),
    **dict.fromkeys(("Democratic Republic of the Congo", "Democratic Republic of Congo"), "CD"),
    **dict.fromkeys(("Palestine", "State of Palestine"), "PS"),
    **{"Myanmar": "MM", "Hong Kong": "HK", "Macao": "MO", "Macau": "MO"},
    **dict.fromkeys(("Ivory Coast", "Cote d'Ivoire"), "CI"),
    **{"Burma": "MM", "Cape Verde": "CV", "Czech Republic": "CZ", "East Timor": "TL"},
    **{"Holland": "NL", "Macedonia": "MK", "Swaziland": "SZ", "Turkey": "TR", "UAE": "AE"},
}
CALLED_LANGUAGES = {
    **{"Bahasa Indonesia": "id", "Castilian": "es", "Chichewa": "ny", "Farsi": "fa"},
    **{"Flemish": "nl", "isiXhosa": "xh", "isiZulu": "zu", "Kiswahili": "sw", "Mandarin": "zh"},
    **{"Sesotho": "st", "Setswana": "tn"},
}
UNITED_NATIONS = ("ar", "en", "es", "fr", "ru", "zh")  # whose names are read beside the reader's


def read_in() -> str:
    """The language that the reader's texts are in, without its country or script."""
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]


@lru_cache(maxsize=32)
def locale_of(code: str) -> Locale:
    """A language as CLDR knows it; the first language of the portal where it does not."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(settings.LANGUAGE_CODE)


def locale() -> Locale:
    """The reader's locale."""
    return locale_of(get_language() or settings.LANGUAGE_CODE)


def money(amount: Decimal | str | None, currency: str) -> str:
    """An amount as the reader's language writes it, with the code of its currency and with cents
    where it has some; – where none is given."""
    if amount is None:
        return "–"
    shape = "#,##0.00" if Decimal(amount) % 1 else "#,##0"
    return f"{format_decimal(amount, format=shape, locale=locale())} {currency}"


def folded(name: str) -> str:
    """A name as it is compared: without accents, case, dots and the like."""
    letters = unicodedata.normalize("NFKD", name).replace("’", "'")
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.replace(".", "").casefold().split())


def by_name(pair: tuple[str, str]) -> str:
    """Accents and case do not count in the order of names."""
    return folded(pair[1])


@lru_cache(maxsize=32)
def countries_in(language: str) -> list[tuple[str, str]]:
    names = locale_of(language).territories.items()
    countries = [(code, name) for code, name in names if len(code) == 2 and code not in NO_COUNTRY]
    return sorted(countries, key=by_name)


@lru_cache(maxsize=32)
def languages_in(language: str) -> list[tuple[str, str]]:
    names = locale_of(language).languages.items()
    languages = [(code, name) for code, name in names if len(code) < 4 and code not in NO_LANGUAGE]
    return sorted(languages, key=by_name)


def countries() -> list[tuple[str, str]]:
    """Every country as (ISO 3166 code, name), in the order of the names."""
    return countries_in(str(locale()))


def languages() -> list[tuple[str, str]]:
    """Every language as (ISO 639 code, name), in the order of the names."""
    return languages_in(str(locale()))


@lru_cache(maxsize=32)
def country_codes(language: str) -> dict[str, str]:
    """Country names as people write them → code; names in the reader's language win."""
    named = [pair for known in (*UNITED_NATIONS, language) for pair in countries_in(known)]
    return codes_of(CALLED_COUNTRIES, named)


@lru_cache(maxsize=32)
def language_codes(language: str) -> dict[str, str]:
    """The same of languages."""
    named = [pair for known in (*UNITED_NATIONS, language) for pair in languages_in(known)]
    return codes_of(CALLED_LANGUAGES, named)


# languages of schools whose own names are read
OWN = """
    am ar az bn bs bg ca cs da de el en es et fa fi fr gu ha he hi hr hu hy id ig is it ja ka kk km
    kn ko lo lt lv mk ml mn mr ms my nb ne nl om pa pl ps pt ro ru rw si sk sl so sq sr sv sw ta te
    th ti tr uk ur uz vi wo yo zh zu
"""


@lru_cache(maxsize=1)
def own_language_names() -> dict[str, str]:
    """What speakers call their language, folded: `deutsch` → `de`."""
    names = ((code, Locale.parse(code).languages.get(code)) for code in OWN.split())
    return {folded(name): code for code, name in names if name}


def codes_of(called: dict[str, str], named: list[tuple[str, str]]) -> dict[str, str]:
    codes = {folded(name): code for name, code in called.items()}
    codes |= {folded(name.replace("&", "and")): code for code, name in named}
    return codes | {folded(name): code for code, name in named}


def country_code(text: str) -> str | None:
    """The country of this name, in a language of the United Nations or the reader's."""
    return country_codes(str(locale())).get(folded(text))


def language_code(text: str) -> str | None:
    return language_codes(str(locale())).get(folded(text))


def is_currency(code: str) -> bool:
    return code in Locale("en").currencies


def right_to_left(code: str) -> bool:
    """Whether a language is written from right to left; one that CLDR does not know is not."""
    try:
        return bool(Locale.parse(code.replace("-", "_")).text_direction == "rtl")
    except (UnknownLocaleError, ValueError):
        return False


def direction(code: str) -> str:
    """`rtl` or `ltr`, as pages and papers are marked with it."""
    return "rtl" if right_to_left(code) else "ltr"


def marks(code: str) -> dict[str, str]:
    """How a paper is marked with its language: the language alone, and how it is written."""
    return {"language": code.split("-")[0], "direction": direction(code)}


def own_name(code: str) -> str:
    """What speakers call their language; what the settings call it where nobody else knows it."""
    if code in LANG_INFO and "name_local" in LANG_INFO[code]:
        return str(LANG_INFO[code]["name_local"])
    named = dict(settings.LANGUAGES).get(code, code)
    return str(locale_of(code).languages.get(code.replace("-", "_"), named))


def country(code: str) -> str:
    """The name of a country; its code where it has no name."""
    return str(locale().territories.get(code, code))


def language(code: str) -> str:
    """The name of a language; its code where it has no name."""
    return str(locale().languages.get(code.replace("-", "_"), code))


def spelling(language: str) -> tuple[str, str]:
    """The language and the country whose spelling our texts in it follow, for office files."""
    likely = get_global("likely_subtags").get(language, "en_Latn_GB")
    return language, "GB" if language == "en" else likely.split("_")[-1]
