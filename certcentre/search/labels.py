"""Short names, as of facts and needs, that words of a search are compared with. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from certcentre.search.fulltext import Phrase, Term
from certcentre.search.query import Query
from certcentre.search.words import forms, left_out, words

Named = tuple[tuple[str, str], ...]  # what is called, and how


class Labels:
    """What each word of some names leads to."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        self.names: list[tuple[str, Phrase]] = []
        self.by_form: dict[str, set[int]] = defaultdict(set)
        for called, name in dict.fromkeys(named):
            phrase = tuple(forms(word) for word in words(name) if word not in left_out())
            if phrase:
                for form in {form for word in phrase for form in word}:
                    self.by_form[form].add(len(self.names))
                self.names.append((called, phrase))

    def saying(self, term: Term) -> set[str]:
        """What has a name with all words of a phrase of the term."""
        places = set().union(*(self._holding(phrase) for phrase in term.phrases))
        return {self.names[place][0] for place in places}

    def saying_all(self, terms: Sequence[Term]) -> set[str]:
        """What is called by every term, whichever of its names say them."""
        each = [self.saying(term) for term in terms]
        return set.intersection(*each) if each else set()

    def within(self, query: Query) -> dict[str, set[int]]:
        """What has a name that the query says whole, and the places of the terms that say it.

        A phrase that a term stands for counts where all of it is in the name: *colour blind* does
        not say *blind*. Of several names the longest counts.
        """
        spoken: dict[int, list[set[int]]] = {}  # of each name: for each word the terms that say it
        for number, looked in enumerate(query.looked):
            for phrase in looked.term.phrases:
                for place in self._holding(phrase):
                    name = self.names[place][1]
                    by_word = spoken.setdefault(place, [set() for _ in name])
                    for forms_of_word, saying in zip(name, by_word, strict=True):
                        if any(forms_of_word & word for word in phrase):
                            saying.add(number)
        whole = [
            (self.names[place][0], set().union(*by_word))
            for place, by_word in spoken.items()
            if all(by_word)
        ]
        covered: dict[str, set[int]] = defaultdict(set)
        for called, places in whole:
            if not any(places < others for _, others in whole):
                covered[called] |= places
        return covered

    def _holding(self, phrase: Phrase) -> set[int]:
        each = [set().union(*(self.by_form.get(form, set()) for form in word)) for word in phrase]
        return set.intersection(*each)


@lru_cache(maxsize=32)
def labels(named: Named) -> Labels:
    """Kept for as long as the names are the same."""
    return Labels(named)
