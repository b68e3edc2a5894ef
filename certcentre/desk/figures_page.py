"""The page of figures, and each of its tables as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.desk import figures as counting
from certcentre.desk.cases.case import Case
from certcentre.desk.figures import FEWEST_PROVIDERS, FEWEST_TIMES, YEAR, Cell, Figure, Line
from certcentre.limits import limited
from certcentre.tables.writing import as_csv
from standards.catalogue.editions import Criterion

SHOWN = 25  # criteria on the page; the file has all
HIGH = 40  # of a month's bar, in units of the drawing

HARDEST = "first-attempt"
LOG = _("Public steps of the log and the days on certificates: anybody can count them again.")
RECORDS = _("Steps of the log and records of this portal that are not public one by one.")
CASES = _("The public page of each case says the same.")
TITLES: dict[str, tuple[Promise, Promise, Promise]] = {  # its title, what is counted, out of what
    "queue": (
        _("What waits now"),
        _(
            "How many there are, and for how many days they have waited: half of them for longer, "
            "half for less."
        ),
        RECORDS,
    ),
    "times": (
        _("How long it takes"),
        _(
            "From one step to the other, of what ended in the last twelve months and in the twelve "
            "before: half took longer, half less."
        ),
        RECORDS,
    ),
    HARDEST: (
        _("What passes at the first attempt"),
        _(
            "Of the products in which a criterion was examined and decided for the first time, "
            "those in which it conformed before anything was corrected. What does not apply is not "
            "counted. The hardest stand first."
        ),
        RECORDS,
    ),
    "certificates": (
        _("Certificates and verifications"),
        _("How many were issued, and what became of those that there are, by month."),
        LOG,
    ),
    "concerns": (_("Concerns"), _("What people told the centre is wrong, by month."), CASES),
    "appeals": (
        _("Appeals"),
        _("Appeals against decisions, steps on certificates and refused verifications, by month."),
        CASES,
    ),
    "complaints": (_("Complaints"), _("The same of organisations, by month."), CASES),
}
COLUMNS: dict[str, Promise] = {
    "waiting": _("Waiting"),
    "days": _("Days, median"),
    "number": _("Number"),
    "number_before": _("Number, the year before"),
    "days_before": _("Days, the year before"),
    "examined": _("Products"),
    "passed": _("Passed"),
    "percent": _("Passed, %"),
    "issued": _("Issued"),
    "suspended": _("Suspended"),
    "reinstated": _("Reinstated"),
    "withdrawn": _("Withdrawn"),
    "superseded": _("Replaced"),
    "expired": _("Expired"),
    "received": _("Received"),
    **{status.value: status.label for status in (*Case.OUTCOMES, Case.Status.TAKEN_BACK)},
}
APPEALED = {status.value: words for status, words in Case.APPEALED.items()}
LINES: dict[str, Promise] = {
    "organisations": _("Organisations to verify"),
    "to_accept": _("Examinations that a body has not accepted yet"),
    "to_decide": _("Examinations accepted and not decided yet"),
    "cases": _("Cases that are open"),
    "verified": _("An organisation, from asking to verified"),
    "accepted": _("An examination, from requested to accepted"),
    "decided": _("An examination, from accepted to decided"),
    "corrected": _("A nonconformity, from found to seen corrected"),
    "acknowledged": _("A case, from received to acknowledged"),
    "closed": _("A case, from received to its outcome"),
}
FIRST = {  # what the rows of a figure are of
    "queue": _("What"),
    "times": _("From what to what"),
    HARDEST: _("Criterion"),
}
DRAWN = {"queue": 1, "times": 1, HARDEST: 2}  # the column that the bars of its rows show


@dataclass(frozen=True)
class Strip:
    """One column drawn over the months, the oldest first: its words, its sum, its bars."""

    words: Promise
    total: int
    bars: list[dict[str, str]]


@dataclass(frozen=True)
class Row:
    """A line in words: what it is of, its page if it has one, and how long its bar is."""

    words: str | Promise
    url: str
    cells: list[str]
    bar: float


@dataclass(frozen=True)
class Shown:
    """A figure in the reader's words."""

    figure: Figure
    title: Promise
    words: Promise
    source: Promise
    period: str
    first: Promise  # what its rows are of
    columns: list[Promise]
    rows: list[Row]
    most: float  # of the bars
    strips: list[Strip]
    left: int  # rows that the file alone has

    @property
    def scale(self) -> dict[str, str | int | Promise]:
        """The months at both ends of its strips, and the number that fills a strip's height."""
        first, last = self.figure.lines[-1], self.figure.lines[0]
        return {"first": named(first), "last": named(last), "most": highest(self.figure)}


def number(cell: Cell) -> str:
    """As the reader writes it, or that it cannot be said."""
    if cell is None:
        return gettext("too few to say")
    return str(number_format(cell, force_grouping=True))


def cells(line: Line) -> list[str]:
    """Its numbers. Where there is none there is nothing to be few of."""
    pairs = zip(line.cells, (None, *line.cells), strict=False)
    return ["–" if cell is None and before == 0 else number(cell) for cell, before in pairs]


def period(figure: Figure) -> str:
    """From when to when, as of when."""
    moment = {
        "day": date_format(figure.until, "DATE_FORMAT"),
        "time": f"{figure.until:%H:%M}",
    }
    if figure.since is None:
        return gettext("As of %(day)s, %(time)s UTC.") % moment
    since = {"since": date_format(figure.since, "DATE_FORMAT")}
    if figure.name == HARDEST:
        last = date_format(figure.until - timedelta(days=1), "DATE_FORMAT")
        return gettext("From %(since)s to %(last)s.") % {**since, "last": last}
    return gettext("From %(since)s to now: as of %(day)s, %(time)s UTC.") % {**moment, **since}


def column(figure: Figure, name: str) -> Promise:
    """What a column is called; an appeal is confirmed, sent back or set aside."""
    return APPEALED.get(name, COLUMNS[name]) if figure.name == "appeals" else COLUMNS[name]


def highest(figure: Figure) -> int:
    """The measure of its strips: the largest number of any month, at least 1."""
    return max((int(cell or 0) for line in figure.lines for cell in line.cells), default=0) or 1


def strips(figure: Figure) -> list[Strip]:
    """A drawing for each column, all by one measure."""
    most = highest(figure)
    drawn = []
    for place, name in enumerate(figure.columns):
        numbers = [int(line.cells[place] or 0) for line in reversed(figure.lines)]
        drawn.append(Strip(column(figure, name), sum(numbers), list(bars(numbers, most))))
    return drawn


def bars(numbers: Sequence[int], most: int) -> Iterator[dict[str, str]]:
    """Where each month's bar stands, and how high; a month without any has none."""
    for place, count in enumerate(numbers):
        if count:
            height = max(2.0, HIGH * count / most)
            yield {"x": f"{10 * place + 1}", "y": f"{HIGH - height:.1f}", "height": f"{height:.1f}"}


def shown(figure: Figure) -> Shown:
    title, words, source = TITLES[figure.name]
    lines = figure.lines[:SHOWN] if figure.name == HARDEST else figure.lines
    drawn = DRAWN.get(figure.name, 0)
    values = [line.cells[drawn] or 0 for line in lines]
    of = criteria(lines) if figure.name == HARDEST else {}
    return Shown(
        figure,
        title,
        words,
        source,
        period(figure),
        FIRST.get(figure.name, _("Month")),
        [column(figure, name) for name in figure.columns],
        [
            Row(*(of.get(line.key) or (named(line), "")), cells(line), value)
            for line, value in zip(lines, values, strict=True)
        ],
        100 if figure.name == HARDEST else max(values, default=0),
        [] if drawn else strips(figure),
        len(figure.lines) - len(lines),
    )


def criteria(lines: list[Line]) -> dict[date | str, tuple[str, str]]:
    """What these criteria are called, and their pages, by key. One statement."""
    rows = Criterion.objects.filter(key__in=[line.key for line in lines])
    return {
        each.key: (f"{each.edition.key} {each.ref} {each.text('title')}", each.get_absolute_url())
        for each in rows.select_related("edition")
    }


def named(line: Line) -> str | Promise:
    """What a row is called."""
    if isinstance(line.key, date):
        return date_format(line.key, "YEAR_MONTH_FORMAT")
    return LINES.get(line.key, line.key)


@limited("search")
@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """All of them, each with its picture, its table and its file."""
    at = timezone.now()
    context = {
        "figures": [shown(each) for each in counting.figures(at).values()],
        "few": {"times": FEWEST_TIMES, "providers": FEWEST_PROVIDERS, "months": YEAR},
        "trail": [(gettext("Home"), reverse("home"))],
    }
    return render(request, "desk/figures.html", context)


@limited("export")
@login_not_required
@require_safe
def figures_file(request: HttpRequest, name: str) -> HttpResponse:
    """One table, with names that no language changes; an empty cell is too few to say."""
    figure = counting.figures(timezone.now()).get(name)
    if figure is None:
        raise Http404
    answer = HttpResponse(as_csv(rows(figure)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def rows(figure: Figure) -> Iterator[list[str | int | None]]:
    dated = bool(figure.lines) and isinstance(figure.lines[0].key, date)
    yield ["month" if dated else "of", *figure.columns, "as_of"]
    for line in figure.lines:
        key = f"{line.key:%Y-%m}" if isinstance(line.key, date) else str(line.key)
        numbers = [str(cell) if isinstance(cell, float) else cell for cell in line.cells]
        yield [key, *numbers, f"{figure.until:%Y-%m-%dT%H:%M:%SZ}"]
