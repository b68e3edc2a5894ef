"""Rows of the catalogue as the records that a content file holds: rows.py the other way round."""

from collections.abc import Callable
from typing import Any

from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.rows import SAME
from standards.catalogue.rules import Rule

Data = dict[str, Any]


def full(data: Data) -> Data:
    """Without the keys that say nothing."""
    return {name: value for name, value in data.items() if value not in ("", None, [], {}, False)}


def edition(row: Edition) -> Data:
    """An edition with its levels and criteria. Two statements."""
    levels = list(row.levels.order_by("position"))
    names = {level.pk: level.key for level in levels}
    said = {name: getattr(row, name) for name in SAME}
    more = {
        "effective_from": row.effective_from,
        "grace_until": row.grace_until,
        "supersedes": row.supersedes.key if row.supersedes else "",
        "notice": row.notice,
        "source_basis": row.source_basis,
        "notes": row.notes,
        "source": row.source,
        "groups": row.outline,
        "last_checked": row.last_checked,
        "status": "draft" if row.status == Edition.Status.DRAFT else "",
        "translations": row.translations,
    }
    return {
        "id": row.key,
        "standard": row.standard.key,
        "edition": row.version[:60],
        "published": row.published_text,
        "language": row.language,
        **said,
        **full(more),
        "level_structure": [level_of(level) for level in levels],
        "criteria": [criterion(one, names) for one in row.criteria.order_by("position")],
    }


def level_of(row: Level) -> Data:
    said = {"id": row.key, "obligation": row.obligation, "label": row.label}
    return said | full({"cumulative": row.cumulative, "translations": row.translations})


def criterion(row: Criterion, levels: dict[int, str]) -> Data:
    said = {"ref": row.ref, "title": row.title, "level": levels[row.level_id]}
    said |= {"statement": row.statement, "domain": row.domain}
    names = ("guidance", "evidence_hint", "group", "part", "force", "source_id", "more")
    more = {name: getattr(row, name) for name in (*names, "verification", "translations")}
    return said | full({**more, "parent": row.parent_ref})


def mapping(row: Mapping) -> Data:
    said = {"source": row.source.key, "relation": row.relation, "target": row.target.key}
    names = ("strength", "rationale", "note", "group")
    return {**said, "origin": row.origin, **full({name: getattr(row, name) for name in names})}


def rule(row: Rule) -> Data:
    then = {"standard": row.edition.key, "effect": row.effect}
    level = row.level.key if row.level else ""
    more = {
        "legal_basis": row.legal_basis,
        "human_confirmation": row.human_confirmation,
        "applies_from": row.applies_from,
        "legal_reference_excludes": row.law_excludes,
        "translations": row.translations,
    }
    then |= full({"level": level, "criteria": row.refs})
    return {"id": row.key, "when": row.when, "then": then, "why": row.why, **full(more)}


def need(row: Need) -> Data:
    more = {
        "learners": row.learners,
        "also_searched_as": row.aliases,
        "anchors": row.anchors,
        "translations": row.translations,
    }
    said = {"id": row.key, "group": row.group, "label": row.label, "means": row.means}
    return {**said, "evidence": row.evidence, **full(more)}


def profile(row: Profile) -> Data:
    more = {**row.contents, "least": row.least, "translations": row.translations}
    return {"id": row.key, "label": row.label, "for": row.purpose, **full(more)}


RECORDS: dict[str, Callable[[Any], Data]] = {
    "edition": edition,
    "mapping": mapping,
    "rule": rule,
    "need": need,
    "profile": profile,
}
