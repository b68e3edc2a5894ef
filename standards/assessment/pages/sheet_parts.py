"""The parts of the answer sheet: its rows, their cells, and the counts around them."""

from datetime import datetime

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from certcentre.accounts.models import User
from certcentre.repeated import Row as Repeated
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.claims import Outcome
from standards.assessment.sheet_lines import Line, Sheet, offer
from standards.assessment.sheet_rows import print_of
from standards.catalogue.editions import Obligation
from standards.catalogue.sheet_page import Flag, counts, to_whom, who


def address(draft: Assessment, **query: str) -> str:
    """The sheet of a draft, as the query wants it seen."""
    asked = {name: text for name, text in query.items() if text}
    return reverse("assessment-sheet", args=[draft.pk], query=asked or None)


def row_of(
    line: Line, more: str | None = None, *, picked: bool = False, writes: bool, at: datetime
) -> Repeated:
    """What a row asks of its line, and what it writes of it (see certcentre/repeated.py)."""
    shape = {
        "writable": writes and not line.withdrawn,
        "value": line.value if line.typed is None else line.typed,
        "duty": str(Obligation(line.obligation).label),
        "level": line.level,
        "has_files": bool(line.files),
        "to_confirm": line.to_confirm and not line.withdrawn,
        "flags": flags_of(line, writes=writes),
        "opened": more is not None,
        "picked": picked,
    }
    values = {
        "pk": line.pk,
        "number": str(line.pk),
        "name": f"v{line.pk}",
        "by": f"t{line.pk}",
        "ref": line.ref,
        "title": line.title,
        "revision": line.revision,
        "shown": f"{line.revision}.{print_of(line.value) if line.typed is None else ''}",
        "files": line.files,
        "files_words": ngettext("%(n)s file", "%(n)s files", line.files) % {"n": line.files},
        "who": who(line.by_name, line.own, line.answered_at, at)
        if not line.open or line.to is None
        else to_whom(line.to_name, line.mine, line.due, at),
        "more": SafeString(more or ""),
    }
    return shape, values


def flags_of(line: Line, *, writes: bool) -> tuple[Flag, ...]:
    """What is to do or to know of it, each with its sign and words."""
    if line.withdrawn:
        return (("", "info", gettext("withdrawn")),)
    made: list[Flag] = []
    if line.contradicted:
        outcome = Outcome(line.contradicted).label
        made.append(("bad", "warn", gettext("finding: %(outcome)s") % {"outcome": outcome}))
    if line.question_to_reader:
        made.append(("accent", "person", gettext("question to you")))
    elif line.question_to:
        made.append(("", "person", gettext("question asked")))
    if line.to_confirm and not writes:  # else it is a button
        made.append(("accent", "check", gettext("to confirm")))
    if line.bare and line.files:
        made.append(("bad", "clock", gettext("evidence not in date")))
    elif line.bare:
        made.append(("", "file", gettext("no evidence")))
    if line.offer and not line.value:
        made.append(("accent", "map", gettext("an answer is offered")))
    if line.origin == Answer.Origin.RULE:
        made.append(("", "info", gettext("from your facts")))
    return tuple(made)


def around(answer: Answer, by: User, at: datetime) -> str:
    """What changes around an answer that was just saved: its cells, and the counts. At most six
    statements."""
    sheet = Sheet.read(answer.assessment, by=by, at=at)
    line = next(each for each in sheet.lines if each.pk == answer.pk)
    offer(answer.assessment, [line])
    group = next(each for each in sheet.groups if line in each.lines)
    shape, values = row_of(line, writes=True, at=at)
    context = {
        **counts(sheet, [group]),
        "shape": shape,
        **shape,
        **values,
        "base": f"{answer.assessment.get_absolute_url()}answers/",
    }
    return render_to_string("assessment/_sheet_around.html", context)
