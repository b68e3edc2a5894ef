"""The annex of a tender as a tree: what every export renders, in the same order and words.

Pure: built from the frozen body alone (or from a draft's, which has the same shape), so an export
made years later says what was published.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from babel import Locale
from babel.dates import format_time

from certcentre.zones import day
from tenders import award_words, notice_facts, paper_languages
from tenders.neutrality import closing, open_up

Pair = tuple[str, str]
Tell = Callable[[int, int], None]  # how far an export is: done, total
ANSWERS = ("complies", "equivalent", "partly", "not")
NAMING = 20  # words


def silent(done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Row:
    """One requirement: its parts for lists, and as it is printed, a paragraph a string."""

    ref: str
    number: str  # of the criterion in its standard; empty for all else, and once not said
    title: str
    text: str
    standard: str  # as cited; empty for facts and the buyer's own words
    instead: tuple[str, ...]  # what is accepted instead, as cited
    why: str
    cited: tuple[str, ...]  # standard, what is accepted, and why, a sentence each
    accepted: tuple[str, ...]
    reason: tuple[str, ...]  # in a draft also that it is lacking
    obligation: tuple[str, ...]
    evidence: tuple[str, ...]
    kind: str  # must, should, may
    weight: int | None
    scored: str  # how it earns its points; empty where it earns none
    least: int | None  # None: a fact or own words, which no assurance is asked of

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All that is said of it but for its title, where it stands alone."""
        return (self.text, *self.cited, *self.accepted, *self.reason)


@dataclass(frozen=True)
class Group:
    """The requirements of a lot from one edition, about facts, or in the buyer's words: a table.

    `why`: what most of its rows are asked for, where each has a reason; it is said once for them.
    """

    title: str
    rows: tuple[Row, ...]
    why: str = ""

    @classmethod
    def of(cls, title: str, rows: tuple[Row, ...]) -> "Group":
        reasons = Counter(row.why for row in rows)
        why, times = reasons.most_common(1)[0]
        return cls(title, rows, why if times > 1 and "" not in reasons else "")

    def paragraphs(self, row: Row) -> tuple[str, ...]:
        """What is said of a row that stands beneath the title and the reason of its group."""
        cited = () if row.number else row.cited
        reason = () if self.why and row.why == self.why else row.reason
        return (row.text, *cited, *row.accepted, *reason)


@dataclass(frozen=True)
class Criterion:
    """One award criterion of a lot, or (`group`) the heading of several, with their points."""

    ref: str
    title: str
    scored: str  # how it earns points
    points: int | None
    group: bool = False


@dataclass(frozen=True)
class Award:
    """How bids for a lot are scored: what earns points, what scores mean, and the rules."""

    criteria: tuple[Criterion, ...]
    scores: tuple[Pair, ...]  # empty where nobody scores anything
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LotPart:
    number: int
    title: str
    groups: tuple[Group, ...]
    lines: tuple[str, ...] = ()  # what it says of itself
    award: Award | None = None  # None: from before it could be said


@dataclass(frozen=True)
class Annex:
    """All that stands in the annex, in order; and the body that it says, for what is no annex."""

    language: str
    labels: dict[str, str]
    title: str
    reference: str
    buyer: str
    draft: bool
    dated: datetime  # when it was published, or the draft last changed
    summary: str
    facts: tuple[Pair, ...]
    how: tuple[str, ...]
    definitions: tuple[Pair, ...]
    lots: tuple[LotPart, ...]
    schedule: tuple[tuple[str, ...], ...]
    clause: tuple[str, ...]
    sources: tuple[tuple[str, ...], ...]
    record: tuple[Pair, ...]
    body: dict[str, Any]
    digest: str  # empty for a draft

    @property
    def rows(self) -> list[Row]:
        """Every requirement, in the order of the references."""
        return [row for lot in self.lots for group in lot.groups for row in group.rows]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.named("ref", "requirement", "obligation", "evidence", "response", "proof")

    @property
    def answers(self) -> tuple[str, ...]:
        """What a bidder may write in the response column."""
        return self.named(*ANSWERS)

    @property
    def schedule_head(self) -> tuple[str, ...]:
        return self.named("assurance", "counts", "issuer", "age")

    @property
    def award_head(self) -> tuple[str, ...]:
        return self.named("ref", "criterion", "scored", "points")

    @property
    def scores_head(self) -> tuple[str, ...]:
        return self.named("score", "meaning")

    @property
    def sources_head(self) -> tuple[str, ...]:
        return self.named("standard", "publisher", "date", "licence")

    def named(self, *labels: str) -> tuple[str, ...]:
        return tuple(self.labels[label] for label in labels)


def build(body: dict[str, Any], digest: str = "") -> Annex:
    """The tree of a frozen body; `digest` is of its bytes and empty for a draft."""
    language = body["language"]
    labels = paper_languages.of(language).annex
    wording = body["wording"]
    return Annex(
        language=language,
        labels=labels,
        title=body["title"],
        reference=body["reference"],
        buyer=body["buyer"]["name"],
        draft=body["published"] is None,
        dated=datetime.fromisoformat((body["published"] or {}).get("at") or body["changed"]),
        summary=body["summary"],
        facts=facts(body, language),
        how=tuple(wording["how"]),
        definitions=tuple((term, meaning) for term, meaning in wording["definitions"]),
        lots=tuple(lot_part(lot, body) for lot in body["lots"]),
        schedule=tuple((labels[f"al{level}"], *cells) for level, *cells in wording["schedule"]),
        clause=tuple(wording["clause"]),
        sources=tuple(source(edition, language) for edition in body["editions"]),
        record=record(body, digest),
        body=body,
        digest=digest,
    )


def facts(body: dict[str, Any], language: str) -> tuple[Pair, ...]:
    """What stands on top: who buys what, where, until when; in a language of tenders."""
    labels, locale = paper_languages.of(language).annex, Locale(language)
    countries = [locale.territories.get(code, code) for code in body["countries"]]
    languages = [locale.languages.get(code, code) for code in body["languages"]]
    pairs = (
        (labels["reference"], body["reference"]),
        (labels["buyer"], body["buyer"]["name"]),
        *notice_facts.pairs(body, language),
        (labels["award"], notice_facts.listed(in_short(body, language), language)),
        (labels["countries"], ", ".join(countries)),
        (labels["languages"], ", ".join(languages)),
        (labels["of_the_call"], notice_facts.listed(documents(body), language)),
        *replaces(body, language),
    )
    return tuple(pair for pair in pairs if pair[1])


def documents(body: dict[str, Any]) -> Iterator[str]:
    """The documents that belong to the call; once there were none."""
    for each in body.get("documents", ()):
        yield f"{each['title']} ({each['file_name']})"


def replaces(body: dict[str, Any], language: str) -> tuple[Pair, ...]:
    """Which version this one takes the place of, and why; nothing in a first version."""
    earlier = body.get("replaces")
    if not earlier:
        return ()
    labels = paper_languages.of(language).annex
    day = when(earlier["published"], language)
    return (
        (labels["version"], str(body["version"])),
        (labels["replaces"], f"{earlier['reference']}, {day}"),
        (labels["because"], earlier["reason"]),
    )


def lot_part(lot: dict[str, Any], body: dict[str, Any]) -> LotPart:
    labels = paper_languages.of(body["language"]).annex
    names = {edition["key"]: edition for edition in body["editions"]}
    groups = [
        Group.of(
            source(names[key], body["language"])[0] if key else labels["facts" if fact else "own"],
            tuple(row(asked, labels, body) for asked in members),
        )
        for (key, fact), members in groupby(lot["requirements"], key=origin)
    ]
    title = labels["lot_title"].format(number=lot["number"], title=lot["title"])
    lines, award = tuple(lot_lines(lot, body)), award_of(lot, groups, labels)
    return LotPart(lot["number"], title, tuple(groups), lines, award)


def in_short(body: dict[str, Any], language: str) -> Iterator[str]:
    """What the price and quality count: a lot's, or each lot's with its number where they are
    several that are not alike."""
    lots = [lot for lot in body["lots"] if "award" in lot]
    each = [award_words.short(lot["award"], language) for lot in lots]
    if len(set(each)) == 1:
        yield each[0]
        return
    for lot, words in zip(lots, each, strict=True):
        if words:
            labels = paper_languages.of(language).annex
            yield labels["lot_title"].format(number=lot["number"], title=words)


def award_of(lot: dict[str, Any], groups: list[Group], labels: dict[str, str]) -> Award | None:
    """The award criteria, group by group as the requirements stand."""
    award = lot.get("award")
    if not award:
        return None
    price = award["price"]
    criteria = [Criterion("", price["title"], price["scored"], price["weight"])]
    for group in groups:
        scored = [row for row in group.rows if row.scored]
        if scored:
            points = sum(row.weight or 0 for row in scored)
            criteria.append(Criterion("", group.title, "", points, group=True))
        criteria += [Criterion(row.ref, named(row), row.scored, row.weight) for row in scored]
    together = sum(each.points or 0 for each in criteria if not each.group)
    criteria.append(Criterion("", labels["together"], "", together, group=True))
    scores = tuple((str(n), meaning) for n, meaning in enumerate(award["scores"]))
    return Award(tuple(criteria), scores, tuple(award["how"]))


def named(row: Row) -> str:
    """What a criterion is called; of own words as many as tell which."""
    if row.title:
        return row.title
    words = row.text.split()
    return " ".join(words[:NAMING]) + (" …" if len(words) > NAMING else "")


def origin(asked: dict[str, Any]) -> tuple[str | None, bool]:
    """The edition a requirement comes from, and whether it asks for a fact; once none did."""
    return asked["edition"], "fact" in asked


def lot_lines(lot: dict[str, Any], body: dict[str, Any]) -> Iterator[str]:
    """Where its product is used, as far as the tender does not say it, and whether it is about
    products; once the tender said all of it."""
    labels, locale = paper_languages.of(body["language"]).annex, Locale(body["language"])
    if not lot.get("products", True):
        yield labels["no_products"]
        return
    for kind, names in (("countries", locale.territories), ("languages", locale.languages)):
        codes = lot.get(kind, ())
        words = ", ".join(names.get(code, code) for code in codes)
        if len(codes) > 1:
            words = labels["each" if lot[f"all_{kind}"] else "any"].format(places=words)
        if len(codes) > 1 or (codes and codes != body[kind]):
            yield f"{labels[kind]}{labels['colon']} {words}"


def row(asked: dict[str, Any], labels: dict[str, str], body: dict[str, Any]) -> Row:
    """One requirement, with every paragraph of its cells."""
    obligation = [labels[asked["obligation"]]]
    if asked["weight"] is not None:
        obligation.append(labels["weight"].format(weight=asked["weight"]))
    note = [labels["present"]] if asked["must_be_present"] else []
    why = open_up(asked["justification"], body["language"], own=True)
    instead = [other["cites"] for other in asked.get("alternatives", ())]  # once there were none
    return Row(
        ref=asked["ref"],
        number=asked.get("number", ""),
        title=asked["title"],
        text="\n".join([asked["text"], *note]),
        standard=asked["cites"],
        instead=tuple(instead),
        why=why,
        cited=(labels["cited"].format(cite=asked["cites"]),) if asked["cites"] else (),
        accepted=tuple(labels["accepted"].format(cite=cite) for cite in instead),
        reason=tuple(reason(why, asked, labels, draft=body["published"] is None)),
        obligation=tuple(obligation),
        evidence=tuple(proof(asked, labels)),
        kind=asked["obligation"],
        weight=asked["weight"],
        scored=asked.get("scored", ""),
        least=asked["least"] if asked["criterion"] else None,
    )


def reason(
    why: str, asked: dict[str, Any], labels: dict[str, str], *, draft: bool
) -> Iterator[str]:
    """Why it is asked for; a draft says where a must still lacks its reason."""
    if why:
        yield labels["reason"].format(reason=why)
    elif draft and asked["obligation"] == "must":
        yield labels["no_reason"]


def proof(asked: dict[str, Any], labels: dict[str, str]) -> Iterator[str]:
    """What is to be supplied: the assurance, of what can have one, and what the buyer names."""
    if asked["criterion"]:
        level = labels["least"].format(level=labels[f"al{asked['least']}"])
        yield f"{level}, {asked['other_proof']}." if asked["other_proof"] else f"{level}."
    if asked["evidence"]:
        yield asked["evidence"]


def source(edition: dict[str, str], language: str) -> tuple[str, ...]:
    """Standard and exact edition, publisher, date, licence with notice."""
    name, version = edition["name"], edition["version"]
    exact = name if not version or version in name else f"{name}, {version}"
    words = edition.get("closing", closing(edition.get("nature", ""), language))
    licence = [edition["licence"], edition["words_licence"], edition["notice"]]
    reference = edition["reference"]
    return (
        ", ".join(filter(None, (exact, words))),
        edition["publisher"],
        "; ".join(part for part in (edition["date"], reference) if part),
        " ".join(f"{part.rstrip('.')}." for part in licence if part),
    )


def record(body: dict[str, Any], digest: str) -> tuple[Pair, ...]:
    """What lets a reader check that nothing was changed since."""
    labels, language = paper_languages.of(body["language"]).annex, body["language"]
    wording = f"{body['wording']['name']} ({body['wording']['dated']})"
    head = (
        (labels["title"], body["title"]),
        (labels["reference"], body["reference"]),
        (labels["version"], str(body["version"])),
        (labels["wording"], wording),
    )
    if body["published"] is None:
        return (*head, (labels["changed"], when(body["changed"], language)))
    return (
        *head,
        (labels["time"], when(body["published"]["at"], language)),
        (labels["signed"], f"{body['published']['by']}, {body['buyer']['name']}"),
        (labels["digest"], digest),
        *((each["file_name"], f"SHA-256 {each['digest']}") for each in body.get("documents", ())),
        (labels["address"], body["address"]),
    )


def when(moment: str | None, language: str) -> str:
    """A moment in words, in UTC, such as 24 November 2026, 09:00 UTC."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment)
    return f"{day(at, language)}, {format_time(at, 'HH:mm', locale=language)} UTC"
