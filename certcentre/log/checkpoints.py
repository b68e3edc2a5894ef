"""Signing checkpoints: the newest is made when somebody asks, and by the timer.

Others are told of it, so that the database alone cannot be changed.
"""

import logging
import os
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext

from certcentre import keys
from certcentre.log import note, sequencer
from certcentre.log.checkpoint import Checkpoint
from certcentre.log.models import LogEntry
from certcentre.log.tiles import Reader

EVERY = timedelta(minutes=1)  # by the timer; who asks gets the newest at once


def origin() -> str:
    """The name of the log, from the portal's address."""
    address = urlsplit(settings.BASE_URL)
    return f"{address.netloc}{address.path}/log"


def current(*, at: datetime) -> Checkpoint:
    """The checkpoint of the log as it is now, made and kept if there is none yet."""
    size, key = sequencer.sequence(), keys.active(keys.Purpose.LOG)
    if checkpoint := Checkpoint.objects.filter(size=size, key=key.id).first():
        return checkpoint
    root = Reader().root(size)
    text = note.signed(note.checkpoint(origin(), size, root), key.public, key.sign)
    made, new = Checkpoint.objects.get_or_create(
        size=size, key=key.id, defaults={"root": root, "note": text, "made_at": at}
    )
    if new:
        keep(made)
    return made


def renew(*, at: datetime) -> Checkpoint | None:
    """What the timer does: a new checkpoint when there are new entries, once a minute at most."""
    size, newest = sequencer.sequence(), Checkpoint.objects.newest()
    if not size or (newest and (newest.size == size or abs(at - newest.made_at) < EVERY)):
        return newest
    return current(at=at)


def holds() -> bool:
    """Whether the log's end is there and its hashes give the root that was signed last."""
    size, newest = sequencer.size(), Checkpoint.objects.newest()
    if size and not LogEntry.objects.filter(leaf_index=size - 1).exists():
        return False
    if newest is None:
        return True
    signed = newest.read
    return (
        newest.size == signed.size <= size
        and signer(signed) is not None
        and Reader().root(signed.size) == signed.root
    )


def signer(said: note.Note) -> keys.Key | None:
    """The key of this portal that signed it; None when none did, or it was changed since."""
    text = said.text.encode()
    for key in keys.listed(keys.Purpose.LOG):
        if (mark := said.signed_by(key.public)) and key.verifies(mark, text):
            return key
    return None


def folder() -> Path:
    return Path(settings.DATA_DIR) / "log"


def kept() -> Path:
    """The file outside the database that every checkpoint is written to."""
    return folder() / "checkpoints"


def keep(made: Checkpoint) -> None:
    """Add it to the file, all of it in one write."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(kept(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{made.note}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


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
        log.warning("%s was not %s: %s", newest, how, type(error).__name__)
        return
    Checkpoint.objects.filter(pk=newest.pk).update(**{f"{how}_at": at})


def mail_is_due(*, at: datetime) -> bool:
    """Not within a day of one, before or after: the clock may have been set back."""
    around = Checkpoint.objects.filter(mailed_at__gt=at - MAIL_EVERY, mailed_at__lt=at + MAIL_EVERY)
    return not around.exists()


def post(newest: Checkpoint) -> None:
    """POST the text to the address that the operator gave."""
    asked = urllib.request.Request(  # noqa: S310 (the settings allow http and https alone)
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
