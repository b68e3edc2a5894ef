"""Loading content: read and check everything, then write what differs, in one transaction."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models import Model

from certcentre.accounts.people import User
from certcentre.log.models import LogEntry, entry
from certcentre.search.models import Turn
from standards.catalogue import texts
from standards.catalogue.checking import Known, check
from standards.catalogue.content import CONTENT, BrokenContent, Content, Placed, Problem, collect
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import CountryGroup, Fact
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile, Scheme, put_needs
from standards.catalogue.publishing import frozen_differences, publish
from standards.catalogue.reviewing import Review, Signed
from standards.catalogue.revisions import revise
from standards.catalogue.rules import Rule
from standards.catalogue.schema import EditionRecord, RuleRecord
from standards.catalogue.standards import Standard
from standards.catalogue.steps import step_of
from standards.catalogue.translation_sets import FIELDS
from standards.catalogue.translations import carried, shipped

TRANSLATIONS = {"translations", "translation_state"}
OF_EDITIONS = ("edition", "level", "criterion")  # the rows whose texts have a digest
HINTS = {"note", "aliases", "evidence_hint", "guidance", "notes"}  # never what is asked


def by_key(row: Any) -> Hashable:
    return row.key


@dataclass
class Writer:
    """One load: by whom, when, and what it did, counted by kind of row."""

    by: Any
    at: datetime
    reason: str = ""
    made: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    published: list[str] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)  # editions whose texts got a new one, by key
    corrected: dict[str, str] = field(default_factory=dict)  # by key; the edition that follows

    @property
    def nothing(self) -> bool:
        """Whether everything stood there already."""
        return not (self.made or self.changed or self.published or self.digests)

    def write(
        self,
        model: type[models.Model],
        wanted: dict[Any, dict[str, Any]],
        key: Callable[[Any], Hashable] = by_key,
        among: "models.QuerySet[Any] | None" = None,
    ) -> dict[Any, Any]:
        """Bring the rows of `wanted` (field values by key) about; the rows there are, by key.

        `among` narrows the rows that are looked at: all of the model without it.
        """
        found = model._default_manager.all() if among is None else among
        standing = {key(row): row for row in sorted(found, key=is_alive)}
        if self.by is not None and issubclass(model, Signed):
            wanted = self._by_a_person(model, wanted, standing)
        if self.by is None and issubclass(model, Signed):
            stay_decided(wanted, standing)
        if model in FIELDS:
            keep_states(model, wanted, standing, self.by)
        new = {k: model(**values) for k, values in wanted.items() if k not in standing}
        changes = {
            k: names
            for k, values in wanted.items()
            if k in standing
            and (names := [n for n, value in values.items() if getattr(standing[k], n) != value])
        }
        for k, names in changes.items():
            self._change(standing[k], names, wanted[k])
        if new:
            model._default_manager.bulk_create(new.values())
            self.entries += [self._begun(row) for row in new.values() if is_begun(row, self.by)]
        if changes:
            fields = {name for names in changes.values() for name in names}
            model._default_manager.bulk_update([standing[k] for k in changes], fields)
        name = str(model._meta.model_name)
        self.made += Counter({name: len(new)})
        self.changed += Counter({name: len(changes)})
        self.same += Counter({name: len(wanted) - len(new) - len(changes)})
        return standing | new

    def _by_a_person(
        self, model: type[Signed], wanted: dict[Any, dict[str, Any]], standing: dict[Any, Any]
    ) -> dict[Any, dict[str, Any]]:
        """What a person writes is proposed, and waits for a second one; a file's word does not
        publish it, and its place in the file does not move it."""
        found = {}
        for place, (k, values) in enumerate(wanted.items(), start=len(standing)):
            kept = dict(values)
            if k in standing:
                kept.pop("status", None)
                kept.pop("position", None)
            else:
                kept["proposed_by"] = self.by
                if "status" in kept:
                    kept["status"] = Review.PROPOSED
                if "position" in kept:
                    kept["position"] = place
            found[k] = kept
        return found

    def _change(self, row: Any, names: list[str], values: dict[str, Any]) -> None:
        left = getattr(row, "status", "")
        if "status" in names and values["status"] not in row.LIFECYCLE[left]:
            reason = f"stands at {left} and cannot become {values['status']}"
            raise BrokenContent(Problem("", str(row), reason))
        if self.by is not None and isinstance(row, Rule | Profile | Need | Mapping):
            refuse_settled(row, names)
        for name in names:
            setattr(row, name, values[name])
        if self.by is not None and names == ["words_digest"]:
            return  # told with the criteria that changed
        changed = "translated" if set(names) <= TRANSLATIONS else "changed"
        self.entries.append(
            entry(
                row,
                step_of(row, row.status if "status" in names else changed),
                by=self.by,
                at=self.at,
                from_state=left,
                to_state=getattr(row, "status", ""),
                reason=self.reason,
                detail={"fields": sorted(names)},
            )
        )

    def _begun(self, row: Model) -> LogEntry:
        """That a record came: proposed by a person, or published with the portal's content."""
        by_hand = self.by is not None
        first = "drafted" if isinstance(row, Edition) else "proposed"
        return entry(
            row,
            step_of(row, first if by_hand else "published"),
            by=self.by,
            at=self.at,
            from_state="" if by_hand else Review.PROPOSED,
            to_state=getattr(row, "status", ""),
            reason=self.reason,
        )


def stay_decided(wanted: dict[Any, dict[str, Any]], standing: dict[Any, Any]) -> None:
    """What people signed or withdrew here stays so, whatever a file that ships says of its state
    (rule R142)."""
    for k, values in wanted.items():
        row = standing.get(k)
        if row is not None and "status" in values and (row.published_by_id or not is_alive(row)):
            values["status"] = row.status


def keep_states(
    model: type[Model],
    wanted: dict[Any, dict[str, Any]],
    standing: dict[Any, Any],
    by: User | None,
) -> None:
    """Say of each text that is written who made it and of which source."""
    for k, values in wanted.items():
        row = standing.get(k)
        if row is None or not (row.translations or values.get("translations")):
            continue
        if by is None:
            texts, state = shipped(row, values, FIELDS[model])
            values |= {"translations": texts, "translation_state": state}
        else:
            values["translation_state"] = carried(row, values, FIELDS[model])


def refuse_settled(row: Rule | Profile | Need | Mapping, names: list[str]) -> None:
    """What is published stays but for its hints and translations; a withdrawn record is history."""
    if row.status == Review.WITHDRAWN:
        raise BrokenContent(Problem("", str(row), "is withdrawn; propose another"))
    if row.status == Review.PUBLISHED and set(names) - HINTS - TRANSLATIONS:
        reason = "is published and stays as it is; propose another and withdraw this one"
        raise BrokenContent(Problem("", str(row), reason))


def is_begun(row: Model, by: User | None) -> bool:
    """Whether the log tells that a record came: of published ones, and of a person's."""
    return isinstance(row, Signed) if by is not None else is_published(row)


def is_alive(row: Model) -> bool:
    """A withdrawn record gives way to one that took its place."""
    return getattr(row, "status", "") != Review.WITHDRAWN


def is_published(row: Model) -> bool:
    return getattr(row, "status", "") == Review.PUBLISHED


def load(folder: Path | None = None, *, at: datetime, by: User | None = None) -> Writer:
    """Bring the catalogue to what the folder says; BrokenContent changes nothing.

    Loading twice changes nothing. Records that the folder does not name stay as they are.
    """
    content = collect(folder or CONTENT)
    with transaction.atomic():
        corrected = revise(content, at=at) if by is None else {}
        writer = write(content, at=at, by=by)
        writer.corrected = corrected
        writer.digests += texts.keep(texts.without_digest(), by=by, at=at)
    return writer


def write(content: Content, *, at: datetime, by: User | None = None, reason: str = "") -> Writer:
    """Check the content against itself and the database, and write what differs.

    What a person writes is a draft or a proposal, until a second one publishes it.
    """
    writer = Writer(by=by, at=at, reason=reason)
    with transaction.atomic():
        check(content, known())
        refuse_frozen(content.of("edition"))
        write_editions(content, writer)
        write_mappings(content, writer)
        groups = content.groups.items()
        writer.write(CountryGroup, {k: {"key": k, "members": each.record} for k, each in groups})
        writer.write(Fact, rows(content, "fact"))
        if writer.made["fact"] or writer.changed["fact"]:
            Turn.take()
        writer.write(Rule, rule_rows(content))
        writer.write(Profile, rows(content, "profile"))
        writer.write(Need, rows(content, "need"))
        if writer.made["need"] or writer.changed["need"]:
            put_needs()
        writer.write(Scheme, rows(content, "scheme"))
        LogEntry.objects.bulk_create(writer.entries)
    return writer


def rows(content: Content, kind: str) -> dict[str, dict[str, Any]]:
    """Field values by key, in the order of the files; an edition's words apart."""
    wanted = {}
    for position, (key, placed) in enumerate(content.of(kind).items()):
        record = placed.record
        own = {"position": position, "status": getattr(record, "status", "")}
        names = {field.name for field in record.ROW._meta.concrete_fields}
        wanted[key] = {**record.columns(), **{n: own[n] for n in own.keys() & names}}
    return wanted


def known() -> Known:
    """What the database already holds that content may refer to."""
    return Known(
        editions=set(Edition.objects.values_list("key", flat=True)),
        levels={f"{e} {k}" for e, k in Level.objects.values_list("edition__key", "key")},
        criteria=set(Criterion.objects.values_list("key", flat=True)),
        facts={fact.key: (fact.type, fact.value_ids()) for fact in Fact.objects.all()},
        groups=dict(CountryGroup.objects.values_list("key", "members")),
        profiles=set(Profile.objects.values_list("key", flat=True)),
    )


def refuse_frozen(files: dict[str, Placed]) -> None:
    """A published edition's words, titles, levels and refs never change (rule R1)."""
    problems = []
    for edition in Edition.objects.published().filter(key__in=files):
        placed = files[edition.key]
        record: EditionRecord = placed.record
        if edition.words_digest != record.words_digest or record.status == Edition.Status.DRAFT:
            differences = frozen_differences(edition, record)
            problems += [Problem(placed.file, name, reason) for name, reason in differences]
    if problems:
        raise BrokenContent(*problems)


def write_standards(files: dict[str, Any], writer: Writer, renaming: bool) -> dict[Any, Standard]:
    """The families that the editions of the files belong to."""
    named = {
        each.standard: {"key": each.standard, "name": each.name, "issuing_body": each.issuing_body}
        for each in files.values()
    }
    if writer.by is not None or not renaming:  # a draft does not rename the family that it joins
        there = set(Standard.objects.filter(key__in=named).values_list("key", flat=True))
        named = {key: row for key, row in named.items() if key not in there}
    return writer.write(Standard, named)


def write_editions(content: Content, writer: Writer, *, renaming: bool = True) -> None:
    """Standards, editions, levels and criteria; new editions are published unless drafts.

    With `renaming` false, standards that are there keep their name and issuer.
    """
    files = {key: placed.record for key, placed in content.of("edition").items()}
    out = list(Edition.objects.published().filter(key__in=files).order_by("pk").select_for_update())
    if writer.by is not None:
        texts.require_as_logged(out)
    unlike = texts.forget_makers(out) if writer.by is None else []
    standards = write_standards(files, writer, renaming)
    related: dict[str, list[Any]] = {}
    for placed in content.of("related").values():
        relation = placed.record.model_dump(exclude={"source"})
        related.setdefault(placed.record.source, []).append(relation)
    wanted = {}
    for key, each in files.items():
        more: dict[str, Any] = {"standard_id": standards[each.standard].pk}
        if each.supersedes:
            before = Edition.objects.filter(key=each.supersedes).values_list("pk", flat=True)
            more["supersedes_id"] = before.first()
        if writer.by is None:  # relations between whole editions come with the content alone
            more["related"] = related.get(key, [])
        wanted[key] = {**each.columns(), "words_digest": each.words_digest, **more}
    editions = writer.write(Edition, wanted)
    mine = {key: editions[key] for key in files}
    wanted_levels = {
        (mine[key].pk, level.key): {
            "edition_id": mine[key].pk,
            "position": place,
            **level.columns(),
        }
        for key, each in files.items()
        for place, level in enumerate(each.levels)
    }
    levels = writer.write(Level, wanted_levels, key=lambda level: (level.edition_id, level.key))
    wanted_criteria = {
        f"{key}:{item.ref}": {
            "key": f"{key}:{item.ref}",
            "edition_id": mine[key].pk,
            "level_id": levels[mine[key].pk, item.level].pk,
            "position": place,
            **item.columns(),
        }
        for key, each in files.items()
        for place, item in enumerate(each.items)
    }
    own = Criterion.objects.filter(edition__in=mine.values())
    writer.write(Criterion, wanted_criteria, among=own)
    drafts = [each for each in mine.values() if each.status == Edition.Status.DRAFT]
    for draft in drafts:  # a draft may lose criteria and levels until it is published
        draft.criteria.exclude(key__in=wanted_criteria).delete()
        draft.levels.exclude(key__in=[k for e, k in wanted_levels if e == draft.pk]).delete()
    if unlike or any(writer.made[name] or writer.changed[name] for name in OF_EDITIONS):
        writer.digests += texts.keep(out, by=writer.by, at=writer.at)
    ready = [each for each in drafts if files[each.key].status != "draft"]
    if ready and writer.by is None:
        publish(ready, by=writer.by, at=writer.at)
        writer.published = [edition.key for edition in ready]


def write_mappings(content: Content, writer: Writer) -> None:
    records = [placed.record for placed in content.of("mapping").values()]
    if records:
        criteria = dict(Criterion.objects.values_list("key", "pk"))
        wanted = {}
        for each in records:
            ends = criteria[each.source], criteria[each.target]
            own = {"source_id": ends[0], "target_id": ends[1], "status": each.status}
            wanted[ends] = {**each.columns(), **own}
        writer.write(
            Mapping,
            wanted,
            key=lambda each: (each.source_id, each.target_id),
            # a person may propose again what was withdrawn; a file would bring it back unsaid
            among=Mapping.objects.exclude(status=Review.WITHDRAWN) if writer.by else None,
        )


def rule_rows(content: Content) -> dict[str, dict[str, Any]]:
    """Rules with the rows of the edition and the level that they name."""
    editions = dict(Edition.objects.values_list("key", "pk"))
    levels = {(level.edition_id, level.key): level.pk for level in Level.objects.all()}
    wanted = rows(content, "rule")
    for key, placed in content.of("rule").items():
        record: RuleRecord = placed.record
        edition = editions[record.then.standard]
        level = levels[edition, record.then.level] if record.then.level else None
        wanted[key] |= {"edition_id": edition, "level_id": level, "refs": record.then.criteria}
        wanted[key]["effect"] = record.then.effect
    return wanted
