"""What is translated together: an edition with its levels and criteria, or all rules, needs, …"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import User
from certcentre.lifecycle import NotReady
from certcentre.log.models import LogEntry, entry, record
from certcentre.places import languages
from certcentre.search.models import Turn
from standards.catalogue import steps
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import Fact
from standards.catalogue.indexed import put_editions
from standards.catalogue.profiles import Need, Profile, put_needs
from standards.catalogue.records import Record
from standards.catalogue.reviewing import Review, judged_by_the_centre
from standards.catalogue.rules import Rule
from standards.catalogue.schema import (
    CriterionRecord,
    EditionRecord,
    FactRecord,
    LevelRecord,
    NeedRecord,
    ProfileRecord,
    RuleRecord,
    SchemeRecord,
)
from standards.catalogue.steps import step_of
from standards.catalogue.texts import Texts, held, require_as_logged
from standards.catalogue.translations import HUMAN, MACHINE, Wording, digest, wordings

TRANSLATED: tuple[type[Record], ...] = (EditionRecord, LevelRecord, CriterionRecord, FactRecord,
                                        RuleRecord, NeedRecord, ProfileRecord,
                                        SchemeRecord)  # fmt: skip
FIELDS: dict[Any, tuple[str, ...]] = {each.ROW: each.TRANSLATED for each in TRANSLATED}
LABELS: dict[str, Promise] = {
    "name": _("Name"),
    "notes": _("Notes"),
    "notice": _("Notice"),
    "label": _("Label"),
    "title": _("Title"),
    "statement": _("What it asks"),
    "guidance": _("Guidance"),
    "evidence_hint": _("What would show it"),
    "group": _("Heading"),
    "ask": _("Question"),
    "why": _("Reason"),
    "means": _("What it means"),
    "learners": _("Supports learners who …"),
    "purpose": _("For whom and what"),
}
SETS: dict[str, tuple[Any, Promise]] = {
    "rules": (Rule, _("Rules")),
    "needs": (Need, _("Learner needs")),
    "profiles": (Profile, _("Profiles")),
    "facts": (Fact, _("Facts")),
}
LONGEST = 20_000


@dataclass(frozen=True)
class Text:
    """One text to translate: the name of its record, and the wording."""

    name: str
    row: Any
    wording: Wording

    @property
    def key(self) -> str:
        return f"{self.name}|{self.wording.field}"

    @property
    def label(self) -> Promise:
        return LABELS[self.wording.field]


@dataclass(frozen=True)
class Said:
    """A translation that somebody gives: the text, who made it, and the source it was made from."""

    text: str
    who: str = HUMAN
    source: str = ""  # digest of the source text; empty: as it stands


@dataclass(frozen=True)
class Scope:
    """Records that are translated together."""

    key: str
    title: str
    language: str  # that the sources are written in
    edition: Edition | None = None

    def rows(self, *, lock: bool = False) -> Iterator[tuple[str, Any]]:
        """The records by name. At most three statements."""
        if self.edition:
            yield "edition", self.edition
            for level in manager(Level, lock).filter(edition=self.edition).order_by("position"):
                yield f"level {level.key}", level
            criteria = manager(Criterion, lock).filter(edition=self.edition)
            yield from ((criterion.ref, criterion) for criterion in criteria.order_by("position"))
            return
        found = manager(SETS[self.key][0], lock)
        if self.key != "facts":
            found = found.exclude(status=Review.WITHDRAWN)
        yield from ((one.key, one) for one in found.order_by("pk"))

    def texts(self, language: str, *, lock: bool = False) -> list[Text]:
        """Every text with what it says in a language; a heading once, where it first stands."""
        found, headings = [], set()
        for name, row in self.rows(lock=lock):
            for each in wordings(row, FIELDS[type(row)], language):
                if each.field == "group":
                    if each.source in headings:
                        continue
                    headings.add(each.source)
                found.append(Text(name, row, each))
        return found


def manager(model: type[Model], lock: bool) -> QuerySet[Any]:
    rows = model._default_manager.all()
    return rows.select_for_update() if lock else rows


def scope(key: str) -> Scope | None:
    """The scope of this name: a set, or an edition by its key."""
    if key in SETS:
        return Scope(key, str(SETS[key][1]), "en")
    edition = Edition.objects.select_related("supersedes").filter(key=key).first()
    return Scope(key, edition.name, edition.language, edition) if edition else None


def known_language(code: str) -> bool:
    return len(code) == 2 and code in dict(languages())


def wrong(text: Text, said: Said) -> str:
    """Why a translation cannot be taken, in words; empty where it can."""
    most = text.row._meta.get_field(text.wording.field).max_length or LONGEST
    if len(said.text) > most:
        words = gettext("%(name)s has %(n)s characters, at most %(most)s.")
        return words % {"name": f"{text.name} {text.label}", "n": len(said.text), "most": most}
    if said.who not in (HUMAN, MACHINE):
        return gettext("Say who made it: human or machine.")
    return ""


def translate(
    where: Scope, language: str, given: dict[str, Said], *, by: User | None, at: datetime
) -> int:
    """Write translations by key of their text; only translations change. How many did.

    An empty text takes one away. NotReady names what cannot be taken, and nothing is written.
    """
    judged_by_the_centre(by)
    if not known_language(language) or language == where.language:
        raise NotReady(gettext("Choose a language other than that of the originals."))
    with transaction.atomic():
        if where.edition:
            require_as_logged([where.edition])
        texts = {text.key: text for text in where.texts(language, lock=True)}
        problems = [wrong(texts[key], said) for key, said in given.items() if key in texts]
        problems += [
            gettext("There is no text %(key)s.") % {"key": k} for k in given if k not in texts
        ]
        if problems := [each for each in problems if each]:
            raise NotReady(*problems)
        changed = [texts[key] for key, said in given.items() if differs(texts[key], said)]
        for text in changed:
            put(text, language, given[text.key])
        save(where, language, changed, by, at)
    return len(changed)


def differs(text: Text, said: Said) -> bool:
    return said.text.strip() != text.wording.said or (
        bool(said.text.strip()) and text.wording.state not in ("missing", said.who)
    )


def put(text: Text, language: str, said: Said) -> None:
    """Change the record in memory; a heading wherever it stands is written in `save`."""
    row, field = text.row, text.wording.field
    words = row.translations.setdefault(language, {})
    states = row.translation_state.setdefault(language, {})
    if said.text.strip():
        words[field] = said.text.strip()
        states[field] = [said.who, said.source or digest(text.wording.source)]
        return
    words.pop(field, None)
    states.pop(field, None)
    if not words:
        row.translations.pop(language)
    if not states:
        row.translation_state.pop(language, None)


def save(where: Scope, language: str, changed: list[Text], by: User | None, at: datetime) -> None:
    """Write the rows, the same headings of other criteria with them, and tell the log."""
    rows: dict[tuple[Any, int], Any] = {(type(one.row), one.row.pk): one.row for one in changed}
    headings = {one.wording.source: one.row for one in changed if one.wording.field == "group"}
    if headings and where.edition:
        others = Criterion.objects.filter(edition=where.edition, group__in=headings)
        for other in others.exclude(pk__in=[row.pk for row in headings.values()]):
            row = rows.setdefault((Criterion, other.pk), other)
            share(headings[row.group], row, language)
    for model in FIELDS:
        its = [row for (kind, _pk), row in rows.items() if kind is model]
        if its:
            fields = ["translations", "translation_state"]
            model.objects.bulk_update(its, fields, batch_size=500)
    if not changed:
        return
    detail: dict[str, Any] = {"language": language}
    detail["changed"] = sorted({one.name for one in changed})
    if where.edition:
        for standing in held([where.edition]):  # a draft is under no digest
            detail["texts"] = Texts.of_whole(standing).digest
        put_editions(Edition.objects.published().filter(pk=where.edition.pk))
        record(where.edition, steps.EDITION_TRANSLATED, by=by, at=at, detail=detail)
        return
    kinds = {kind for kind, _pk in rows}
    if Need in kinds:
        put_needs()
    elif Fact in kinds:
        Turn.take()
    LogEntry.objects.bulk_create(
        entry(row, step_of(row, "translated"), by=by, at=at, detail=detail) for row in rows.values()
    )


def share(source: Any, row: Model, language: str) -> None:
    """The same heading says the same in every criterion that stands under it."""
    for name in ("translations", "translation_state"):
        said = getattr(source, name).get(language, {}).get("group")
        texts = getattr(row, name).setdefault(language, {})
        if said is None:
            texts.pop("group", None)
        else:
            texts["group"] = said
        if not texts:
            getattr(row, name).pop(language)
