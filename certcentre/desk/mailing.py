"""The mails of notices: each by itself, or many in one, and tried again where it did not leave."""

import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.mail import EmailMessage
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from certcentre import links
from certcentre.accounts.models import User
from certcentre.accounts.outbox import CLAIMED
from certcentre.desk import addresses
from certcentre.desk.models import Notice
from certcentre.desk.telling import GATHERED, Telling
from certcentre.log.models import LogEntry
from certcentre.steps import matters
from standards.assessment.solutions import Solution

ATTEMPTS = 100  # some sixteen days
LONGEST = 8  # doublings: some four hours between two tries
MOST = 100  # lines of one mail
BLANK_LINES = re.compile(r"\n{3,}")  # a template's tags leave their lines
log = logging.getLogger(__name__)


def send_due(*, at: datetime) -> int:
    """Send the mails whose moment has come; how many."""
    due = Notice.objects.due(at=at)
    single = due.exclude(pace__in=GATHERED).select_related("entry", "recipient")
    sent = sum(deliver([notice], at=at) for notice in single)
    gathered = due.filter(pace__in=GATHERED)
    readers = set(gathered.order_by().values_list("recipient", flat=True))
    return sent + sum(gather(reader, at=at) for reader in User.objects.filter(pk__in=readers))


def gather(reader: User, *, at: datetime) -> bool:
    """One mail of all that waited for it and is not read meanwhile."""
    due = Notice.objects.due(at=at).filter(recipient=reader, pace__in=GATHERED)
    due.exclude(read_at=None).order_by().update(next_try_at=None)
    if not deliver(due.select_related("entry", "recipient")[:MOST], at=at):
        return False
    due.order_by().update(sent_at=at)  # the mail says how many more there are
    return True


def deliver(notices: Iterable[Notice], *, at: datetime) -> bool:
    """Send one mail, unless another process has it; a failure is tried again later."""
    own = [notice for notice in notices if notice.claim(at=at, until=at + CLAIMED)]
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in own])
    if not own or not may_be_written_to(own[0]):
        rows.update(next_try_at=None)
        return False
    try:
        (letter(own[0]) if own[0].pace not in GATHERED else digest(own, at=at)).send()
    except Exception as error:
        failed(own, error, at=at)
        return False
    rows.update(sent_at=at)
    return True


def may_be_written_to(notice: Notice) -> bool:
    """Whether the account is still open and has an address; a letter goes to the one it names."""
    person = notice.recipient
    return person is None or (person.is_active and not person.is_withheld)


def failed(notices: Sequence[Notice], error: Exception, *, at: datetime) -> None:
    """Try again later; after too many tries the operator is told, and the line is all there is."""
    kind, tried = type(error).__name__, notices[0].attempts + 1  # its words may hold the address
    wait = timedelta(minutes=2 ** min(tried - 1, LONGEST))
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    if tried >= ATTEMPTS:
        rows.update(next_try_at=None)
        log.error("notice %s was let go after %s tries: %s", notices[0].pk, tried, kind)
    else:
        rows.update(next_try_at=at + wait)
        log.warning("notice %s was not sent, again in %s: %s", notices[0].pk, wait, kind)


def letter(notice: Notice) -> EmailMessage:
    """The mail of one notice."""
    record = subject(notice.entry)
    address = notice.recipient.email if notice.recipient else record.email
    title, body = words(notice.entry, record, notice.recipient)
    return mail(address, title, body)


def digest(notices: Sequence[Notice], *, at: datetime) -> EmailMessage:
    """The mail of what one person was told since the last, by what it is about."""
    reader: User = notices[0].recipient  # type: ignore[assignment]
    due = Notice.objects.due(at=at).filter(recipient=reader, pace__in=GATHERED)
    lines = [(notice, links.full(reverse("inbox-open", args=[notice.pk]))) for notice in notices]
    context = {
        "reader": reader,
        "parts": [
            (matter.words, [line for line in lines if line[0].matter == name])
            for name, matter in matters().items()
        ],
        "number": len(lines) + due.count(),
        "more": due.count(),
        "address": links.full(reverse("inbox")),
    }
    with translation.override(reader.language), timezone.override(Telling.of(reader).place):
        title, body = written("emails/_digest.txt", context)
    return mail(reader.email, title, body)


def mail(address: str, title: str, body: str) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(title, body, to=[address], headers=headers)


def words(entry: LogEntry, record: Model, person: User | None) -> tuple[str, str]:
    """What is said of an entry, in its reader's language: in one line, and as the text of a mail.
    No person: whoever a letter is for."""
    context = {
        "entry": entry,
        "record": record,
        "reader": person,
        "address": links.full(page_of(record)),
    }
    reader: User = person or record.invited_by  # type: ignore[attr-defined]
    with translation.override(reader.language):
        return written(f"emails/{entry.step}.txt", context)


def written(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject and the text of a mail."""
    cut = secrets.token_hex(8)  # no name can hold it
    telling = links.full(reverse("telling"))
    text = render_to_string(template, context | {"cut": cut, "telling": telling})
    title, _, body = text.partition(cut)
    return " ".join(title.split()), BLANK_LINES.sub("\n\n", body.strip()) + "\n"


def subject(entry: LogEntry) -> Any:
    """The record that an entry is about."""
    model = apps.get_model(entry.subject_type)
    return model._base_manager.get(pk=entry.subject_id)


def page_of(record: Model) -> str:
    """Where the reader goes on.

    A solution is only written about when it has left the register and has no page of its own.
    """
    if isinstance(record, Solution):
        return addresses.named("engagements") or "/"
    return addresses.of(record) or "/"
