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


def wordings(row: Translated, fields: Iterable[str], language: str) -> list[Wording]:
    """Its texts that say anything in the source."""
    return [wording(row, field, language) for field in fields if getattr(row, field)]


def carried(row: Translated, values: Mapping[str, Any], fields: Iterable[str]) -> State:
    """The state of a record's texts after `values` are written: texts that are new are a person's
    of the new source, unless `values` say who made them; those that stay keep the source they were
    made from."""
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
            given = values.get("translation_state", {}).get(language, {}).get(field)
            if given and (said != was or kept is None or given[0] == HUMAN):
                kept = given
            elif said != was:
                kept = [HUMAN, digest(new)]
            elif kept is None and old != new:
                kept = [HUMAN, digest(old)]
            if kept is not None:
                state.setdefault(language, {})[field] = kept
    return state
