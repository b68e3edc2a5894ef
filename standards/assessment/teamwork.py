"""Several people at one draft: who is to answer what until when, and what they ask each other.

All of it stays inside the provider's organisation (rule R113).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, require_to_come, words_required
from certcentre.log.models import record
from standards.assessment import steps
from standards.assessment.answers import Answer, passed_over, too_long, waiting
from standards.assessment.assessments import Assessment

LONGEST = 2000  # characters of a remark
TWICE = timedelta(minutes=1)  # the same words in this time are one press too many


def colleagues(provider: Organisation, *roles: str) -> QuerySet[User]:
    """Who belongs to it (with one of the roles), by name."""
    there = {"memberships__organisation": provider, "memberships__until": None}
    wanted = {"memberships__role__in": roles} if roles else {}
    return User.objects.filter(**there, **wanted).distinct().order_by("name", "pk")


def editors_of(draft: Assessment) -> QuerySet[User]:
    """Who may be asked to answer its criteria."""
    return colleagues(draft.release.solution.organisation, Role.EDITOR)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def left_for(self, person: User) -> "AssignmentQuerySet":
        """Those of one person in drafts that it may answer, with something left to answer."""
        drafts = Assessment.objects.of_members(person, Role.EDITOR).drafts()
        left = Answer.objects.asked().filter(waiting(), assignment=models.OuterRef("pk"))
        return self.filter(models.Exists(left), person=person, assessment__in=drafts)

    def with_left(self) -> "AssignmentQuerySet":
        """Each with how many of its criteria (`of`) wait for an answer (`left`)."""
        asked = ~passed_over("answers__")
        return self.annotate(
            of=models.Count("answers", filter=asked),
            left=models.Count("answers", filter=asked & waiting("answers__")),
        ).select_related("assessment__release__solution")


class Given(models.Model):
    """That some criteria are one person's to work on, until a day where one was named."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    due = models.DateField(null=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Assignment(Given):
    """That one person is to answer some criteria of a draft."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="assignments")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("assessment-sheet", args=[self.assessment_id], query={"only": "mine"})

    @classmethod
    def waiting_for(cls, person: User, at: datetime) -> AssignmentQuerySet:
        """What this person is to answer, the nearest day first."""
        rows = cls.objects.left_for(person).with_left()
        return rows.order_by(models.F("due").asc(nulls_last=True), "pk")


def assign(
    answers: Iterable[Answer],
    draft: Assessment,
    *,
    person: User | None,
    due: date | None,
    by: User,
    at: datetime,
) -> None:
    """Let this person answer them; nobody in particular where it is None.

    Within a transaction that holds the draft.
    """
    draft.may_answer(by=by, at=at)
    provider = draft.release.solution.organisation
    given = None
    if person:
        if not editors_of(draft).filter(pk=person.pk).exists():
            raise NotReady(gettext("Choose an editor of your organisation."))
        require_to_come(due, at)
        given = Assignment.objects.create(
            assessment=draft, person=person, due=due, given_at=at, given_by=by
        )
    keys = [answer.pk for answer in answers]
    draft.answers.filter(pk__in=keys).update(assignment=given)
    if given and given.person_id != by.pk:
        record(given, steps.ASSIGNED, by=by, at=at, organisation=provider)


class RemarkQuerySet(models.QuerySet["Remark"]):
    def of_members(self, user: Reader) -> "RemarkQuerySet":
        return self.filter(answer__assessment__in=Assessment.objects.of_members(user))

    def open(self) -> "RemarkQuerySet":
        """Questions that wait for a colleague, in drafts."""
        draft = {"answer__assessment__status": Assessment.Status.DRAFT}
        return self.filter(asks__isnull=False, settled_at=None, **draft)

    def with_draft(self) -> "RemarkQuerySet":
        return self.select_related(
            "answer__criterion",
            "answer__assessment__release__solution__organisation",
            *("written_by", "asks"),
        ).order_by("written_at", "pk")


class Remark(models.Model):
    """What somebody of the provider says beside an answer; a question where it `asks` somebody."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="remarks")
    words = models.TextField(max_length=LONGEST)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asks = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.answer.criterion}: {self.words[:40]}"

    def get_absolute_url(self) -> str:
        page = reverse("answer", args=[self.answer.assessment_id, self.answer_id])
        return f"{page}#remarks"

    @classmethod
    def asking(cls, person: User, at: datetime) -> RemarkQuerySet:
        """What this person is asked."""
        return cls.objects.open().of_members(person).filter(asks=person).with_draft()

    @classmethod
    def asked_by(cls, person: User, at: datetime) -> RemarkQuerySet:
        """What this person asks colleagues, and waits for."""
        return cls.objects.open().of_members(person).filter(written_by=person).with_draft()

    @property
    def provider(self) -> Organisation:
        return self.answer.assessment.release.solution.organisation

    @property
    def waits(self) -> bool:
        return bool(self.asks_id and not self.settled_at and self.answer.assessment.is_draft)

    def may_settle(self, *, by: User, at: datetime) -> None:
        """Whoever is asked, or asked, says that nothing is open any more."""
        if by.pk not in (self.asks_id, self.written_by_id) or not by.acts_for(self.provider):
            raise NotAllowed(gettext("Whoever asked, or is asked, says that this is settled."))
        if not self.waits:
            raise IllegalMove(gettext("Nothing is open here."))

    def settle(self, *, by: User, at: datetime) -> None:
        """Nothing is open any more, with no words beside."""
        self.may_settle(by=by, at=at)
        with transaction.atomic():
            if Remark.objects.filter(pk=self.pk).open().update(settled_at=at):
                record(self, steps.QUESTION_SETTLED, by=by, at=at, organisation=self.provider)


def settle_beside(answer: Answer, *, by: User, at: datetime) -> None:
    """Nothing is open any more of what this person asked, or is asked, beside an answer."""
    own = models.Q(asks=by) | models.Q(written_by=by)
    questions = list(Remark.objects.open().filter(own, answer=answer).with_draft())
    if not questions:
        raise IllegalMove(gettext("Nothing is open here."))
    with transaction.atomic():
        for question in questions:
            question.settle(by=by, at=at)


def remark(
    answer: Answer, *, words: str, asks: User | None = None, by: User, at: datetime
) -> Remark:
    """Say something beside an answer, or ask somebody. What its writer was asked there is
    answered with it."""
    answer.may_remark(by=by, at=at)
    provider = answer.assessment.release.solution.organisation
    text = words_required(words, gettext("Write what you want to say or ask."))
    if problem := too_long(text, most=LONGEST):
        raise NotReady(problem)
    if asks and not colleagues(provider).exclude(pk=by.pk).filter(pk=asks.pk).exists():
        raise NotReady(gettext("Choose a colleague of your organisation."))
    with transaction.atomic():
        answer.assessment.lock_draft()
        same = {"answer": answer, "words": text, "written_by": by, "asks": asks}
        if twin := Remark.objects.filter(**same, written_at__gt=at - TWICE).first():
            return twin
        made = Remark.objects.create(
            answer=answer, words=text, written_at=at, written_by=by, asks=asks
        )
        asked = Remark.objects.open().filter(answer=answer, asks=by)
        for question in asked.with_draft():
            Remark.objects.filter(pk=question.pk).update(settled_at=at)
            record(question, steps.QUESTION_ANSWERED, by=by, at=at, organisation=provider)
        if asks:
            record(made, steps.QUESTION_ASKED, by=by, at=at, organisation=provider)
    return made


def pass_on(followed: Collection[tuple[Answer, Answer]]) -> None:
    """Who is to answer, and what was asked beside an old answer, go along to the new one."""
    successors = {old.pk: new for old, new in followed}
    for old, new in followed:
        new.assignment_id = old.assignment_id
    Answer.objects.bulk_update(successors.values(), ["assignment"], batch_size=500)
    remarks = list(Remark.objects.filter(answer__in=successors))
    for each in remarks:
        each.answer = successors[each.answer_id]
    Remark.objects.bulk_update(remarks, ["answer"], batch_size=500)
