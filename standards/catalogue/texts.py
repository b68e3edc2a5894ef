"""What of a published edition may change, guidance, hints, notes and translations, and its digest.

Whatever writes such a text gives the log the digest of all of them, in its own transaction: they
are shown only while they have it (rule R84).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from django.db.models import Subquery
from django.utils.translation import gettext

from certcentre.accounts.people import User
from certcentre.lifecycle import Disagrees
from certcentre.log.models import LogEntry, digest, record, same
from standards.catalogue import steps
from standards.catalogue.editions import Criterion, Edition, Level, Translated
from standards.catalogue.indexed import put_editions

CHANGE: dict[type[Any], tuple[str, ...]] = {
    Edition: ("notes", "notice", "outline"),
    Level: (),
    Criterion: ("guidance", "evidence_hint", "group"),
}
KEEPING = (steps.EDITION_PUBLISHED, steps.EDITION_TRANSLATED, steps.EDITION_TEXTS)


def print_of(row: Translated) -> str:
    """The digest of what may change of one row; none where a hand wrote what is no text."""
    own = {name: getattr(row, name) for name in CHANGE[type(row)]}
    every = {**own, "translations": row.translations, "state": row.translation_state}
    try:
        return digest(rfc8785.dumps(every))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return ""


@dataclass(frozen=True)
class Texts:
    """A print of each record of an edition: levels by key, criteria by ref."""

    edition: str
    levels: dict[str, str]
    criteria: dict[str, str]

    @classmethod
    def of(cls, edition: Edition, levels: Iterable[Level], rows: Iterable[Criterion]) -> "Texts":
        return cls(
            print_of(edition),
            {level.key: print_of(level) for level in levels},
            {row.ref: print_of(row) for row in rows},
        )

    @classmethod
    def of_whole(cls, edition: Edition) -> "Texts":
        """Of an edition that has its levels and criteria beside it. Two statements else."""
        return cls.of(edition, edition.levels.all(), edition.criteria.all())

    @property
    def digest(self) -> str:
        """What the log keeps of them: SHA-256 over the prints, in canonical JSON."""
        prints: dict[str, Any] = {
            "edition": self.edition,
            "levels": self.levels,
            "criteria": self.criteria,
        }
        return digest(rfc8785.dumps(prints))


def last_digest(told: Sequence[dict[str, Any]]) -> str:
    """The digest that counts of what steps on an edition say: the last of KEEPING gave it."""
    keeping = {str(step) for step in KEEPING}
    last = next((step for step in reversed(told) if step["step"] in keeping), None)
    return digest_in(last["detail"]) if last else ""


def last_entry(key: str) -> Subquery:
    """For a queryset: the bytes of the entry that gave the edition at `key` this digest."""
    return LogEntry.objects.last_body(Edition, KEEPING, key)


def digest_in(detail: dict[str, Any]) -> str:
    """The digest that a step of KEEPING gave; empty where it is older than digests of texts."""
    return str(detail.get("texts", ""))


def is_as_logged(edition: Edition, told: Sequence[dict[str, Any]]) -> bool:
    """Whether its texts have the digest that the steps on it gave last; true where none did."""
    kept = last_digest(told)
    return not kept or Texts.of_whole(edition).digest == kept


def held(editions: Iterable[Edition]) -> list[Edition]:
    """Their rows as they stand, locked until the transaction ends, with levels and criteria: who
    writes texts meanwhile waits, and then reads these."""
    keys = [edition.pk for edition in editions]
    rows = Edition.objects.published().filter(pk__in=keys).order_by("pk").select_for_update()
    return list(rows.prefetch_related("levels", "criteria"))


def require_as_logged(editions: Iterable[Edition]) -> None:
    """For a person who is about to change texts: refused where they are not what the log holds, as
    the next digest would vouch for what somebody wrote in by hand. Call inside a transaction."""
    standing = held(editions)
    told = LogEntry.objects.told(standing)
    for edition in standing:
        if not same(edition, is_as_logged(edition, told.get(str(edition.pk), []))):
            raise disagreement(edition)


def disagreement(edition: Edition) -> Disagrees:
    words = gettext(
        "Our records disagree: guidance, hints or translations of %(edition)s are not those that "
        "our log holds. Nothing was changed or given out. Please tell whoever runs the portal."
    )
    return Disagrees(words % {"edition": edition.key})


def forget_makers(editions: Iterable[Edition]) -> list[Edition]:
    """For the content that ships, which writes every text anew: where texts are not what the log
    holds, nobody is believed who is said to have made one. Gives those of which the log holds
    another digest, or none. Call inside a transaction."""
    standing = held(editions)
    told = LogEntry.objects.told(standing)
    kept = {row: last_digest(told.get(str(row.pk), [])) for row in standing}
    unlike = [row for row in standing if Texts.of_whole(row).digest != kept[row]]
    if forged := [row.pk for row in unlike if kept[row]]:
        Edition.objects.filter(pk__in=forged).update(translation_state={})
        for model in (Level, Criterion):
            model._default_manager.filter(edition__in=forged).update(translation_state={})
    return unlike


def keep(editions: Iterable[Edition], *, by: User | None, at: datetime) -> list[str]:
    """Give the log the digest of texts that have another than it holds; of which editions, by key.
    Call it after the texts were written, in their transaction."""
    standing = held(editions)
    told = LogEntry.objects.told(standing)
    changed = []
    for edition in standing:
        now = Texts.of_whole(edition).digest
        if now != last_digest(told.get(str(edition.pk), [])):
            record(edition, steps.EDITION_TEXTS, by=by, at=at, detail={"texts": now})
            changed.append(edition)
    put_editions(changed)
    return [edition.key for edition in changed]


def without_digest() -> list[Edition]:
    """Published editions of whose texts the log holds no digest, as before it kept them."""
    rows = list(Edition.objects.published())
    told = LogEntry.objects.told(rows)
    return [row for row in rows if not last_digest(told.get(str(row.pk), []))]


def leave_out(row: Translated) -> None:
    """In memory: the original words alone, where the rest is not what the log holds."""
    row.translations, row.translation_state = {}, {}
    for name in CHANGE[type(row)]:
        field: Any = row._meta.get_field(name)
        setattr(row, name, field.get_default())
