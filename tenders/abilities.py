"""What waits for a buyer's people: drafts, tenders whose bids have closed, and open ones."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from certcentre import zones
from certcentre.accounts.models import Organisation, Role, User
from certcentre.worklist import LATELY, Task, Waiting, left
from tenders.award import Award
from tenders.bids.bringing import Bringing
from tenders.bids.opening import Opening
from tenders.bids.scores import ROLES as EVALUATING
from tenders.bids.scores import Scores, to_begin_by
from tenders.enquiry import Enquiry
from tenders.lot import Lot, LotQuerySet
from tenders.tender import Tender

BUYER, PROVIDER = Organisation.Kind.BUYER, Organisation.Kind.PROVIDER
ITSELF = {"tender": "pk"}
OF_TENDER = {"tender": "tender", "enquiry": "pk"}
LONG_AGO = timedelta(days=400)


def drafts(user: User, at: datetime) -> QuerySet[Tender]:
    """Tenders that are being written, the newest first; each knows whether they publish it."""
    publishes = Tender.objects.publishable_by(user, at=at).filter(pk=OuterRef("pk"))
    rows = Tender.objects.writable_by(user, at=at).annotate(publishes=Exists(publishes))
    return rows.order_by("-created_at")


def to_publish(user: User, at: datetime) -> QuerySet[Tender]:
    """Tenders that others write, and that are published by this person."""
    written = Tender.objects.writable_by(user, at=at).values("pk")
    rows = Tender.objects.publishable_by(user, at=at).exclude(pk__in=written)
    return rows.annotate(publishes=Value(True)).order_by("-created_at")


def go_on(draft: Tender, at: datetime) -> Task:
    words = _("Go on with the tender “%(title)s”")
    if draft.amends_id:
        words = _("Go on with version %(version)d of the tender “%(title)s”")
    text = _("Begun on %(date)s.") % {"date": date_format(draft.day(draft.created_at))}
    if getattr(draft, "publishes", False):
        text = " ".join((text, _("You may publish it once nothing is missing.")))
    return Task(
        words % {"title": draft.title, "version": draft.version},
        draft.get_absolute_url(),
        text,
        draft.get_status_display(),
        "accent",
    )


def closed_lots(user: User, at: datetime) -> LotQuerySet:
    """Of tenders past their deadline, whose bids are opened where they came in here."""
    rows = Lot.objects.filter(tender__in=Tender.objects.to_award_by(user, at=at))
    return (
        rows.select_related("tender").defer("tender__body").order_by("tender__deadline", "number")
    )


def to_close(user: User, at: datetime) -> QuerySet[Lot]:
    return closed_lots(user, at).to_close()


def close(lot: Lot, at: datetime) -> Task:
    return Task(
        _("Close the evaluation of lot %(number)d of “%(title)s”")
        % {"number": lot.number, "title": lot.tender.title},
        reverse("lot-compare", args=[lot.tender.reference, lot.pk]),
        _("Once all scores are handed in and agreed on. The lot is awarded after that."),
    )


def to_award(user: User, at: datetime) -> QuerySet[Lot]:
    """Open lots whose evaluation is closed, and those for which no bid is read here."""
    lots = closed_lots(user, at).filter(status=Lot.Status.OPEN)
    return lots.exclude(pk__in=Lot.objects.to_close().values("pk"))


def award(lot: Lot, at: datetime) -> Task:
    return Task(
        _("Say what became of lot %(number)d of “%(title)s”")
        % {"number": lot.number, "title": lot.tender.title},
        lot.get_absolute_url(),
        _("Bids closed on %(date)s. Award it or cancel it.")
        % {"date": zones.written(lot.tender.deadline or at, lot.tender.zone)},
    )


def to_contract(user: User, at: datetime) -> QuerySet[Award]:
    """Awards whose standstill is over, and that no contract followed yet."""
    tenders = Tender.objects.admitting(user, Role.SIGNATORY, at=at)
    waiting = Award.objects.filter(lot__tender__in=tenders, lot__status=Lot.Status.AWARDED)
    over = Q(standstill_until=None)
    for zone in set(waiting.order_by().values_list("lot__tender__zone", flat=True)):
        over |= Q(lot__tender__zone=zone, standstill_until__lte=zones.day_of(at, zone))
    awards = waiting.filter(over)
    return awards.select_related("lot__tender").defer("lot__tender__body").order_by("awarded_at")


def contract(award: Award, at: datetime) -> Task:
    return Task(
        _("Say when the contract with %(supplier)s is signed") % {"supplier": award.supplier},
        award.get_absolute_url(),
        str(award.lot),
    )


def taking_bids(user: User, at: datetime) -> QuerySet[Tender]:
    """Open tenders of theirs, the nearest deadline first."""
    return Tender.objects.of_members(user).open(at=at).order_by("deadline")


def wait(tender: Tender, at: datetime) -> Task:
    return Task(
        f"{tender.reference}: {tender.title}",
        tender.get_absolute_url(),
        _("Published on %(date)s.") % {"date": date_format(tender.day(tender.published_at or at))},
        **left(tender.deadline, tender.zone, at),
    )


def to_answer(user: User, at: datetime) -> QuerySet[Enquiry]:
    """Questions that wait for an editor of the buyer, the longest first."""
    rows = Enquiry.objects.to_answer_by(user, at=at).with_closing(at=at)
    return rows.select_related("tender").defer("tender__body")


def answer(enquiry: Enquiry, at: datetime) -> Task:
    """With the closing time of the version in force, which an amendment may have moved."""
    closes: datetime | None = getattr(enquiry, "closes", None)
    zone: str = getattr(enquiry, "zone", "")
    words = _("Waits since %(day)s: %(question)s")
    if closes:
        words = _("Bids close %(closes)s. Waits since %(day)s: %(question)s")
    known = {
        "day": date_format(enquiry.tender.day(enquiry.asked_at)),
        "question": Truncator(enquiry.question).words(20),
        "closes": zones.written(closes, zone) if closes else "",
    }
    return Task(
        _("Answer a question on “%(title)s”") % {"title": enquiry.tender.title},
        reverse("enquiry-answer", args=[enquiry.line, enquiry.pk]),
        words % known,
        **left(closes, zone, at),
    )


def asked(user: User, at: datetime) -> QuerySet[Enquiry]:
    """What this person asked lately, and what became of it."""
    lately = Q(closed_at=None) | Q(closed_at__gt=at - LATELY)
    rows = Enquiry.objects.filter(lately, asked_by=user, asked_at__gt=at - LONG_AGO)
    rows = rows.with_closing(at=at).select_related("tender").defer("tender__body")
    return rows.order_by("-asked_at")


def told(enquiry: Enquiry, at: datetime) -> Task:
    """What the person asked, and where it stands."""
    return Task(
        _("Your question on “%(title)s”") % {"title": enquiry.tender.title},
        enquiry.get_absolute_url(),
        Truncator(enquiry.question).words(20),
        *enquiry.standing(open=getattr(enquiry, "open", False)),
    )


def call(tender: Tender, at: datetime) -> Task:
    return Task(
        _("Open the bids on “%(title)s”") % {"title": tender.title},
        reverse("tender-bids", args=[tender.reference]),
        _("Bids closed on %(date)s. Two people open them.")
        % {"date": zones.written(tender.deadline or at, tender.zone)},
    )


def called(user: User, at: datetime) -> QuerySet[Opening]:
    """Openings that wait for a second person."""
    rows = Opening.objects.to_open_by(user, at=at)
    return rows.select_related("tender", "called_by").defer("tender__body")


def open_with(opening: Opening, at: datetime) -> Task:
    return Task(
        _("Open the bids on “%(title)s” with %(name)s")
        % {"title": opening.tender.title, "name": opening.called_by.name},
        reverse("tender-bids", args=[opening.tender.reference]),
        _("Two people open them; you are the second."),
    )


def go_on_scoring(scores: Scores, at: datetime) -> Task:
    return Task(
        _("Your scores for lot %(lot)d of “%(title)s”")
        % {"lot": scores.lot.number, "title": scores.lot.tender.title},
        scores.get_absolute_url(),
        _("Begun on %(date)s. Hand them in: the evaluation waits for you.")
        % {"date": date_format(scores.lot.tender.day(scores.begun_at))},
    )


def begin_scoring(lot: Lot, at: datetime) -> Task:
    return Task(
        _("Score the bids for lot %(lot)d of “%(title)s”")
        % {"lot": lot.number, "title": lot.tender.title},
        reverse("lot-scores", args=[lot.tender.reference, lot.pk]),
        _("Each evaluator scores alone, before the evaluation is closed."),
    )


def awaited(user: User, at: datetime) -> QuerySet[Opening]:
    """Openings that this person called, and that a colleague has not held yet."""
    rows = Opening.objects.filter(called_by=user, status=Opening.Status.CALLED)
    rows = rows.filter(tender__in=Tender.objects.in_force())
    return rows.select_related("tender").defer("tender__body").order_by("called_at")


def wait_for_second(opening: Opening, at: datetime) -> Task:
    return Task(
        _("The bids on “%(title)s” wait for a second person") % {"title": opening.tender.title},
        reverse("tender-bids", args=[opening.tender.reference]),
        _("You called the opening on %(day)s. A colleague opens them with you.")
        % {"day": date_format(opening.tender.day(opening.called_at))},
    )


def brought(user: User, at: datetime) -> QuerySet[Bringing]:
    """Forms that a colleague brought, and that wait for a second person."""
    rows = Bringing.objects.to_confirm_by(user, at=at)
    return rows.select_related("tender", "brought_by").defer("tender__body")


def confirm(bringing: Bringing, at: datetime) -> Task:
    return Task(
        _("Confirm the bids on “%(title)s” that %(name)s brought")
        % {"title": bringing.tender.title, "name": bringing.brought_by.name},
        bringing.get_absolute_url(),
        _("Brought on %(day)s. Hold the paper of each beside the page.")
        % {"day": date_format(bringing.tender.day(bringing.brought_at))},
    )


def unconfirmed(user: User, at: datetime) -> QuerySet[Bringing]:
    """Forms that this person brought, and that no colleague has confirmed yet."""
    rows = Bringing.objects.visible_to(user).waiting().filter(brought_by=user)
    return rows.select_related("tender").defer("tender__body")


def wait_for_witness(bringing: Bringing, at: datetime) -> Task:
    return Task(
        _("The bids on “%(title)s” that you brought wait for a colleague")
        % {"title": bringing.tender.title},
        bringing.get_absolute_url(),
        _("Brought on %(day)s. A second person confirms them; then they count.")
        % {"day": date_format(bringing.tender.day(bringing.brought_at))},
    )


def weakened(user: User, at: datetime) -> QuerySet[Award]:
    """Awards of theirs for whose bid less stands than when it was handed in, the latest first."""
    rows = Award.objects.of_members(user).watched(at=at).filter(weaker_since__isnull=False)
    rows = rows.select_related("lot__tender").defer("lot__tender__body")
    return rows.order_by("-weaker_since", "pk")


def look_at_award(award: Award, at: datetime) -> Task:
    known = {
        "supplier": award.supplier,
        "refs": ", ".join(each["ref"] for each in award.weaker),
        "day": date_format(award.lot.tender.day(award.weaker_since or at)),
    }
    return Task(
        _("Less stands for what you bought from %(supplier)s") % known,
        award.get_absolute_url(),
        Truncator(_("Since %(day)s: %(refs)s") % known).chars(120),
    )


OF_AWARD = {"tender": "lot__tender", "award": "pk"}
OF_SCORES = {"tender": "lot__tender", "scores": "pk"}
OF_OPENING = {"tender": "tender", "opening": "pk"}
OF_BRINGING = {"tender": "tender", "bringing": "pk"}
WAITING = (
    Waiting("tender.edit", BUYER, (Role.EDITOR,), drafts, go_on, ITSELF),
    Waiting("tender.publish", BUYER, (Role.SIGNATORY,), to_publish, go_on, ITSELF),
    Waiting("lot.close", BUYER, (Role.SIGNATORY,), to_close, close, {"tender": "tender"}),
    Waiting("lot.award", BUYER, (Role.SIGNATORY,), to_award, award, {"tender": "tender"}),
    Waiting(
        "award.contract", BUYER, (Role.SIGNATORY,), to_contract, contract, {"tender": "lot__tender"}
    ),
    Waiting("award.look", BUYER, (), weakened, look_at_award, OF_AWARD),
    Waiting(
        "tender.call_opening", BUYER, (Role.SIGNATORY,), Tender.objects.to_open_by, call, ITSELF
    ),
    Waiting("opening.open", BUYER, (), called, open_with, OF_OPENING),
    Waiting("scores.begin", BUYER, EVALUATING, to_begin_by, begin_scoring, {"tender": "tender"}),
    Waiting("scores.fill", BUYER, EVALUATING, Scores.objects.to_fill_by, go_on_scoring, OF_SCORES),
    Waiting("opening.wait", BUYER, (), awaited, wait_for_second, OF_OPENING, turn=False),
    Waiting("bringing.confirm", BUYER, (), brought, confirm, OF_BRINGING),
    Waiting("bringing.wait", BUYER, (), unconfirmed, wait_for_witness, OF_BRINGING, turn=False),
    Waiting("enquiry.answer", BUYER, (Role.EDITOR,), to_answer, answer, OF_TENDER),
    Waiting("enquiry.follow_up", "", (), asked, told, turn=False),
    Waiting("tender.bids", BUYER, (), taking_bids, wait, ITSELF, turn=False),
)
