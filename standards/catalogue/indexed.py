"""What editions and criteria are found by, written in the step that changes them; and which
editions the words of a search name."""

import re
from collections.abc import Iterable, Iterator

from certcentre.search.labels import Named, labels
from certcentre.search.models import IndexEntry, Texts
from certcentre.search.query import Query
from certcentre.search.words import forms, left_out, words
from standards.catalogue.editions import Criterion, Edition, Translated


def put_editions(editions: Iterable[Edition]) -> None:
    """The lines of these published editions and of their criteria."""
    rows = {edition.pk: edition for edition in editions}
    if not rows:
        return
    IndexEntry.put(
        IndexEntry.EDITION, {edition.key: of_edition(edition) for edition in rows.values()}
    )
    criteria = Criterion.objects.filter(edition__in=rows)
    IndexEntry.put(
        IndexEntry.CRITERION,
        {each.key: of_criterion(each, rows[each.edition_id]) for each in criteria},
    )


def of_edition(edition: Edition) -> Texts:
    names = [*spoken(edition, "name"), edition.reference, edition.key]
    return Texts(names, [edition.issuing_body, edition.version])


def of_criterion(criterion: Criterion, edition: Edition) -> Texts:
    names = [*spoken(criterion, "title"), criterion.ref]
    return Texts(names, [*spoken(criterion, "statement"), *spoken(edition, "name"), edition.key])


def spoken(row: Translated, field: str) -> Iterator[str]:
    """The field in each language it is written in, the original first."""
    yield getattr(row, field)
    for translation in row.translations.values():
        if text := translation.get(field):
            yield text


# GDPR, 27001: such a word alone names a standard; a year does not
STRONG = re.compile(r"[A-Z]{3,}|(?<![0-9])(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{3,}")
MOST_OF_A_NAME = 0.5  # other words must say that much of its name


def named_editions(query: Query, editions: Iterable[Edition], called: Named) -> set[str]:
    """Editions that every term is part of the name of, and that the words really name."""
    meant = labels(called).saying_all(query.terms)
    typed = {form for term in query.terms for phrase in term.phrases for w in phrase for form in w}

    def says(word: str) -> bool:
        return bool(forms(word) & typed)

    def names(edition: Edition) -> bool:
        spellings = list(spoken(edition, "name"))
        signs = STRONG.findall(" ".join([*spellings, edition.reference]))
        strong = {word for sign in signs for word in words(sign)}
        return any(map(says, strong)) or any(map(mostly, spellings))

    def mostly(name: str) -> bool:
        every = [word for word in words(name) if word not in left_out()]
        return bool(every) and sum(map(says, every)) >= MOST_OF_A_NAME * len(every)

    return {each.key for each in editions if each.key in meant and names(each)}
