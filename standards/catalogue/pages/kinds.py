"""Mappings, rules, profiles and needs: what is common to their pages, and what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from standards.catalogue.conditions import in_words
from standards.catalogue.facts import Fact
from standards.catalogue.filters import said_in
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.record_forms import (
    MappingForm,
    NeedForm,
    ProfileForm,
    RecordForm,
    RuleForm,
)
from standards.catalogue.rules import Rule
from standards.catalogue.schema import RECORDS

Pairs = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of record: its model, form, words, and the fields that words are looked for in."""

    key: str  # in addresses
    name: str  # in content files
    model: Any
    form: type[RecordForm]
    title: Promise
    new: Promise
    searched: tuple[str, ...]
    related: tuple[str, ...]
    line: Callable[[Any], str]  # what stands beside its name in a list
    told: Callable[[Any], Pairs]  # what its page says

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.select_related(
            *self.related, "proposed_by", "published_by"
        )
        return rows

    def search(self, words: str) -> QuerySet[Any]:
        return self.rows().filter(said_in(words, *self.searched)) if words else self.rows()

    def where(self, key: str) -> dict[str, Any]:
        """How a record is found by what stands in its address."""
        if self.model is Mapping:
            return {"pk": int(key) if key.isdigit() and len(key) < 16 else 0}
        return {"key": key}

    def address(self, row: Any) -> str:
        return str(row.pk) if self.model is Mapping else str(row.key)

    def record(self, row: Model) -> dict[str, Any]:
        return RECORDS[self.name].of(row).data


def mapping_line(row: Mapping) -> str:
    ends = f"{row.source.text('title')} – {row.target.text('title')}"
    return f"{ends}. {row.note or row.origin}"


def mapping_told(row: Mapping) -> Pairs:
    return [
        (_("Criterion"), f"{row.source.key}: {row.source.text('title')}"),
        (_("What it asks"), row.source.text("statement")),
        (_("Relation"), row.get_relation_display()),
        (_("The other criterion"), f"{row.target.key}: {row.target.text('title')}"),
        (_("What that asks"), row.target.text("statement")),
        (_("Strength"), row.strength),
        (_("Compared by"), row.rationale),
        (_("Reasoning"), row.note),
        (_("Group"), row.group),
        (_("Origin"), row.origin),
    ]


def rule_told(row: Rule) -> Pairs:
    facts = {fact.key: fact for fact in Fact.objects.all()}
    return [
        (_("It applies when"), in_words(row.when, facts)),
        (_("Edition"), row.edition.name),
        (_("Level"), row.level.key if row.level else ""),
        (_("Criteria"), ", ".join(row.refs)),
        (_("Effect"), row.get_effect_display()),
        (_("Reason that the public reads"), row.text("why")),
        (_("Legal basis"), row.legal_basis),
        (_("Applies from"), row.applies_from),
        (_("Criteria that the law does not refer to"), ", ".join(row.law_excludes)),
    ]


def profile_told(row: Profile) -> Pairs:
    said = row.contents
    wholes = [f"{one['edition']} {one.get('level', '')}" for one in said.get("editions", [])]
    return [
        (_("For whom and what"), row.text("purpose")),
        (_("Criteria"), ", ".join(said.get("criteria", []))),
        (_("Whole editions"), ", ".join(wholes)),
        (_("Criteria where there are AI functions"), ", ".join(said.get("if_ai", []))),
        (_("Criteria where a law applies"), ", ".join(said.get("laws", {}))),
        (_("Includes the profiles"), ", ".join(said.get("includes", []))),
        (_("Least assurance"), ", ".join(f"{d or '*'} AL{n}" for d, n in row.least.items())),
    ]


def need_told(row: Need) -> Pairs:
    said = row.evidence
    any_of = [f"{each['label']}: {', '.join(each['any_of'])}" for each in said["required_any"]]
    return [
        (_("Group"), row.get_group_display()),
        (_("What it means"), row.text("means")),
        (_("Also searched as"), ", ".join(row.aliases)),
        (_("All needed"), ", ".join(said["required_all"])),
        (_("One of several will do"), "; ".join(any_of)),
        (_("Helps"), ", ".join(said["supporting"])),
        (_("A barrier while not met"), ", ".join(said["barriers_if_not_met"])),
        (_("Tested with people"), ", ".join(said["tested_with_people"])),
    ]


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "mappings",
            "mapping",
            Mapping,
            MappingForm,
            _("Mappings"),
            _("Propose a mapping"),
            ("source__key", "target__key", "note", "group", "origin"),
            ("source__edition", "target__edition"),
            mapping_line,
            mapping_told,
        ),
        Kind(
            "rules",
            "rule",
            Rule,
            RuleForm,
            _("Rules"),
            _("Propose a rule"),
            ("key", "why", "legal_basis", "edition__name"),
            ("edition", "level"),
            lambda row: f"{row.edition.name}: {row.text('why')}",
            rule_told,
        ),
        Kind(
            "profiles",
            "profile",
            Profile,
            ProfileForm,
            _("Profiles"),
            _("Propose a profile"),
            ("key", "label", "purpose"),
            (),
            lambda row: row.text("purpose"),
            profile_told,
        ),
        Kind(
            "needs",
            "need",
            Need,
            NeedForm,
            _("Learner needs"),
            _("Propose a learner need"),
            ("key", "label", "means"),
            (),
            lambda row: row.text("means"),
            need_told,
        ),
    )
}
