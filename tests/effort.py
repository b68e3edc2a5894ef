"""How hard tests try: as hard as they can where nobody waits."""

import os
from zlib import crc32

import pytest


def examples(number):
    """So many in CI, a tenth of it by hand."""
    return number if os.environ.get("CI") else max(number // 10, 20)


def stored_examples(number):
    """The same where each example writes rows: a quarter of it on a database server, which
    answers them three times as slowly; the whole number runs on SQLite."""
    return examples(number) // (4 if os.environ.get("DATABASE_URL") else 1)


def asked(name, usual):
    """A size that `make soak` gives by an environment variable; `usual` where nobody gives one."""
    return int(os.environ.get(name) or usual)


def needs(tool, why):
    """A mark: left out where the tool is not here; in CI it is tried all the same, and fails."""
    return pytest.mark.skipif(not tool and not os.environ.get("CI"), reason=why)


def left_out(why):
    """A test whose tools are not here is left out and says why; in CI they must be here."""
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


def in_turn(cases, of=2):
    """One of so many cases, always the same ones; in `make soak`, which sets EVERY_REQUEST, all."""
    every = os.environ.get("EVERY_REQUEST")
    return [case for case in cases if every or crc32(str(case).encode()) % of == 0]
