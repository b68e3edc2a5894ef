"""Whether what is shown of a published edition is what the log holds of it.

The log holds one digest of all the words of an edition. A process that has once read words with
this digest keeps a print of each criterion, so that one criterion is compared without reading the
others again. What has the digest is what was published: a kept print is never out of date.

What may change of an edition, `texts`, has a digest of its own, which each change gives anew. Where
it is another, or a print is, readers are shown the original words alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple, TypeVar, cast

import rfc8785
from django.db.models import F, QuerySet, Subquery
from django.utils.translation import gettext

from certcentre.lifecycle import Disagrees
from certcentre.log.models import LogEntry, detail_of, digest, same
from certcentre.places import read_in
from standards.catalogue import steps, texts
from standards.catalogue.editions import Criterion, Edition, Level, Translated
from standards.catalogue.schema import CriterionRecord, EditionRecord, LevelRecord
from standards.catalogue.texts import Texts, leave_out, print_of

T = TypeVar("T")
MOST = 500  # editions that are kept; some 40 KB each
OF_CRITERIA = ("position", "ref", "title", "statement", "verification", "force")
CHANGING = (*texts.CHANGE[Criterion], "translations", "translation_state")


@dataclass(frozen=True)
class Words:
    """What may never change of an edition, as it was published."""

    edition: list[str]
    levels: list[list[Any]]
    criteria: dict[str, str]  # a print by ref, in their order


class Logged(NamedTuple):
    """What the log holds of an edition: two digests, empty where it holds none."""

    words: str
    texts: str


class Known(NamedTuple):
    """What is known to have these digests."""

    words: Words | None
    texts: Texts | None

    def covers(self, kept: Logged) -> bool:
        """Whether nothing is left to be read; what has no digest never is known."""
        return bool(self.words or not kept.words) and bool(self.texts or not kept.texts)


KNOWN: dict[str, Words] = {}  # by the digest in the log
TEXTS: dict[str, Texts] = {}  # the same


def logged(key: str = "pk") -> dict[str, Subquery]:
    """For a queryset: the entry that published the edition at `key`, and the last one that gave its
    texts a digest, as annotations."""
    entries = LogEntry.objects
    return {
        "logged": entries.first_body(Edition, steps.EDITION_PUBLISHED, key),
        "logged_texts": texts.last_entry(key),
    }


def shown() -> QuerySet[Edition]:
    """Published editions as they are shown: each with what the log holds of it."""
    return Edition.objects.published().annotate(**logged())


def kept_of(row: Edition | Criterion) -> Logged:
    """The digests in the entries of a row that has `logged`."""
    words: bytes | None = getattr(row, "logged")  # noqa: B009 (an annotation, unknown to mypy)
    last: bytes | None = getattr(row, "logged_texts")  # noqa: B009
    return Logged(
        str(detail_of(words).get("words", "")) if words else "",
        texts.digest_in(detail_of(last)) if last else "",
    )


def frozen_print(item: CriterionRecord) -> str:
    return digest(rfc8785.dumps(cast(Any, item.frozen)))


def known(kept: Logged) -> Known:
    """Taken once, as others may put it out of KNOWN meanwhile."""
    return Known(KNOWN.get(kept.words), TEXTS.get(kept.texts))


def read(editions: dict[Edition, Logged]) -> tuple[dict[int, list[Level]], dict[int, Known]]:
    """The levels of editions and what is known of them, by edition, with one statement. Where
    something is not known yet, what their criteria say comes with them."""
    learnt = {edition.pk: known(kept) for edition, kept in editions.items()}
    unknown = [each for each, kept in editions.items() if not learnt[each.pk].covers(kept)]
    rows = Level.objects.filter(edition__in=list(learnt)).order_by("edition", "position")
    if unknown:
        names = ("level_id", *OF_CRITERIA, *CHANGING)
        rows = rows.annotate(**{f"its_{name}": F(f"criteria__{name}") for name in names})
    joined = {pk: list(some) for pk, some in groupby(rows, key=lambda row: row.edition_id)}
    levels = {pk: list({row.pk: row for row in some}.values()) for pk, some in joined.items()}
    for edition in unknown:
        its = levels.get(edition.pk, [])
        its_criteria = joined.get(edition.pk, [])
        learnt[edition.pk] = learn(editions[edition], edition, its, its_criteria)
    return levels, learnt


def learn(kept: Logged, edition: Edition, levels: list[Level], joined: list[Level]) -> Known:
    """Keep what an edition says, if it has the digests that the log holds."""
    names = (*OF_CRITERIA, *CHANGING)
    ordered = sorted(joined, key=lambda row: getattr(row, "its_position") or 0)  # noqa: B009
    criteria = [
        (level.key, Criterion(**{name: getattr(level, f"its_{name}") for name in names}))
        for level in ordered
        if getattr(level, "its_ref")  # noqa: B009
    ]
    items = [CriterionRecord.of(row, level=key) for key, row in criteria]
    record = EditionRecord.model_construct(
        key=edition.key,
        name=edition.name,
        version=edition.version,
        levels=[LevelRecord.of(level) for level in levels],
        items=items,
    )
    words = Words(
        [edition.key, edition.name, edition.version],
        [level.frozen for level in record.levels],
        {item.ref: frozen_print(item) for item in items},
    )
    now = Texts.of(edition, levels, [row for _key, row in criteria])
    return Known(
        remember(KNOWN, kept.words, words)
        if record.words_digest == kept.words
        else KNOWN.get(kept.words),
        remember(TEXTS, kept.texts, now) if now.digest == kept.texts else TEXTS.get(kept.texts),
    )


def remember(kept: dict[str, T], key: str, value: T) -> T:
    while len(kept) >= MOST:
        kept.pop(next(iter(kept)), None)
    kept[key] = value
    return value


def vouch(editions: Sequence[Edition]) -> dict[int, Known]:
    """Give each of `shown()` its `levels_shown`, whether it `disagrees`, and whether its texts do,
    which then are left out; what is known of each, by edition. One statement."""
    kept = {edition: kept_of(edition) for edition in editions}
    levels, learnt = read(kept)
    for edition in editions:
        edition.levels_shown = its = levels.get(edition.pk, [])
        words = learnt[edition.pk].words
        good = words is not None and (
            is_named(edition, words)
            and edition.words_digest == kept[edition].words
            and [LevelRecord.of(level).frozen for level in its] == words.levels
        )
        edition.disagrees = not same(edition, good)
        vouch_texts(edition, [edition, *its], kept[edition], learnt[edition.pk].texts)
    return learnt


def agrees(edition: Edition) -> bool:
    """Whether a published edition is what the log holds of it; a draft promises nothing. Two
    statements."""
    again = list(shown().filter(pk=edition.pk))
    vouch(again)
    return not any(each.disagrees or each.texts_disagree for each in again)


def vouch_texts(
    row: Edition | Criterion,
    beside: Sequence[Translated],
    kept: Logged,
    published: Texts | None,
) -> None:
    """Say whether the texts of a row, and of those it is shown with, disagree; leave them out."""
    good = not kept.texts or (
        published is not None
        and all(print_of(each) == print_in(published, each) for each in beside)
    )
    row.texts_disagree = not same(row, good)
    for each in beside if row.texts_disagree else ():
        leave_out(each)


def print_in(published: Texts, row: Translated) -> str:
    if isinstance(row, Edition):
        return published.edition
    if isinstance(row, Level):
        return published.levels.get(row.key, "")
    return published.criteria.get(row.ref, "") if isinstance(row, Criterion) else ""


def vouch_criteria(criteria: Sequence[Criterion]) -> None:
    """Say of each, with its edition and level beside it and `logged`, whether it `disagrees`, and
    whether its texts do. No statement where its edition is known, else one for all."""
    kept = {criterion.edition_id: kept_of(criterion) for criterion in criteria}
    editions = {criterion.edition_id: criterion.edition for criterion in criteria}
    learnt = {pk: known(each) for pk, each in kept.items()}
    if unknown := {
        editions[pk]: each for pk, each in kept.items() if any(each) and not learnt[pk].covers(each)
    }:
        learnt |= read(unknown)[1]
    for criterion in criteria:
        say(criterion, kept[criterion.edition_id], learnt[criterion.edition_id])


def titles_read(edition: Edition) -> dict[str, str]:
    """Titles of its criteria in the reader's language, by ref, as far as there are any that the log
    holds; none in the language that they were written in. Two statements, or none."""
    language = read_in()
    if language == edition.language:
        return {}
    rows = Criterion.objects.filter(edition=edition).select_related("edition", "level")
    criteria = list(rows.annotate(**logged("edition_id")))
    vouch_criteria(criteria)
    told = ((each.ref, each.translations.get(language, {}).get("title")) for each in criteria)
    return {ref: title for ref, title in told if title}


def vouch_one(criterion: Criterion, near: Sequence[Criterion] = ()) -> list[Level]:
    """The same for one that is shown beside the levels of its edition, and the titles of those
    `near` to it. One statement."""
    kept = kept_of(criterion)
    levels, learnt = read({criterion.edition: kept})
    its = learnt[criterion.edition_id]
    say(criterion, kept, its)
    for each in near:
        if kept.texts and not (its.texts and print_of(each) == print_in(its.texts, each)):
            leave_out(each)
    return levels.get(criterion.edition_id, [])


def say(criterion: Criterion, kept: Logged, learnt: Known) -> None:
    item = CriterionRecord.of(criterion, level=criterion.level.key)
    words = learnt.words
    good = words is not None and (
        is_named(criterion.edition, words)
        and LevelRecord.of(criterion.level).frozen in words.levels
        and words.criteria.get(criterion.ref) == frozen_print(item)
    )
    criterion.disagrees = not same(criterion, good)
    beside = [criterion, criterion.level, criterion.edition]
    vouch_texts(criterion, beside, kept, learnt.texts)


def vouch_whole(edition: Edition, criteria: Sequence[Criterion]) -> None:
    """`vouch` for an edition that is shown with all its criteria and their levels, in order."""
    learnt = vouch([edition])[edition.pk]
    levels = {level.pk: level for level in edition.levels_shown}
    keys = {pk: level.key for pk, level in levels.items()}
    for each in criteria:  # one row of each level, which then is looked at once
        each.level = levels.setdefault(each.level_id, each.level)
    prints = [
        (each.ref, frozen_print(CriterionRecord.of(each, level=keys.get(each.level_id, ""))))
        for each in criteria
    ]
    words = learnt.words
    if not edition.disagrees and (words is None or list(words.criteria.items()) != prints):
        edition.disagrees = not same(edition, False)
    everything = [edition, *levels.values(), *criteria]
    if not edition.texts_disagree:
        vouch_texts(edition, everything, kept_of(edition), learnt.texts)
    else:
        for row in everything:
            leave_out(row)


def is_named(edition: Edition, words: Words) -> bool:
    return [edition.key, edition.name, edition.version] == words.edition


def require_vouched(edition: Edition) -> None:
    """For what is handed out, after `vouch`: refused where it is not what was published."""
    if edition.disagrees:
        raise disagreement(edition)
    if edition.texts_disagree:
        raise texts.disagreement(edition)


def require_words(record: EditionRecord, edition: Edition) -> None:
    """The same for a document made of an edition; a draft promises nothing. One statement, and what
    reads its levels and criteria where they are not beside it."""
    if edition.status == Edition.Status.DRAFT:
        return
    told = LogEntry.objects.told([edition]).get(str(edition.pk), [])
    first = next(filter(None, (step["detail"].get("words") for step in told)), "")
    if not same(edition, record.words_digest == first):
        raise disagreement(edition)
    if not same(edition, texts.is_as_logged(edition, told)):
        raise texts.disagreement(edition)


def disagreement(edition: Edition) -> Disagrees:
    words = gettext(
        "Our records disagree: the words of %(edition)s are not those that our log holds of it, "
        "so they are not given out. Please tell the centre."
    )
    return Disagrees(words % {"edition": edition.key})
