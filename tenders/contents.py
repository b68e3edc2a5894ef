"""All that a lot asks for, read once for a page that shows it or counts with it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import get_language, gettext

from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.facts import Fact
from tenders.fact_words import facts_of
from tenders.lot import Lot, countries_of_law, country_groups
from tenders.neutrality import Laws
from tenders.requirements import Requirement

FACTS = "="  # no edition has this key
NOT_SHOWN = (  # what no line of the builder says
    *("guidance", "evidence_hint", "group", "part", "parent_ref", "source_id", "more"),
    "translation_state",
)


@dataclass(frozen=True)
class Group:
    """The requirements of one edition, about facts, or in the buyer's words; all of the lot."""

    key: str
    edition: Edition | None
    place: int = 0  # among the groups, from 1
    rows: list[Requirement] = field(default_factory=list)
    closing: str = ""

    @property
    def asked(self) -> int:
        return len(self.rows)

    @property
    def open(self) -> int:
        """Musts without a reason."""
        return sum(row.lacks_reason for row in self.rows)

    @property
    def mark(self) -> str:
        return mark_of(self.rows)

    @property
    def factual(self) -> bool:
        return self.key == FACTS

    @property
    def title(self) -> str:
        if self.edition:
            return self.edition.text("name")
        return gettext("What the product is") if self.factual else gettext("In your own words")


@dataclass(frozen=True)
class Contents:
    """All that a lot asks for, read once: requirements in order, with criteria and editions."""

    lot: Lot
    rows: list[Requirement]
    facts: Mapping[str, Fact]

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        return {row.criterion.key: row.criterion for row in self.rows if row.criterion}

    @cached_property
    def groups(self) -> dict[str, Group]:
        """By key of an edition, "" for own words, or FACTS; in the order of the lot."""
        groups: dict[str, Group] = {}
        for row in self.rows:
            edition, _factual = origin(row)
            key = key_of(row)
            if key not in groups:
                words = self.closings[edition.pk] if edition else ""
                groups[key] = Group(key, edition, len(groups) + 1, closing=words)
            groups[key].rows.append(row)
        return groups

    @cached_property
    def closings(self) -> dict[int, str]:
        """The words behind what each edition asks for."""
        return closings(self.lot, [each.edition for each in self.criteria.values()])

    def group_of(self, row: Requirement) -> Group:
        return self.groups[key_of(row)]


def read(lot: Lot) -> Contents:
    """Two statements at any number of requirements, one more with facts, and one with laws."""
    rows = list(
        lot.requirements.select_related("criterion")
        .defer(*(f"criterion__{name}" for name in NOT_SHOWN))
        .order_by("position")
    )
    asked = {row.criterion.edition_id for row in rows if row.criterion}
    editions = Edition.objects.in_bulk(asked) if asked else {}
    for row in rows:
        row.lot = lot
        if row.criterion:
            row.criterion.edition = editions[row.criterion.edition_id]
    return Contents(lot, rows, facts_of(row.fact for row in rows))


def closings(lot: Lot, editions: Iterable[Edition]) -> dict[int, str]:
    """The words behind what each asks for in this lot, in the language of the page."""
    every = {edition.pk: edition for edition in editions}
    laws = Laws(countries_of_law(lot), country_groups(every.values()))
    language = get_language() or ""
    return {pk: laws.closing(edition, language) for pk, edition in every.items()}


def mark_of(rows: Iterable[Requirement]) -> str:
    """How often these were changed, and which they are: another once somebody changed one, took
    one out or added one."""
    seen = list(rows)
    keys = " ".join(sorted(str(row.pk) for row in seen))
    changes = sum(row.revision for row in seen)
    return f"{changes}.{hashlib.sha256(keys.encode()).hexdigest()[:16]}"


def key_of(row: Requirement) -> str:
    """Of its group."""
    return FACTS if row.fact else row.criterion.edition.key if row.criterion else ""


def origin(requirement: Requirement) -> tuple[Edition | None, bool]:
    """The edition it comes from, and whether it asks for a fact."""
    edition = requirement.criterion.edition if requirement.criterion else None
    return edition, bool(requirement.fact)
