"""The demo's organisations beside those that one signs in for; see companies.yaml."""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Company:
    """An organisation, and the person who registered it."""

    key: str
    name: str
    country: str
    number: str
    size: str
    person: str = ""


def read() -> dict[str, list[Company]]:
    """By what they are: providers, bodies, buyers, and new ones that nobody has judged."""
    found = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return {part: [Company(**one) for one in companies] for part, companies in found.items()}
