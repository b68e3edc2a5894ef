"""How an auditor looks, and which ways of looking a criterion needs.

A criterion, and each format that carries one, holds the methods that it needs as one text, joined
in the order of `Method`: `document+interview`. Where it is empty any one will do.
"""

import re
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from pydantic_core import PydanticCustomError

from certcentre.steps import Words

JOIN = "+"
BETWEEN = re.compile(r"[\s,;/|+&]+|\band\b")


class Method(models.TextChoices):
    """How the auditor looked."""

    DOCUMENT = "document", _("Document")
    INTERVIEW = "interview", _("Interview")
    OBSERVATION = "observation", _("Observation")
    TEST = "test", _("Test")

    @property
    def short(self) -> Words:
        """As a line of a long sheet says it."""
        return _SHORT[self]


_SHORT: dict[Method, Words] = {
    Method.DOCUMENT: pgettext_lazy("method, in a narrow column", "Doc."),
    Method.INTERVIEW: pgettext_lazy("method, in a narrow column", "Int."),
    Method.OBSERVATION: pgettext_lazy("method, in a narrow column", "Obs."),
    Method.TEST: pgettext_lazy("method, in a narrow column", "Test"),
}


def joined(methods: Iterable[str]) -> str:
    """As a criterion holds them. What is no method stays, at the end, to be refused by name."""
    named = dict.fromkeys(methods)
    own = [method for method in Method.values if method in named]
    return JOIN.join([*own, *(name for name in named if name not in own)])


def needed(verification: str) -> list[Method]:
    return [Method(name) for name in verification.split(JOIN) if name in Method.values]


def lacking(verification: str, methods: Iterable[str]) -> list[Method]:
    """The methods that a criterion needs and that are not among these (rule R30)."""
    used = set(methods)
    return [method for method in needed(verification) if method not in used]


def typed(text: str) -> str:
    """What somebody wrote in a table: `Test, document` is `document+test`."""
    return joined(part for part in BETWEEN.split(text.lower()) if part)


def checked(verification: str) -> str:
    """For records: the text as it is, where it is nothing but methods in their order."""
    if joined(needed(verification)) != verification:
        expected = {"expected": f"{', '.join(Method.values)} joined by {JOIN}"}
        raise PydanticCustomError("literal_error", "not one of {expected}", expected)
    return verification


def in_words(verification: str) -> str:
    labels = [str(method.label) for method in needed(verification)]
    return ", ".join(labels) or gettext("Any method")
