"""Facts that requirements ask for, in words: from the question and its answers, never their keys.

In the reader's language, or in that of a tender inside `override()`.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from standards.catalogue.facts import LISTS, Fact
from standards.registry.matching import market
from tenders import paper_languages
from tenders.requirements import Requirement

How = Requirement.How


def facts_of(keys: Iterable[str]) -> dict[str, Fact]:
    """The facts by key. One statement; none where none is asked for."""
    return {fact.key: fact for fact in market.known_facts(key for key in keys if key)}


def answers(fact: Fact, values: Sequence[str]) -> str:
    return fact.said(list(values))


def sentence(fact: Fact, values: Sequence[str], how: str) -> str:
    """What is asked for, for whoever answers the tender."""
    return patterns(fact, len(values), how).format(
        ask=fact.text("ask"), answers=answers(fact, values)
    )


def patterns(fact: Fact, number: int, how: str) -> str:
    words = paper_languages.of(paper_languages.spoken()).facts
    if how == How.ONLY:
        return words["only"]
    if fact.type not in LISTS:
        return words["is" if number == 1 else "one_of"]
    if number == 1:
        return words["includes"]
    return words["each" if how == How.ALL else "any"]


def short(fact: Fact, values: Sequence[str]) -> str:
    """For a line: Which ages use it? 6 to 9, 10 to 12."""
    return f"{fact.text('ask')} {answers(fact, values)}"


def silence(fact: Fact) -> str:
    """Of a product whose provider does not state it."""
    return gettext("does not answer “%(ask)s”") % {"ask": fact.text("ask")}
