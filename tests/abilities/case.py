"""The shape of a case: one kind of record, its states, its people, and where each step is found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Offer:
    """A step: where its page or button leads, and how it is taken beside by and at."""

    address: Callable[[Any], str]
    take: Callable[..., Any]
    read: bool = False  # others read its page too: the form on it is what is offered


def step(name: str, key: str, verb: str, /, **words: Any) -> Offer:
    """The usual one: a page named `name` for the record's `key`, and the verb with these words."""
    return Offer(
        lambda record: reverse(name, args=[getattr(record, key)]),
        lambda record, **who: getattr(record, verb)(**words, **who),
    )


@dataclass(frozen=True)
class Case:
    """One kind of record.

    `build(state)` makes one with the people around it: {name: person}. `pages` are those on which
    its steps are offered. Each with its reason: `apart` names verbs without a page of their own,
    `quiet` those whose page says nothing where something is missing, `narrow` rows of the work
    list that show fewer records than the verb accepts, `elsewhere` verbs that follow another one.
    """

    model: type[Any]
    states: tuple[str, ...]
    build: Callable[[str], tuple[Any, Mapping[str, Any]]]
    pages: Callable[[Any], list[str]]
    offers: Mapping[str, Offer]
    apart: Mapping[str, str] = field(default_factory=dict)
    quiet: Mapping[str, str] = field(default_factory=dict)
    narrow: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.model._meta.model_name)
