"""What has to happen by itself as time goes by; twice does no harm."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from operator import attrgetter

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from certcentre import keys
from certcentre.accounts import sessions
from certcentre.accounts.outbox import send_unsent
from certcentre.desk import backup_age, leftovers, record_check
from certcentre.desk.notices import forget, send_notices
from certcentre.desk.open_data import publishing
from certcentre.desk.reminding import remind, say_expired, say_standing
from certcentre.jobs.models import SILENT, Job, Pulse
from certcentre.log import checkpoints, sequencer, stamping
from standards.assessment.claims import let_time_pass
from standards.registry.credentials.paper import make_waiting
from standards.registry.credentials.store import issue_waiting
from tenders import followed_search, watching

log = logging.getLogger(__name__)
MOST = 20  # differences that are told one by one


def tick(*, at: datetime) -> None:
    """One round: give a sign that work is taken up, end lost jobs, let time pass for standings,
    look at awards, followed searches and examinations that stand still, order the log, tell
    people, sign the log, issue credentials and papers, sweep out old sessions; then, once a day,
    what costs more."""
    if settings.READ_ONLY:
        return
    Pulse.beat(at=at)
    Job.objects.give_up(at=at)
    let_time_pass(at=at)
    watching.look(at=at)
    followed_search.look(at=at)
    say_standing(at=at)
    sequencer.sequence()
    send_notices(at=at)
    send_unsent(at=at)
    sign_the_log(at=at)
    issue_waiting(at=at)
    make_waiting(at=at)
    sessions.sweep(at=at)
    if record_check.take(at=at):
        with beating():
            once_a_day(at=at)


def once_a_day(*, at: datetime) -> None:
    remind(at=at)
    say_expired(at=at)
    told = partial(log.error, "our records disagree: %s")
    record_check.check(at=at, tell=told, named=attrgetter("record"), most=MOST)
    leftovers.sweep(at=at)
    forget(at=at)
    publishing.ask_for(at=at)
    if backup_age.is_old(at=at):
        last = backup_age.taken()
        log.error("the last backup that was read back is of %s", last or "no day at all")


@contextmanager
def beating() -> Iterator[None]:
    """While one round takes long: work is taken up after it, so the sign is given all the same."""
    ended = threading.Event()
    thread = threading.Thread(target=beat_until, args=(ended,), name="pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def beat_until(ended: threading.Event) -> None:
    while not ended.wait(SILENT.total_seconds() / 3):
        try:
            Pulse.beat(at=timezone.now())
        except DatabaseError as error:
            log.warning("no sign was given: %s", error)
    connections.close_all()


def sign_the_log(*, at: datetime) -> None:
    """A checkpoint where there is something new, kept, told and stamped outside the database."""
    try:
        newest = checkpoints.renew(at=at)
    except keys.KeyTrouble as trouble:
        log.warning("the log was not signed: %s", trouble)
        return
    if newest is not None:
        checkpoints.tell(newest, at=at)
        stamping.stamp(newest, at=at)
