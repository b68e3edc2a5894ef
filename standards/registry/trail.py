"""What a claim rests on, and what a derived need says, in words, and how we got there. Never
“suitable for”."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from standards.assessment.claims import Claim, Outcome
from standards.assessment.filed import Filed
from standards.assessment.periods import last_day_of
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Need
from standards.registry.needs import Check, Derived, Said, State

Titles = Mapping[str, Criterion]


@dataclass(frozen=True)
class Statement:
    """What stands of one criterion today, and what it rests on."""

    claim: Claim
    criterion: Criterion
    examiner: str  # the body whose certificate or finding it is
    evidence: tuple["PieceShown", ...]  # that the declaration in force names for it
    otherwise: datetime | None  # when an auditor found otherwise, and nobody has looked since
    by_centre: bool  # it was the centre that did, in a case
    explains: str  # what the provider writes of this answer, where that is what stands
    had_declared: str  # where something else stands: what the provider declared, in a sentence

    @property
    def title(self) -> str:
        return self.criterion.text("title")

    @property
    def basis(self) -> str:
        """What the claim rests on, with its dates, in words."""
        return basis_words(self.claim, self.examiner)

    @property
    def shown(self) -> "StatementShown":
        return StatementShown(
            ref=self.criterion.ref,
            url=self.criterion.get_absolute_url(),
            title=self.title,
            outcome=self.claim.outcome,
            basis=self.basis,
            had_declared=self.had_declared,
            explains=self.explains,
            evidence=() if self.had_declared else self.evidence,
            level=self.claim.assurance,
            otherwise=self.otherwise,
            by_centre=self.by_centre,
        )

    @property
    def said(self) -> Said:
        return Said(
            outcome=self.claim.outcome,
            assurance=self.claim.assurance,
            accepted=bool(self.claim.accepted_by),
            until=self.claim.valid_until,
            by=self.examiner,
        )


# in the order of the models
OF_EDITION = ("id", "translations", "key", "name", "status", "withdrawn_at", "words_digest")
OF_CRITERION = ("id", "translations", "edition_id", "ref", "key", "title", "domain", "position")


def criteria_of(keys: Iterable[int]) -> dict[int, Criterion]:
    """The criteria of claims by their keys, with their editions, each of which is made once. One
    statement."""
    read = (*OF_CRITERION, *(f"edition__{name}" for name in OF_EDITION))
    rows = Criterion.objects.order_by().filter(pk__in=list(keys)).values_list(*read)
    criteria, editions = {}, {}
    for row in rows:
        criterion = Criterion.from_db(None, OF_CRITERION, row[: len(OF_CRITERION)])
        if criterion.edition_id not in editions:
            edition = Edition.from_db(None, OF_EDITION, row[len(OF_CRITERION) :])
            editions[criterion.edition_id] = edition
        criterion.edition = editions[criterion.edition_id]
        criteria[criterion.pk] = criterion
    return criteria


class StatementShown(NamedTuple):
    """A statement as its line shows it, in the reader's words: of equal ones one is drawn."""

    ref: str
    url: str
    title: str
    outcome: str
    basis: str
    had_declared: str
    explains: str
    evidence: tuple["PieceShown", ...]
    level: int
    otherwise: datetime | None
    by_centre: bool


class PieceShown(NamedTuple):
    """A piece of evidence beside the claims that rest on it, in the reader's words."""

    label: str
    title: str
    kind: str
    speaks: str  # the period it speaks for
    digest: str
    state: str  # why it says nothing today; empty where it speaks
    link: str  # where everybody reads it
    for_buyers: str  # where buyers in force open it
    ask: str  # where a buyer asks for it, where it is neither


def piece_shown(piece: Filed, number: str) -> PieceShown:
    """A piece as the declaration of this number names it."""
    days = {"start": date_format(piece.start), "end": piece.end and date_format(piece.end)}
    speaks = (
        gettext("Speaks for %(start)s to %(end)s.")
        if piece.end
        else gettext("Speaks for the time from %(start)s.")
    )
    return PieceShown(
        label=piece.label,
        title=piece.title,
        kind=piece.kind_words,
        speaks=speaks % days,
        digest=piece.digest,
        state=str(piece.phase.label) if piece.phase.silent else "",
        link=piece.public_link,
        for_buyers=piece.for_buyers,
        ask=reverse("access-ask-for", args=[number]) if piece.to_ask_for else "",
    )


@dataclass(frozen=True)
class NeedShown:
    """One need of one solution as its public page shows it."""

    need: Need
    derived: Derived
    sentence: str
    barriers: list[tuple[str, str]]  # reference and title
    unmet: list[tuple[str, str]]
    trail: list[tuple[str, str, str]]  # reference, title, what is said of it

    @property
    def title(self) -> str:
        return self.need.text("label")

    @property
    def counted(self) -> bool:
        """Whether the sentence says how many checks are met."""
        return self.derived.supported or self.derived.state == State.PARTIAL

    @property
    def shown(self) -> "NeedLine":
        return NeedLine(
            title=self.title,
            state=self.derived.state.value,
            missing=len(self.barriers) or len(self.unmet),
            sentence=self.sentence,
            counted=self.counted,
            met=self.derived.met,
            of=self.derived.of,
            level=self.derived.assurance,
            unmet=tuple(self.unmet),
            barriers=tuple(self.barriers),
            checks=tuple(self.trail),
        )


class NeedLine(NamedTuple):
    """A need as the page of a solution shows it, in the reader's words: of equal ones one is
    drawn."""

    title: str
    state: str
    missing: int  # how many checks stand against it
    sentence: str
    counted: bool
    met: int
    of: int
    level: int | None
    unmet: tuple[tuple[str, str], ...]
    barriers: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str, str], ...]


def need_shown(need: Need, derived: Derived, titles: Titles) -> NeedShown:
    return NeedShown(
        need=need,
        derived=derived,
        sentence=sentence(need.text("learners"), derived),
        barriers=[named(key, titles) for key in derived.barriers],
        unmet=[_check_named(check, titles) for check in derived.unmet],
        trail=[(*_check_named(check, titles), said_words(check.said)) for check in derived.checks],
    )


def sentence(who: str, derived: Derived) -> str:
    """The state in one or two sentences; `who` follows “learners who”, empty where unwritten."""
    if not who:
        return proof(derived) if derived.of else ""
    names = {"who": who}
    if derived.state == State.BARRIER:
        return gettext("A barrier is known for learners who %(who)s.") % names
    if derived.state == State.UNKNOWN:
        return gettext("Nothing is said yet about learners who %(who)s.") % names
    if derived.state == State.NOT_AFFECTED:
        return (
            gettext(
                "Does not affect learners who %(who)s: what they would need checked does not apply."
            )
            % names
        )
    if derived.supported:
        first = gettext("Supports learners who %(who)s.")
    elif derived.met:
        first = gettext("Supports some of what learners need who %(who)s.")
    else:
        first = gettext("Does not support learners yet who %(who)s.")
    return f"{first % names} {proof(derived)}"


def proof(derived: Derived) -> str:
    """“17 of 17 checks met, independently verified by X, valid to …. Tested with people.”"""
    parts = [
        ngettext("%(met)s of %(of)s check met", "%(met)s of %(of)s checks met", derived.of)
        % {"met": derived.met, "of": derived.of}
    ]
    if derived.assurance:
        parts.append(assured(derived.assurance, derived.examiners))
        if derived.next_expiry:
            parts.append(
                gettext("valid to %(date)s") % {"date": day(last_day_of(derived.next_expiry))}
            )
    words = ", ".join(parts) + "."
    return f"{words} {gettext('Tested with people.')}" if derived.state == State.TESTED else words


def assured(level: int, by: tuple[str, ...] = ()) -> str:
    """An assurance level as it is said of a need (rule R28)."""
    if level <= 1:
        return gettext("declared by the provider")
    if level == 2:
        return gettext("evidence on file")
    if by:
        return gettext("independently verified by %(names)s") % {"names": ", ".join(by)}
    return gettext("independently verified")


def day(moment: date) -> str:
    return date_format(moment.date() if isinstance(moment, datetime) else moment)


def named(key: str, titles: Titles) -> tuple[str, str]:
    criterion = titles.get(key)
    return (criterion.ref, criterion.text("title")) if criterion else (key, "")


def _check_named(check: Check, titles: Titles) -> tuple[str, str]:
    """A criterion by reference and title; an unmet group by what it is for."""
    if check.label and not check.satisfied:
        refs = ", ".join(named(key, titles)[0] for key in check.keys)
        return (refs, check.label)
    return named(check.key, titles)


def said_words(said: Said | None) -> str:
    """What is said of one criterion, with how well it is proven. Many criteria share it."""
    return _said_words(said, get_language())


@lru_cache(maxsize=2000)
def _said_words(said: Said | None, language: str | None) -> str:
    if said is None:
        return gettext("no statement")
    if said.met:
        return gettext("met, %(how)s") % {
            "how": assured(said.assurance, (said.by,) if said.by else ())
        }
    if said.excused:
        return gettext("does not apply")
    if said.outcome == Outcome.NOT_APPLICABLE:
        return gettext("said not to apply, not accepted by anybody yet")
    return str(Outcome(said.outcome).label).lower()


class Basis(NamedTuple):
    """What a claim rests on. Many claims of a page share it, so its words are made once."""

    kind: str
    source: str
    examiner: str
    by_centre: bool
    accepted_by: str
    since: datetime
    until: datetime | None


def basis_words(claim: Claim, examiner: str = "") -> str:
    """What a claim rests on, since when and until when."""
    basis = Basis(
        claim.basis,
        claim.source,
        examiner,
        claim.found_by_centre,
        claim.accepted_by,
        claim.valid_from,
        claim.valid_until,
    )
    return _basis_words(basis, get_language())


@lru_cache(maxsize=2000)
def _basis_words(basis: Basis, language: str | None) -> str:
    parts = [basis_sentence(basis)]
    names = {"since": day(basis.since), "number": basis.source, "body": basis.examiner}
    if basis.accepted_by:
        parts.append(gettext("That it does not apply was accepted by %(who)s."))
        names["who"] = str(Claim.AcceptedBy(basis.accepted_by).label)
    if basis.until:
        parts.append(gettext("Valid to %(until)s."))
        names["until"] = day(last_day_of(basis.until))
    return " ".join(parts) % names


def basis_sentence(basis: Basis) -> str:
    """The sentence of its own that each basis has."""
    match Claim.Basis(basis.kind):
        case Claim.Basis.DECLARATION:
            return gettext("Declared on %(since)s.")
        case Claim.Basis.EVIDENCE if basis.examiner:
            return gettext("Shown by %(number)s, a document of %(body)s, since %(since)s.")
        case Claim.Basis.EVIDENCE:
            return gettext("Declared with evidence on %(since)s.")
        case Claim.Basis.CERTIFICATE if basis.examiner:
            return gettext("Examined by %(body)s, %(number)s of %(since)s.")
        case Claim.Basis.CERTIFICATE:
            return gettext("Examined under %(number)s of %(since)s.")
        case Claim.Basis.FINDING if basis.by_centre:
            return gettext("Found by the centre in %(number)s on %(since)s.")
        case Claim.Basis.FINDING:
            return gettext("Found by an auditor on %(since)s.")
