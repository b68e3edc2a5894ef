"""Bids as their provider writes them, and as the buyer reads them once they are opened."""

import json
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certcentre.abilities import abilities, require_able
from certcentre.accounts.people import User, signed_in_user
from certcentre.lifecycle import Conflict, NotReady, disagrees
from certcentre.log.models import stored
from certcentre.saving import Standing, autosave, code_of, is_autosave, revision_sent
from certcentre.step_page import Question, posted
from tenders import annex, frozen_body
from tenders.bids import offered, self_declaration
from tenders.bids.bid import Bid
from tenders.bids.bringing import Bringing, lots_of
from tenders.bids.forms import HandInForm, ReplyForm, StartForm
from tenders.bids.opening import Opening, Read, as_logged, read_as_logged, vouched_for
from tenders.bids.reply import Reply
from tenders.bids.response import Response
from tenders.following import follow
from tenders.forms import ReasonForm
from tenders.independence import has_second
from tenders.invitee import bidders
from tenders.pages.fetching import Trail, lot_in, papers, reads_bids, tender_step, trail, visible
from tenders.pages.tender import closing
from tenders.requirements import LONGEST, Requirement
from tenders.tender import Tender


def bids_trail(tender: Tender) -> Trail:
    where = reverse("tender-bids", args=[tender.reference])
    return [*trail(tender), (gettext("Bids"), where)]


def bid_trail(bid: Bid) -> Trail:
    return [*bids_trail(bid.tender), (str(bid), bid.get_absolute_url())]


@require_safe
def tender_bids(request: HttpRequest, reference: str) -> HttpResponse:
    """The provider's own bids on each lot; the buyer's people find the opening, and then all."""
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    buys, may_begin = user.acts_for(tender.buyer), tender.bidders(user)
    rows = Bid.objects.on(tender).whole()
    mine = list(rows.of_members(user))
    elsewhere = [bid for bid in mine if bid.tender_id != tender.pk]
    others = Bid.objects.filter(pk__in=[bid.pk for bid in elsewhere])
    if not (buys or mine or (tender.taken_here and bidders(user))):
        raise Http404
    opening = Opening.objects.filter(tender__in=Tender.objects.of_line(tender.line)).first()
    read = read_as_logged(rows) if buys else Read([], set(), [])
    lots = [(lot, [bid for bid in mine if bid.lot_id == lot.pk]) for lot in lots_of(tender)]
    with user.memberships_read_once():
        context = {
            "tender": tender,
            "buys": buys,
            **closing(tender.newest, at=at),
            "lots": lots,
            "elsewhere": elsewhere,
            "left_behind": others.left_behind(at=at).exists(),
            "opened": read.bids,
            "brought": Bringing.objects.on(tender) if buys else (),
            "alone": buys and not has_second(user, tender.buyer, at=at),
            "tender_vouched": frozen_body.as_logged(tender),
            "vouched": read.good | vouched_for([bid for bid in mine if not bid.is_draft]),
            "side_by_side": reads_bids(tender, user),
            "report": papers("tender-report", reference),
            "opening": opening,
            "may_open": bool(opening and abilities(opening, user, at=at, of=("open",)).may["open"]),
            "start": StartForm(bidders=may_begin) if len(may_begin) > 1 else None,
            "trail": trail(tender),
            **abilities(tender, user, at=at, of=("bid", "bring", "call_opening")).context,
        }
    return render(request, "tenders/bids.html", context)


@require_POST
def bid_start(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Begin a bid for a lot, or go on with the one that is begun."""
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    require_able(tender, "bid", user, at=at)
    form = StartForm(request.POST, bidders=tender.bidders(user))
    if not form.is_valid():
        messages.error(request, gettext("Say which provider bids."))
        return redirect("tender-bids", reference)
    bid = Bid.start(lot_in(tender, pk), by=user, at=at, **form.cleaned_data)
    follow(tender, by=user, at=at)
    return redirect(bid)


def bid_in(request: HttpRequest, pk: uuid.UUID) -> Bid:
    """A bid that the person may read; 404 like one that does not exist."""
    rows = Bid.objects.visible_to(request.user)
    bid = get_object_or_404(rows.select_related("lot", "tender__buyer", "organisation"), pk=pk)
    bid.lot.tender = bid.tender
    return bid


FILTERS = ("", "open", "short", "words")


def bid(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheet of a draft for whoever writes it; else the words that were handed in."""
    bid, user, at = bid_in(request, pk), signed_in_user(request), timezone.now()
    able = abilities(bid, user, at=at)
    context: dict[str, Any] = {
        "bid": bid,
        "tender": bid.tender,
        **closing(bid.newest, at=at),
        "left_behind": Bid.objects.filter(pk=bid.pk).left_behind(at=at).exists(),
        "own": user.acts_for(bid.party),
        "vouched": frozen_body.as_logged(bid.tender),
        "trail": bids_trail(bid.tender),
        "letter": papers("bid-letter", bid.pk) if bid.has_letter else [],
        **able.context,
    }
    if bid.is_draft:
        return render(request, "tenders/bid_draft.html", context | sheet(request, bid))
    taken_back = bid.status == Bid.Status.TAKEN_BACK
    context["another"] = taken_back and may_begin_another(bid, user, at=at)
    return render(request, "tenders/bid.html", context | as_handed_in(bid))


def may_begin_another(bid: Bid, user: User, *, at: datetime) -> bool:
    """Whether `Bid.start` lets this person write another for the lot, as it stands now."""
    lot = bid.newest_lot
    if lot is None or not lot.is_open or bid.organisation not in lot.tender.bidders(user):
        return False
    return abilities(lot.tender, user, at=at, of=("bid",)).may["bid"]


def sheet(request: HttpRequest, bid: Bid) -> dict[str, Any]:
    """Every requirement with the words of the annex, what stands for it, and the answer."""
    lines = bid.lines(at=timezone.now())
    rows = rows_of(bid)
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in FILTERS else ""
    kinds = {
        "": lines,
        "open": [line for line in lines if line.open],
        "short": [line for line in lines if line.fails],
        "words": [line for line in lines if line.answered_by_hand or line.words],
    }
    names = {
        "": gettext("All"),
        "open": gettext("To answer"),
        "short": gettext("Musts not met"),
        "words": gettext("In your words"),
    }
    base = bid.get_absolute_url()
    products = list(bid.releases.select_related("solution").order_by("solution__name", "pk"))
    return {
        "lines": [(line, *rows[line.ref]) for line in kinds[chosen]],
        "tabs": [
            (names[kind], f"{base}?show={kind}" if kind else base, kind == chosen, len(kinds[kind]))
            for kind in FILTERS
        ],
        "answers": Response.choices,
        "longest": LONGEST,
        "products": products,
        "unchosen": bid.lot.about_products and not products,
        "problems": list(offered.problems(bid, lines)),
        "declared": self_declaration.said(bid, bid.tender.grounds),
        "short": len(kinds["short"]),
        "not_there": offered.not_offered_there(bid),
        "files": list(bid.files.all()),
    }


def rows_of(bid: Bid) -> dict[str, tuple[str, annex.Row]]:
    """The rows of the lot as the annex says them, each with its group, by reference."""
    tree = annex.build(json.loads(stored(bid.tender.body or b"{}")), bid.tender.digest)
    part = tree.lots[bid.lot.number - 1]
    return {row.ref: (group.title, row) for group in part.groups for row in group.rows}


def as_handed_in(bid: Bid) -> dict[str, Any]:
    """What the frozen bytes say, beside the words of the annex; nothing of those that the log
    contradicts."""
    if not as_logged(bid):
        return {"content": {}, "lines": [], "vouched": False}
    content, rows = bid.content, rows_of(bid)
    declared = self_declaration.read(self_declaration.asked(bid), content)
    names = {product["release"]: product["name"] for product in content["products"]}
    return {
        "content": content,
        "lines": [
            (
                *(answer, Response(answer["response"]).label),
                *(names.get(answer["product"] or "", ""), *rows[answer["ref"]]),
            )
            for answer in content["requirements"]
        ],
        "declared": self_declaration.first(declared),
    }


def bid_reply(request: HttpRequest, pk: uuid.UUID, requirement: uuid.UUID) -> HttpResponse:
    """The answer to one requirement; saved with 200, 409 or 422 and X-Saved."""
    bid = bid_in(request, pk)
    user, at = signed_in_user(request), timezone.now()
    require_able(bid, "fill", user, at=at)
    rows = Requirement.objects.with_texts().filter(lot=bid.lot_id)
    asked = get_object_or_404(rows, pk=requirement)
    asked.lot = bid.lot
    form = ReplyForm(request.POST)
    reply = Reply.objects.filter(bid=bid, requirement=asked).first()

    def write() -> int:
        if not form.is_valid():
            raise NotReady(*(str(error) for errors in form.errors.values() for error in errors))
        revision = revision_sent(request.POST)
        return bid.say(asked, by=user, at=at, revision=revision, **form.cleaned_data)

    if is_autosave(request):
        revision = reply.revision if reply else 0
        return autosave(request, write, ref=asked.ref, revision=revision, stands=standing_of)
    if request.method != "POST":
        return redirect(f"{bid.get_absolute_url()}#{asked.ref}")
    try:
        write()
    except (Conflict, NotReady) as refused:
        line = next(line for line in bid.lines(at=at) if line.requirement.pk == asked.pk)
        context = {
            "bid": bid,
            "tender": bid.tender,
            "line": line,
            "row": rows_of(bid)[asked.ref][1],
            "answers": Response.choices,
            "longest": LONGEST,
            "problems": refused.problems,
            "typed": request.POST,
            "trail": bid_trail(bid),
        }
        return render(request, "tenders/bid_reply.html", context, status=code_of(refused))
    messages.success(request, gettext("%(ref)s is saved.") % {"ref": asked.ref})
    return redirect(f"{bid.get_absolute_url()}#{asked.ref}")


def standing_of(reply: Reply | None) -> Standing:
    """An answer that a colleague changed meanwhile, beside what was not saved."""
    if reply is None:
        return Standing(revision=0)
    return Standing(
        revision=reply.revision,
        texts=[("", str(reply.get_response_display())), ("", reply.words)],
        fields={"response": reply.response, "words": reply.words},
    )


HAND_IN = Question(
    _("Hand the bid in"),
    _(
        "It is frozen as it stands now. Nobody reads it before the bids are opened; until bids "
        "close you may take it back or hand in another."
    ),
    _("Sign and hand in"),
    _("Your bid is handed in. The receipt is below."),
    verb="hand_in",
    weighty=True,
)
TAKE_BACK = Question(
    _("Take the bid back"),
    _("Nobody will read it. You keep it, and may begin another from it until bids close."),
    _("Take it back"),
    _("Your bid is taken back."),
    verb="take_back",
    destructive=True,
)
EXCLUDE = Question(
    _("Leave this bid out"),
    _("It is not considered any more. The bidder is told why; this cannot be undone."),
    _("Exclude the bid"),
    _("The bid is excluded, and the bidder is told why."),
    verb="exclude",
    destructive=True,
    weighty=True,
)
EXCLUDE_BROUGHT = replace(
    EXCLUDE,
    lede=_(
        "It is not considered any more. Nobody is told by e-mail, since you brought it: tell the "
        "bidder why. This cannot be undone; another form of this bidder may be brought."
    ),
    done=_("The bid is excluded. Tell the bidder why."),
)
DISCARD = Question(
    _("Throw the draft away"),
    _("Its answers go with it. This cannot be undone."),
    _("Throw it away"),
    _("The draft is gone."),
    verb="discard",
    destructive=True,
)


def bid_hand_in(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What will be handed in, in short, and the signature."""
    bid, user, at = bid_in(request, pk), signed_in_user(request), timezone.now()
    form = HandInForm(posted(request), initial={"signatory_name": user.name})
    equivalent = Response.EQUIVALENT

    @cache
    def lines() -> list[offered.Line]:
        """Read once a page; whoever sends the form has them read anew by the verb."""
        return user.once(("lines", bid.pk), lambda: bid.lines(at=at)) if bid.is_draft else []

    with nullcontext() if request.method == "POST" else user.memberships_read_once():
        return tender_step(
            request,
            HAND_IN,
            form,
            bid.hand_in,
            back=bid.get_absolute_url(),
            trail=bid_trail(bid),
            template="tenders/bid_hand_in.html",
            of=bid,
            bid=bid,
            tender=bid.tender,
            products=list(bid.releases.select_related("solution").order_by("solution__name", "pk")),
            short=lambda: [line.ref for line in lines() if line.fails],
            files=bid.files.all(),
            declared=lambda: self_declaration.said(bid, self_declaration.asked(bid)),
            to_read=lambda: [line for line in lines() if line.is_read],
            equivalent=lambda: [line.ref for line in lines() if line.response == equivalent],
            count=lambda: len(lines()),
            not_there=offered.not_offered_there(bid),
            earlier=bid.in_hand_before(),
        )


def bid_take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    bid = bid_in(request, pk)
    return plain_step(request, TAKE_BACK, bid, bid.take_back, bid.get_absolute_url())


def bid_exclude(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    bid = bid_in(request, pk)
    form = ReasonForm(posted(request))
    help_text = "" if bid.brought else gettext("The bidder reads it.")
    form.fields["reason"].help_text = help_text
    question = EXCLUDE_BROUGHT if bid.brought else EXCLUDE
    return plain_step(request, question, bid, bid.exclude, bid.get_absolute_url(), form)


def bid_discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    bid = bid_in(request, pk)
    back = reverse("tender-bids", args=[bid.tender.reference])
    return plain_step(request, DISCARD, bid, bid.discard, back)


def plain_step(
    request: HttpRequest,
    question: Question,
    bid: Bid,
    take: Callable[..., None],
    back: str,
    form: forms.Form | None = None,
) -> HttpResponse:
    """A step that asks for nothing, or for what the form does."""
    return tender_step(
        request,
        question,
        form or forms.Form(posted(request)),
        take,
        back=back,
        trail=bid_trail(bid),
        of=bid,
        tender=bid.tender,
        bid=bid,
    )


@require_safe
def bid_data(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bytes that were handed in, whose digest the receipt names."""
    bid = bid_in(request, pk)
    if not bid.body:
        raise Http404
    if not as_logged(bid):
        raise disagrees(bid.number)
    answer = HttpResponse(stored(bid.body), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{bid.number}.json"'
    return answer
