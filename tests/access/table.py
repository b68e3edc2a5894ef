"""How one row of the access table is written, and the people it speaks of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# anonymous: nobody signed in · stranger: signed up, belongs nowhere
# provider, auditor, decider, buyer, officer: the right people of the world's organisations
# reader: a member of the provider with no role that edits (evaluator) · rival: another provider
PERSONAS = (
    "anonymous",
    "stranger",
    "reader",
    "rival",
    "provider",
    "auditor",
    "decider",
    "buyer",
    "officer",
)


@dataclass(frozen=True)
class Row:
    """One address: its URL name, how to fill it from the world, and what each person gets."""

    name: str
    expect: dict[str, int]
    args: Callable[[Any], list[Any]] = lambda world: []
    method: str = "get"
    data: Callable[[Any], dict[str, Any]] = lambda world: {}
    unknown: list[Any] | None = None  # the same address with an id that does not exist
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.name}{self.query}"


def everyone(code: int = 200) -> dict[str, int]:
    """Public: the same answer for all."""
    return dict.fromkeys(PERSONAS, code)


def signed_in(code: int = 200) -> dict[str, int]:
    """Anybody with an account; a visitor is sent to sign in."""
    return {**everyone(code), "anonymous": 302}


def only(**codes: int) -> dict[str, int]:
    """The named people get their code; others 404, a visitor is sent to sign in."""
    return {**everyone(404), "anonymous": 302, **codes}
