"""Builders: `make.organisation("provider")`. Each gives a saved record made by the real verbs."""

from tests.make.accounts import (
    centre,
    member,
    organisation,
    user,
)
from tests.make.jobs import (
    job,
)
from tests.make.registry import (
    claim,
    criterion,
    listed,
)
from tests.make.world import (
    world,
)

__all__ = [
    "centre",
    "claim",
    "criterion",
    "job",
    "listed",
    "member",
    "organisation",
    "user",
    "world",
]
