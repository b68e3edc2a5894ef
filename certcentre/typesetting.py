"""Documents set by typst, each in a process of its own.

typst keeps what it has laid out for as long as its process lives: eight documents of 1,000 rows
took 2 GB in one worker. So this file runs itself as a child, which imports nothing of the portal.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

LONGEST = 50  # seconds: less than the lease of a job
STAMP = datetime(2000, 1, 1, tzinfo=UTC)  # the same input gives the same bytes


class NotSet(Exception):
    """typst could not set the document; the message is its own."""


def pdf(
    template: Path, inputs: dict[str, str], *, standards: tuple[str, ...] = ("ua-1",)
) -> tuple[bytes, str]:
    """The tagged PDF of a template with these inputs, and why it is not of the standards
    asked for ("" when it is). PDF/A wants the template to give the document a date.

    Raises NotSet. The one known reason against PDF/UA-1 is a character that no font here has.
    """
    child = subprocess.run(  # noqa: S603 (our own file, no shell, nothing from outside in argv)
        [sys.executable, "-I", __file__, str(template), *standards],
        input=json.dumps(inputs).encode(),
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    words = child.stderr.decode(errors="replace").strip()
    if child.returncode:
        raise NotSet(words)
    return child.stdout, words


def compiled(template: Path, inputs: dict[str, str], standards: list[Any]) -> tuple[bytes, str]:
    """As `pdf()`, in this process."""
    try:
        made = typst.compile(template, sys_inputs=inputs, timestamp=STAMP, pdf_standards=standards)
        return made or b"", ""
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        made = typst.compile(template, sys_inputs=inputs, timestamp=STAMP)
        return made or b"", error.message


if __name__ == "__main__":
    made, words = compiled(Path(sys.argv[1]), json.load(sys.stdin.buffer), sys.argv[2:])
    sys.stderr.write(words)
    sys.stdout.buffer.write(made)
