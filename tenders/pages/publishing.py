"""What is missing, then publishing; and what becomes of a published tender."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.abilities import Abilities, abilities, require_able, require_person
from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.people import signed_in_user
from certcentre.errors import status_of
from certcentre.lifecycle import Conflict, NotReady
from certcentre.places import country, language, money
from certcentre.step_page import Question, posted, prove
from certcentre.steps import Words
from tenders import annex, building, frozen_body, grounds, notice_facts, paper_languages, readiness
from tenders.amending import amend
from tenders.cancelling import cancel_tender, who_is_told
from tenders.competition import compete
from tenders.enquiry import Enquiry
from tenders.forms import ReasonForm
from tenders.notice_forms import wordings
from tenders.pages.fetching import tender_step, trail, visible
from tenders.pages.tender import read_in
from tenders.pages.versions import versions
from tenders.requirements import Requirement, cut_at_refs
from tenders.tender import Tender
from tenders.voice import Voice


def tender_publish(request: HttpRequest, reference: str) -> HttpResponse:
    """First what is missing, then the facts that will be frozen, then the step."""
    tender, user, now = visible(request, reference), signed_in_user(request), timezone.now()
    able = abilities(tender, user, at=now, of=("edit", "publish"))
    if not able.may["edit"] and not able.turn("publish"):
        require_able(tender, "publish", user, at=now)
    if request.method != "POST":
        return checked(request, tender, able)
    prove(request)
    try:
        revision = int(request.POST.get("revision", "")[:9])
        confirmed = request.POST.getlist("confirmed")
        tender.publish(by=user, at=now, revision=revision, confirmed=confirmed)
    except ValueError:
        return checked(request, tender, able, [gettext("Look at the list once more.")], 422)
    except (NotReady, Conflict) as refused:
        words = list(refused.problems)
        if isinstance(refused, Conflict):
            words = [gettext("Somebody changed the draft while you were looking. Look once more.")]
        fresh = visible(request, reference)
        able = abilities(fresh, user, at=now, of=("edit", "publish"))
        return checked(request, fresh, able, words, status_of(refused))
    messages.success(request, gettext("Published. The words are frozen; the files are being made."))
    return redirect(tender)


def checked(
    request: HttpRequest,
    found: Tender,
    able: Abilities,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    at, ticked = timezone.now(), request.POST.getlist("confirmed")
    lots = building.lots_of(found)
    for lot in lots:
        lot.tender = found
    refused = able["publish"]
    asked = refused is None or refused.missing  # then the verb has looked already
    missing = (refused.problems if refused else []) if asked else readiness.missing(found, at=at)
    body = frozen_body.written(found)
    warnings = readiness.warnings(found, at=at)
    where = {
        requirement.ref: reverse("requirement", args=[found.reference, requirement.pk])
        for requirement in Requirement.objects.filter(lot__tender=found).select_related("lot")
    }
    context = {
        "tender": found,
        **able.context,
        "missing": [in_parts(words, where) for words in missing],
        "warnings": [
            (in_parts(warned.ref, where), in_parts(warned.words, where), warned.narrows)
            for warned in warnings
            if not warned.confirmed
        ],
        "to_confirm": [
            (each.kind, each.words, each.kind in ticked) for each in warnings if each.confirmed
        ],
        "lots": [(lot, compete(lot, at=at)) for lot in lots],
        "facts": facts(found, lots, body),
        "versions": versions(
            found, body if found.amends_id else None, signed_in_user(request), at=at
        ),
        "problems": [] if set(problems) <= set(missing) else problems,
        "trail": trail(found),
    }
    return render(request, "tenders/publish.html", context, status=status)


def in_parts(words: str, where: Mapping[str, str]) -> list[tuple[str, str]]:
    """A sentence cut at the refs it names, each with the address of its requirement."""
    return [(part, where.get(part, "")) for part in cut_at_refs(words)]


def facts(found: Tender, lots: list[Any], body: dict[str, Any]) -> list[tuple[Words, str]]:
    """What publishing will freeze, in short."""
    language_read = read_in() or found.language
    return [
        *([(_("Version"), str(found.version))] if found.amends_id else []),
        (_("Title"), found.title),
        (_("Buyer"), found.buyer.name),
        (_("Language of the annex"), paper_languages.name_of(found.language)),
        (_("Law that governs the purchase"), dict(wordings()).get(found.wording, "")),
        (_("Countries of use"), ", ".join(country(code) for code in found.countries)),
        (_("Languages of use"), ", ".join(language(code) for code in found.languages)),
        *notice_facts.pairs(frozen_body.about(found, Voice(found.language)), language_read),
        (
            _("Estimated value, seen by your organisation alone"),
            money(found.value, found.currency)
            if found.value is not None and not found.value_public
            else "",
        ),
        (
            _("Award criteria"),
            notice_facts.listed(annex.in_short(body, language_read), language_read),
        ),
        (
            _("Grounds and self-declaration"),
            notice_facts.listed(map(grounds.called, body["grounds"]), language_read),
        ),
        (_("Lots"), str(len(lots))),
        (_("Requirements"), str(sum(lot.asked for lot in lots))),
    ]


CANCEL = Question(
    _("Cancel this tender"),
    _("The call is taken back for good. Its text stays readable, with your reason above it."),
    _("Cancel the tender"),
    _("Cancelled. The page says so."),
    destructive=True,
    verb="cancel",
)
DISCARD = Question(
    _("Throw this draft away"),
    _(
        "It goes for good, with its lots, requirements, documents and shortlists. Nobody outside "
        "your organisation has seen it."
    ),
    _("Throw it away"),
    _("The draft is gone."),
    destructive=True,
    verb="discard",
)


def tender_discard(request: HttpRequest, reference: str) -> HttpResponse:
    tender = visible(request, reference)
    return stepped(
        request,
        tender,
        DISCARD,
        forms.Form(posted(request)),
        tender.discard,
        back=reverse("tenders"),
    )


def tender_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    tender = visible(request, reference)
    question, form = CANCEL.saying(who_is_told(tender)), ReasonForm(posted(request))
    return stepped(request, tender, question, form, partial(cancel_tender, tender))


def stepped(
    request: HttpRequest,
    found: Tender,
    question: Question,
    form: forms.Form,
    take: Callable[..., None],
    back: str = "",
) -> HttpResponse:
    """A step that leads back to the tender."""
    return tender_step(
        request,
        question,
        form,
        take,
        back=back or found.get_absolute_url(),
        trail=trail(found),
        of=found,
        tender=found,
        kicker=found.title,
    )


AMEND = Question(
    _("Amend this tender"),
    _(
        "You begin its next version from its words. What is published stays in force until a "
        "signatory publishes the new version; then everybody reads your reason and what changed."
    ),
    _("Begin the next version"),
    _("Begun. Nobody outside your organisation sees it yet."),
    verb="amend",
)


def tender_amend(request: HttpRequest, reference: str) -> HttpResponse:
    tender = visible(request, reference)
    require_person(tender, "amend", signed_in_user(request), at=timezone.now())
    begun = Tender.objects.filter(amends=tender, published_at=None).first()
    if begun and request.method != "POST":
        messages.info(request, gettext("The next version is being written already."))
        return redirect(begun)
    return tender_step(
        request,
        AMEND,
        PublicReasonForm(posted(request), initial={"reason": because(request, tender)}),
        partial(amend, tender),
        back=tender.get_absolute_url(),
        trail=trail(tender),
        onward=True,
        of=tender,
        tender=tender,
        kicker=tender.title,
    )


def because(request: HttpRequest, tender: Tender) -> str:
    """The reason to begin with: the answer that the reader comes from."""
    try:
        key = UUID(request.GET.get("because", ""))
    except ValueError:
        return ""
    enquiry = Enquiry.objects.on(tender).answered().filter(pk=key).first()
    if enquiry is None:
        return ""
    words = gettext("After question %(label)s: %(reply)s")
    reply = Truncator(" ".join(enquiry.reply.split())).words(60)
    return words % {"label": enquiry.label, "reply": reply}
