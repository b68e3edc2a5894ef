"""Arithmetic that a picture needs: widths, heights and steps, as text that no locale changes."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext_lazy

from certcentre.limits import LONGEST_SEARCH
from standards.assessment.claims import Outcome
from standards.assessment.periods import last_day_of
from standards.attestation.results import Result
from standards.registry.pages.facets import Option

register = template.Library()
WIDTH, GAP = 200, 0.8  # of the skyline's drawing, in its own units
# an answer, or a finding: the answer that it stands for
ANSWERS = {
    **{result.value: result.outcome for result in Result if result.outcome},
    **{outcome.value: outcome for outcome in Outcome},
}
WORDS = {"": gettext_lazy("Not answered"), **dict(Result.choices), **dict(Outcome.choices)}


@register.simple_tag
def remembered(component: str, **plain: Hashable) -> SafeString:
    """A component that shows these plain values and nothing else: drawn once for each."""
    return drawn(component, get_language(), get_current_timezone_name(), tuple(plain.items()))


@register.simple_tag
def each_remembered(component: str, name: str, rows: Iterable[Hashable]) -> SafeString:
    """The same for each of some rows, which the component calls by this name."""
    language, zone = get_language(), get_current_timezone_name()
    lines = (drawn(component, language, zone, ((name, row),)) for row in rows)
    return SafeString("".join(f"\n{line}\n" for line in lines))


@lru_cache(maxsize=4000)
def drawn(
    component: str, language: str | None, zone: str, plain: tuple[tuple[str, Hashable], ...]
) -> SafeString:
    return render_to_string(component, dict(plain))


OPTION_HEAD = '<label class="{style}"><input type="{kind}" name="{name}" value='
OPTION = '"{}"{}><span>{} {}</span> <span class="num">{}</span></label>\n'
CHOSEN = SafeString(" checked")
QUIET = SafeString('<span class="quiet">{}</span>')
HIDDEN = SafeString('<span class="hide">{}</span>')


@register.simple_tag
def facet_options(options: Iterable[Option], name: str, kind: str = "checkbox") -> SafeString:
    """Choices of the register's side column, each with how many it leaves, and beneath it that of
    a part. A template for each of the 150 took half the time of the page."""
    whole = format_html(OPTION_HEAD, style="option", kind=kind, name=name)
    part = format_html(OPTION_HEAD, style="option option--part", kind=kind, name="partly")
    drawn = SafeString()
    for option in options:
        drawn += whole + drawn_option(option, QUIET)
        for less in option.parts:
            drawn += part + drawn_option(less, HIDDEN)
    return drawn


def drawn_option(option: Option, further: SafeString) -> SafeString:
    """The rest of one choice; `further` is how its further words look."""
    more = format_html(further, option.more) if option.more else ""
    chosen = CHOSEN if option.chosen else ""
    return format_html(OPTION, option.value, chosen, option.words, more, option.number)


@register.filter
def code(level: object) -> str:
    """The code of an assurance level: 3 is AL3."""
    return f"AL{level}"


@register.filter
def instant(moment: datetime) -> str:
    """For machines, to the second: `2026-11-24T09:00:00Z`. HTML reads no microseconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@register.filter
def last_day(end: date | None) -> date | None:
    """The last day before an end."""
    return end and last_day_of(end)


@register.filter
def until(end: date | None) -> str:
    """An end as the last day before it, in words."""
    return date_format(last_day_of(end)) if end else ""


@register.filter
def glyph(kind: str) -> str:
    """The name of an answer's or a finding's symbol."""
    if kind == Result.OBSERVATION:
        return "a-obs"
    return ANSWERS[kind].glyph if kind in ANSWERS else "a-open"


@register.filter
def tone(kind: str) -> str:
    """good, warn, bad, or nothing."""
    return ANSWERS[kind].tone if kind in ANSWERS and kind != Result.OBSERVATION else ""


@register.filter
def answer_words(kind: str) -> str:
    """An answer or a finding, in words."""
    return str(WORDS.get(kind, WORDS[""]))


@register.filter
def linked(parts: Iterable[tuple[Any, str]], style: str = "") -> SafeString:
    """A sentence from (words, address or nothing); the words with an address are links."""
    kind = format_html(' class="{}"', style) if style else ""
    runs = [
        format_html('<a{} href="{}">{}</a>', kind, url, words) if url else words
        for words, url in parts
    ]
    return format_html_join("", "{}", ((run,) for run in runs))


@register.filter
def skyline(counts: Sequence[int]) -> list[dict[str, str]]:
    """Blocks from counts of AL4, AL3, AL2, AL1, AL0: width is the count, height the assurance."""
    total = sum(counts)
    blocks, at = [], 0.0
    for level, count in zip((4, 3, 2, 1, 0), counts, strict=True):
        if not count:
            continue
        width = WIDTH * count / total
        height = level * 10
        shown = max(width - GAP, 0.6)
        block = {"kind": f"l{level}", "x": at, "y": 40 - height, "width": shown, "height": height}
        if not level:
            block = {
                "kind": "gap",
                "x": at + 0.5,
                "y": 34,
                "width": max(shown - 0.5, 0.6),
                "height": 6,
            }
        blocks.append(
            {key: f"{value:.2f}" if key != "kind" else str(value) for key, value in block.items()}
        )
        at += width
    return blocks


@register.filter
def share(part: float, whole: float) -> str:
    """How much of a hundred: `3|share:4` is 75.0."""
    return f"{min(100.0, 100 * part / whole) if whole else 0:.1f}"


@register.filter
def funnel(lines: Iterable[tuple[Any, int]]) -> list[dict[str, Any]]:
    """Lines of (words, count left) with what each line costs; the first is the whole register."""
    steps = [(words, int(count)) for words, count in lines]
    if not steps:
        return []
    whole = steps[0][1]
    drawn = [{"words": steps[0][0], "count": whole, "fewer": 0, "before": "100.0", "fill": "100.0"}]
    for (_, before), (words, count) in pairwise(steps):
        drawn.append(
            {
                "words": words,
                "count": count,
                "fewer": before - count,
                "before": share(before, whole),
                "fill": share(count, whole),
            }
        )
    return drawn


@register.filter
def heat(numbers: Sequence[int], most: int) -> list[tuple[int, str]]:
    """Each number with its step h0 (none) to h3 (above two thirds of the most)."""
    return [
        (n, "h0" if not n or not most else f"h{min(3, 1 + int(3 * n / most))}") for n in numbers
    ]


@register.filter
def hottest(rows: Iterable[tuple[Any, Sequence[int]]]) -> int:
    """The greatest number of a heat map's rows."""
    return max((n for _, numbers in rows for n in numbers), default=0)


@register.filter
def upto(count: int) -> range:
    """So many turns of a loop."""
    return range(int(count or 0))


@register.filter
def pips(count: int, kind: str) -> SafeString:
    """So many small squares of a kind."""
    return SafeString(format_html('<i class="{}"></i>', kind) * int(count or 0))


@register.filter
def minus(whole: int, part: int) -> int:
    return int(whole) - int(part)


@register.filter
def labelled(cells: Iterable[Any], head: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Cells of a row, each with the words of its column."""
    return list(zip(head, cells, strict=True))


@register.filter
def elided(page: Page[Any]) -> list[Any]:
    """Page numbers around this one, with the paginator's ellipsis between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def by_level(counts: Sequence[int]) -> list[tuple[str, int]]:
    """Counts of AL4 to AL0, each with its code."""
    return [(code(level), count) for level, count in zip((4, 3, 2, 1, 0), counts, strict=True)]


@register.filter
def begins(path: str, start: str) -> bool:
    """Whether an address is this one, or lies beneath it."""
    return path.startswith(start)


@register.filter
def to_give_again(form: BaseForm | Iterable[BaseForm] | None) -> str:
    """What a browser does not keep of a form that comes back: password, file, or nothing."""
    forms = [form] if isinstance(form, BaseForm) else form or ()
    if any(each.files for each in forms):
        return "file"
    widgets = [
        getattr(field.widget, "input_type", "") for each in forms for field in each.fields.values()
    ]
    return "password" if "password" in widgets else ""


@register.filter
def erring(form: BaseForm | Iterable[BaseForm] | None) -> list[BaseForm]:
    """Those of one form, or of several, that have errors."""
    forms = [form] if isinstance(form, BaseForm) else form or ()
    return [each for each in forms if each.errors]


@register.simple_tag
def longest_search() -> int:
    """How many letters a search field takes."""
    return LONGEST_SEARCH
