"""What was typed, as terms to look for; and the word nearest to one that nobody wrote."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from certcentre.search.fulltext import Phrase, Term
from certcentre.search.models import Word
from certcentre.search.words import folded, forms, left_out, meanings, words

MOST_WORDS = 8  # further ones are not looked for, and the page says so
MOST_LETTERS = 2000
NEAR_ENOUGH = 0.85
BEGUN = 3  # letters that a word is known by while it is being typed
MISTYPED = 5  # letters of a word that is long enough to be a mistake for another


class QueryTerm(NamedTuple):
    """A term with the place of its words in what was typed."""

    term: Term
    first: int
    after: int
    shown: str  # as it was typed, folded


class Query(NamedTuple):
    typed: tuple[str, ...]
    looked: tuple[QueryTerm, ...]
    over: bool  # whether more was typed

    @property
    def terms(self) -> list[Term]:
        return [each.term for each in self.looked]


def asked(text: str) -> Query:
    """The terms of what was typed. Words that say nothing are left out, unless there are no others.

    Words that have a meaning together, as *screen reader*, are one term, and so are the words of
    other languages for the same thing.
    """
    typed = words(text[:MOST_LETTERS])
    every: list[QueryTerm] = []
    place = 0
    while place < len(typed):
        phrases, count = meaning_at(typed, place)
        spoken = typed[place : place + count]
        if phrases or spoken[0] not in left_out() or set(typed) <= left_out():
            term = Term(tuple(dict.fromkeys((spelled(spoken), *phrases))))
            every.append(QueryTerm(term, place, place + count, " ".join(spoken)))
        place += count
    over = len(every) > MOST_WORDS or len(text) > MOST_LETTERS
    return Query(typed, tuple(every[:MOST_WORDS]), over)


def meaning_at(typed: Sequence[str], place: int) -> tuple[list[Phrase], int]:
    """What else the words from this place on are called, the longest first, and how many."""
    for phrase, others in meanings_of(typed[place]):
        if says(typed[place : place + len(phrase)], phrase):
            return [spelled(other) for other in others], len(phrase)
    return [], 1


def meanings_of(word: str) -> list[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    """The phrases that begin with a form of this word, the longest first."""
    begun = {phrase: others for form in forms(word) for phrase, others in meanings().get(form, ())}
    return sorted(begun.items(), key=lambda pair: -len(pair[0]))


def says(typed: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether these are the words of the phrase, in forms that are alike."""
    alike = (forms(word) & forms(other) for word, other in zip(typed, phrase, strict=False))
    return len(typed) == len(phrase) and all(alike)


def spelled(typed: Iterable[str]) -> Phrase:
    return tuple(forms(word) for word in typed)


def nearest(lost: Iterable[str]) -> dict[str, list[str]]:
    """Of each word: those in public that begin so, else the one that is nearest in its letters; as
    shown. One statement for all of them; none where there are none to ask for."""
    asked = {word for word in lost if len(word) >= BEGUN and word not in left_out()}
    alike = [
        Q(word__startswith=word[:2]) | Q(word__startswith=word[0], word__endswith=word[-BEGUN:])
        if len(word) >= MISTYPED
        else Q(word__startswith=word)
        for word in asked
    ]
    rows = Word.objects.filter(reduce(or_, alike)).values_list("word", "shown") if alike else []
    known = sorted(rows)
    return {word: instead_of(word, known) for word in asked}


def instead_of(word: str, known: Iterable[tuple[str, str]]) -> list[str]:
    """Of words in their order, each with how it is shown."""
    others = [(other, shown) for other, shown in known if other != word]
    if begun := [shown for other, shown in others if other.startswith(word)][:MOST_WORDS]:
        return begun
    if len(word) < MISTYPED:
        return []
    near = [
        (likeness(word, other), shown)
        for other, shown in others
        if other[0] == word[0] and close(word, other)
    ]
    best = max(near, key=lambda pair: pair[0], default=(0.0, ""))
    return [best[1]] if best[0] >= NEAR_ENOUGH else []


def close(word: str, other: str) -> bool:
    return abs(len(word) - len(other)) <= 2


def likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, word, folded(other), autojunk=False).ratio()
