"""Who is written to about which step. How mails are written and sent is in mailing.py."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model

from certcentre.accounts.audiences import people
from certcentre.accounts.models import User
from certcentre.steps import every_step


def told_steps() -> set[str]:
    """The steps that somebody is written to about. The mail is templates/emails/<step>.txt."""
    return {name for name, step in every_step().items() if step.told}


def people_told(step: str, record: Model, *, at: datetime) -> Iterable[User | None]:
    """Who is told of a step on a record, as they are now; None is whoever a letter is for."""
    return people(every_step()[step].told, record, at=at)
