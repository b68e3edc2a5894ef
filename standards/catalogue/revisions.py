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


def key_of(key: str, revision: int) -> str:
    return f"{key}.r{revision}" if revision > 1 else key


def revise(content: Content, *, at: datetime) -> dict[str, str]:
    """Let each file whose words were corrected speak of the edition that follows, where the
    portal published other words; gives the new keys by those of the files."""
    files = {key: each.record for key, each in content.of("edition").items()}
    corrected = {key: record for key, record in files.items() if record.revision > 1}
    line = [key_of(k, n) for k, r in corrected.items() for n in range(1, r.revision + 1)]
    published = {each.key: each for each in Edition.objects.published().filter(key__in=line)}
    moved = {
        key: key_of(key, record.revision)
        for key, record in corrected.items()
        if key in published and published[key].words_digest != record.words_digest
    }
    for key, new in moved.items():
        record = corrected[key]
        earlier = [key_of(key, n) for n in range(1, record.revision)]
        before = next(each for each in reversed(earlier) if each in published)
        own = content.of("edition").pop(key)
        following = follow(record, new, before, None if new in published else at)
        content.of("edition")[new] = Placed(own.file, following)
    if moved:
        refer(content, moved)
    return moved


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
