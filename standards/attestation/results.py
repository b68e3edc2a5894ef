"""What an examination may find on one criterion, and how it may look."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from certcentre.steps import Words
from standards.assessment.claims import LESS, Outcome
from standards.catalogue.editions import Criterion
from standards.catalogue.methods import Method


class Result(models.TextChoices):
    """What the auditor found on one criterion."""

    NOT_EXAMINED = "not_examined", _("Not examined")
    CONFORMING = "conforming", _("Conforming")
    NOT_APPLICABLE = "not_applicable", _("Not applicable, confirmed")
    OBSERVATION = "observation", _("Observation")
    MINOR = "minor", _("Minor nonconformity")
    MAJOR = "major", _("Major nonconformity")

    @property
    def conforms(self) -> bool:
        """An observation conforms (rule R31)."""
        return self in (Result.CONFORMING, Result.OBSERVATION)

    @property
    def nonconforming(self) -> bool:
        return self in NONCONFORMING

    @property
    def short(self) -> Words:
        """As a line of a long sheet says it."""
        return _SHORT.get(self, self.label)

    @property
    def tone(self) -> str:
        """good, warn, bad, or nothing."""
        return self.outcome.tone if self.outcome and self != Result.OBSERVATION else ""

    @property
    def outcome(self) -> Outcome | None:
        """What it says of the criterion (rule R24); nothing where nobody looked."""
        return OUTCOMES.get(self)

    def says_more_than(self, declared: str) -> bool:
        """Whether the provider said less of itself: then the auditor writes down why, alone."""
        if self.conforms:
            return declared != Outcome.MET
        return self == Result.NOT_APPLICABLE and declared in LESS

    @property
    def excuses(self) -> bool:
        return self == Result.NOT_APPLICABLE

    @property
    def needs_words(self) -> bool:
        """Whether the reader must be told what was seen."""
        return self not in (Result.NOT_EXAMINED, Result.CONFORMING)


_SHORT: dict[Result, Words] = {
    Result.CONFORMING: pgettext_lazy("finding, in a narrow column", "Conf."),
    Result.NOT_APPLICABLE: pgettext_lazy("not applicable, in a narrow column", "N/A"),
    Result.OBSERVATION: pgettext_lazy("finding, in a narrow column", "Obs."),
    Result.MINOR: pgettext_lazy("finding, in a narrow column", "Minor"),
    Result.MAJOR: pgettext_lazy("finding, in a narrow column", "Major"),
}
NONCONFORMING = (Result.MINOR, Result.MAJOR)
OUTCOMES = {
    Result.CONFORMING: Outcome.MET,
    Result.OBSERVATION: Outcome.MET,
    Result.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    Result.MINOR: Outcome.PARTLY_MET,
    Result.MAJOR: Outcome.NOT_MET,
}


def declared_of(finding: models.Model) -> str:
    """What the provider had answered, of a finding read `with_declared`."""
    return getattr(finding, "declared", None) or ""


def problems_of(
    criteria: Iterable[Criterion], seen: Result, how: list[str], note: str
) -> list[str]:
    """What keeps a finding from being written on these criteria, in words."""
    problems = []
    if unknown := [method for method in how if method not in Method.values]:
        return [gettext("“%(method)s” is not a method.") % {"method": unknown[0]}]
    if seen != Result.NOT_EXAMINED and not how:
        problems.append(gettext("Say how you looked: at least one method."))
    if seen.conforms and how and (more := more_methods(criteria, how)):
        problems.append(more)
    if seen.needs_words and not note.strip():
        problems.append(gettext("Say what you saw."))
    return problems


def more_methods(criteria: Iterable[Criterion], methods: Iterable[str]) -> str:
    """What must be done beside these methods to show that the criteria are met, in words; nothing
    where they are enough (rule R30)."""
    used = set(methods)
    left = [(each.ref, each.methods_beside(used)) for each in criteria]
    which = [f"{ref} ({', '.join(str(m.label) for m in more)})" for ref, more in left if more]
    if not which:
        return ""
    words = gettext("These are shown only with more than you name: %(which)s.")
    return words % {"which": ", ".join(which)}
