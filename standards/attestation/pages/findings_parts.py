"""The rows of the sheet of findings, and their cells."""

from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from certcentre.repeated import Row as Repeated
from standards.assessment.sheet_rows import print_of
from standards.attestation.findings import CorrectiveAction
from standards.attestation.sheet import Line
from standards.catalogue.methods import needed
from standards.catalogue.sheet_page import Flag, to_whom, who


def row_of(
    line: Line, more: str | None = None, *, picked: bool = False, writes: bool, at: datetime
) -> Repeated:
    """What a row asks of its line, and what it writes of it (see certcentre/repeated.py)."""
    result, methods = line.typed or (line.result, line.methods)
    shape = {
        "writable": writes and not line.settled,
        "result": result,
        "used": tuple(methods),
        "declared": line.declared,
        "needed": tuple(needed(line.verification)),
        "has_files": bool(line.files),
        "alone": line.less,
        "flags": flags_of(line),
        "opened": more is not None,
        "picked": picked,
    }
    print_shown = "" if line.typed else print_of(result, *methods)
    values = {
        "pk": line.pk,
        "number": str(line.pk),
        "name": f"v{line.pk}",
        "how": f"m{line.pk}",
        "by": f"t{line.pk}",
        "ref": line.ref,
        "title": line.title,
        "revision": line.revision,
        "shown": f"{line.revision}.{print_shown}",
        "files": line.files,
        "files_words": ngettext("%(n)s file", "%(n)s files", line.files) % {"n": line.files},
        "who": who(line.by_name, line.own, line.recorded_at, at)
        if not line.open or line.to is None
        else to_whom(line.to_name, line.mine, line.due, at),
        "more": SafeString(more or ""),
    }
    return shape, values


def flags_of(line: Line) -> tuple[Flag, ...]:
    """What is to do or to know of it, each with its sign and words."""
    made: list[Flag] = []
    if line.more:
        made.append(("bad", "warn", gettext("more than declared")))
    if line.sample:
        made.append(("", "info", line.sample))
    if line.action:
        made.append(("accent", "clock", str(CorrectiveAction.Status(line.action).label)))
    if line.bare and line.files:
        made.append(("bad", "clock", gettext("evidence not in date")))
    elif line.bare:
        made.append(("", "file", gettext("no evidence")))
    return tuple(made)
