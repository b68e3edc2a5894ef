"""Where a provider's releases stand: state, progress, next step. For the provider's own pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certcentre.accounts.models import Organisation
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.periods import SOON, last_day_of
from standards.assessment.solutions import Release, Solution
from standards.catalogue.facts import Fact


@dataclass(frozen=True)
class State:
    """One or two words, how they are coloured, and a sentence on what it means."""

    words: str
    kind: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Step:
    """What to do next and where; without an address it waits for somebody else.

    `verb`: what the release is asked before the address is offered.
    """

    words: str
    url: str = ""
    verb: str = ""


@dataclass
class Progress:
    """One release with its draft and its last declaration."""

    release: Release
    at: datetime
    known: int  # facts answered
    asked: int  # facts there are
    drafts: list[Any] = field(default_factory=list)  # annotated: of, done, left, withdrawn
    declarable: bool = False  # the draft lacks nothing
    declarations: list[Declaration] = field(default_factory=list)  # newest first

    @property
    def draft(self) -> Any:
        return self.drafts[0] if self.drafts else None

    @property
    def declaration(self) -> Declaration | None:
        return self.declarations[0] if self.declarations else None

    @property
    def in_force(self) -> bool:
        last = self.declaration
        return bool(last and last.withdrawn_at is None and last.valid_until > self.at)

    @property
    def ends_soon(self) -> bool:
        return bool(
            self.in_force and self.declaration and self.declaration.valid_until - self.at <= SOON
        )

    @property
    def current(self) -> bool:
        return self.release.solution.current_release_id == self.release.pk

    @property
    def overtaken(self) -> bool:
        """A later release of the solution is the current one."""
        current = self.release.solution.current_release
        return bool(current and current.created_at > self.release.created_at)

    @property
    def listed(self) -> bool:
        release, solution = self.release, self.release.solution
        return bool(
            self.current
            and release.is_public
            and solution.status == Solution.Status.ACTIVE
            and solution.organisation.status == Organisation.Status.VERIFIED
        )

    @property
    def state(self) -> State:
        """The first that holds, from what ends everything to what is only beginning."""
        release, provider = self.release, self.release.solution.organisation
        if release.solution.status == Solution.Status.WITHDRAWN:
            return State(_("Withdrawn"), "bad", _("It left the register. Its pages stay."))
        if release.status == Release.Status.HELD:
            return State(
                _("Held"),
                "warn",
                _("A rule holds it out of the register until the centre decides."),
            )
        if release.status == Release.Status.REFUSED:
            return State(
                _("Listing refused"),
                "bad",
                _("Correct the facts and declare again; the centre then looks again."),
            )
        if not self.declaration:
            return State(_("Not declared yet"), "", _("Nothing of it is public."))
        if self.declaration.withdrawn_at:
            return State(_("Declaration withdrawn"), "bad", _("It is not on the register."))
        if provider.status != Organisation.Status.VERIFIED:
            words = _("It is not on the register while your organisation is not in force.")
            return State(_("Not listed"), "bad", words)
        if not self.in_force:
            return State(_("Declaration has run out"), "bad", self._until)
        if self.current:
            return State(_("Listed"), "good", self._until)
        return State(_("Declared"), "", _("The register uses another release of this solution."))

    @property
    def _until(self) -> str:
        if not self.declaration:
            return ""
        words = {
            "number": self.declaration.number,
            "date": date_format(last_day_of(self.declaration.valid_until)),
        }
        if self.in_force:
            return _("Declaration %(number)s stands until %(date)s.") % words
        return _("Declaration %(number)s stood until %(date)s; declare again.") % words

    @property
    def next(self) -> Step | None:
        """The one step that takes this release on."""
        release = self.release
        if release.solution.status == Solution.Status.WITHDRAWN:
            return None
        if self.draft:
            return self._next_of_draft()
        if release.status == Release.Status.HELD:
            return Step(_("The centre decides; you hear by e-mail"))
        if not self.known:
            facts = reverse("release-facts", args=[release.pk])
            return Step(_("Say what it is"), facts, "state_facts")
        assess = reverse("release-assess", args=[release.pk])
        if not self.in_force or release.status == Release.Status.REFUSED:
            first = not self.declaration
            again = _("Choose what to answer") if first else _("Answer and declare again")
            return Step(again, assess, "assess")
        if self.ends_soon:
            return Step(_("Renew the declaration"), assess, "assess")
        if not (self.current or self.overtaken):
            make = reverse("release-make-current", args=[release.pk])
            return Step(_("Make it the current release"), make, "make_current")
        return None

    def _next_of_draft(self) -> Step:
        words = _("Declare") if self.declarable else _("Go on answering")
        return Step(words, self.draft.get_absolute_url())


def progress_of(releases: list[Release], *, at: datetime) -> dict[UUID, Progress]:
    """Each release by its key, in the order given. Seven statements."""
    keys = set(Fact.objects.values_list("key", flat=True))
    lines = {
        release.pk: Progress(release, at, len(keys & release.facts.keys()), len(keys))
        for release in releases
    }
    drafts = Assessment.objects.drafts().filter(release__in=releases)
    declarable = set(drafts.declarable(at=at).values_list("pk", flat=True))
    for draft in drafts.counted(at=at):
        line = lines[draft.release_id]
        line.drafts.append(draft)
        line.declarable = draft.pk in declarable
    declared = Declaration.objects.filter(release__in=releases).defer("body")
    for declaration in declared.order_by("-declared_at", "-pk"):
        lines[declaration.release_id].declarations.append(declaration)
    return lines
