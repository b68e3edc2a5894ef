"""What the centre asks an organisation that a case concerns, and what it answers (rule R99)."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Organisation, User
from certcentre.desk.cases import steps
from certcentre.desk.cases.case import Case
from certcentre.lifecycle import IllegalMove, NotAllowed, NotReady, move, require_way
from certcentre.log.models import digest, record
from tenders.enquiry import fit
from tenders.requirements import LONGEST


class PartyQuestionQuerySet(models.QuerySet["PartyQuestion"]):
    def to_answer_by(self, user: User) -> Self:
        """Those put to their organisations, while the case is open."""
        theirs = Organisation.objects.acted_for_by(user, *steps.ANSWERING)
        open_cases = self.filter(status=PartyQuestion.Status.ASKED, case__status__in=Case.OPEN)
        return open_cases.filter(party__in=theirs).select_related("case", "party")

    def readable_by(self, user: User, *, at: datetime) -> Self:
        """Those of their organisations, of the cases that they may handle, and of the appeals on
        whose panel they sit."""
        handled = Case.objects.handled_by(user, at=at).values("pk")
        seated = Case.objects.decided_on_by(user, at=at).values("pk")
        theirs = Organisation.objects.acted_for_by(user)
        return self.filter(Q(party__in=theirs) | Q(case__in=handled) | Q(case__in=seated))


class PartyQuestion(models.Model):
    """One question to one organisation; whoever raised the case is not named in it."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")

    LIFECYCLE: ClassVar = {Status.ASKED: {Status.ANSWERED}, Status.ANSWERED: set()}

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions")
    party = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)
    question = models.TextField(_("question"), max_length=LONGEST)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(_("answer"), max_length=LONGEST, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PartyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a party")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked", answer="", answered_at=None)
                | Q(status="answered", answered_at__isnull=False) & ~Q(answer=""),
                name="partyquestion_answered_with_words",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party_id}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.case.number])

    @classmethod
    def ask(
        cls, case: Case, *, party: Organisation, question: str, by: User, at: datetime
    ) -> "PartyQuestion":
        """Ask an organisation that the case concerns; several questions may wait at once."""
        case.may_ask(by=by, at=at)
        if party.pk not in case.parties:
            raise NotReady(gettext("The case does not concern this organisation."))
        words = fit(question, gettext("Write your question first."))
        with transaction.atomic():
            Case.objects.select_for_update(of=("self",)).get(pk=case.pk).may_ask(by=by, at=at)
            made = cls.objects.create(
                case=case, party=party, question=words, asked_at=at, asked_by=by
            )
            detail = {"digest": digest(words.encode())}
            logged: Any = {"to_state": made.status, "organisation": party, "detail": detail}
            record(made, steps.PARTY_ASKED, by=by, at=at, **logged)
        return made

    def may_reply(self, *, by: User, at: datetime) -> None:
        """A manager, editor or signatory of the organisation, while the case is open."""
        if not by.acts_for(self.party, *steps.ANSWERING):
            raise NotAllowed(gettext("Only the organisation that was asked answers."))
        require_way(self, "answered")
        if not self.case.is_open:
            raise IllegalMove(gettext("The case is closed, so no answer is taken any more."))

    def reply(self, *, by: User, at: datetime, answer: str) -> None:
        """What the organisation says of it; the centre alone reads it."""
        self.may_reply(by=by, at=at)
        words = fit(answer, gettext("Write the answer first."))
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).get(pk=self.case_id)
            self.case = case
            self.may_reply(by=by, at=at)
            stamps: Any = {"answer": words, "answered_at": at, "answered_by": by}
            logged: Any = {"organisation": self.party, "detail": {"digest": digest(words.encode())}}
            move(self, "answered", step=steps.PARTY_ANSWERED, by=by, at=at, **logged, **stamps)
