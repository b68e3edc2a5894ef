"""A provider's answers for one release over a chosen set of criteria."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import record
from standards.assessment import answer_history, steps
from standards.assessment.answers import Answer, passed_over
from standards.assessment.declaration_check import Blocks, Check, Lack, check, lacking, unfit
from standards.assessment.evidence import EvidenceUse
from standards.assessment.mapped_answers import Offer, mapped_pairs, matched
from standards.assessment.provider_roles import must_edit_for, must_sign_for
from standards.assessment.solutions import Release, Solution
from standards.catalogue.applicability import Applied
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.profiles import Profile
from standards.catalogue.rules import applied


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def of_members(self, user: Reader, *roles: str) -> "AssessmentQuerySet":
        return self.filter(release__in=Release.objects.of_members(user, *roles))

    def drafts(self) -> "AssessmentQuerySet":
        return self.filter(status=Assessment.Status.DRAFT)

    def counted(self, *, at: datetime) -> "AssessmentQuerySet":
        """Each with how many answers are asked (`of`), given (`done`), lack something (`left`)
        before they can be declared, and are passed over (`withdrawn`)."""
        asked = ~passed_over("answers__")
        given = Q(answers__value__gt="", answers__to_confirm=False)
        return self.annotate(
            of=Count("answers", filter=asked),
            done=Count("answers", filter=asked & given),
            left=Count("answers", filter=lacking(at, "answers__")),
            withdrawn=Count("answers", filter=~asked),
        )

    def on_withdrawn_editions(self) -> "AssessmentQuerySet":
        """Drafts with answers that are passed over, until they are gone on with: something was
        answered since the last of these editions was withdrawn."""
        answers = Answer.objects.filter(assessment=OuterRef("pk"))
        day = "criterion__edition__withdrawn_at"
        withdrawn = answers.filter(passed_over()).order_by(f"-{day}").values(day)[:1]
        later = answers.filter(answered_at__gt=OuterRef("withdrawn_since"))
        rows = self.drafts().annotate(withdrawn_since=Subquery(withdrawn))
        gone_on_with = Exists(answers.asked()) & Exists(later)
        return rows.filter(Exists(answers.filter(passed_over()))).exclude(gone_on_with)

    def declarable(self, *, at: datetime) -> "AssessmentQuerySet":
        """The drafts that lack nothing: what `check` says, for many. Four statements; one where
        every draft lacks an answer, since the rules are not read then."""
        asked = Answer.objects.filter(assessment=OuterRef("pk")).asked()
        complete = self.drafts().filter(
            Exists(asked),
            ~Exists(asked.filter(lacking(at))),
            release__solution__status=Solution.Status.ACTIVE,
            release__solution__organisation__status=Organisation.Status.VERIFIED,
        )
        rows = list(complete.values_list("pk", "release__facts"))
        blocks = Blocks.at(at) if rows else Blocks((), {})
        keys = [pk for pk, facts in rows if not blocks.open_in(facts)]
        return Assessment.objects.filter(pk__in=keys)


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

        Answers of the same release stand; those of another release are to confirm (rule R15).
        """
        release.may_assess(by=by, at=at)
        provider = release.solution.organisation
        try:
            with transaction.atomic():
                made = cls.objects.create(
                    release=release, profile=profile, started_at=at, started_by=by
                )
                record(made, steps.ASSESSMENT_STARTED, by=by, at=at, organisation=provider)
                made._carry_over()
                made._take_in(profile, editions, criteria, at)
                if not made.answers.exists():
                    raise NotReady(gettext("Choose at least one criterion to answer."))
        except IntegrityError as error:
            raise IllegalMove(
                gettext("This release already has a draft. Go on with that one.")
            ) from error
        return made

    def _carry_over(self) -> None:
        """Copy the last declared answers and their evidence; of this release, else of another."""
        last = self.last_declared(self.release)
        if last is None:
            return
        other_release = last.release_id != self.release_id
        old = list(last.answers.not_withdrawn().with_evidence().order_by("pk"))
        new = Answer.objects.bulk_create(
            answer.copied_to(self.pk, other_release=other_release) for answer in old
        )
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=to, evidence_id=use.evidence_id)
            for answer, to in zip(old, new, strict=True)
            for use in answer.on_file
        )

    @classmethod
    def last_declared(cls, release: Release) -> "Assessment | None":
        """What a new draft of the release begins from: its own last one, else of its solution."""
        declared = cls.objects.filter(
            release__solution=release.solution_id, declaration__isnull=False
        ).order_by("-declaration__declared_at", "-declaration__pk")
        return declared.filter(release=release).first() or declared.first()

    def add(
        self,
        *,
        by: User,
        at: datetime,
        profile: Profile | None = None,
        editions: Iterable[tuple[Edition, Level | None]] = (),
        criteria: Iterable[Criterion] = (),
    ) -> int:
        """Take more criteria into the set, and mark what rules say; how many were added."""
        self.may_add(by=by, at=at)
        return self._take_in(profile, editions, criteria, at)

    def _take_in(
        self,
        profile: Profile | None,
        editions: Iterable[tuple[Edition, Level | None]],
        criteria: Iterable[Criterion],
        at: datetime,
    ) -> int:
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
            self.lock_draft()
            new = chosen.exclude(pk__in=self.answers.values("criterion"))
            added = Answer.objects.bulk_create(
                Answer(assessment=self, criterion=criterion)
                for criterion in new.order_by("edition", "position")
            )
            self._mark(rules, at)
            self._suggest(at)
        return len(added)

    def mark_by_rules(self, *, at: datetime) -> None:
        """Pre-mark what rules exclude for the facts, and take back what they no longer do."""
        rules = applied(self.release.facts, at=at)
        with transaction.atomic():
            self.lock_draft()
            self._mark(rules, at)

    def _mark(self, rules: Applied, at: datetime) -> None:
        """Only answers that no person gave are touched."""
        open_or_marked = Q(value="") | Q(origin=Answer.Origin.RULE)
        ours = self.answers.not_withdrawn().filter(open_or_marked)
        changed = [
            answer for answer in ours.select_related("criterion") if answer.marked_by(rules, at=at)
        ]
        answer_history.keep_all(changed, by=None, at=at)
        Answer.objects.bulk_update(changed, Answer.MARKED)

    def _suggest(self, at: datetime) -> None:
        """Fill open answers from mapped ones, to confirm (rule R15), with their evidence."""
        unanswered = self.answers.not_withdrawn().filter(value="")
        waiting = {answer.criterion_id: answer for answer in unanswered}
        offered = [
            (waiting[criterion], offer)
            for criterion, offer in self.offers(waiting).items()
            if offer.value
        ]
        for answer, offer in offered:
            answer.suggested_by(offer)
        filled = [answer for answer, _offer in offered]
        answer_history.keep_all(filled, by=None, at=at)
        Answer.objects.bulk_update(filled, Answer.MARKED)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(answer=answer, evidence_id=use.evidence_id)
            for answer, offer in offered
            for use in offer.answer.on_file
        )

    def offers(self, criteria: Iterable[int]) -> dict[int, Offer]:
        """By criterion pk, what these open criteria are offered. Three statements."""
        pairs = mapped_pairs(criteria)
        ends = {pk for source, target, _ in pairs for pk in (source, target)}
        given = self.answers.filter(criterion__in=ends).given().with_evidence()
        return matched(pairs, {answer.criterion_id: answer for answer in given})

    def lock(self) -> None:
        """Hold its row until the transaction ends, so that nobody declares in between."""
        self.refresh_from_db(
            fields=["status"], from_queryset=Assessment.objects.select_for_update()
        )

    def lock_draft(self) -> None:
        self.lock()
        self.require_draft()

    def may_answer(self, *, by: User, at: datetime) -> None:
        """Whether the draft may be written in: answers, evidence, further criteria."""
        must_edit_for(self.release.solution.organisation, by)
        self.require_draft()

    may_add = may_fill = may_answer

    def may_migrate(self, *, by: User, at: datetime) -> None:
        """Whether the draft, or a copy of what was declared, goes to a newer edition."""
        must_edit_for(self.release.solution.organisation, by)
        if not self.is_draft:
            self.release.may_assess(by=by, at=at)

    def may_declare(self, *, by: User, at: datetime) -> Check:
        """The draft as it would be declared; refused with the list of what it lacks."""
        must_sign_for(self.release.solution.organisation, by)
        self.require_draft()
        checked = self.checked(by=by, at=at)
        if checked.lacks:
            raise NotReady(*map(str, checked.lacks))
        by.require_confirmed()
        return checked

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def require_draft(self) -> None:
        if not self.is_draft:
            raise IllegalMove(
                gettext("These answers were declared. Start a new draft to change them.")
            )

    def checked(self, *, at: datetime, by: User | None = None) -> Check:
        """The draft as it would be declared at a moment, with all that it lacks.

        A page that asks twice says `by` whom, and it is looked at once.
        """
        if by:
            return by.once(("checked", self.pk, at), lambda: self.checked(at=at))
        answers = self.answers.with_evidence().order_by("criterion__key")
        return check(self.release, answers, at=at)

    def lacks_beside_answers(self, *, at: datetime) -> list[Lack]:
        """What the provider, the solution and the facts lack: see `checked`. Three statements."""
        return [*unfit(self.release), *Blocks.at(at).lacks(self.release)]

    def withdrawn_editions(self, *, at: datetime) -> list[tuple[Edition, Edition | None]]:
        """Those of its set that take no answers any more, each with the one that follows it."""
        ours = self.answers.values("criterion__edition")
        withdrawn = Edition.objects.filter(pk__in=ours, status=Edition.Status.WITHDRAWN)
        newer = Edition.objects.answerable(at=at).filter(supersedes__in=withdrawn)
        following = {edition.supersedes_id: edition for edition in newer}
        return [(edition, following.get(edition.pk)) for edition in withdrawn]


def describe(
    release: Release, given: dict[str, Any], *, of: Iterable[str], by: User, at: datetime
) -> None:
    """State what is `given` of the facts `of`; what is not given of them becomes unknown.

    All other facts stay as they are, even if somebody else states them at this moment. Locks the
    draft, then the release, as declaring does.
    """
    draft = Assessment.objects.drafts().filter(release=release)
    with transaction.atomic():
        locked = draft.select_for_update().first()
        now = Release.objects.alone().get(pk=release.pk)
        kept = {key: value for key, value in now.facts.items() if key not in set(of)}
        now.state_facts({**kept, **given}, by=by, at=at)
        if locked:
            locked.release = now
            locked.mark_by_rules(at=at)
    release.facts = now.facts
