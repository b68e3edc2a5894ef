"""The annex as it is printed: headings, lines, lists and tables in one order for every format."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from certcentre.plain_text import RTL, reads_left
from tenders import grounds, paper_languages
from tenders.annex import Annex, Award, Criterion, Group, Pair, Row
from tenders.notice_facts import lasting

Cell = tuple[tuple[str, bool], ...]  # paragraphs, and whether each is strong
EMPTY: Cell = (("", False),)
UPRIGHT = (10, 31, 13, 22, 12, 12)  # of a table of requirements, in hundredths of the line
LYING = (8, 35, 10, 15, 16, 16)  # 40 mm and more to write in, on A4 and on Letter
SAMPLE = (10, 22, 13, 17, 19, 19)
FORM_LINES = 5
BOX, TICKED = "☐ ", "☒ "
NUMBER = re.compile(  # of several parts, such as a date or a telephone; not behind Latin letters
    r"(?<![\w\u200e+.,/-])(?<![A-Za-z0-9] )\+?\d+(?:[-/+ ]\d+)+"
)
FOREIGN = re.compile(r"[^\W_\u0590-\u08ff](?:[^\n\u0590-\u08ff]*[^\W_\u0590-\u08ff])?")
MARK = "\u200e"  # left to right


@dataclass(frozen=True)
class Table:
    """A table of the annex; `widths` are hundredths of the line, `head` is empty for pairs.

    `asked`: its rows are requirements, and their first cells the references. `lying`: the widths
    on a page that lies on its side. `room`: the least height of a row that is written in, in mm.
    """

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
    asked: bool = False
    lying: tuple[int, ...] = ()
    room: int = 0

    @property
    def classes(self) -> str:
        """What a style sheet knows of it."""
        return " ".join(["pairs"] * (not self.head) + ["room"] * bool(self.room))


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it; `lead` stands above its table.

    `level` 1 is a part of the annex, with its number where it has one. `lies`: on pages that lie
    on their side, `fresh`: on a new page, where a format has pages.
    """

    heading: str = ""
    level: int = 1
    lead: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    table: Table | None = None
    lies: bool = False
    fresh: bool = False

    @property
    def anchor(self) -> str:
        """What an address within the file calls a part of the annex."""
        return f"part-{self.heading.partition(' ')[0]}"


@dataclass(frozen=True)
class Paper:
    """A document of its own: what its cover says, and the parts behind it."""

    language: str
    title: str
    reference: str
    buyer: str
    draft: str  # the words for it; empty where it is none
    about: str  # below the title: what it is, as of when
    running: str  # at the head of every page
    contents: str  # what stands above the list of parts
    dated: datetime
    opening: Part
    parts: tuple[Part, ...]
    rtl: bool = False  # whether it is read from right to left
    cover: bool = True  # without one, as a letter is: what stands below the title stands on top

    @property
    def listed(self) -> list[Part]:
        """The parts that its cover lists."""
        return [part for part in self.parts if part.level == 1 and part.heading]

    @property
    def asked(self) -> int:
        """How many requirements it holds: what is told of the progress counts them."""
        return sum(len(part.table.rows) for part in self.parts if part.table and part.table.asked)


def paper(annex: Annex) -> Paper:
    made = Paper(
        rtl=paper_languages.of(annex.language).rtl,
        language=annex.language,
        title=annex.title,
        reference=annex.reference,
        buyer=annex.buyer,
        draft=annex.labels["draft"] if annex.draft else "",
        about=dated(annex),
        running=running(annex),
        contents=annex.labels["contents"],
        dated=annex.dated,
        opening=opening(annex),
        parts=numbered(sections(annex)),
    )
    return in_order(made) if made.rtl else made


def each_text(value: object, change: Callable[[str], str]) -> Any:
    """The same with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(each_text(part, change) for part in value)
    if isinstance(value, Paper | Part | Table):
        names = [field.name for field in fields(value)]
        return replace(value, **{name: each_text(getattr(value, name), change) for name in names})
    return value


def in_order(paper: Paper) -> Paper:
    """Numbers with strokes, such as a date or a telephone, keep their order behind Arabic."""
    made: Paper = each_text(paper, marked)
    return made


def marked(text: str) -> str:
    return NUMBER.sub(rf"{MARK}\g<0>", text) if RTL.search(text) else text


def runs(text: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """A text cut where its direction turns, and whether each piece is read from right to left."""
    if not rtl or reads_left(text):
        yield text, False
        return
    start = 0
    for foreign in FOREIGN.finditer(text):
        yield text[start : foreign.start()], True
        yield foreign.group(), False
        start = foreign.end()
    yield text[start:], True


def isolated(paper: Paper) -> Paper:
    """Where it is read from right to left: lines of other scripts keep the marks at their ends."""
    if not paper.rtl:
        return paper
    made: Paper = each_text(paper, lambda text: "\n".join(map(kept, text.split("\n"))))
    return made


def kept(line: str) -> str:
    whole = line and line[0].isalpha() and line[-1].isalnum()
    return f"\u2066{line}\u2069" if reads_left(line) and not whole else line


def parts(annex: Annex) -> Iterator[Part]:
    """All that stands below the title, part by part; into a file of somebody else's it goes so."""
    yield opening(annex)
    yield from sections(annex)


def numbered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """With a number before the heading of each part of the first level."""
    made, number = [], 0
    for part in parts:
        if part.level == 1 and part.heading:
            number += 1
            part = replace(part, heading=f"{number} {part.heading}")
        made.append(part)
    return tuple(made)


def opening(annex: Annex) -> Part:
    """What is bought, by whom, until when."""
    return Part(table=pairs(annex.facts), lines=(annex.summary,) if annex.summary else ())


def dated(annex: Annex) -> str:
    """What the file is, below its title: which version, as of when."""
    of = dict(annex.record)
    day = of.get(annex.labels["time"]) or of[annex.labels["changed"]]
    version = f"{annex.labels['version'].lower()} {of[annex.labels['version']]}"
    return f"{annex.labels['annex']}, {version}, {day}"


def running(annex: Annex) -> str:
    """What stands at the head of every page."""
    draft = [annex.labels["draft"]] * annex.draft
    version = f"{annex.labels['version'].lower()} {annex.body['version']}"
    return " · ".join([f"{annex.reference}, {version}", annex.title, *draft])


def sections(annex: Annex) -> Iterator[Part]:
    words = annex.labels
    yield Part(words["how"], bullets=annex.how)
    yield Part(words["example"], 2, table=example(annex))
    meanings = pairs(annex.definitions, (words["term"], words["meaning"]))
    yield Part(words["definitions"], 2, table=meanings)
    yield Part(words["requirements"], lies=True)
    for lot in annex.lots:
        yield Part(lot.title, 2, lead=lot.lines, lies=True)
        for group in lot.groups:
            yield asked(annex, group)
    if any(lot.award for lot in annex.lots):
        yield Part(words["award"])
        for lot in annex.lots:
            if lot.award:
                yield from award(annex, lot.award, lot.title)
    if annex.schedule:
        schedule = Table(annex.schedule_head, (18, 42, 20, 20), plain(annex.schedule))
        yield Part(words["schedule"], table=schedule)
    yield Part(words["clause"], lines=annex.clause)
    form = annex.named("ref", "offered", "why", "documents")
    empty = Table(form, (12, 28, 35, 25), ((EMPTY,) * len(form),) * FORM_LINES, room=12)
    yield Part(words["form"], 2, table=empty)
    yield from declared(annex)
    yield from signed(annex)
    if annex.sources:
        sources = Table(annex.sources_head, (28, 18, 22, 32), plain(annex.sources))
        yield Part(words["sources"], table=sources, fresh=True)
    yield Part(words["record"], table=pairs(annex.record), fresh=not annex.sources)


def example(annex: Annex) -> Table:
    """A row as a bidder fills it in."""
    words = annex.labels
    proof = words["least"].format(level=words["al2"])
    asked_for = (("L0-001",), (words["sample"],), (words["must"],), (f"{proof}.",))
    ticked = "\n".join(
        f"{BOX if place else TICKED}{answer}" for place, answer in enumerate(annex.answers)
    )
    row = *asked_for, (ticked,), (words["sample_proof"],)
    cells = tuple(tuple((text, not place) for text in cell) for place, cell in enumerate(row))
    return Table(annex.columns, SAMPLE, (cells,))


def asked(annex: Annex, group: Group) -> Part:
    """The requirements of a group, with what is true of all of them said once."""
    answer = (("\n".join(f"{BOX}{answer}" for answer in annex.answers), False),)
    rows = tuple(cells(row, group, answer) for row in group.rows)
    table = Table(annex.columns, UPRIGHT, rows, group.title, asked=True, lying=LYING)
    why = (annex.labels["reasons"].format(reason=group.why),) if group.why else ()
    return Part(group.title, 3, lead=why, table=table, lies=True)


def award(annex: Annex, made: Award, title: str) -> Iterator[Part]:
    """How bids for a lot are scored."""
    name, rows = annex.labels["award"], tuple(criterion(each) for each in made.criteria)
    criteria = Table(annex.award_head, (10, 43, 36, 11), rows, f"{name}, {title}")
    yield Part(title, 2, lines=made.lines, table=criteria)
    if made.scores:
        name = annex.labels["scores"]
        scores = Table(annex.scores_head, (10, 90), plain(made.scores), f"{name}, {title}")
        yield Part(name, 3, table=scores)


def declared(annex: Annex) -> Iterator[Part]:
    """The grounds that bidders declare, with boxes to tick and room for words."""
    sections, words = grounds.sections(annex.body), paper_languages.of(annex.language).grounds
    if sections:
        yield Part(words["grounds"], lead=(words["lead"],))
    for section in sections:
        answer = (("\n".join(f"{BOX}{each}" for each in section.answers), False),)
        rows = tuple(
            (((ground["title"], True), *said_of(ground, annex.language)), answer, EMPTY)
            for _name, members in section.groups
            for ground in members
        )
        head = tuple(words[name] for name in ("ground", "answer", "words"))
        table = Table(head, (46, 24, 30), rows, section.title)  # the words of a ground make room
        yield Part(section.title, 2, table=table)


def said_of(ground: grounds.Body, language: str) -> Cell:
    """What is said of a ground below its title, and its code."""
    code = f"{paper_languages.of(language).grounds['code']}: {ground['code']}"
    return tuple((text, False) for text in (*grounds.paragraphs(ground, language), code))


def signed(annex: Annex) -> Iterator[Part]:
    """The form for the price of each lot, and for who signs."""
    words = annex.labels
    yield Part(words["price_form"], fresh=True)
    rows = [(lot.title, priced(annex, place), "", "") for place, lot in enumerate(annex.lots)]
    head = annex.named("lot", "covers", "money", "amount")
    yield Part(words["prices"], 2, table=Table(head, (26, 40, 12, 22), plain(rows), room=12))
    blanks = annex.named("who", "product", "signatory", "place_date")
    table = pairs([(label, "") for label in blanks])
    declared = tuple(f"{BOX}{line}" for line in declarations(annex))
    yield Part(words["signing"], 2, lead=declared, table=replace(table, room=12))
    seal = pairs([(words["signature"], "")])
    yield Part(table=replace(seal, room=26))


def priced(annex: Annex, place: int) -> str:
    """What the price of a lot is for; once it was not said."""
    award = annex.body["lots"][place].get("award")
    return award["price"]["title"] if award else ""


def declarations(annex: Annex) -> Iterator[str]:
    """What is signed on paper, as it is here; and how long the bid holds."""
    yield annex.labels["declared"]
    days = annex.body.get("notice", {}).get("valid_days")
    if days:
        yield annex.labels["holds"].format(days=lasting(days, "day", annex.language))


def criterion(made: Criterion) -> tuple[Cell, ...]:
    """The four cells of an award criterion, or of the heading of several."""
    points = "" if made.points is None else str(made.points)
    parts = (made.ref, made.title, made.scored, points)
    return tuple(((text, made.group),) for text in parts)


def cells(row: Row, group: Group, answer: Cell) -> tuple[Cell, ...]:
    """The six cells of a requirement; the last two are the bidder's."""
    first, *more = row.obligation
    title = " ".join(part for part in (row.number, row.title) if part)
    return (
        ((row.ref, True),),
        (
            *(((title, True),) if title else ()),
            *((text, False) for text in group.paragraphs(row)),
        ),
        ((first, True), *((text, False) for text in more)),
        tuple((text, False) for text in row.evidence),
        answer,
        EMPTY,
    )


def pairs(known: Iterable[Pair], head: tuple[str, ...] = ()) -> Table:
    """A table of names, and what stands behind each."""
    rows = tuple((((name, True),), ((value, False),)) for name, value in known)
    return Table(head, (27, 73), rows)


def plain(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(((text, False),) for text in row) for row in rows)
