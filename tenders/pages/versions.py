"""What the pages of a tender say of its neighbours: the version before, the next, the newest."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Model
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.accounts.people import Reader
from certcentre.places import country, language
from certcentre.steps import Words
from standards.catalogue.difference import Piece, marked
from standards.catalogue.editions import Obligation
from tenders import paper_languages
from tenders.documents import Document
from tenders.lot import Lot
from tenders.notice import Notice
from tenders.notice_forms import wordings
from tenders.readiness import settled
from tenders.requirements import Requirement
from tenders.tender import Tender
from tenders.version_diff import (
    OF_AWARD,
    OF_SCORES,
    PLACES,
    TERMS,
    Body,
    Change,
    Changes,
    changes,
)

MOST = 50  # requirements named of each kind of change
WORDS = 25  # of a longer text
NEAR = 12  # words that stay before and after those that went and came
LONG = 500  # letters: a text with room for so many is shown as one, with what went and came
# what a lot and a requirement are said to be otherwise than their fields are called
OF_LOT = {"title": _("Title of the lot"), "products": _("It is about products")}
OF_TENDER = {
    "documents": _("Documents of the call"),
    "grounds": _("Grounds and self-declaration"),
    "second": _("Second language of the papers"),
}
OF_CHOICES = ("price_kind", "price_formula", "earns")
OF_REQUIREMENT = {
    "title": _("Title"),
    "text": _("Text"),
    "cites": _("Standard"),
    "alternatives": _("Accepted instead"),
    "evidence": _("Evidence asked for"),
}


@dataclass(frozen=True)
class Line:
    """One thing that now says otherwise."""

    name: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()  # of a text: what stays, went and came, word by word


@dataclass(frozen=True)
class Part:
    """The requirements that changed in one way, and how many more."""

    title: str
    rows: list[tuple[Body, list[Line], str]]  # with the ref before, where it was another
    more: int


@dataclass(frozen=True)
class Versions:
    """The neighbours of a version, as far as the reader may see them, and what changed."""

    earlier: Notice | None = None
    newer: Tender | None = None
    newest: Tender | None = None  # where it is another than the next
    stranded: bool = False  # a draft whose version before can no longer be amended
    about: list[Line] = field(default_factory=list)
    lot_words: list[str] = field(default_factory=list)  # lots that came, went, have another number
    lots: list[tuple[int, list[Line]]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def versions(found: Tender, body: Body | None, reader: Reader, *, at: datetime) -> Versions:
    """At most four statements, however long the tender; `body` None: no comparison."""
    newer, newest = later(found, reader)
    earlier = found.amends
    waits = bool(earlier and not found.published_at)
    stranded = bool(waits and earlier and settled(earlier, at=at))
    if not earlier or not earlier.body or body is None:
        return Versions(earlier, newer, newest, stranded)
    made = changes(json.loads(bytes(earlier.body)), body)
    zone = found.zone
    about, lots, words = about_lines(made, zone), lot_lines(made, zone), lot_words(made)
    return Versions(earlier, newer, newest, stranded, about, words, lots, list(parts(made)))


def later(found: Tender, reader: Reader) -> tuple[Tender | None, Tender | None]:
    """The next version, and the newest published one."""
    if not found.published_at:
        return None, None
    newer = Tender.objects.visible_to(reader).filter(amends=found).defer("body").first()
    if not found.replaced_at:
        return newer, None
    newest = found.newest
    return newer, newest if newest != newer else None


def about_lines(made: Changes, zone: str) -> list[Line]:
    return [about_line(name, before, after, zone) for name, (before, after) in made.about.items()]


def about_line(name: str, before: object, after: object, zone: str) -> Line:
    """Both sides in full; of a long text what went and came, or as much as tells it."""
    old, new = shown_about(name, before, zone), shown_about(name, after, zone)
    if not is_long_text(name):
        return Line(label(Tender, name, OF_TENDER), old, new)
    pieces = tuple(around(marked(old, new))) if before and after else ()
    return Line(label(Tender, name), shorter(old), shorter(new), pieces)


def lot_lines(made: Changes, zone: str) -> list[tuple[int, list[Line]]]:
    """What each lot says otherwise of itself."""
    return [
        (
            number,
            [
                Line(
                    label(Lot, name, OF_LOT),
                    shown_about(name, before, zone),
                    shown_about(name, after, zone),
                )
                for name, (before, after) in about.items()
            ],
        )
        for number, about in made.lots.items()
    ]


def label(model: type[Model], name: str, words: Mapping[str, Words] = MappingProxyType({})) -> str:
    """What a record says of itself, by name."""
    if name in words:
        return str(words[name])
    if name in OF_SCORES:
        return gettext("What a score of %(n)d means") % {"n": OF_SCORES.index(name)}
    field: Any = model._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def is_long_text(name: str) -> bool:
    """Whether a detail of a tender is a text that is long enough to be compared word by word."""
    if name in OF_TENDER:
        return False
    field: Any = Tender._meta.get_field(name)
    return (getattr(field, "max_length", None) or 0) >= LONG


def shown_about(name: str, value: Any, zone: str) -> str:
    """What a tender says of itself, as its page says it."""
    if name in ("deadline", "questions_until"):
        return zones.written(datetime.fromisoformat(value), zone) if value else gettext("no date")
    if name in TERMS + OF_AWARD and value is None:
        return "–"
    if name in OF_CHOICES:
        choice: Any = Lot._meta.get_field(name)
        return str(dict(choice.flatchoices).get(value, value))
    if value is None:
        return gettext("as the tender says")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name in (*PLACES, "bid_languages"):
        known = country if name == "countries" else language
        return ", ".join(known(code) for code in value) or "–"
    if name in ("grounds", "second"):
        return "; ".join(value) or "–"
    if name == "documents":
        return "; ".join(document_shown(*each) for each in value) or "–"
    if name in ("method", "category", "bid_how"):
        field: Any = Tender._meta.get_field(name)
        return str(dict(field.flatchoices).get(value, "–"))
    if name == "wording":
        return str(dict(wordings()).get(value, value))
    if name == "language":
        return paper_languages.name_of(str(value))
    return "–" if value in (None, "") else str(value)


def document_shown(kind: str, title: str, file: str, digest: str) -> str:
    return f"{title} ({Document.Kind(kind).label}, {file}, SHA-256 {digest[:12]}…)"


def beside(stored: Tender, typed: Mapping[str, object]) -> list[Line]:
    """The details that stand now otherwise than somebody typed them, both in full."""

    def shown(name: str, value: object, zone: str) -> str:
        text = value.isoformat() if isinstance(value, datetime) else value
        return shown_about(name, text, zone)

    pairs = {name: (getattr(stored, name), typed[name]) for name in Tender.DETAILS}
    return [
        Line(
            label(Tender, name),
            shown(name, then, stored.zone),
            shown(name, now, str(typed["zone"])),
        )
        for name, (then, now) in pairs.items()
        if then != now
    ]


def parts(made: Changes) -> Iterator[Part]:
    """New, changed and gone, each where there is any."""
    told = [(change.after, lines(change), was(change)) for change in made.changed[:MOST]]
    kinds: list[tuple[str, list[tuple[Body, list[Line], str]], int]] = [
        (gettext("New"), [(each, [], "") for each in made.new[:MOST]], len(made.new)),
        (gettext("Changed"), told, len(made.changed)),
        (
            gettext("Taken out, with the refs of the version before"),
            [(each, [], "") for each in made.gone[:MOST]],
            len(made.gone),
        ),
    ]
    for title, rows, number in kinds:
        if rows:
            yield Part(title, rows, number - len(rows))


def was(change: Change) -> str:
    """The ref that it had before, where that is another."""
    then = str(change.before["ref"])
    return then if then != change.after["ref"] else ""


def lot_words(made: Changes) -> list[str]:
    """Lots that are new, taken out, or have another number."""
    moved, new, gone = (
        gettext("Lot %(number)d was lot %(before)d before."),
        gettext("Lot %(number)d is new: %(title)s"),
        gettext("Taken out, lot %(number)d before: %(title)s"),
    )
    return [
        *(new % lot for lot in made.new_lots),
        *(gone % lot for lot in made.gone_lots),
        *(moved % {"number": now, "before": then} for now, then in made.renumbered.items()),
    ]


TEXTS = ("title", "text", "evidence", "justification")


def lines(change: Change) -> list[Line]:
    """What a requirement says otherwise: values before and after, texts as one with marks."""
    made = [
        Line(
            label(Requirement, name, OF_REQUIREMENT),
            shown(name, change.before.get(name)),
            shown(name, change.after.get(name)),
            tuple(around(change.marked(name)))
            if name in TEXTS and change.before[name] and change.after[name]
            else (),
        )
        for name in change.parts
    ]
    if change.moved:
        then, now = change.moved
        made.append(Line(gettext("Lot"), str(then), str(now)))
    return made


def around(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces, with what stays cut where it is long."""
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        words = piece.words.split(" ")
        if piece.kind != "same" or len(words) <= 2 * NEAR:
            yield piece
            continue
        head = [] if place == 0 else words[:NEAR]
        tail = [] if place == last else words[-NEAR:]
        yield Piece("same", " ".join([*head, "…", *tail]))


def shown(name: str, value: Any) -> str:
    """A part of a requirement in words."""
    if name == "must_be_present":
        return gettext("yes") if value else gettext("no")
    if name == "alternatives":
        value = "; ".join(other["cites"] for other in value)
    if name == "obligation":
        return str(Obligation(value).label)
    if name == "least":
        return f"AL{value}"
    return shorter(value)


def shorter(value: Any) -> str:
    return Truncator(str(value)).words(WORDS) if value not in (None, "") else "–"


def in_short(tender: Tender) -> list[str]:
    """What changed since the version before, in a few lines: for mails."""
    if not tender.amends or not tender.amends.body or not tender.body:
        return []
    made = changes(json.loads(bytes(tender.amends.body)), json.loads(bytes(tender.body)))
    counts = (
        (len(made.new), ngettext("%(n)d new requirement", "%(n)d new requirements", len(made.new))),
        (
            len(made.changed),
            ngettext("%(n)d requirement changed", "%(n)d requirements changed", len(made.changed)),
        ),
        (
            len(made.gone),
            ngettext("%(n)d requirement taken out", "%(n)d requirements taken out", len(made.gone)),
        ),
    )
    of_lot = gettext("Lot %(number)d") + ": "
    return [
        *map(in_words, about_lines(made, tender.zone)),
        *lot_words(made),
        *(
            of_lot % {"number": number} + in_words(line)
            for number, lines in lot_lines(made, tender.zone)
            for line in lines
        ),
        *(words % {"n": number} for number, words in counts if number),
    ]


def in_words(line: Line) -> str:
    """One thing that now says otherwise, without marks: for mails."""
    if not line.pieces:
        return f"{line.name}: {line.before} → {line.after}"
    marks = {
        "same": "%s",
        "old": f" [{gettext('Removed:')} %s]",
        "new": f" [{gettext('Added:')} %s]",
    }
    text = "".join(marks[piece.kind] % piece.words for piece in line.pieces)
    return f"{line.name}: {' '.join(text.split())}"
