"""Which answers a fact can take: shape and contradictions, in words. Unanswered is left out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from certcentre.places import countries
from standards.catalogue.applicability import is_answered
from standards.catalogue.facts import Fact

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # as BCP 47 writes them
MOST = 400  # members of a list; there are fewer countries than that
LISTS = {Fact.Type.MULTI, Fact.Type.COUNTRIES, Fact.Type.LANGUAGES}


def checked(
    given: Mapping[str, Any], facts: Iterable[Fact]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers worth keeping, in the facts' order, and a problem for each that is wrong."""
    known = {fact.key: fact for fact in facts}
    problems = {key: gettext("There is no fact of this name.") for key in given if key not in known}
    answers = {}
    for key, fact in known.items():
        value = given.get(key)
        if not is_answered(value):
            continue
        problem = next(problems_of(fact, value), "")
        if problem:
            problems[key] = problem
        else:
            answers[key] = list(dict.fromkeys(value)) if isinstance(value, list) else value
    return answers, problems


def problems_of(fact: Fact, value: Any) -> Iterator[str]:
    """What is wrong with one answer."""
    if fact.type == Fact.Type.BOOL:
        if not isinstance(value, bool):
            yield gettext("Answer true or false.")
        return
    members = value if isinstance(value, list) else [value]
    if isinstance(value, list) != (fact.type in LISTS):
        yield (
            gettext("Answer with a list of texts.")
            if fact.type in LISTS
            else gettext("Answer with one text.")
        )
    elif len(members) > MOST or not all(isinstance(member, str) for member in members):
        yield gettext("Answer with texts, at most %(most)d.") % {"most": MOST}
    else:
        yield from unknown_members(fact, members)
        yield from contradictions(fact, members)


def unknown_members(fact: Fact, members: list[str]) -> Iterator[str]:
    """Values that the fact does not have."""
    if fact.type in (Fact.Type.COUNTRY, Fact.Type.COUNTRIES):
        codes = {code for code, _ in countries()}
        wrong = [member for member in members if member not in codes]
        words = gettext("“%(value)s” is not a country. Use two letters of ISO 3166, such as KE.")
    elif fact.type == Fact.Type.LANGUAGES:
        wrong = [member for member in members if not LANGUAGE.fullmatch(member)]
        words = gettext("“%(value)s” is not a language. Use a code such as fr or pt-BR.")
    else:
        wrong = [member for member in members if member not in fact.value_ids()]
        words = gettext("“%(value)s” is not one of the answers to choose from.")
    yield from (words % {"value": member[:40]} for member in wrong)


def contradictions(fact: Fact, members: list[str]) -> Iterator[str]:
    """A value such as *none* stands alone."""
    alone = [value["id"] for value in fact.values if value.get("alone")]
    for value, label in fact.choices():
        if value in alone and value in members and len(set(members)) > 1:
            yield gettext("“%(value)s” cannot stand beside other answers.") % {"value": label}
