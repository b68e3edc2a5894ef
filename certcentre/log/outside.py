"""Telling others what the newest checkpoint is, so that the database alone cannot be changed."""

import logging
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext

from certcentre.log.checkpoint import Checkpoint

MAIL_EVERY = timedelta(days=1)
PATIENCE = 10  # seconds
log = logging.getLogger(__name__)


def tell(newest: Checkpoint, *, at: datetime) -> None:
    """Post it and mail it where that is set and due; what fails is tried again at the next turn."""
    if settings.CHECKPOINT_WEBHOOK and newest.posted_at is None:
        told("posted", newest, at=at)
    if settings.CHECKPOINT_MAIL and newest.mailed_at is None and mail_is_due(at=at):
        told("mailed", newest, at=at)


def told(how: str, newest: Checkpoint, *, at: datetime) -> None:
    try:
        WAYS[how](newest)
    except (OSError, HTTPException) as error:
        log.warning("%s was not %s: %s", newest, how, error)
        return
    Checkpoint.objects.filter(pk=newest.pk).update(**{f"{how}_at": at})


def mail_is_due(*, at: datetime) -> bool:
    return not Checkpoint.objects.filter(mailed_at__gt=at - MAIL_EVERY).exists()


def post(newest: Checkpoint) -> None:
    """POST the text to the address that the operator gave."""
    asked = urllib.request.Request(  # noqa: S310 (settings.py allows http and https alone)
        settings.CHECKPOINT_WEBHOOK,
        data=newest.note.encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
        method="POST",
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
        answer.read(1024)


def mail(newest: Checkpoint) -> None:
    title = gettext("Log checkpoint: %(size)s entries") % {"size": newest.size}
    words = gettext(
        "Keep this message. It is the signed state of the public log; with it you can prove "
        "any later change: save it in a file and run manage.py verify_log --checkpoint FILE."
    )
    EmailMessage(title, f"{words}\n\n{newest.note}", to=settings.CHECKPOINT_MAIL).send()


WAYS = {"posted": post, "mailed": mail}
