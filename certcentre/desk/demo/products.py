"""The demo's products: what each is, what it declares, and how well it does; see products.yaml."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Product:
    """A solution and its first release, as its provider describes and declares it."""

    provider: str
    name: str
    summary: str
    kind: str
    countries: str
    languages: str
    label: str
    days: int  # declared so many days ago
    sets: tuple[str, ...] = ("starter",)
    rough: float = 0.08  # share of answers that are not fully met
    proven: float = 0.5  # share of met answers with evidence
    weak: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    renewed: int = 0  # declared again so many days ago
    then: tuple[str, int] | None = None  # a second release, declared so many days ago


def read() -> tuple[list[Product], Product]:
    """All that are declared, the earliest first; and the one that is half answered."""
    found = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    products = [Product(**one) for one in found["products"]]
    return sorted(products, key=lambda one: -one.days), Product(**found["draft"])
