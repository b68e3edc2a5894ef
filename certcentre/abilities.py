"""What a person may do with a record now, answered by the checks that the verbs themselves ask.

A record has for each verb that people take a method `may_<verb>(*, by, at)`: it returns, or raises
why not, and the verb begins with it. So page, API, work list and verb cannot disagree.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any, Literal, Protocol

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils.translation import gettext

from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, StepRefused

PREFIX = "may_"
PERSON, STATE, MISSING = "person", "state", "missing"  # kinds of refusal
KINDS: dict[type[StepRefused], str] = {NotAllowed: PERSON, IllegalMove: STATE, NotReady: MISSING}


class Person(Protocol):
    """Whoever has an account, as what lies below the accounts knows them."""

    @property
    def is_authenticated(self) -> Literal[True]: ...

    def memberships_read_once(self) -> AbstractContextManager[None]: ...

    def parts(self) -> set[tuple[str, str]]:
        """(kind of organisation, role) of each part that they have."""


Reader = Person | AnonymousUser


class Refusal(str):
    """Why a step cannot be taken, in words. A page shows those of kind `missing`, since the
    reader can do something about them; the others only hide the step."""

    kind: str
    problems: list[str]

    def __new__(cls, problems: list[str], kind: str) -> "Refusal":
        made = super().__new__(cls, " ".join(problems))
        made.kind, made.problems = kind, problems
        return made

    @property
    def missing(self) -> bool:
        return self.kind == MISSING


class Abilities(Mapping[str, Refusal | None]):
    """Verb → None, or the refusal. In a template `may.suspend` and `why.suspend`."""

    def __init__(self, refusals: dict[str, Refusal | None]) -> None:
        self._refusals = refusals

    def __getitem__(self, verb: str) -> Refusal | None:
        return self._refusals[verb]

    def __iter__(self) -> Iterator[str]:
        return iter(self._refusals)

    def __len__(self) -> int:
        return len(self._refusals)

    @property
    def may(self) -> dict[str, bool]:
        return {verb: refusal is None for verb, refusal in self._refusals.items()}

    def turn(self, verb: str) -> bool:
        """Whether it is this person's turn: nothing stands against it, or something is missing."""
        refusal = self._refusals[verb]
        return refusal is None or refusal.missing

    @property
    def context(self) -> dict[str, Any]:
        """For a template."""
        return {"may": self.may, "why": self._refusals}


def verbs(model: type[Model]) -> list[str]:
    """The verbs that a kind of record can be asked about."""
    named = (name for name in dir(model) if name.startswith(PREFIX))
    return sorted(name.removeprefix(PREFIX) for name in named if callable(getattr(model, name)))


def abilities(record: Model, user: Reader, *, at: datetime, of: Collection[str] = ()) -> Abilities:
    """Each verb of the record with None, or why this person may not take it at `at`.

    The person's memberships are read once for all of them. `of` names the verbs that a page shows,
    where asking the others costs something.
    """
    asked = of or verbs(type(record))
    if not user.is_authenticated:
        stranger = Refusal([gettext("Sign in first.")], PERSON)
        return Abilities(dict.fromkeys(asked, stranger))
    with user.memberships_read_once():
        return Abilities({verb: refusal(record, verb, user, at) for verb in asked})


def refusal(record: Model, verb: str, user: Reader, at: datetime) -> Refusal | None:
    """Why this person may not take the step now; None where the verb would begin."""
    try:
        getattr(record, PREFIX + verb)(by=user, at=at)
    except StepRefused as refused:
        kind = next((kind for error, kind in KINDS.items() if isinstance(refused, error)), STATE)
        return Refusal([str(problem) for problem in refused.problems], kind)
    return None


def require_able(record: Model, verb: str, user: Model, *, at: datetime) -> None:
    """Raise as the verb itself would: before a form is shown."""
    getattr(record, PREFIX + verb)(by=user, at=at)


def require_person(record: Model, verb: str, user: Model, *, at: datetime) -> None:
    """Raise where the step is not this person's. What else stands against it, the verb says beside
    what they typed."""
    with suppress(IllegalMove, NotReady):
        require_able(record, verb, user, at=at)
