"""Several writers and readers at once: every commit is seen by the next question of anybody."""

import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from standards.assessment import claims, standings
from standards.assessment.claims import differences
from standards.assessment.standings import Standing
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement
from standards.registry.matching.state import Process
from tests import make
from tests.assessment.threads import at_once
from tests.make.moment import AT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
A = "p:1"
ASK = [Requirement(A)]

READER = """
import django, sys
django.setup()
from django.conf import settings
from django.db import connection
from standards.registry.matching import market
from standards.registry.matching.qualifying import Requirement
from tests.make.moment import AT
for line in sys.stdin:
    print(market.match([Requirement("p:1")], at=AT, shown=0).count, flush=True)
"""


def write(release, level=1):
    with transaction.atomic():
        claims.change([release.pk], add=[make.unsaid(release, A, level=level)], at=AT)


def address():
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgres://{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


def test_another_process_sees_a_commit_in_its_next_question():
    releases = [make.listed(f"S{n}").current_release for n in range(2)]
    write(releases[0])
    environment = {
        "DJANGO_SETTINGS_MODULE": "certcentre.settings",
        "DATABASE_URL": address(),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    with subprocess.Popen(
        [sys.executable, "-c", READER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=settings.BASE_DIR,
    ) as reader:

        def ask():
            reader.stdin.write("?\n")
            reader.stdin.flush()
            return int(reader.stdout.readline())

        assert ask() == 1
        write(releases[1])
        assert ask() == market.match(ASK, at=AT).count == 2
        reader.stdin.close()


class Reader:
    """Reads by number what is newer than what it has seen."""

    def __init__(self):
        self.seen, self.found = 0, set()

    def look(self):
        newer = Standing.objects.filter(version__gt=self.seen)
        for release, version in newer.values_list("release", "version"):
            self.seen = max(self.seen, version)
            self.found.add(release)


LONG = 60  # seconds, which only a machine that is stuck takes


def interleaved(releases, number, patience):
    """The first takes its number, the second takes one and commits if it can, the first commits.

    Between each two steps the reader looks. What the reader found in the end. patience: how long
    the second is given; where it can commit it is waited for no longer than that takes.
    """
    taken, go_on, reader = threading.Event(), threading.Event(), Reader()

    def slow():
        with transaction.atomic():
            held = standings.lock([releases[0].pk])
            mine = number()
            taken.set()
            go_on.wait(LONG)
            Standing.objects.filter(pk__in=held.values()).update(version=mine)

    def quick():
        taken.wait(LONG)
        with transaction.atomic():
            held = standings.lock([releases[1].pk])
            Standing.objects.filter(pk__in=held.values()).update(version=number())
        done.set()

    def look():
        taken.wait(LONG)
        done.wait(patience)
        reader.look()
        go_on.set()

    done = threading.Event()
    assert at_once(slow, quick, look) == [None] * 3
    reader.look()
    return reader.found


@pytest.mark.services
def test_with_a_sequence_a_reader_misses_one():
    """The control: numbers without the locked row become visible out of their order."""
    releases = [make.release() for _ in range(2)]
    sequence = iter(range(1000, 1010))
    assert interleaved(releases, lambda: next(sequence), LONG) == {releases[1].pk}


@pytest.mark.services
def test_with_the_clock_a_reader_misses_none():
    releases = [make.release() for _ in range(2)]
    # the second waits for the first's row, so no patience is long enough
    found = interleaved(releases, standings.next_number, 1)
    assert found == {one.pk for one in releases}


@pytest.mark.services
def test_eight_writers_and_polling_readers_leave_nothing_stale():
    """8 writers of 100 commits, each on three releases in any order, and two readers."""
    releases = [make.listed(f"S{n}").current_release for n in range(12)]
    make.criterion(A)
    left, readers = threading.Semaphore(0), [Process(), Process()]

    def writer(number):
        try:
            for turn in range(100):
                some = [releases[(number * 5 + turn * 7 + k) % 12] for k in (3, 0, 2)]
                add = [make.unsaid(one, A, level=1 + (number + turn) % 4) for one in some]
                with transaction.atomic():
                    claims.change([one.pk for one in some], add=add, at=AT)
        finally:
            left.release()

    results = at_once(
        *(lambda n=n: writer(n) for n in range(8)), *(lambda p=p: polling(p, left) for p in readers)
    )
    assert results[:8] == [None] * 8  # no deadlock, or it would stand here
    assert min(results[8:]) > 10
    assert not list(differences(at=AT))
    for process in readers:
        for one in Standing.objects.all():
            assert process.grid.row(one.pk).levels == bytes(one.levels).rstrip(b"\0")


def polling(process, left):
    """Asks until all eight writers are done, and once more; how often it asked."""
    looks = 0
    while left._value < 8:
        process.market(at=AT)
        looks += 1
        time.sleep(0.005)
    process.market(at=AT)
    return looks
