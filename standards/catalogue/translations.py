"""Texts in several languages: who made each, and whether its source has changed since.

`translation_state` holds for each text [who, digest of the source it was made from]. A text
without an entry came with the content: a person made it, from the source as it stands.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certcentre.places import read_in
from standards.catalogue.editions import Translated

HUMAN, MACHINE = "human", "machine"
MISSING, OUTDATED = "missing", "outdated"
WORDS: dict[str, Promise] = {
    HUMAN: _("By a person"),
    MACHINE: _("By a machine"),
    OUTDATED: _("Out of date: the original changed"),
    MISSING: _("Missing"),
}
KINDS = {HUMAN: "good", MACHINE: "warn", OUTDATED: "bad", MISSING: "plain"}
State = dict[str, dict[str, list[str]]]  # language, field, [who, digest]


def digest(text: str) -> str:
    """A short print of a source text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Wording:
    """One text in one language beside its source."""

    field: str
    source: str
    said: str
    state: str

    @property
    def words(self) -> Promise:
        return WORDS[self.state]

    @property
    def kind(self) -> str:
        return KINDS[self.state]

    @property
    def print(self) -> str:
        return digest(self.source)


def wording(row: Translated, field: str, language: str) -> Wording:
    """A text of a record, whether it is there, and whether it is out of date."""
    source = getattr(row, field)
    translation = row.translations.get(language, {}).get(field, "")
    return Wording(
        field,
        source,
        translation,
        state_of(row, field, language, source) if translation else MISSING,
    )


def state_of(row: Translated, field: str, language: str, source: str) -> str:
    who, of = row.translation_state.get(language, {}).get(field, [HUMAN, digest(source)])
    return who if of == digest(source) else OUTDATED


WEAKEST = (HUMAN, MACHINE, OUTDATED, MISSING)


def state_read(row: Translated, fields: Iterable[str], written_in: str) -> str:
    """The state of the weakest of these texts in the reader's language; empty where they are read
    as they were written."""
    if read_in() == written_in:
        return ""
    states = (each.state for each in wordings(row, fields, read_in()))
    return max(states, key=WEAKEST.index, default=HUMAN)


def wordings(row: Translated, fields: Iterable[str], language: str) -> list[Wording]:
    """Its texts that say anything in the source."""
    return [wording(row, field, language) for field in fields if getattr(row, field)]


def carried(row: Translated, values: Mapping[str, Any], fields: Iterable[str]) -> State:
    """The state of a record's texts after `values` are written: texts that are new are a person's
    of the new source; those that stay keep the source they were made from."""
    state: State = {}
    after = values.get("translations", row.translations)
    for language, texts in after.items():
        for field in fields:
            said = texts.get(field)
            if not isinstance(said, str) or not said:
                continue
            old, new = getattr(row, field), values.get(field, getattr(row, field))
            was = row.translations.get(language, {}).get(field)
            kept = row.translation_state.get(language, {}).get(field)
            if said != was:
                kept = [HUMAN, digest(new)]
            elif kept is None and old != new:
                kept = [HUMAN, digest(old)]
            if kept is not None:
                state.setdefault(language, {})[field] = kept
    return state


def shipped(
    row: Translated, values: Mapping[str, Any], fields: Iterable[str]
) -> tuple[dict[str, Any], State]:
    """The texts of a record and their state after content that ships is loaded. What was made in
    the portal stays: where a person made it of the words as they will stand, or where the content
    has no such text (rule R129)."""
    texts = {language: dict(own) for language, own in values["translations"].items()}
    state: State = {}
    for language, entries in row.translation_state.items():
        for field, entry in entries.items():
            was = row.translations.get(language, {}).get(field)
            source = values.get(field, getattr(row, field, ""))
            coming = texts.get(language, {}).get(field)
            if was and (not coming or entry == [HUMAN, digest(source)]):
                texts.setdefault(language, {})[field] = was
                state.setdefault(language, {})[field] = entry
    for language, own in texts.items():
        for field in set(fields) & own.keys() - state.get(language, {}).keys():
            given = values.get("translation_state", {}).get(language, {}).get(field)
            entry = given or aged(row, values, language, field)
            if entry:
                state.setdefault(language, {})[field] = entry
    return texts, state


def aged(row: Translated, values: Mapping[str, Any], language: str, field: str) -> list[str] | None:
    """That a text came with the content of words that read otherwise now; else nothing."""
    old, new = getattr(row, field), values.get(field, getattr(row, field))
    if values["translations"][language][field] != row.translations.get(language, {}).get(field):
        return None
    entry = row.translation_state.get(language, {}).get(field)
    if entry is None:
        return [HUMAN, digest(old)] if old != new else None
    return entry if entry[0] == HUMAN else None
