"""What a notice says, as pairs of words: for the annex, its files and the public page.

Pure: from the frozen body alone, in the language asked for. What is not said is left out; a body
from before terms could be said has none.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from babel import Locale
from babel.units import format_unit
from django.utils.translation import override

from certcentre.places import money
from certcentre.zones import day, written
from tenders import paper_languages

Pair = tuple[str, str]


def pairs(body: dict[str, Any], language: str) -> tuple[Pair, ...]:
    """All that the notice says: until when, how, to whom; then what, and on which terms."""
    terms, words = body.get("notice", {}), paper_languages.of(language).notice
    known = Locale(language).languages

    def text(name: str) -> str:
        return str(terms.get(name) or "")

    every = (
        (words["closes"], when(body, body["deadline"], language)),
        (words["short_reason"], text("short_reason")),
        (words["how"], how(terms, words)),
        (words["questions_until"], when(body, terms.get("questions_until"), language)),
        (words["contact"], contact(terms)),
        (words["bid_languages"], ", ".join(known.get(code, code) for code in spoken(terms))),
        (words["valid"], lasting(terms.get("valid_days"), "day", language)),
        (words["method"], chosen(terms.get("method"), language)),
        (words["method_reason"], text("method_reason")),
        (words["category"], chosen(terms.get("category"), language)),
        (words["code"], ", ".join(filter(None, (code(terms), text("code_words"))))),
        (words["value"], value(terms, language)),
        (words["contract"], ", ".join(contract(terms, words, language))),
        (words["extensions"], text("contract_extensions")),
        (words["review_body"], text("review_body")),
        (words["papers"], two_languages(body, language)),
    )
    return tuple(pair for pair in every if pair[1])


def two_languages(body: dict[str, Any], language: str) -> str:
    """The languages of a tender's papers where they are two, and which of them prevails."""
    others = body.get("second", {}).get("language"), body.get("prevails")
    if not any(others):
        return ""
    first, second = body["language"], others[0]
    if others[1]:
        first, second = others[1], body["language"]
    names = {code: Locale(language).languages.get(code, code) for code in (first, second)}
    words = paper_languages.of(language).notice["two_languages"]
    return words.format(first=names[first], second=names[second])


def listed(parts: Iterable[str], language: str) -> str:
    """With the sign between them as the language sets it: French parts it from the word before."""
    return paper_languages.of(language).annex["semicolon"].join(parts)


def reviewers(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The body that one objects to an award at, as a party of open contracting data."""
    if name := body.get("notice", {}).get("review_body"):
        yield {"id": "review-body", "name": name, "roles": ["reviewBody"]}


def chosen(value: str | None, language: str) -> str:
    """What the notice calls a choice, in a language."""
    return paper_languages.of(language).choices.get(value or "", "")


def lasting(n: int | None, unit: str, language: str) -> str:
    """So many days or months; empty where none is said."""
    if not n:
        return ""
    key = f"duration-{unit}"
    words = format_unit(n, key, locale=language)
    if key in words:  # where the long form is not known
        words = format_unit(n, key, length="short", locale=language)
    return words


def when(body: dict[str, Any], moment: str | None, language: str) -> str:
    """A moment as the clocks of the place show it, and as UTC."""
    zone = body.get("notice", {}).get("zone", "")
    return written(datetime.fromisoformat(moment), zone, language) if moment else ""


def spoken(terms: dict[str, Any]) -> list[str]:
    return list(terms.get("bid_languages") or [])


def how(terms: dict[str, Any], words: dict[str, str]) -> str:
    by = terms.get("bid_how")
    return words[by].format(address=terms["bid_address"]) if by else ""


def contact(terms: dict[str, Any]) -> str:
    parts = (terms.get(name) for name in ("contact_office", "contact_email", "contact_phone"))
    return ", ".join(part for part in parts if part)


def code(terms: dict[str, Any]) -> str:
    return f"{terms['scheme']} {terms['code']}" if terms.get("code") else ""


def value(terms: dict[str, Any], language: str) -> str:
    if not terms.get("value"):
        return ""
    with override(language):
        return money(terms["value"], terms["currency"])


def contract(terms: dict[str, Any], words: dict[str, str], language: str) -> Iterator[str]:
    if start := terms.get("contract_start"):
        yield words["from"].format(day=day(date.fromisoformat(start), language))
    if months := terms.get("contract_months"):
        yield lasting(months, "month", language)
