"""What editions and criteria are found by; written in the step that changes them."""

from collections.abc import Iterable, Iterator

from certcentre.search.models import IndexEntry, Texts
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
    for words in row.translations.values():
        if text := words.get(field):
            yield text
