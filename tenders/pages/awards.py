"""What became of each lot: for everybody to read, and for a signatory to say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, require_able
from certcentre.accounts.people import User, signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.places import money
from certcentre.step_page import Question, posted
from tenders import frozen_body
from tenders.amounts import AmountField, CurrencyField, about_currency
from tenders.award import Award, as_logged, first_day, price_beside, require_standstill
from tenders.bids.bid import Bid
from tenders.bids.comparison_words import behind, cautions
from tenders.bids.evaluation import Evaluation
from tenders.bids.evaluation import as_logged as evaluation_as_logged
from tenders.bids.opening import vouched_for
from tenders.cancelling import cancel_lot, who_is_told
from tenders.candidates import Candidates, hindrances
from tenders.forms import ReasonForm, text
from tenders.legal_clauses import pack
from tenders.lot import Lot
from tenders.notice_forms import DayField
from tenders.pages.compare import evaluating
from tenders.pages.enquiries import questions_read_once
from tenders.pages.fetching import (
    Trail,
    lot_in,
    papers,
    reads_bids,
    seen,
    tender_step,
    trail,
    unseen,
    visible,
)
from tenders.paper_languages import spoken
from tenders.tender import Tender
from tenders.watching import proofs


def named(bid: Bid, standing: str) -> str:
    """A bid to choose, with its price, and where it stands."""
    price = money(bid.price, bid.currency)
    name = f"\N{FIRST STRONG ISOLATE}{bid.bidder}\N{POP DIRECTIONAL ISOLATE}"
    return ", ".join(filter(None, (bid.number, name, price, standing)))


class AwardForm(forms.Form):
    """To which bid, or to whom, a lot is awarded."""

    bid = forms.ModelChoiceField(
        label=_("Bid"), queryset=Bid.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    supplier = forms.CharField(
        label=_("Supplier"), max_length=Award._meta.get_field("supplier").max_length
    )
    bids = forms.IntegerField(
        label=_("Number of bids"),
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    value = AmountField(label=_("Value of the contract"))
    currency = CurrencyField()
    reason = text(
        _("Why this one"),
        required=True,
        rows=5,
        help_text=_("Everybody reads it, and those who were not chosen get it by e-mail."),
    )
    standstill_until = DayField(
        label=_("No contract before"),
        required=False,
        help_text=_("The day on which the time for objections is over, where your law gives one."),
    )
    standstill_reason = text(
        _("Why sooner than by law"),
        help_text=_("Only where the day is sooner than your law’s. Everybody reads it."),
    )

    def __init__(
        self,
        *args: Any,
        lot: Lot,
        to_choose: Sequence[Bid] = (),
        standing: Mapping[UUID, str] = {},
        **kwargs: Any,
    ) -> None:
        """`to_choose`: the bids that may be awarded, in order; `standing`: of each its total and
        place in words, where they are known."""
        super().__init__(*args, **kwargs)
        bid: Any = self.fields["bid"]
        if not (lot.tender.taken_here or to_choose):
            del self.fields["bid"]
            return
        for name in ("supplier", "bids"):
            if lot.tender.taken_here:
                del self.fields[name]
            else:
                self.fields[name].required = bid.required = False
        places = [When(pk=each.pk, then=Value(at)) for at, each in enumerate(to_choose)]
        rows = Bid.objects.filter(pk__in=[each.pk for each in to_choose])
        order = Case(*places, default=Value(len(places)))
        bid.queryset = rows.select_related("organisation").order_by(order)
        bid.label_from_instance = lambda each: named(each, standing.get(each.pk, ""))
        self.fields["value"].help_text = gettext("Left empty: the price of the bid.")
        if not bid.required:
            bid.empty_label = gettext("None of these, but the supplier below")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if wrong := about_currency(given.get("value"), given.get("currency", "")):
            self.add_error("currency", wrong)
        if {"bid", "supplier"} <= self.fields.keys():
            self._either(given)
        return given

    def _either(self, given: Mapping[str, Any]) -> None:
        """A bid, or a supplier by name with the number of bids."""
        if not given.get("bid"):
            for name in {"supplier", "bids"} - self.errors.keys():
                if not given.get(name):
                    words = gettext("Say it, or choose one of the bids.")
                    self.add_error(name, words)
        elif given.get("supplier"):
            self.add_error("supplier", gettext("Choose a bid, or name a supplier: not both."))


class ContractForm(forms.Form):
    contracted_on = DayField(label=_("Contract signed on"))


AWARD = Question(
    _("Award the lot"),
    _("Everybody reads to whom and why. Those who bid here are told, each with your reason."),
    _("Award"),
    _("Awarded. Those who bid here are told."),
    verb="award",
    weighty=True,
)
AWARD_TELLING_NOBODY = replace(
    AWARD,
    lede=_("Everybody reads to whom and why. No bidder is told by e-mail."),
    done=_("Awarded. Everybody reads it on the page of the tender."),
)
CONTRACT = Question(
    _("The contract is signed"),
    _("Everybody reads the day."),
    _("Say that it is signed"),
    _("Everybody reads it on the page."),
    verb="contract",
    weighty=True,
)
CANCEL = Question(
    _("Cancel the lot"),
    _("Nobody gets it. Everybody reads your reason; this cannot be undone."),
    _("Cancel the lot"),
    _("Cancelled. The page says so."),
    destructive=True,
    verb="cancel",
    weighty=True,
)


def awards_trail(tender: Tender) -> Trail:
    where = reverse("tender-award", args=[tender.reference])
    return [*trail(tender), (gettext("What became of it"), where)]


@login_not_required
@require_safe
def tender_award(request: HttpRequest, reference: str) -> HttpResponse:
    """Each lot with its award, contract or end."""
    tender, at, user = seen(request, reference), timezone.now(), request.user
    if tender is None:
        return unseen(request)
    lots = list(tender.lots.select_related("award").order_by("number"))
    for lot in lots:
        lot.tender = tender
    lines, stands = [], as_logged(lots)
    bids = Bid.objects.filter(award__lot__in=lots).whole().in_bulk()
    shown = vouched_for(list(bids.values()))
    reads = user.is_authenticated and user.acts_for(tender.buyer)
    resting = proofs([bids[key] for key in shown], at=at) if reads else {}
    compares = user.is_authenticated and reads_bids(tender, signed_in_user(request))
    closings = list(Evaluation.objects.filter(lot__in=lots).order_by("closed_at", "pk"))
    pairs = zip(closings, evaluation_as_logged(closings), strict=True)
    evaluations = {each.lot_id: (each, agreed) for each, agreed in pairs}
    with questions_read_once(user):
        for lot, good in zip(lots, stands, strict=True):
            award = getattr(lot, "award", None)
            evaluation, agreed = evaluations.get(lot.pk, (None, True))
            may = evaluating(lot, evaluation, user, at=at)
            if award:
                may["contract"] = abilities(award, user, at=at).may["contract"]
            price, rests = "", []
            if award and award.bid_id in shown:
                price = price_beside(bids[award.bid_id], award.value, award.currency)
                rests = resting.get(award.bid_id, [])
            sent = compares and lot.is_over
            letters = papers("lot-letters", reference, lot.pk) if sent else []
            good = good and agreed
            lines.append((lot, award, may, good, price, rests, letters, evaluation))
    context = {
        "tender": tender,
        "vouched": frozen_body.as_logged(tender),
        "lines": lines,
        "outcome": "" if any(lot.status != Lot.Status.OPEN for lot in lots) else tender.outcome,
        "open": tender.is_open(at=at),
        "reads": reads,
        "trail": trail(tender),
    }
    return render(request, "tenders/award.html", context)


def lot_award(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    lot = lot_in(visible(request, reference), pk)

    user, at = signed_in_user(request), timezone.now()
    able = abilities(lot, user, at=at, of=("award",)).may["award"]
    candidates = Candidates.where_read(lot) if able else None
    problems, least = hindrances(lot, candidates) if able else [], first_day(lot.tender, at=at)
    form = AwardForm(
        posted(request),
        lot=lot,
        to_choose=candidates.to_choose if candidates else (),
        standing=candidates.comparison.standing if candidates else {},
        initial={"currency": lot.tender.currency, "standstill_until": least},
    )
    if least:
        law = pack(lot.tender.wording).standstill
        words = gettext("The law gives time to object until then (%(basis)s).")
        basis = law.basis[spoken()] if law else ""
        form.fields["standstill_until"].help_text = words % {"basis": basis}
    question = AWARD if told_by_award(candidates) else AWARD_TELLING_NOBODY
    if question == AWARD_TELLING_NOBODY:
        form.fields["reason"].help_text = gettext("Everybody reads it on the page.")
    if "bid" in form.fields:
        form.fields["bid"].help_text = format_html(
            '<a href="{}">{}</a>',
            reverse("lot-compare", args=[reference, pk]),
            gettext("Bids side by side"),
        )

    def award(*, by: User, at: datetime, **given: object) -> None:
        Award.give(lot, by=by, at=at, **given)  # type: ignore[arg-type]

    def again(**given: Any) -> HttpResponse:
        """What the award says and whom it tells, before it is done."""
        require_able(lot, "award", user, at=at)
        if problems:
            raise NotReady(*problems)
        day, why = given["standstill_until"], given["standstill_reason"]
        require_standstill(lot.tender, day, why, at=at)
        shown = {**about(lot, given, candidates), "form": form, "trail": awards_trail(lot.tender)}
        return render(request, "tenders/award_check.html", shown)

    context: dict[str, Any] = {
        "template": "tenders/award_form.html",
        "again": again,
        "left_out": candidates.left_out if candidates else [],
        "cautions": cautioned(candidates),
        **({} if form.is_bound else {"problems": problems}),
    }
    return stepped(request, question, lot, form, award, **context)


def told_by_award(candidates: Candidates | None) -> list[Bid]:
    """The bids whose bidders an award tells what became of them."""
    bids = [column.bid for column in candidates.comparison.columns] if candidates else []
    return [bid for bid in bids if bid.status == Bid.Status.OPENED and not bid.brought]


def cautioned(candidates: Candidates | None) -> list[str]:
    """What to know before the award; nothing where no bid is read here."""
    if not candidates:
        return []
    return list(cautions(candidates.comparison))


def doubts(
    candidates: Candidates | None, bid: Bid | None, value: object, currency: str
) -> Iterator[str]:
    """What an award to this bid, for this amount, should not be given without knowing."""
    if not (candidates and bid):
        return
    if words := behind(candidates.comparison, bid):
        yield words
    if value is not None and currency != bid.currency:
        words = gettext("The award is in %(currency)s, the bid in %(other)s.")
        yield words % {"currency": currency, "other": bid.currency}


def about(lot: Lot, given: Mapping[str, Any], candidates: Candidates | None) -> dict[str, Any]:
    """What an award would say, to whom, and who would be told."""
    bid: Bid | None = given.get("bid")
    value, currency = given["value"], given["currency"]
    if bid and value is None:
        value, currency = bid.price, bid.currency
    bids = [column.bid for column in candidates.comparison.columns] if candidates else []
    left_open = lot.tender.lots.filter(status=Lot.Status.OPEN).exclude(pk=lot.pk)
    return {
        "lot": lot,
        "tender": lot.tender,
        "bid": bid,
        "supplier": bid.bidder if bid else given["supplier"],
        "value": money(value, currency) if value is not None else "",
        "price": price_beside(bid, value, currency),
        "standstill": given["standstill_until"],
        "sooner": given["standstill_reason"],
        "reason": given["reason"],
        "cautions": [*cautioned(candidates), *doubts(candidates, bid, value, currency)],
        "not_chosen": [each for each in told_by_award(candidates) if each != bid],
        "brought": any(each.brought for each in bids),
        "last": not left_open.exists(),
    }


def lot_contract(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    lot = lot_in(visible(request, reference), pk)
    award = get_object_or_404(Award, lot=lot)
    award.lot = lot
    return stepped(request, CONTRACT, award, ContractForm(posted(request)), award.contract)


def lot_cancel(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    lot = lot_in(visible(request, reference), pk)

    def give_up(*, by: User, at: datetime, reason: str) -> None:
        cancel_lot(lot, by=by, at=at, reason=reason)

    question = CANCEL.saying(who_is_told(lot.tender))
    return stepped(request, question, lot, ReasonForm(posted(request)), give_up)


def stepped(
    request: HttpRequest,
    question: Question,
    record: Lot | Award,
    form: forms.Form,
    take: Callable[..., None],
    **context: Any,
) -> HttpResponse:
    lot = record.lot if isinstance(record, Award) else record
    return tender_step(
        request,
        question,
        form,
        take,
        back=reverse("tender-award", args=[lot.tender.reference]),
        trail=awards_trail(lot.tender),
        of=record,
        tender=lot.tender,
        kicker=str(lot),
        **context,
    )
