"""How any record changes state: one guarded UPDATE and its log entry, in one transaction."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from certcentre.log.models import LogEntry, record
from certcentre.steps import Step


class StepRefused(Exception):
    """A step that a rule does not allow. `problems` says why, in the reader's words."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = list(problems)


class IllegalMove(StepRefused):
    """The record is not in a state that this step may leave; nothing was changed."""


class NotAllowed(StepRefused):
    """This person may not take this step, whatever the record's state; nothing was changed."""


class NotReady(StepRefused):
    """Something is missing before this step can be taken; nothing was changed."""


class Disagrees(StepRefused):
    """What is asked for is not what the log holds of it, so it is not handed out."""


def disagrees(number: str) -> Disagrees:
    """The refusal to hand out what the log contradicts."""
    words = gettext("Our records disagree about %(number)s, so nothing is given out of it.")
    return Disagrees(words % {"number": number})


class Conflict(StepRefused):
    """Somebody else changed this first. `stored` is the record as it stands now."""

    def __init__(self, stored: Any) -> None:
        super().__init__(
            gettext("This was changed elsewhere while you were writing. Both texts are kept.")
        )
        self.stored = stored


def words_required(text: str, problem: str) -> str:
    """The text as it is kept; NotReady, in the words of `problem`, where there is none."""
    if not text.strip():
        raise NotReady(problem)
    return text.strip()


def reason_required(reason: str, *, public: bool = False) -> str:
    """The reason as it is kept; NotReady where none is given."""
    problem = gettext("Say why. The public reads the reason.") if public else gettext("Say why.")
    return words_required(reason, problem)


def require_to_come(day: date | None, at: datetime, *, within: timedelta | None = None) -> None:
    """NotReady where a day that is set as a deadline is over, by the calendar of the portal,
    or too far off (rule R139)."""
    today = timezone.localdate(at)
    if day and day < today:
        raise NotReady(gettext("This day is over. Give today or a later one."))
    if day and within and day > today + within:
        words = ngettext(
            "This day is too far off. Give one within %(n)s year.",
            "This day is too far off. Give one within %(n)s years.",
            within.days // 365,
        )
        raise NotReady(words % {"n": within.days // 365})


def label(model: type[models.Model], state: str) -> str:
    """The words for a state, as the reader knows it."""
    field: Any = model._meta.get_field("status")
    return str(dict(field.flatchoices).get(state, state))


def illegal(model: type[models.Model], state: str) -> IllegalMove:
    """The refusal for a record whose state allows no such step."""
    return IllegalMove(
        gettext("This step is not possible now: the %(record)s stands at “%(state)s”.")
        % {"record": model._meta.verbose_name, "state": label(model, state)}
    )


def left_for(model: Any, to: str) -> list[str]:
    """The states from which a record comes to the state `to`."""
    return [state for state, targets in model.LIFECYCLE.items() if to in targets]


def require_way(subject: Any, to: str) -> None:
    """Refuse where this record cannot come to the state `to`, before anybody fills in a form."""
    if subject.status not in left_for(type(subject), to):
        raise illegal(type(subject), subject.status)


def move(
    subject: Any,
    to: str,
    *,
    by: models.Model | None,
    at: datetime,
    reason: str = "",
    step: Step | str = "",
    leaving: Iterable[str] | None = None,
    organisation: models.Model | None = None,
    visibility: str = LogEntry.Visibility.PRIVATE,
    detail: dict[str, Any] | None = None,
    **stamps: Any,
) -> None:
    """Move `subject` to the state `to`, set the `stamps`, and log it.

    The states it may leave are the rows of `subject.LIFECYCLE` ({from: {to, …}}) that allow `to`;
    `leaving` names fewer where several verbs lead to one state. Of two people pressing at once
    exactly one succeeds; the other meets IllegalMove. `step` is a row of a steps.py: its name and
    visibility go to the log.
    """
    model = type(subject)
    allowed = left_for(model, to)
    if leaving is not None:
        allowed = [state for state in allowed if state in leaving]
    rows: models.QuerySet[Any] = model._base_manager.filter(pk=subject.pk)
    with transaction.atomic():
        left = rows.select_for_update().values_list("status", flat=True).get()
        if not rows.filter(status__in=allowed).update(status=to, **stamps):
            raise illegal(model, left)
        record(
            subject,
            step or f"{model._meta.model_name}.{to}",
            by=by,
            at=at,
            from_state=left,
            to_state=to,
            reason=reason,
            organisation=organisation,
            visibility=visibility,
            detail=detail,
        )
    for field, value in {"status": to, **stamps}.items():
        setattr(subject, field, value)
