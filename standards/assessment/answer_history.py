"""How answers stood before they were changed: to what, when, and by whom.

Whatever writes over answers keeps first how they stand (rule R108). The provider's own people read
it, and nobody else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import connection, models
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import User
from standards.assessment.claims import Outcome

AT_ONCE = 500  # keys in one statement
GOING_ON = timedelta(minutes=10)  # words that a person goes on with in this time are one change
STANDS = ("value", "reason", "note", "to_confirm")


class AnswerState(Protocol):
    """An answer, a former one, or a row of a sheet that shows it."""

    @property
    def pk(self) -> int: ...
    @property
    def value(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def to_confirm(self) -> bool: ...


class FormerAnswer(models.Model):
    """An answer as it stood until it was changed; `changed_by` is empty where the portal did it."""

    answer = models.ForeignKey("standards.Answer", on_delete=models.CASCADE, related_name="formers")
    value = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    to_confirm = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("former answer")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.value}"


def keep(
    answers: QuerySet[models.Model], *, by: User | None, at: datetime, value: str | None = None
) -> None:
    """Keep how these answers stand, before they are written over. One statement.

    What was empty is not kept, nor words that the same person wrote just now beside the `value`
    that stays: they are still being written.
    """
    worth = answers.order_by().exclude(value="", reason="", note="")
    if by and value is not None:
        going_on = Q(answered_by=by, answered_at__gt=at - GOING_ON, value=value, to_confirm=False)
        worth = worth.exclude(going_on & Q(answered_at__isnull=False))
    moment = Value(at, output_field=models.DateTimeField())
    person = Value(by.pk if by else None, output_field=models.UUIDField(null=True))
    rows = worth.annotate(kept_at=moment, kept_by=person).values_list(
        "pk", *STANDS, "kept_at", "kept_by"
    )
    columns = ", ".join(("answer_id", *STANDS, "changed_at", "changed_by_id"))
    sql, given = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {FormerAnswer._meta.db_table} ({columns}) {sql}", given)


def keep_all(answers: Sequence[AnswerState], *, by: User | None, at: datetime) -> None:
    """The same of answers that are written over together."""
    model = FormerAnswer._meta.get_field("answer").related_model
    for start in range(0, len(answers), AT_ONCE):
        keys = [answer.pk for answer in answers[start : start + AT_ONCE]]
        keep(model._default_manager.filter(pk__in=keys), by=by, at=at)


def pass_on(
    followed: Collection[tuple[AnswerState, AnswerState]], *, by: User, at: datetime
) -> None:
    """The history of each old answer goes on with the new one that takes its place."""
    successors = {old.pk: new for old, new in followed}
    unlike = [old for old, new in followed if stands(old) != stands(new)]
    keep_all(unlike, by=by, at=at)
    formers = list(FormerAnswer.objects.filter(answer__in=successors))
    for former in formers:
        former.answer_id = successors[former.answer_id].pk
    FormerAnswer.objects.bulk_update(formers, ["answer"], batch_size=AT_ONCE)


@dataclass(frozen=True)
class Change:
    """One change of an answer: what stood before, and what took its place."""

    at: datetime
    who: str
    words: str
    before: str  # the public words that stood beside it, where they changed
    note: str  # the same of the private note


def changes(answers: Iterable[AnswerState]) -> dict[int, list[Change]]:
    """By key how each came to stand as it does, the newest first. One statement."""
    now = {answer.pk: answer for answer in answers}
    formers: dict[int, list[FormerAnswer]] = defaultdict(list)
    for former in FormerAnswer.objects.filter(answer__in=now).select_related("changed_by"):
        formers[former.answer_id].append(former)
    made = {}
    for key, before in formers.items():
        after: list[AnswerState] = [*before[1:], now[key]]
        made[key] = [changed(old, new) for old, new in zip(before, after, strict=True)][::-1]
    return made


def changed(old: FormerAnswer, new: AnswerState) -> Change:
    value, reason, note, to_confirm = stands(new)
    who = (
        str(old.changed_by) if old.changed_by else gettext("The portal, by your facts or a mapping")
    )
    if value != old.value:
        words = gettext("%(before)s → %(after)s") % {
            "before": named(old.value),
            "after": named(value),
        }
    elif old.to_confirm and not to_confirm:
        words = gettext("Confirmed: %(answer)s") % {"answer": named(value)}
    elif (reason, note) != (old.reason, old.note):
        words = gettext("Words changed")
    else:
        words = gettext("Given again: %(answer)s") % {"answer": named(value)}
    before = old.reason if reason != old.reason else ""
    return Change(old.changed_at, who, words, before, old.note if note != old.note else "")


def stands(answer: AnswerState) -> tuple[str, str, str, bool]:
    return answer.value, answer.reason, answer.note, answer.to_confirm


def named(value: str) -> str:
    return str(Outcome(value).label) if value else pgettext("answer", "open")
