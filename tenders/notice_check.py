"""What a notice lacks before it is published, and what its author is asked about (rules R61, R62).

What the law of the purchase demands of a notice stands in its pack; this is the one place that
holds a draft against it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre import zones
from certcentre.steps import Words
from tenders.legal_clauses import PACKS, PLAIN, Minimum, Pack, Period, pack
from tenders.notice import Notice
from tenders.paper_languages import spoken

LEAST_OPEN = timedelta(days=1)  # nobody answers a call that closes sooner
RELIED_ON = timedelta(days=10)  # where the law names no days, bids never come forward to less

LACKING: dict[str, Words] = {
    "contact_office": _("the office that answers"),
    "contact_email": _("its e-mail address"),
    "category": _("the main category"),
    "code": _("the classification"),
    "contract_months": _("how many months the contract lasts"),
    "bid_languages": _("the languages of bids"),
    "deadline": _("when bids close"),
    "bid_how": _("how to bid"),
    "bid_address": _("where bids go"),
    "valid_days": _("how long bids hold"),
    "value": _("the estimated value"),
}
# no call without them, whatever the law
OURS = ("contact_office", "contact_email", "bid_how", "bid_address")
OF_OFFICE = re.compile(  # a part of an address: a whole word, or what only such words begin with
    r"(bid|marche|appel|offre|achat|compra|info|contact|admin|unit|team|desk|office|service|"
    r"school|direction)s?|bidding|helpdesk|(procure|purchas|tender|contract|suppl|depart|ministr|"
    r"bureau|secretar|licita|einkauf|vergabe|educat|enquir|inquir|question|administrat).*",
    re.IGNORECASE,
)
TWO_NAMES = re.compile(r"([^\W\d_]+)[._-]([^\W\d_]+)")


def about_notice(tender: Notice, *, at: datetime) -> list[str]:
    """All that the notice lacks, in words."""
    problems = []
    if tender.wording not in PACKS:
        problems.append(gettext("Choose the law that governs the purchase."))
    problems += about_terms(tender)
    problems += about_closing(tender, at=at)
    if tender.questions_until and tender.questions_until <= at:
        problems.append(gettext("Questions end in the past. Set a later time."))
    if tender.contract_start and tender.contract_start < tender.day(at):
        problems.append(gettext("The contract begins in the past. Set a later day, or none."))
    if words := about_questions(tender.questions_until, tender.deadline):
        problems.append(words)
    if words := about_start(tender.contract_start, tender.deadline, tender.zone):
        problems.append(words)
    return problems


def about_start(start: date | None, closes: datetime | None, zone: str) -> str:
    """No contract begins before bids for it are closed; empty where that is so."""
    if not (start and closes) or start > (last := zones.day_of(closes, zone)):
        return ""
    words = gettext(
        "The contract begins on %(start)s, and bids close on %(closes)s. Let it begin later, or "
        "say no day."
    )
    return words % {"start": date_format(start), "closes": date_format(last)}


def about_questions(end: datetime | None, closes: datetime | None) -> str:
    """Nobody asks once bids are closed; empty where that is so."""
    return gettext("Questions end before bids close.") if end and closes and end > closes else ""


def about_terms(tender: Notice) -> Iterator[str]:
    """What we ask of every call, and what its law demands besides; each is named once."""
    here = tender.bid_how == Notice.How.HERE
    if ours := lacking(tender, [name for name in OURS if not (here and name == "bid_address")]):
        words = gettext("The notice does not say: %(what)s. Nobody could bid or ask.")
        yield words % {"what": ours}
    law = pack(tender.wording)
    for demand in law.demands:
        if more := lacking(tender, [name for name in demand.fields if name not in OURS]):
            words = gettext("The notice does not say: %(what)s. The law asks for it (%(basis)s).")
            yield words % {"what": more, "basis": demand.basis[spoken()]}
    if tender.method != Notice.Method.OPEN and not tender.method_reason.strip():
        yield gettext("Say why the call is not open to everybody.")
    if here:
        yield from about_bids_here(tender)
    elif tender.amends and tender.amends.taken_here:
        yield gettext("Bids for the version before may be in hand here. Go on taking them here.")


def about_bids_here(tender: Notice) -> Iterator[str]:
    """They come in until one moment that everybody reads, and no amendment shuts out who may."""
    if not tender.deadline:
        yield gettext("Bids are taken here: say until when.")
    earlier = tender.amends
    if tender.by_invitation and earlier and earlier.taken_here and not earlier.invited_only:
        yield gettext("The version before takes bids of every verified provider. Let it stay open.")


def lacking(tender: Notice, names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(str(LACKING[name]) for name in names if not getattr(tender, name))


@dataclass(frozen=True)
class Short:
    """That bidders have less time than the law gives them."""

    period: Period
    changed: bool

    @property
    def words(self) -> str:
        days = self.period.days or 0
        known = {"days": days, "basis": self.period.basis[spoken()]}
        kinds = {
            (False, "calendar"): gettext("at least %(days)d days from publishing (%(basis)s)"),
            (False, "working"): gettext(
                "at least %(days)d working days from publishing (%(basis)s)"
            ),
            (True, "calendar"): gettext("at least %(days)d days after a change (%(basis)s)"),
            (True, "working"): gettext("at least %(days)d working days after a change (%(basis)s)"),
        }
        return kinds[self.changed, self.period.count] % known


def about_closing(tender: Notice, *, at: datetime) -> list[str]:
    """Bids close so late that somebody can answer, as the law says it, or with a public reason."""
    closes = tender.deadline
    if not closes:
        return []
    if closes <= at:
        return [gettext("Bids close in the past. Set a later date.")]
    if (short := shortened(tender, at=at)) and not tender.short_reason.strip():
        words = gettext(
            "Bids close too soon: the law gives bidders %(time)s. Set a later time, or say why; "
            "the reason is published. That holds above the thresholds of the law: look up what "
            "applies to this purchase."
        )
        return [words % {"time": short.words}]
    if sooner(tender) and not minimum_after(tender) and closes < at + RELIED_ON:
        words = gettext(
            "Bids would close sooner than the version before says, in less than %(days)d days. "
            "Bidders rely on what was published: set a later date."
        )
        return [words % {"days": RELIED_ON.days}]
    if closes < at + LEAST_OPEN:
        return [gettext("Bids close in less than a day. Nobody could answer: set a later date.")]
    return []


def sooner(tender: Notice) -> bool:
    """Whether an amendment brings the closing forward."""
    earlier = tender.amends
    if not earlier or not tender.deadline:
        return False
    return earlier.deadline is None or tender.deadline < earlier.deadline


def minimum(tender: Notice) -> Minimum | None:
    """How long the law has bids taken at least; its days are those of open calls."""
    return pack(tender.wording).minimum if tender.method == Notice.Method.OPEN else None


def minimum_after(tender: Notice) -> Period | None:
    """The time after a change, where the law names days."""
    known = minimum(tender)
    return known.changed if known and known.changed.days else None


def shortened(tender: Notice, *, at: datetime) -> Short | None:
    """Which of the law's times is not kept: after a change, or since the call began."""
    known = minimum(tender)
    if not known or not tender.deadline:
        return None
    after = minimum_after(tender)
    if tender.amends and after and not enough(after, at, tender):
        return Short(after, changed=True)
    if tender.amends and not sooner(tender):
        return None
    period = opening(known, tender)
    if period.days and not enough(period, begun(tender, at=at), tender):
        return Short(period, changed=False)
    return None


def invited_too_late(tender: Notice, *, at: datetime) -> str:
    """Why nobody is invited any more: whoever is has the time that the law gives after a change,
    and where it names no days, as long as bidders rely on what was published."""
    if tender.deadline and tender.deadline <= at:
        return gettext("Bids have closed.")
    known = pack(tender.wording).minimum
    after = known.changed if known and known.changed.days else None
    if after and not enough(after, at, tender):
        words = gettext("Nobody is invited any more: the law gives bidders %(time)s.")
        return words % {"time": Short(after, changed=True).words}
    if not after and tender.deadline and tender.deadline < at + RELIED_ON:
        words = gettext("Nobody is invited any more: bids close in less than %(days)d days.")
        return words % {"days": RELIED_ON.days}
    return ""


def opening(known: Minimum, tender: Notice) -> Period:
    """How long bids are taken at least; some laws give less time where they are handed in
    electronically, here or elsewhere."""
    electronic = tender.bid_how in Notice.ELECTRONIC
    return known.electronic if electronic and known.electronic else known.open


def begun(tender: Notice, *, at: datetime) -> datetime:
    """When the first version was published; now for one that amends none. One statement."""
    if tender.version == 1:
        return at
    first = type(tender)._base_manager.filter(reference=tender.line)
    return first.values_list("published_at", flat=True).get() or at


def enough(period: Period, begin: datetime, tender: Notice) -> bool:
    """Whether so many days lie between; working ones are Monday to Friday of the place."""
    if not tender.deadline or not period.days:
        return True
    if period.count == "calendar":
        return tender.deadline >= begin + timedelta(days=period.days)
    first, last = (tender.day(each) for each in (begin, tender.deadline))
    return working(first, last) >= period.days


def working(first: date, last: date) -> int:
    """Days from Monday to Friday after the first and up to the last; holidays are not known."""
    weeks, rest = divmod(max(0, (last - first).days), 7)
    days = (first + timedelta(days=weeks * 7 + n) for n in range(1, rest + 1))
    return weeks * 5 + sum(each.weekday() < 5 for each in days)


def asked(tender: Notice, *, at: datetime) -> Iterator[tuple[str, str]]:
    """What the author is asked about, each with its kind; publishing stays possible."""
    if words := asked_of_address(tender):
        yield "personal", words
    if not tender.deadline:
        yield (
            "no_deadline",
            gettext(
                "No day is set until which bids are taken, so the tender stays open until you "
                "award or cancel it. Set one in the details."
            ),
        )
    if tender.wording == PLAIN:
        yield "neutral", gettext("No law is chosen, so the annex carries the neutral clause.")
    if words := unknown_days(tender):
        yield "unknown_days", words
    if words := above_thresholds(tender):
        yield "thresholds", words
    yield from hurried(tender, pack(tender.wording), at=at)
    if tender.amends and tender.deadline and not later(tender):
        words = gettext(
            "Bids close no later than before. Give bidders time to answer what changed."
        )
        yield "same_deadline", words
    if tender.short_reason and old_reason(tender):
        words = gettext(
            "Bids close at another time than in the version before, and the reason for so short a "
            "time is still the one for that. Read it again."
        )
        yield "old_reason", words


def unknown_days(tender: Notice) -> str:
    """That a law says how long bids are taken at least, and we do not know how many days; nothing
    where we know, where no law is chosen, and where no day is set."""
    known = minimum(tender)
    if not known or not tender.deadline:
        return ""
    period = opening(known, tender)
    if period.days:
        return ""
    words = gettext(
        "The law says how long bids are taken at least (%(basis)s), and we do not know how many "
        "days. Look it up before you publish."
    )
    return words % {"basis": period.basis[spoken()]}


def above_thresholds(tender: Notice) -> str:
    """Which of the law's times is counted here, and that it is not the one of every purchase;
    nothing where we know none, and where no day is set."""
    known = minimum(tender)
    if not known or not tender.deadline or not opening(known, tender).days:
        return ""
    words = gettext(
        "The time that is counted here: the law gives bidders %(time)s. That holds above the "
        "thresholds of the law; look up what applies to this purchase."
    )
    return words % {"time": Short(opening(known, tender), changed=False).words}


def asked_of_address(tender: Notice) -> str:
    """A question about an address that looks like a person's; nothing for another."""
    words = gettext(
        "“%(address)s” looks like a person’s address, and everybody will read it. Is there one "
        "of the office?"
    )
    return words % {"address": tender.contact_email} if personal(tender.contact_email) else ""


def old_reason(tender: Notice) -> bool:
    """Whether the reason for a short time was written for the closing time of another version."""
    earlier = tender.amends
    if not earlier or earlier.short_reason != tender.short_reason:
        return False
    return earlier.deadline != tender.deadline


def later(tender: Notice) -> bool:
    before = tender.amends.deadline if tender.amends else None
    return bool(before and tender.deadline and tender.deadline > before)


def hurried(tender: Notice, law: Pack, *, at: datetime) -> Iterator[tuple[str, str]]:
    """A reason is given for a short time, and the law has a floor below which none may go."""
    floor = law.minimum.accelerated if law.minimum else None
    short = shortened(tender, at=at)
    if short and floor and not short.changed and not enough(floor, begun(tender, at=at), tender):
        words = gettext("Even with a reason the law gives bidders %(time)s.")
        yield "hurried", words % {"time": Short(floor, changed=False).words}


def personal(address: str) -> bool:
    """Whether an address looks like a person's: two names, and neither is a word of an office."""
    names = TWO_NAMES.fullmatch(address.partition("@")[0])
    return names is not None and not any(map(OF_OFFICE.fullmatch, names.groups()))
