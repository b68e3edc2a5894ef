"""Whether what is shown of a published edition is what the log holds of it.

The log holds one digest of all the words of an edition. A process that has once read words with
this digest keeps a print of each criterion, so that one criterion is compared without reading the
others again. What has the digest is what was published: a kept print is never out of date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

import rfc8785
from django.db.models import F, QuerySet, Subquery
from django.utils.translation import gettext

from certcentre.lifecycle import Disagrees
from certcentre.log.models import LogEntry, detail_of, digest, same
from standards.catalogue import steps
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.schema import CriterionRecord, EditionRecord, LevelRecord

MOST = 500  # editions that are kept; some 20 KB each
OF_CRITERIA = ("position", "ref", "title", "statement", "verification", "force")


@dataclass(frozen=True)
class Words:
    """What may never change of an edition, as it was published."""

    edition: list[str]
    levels: list[list[Any]]
    criteria: dict[str, str]  # a print by ref, in their order


KNOWN: dict[str, Words] = {}  # by the digest in the log


def logged(key: str = "pk") -> Subquery:
    """For a queryset: the entry that published the edition at `key`, as `logged`."""
    return LogEntry.objects.first_body(Edition, steps.EDITION_PUBLISHED, key)


def shown() -> QuerySet[Edition]:
    """Published editions as they are shown: each with what the log holds of it."""
    return Edition.objects.published().annotate(logged=logged())


def digest_of(row: Edition | Criterion) -> str:
    """The digest in the entry of a row that has `logged`; empty where there is none."""
    body: bytes | None = getattr(row, "logged")  # noqa: B009 (an annotation, unknown to mypy)
    return str(detail_of(body).get("words", "")) if body else ""


def print_of(item: CriterionRecord) -> str:
    return digest(rfc8785.dumps(cast(Any, item.frozen)))


def kept(keys: Iterable[str]) -> dict[str, Words]:
    """What is known of these digests: taken once, as others may put it out of KNOWN meanwhile."""
    return {key: words for key in keys if (words := KNOWN.get(key))}


def read(editions: dict[str, Edition]) -> tuple[dict[int, list[Level]], dict[str, Words]]:
    """The levels of editions, by edition, and their words, with one statement. `editions` by their
    digest in the log; where one is not known yet, the words of its criteria come with them."""
    words = kept(editions)
    unknown = {key: edition for key, edition in editions.items() if key not in words}
    keys = [edition.pk for edition in editions.values()]
    rows = Level.objects.filter(edition__in=keys).order_by("edition", "position")
    if not unknown:
        by_edition = groupby(rows, key=lambda row: row.edition_id)
        return {pk: list(some) for pk, some in by_edition}, words
    joined = rows.annotate(**{f"its_{name}": F(f"criteria__{name}") for name in OF_CRITERIA})
    levels: dict[int, list[Level]] = {}
    of_edition = {pk: list(some) for pk, some in groupby(joined, key=lambda row: row.edition_id)}
    for pk, some in of_edition.items():
        levels[pk] = list({row.pk: row for row in some}.values())
    for key, edition in unknown.items():
        learnt = learn(key, edition, levels.get(edition.pk, []), of_edition.get(edition.pk, []))
        words |= {key: learnt} if learnt else {}
    return levels, words


def learn(key: str, edition: Edition, levels: list[Level], joined: list[Level]) -> Words | None:
    """Keep the words of an edition, if they have the digest that the log holds."""
    rows = [[row.key, *(getattr(row, f"its_{name}") for name in OF_CRITERIA)] for row in joined]
    items = [
        CriterionRecord.model_construct(level=level, **dict(zip(OF_CRITERIA, words, strict=True)))
        for level, *words in sorted(rows, key=lambda row: row[1] or 0)
        if words[1]
    ]
    record = EditionRecord.model_construct(
        key=edition.key,
        name=edition.name,
        version=edition.version,
        levels=[LevelRecord.of(level) for level in levels],
        items=items,
    )
    if record.words_digest != key:
        return None
    while len(KNOWN) >= MOST:
        KNOWN.pop(next(iter(KNOWN)), None)
    learnt = Words(
        [edition.key, edition.name, edition.version],
        [level.frozen for level in record.levels],
        {item.ref: print_of(item) for item in items},
    )
    KNOWN[key] = learnt
    return learnt


def vouch(editions: Sequence[Edition]) -> dict[str, Words]:
    """Give each of `shown()` its `levels_shown` and whether it `disagrees`; the words that were
    published, by their digest. One statement."""
    keys = {edition: digest_of(edition) for edition in editions}
    levels, published = read(
        {keys[edition] or f"none of {edition.pk}": edition for edition in editions}
    )
    for edition in editions:
        edition.levels_shown = levels.get(edition.pk, [])
        words = published.get(keys[edition])
        good = words is not None and (
            is_named(edition, words)
            and edition.words_digest == keys[edition]
            and [LevelRecord.of(level).frozen for level in edition.levels_shown] == words.levels
        )
        edition.disagrees = not same(edition, good)
    return published


def vouch_criteria(criteria: Sequence[Criterion]) -> None:
    """Say of each, with its edition and level beside it and `logged`, whether it `disagrees`.
    No statement where its edition is known, else one for all."""
    keys = {criterion.edition_id: digest_of(criterion) for criterion in criteria}
    editions = {criterion.edition_id: criterion.edition for criterion in criteria}
    words = kept(keys.values())
    unknown = {key: editions[pk] for pk, key in keys.items() if key and key not in words}
    if unknown:
        words |= read(unknown)[1]
    for criterion in criteria:
        say(criterion, words.get(keys[criterion.edition_id]))


def vouch_one(criterion: Criterion) -> list[Level]:
    """The same for one that is shown beside the levels of its edition. One statement."""
    key = digest_of(criterion)
    levels, words = read({key: criterion.edition})
    say(criterion, words.get(key))
    return levels.get(criterion.edition_id, [])


def say(criterion: Criterion, words: Words | None) -> None:
    item = CriterionRecord.of(criterion, level=criterion.level.key)
    good = words is not None and (
        is_named(criterion.edition, words)
        and LevelRecord.of(criterion.level).frozen in words.levels
        and words.criteria.get(criterion.ref) == print_of(item)
    )
    criterion.disagrees = not same(criterion, good)


def vouch_whole(edition: Edition, criteria: Iterable[Criterion]) -> None:
    """`vouch` for an edition that is shown with all its criteria, in their order."""
    words = vouch([edition]).get(digest_of(edition))
    levels = {level.pk: level.key for level in edition.levels_shown}
    prints = [
        (each.ref, print_of(CriterionRecord.of(each, level=levels.get(each.level_id, ""))))
        for each in criteria
    ]
    if not edition.disagrees and (words is None or list(words.criteria.items()) != prints):
        edition.disagrees = not same(edition, False)


def is_named(edition: Edition, words: Words) -> bool:
    return [edition.key, edition.name, edition.version] == words.edition


def require_vouched(edition: Edition) -> None:
    """For what is handed out, after `vouch`: refused where it is not what was published."""
    if edition.disagrees:
        raise disagreement(edition)


def require_words(record: EditionRecord, edition: Edition) -> None:
    """The same for a document made of an edition; a draft promises nothing. One statement."""
    if edition.status == Edition.Status.DRAFT:
        return
    logged = LogEntry.objects.digests([edition]).get(str(edition.pk), "")
    if not same(edition, record.words_digest == logged):
        raise disagreement(edition)


def disagreement(edition: Edition) -> Disagrees:
    words = gettext(
        "Our records disagree: the words of %(edition)s are not those that our log holds of it, "
        "so they are not given out. Please tell the centre."
    )
    return Disagrees(words % {"edition": edition.key})
