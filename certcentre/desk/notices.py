"""Who is told of which step: a line of an inbox, once, and from when on a mail of it may go."""

import logging
from collections import Counter
from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Model, Q
from django.utils.text import Truncator

from certcentre.abilities import Refusal, refusal
from certcentre.accounts.models import User
from certcentre.accounts.organisations import Organisation
from certcentre.desk.mailing import News, is_general, news_for, send_due, subject
from certcentre.desk.models import TITLE, Cursor, Notice
from certcentre.desk.telling import Telling
from certcentre.log.models import LogEntry
from certcentre.steps import FOLLOWED, Audience, every_step, matter_of
from certcentre.worklist import next_deeds
from tenders.following import Follow


def told_steps() -> set[str]:
    """The steps that somebody is written to about: to the parties by templates/emails/<step>.txt,
    to whoever follows mostly by templates/emails/_followed.txt."""
    return {name for name, step in every_step().items() if step.told or step.followed}


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


HISTORY = timedelta(days=7)  # where nobody was ever told of anything, what is older is no news
LATE = timedelta(days=1)  # of a step so long ago a mail goes only if it still matters
KEPT = timedelta(days=730)
SETTLE = timedelta(minutes=1)  # transactions may commit out of order for about this long
BATCH = 500
Told = tuple[int, UUID | None]  # the keys of an entry and of a person, or of nobody with an account
log = logging.getLogger(__name__)


def send_notices(*, at: datetime) -> int:
    """Write down who is to be told of what, then tell them; how many mails were sent."""
    plan(at=at)
    return send_due(at=at)


def plan(*, at: datetime) -> None:
    """A Notice for each person of each entry past the cursor; planning twice adds nothing.

    Entries younger than SETTLE are read again next time, since an entry with a lower id may
    still be about to be committed.
    """
    cursor = reached(at=at)
    after = LogEntry.objects.filter(pk__gt=cursor.entry_id)
    entries = list(after.filter(step__in=told_steps()).order_by("pk")[:BATCH])
    known = set(Notice.objects.filter(entry__in=entries).values_list("entry", "recipient"))
    planned = [notice for entry in entries for notice in lines(entry, known, at=at)]
    let_go(wished(planned, at=at), at=at)
    settled = after.filter(at__lte=at - SETTLE).aggregate(last=Max("pk"))["last"]
    if len(entries) == BATCH:
        settled = min(settled or 0, entries[-1].pk)
    if planned or settled:
        with transaction.atomic():
            Notice.objects.bulk_create(planned, ignore_conflicts=True)
            if settled:
                Cursor.objects.filter(pk=cursor.pk, entry_id__lt=settled).update(entry_id=settled)


def reached(*, at: datetime) -> Cursor:
    """How far the log has been read; at first, what is history is passed over."""
    if cursor := Cursor.objects.filter(name="notices").first():
        return cursor
    old = LogEntry.objects.filter(at__lte=at - HISTORY).aggregate(last=Max("pk"))["last"]
    return Cursor.objects.get_or_create(name="notices", defaults={"entry_id": old or 0})[0]


def start_here(*, at: datetime) -> None:
    """Mail nobody of what was done so far, since it was made up: it stands in inboxes, read where
    it is no news."""
    entries = LogEntry.objects.filter(step__in=told_steps()).order_by("pk")
    rows = [row for entry in entries.iterator() for row in lines(entry, at=at)]
    for row in rows:
        row.read_at = at if row.entry.at <= at - HISTORY else None
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    last = LogEntry.objects.aggregate(last=Max("pk"))["last"] or 0
    Cursor.objects.update_or_create(name="notices", defaults={"entry_id": last})


def forget(*, at: datetime) -> None:
    """Lines are kept for two years, and as long as their reader has an account, as is what they
    follow."""
    old, closed = Q(entry__at__lte=at - KEPT), Q(recipient__is_active=False)
    Notice.objects.filter(old | closed).delete()
    Follow.objects.filter(person__is_active=False).delete()


def lines(entry: LogEntry, known: Container[Told] = (), *, at: datetime) -> list[Notice]:
    """What each person is told of an entry who was not yet, not saved, and without a mail."""
    try:
        record = subject(entry)
        people, news = told(entry, record, at=at), News(entry, record)
        return [
            line(news, person, follow)
            for person, follow in people.items()
            if (entry.pk, person.pk if person else None) not in known
        ]
    except Exception:
        log.exception("entry %s (%s) could not be read; the others go on", entry.pk, entry.step)
        return []


def told(entry: LogEntry, record: Model, *, at: datetime) -> dict[User | None, Follow | None]:
    """Who is told of an entry, and of whoever only follows the row that says so: all but the
    person who took the step."""
    people: dict[User | None, Follow | None] = dict.fromkeys(people_told(entry.step, record, at=at))
    for follower, follow in news_for(entry, record).items():
        people.setdefault(follower, follow)
    return {
        person: follow
        for person, follow in people.items()
        if person is None or person.pk != entry.actor_id
    }


def line(news: News, person: User | None, follow: Follow | None) -> Notice:
    title = Truncator(news.title(person, follow)).chars(TITLE)
    matter = FOLLOWED.name if is_general(follow) else matter_of(news.entry.step)
    return Notice(entry=news.entry, recipient=person, follow=follow, matter=matter, title=title)


def wished(planned: list[Notice], *, at: datetime) -> list[Notice]:
    """Say of each when its mail goes, as its reader wishes; those of which one is to go."""
    tellings, usual = Telling.of_all(notice.recipient for notice in planned), Telling()
    for notice in planned:
        person = notice.recipient
        telling = tellings.get(person.pk, usual) if person else usual
        notice.pace = telling.pace(notice.entry.step, notice.matter)
        if person is None or not person.is_withheld:
            notice.next_try_at = telling.moment(notice.entry.step, at, notice.matter)
    return [notice for notice in planned if notice.next_try_at]


def let_go(planned: list[Notice], *, at: datetime) -> None:
    """After the timers stood still: no mail of what was overtaken meanwhile, unless something is
    due about it. The operator is told what goes late, and what was let go and why."""
    late = [notice for notice in planned if notice.entry.at <= at - LATE]
    overtaken = [notice for notice in late if is_overtaken(notice, at=at)]
    for notice in overtaken:
        notice.next_try_at = None
    if late:
        log.warning("%s mails go late", len(late) - len(overtaken))
    for step, number in Counter(notice.entry.step for notice in overtaken).items():
        why = "other steps followed, or the letter is over"
        log.error("%s late mails on %s were let go, since %s", number, step, why)


def is_overtaken(notice: Notice, *, at: datetime) -> bool:
    """Whether its reader took a step on the record since, or people were told of one and nothing
    is due about it; of a letter, whether it is over."""
    entry, person = notice.entry, notice.recipient
    if person is None:
        return not subject(entry).is_open(at=at)
    about = LogEntry.objects.filter(subject_type=entry.subject_type, subject_id=entry.subject_id)
    since = about.filter(pk__gt=entry.pk)
    if since.filter(actor=person).exists():
        return True
    if not since.filter(step__in=told_steps()).exists():
        return False
    return not next_deeds({entry.subject_type: [entry.subject_id]}, person, at=at)
