"""Steps: each thing that can happen to a record, in which words, and who hears of it.

Every part keeps its own table in its `steps.py`, one constant a step; settings.STEPS names the
tables. The log, histories, notices and feeds read them, so a step is said in one place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Lookup = Callable[[Any], dict[str, Any]]  # record → a filter


@dataclass(frozen=True)
class Audience:
    """Who hears of a step: the holders of `roles` in the organisations that `where` finds.

    `where` filters organisations, `lasting` names their date that must still be to come, `people`
    filters persons instead (those who took part); with `able` only those who may take this verb
    on the record now; `invited` is whoever a letter is for. No role named: every member.
    """

    roles: tuple[str, ...] = ()
    where: Lookup | None = None
    lasting: str = ""
    people: Lookup | None = None
    able: str = ""
    invited: bool = False


@dataclass(frozen=True)
class Matter:
    """What kind of thing people are told of, as inboxes are sorted and mails are wished for."""

    name: str
    words: Words


FOLLOWED = Matter("followed", _("What you follow"))


def about(**paths: str) -> Lookup:
    """The filter of what stands at the end of each path, as `solution="release.solution_id"`."""
    return lambda record: {name: attrgetter(path)(record) for name, path in paths.items()}


OFFICERS = Audience(("officer",), where=lambda record: {"kind": "centre"})
INVITED = Audience(invited=True)


@dataclass(frozen=True)
class Step:
    """One step: its name in the log's bytes (never changed), and what is said of it.

    `words` stand in the history that the parties read, `public` in the log that everybody reads:
    a step without public words is private. `told` names who is written to, in the mail
    templates/emails/<name>.txt, and then `matter` what kind of thing that is about. `internal`
    steps are shown to the side that took them alone.
    `followed` finds what people may follow that the step is news of, by the fields that name it in
    tenders/following.py: they are told in public words.
    `urgent` is told at once, whatever its reader wishes: it is about who may act for them.
    `with_detail` turns the entry's detail into words that stand in for `words`.
    """

    name: str
    words: Words
    public: Words = ""
    told: tuple[Audience, ...] = ()
    matter: Matter | None = None
    followed: Lookup | None = None
    internal: bool = False
    urgent: bool = False
    with_detail: Callable[[dict[str, Any]], Words] | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def visibility(self) -> str:
        """As LogEntry.Visibility spells it."""
        return "public" if self.public else "private"

    def said(self, detail: dict[str, Any]) -> Words:
        """The words of one entry with this detail."""
        return self.with_detail(detail) if self.with_detail else self.words


def table(module: dict[str, Any]) -> dict[str, Step]:
    """Every Step of a module's globals by name, so that none can be left out."""
    steps = [value for value in module.values() if isinstance(value, Step)]
    named = {step.name: step for step in steps}
    if len(named) < len(steps):
        raise ValueError("two steps bear one name")
    if of_nothing := [step.name for step in steps if step.told and not step.matter]:
        raise ValueError(f"steps that people are told of name no matter: {of_nothing}")
    return named


@cache
def every_step() -> dict[str, Step]:
    """All steps of the portal by name."""
    merged: dict[str, Step] = {}
    for path in settings.STEPS:
        steps = import_string(path)
        if twice := merged.keys() & steps.keys():
            raise ValueError(f"{path} says again: {sorted(twice)}")
        merged |= steps
    return merged


@cache
def matters() -> dict[str, Matter]:
    """What people are told of, by name, as the tables have it."""
    told = (step.matter for step in every_step().values() if step.told)
    return {matter.name: matter for matter in (*told, FOLLOWED) if matter}


def matter_of(step: str) -> str:
    """The name of what a step is about; of a step that nobody is told of any more, nothing."""
    known = every_step().get(step)
    return known.matter.name if known and known.matter else ""
