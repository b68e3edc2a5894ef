"""The annex as the bidder's form: references locked, answers from a list, nothing executable."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from certcentre.tables.writing import Column, Page, Styled, Value, as_xlsx
from tenders import grounds, paper_languages
from tenders.annex import Annex, Row, Tell, silent

COLUMNS = (
    ("ref", 9),
    ("lot", 15),
    ("requirement", 56),
    ("obligation", 12),
    ("weight", 8),
    ("assurance", 16),
    ("evidence", 32),
    ("response", 28),
    ("proof", 48),
    ("offered", 48),
)
GROUNDS = [Column(width) for width in (20, 40, 90)]
AWARD = [Column(width) for width in (24, 9, 70, 50, 9)]
ANSWERED = 7  # the response, and what is right of it, is the bidder's


@dataclass(frozen=True)
class Filled:
    """What a bidder wrote in the form: about themselves by name, and beside each reference."""

    about: Mapping[str, str] = field(default_factory=dict)  # by the names of `written_about`
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)


EMPTY = Filled()


def write(annex: Annex, tell: Tell = silent, *, filled: Filled = EMPTY) -> bytes:
    """The workbook: instructions, the requirements to answer, evidence, sources."""
    words = annex.labels
    pages = [
        Page(
            words["instructions"],
            instructions(annex, filled.about),
            [Column(34), Column(90)],
            heading=False,
            protected=True,
            tall=True,
        ),
        Page(
            words["requirements"],
            requirements(annex, tell, filled.rows),
            columns(annex),
            frozen=1,
            protected=True,
            filtered=True,
            tall=True,
            parted=ANSWERED,
        ),
    ]
    if any(lot.award for lot in annex.lots):
        pages.append(Page(words["award"], criteria(annex), AWARD, protected=True, tall=True))
    if annex.body.get("grounds"):
        title = paper_languages.of(annex.language).grounds["sheet_name"]
        pages.append(Page(title, declared(annex), GROUNDS, protected=True, tall=True))
    if annex.schedule:
        pages.append(listed(words["schedule"], annex.schedule_head, annex.schedule))
    if annex.sources:
        pages.append(listed(words["sources"], annex.sources_head, annex.sources))
    about = {"title": f"{annex.reference} {annex.title}", "author": annex.buyer}
    rtl = paper_languages.of(annex.language).rtl
    pages = [replace(page, rtl=rtl) for page in pages]
    return as_xlsx(pages, properties=about, custom=dict(annex.record), created=annex.dated)


def instructions(annex: Annex, about: Mapping[str, str]) -> Iterator[Sequence[Value]]:
    """How to answer, who answers, and what the record says."""
    words = annex.labels
    yield [Styled(annex.title, "title")]
    if annex.draft:
        yield [Styled(words["draft"], "title")]
    how = (*annex.how, words["amounts"])
    names = written_about(words, [lot.number for lot in annex.lots])
    open_ones = [(label, about.get(name, "")) for name, label in names.items()]
    pairs = [
        *annex.facts,
        *((lot.title, "\n".join(lot.lines)) for lot in annex.lots if lot.lines),
        *([(words["asked"], annex.summary)] if annex.summary else []),
        *((words["how"] * (not at), line) for at, line in enumerate(how)),
        *open_ones,
        *((words["clause"] * (not at), line) for at, line in enumerate(annex.clause)),
        *annex.record,
    ]
    for name, value in pairs:
        look = "open" if (name, value) in open_ones else "cell"
        yield [Styled(name, "bold"), Styled(value, look)]


def written_about(words: Mapping[str, str], lots: Iterable[int]) -> dict[str, str]:
    """What bidders write on the first sheet: the label of each cell, by its name. A price and its
    currency have the number of their lot behind the name."""
    labels = {name: words[name] for name in ("bidder", "solution")}
    for number in lots:
        for name in ("price", "currency"):
            labels[f"{name} {number}"] = words[name].format(number=number)
    return labels


def columns(annex: Annex) -> list[Column]:
    """Only the bidder's columns can be written; the response is one of the answers."""
    asked = annex.labels["response"]
    return [
        Column(width, open=at >= ANSWERED, choices=annex.answers * (at == ANSWERED), asked=asked)
        for at, (_, width) in enumerate(COLUMNS)
    ]


def requirements(
    annex: Annex, tell: Tell, filled: Mapping[str, Sequence[str]]
) -> Iterator[Sequence[Value]]:
    """The headings, then one line a requirement."""
    yield [heading(annex.labels, name) for name, _ in COLUMNS]
    done, total = 0, len(annex.rows)
    for lot in annex.lots:
        for group in lot.groups:
            yield from (
                [*values(row, lot.title, annex.labels), *filled.get(row.ref, ())]
                for row in group.rows
            )
            done += len(group.rows)
            tell(done, total)


def criteria(annex: Annex) -> Iterator[Sequence[Value]]:
    """How bids for each lot are scored: its criteria, what scores mean, the rules."""
    yield [heading(annex.labels, "lot"), *annex.award_head]
    for lot in annex.lots:
        if not lot.award:
            continue
        for each in lot.award.criteria:
            look = "bold" if each.group else "cell"
            cells = (each.ref, each.title, each.scored, each.points)
            yield [lot.title, *(Styled(cell, look) for cell in cells)]
        yield from ([lot.title, "", line] for line in lot.award.lines)
        yield from ([lot.title, score, meaning] for score, meaning in lot.award.scores)


def declared(annex: Annex) -> Iterator[Sequence[Value]]:
    """The grounds that bidders declare, for information."""
    words = paper_languages.of(annex.language).grounds
    yield [words["code"], words["ground"], words["sheet"]]
    for section in grounds.sections(annex.body):
        yield ["", Styled(section.title, "bold")]
        for _name, members in section.groups:
            for ground in members:
                text = "\n".join(grounds.paragraphs(ground, annex.language))
                yield [ground["code"], ground["title"], text]


def heading(words: Mapping[str, str], name: str) -> str:
    """What stands above a column."""
    return words[name].format(weight="").strip().capitalize()


def values(row: Row, lot: str, words: dict[str, str]) -> list[Value]:
    text = "\n".join(part for part in (row.title, *row.paragraphs) if part)
    level = words[f"al{row.least}"] if row.least else ""
    return [row.ref, lot, text, words[row.kind], row.weight, level, "\n".join(row.evidence)]


def listed(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Page:
    widths = [Column(width) for width in (34, 50, 40, 60)]
    return Page(name, [heads, *rows], widths, protected=True, tall=True)
