"""A provider's answers for one release over a chosen set of criteria."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Role, User
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from certcentre.log.models import record
from standards.assessment import declaring, edition_migration
from standards.assessment.claims import Outcome
from standards.assessment.declarations import Declaration
from standards.assessment.edition_migration import Moved
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.assessment.mapped_answers import Kind, Offer, offers
from standards.assessment.solutions import Release
from standards.catalogue.applicability import Applied
from standards.catalogue.applying import applied
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.profiles import Profile


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def of_members(self, user: Any, *roles: str) -> "AssessmentQuerySet":
        return self.filter(release__in=Release.objects.of_members(user, *roles))

    def editable_by(self, user: Any) -> "AssessmentQuerySet":
        return self.of_members(user, Role.EDITOR)


class Assessment(models.Model):
    """A provider's answers for one release over a chosen set of criteria."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        DECLARED = "declared", _("Declared")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIFECYCLE = {
        Status.DRAFT: {Status.DECLARED},
        Status.DECLARED: {Status.WITHDRAWN},
        Status.WITHDRAWN: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="assessments")
    profile = models.ForeignKey(Profile, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=Q(status="draft"), name="assessment_one_draft"
            )
        ]

    def __str__(self) -> str:
        return f"{self.release} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("assessment", args=[self.pk])

    @classmethod
    def start(
        cls,
        release: Release,
        *,
        by: User,
        at: datetime,
        profile: Profile | None = None,
        editions: Iterable[tuple[Edition, Level | None]] = (),
        criteria: Iterable[Criterion] = (),
    ) -> "Assessment":
        """Begin a draft over what is chosen, with what the last declaration already said.

        Answers of the same release stand; those of another release are to confirm (rule 5).
        """
        provider = release.solution.organisation
        try:
            with transaction.atomic():
                made = cls.objects.create(
                    release=release, profile=profile, started_at=at, started_by=by
                )
                record(made, "assessment.started", by=by, at=at, organisation=provider)
                made._carry_over()
                made.add(profile=profile, editions=editions, criteria=criteria, at=at)
                if not made.answers.exists():
                    raise NotReady(gettext("Choose at least one criterion to answer."))
        except IntegrityError as error:
            raise IllegalMove(
                gettext("This release already has a draft. Go on with that one.")
            ) from error
        return made

    def _carry_over(self) -> None:
        """Copy the last declared answers and their evidence; of this release, else of another."""
        declared = Declaration.objects.filter(release__solution=self.release.solution_id)
        here = declared.filter(release=self.release_id).order_by("-declared_at", "-pk").first()
        last = here or declared.order_by("-declared_at", "-pk").first()
        if last is None:
            return
        found = Answer.objects.filter(
            assessment=last.assessment_id, criterion__edition__status=Edition.Status.PUBLISHED
        )
        old = list(found.with_evidence().order_by("pk"))
        new = Answer.objects.bulk_create(answer.copied_to(self, here is None) for answer in old)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=to, evidence_id=use.evidence_id)
            for answer, to in zip(old, new, strict=True)
            for use in answer.on_file
        )

    def add(
        self,
        *,
        profile: Profile | None = None,
        editions: Iterable[tuple[Edition, Level | None]] = (),
        criteria: Iterable[Criterion] = (),
        at: datetime,
    ) -> int:
        """Take more criteria into the set, and mark what rules say; how many were added."""
        rules = applied(self.release.facts, at=at)
        where = Q(pk__in=[criterion.pk for criterion in criteria])
        for edition, level in editions:
            where |= Q(pk__in=Criterion.objects.at_level(edition, level).values("pk"))
        where &= Q(edition__in=Edition.objects.answerable(at=at))
        if profile:  # what is only announced is answered by who asks for it by name
            begun = Q(edition__in=Edition.objects.in_force(at=at))
            where |= Q(key__in=profile.criteria_for(rules)) & begun
        chosen = Criterion.objects.answerable().filter(where)
        with transaction.atomic():
            self._lock_draft()
            new = chosen.exclude(pk__in=self.answers.values("criterion"))
            added = Answer.objects.bulk_create(
                Answer(assessment=self, criterion=criterion)
                for criterion in new.order_by("edition", "position")
            )
            self._mark(rules, at)
            self._suggest()
        return len(added)

    def mark_by_rules(self, *, at: datetime) -> None:
        """Pre-mark what rules exclude for the facts, and take back what they no longer do."""
        rules = applied(self.release.facts, at=at)
        with transaction.atomic():
            self._lock_draft()
            self._mark(rules, at)

    def _mark(self, rules: Applied, at: datetime) -> None:
        """Only answers that no person gave are touched."""
        ours = self.answers.filter(Q(value="") | Q(origin=Answer.Origin.RULE))
        changed = [
            answer for answer in ours.select_related("criterion") if answer.marked_by(rules, at=at)
        ]
        Answer.objects.bulk_update(changed, Answer.MARKED)

    def _suggest(self) -> None:
        """Fill open answers from mapped ones, to confirm (rule 5), with their evidence."""
        waiting = {answer.criterion_id: answer for answer in self.answers.filter(value="")}
        offered = [
            (waiting[criterion], offer)
            for criterion, offer in offers(self, waiting).items()
            if offer.value
        ]
        for answer, offer in offered:
            answer.suggested_by(offer)
        Answer.objects.bulk_update([answer for answer, _ in offered], Answer.MARKED)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=answer, evidence_id=use.evidence_id)
            for answer, offer in offered
            for use in offer.answer.on_file
        )

    def move_to(self, edition: Edition, *, by: User, at: datetime) -> Moved:
        """Answer `edition` instead of the one it supersedes; see moving.py."""
        return edition_migration.move(self, edition, by=by, at=at)

    def _lock_draft(self) -> None:
        """Hold the draft until the transaction ends, so that nobody declares in between."""
        draft = Assessment.objects.filter(pk=self.pk, status=self.Status.DRAFT)
        if not draft.select_for_update().values_list("pk"):
            raise IllegalMove(
                gettext("These answers were declared. Start a new draft to change them.")
            )

    def declare(
        self, *, by: User, at: datetime, signatory_name: str, signatory_role: str
    ) -> Declaration:
        """Sign the answers: an immutable snapshot, and the claims that rest on it."""
        return declaring.declare(
            self, by=by, at=at, signatory={"name": signatory_name, "role": signatory_role}
        )


class AnswerQuerySet(models.QuerySet["Answer"]):
    def editable_by(self, user: Any) -> "AnswerQuerySet":
        return self.filter(assessment__in=Assessment.objects.editable_by(user))

    def with_evidence(self) -> "AnswerQuerySet":
        """Each with criterion, edition and level, and its evidence as `answer.on_file`."""
        uses = Prefetch("evidence_uses", EvidenceUse.objects.on_file(), to_attr="on_file")
        return self.select_related("criterion__edition", "criterion__level").prefetch_related(uses)

    def in_order(self) -> "AnswerQuerySet":
        return self.order_by("criterion__edition__name", "criterion__position")


class Answer(models.Model):
    """What the provider says of one criterion in one assessment; empty value: not answered yet."""

    class Origin(models.TextChoices):
        PERSON = "", _("Answered here")
        RULE = "rule", _("Marked by a rule")
        COPY = "copy", _("Copied from another release")
        MAPPING = "mapping", _("Suggested by a mapping")
        IMPORT = "import", _("Imported")
        EDITION = "edition", _("Carried over from an earlier edition")

    MARKED = ["value", "reason", "origin", "rule_key", "to_confirm", "revision", "answered_at"]

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)  # public: why not applicable, what is missing, or how
    note = models.TextField(blank=True)  # the provider's own, never published
    origin = models.CharField(max_length=8, choices=Origin.choices, blank=True)
    rule_key = models.CharField(max_length=20, blank=True)  # the rule that accepts not applicable
    to_confirm = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnswerQuerySet.as_manager()
    on_file: list[EvidenceUse]  # set by with_evidence()

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "criterion"], name="answer_once_per_criterion"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"

    @property
    def counts(self) -> bool:
        """Whether it says something that may be declared: given, and not waiting to confirm."""
        return bool(self.value) and not self.to_confirm

    def give(
        self,
        *,
        value: str,
        reason: str = "",
        note: str = "",
        by: User,
        at: datetime,
        revision: int,
    ) -> int:
        """Write the answer if it still stands at `revision`; the new revision.

        What a rule marked stays the rule's while value and reason stay as they were. Sending the
        same answer twice is no conflict.
        """
        if problem := declaring.flaw(self.criterion.ref, value, reason):
            raise NotReady(problem)
        said = {"value": value, "reason": reason, "note": note}
        same = value == self.value and reason == self.reason
        origin = self.origin if same and self.origin == self.Origin.RULE else self.Origin.PERSON
        with transaction.atomic():
            self.assessment._lock_draft()
            written = Answer.objects.filter(pk=self.pk, revision=revision).update(
                **said,
                origin=origin,
                to_confirm=False,
                revision=F("revision") + 1,
                answered_at=at,
                answered_by=by,
            )
        if written:
            return revision + 1
        stored = Answer.objects.select_related("criterion", "answered_by").get(pk=self.pk)
        if all(getattr(stored, name) == text for name, text in said.items()):
            return stored.revision
        raise Conflict(stored)

    def take(self, offer: Offer, *, by: User, at: datetime, revision: int) -> int:
        """Give the answer that a mapping offers, with its evidence, because a person chose to."""
        said = {"value": offer.value, "reason": offer.reason, "note": self.note}
        with transaction.atomic():
            new = revision
            if offer.kind in (Kind.SAME, Kind.ALL):
                new = self.give(**said, by=by, at=at, revision=revision)
            else:  # what a part lacks is still to be said; where they overlap, everything is
                new = self._prefill(offer, revision)
            EvidenceUse.objects.bulk_create(
                [
                    EvidenceUse(answer=self, evidence_id=use.evidence_id)
                    for use in offer.answer.on_file
                ],
                ignore_conflicts=True,
            )
        return new

    def _prefill(self, offer: Offer, revision: int) -> int:
        """Take over what an offer says, to confirm; the value stays where it offers none."""
        self.assessment._lock_draft()
        if not offer.value:
            return revision
        self.suggested_by(offer)
        fields = {name: getattr(self, name) for name in self.MARKED}
        fields["revision"] = revision + 1
        if not Answer.objects.filter(pk=self.pk, revision=revision).update(**fields):
            raise Conflict(Answer.objects.select_related("criterion").get(pk=self.pk))
        return revision + 1

    def attach(self, evidence: Evidence) -> None:
        """Let the answer rest on a piece of evidence of the same provider; twice is once."""
        if evidence.organisation_id != self.assessment.release.solution.organisation_id:
            raise NotAllowed(gettext("This evidence belongs to another organisation."))
        if evidence.removed_at:
            raise IllegalMove(gettext("This evidence was removed."))
        with transaction.atomic():
            self.assessment._lock_draft()
            EvidenceUse.objects.get_or_create(answer=self, evidence=evidence)

    def detach(self, evidence: Evidence) -> None:
        """The answer no longer rests on it; the evidence stays on file."""
        with transaction.atomic():
            self.assessment._lock_draft()
            self.evidence_uses.filter(evidence=evidence).delete()

    def copied_to(self, draft: Assessment, other_release: bool) -> "Answer":
        """The same answer in a draft, unsaved. A rule speaks anew of another release's facts."""
        by_rule = self.origin == self.Origin.RULE
        if other_release and (by_rule or not self.value):
            return Answer(assessment=draft, criterion=self.criterion)
        return Answer(
            assessment=draft,
            criterion=self.criterion,
            value=self.value,
            reason=self.reason,
            note=self.note,
            origin=self.Origin.COPY if other_release else self.origin,
            rule_key=self.rule_key,
            to_confirm=other_release or self.to_confirm,
            answered_at=self.answered_at,
            answered_by=self.answered_by,
        )

    def marked_by(self, rules: Applied, *, at: datetime) -> bool:
        """Take over what rules say of the criterion, unsaved; whether that changed anything."""
        rule_key, reason = rules.not_applicable.get(self.criterion.key, ("", ""))
        value = Outcome.NOT_APPLICABLE if rule_key else ""
        if (self.value, self.rule_key, self.reason) == (value, rule_key, reason):
            return False
        self.value, self.reason, self.rule_key = value, reason, rule_key
        self.origin = self.Origin.RULE if rule_key else self.Origin.PERSON
        self.to_confirm, self.answered_at = False, at if rule_key else None
        self.revision += 1
        return True

    def suggested_by(self, offer: Offer) -> None:
        """Take over a mapped answer, unsaved; it counts for nothing until somebody confirms."""
        self.value, self.reason = offer.value, offer.reason
        self.origin, self.to_confirm = self.Origin.MAPPING, True
        self.revision += 1
