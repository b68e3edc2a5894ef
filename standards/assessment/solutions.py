"""Solutions, their releases, and what holds a release back."""

import uuid
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import Conflict, IllegalMove, NotReady, illegal, move, require_way
from certcentre.log.models import LogEntry, record
from certcentre.search.models import Texts
from certcentre.steps import Step
from standards.assessment import standings, steps
from standards.assessment.holds import Hold
from standards.assessment.provider_roles import must_edit_for, must_sign_for, require_offering
from standards.assessment.solution_words import SolutionWords
from standards.assessment.standings import Standing


class SolutionQuerySet(models.QuerySet["Solution"]):
    def of_members(self, user: Reader, *roles: str) -> "SolutionQuerySet":
        """Solutions of organisations where `user` holds one of `roles` (any, if none is named)."""
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user, *roles))

    def listed(self) -> "SolutionQuerySet":
        """In the public register: declared, made public, not held or refused, all in force."""
        return self.filter(in_public(release="current_release__"))


def in_public(*, release: str = "", solution: str = "") -> Q:
    """Declared, public, neither held nor refused, with solution and provider in force.

    `release` and `solution` lead to them from the rows asked. Joins, not a subquery: so the
    register's first page is read along the index of names, however long the list.
    """
    verified = {f"{solution}organisation__status": Organisation.Status.VERIFIED}
    return listable(release=release, solution=solution) & Q(**verified)


def listable(*, release: str = "", solution: str = "") -> Q:
    """The same, as far as the release and the solution themselves decide."""
    public = {f"{release}public_since__isnull": False, f"{release}status": Release.Status.CLEAR}
    return Q(**public, **{f"{solution}status": Solution.Status.ACTIVE})


class Solution(models.Model):
    """A product that a provider offers to schools."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {Status.ACTIVE: {Status.WITHDRAWN}, Status.WITHDRAWN: set()}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="solutions"
    )
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("what it does"), max_length=600)
    website = models.URLField(_("website"), blank=True)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.ACTIVE)
    current_release = models.ForeignKey(
        "Release", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("solution")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="solution_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("solution", args=[self.pk])

    @classmethod
    def create(
        cls,
        organisation: Organisation,
        *,
        by: User,
        at: datetime,
        name: str,
        summary: str,
        website: str = "",
        release_label: str,
        facts: dict[str, Any] | None = None,
    ) -> "Solution":
        """Make a solution with its first release. A provider may prepare before it is verified."""
        require_offering(organisation, by=by)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)  # sent twice
            if organisation.solutions.filter(name=name, status=cls.Status.ACTIVE).exists():
                raise NotReady(gettext("You already offer a solution with this name."))
            made = cls.objects.create(
                organisation=organisation,
                name=name,
                summary=summary,
                website=website,
                created_at=at,
            )
            record(made, steps.SOLUTION_CREATED, by=by, at=at, organisation=organisation)
            release = Release.add(made, by=by, at=at, label=release_label)
            if facts:
                release.state_facts(facts, by=by, at=at)
        return made

    @property
    def texts(self) -> Texts:
        """What it is found by. Its provider and its facts have words of their own."""
        return Texts([self.name], [self.summary])

    def index(self) -> None:
        """Write what it is found by, where its release is public; called before standings are."""
        standing = Q(pk=self.pk, current_release__standing__isnull=False)
        public = Solution.objects.filter(standing, listable(release="current_release__"))
        SolutionWords.take_out([self.pk])
        places = public.values_list("current_release__standing", flat=True)
        SolutionWords.put(dict.fromkeys(places, Solution.objects.get(pk=self.pk).texts))

    @property
    def wording(self) -> str:
        """A short print of the words that may be changed, to tell what a change began from."""
        words = chr(31).join((self.name, self.summary, self.website))
        return f"{zlib.crc32(words.encode()):x}"

    def may_edit(self, *, by: User, at: datetime) -> None:
        must_edit_for(self.organisation, by)
        self.require_active()

    may_add_release = may_edit

    def require_active(self) -> None:
        if self.status != self.Status.ACTIVE:
            raise illegal(Solution, self.status)

    def edit(self, *, seen: str, by: User, at: datetime, **words: str) -> None:
        """Change name, summary or website. `seen` is their `wording` when the change was begun."""
        with transaction.atomic():
            rows = Solution.objects.select_related("organisation").select_for_update(of=("self",))
            stored = rows.get(pk=self.pk)
            stored.may_edit(by=by, at=at)
            was = {name: getattr(stored, name) for name in words}
            if stored.wording != seen and was != words:
                raise Conflict(stored)
            changed = sorted(name for name in words if words[name] != was[name])
            if changed:
                Solution.objects.filter(pk=self.pk).update(**words)
                detail, of = {"changed": changed}, stored.organisation
                record(self, steps.SOLUTION_EDITED, by=by, at=at, organisation=of, detail=detail)
                self.index()
                standings.touch(self.releases.values_list("pk", flat=True))

    def may_withdraw(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.organisation, by)
        require_way(self, self.Status.WITHDRAWN)

    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """Take it off the register for good. Numbers and pages stay."""
        self.may_withdraw(by=by, at=at)
        step, of = steps.SOLUTION_WITHDRAWN, self.organisation
        with transaction.atomic():
            move(self, "withdrawn", by=by, at=at, reason=reason, step=step, organisation=of)
            self.index()
            standings.touch(self.releases.values_list("pk", flat=True))


class ReleaseQuerySet(models.QuerySet["Release"]):
    def alone(self) -> "ReleaseQuerySet":
        """With solution and provider, its row locked until the transaction ends."""
        return self.select_related("solution__organisation").select_for_update(of=("self",))

    def of_members(self, user: Reader, *roles: str) -> "ReleaseQuerySet":
        return self.filter(solution__in=Solution.objects.of_members(user, *roles))

    def visible_to(self, user: Reader) -> "ReleaseQuerySet":
        """The provider's own; for the centre's officers also what was ever declared."""
        mine = Q(solution__in=Solution.objects.of_members(user))
        if user.is_authenticated and user.is_officer():
            mine |= Q(pk__in=Release.objects.exclude(declarations=None).values("pk"))
        return self.filter(mine)

    def listed(self) -> "ReleaseQuerySet":
        """In the public register: the current releases of listed solutions."""
        return self.filter(in_public(solution="solution__"), solution__current_release=F("pk"))


class Release(models.Model):
    """A line of a solution ("4.x") that answers are about."""

    class Status(models.TextChoices):
        CLEAR = "clear", _("Clear")
        HELD = "held", _("Held for a decision by the centre")
        REFUSED = "refused", _("Listing refused")

    LIFECYCLE = {
        Status.CLEAR: {Status.HELD},
        Status.HELD: {Status.CLEAR, Status.REFUSED},
        Status.REFUSED: {Status.HELD},
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    solution = models.ForeignKey(Solution, on_delete=models.PROTECT, related_name="releases")
    label = models.CharField(_("release line"), max_length=40)
    facts = models.JSONField(default=dict)  # {fact key: value}; absent is unknown
    declared_facts = models.JSONField(default=dict)  # as last declared: what the public relies on
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.CLEAR)
    public_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        ordering = ["solution", "-created_at"]
        indexes = [models.Index(fields=["-public_since", "id"], name="release_newest")]
        constraints = [
            models.UniqueConstraint(fields=["solution", "label"], name="release_label_once")
        ]

    def __str__(self) -> str:
        return f"{self.solution.name} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """Declared, public, neither held nor refused; of its solution nothing is said."""
        return self.public_since is not None and self.status == self.Status.CLEAR

    @classmethod
    def add(cls, solution: Solution, *, by: User, at: datetime, label: str) -> "Release":
        """A new line of the solution. It starts with the facts of the newest one, if there is."""
        solution.may_add_release(by=by, at=at)
        newest = solution.releases.order_by("-created_at").first()
        facts = newest.facts if newest else {}
        try:
            with transaction.atomic():
                made = cls.objects.create(
                    solution=solution, label=label, facts=facts, created_at=at
                )
                Standing.objects.create(release=made)
                made._record(steps.RELEASE_ADDED, by, at)
        except IntegrityError as error:
            raise NotReady(
                gettext("There is already a release “%(label)s”. Give this one another name.")
                % {"label": label}
            ) from error
        return made

    def may_state_facts(self, *, by: User, at: datetime) -> None:
        must_edit_for(self.solution.organisation, by)

    def may_assess(self, *, by: User, at: datetime) -> None:
        """Whether a draft may be started."""
        self.solution.may_edit(by=by, at=at)

    def state_facts(self, facts: dict[str, Any], *, by: User, at: datetime) -> None:
        """Say what the release is. The public relies on it from the next declaration on."""
        self.may_state_facts(by=by, at=at)
        with transaction.atomic():
            was = Release.objects.select_for_update().get(pk=self.pk).facts
            changed = sorted(
                key for key in was.keys() | facts.keys() if was.get(key) != facts.get(key)
            )
            if changed:
                Release.objects.filter(pk=self.pk).update(facts=facts)
                self._record(steps.RELEASE_FACTS_STATED, by, at, detail={"changed": changed})
        self.facts = facts

    def may_make_current(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.solution.organisation, by)
        self.solution.require_active()
        if not self.stands():
            raise NotReady(gettext("Declare this release before you make it the current one."))
        if self.solution.current_release_id == self.pk:
            raise IllegalMove(gettext("This release is already the current one."))

    def make_current(self, *, by: User, at: datetime) -> None:
        """The one that the register, counts, needs and tenders use from now on."""
        self.may_make_current(by=by, at=at)
        solution = Solution.objects.filter(pk=self.solution_id)
        with transaction.atomic():
            was = solution.select_for_update().values_list("current_release", flat=True).get()
            if was == self.pk:
                raise IllegalMove(gettext("This release is already the current one."))
            solution.update(current_release=self)
            self._record(steps.RELEASE_MADE_CURRENT, by, at)
            self.solution.index()
            standings.touch({self.pk, was} - {None})

    def may_note_change(self, *, by: User, at: datetime) -> None:
        must_sign_for(self.solution.organisation, by)
        self.solution.require_active()
        if not self.stands():
            raise NotReady(gettext("Nothing is declared of this release that could stay as it is."))

    def note_change(self, *, by: User, at: datetime, reason: str) -> None:
        """State that a change of the product touches no answer. It stands in the log."""
        self.may_note_change(by=by, at=at)
        with transaction.atomic():
            Release.objects.select_for_update().get(pk=self.pk)
            last = LogEntry.objects.about(self).filter(step=steps.RELEASE_CHANGE_NOTED).last()
            if last and last.reason == reason:
                raise IllegalMove(gettext("You have already stated this change."))
            self._record(steps.RELEASE_CHANGE_NOTED, by, at, reason=reason)

    def publish(self, blocks: Iterable[str], *, by: User, at: datetime) -> None:
        """What a declaration does to the release: public, or held where a rule asks for that."""
        holds = self._held_by(blocks)
        stamps: dict[str, Any] = {"declared_facts": self.facts}
        if not holds and self.status == self.Status.CLEAR:
            stamps["public_since"] = self.public_since or at
            self.declarations.make_public(at=at)
        Release.objects.filter(pk=self.pk).update(**stamps)
        Solution.objects.filter(pk=self.solution_id, current_release=None).update(
            current_release=self
        )
        Hold.begin(self.pk, holds, at=at)
        if holds and self.status != self.Status.HELD:
            self._move(steps.RELEASE_HELD, self.Status.HELD, by, at, "")
            self._record(steps.RELEASE_HELD_WHY, by, at, reason=", ".join(holds))
        self.solution.index()
        for field, value in stamps.items():
            setattr(self, field, value)

    def _held_by(self, blocks: Iterable[str]) -> list[str]:
        """Rules that hold this declaration: not cleared before, not waiting already.

        A refused release goes back to the centre, even when its facts no longer fire the rule.
        """
        settled = set(self.holds.filter(refused_at=None).values_list("rule_key", flat=True))
        new = [key for key in blocks if key not in settled]
        if self.status == self.Status.REFUSED and not new:
            new = self.holds.last_refused()
        return new

    def stands(self) -> bool:
        """Whether there is a declaration, and the last one has not been withdrawn."""
        last = self.declarations.order_by("-declared_at", "-pk").first()
        return last is not None and last.withdrawn_at is None

    def may_clear(self, *, by: User, at: datetime) -> None:
        self.solution.organisation.require_judge(by, at=at)
        require_way(self, self.Status.CLEAR)
        self.holds.open().require_second(by)

    def clear(self, *, by: User, at: datetime, reason: str) -> None:
        """The centre lets a held release into the register."""
        self.may_clear(by=by, at=at)
        public = (self.public_since or at) if self.stands() else None
        with transaction.atomic():
            self._move(steps.RELEASE_CLEARED, "clear", by, at, reason, public_since=public)
            self.declarations.make_public(at=at)
            self.holds.open().update(cleared_at=at, reason=reason, decided_by=by)
            self.solution.index()
            standings.touch([self.pk])

    def may_refuse(self, *, by: User, at: datetime) -> None:
        self.solution.organisation.require_judge(by, at=at)
        require_way(self, self.Status.REFUSED)

    def refuse(self, *, by: User, at: datetime, reason: str) -> None:
        """The centre keeps a held release out of the register."""
        self.may_refuse(by=by, at=at)
        with transaction.atomic():
            self._move(steps.RELEASE_REFUSED, "refused", by, at, "")
            self._record(steps.RELEASE_REFUSED_WHY, by, at, reason=reason)
            self.holds.open().update(refused_at=at, reason=reason, decided_by=by)
            self.solution.index()
            standings.touch([self.pk])

    def _move(
        self, step: Step, to: str, by: User, at: datetime, reason: str, **stamps: Any
    ) -> None:
        of = self.solution.organisation
        move(self, to, by=by, at=at, reason=reason, step=step, organisation=of, **stamps)

    def _record(self, step: Step, by: User, at: datetime, **rest: Any) -> None:
        record(self, step, by=by, at=at, organisation=self.solution.organisation, **rest)
