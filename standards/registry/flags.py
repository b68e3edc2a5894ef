"""What every public listing of a solution warns of, because a rule of effect *flag* fires."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standards.catalogue.applicability import FLAG, condition
from standards.catalogue.editions import published
from standards.catalogue.facts import CountryGroup, Rule


@dataclass(frozen=True)
class Flags:
    """The published flag rules, and the groups that they name."""

    rules: Sequence[Rule]
    groups: Mapping[str, Iterable[str]]

    @classmethod
    def published(cls) -> "Flags":
        """One statement; two where a rule names a group of countries."""
        rules = list(published(Rule).filter(effect=FLAG, edition__status="published"))
        grouped = any("group:" in json.dumps(rule.when) for rule in rules)
        groups = CountryGroup.objects.values_list("key", "members") if grouped else []
        return cls(rules, dict(groups))

    def raised(self, facts: Mapping[str, Any]) -> list[str]:
        """Why a reader is warned of a product with these facts. Unknown raises nothing."""
        return [rule.text("why") for rule in self.rules if condition(rule.when, facts, self.groups)]
