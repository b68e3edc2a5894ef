"""The annex as it is printed: headings, lines, lists and tables in one order for every format."""

from collections.abc import Iterator
from dataclasses import dataclass

from tenders.annex import Annex, Award, Criterion, Pair, Row

Cell = tuple[tuple[str, bool], ...]  # paragraphs, and whether each is strong
EMPTY: Cell = (("", False),)
REQUIREMENTS = (10, 31, 13, 22, 12, 12)
FORM_LINES = 5


@dataclass(frozen=True)
class Table:
    """A table of the annex; `widths` are hundredths of the line, `head` is empty for pairs.

    `asked`: its rows are requirements, and their first cells the references.
    """

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
    asked: bool = False


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it."""

    heading: str = ""
    level: int = 1
    lines: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    table: Table | None = None


def parts(annex: Annex) -> Iterator[Part]:
    """All that stands below the title, part by part."""
    words = annex.labels
    yield Part(table=pairs(annex.facts), lines=(annex.summary,) if annex.summary else ())
    yield Part(words["how"], bullets=annex.how)
    meanings = pairs(annex.definitions, (words["term"], words["meaning"]))
    yield Part(words["definitions"], table=meanings)
    yield Part(words["requirements"])
    for lot in annex.lots:
        yield Part(lot.title, 2, lines=lot.lines)
        for group in lot.groups:
            rows = tuple(cells(row) for row in group.rows)
            asked = Table(annex.columns, REQUIREMENTS, rows, group.title, asked=True)
            yield Part(group.title, 3, table=asked)
        if lot.award:
            yield from award(annex, lot.award)
    if annex.schedule:
        schedule = Table(annex.schedule_head, (18, 42, 20, 20), plain(annex.schedule))
        yield Part(words["schedule"], table=schedule)
    yield Part(words["clause"], lines=annex.clause)
    form = annex.named("ref", "offered", "why", "documents")
    empty = Table(form, (12, 28, 35, 25), ((EMPTY,) * len(form),) * FORM_LINES)
    yield Part(words["form"], 2, table=empty)
    if annex.sources:
        sources = Table(annex.sources_head, (28, 18, 22, 32), plain(annex.sources))
        yield Part(words["sources"], table=sources)
    yield Part(words["record"], table=pairs(annex.record))


def award(annex: Annex, made: Award) -> Iterator[Part]:
    """How bids for a lot are scored."""
    name, rows = annex.labels["award"], tuple(criterion(each) for each in made.criteria)
    criteria = Table(annex.award_head, (10, 43, 36, 11), rows, name)
    yield Part(name, 3, lines=made.lines, table=criteria)
    if made.scores:
        name = annex.labels["scores"]
        scores = Table(annex.scores_head, (10, 90), plain(made.scores), name)
        yield Part(name, 3, table=scores)


def criterion(made: Criterion) -> tuple[Cell, ...]:
    """The four cells of an award criterion, or of the heading of several."""
    points = "" if made.points is None else str(made.points)
    parts = (made.ref, made.title, made.scored, points)
    return tuple(((text, made.group),) for text in parts)


def cells(row: Row) -> tuple[Cell, ...]:
    """The six cells of a requirement; the last two are the bidder's."""
    first, *more = row.obligation
    title: Cell = ((row.title, True),) if row.title else ()
    return (
        ((row.ref, True),),
        (*title, *((text, False) for text in row.paragraphs)),
        ((first, True), *((text, False) for text in more)),
        tuple((text, False) for text in row.evidence),
        EMPTY,
        EMPTY,
    )


def pairs(known: tuple[Pair, ...], head: tuple[str, ...] = ()) -> Table:
    """A table of names, and what stands behind each."""
    rows = tuple((((name, True),), ((value, False),)) for name, value in known)
    return Table(head, (27, 73), rows)


def plain(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(((text, False),) for text in row) for row in rows)
