"""What the catalogue's rules say of one release's facts, as far as answers and listing need it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from standards.catalogue.profiles import Profile


@dataclass(frozen=True)
class Fired:
    """Criteria that rules mark not applicable (rule key, reason), and rules that hold a listing."""

    not_applicable: dict[str, tuple[str, str]] = field(default_factory=dict)
    blocks: list[str] = field(default_factory=list)


def fired(facts: dict[str, Any], *, at: datetime) -> Fired:
    """What the published rules give for these facts."""
    return Fired()


def profile_criteria(profile: Profile, facts: dict[str, Any], *, at: datetime) -> list[str]:
    """The keys of a profile's criteria for a release with these facts."""
    return list(profile.contents.get("criteria", []))
