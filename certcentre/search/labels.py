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

        Of *colour blind* the longer name counts: it does not say *blind* as well.
        """
        spoken = [
            {form for phrase in looked.term.phrases for word in phrase for form in word}
            for looked in query.looked
        ]
        begun = set().union(*(self.by_form.get(form, set()) for each in spoken for form in each))
        whole: list[tuple[str, set[int]]] = []
        for place in begun:
            called, phrase = self.names[place]
            saying = [[n for n, each in enumerate(spoken) if each & word] for word in phrase]
            if all(saying):
                whole.append((called, {n for each in saying for n in each}))
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
