"""Corrected content in a portal that published it before: as the edition that follows.

A published edition keeps its words (rule R1), so a file whose words were corrected counts its
`revision` up. An empty portal loads it under its own key. One that published other words under
that key keeps them, and gets the corrected ones as `<key>.r2`, which follows: whatever else the
files say of the edition is said of that one (rule R96).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from standards.catalogue.content import Content, Placed
from standards.catalogue.editions import Edition
from standards.catalogue.publishing import NOTICE
from standards.catalogue.records import Data
from standards.catalogue.schema import (
    EditionRecord,
    MappingRecord,
    NeedRecord,
    ProfileRecord,
    RelatedRecord,
    RuleRecord,
    SchemeRecord,
)


def revise(content: Content, *, at: datetime) -> dict[str, str]:
    """Let each file whose words were corrected speak of the edition that follows, where the
    portal published other words; gives the new keys by those of the files."""
    moved: dict[str, str] = {}
    files = {key: each.record for key, each in content.of("edition").items()}
    corrected = {key: record for key, record in files.items() if record.revision > 1}
    standing = published(corrected)
    for key, record in corrected.items():
        line = [each for each in standing if each.key in keys_of(key, record)]
        if not line or line[-1].words_digest == record.words_digest:
            continue
        last = line[-1]
        is_new = last.revision < record.revision
        moved[key] = f"{key}.r{record.revision}" if is_new else last.key
        if moved[key] != key:
            before = last if is_new else line[-2]
            following = follow(record, moved[key], before.key, at if is_new else None)
            own = content.of("edition").pop(key)
            content.of("edition")[moved[key]] = Placed(own.file, following)
    moved = {key: new for key, new in moved.items() if new != key}
    if moved:
        refer(content, moved)
    return moved


def keys_of(key: str, record: EditionRecord) -> list[str]:
    """Under which an edition can have been published, up to the revision of its file."""
    return [key, *(f"{key}.r{number}" for number in range(2, record.revision + 1))]


def published(corrected: dict[str, EditionRecord]) -> list[Edition]:
    """The editions of these lines that are out, older revisions first."""
    keys = [each for key, record in corrected.items() for each in keys_of(key, record)]
    return list(Edition.objects.published().filter(key__in=keys).order_by("revision", "pk"))


def follow(record: EditionRecord, key: str, before: str, at: datetime | None) -> EditionRecord:
    """The corrected edition under its own key. With `at` it is new: the one before it is taken as
    well for as long as is promised."""
    version = f"{record.version}, revision {record.revision}"
    own: Data = {"key": key, "version": version, "supersedes": before}
    if at is not None:
        own["grace_until"] = at.date() + NOTICE
    return record.model_copy(update=own)


def refer(content: Content, moved: dict[str, str]) -> None:
    """Say of the new editions what the files say of those that were moved."""
    now = Moved(moved)
    for kind in KINDS:
        for key, placed in content.of(kind).items():
            record = placed.record.model_copy(update=getattr(now, kind)(placed.record))
            content.of(kind)[key] = replace(placed, record=record)


KINDS = ("edition", "rule", "need", "profile", "mapping", "related", "scheme")


@dataclass(frozen=True)
class Moved:
    """New keys of editions by old; for each kind of record that names some, its fields anew."""

    keys: dict[str, str]

    def key(self, key: str) -> str:
        """Of an edition or a criterion."""
        own, colon, ref = key.partition(":")
        return f"{self.keys.get(own, own)}{colon}{ref}"

    def all(self, keys: Iterable[str]) -> list[str]:
        return [self.key(key) for key in keys]

    def edition(self, record: EditionRecord) -> Data:
        is_new = record.key in self.keys.values()
        return {} if is_new else {"supersedes": self.key(record.supersedes)}

    def rule(self, record: RuleRecord) -> Data:
        return {"then": record.then.model_copy(update={"standard": self.key(record.then.standard)})}

    def need(self, record: NeedRecord) -> Data:
        evidence = record.evidence
        own: Data = {
            name: self.all(getattr(evidence, name))
            for name in ("required_all", "supporting", "barriers_if_not_met", "tested_with_people")
        }
        own["required_any"] = [
            each.model_copy(update={"any_of": self.all(each.any_of)})
            for each in evidence.required_any
        ]
        return {"evidence": evidence.model_copy(update=own)}

    def profile(self, record: ProfileRecord) -> Data:
        return {
            "criteria": self.all(record.criteria),
            "if_ai": self.all(record.if_ai),
            "editions": [
                whole.model_copy(update={"edition": self.key(whole.edition)})
                for whole in record.editions
            ],
            "laws": {self.key(key): refs for key, refs in record.laws.items()},
        }

    def mapping(self, record: MappingRecord) -> Data:
        return {"source": self.key(record.source), "target": self.key(record.target)}

    def related(self, record: RelatedRecord) -> Data:
        return {"source": self.key(record.source)}

    def scheme(self, record: SchemeRecord) -> Data:
        return {"supports": self.all(record.supports)}
