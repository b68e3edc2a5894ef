"""The provider's answer to one criterion, and the rules that one answer keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from certcentre.lifecycle import Conflict, IllegalMove, NotAllowed, NotReady
from standards.assessment import answer_history
from standards.assessment.claims import NEEDS_REASON, Outcome
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.assessment.mapped_answers import Kind, Offer
from standards.assessment.provider_roles import must_belong_to
from standards.catalogue.applicability import Applied
from standards.catalogue.editions import Criterion, Edition

LONGEST = 10_000  # characters of a reason, and of a note


def too_long(*texts: str, most: int = LONGEST) -> str:
    """That one of these is more than an answer holds, or than `most`; empty where none is."""
    if max(map(len, texts), default=0) <= most:
        return ""
    words = gettext("This text is too long. At most %(count)s characters go.")
    return words % {"count": most}


def flaw(ref: str, value: str, reason: str) -> str:
    """Why this cannot be an answer, in words; empty when it can."""
    if value and value not in Outcome.values:
        return gettext("Choose one of the four answers to %(ref)s.") % {"ref": ref}
    if value not in NEEDS_REASON or reason.strip():
        return ""
    return str(Outcome(value).without_reason) % {"ref": ref}


def require_answerable(edition: Edition) -> None:
    """Nobody answers an edition that was withdrawn, also not in a draft that was begun before."""
    if edition.status == Edition.Status.WITHDRAWN:
        raise IllegalMove(
            gettext(
                "%(edition)s was withdrawn. Its criteria take no answers any more, and what was "
                "answered in this draft counts for nothing."
            )
            % {"edition": edition.text("name")}
        )


def require_usable(evidence: Evidence, provider: UUID) -> None:
    """Answers rest on what their own provider has on file."""
    if evidence.organisation_id != provider:
        raise NotAllowed(gettext("This evidence belongs to another organisation."))
    if evidence.removed_at:
        raise IllegalMove(gettext("This evidence was removed."))


def passed_over(path: str = "") -> Q:
    """Answers of a draft to editions that were withdrawn: nothing of them is asked or declared.

    `path` leads to the answers from the rows asked.
    """
    withdrawn = {f"{path}criterion__edition__status": Edition.Status.WITHDRAWN}
    return Q(**withdrawn, **{f"{path}assessment__status": "draft"})


def waiting(path: str = "") -> Q:
    """Answers that wait for somebody: not given, or to confirm."""
    return Q(**{f"{path}value": ""}) | Q(**{f"{path}to_confirm": True})


class AnswerQuerySet(models.QuerySet["Answer"]):
    def asked(self) -> "AnswerQuerySet":
        """All that are not passed over."""
        return self.exclude(passed_over())

    def not_withdrawn(self) -> "AnswerQuerySet":
        """Those whose edition may still be answered."""
        return self.exclude(criterion__edition__status=Edition.Status.WITHDRAWN)

    def given(self) -> "AnswerQuerySet":
        """Those that `counts` is true of."""
        return self.filter(to_confirm=False).exclude(value="")

    def with_provider(self) -> "AnswerQuerySet":
        """Each with what its verbs ask: edition, and the provider of its assessment."""
        return self.select_related(
            "criterion__edition", "assessment__release__solution__organisation"
        )

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

    assessment = models.ForeignKey(
        "standards.Assessment", on_delete=models.PROTECT, related_name="answers"
    )
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
    assignment = models.ForeignKey(
        "standards.Assignment", null=True, on_delete=models.SET_NULL, related_name="answers"
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

    def may_give(self, *, by: User, at: datetime) -> None:
        """An editor of the provider writes in a draft, and nobody answers a withdrawn edition."""
        self.assessment.may_answer(by=by, at=at)
        require_answerable(self.criterion.edition)

    may_take = may_attach = may_give

    def may_remark(self, *, by: User, at: datetime) -> None:
        """Everybody of the provider says something beside an answer while it is a draft."""
        must_belong_to(self.assessment.release.solution.organisation, by)
        self.assessment.require_draft()

    def may_detach(self, *, by: User, at: datetime) -> None:
        self.assessment.may_answer(by=by, at=at)

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
        self.may_give(by=by, at=at)
        if problem := flaw(self.criterion.ref, value, reason):
            raise NotReady(problem)
        fields = self.given(value=value, reason=reason, note=note, by=by, at=at)
        with transaction.atomic():
            self.assessment.lock_draft()
            stands = Answer.objects.filter(pk=self.pk, revision=revision)
            answer_history.keep(stands, by=by, at=at, value=value)
            written = stands.update(**fields, revision=F("revision") + 1)
        if written:
            return revision + 1
        stored = Answer.objects.select_related("criterion", "answered_by").get(pk=self.pk)
        if (stored.value, stored.reason, stored.note) == (value, reason, note):
            return stored.revision
        raise Conflict(stored)

    def given(
        self, *, value: str, reason: str, note: str, by: User, at: datetime
    ) -> dict[str, Any]:
        """What is written where a person gives this answer: all its fields but the revision."""
        same = value == self.value and reason == self.reason
        by_rule = same and self.origin == self.Origin.RULE
        return {
            "value": value,
            "reason": reason,
            "note": note,
            "origin": self.Origin.RULE if by_rule else self.Origin.PERSON,
            "to_confirm": False,
            "answered_at": at,
            "answered_by": by,
        }

    def take(self, offer: Offer, *, by: User, at: datetime, revision: int) -> int:
        """Give the answer that a mapping offers, with its evidence, because a person chose to."""
        self.may_take(by=by, at=at)
        fields = {"value": offer.value, "reason": offer.reason, "note": self.note}
        with transaction.atomic():
            new = revision
            if offer.kind in (Kind.SAME, Kind.ALL):
                new = self.give(**fields, by=by, at=at, revision=revision)
            else:  # what a part lacks is still to be said; where they overlap, everything is
                new = self._prefill(offer, revision, by=by, at=at)
            EvidenceUse.objects.bulk_create(
                [
                    EvidenceUse(answer=self, evidence_id=use.evidence_id)
                    for use in offer.answer.on_file
                ],
                ignore_conflicts=True,
            )
        return new

    def _prefill(self, offer: Offer, revision: int, *, by: User, at: datetime) -> int:
        """Take over what an offer says, to confirm; the value stays where it offers none."""
        self.assessment.lock_draft()
        if not offer.value:
            return revision
        self.suggested_by(offer)
        fields = {name: getattr(self, name) for name in self.MARKED}
        fields["revision"] = revision + 1
        stands = Answer.objects.filter(pk=self.pk, revision=revision)
        answer_history.keep(stands, by=by, at=at)
        if not stands.update(**fields):
            raise Conflict(Answer.objects.select_related("criterion").get(pk=self.pk))
        return revision + 1

    def attach(self, evidence: Evidence, *, by: User, at: datetime) -> None:
        """Let the answer rest on a piece of evidence of the same provider; twice is once."""
        self.may_attach(by=by, at=at)
        require_usable(evidence, self.assessment.release.solution.organisation_id)
        with transaction.atomic():
            self.assessment.lock_draft()
            EvidenceUse.objects.get_or_create(answer=self, evidence=evidence)

    def detach(self, evidence: Evidence, *, by: User, at: datetime) -> None:
        """The answer no longer rests on it; the evidence stays on file."""
        self.may_detach(by=by, at=at)
        with transaction.atomic():
            self.assessment.lock_draft()
            self.evidence_uses.filter(evidence=evidence).delete()

    def copied_to(self, draft: UUID, *, other_release: bool) -> "Answer":
        """The same answer in a draft, unsaved. A rule speaks anew of another release's facts."""
        by_rule = self.origin == self.Origin.RULE
        if other_release and (by_rule or not self.value):
            return Answer(assessment_id=draft, criterion=self.criterion)
        return Answer(
            assessment_id=draft,
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
