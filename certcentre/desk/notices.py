"""Who is written to about which step, and sending each person each notice once."""

import logging
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Model, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator

from certcentre import links
from certcentre.abilities import Refusal, refusal
from certcentre.accounts.models import User
from certcentre.accounts.organisations import Organisation
from certcentre.accounts.outbox import CLAIMED
from certcentre.desk import addresses
from certcentre.desk.models import TITLE, Cursor, Notice
from certcentre.log.models import LogEntry
from certcentre.steps import Audience, every_step, matter_of
from standards.assessment.solutions import Solution


def told_steps() -> set[str]:
    """The steps that somebody is written to about. The mail is templates/emails/<step>.txt."""
    return {name for name, step in every_step().items() if step.told}


def people_told(step: str, record: Model, *, at: datetime) -> Iterable[User | None]:
    """Who is told of a step on a record, as they are now; None is whoever a letter is for."""
    return people(every_step()[step].told, record, at=at)


def members(organisations: dict[str, Any], *roles: str) -> Iterable[User]:
    """Whoever holds one of the roles (any, if none is named) where the filter finds; each once."""
    where: dict[str, Any] = {"memberships__until": None}
    where["memberships__organisation__in"] = Organisation.objects.filter(**organisations).values(
        "pk"
    )
    if roles:
        where["memberships__role__in"] = roles
    return User.objects.filter(is_active=True, **where).distinct().order_by("pk")


def people(audiences: Iterable[Audience], record: Model, *, at: datetime) -> list[User | None]:
    """Everybody of the audiences of a record, each once; None is whoever a letter is for."""
    everybody: dict[User | None, None] = {}
    for audience in audiences:
        everybody |= dict.fromkeys(of(audience, record, at))
    return list(everybody)


def of(audience: Audience, record: Model, at: datetime) -> Iterable[User | None]:
    if audience.invited:
        return [None] if record.is_open(at=record.invited_at) else []  # type: ignore[attr-defined]
    if audience.people:
        persons = User.objects.filter(is_active=True, **audience.people(record)).distinct()
    else:
        where = audience.where(record) if audience.where else {}
        if audience.lasting:
            where[f"{audience.lasting}__gt"] = at
        persons = members(where, *audience.roles)  # type: ignore[assignment]
    if not audience.able:
        return persons
    return [person for person in persons if in_turn(refusal(record, audience.able, person, at))]


def in_turn(refusal: Refusal | None) -> bool:
    """Whether the step is theirs, even where something is missing before it."""
    return refusal is None or refusal.missing


NEWS = timedelta(days=7)  # of an older step no mail goes; it stands in the inbox
KEPT = timedelta(days=730)
SETTLE = timedelta(minutes=1)  # transactions may commit out of order for about this long
BATCH = 500
ATTEMPTS = 12  # with doubling waits, some three days
BLANK_LINES = re.compile(r"\n{3,}")  # a template's tags leave their lines
log = logging.getLogger(__name__)


def send_notices(*, at: datetime) -> int:
    """Write down who is to be told of what, then tell them; how many mails were sent."""
    plan(at=at)
    due = Notice.objects.due(at=at).filter(attempts__lt=ATTEMPTS)
    return sum(deliver(notice, at=at) for notice in due.select_related("entry", "recipient"))


def plan(*, at: datetime) -> None:
    """A Notice for each person of each entry past the cursor; planning twice adds nothing.

    Entries younger than SETTLE are read again next time, since an entry with a lower id may
    still be about to be committed.
    """
    cursor, _ = Cursor.objects.get_or_create(name="notices")
    after = LogEntry.objects.filter(pk__gt=cursor.entry_id)
    entries = list(after.filter(step__in=told_steps()).order_by("pk")[:BATCH])
    planned = [notice for entry in entries for notice in lines(entry, at=at)]
    settled = after.filter(at__lte=at - SETTLE).aggregate(last=Max("pk"))["last"]
    if len(entries) == BATCH:
        settled = min(settled or 0, entries[-1].pk)
    if planned or settled:
        with transaction.atomic():
            Notice.objects.bulk_create(planned, ignore_conflicts=True)
            if settled:
                Cursor.objects.filter(pk=cursor.pk, entry_id__lt=settled).update(entry_id=settled)


def start_here(*, at: datetime) -> None:
    """Mail nobody of what was done so far, since it was made up: it stands in inboxes, read where
    it is no news."""
    entries = LogEntry.objects.filter(step__in=told_steps()).order_by("pk")
    rows = [row for entry in entries.iterator() for row in lines(entry, at=at)]
    for row in rows:
        row.next_try_at, row.read_at = None, at if row.entry.at <= at - NEWS else None
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    last = LogEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    Cursor.objects.update_or_create(name="notices", defaults={"entry_id": last})


def forget(*, at: datetime) -> None:
    """Lines are kept for two years, and as long as their reader has an account."""
    old, closed = Q(entry__at__lte=at - KEPT), Q(recipient__is_active=False)
    Notice.objects.filter(old | closed).delete()


def lines(entry: LogEntry, *, at: datetime) -> list[Notice]:
    """What each person is told of an entry, not saved yet: a line, and a mail where one can go."""
    try:
        record = subject(entry)
        return [line(entry, record, person, at=at) for person in told(entry, record, at=at)]
    except Exception:
        log.exception("entry %s (%s) could not be read; the others go on", entry.pk, entry.step)
        return []


def told(entry: LogEntry, record: Model, *, at: datetime) -> Iterable[User | None]:
    """Who is told of an entry: all but the person who took the step."""
    people = people_told(entry.step, record, at=at)
    return (person for person in people if person is None or person.pk != entry.actor_id)


def line(entry: LogEntry, record: Model, person: User | None, *, at: datetime) -> Notice:
    title, _body = words(entry, record, person)
    mail = entry.at > at - NEWS and (person is None or not person.is_withheld)
    return Notice(
        entry=entry,
        recipient=person,
        matter=matter_of(entry.step),
        title=Truncator(title).chars(TITLE),
        next_try_at=at if mail else None,
    )


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


def deliver(notice: Notice, *, at: datetime) -> bool:
    """Send one notice, unless another process has it; a failure is tried again later."""
    if not notice.claim(at=at, until=at + CLAIMED):
        return False
    try:
        letter(notice).send()
    except Exception as error:
        wait = timedelta(minutes=2**notice.attempts)
        kind = type(error).__name__  # its words may hold the address
        log.warning("notice %s was not sent, again in %s: %s", notice.pk, wait, kind)
        Notice.objects.filter(pk=notice.pk).update(next_try_at=at + wait)
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=at)
    return True


def letter(notice: Notice) -> EmailMessage:
    """The mail of a notice."""
    record = subject(notice.entry)
    address = notice.recipient.email if notice.recipient else record.email
    title, body = words(notice.entry, record, notice.recipient)
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(title, body, to=[address], headers=headers)


def words(entry: LogEntry, record: Model, person: User | None) -> tuple[str, str]:
    """What is said of an entry, in its reader's language: in one line, and as the text of a mail.
    No person: whoever a letter is for."""
    context = {
        "cut": (cut := secrets.token_hex(8)),  # no name can hold it
        "entry": entry,
        "record": record,
        "reader": person,
        "address": links.full(page_of(record)),
    }
    reader: User = person or record.invited_by  # type: ignore[attr-defined]
    with translation.override(reader.language):
        text = render_to_string(f"emails/{entry.step}.txt", context)
    title, _, body = text.partition(cut)
    return " ".join(title.split()), BLANK_LINES.sub("\n\n", body.strip()) + "\n"
