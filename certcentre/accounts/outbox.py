"""Mails about accounts that could not leave at once: kept, and sent when mail works again."""

import json
import logging
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.core.mail import EmailMessage
from django.db import models
from django.db.models import F
from django.http import HttpRequest

from certcentre.accounts.sealed import cipher

WAITING = "waiting_mail"  # in the session
CLAIMED = timedelta(minutes=5)  # in which whoever took a mail sends it, before another tries
LASTS = timedelta(days=2)  # the links inside last three
LONGEST = 6  # doublings: an hour or so between two tries at most
log = logging.getLogger(__name__)


class UnsentMail(models.Model):
    """A mail that waits. Its words may hold a link to a new password, so they are encrypted."""

    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], name="unsentmail_due")]

    def __str__(self) -> str:
        return f"mail of {self.made_at:%Y-%m-%d %H:%M}"

    @classmethod
    def keep(cls, mail: EmailMessage, *, at: datetime) -> "UnsentMail":
        words = {
            "subject": mail.subject,
            "body": mail.body,
            "from_email": mail.from_email,
            "to": mail.to,
            "headers": mail.extra_headers,
        }
        sealed = cipher().encrypt(json.dumps(words).encode())
        return cls.objects.create(sealed=sealed, made_at=at, next_try_at=at)

    def claim(self, *, at: datetime) -> bool:
        """Take it for this process; False when another one has it."""
        due = UnsentMail.objects.filter(pk=self.pk, next_try_at__lte=at)
        return bool(due.update(next_try_at=at + CLAIMED, attempts=F("attempts") + 1))

    def send(self) -> None:
        EmailMessage(**json.loads(cipher().decrypt(bytes(self.sealed)))).send()


def remember_waiting(request: HttpRequest, mail: UnsentMail) -> None:
    """So that the pages that follow know of the mail that this visitor waits for."""
    request.session[WAITING] = mail.pk


def mail_waits(request: HttpRequest) -> bool:
    """Whether the mail that this visitor asked for last has not left yet."""
    key = request.session.get(WAITING)
    return key is not None and UnsentMail.objects.filter(pk=key).exists()


def send_unsent(*, at: datetime) -> int:
    """Try those that are due, once each; how many left. Too old ones are forgotten."""
    old, _rows = UnsentMail.objects.filter(made_at__lte=at - LASTS).delete()
    if old:
        log.error("%s mails about accounts never left and are forgotten", old)
    sent = 0
    for mail in UnsentMail.objects.filter(next_try_at__lte=at).order_by("pk"):
        if not mail.claim(at=at):
            continue
        try:
            mail.send()
        except (OSError, InvalidToken) as error:
            wait = timedelta(minutes=2 ** min(mail.attempts, LONGEST))
            log.warning("%s was not sent, again in %s: %s", mail, wait, type(error).__name__)
            UnsentMail.objects.filter(pk=mail.pk).update(next_try_at=at + wait)
        else:
            mail.delete()
            sent += 1
    return sent
