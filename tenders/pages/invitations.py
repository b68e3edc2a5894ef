"""Whom the buyer invites to bid, and how a provider says that it will not."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from certcentre.abilities import abilities, require_able, require_person
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.people import User, signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.limits import LONGEST_SEARCH
from certcentre.step_page import Question, posted
from tenders import frozen_body
from tenders.forms import DeclineForm, InviteForm
from tenders.invitee import Invitee, as_logged, invitable
from tenders.notice import Notice
from tenders.pages.fetching import tender_step, trail, visible
from tenders.tender import Tender

OFFERED = 25  # providers on one page of the search


def tender_invited(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom the buyer invited, why and what they said; and a search for others."""
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    if not user.acts_for(tender.buyer):
        raise Http404
    able = abilities(tender, user, at=at, of=("invite",))
    words, qualify = request.GET.get("q", "")[:LONGEST_SEARCH].strip(), "qualify" in request.GET
    offered = matching(tender, words, qualify=qualify) if able.may["invite"] else []
    form = InviteForm(posted(request), offered=offered[:OFFERED])
    if request.method == "POST":
        require_able(tender, "invite", user, at=at)
        if form.is_valid() and invited(request, tender, form, user):
            return redirect("tender-invited", reference)
    invitees = list(Invitee.objects.on(tender))
    context = {
        "tender": tender,
        "invitees": invitees,
        "vouched": as_logged(invitees),
        "tender_vouched": frozen_body.as_logged(tender),
        "form": form,
        "offered": bool(offered),
        "more": len(offered) > OFFERED,
        "q": words,
        "searched": bool(words or qualify),
        "draft": tender.status == Notice.Status.DRAFT,
        "open_to_all": tender.method == Notice.Method.OPEN,
        "shortlisted": tender.shortlists.exists(),
        "trail": trail(tender),
        **able.context,
    }
    status = 422 if form.is_bound else 200
    return render(request, "tenders/invited.html", context, status=status)


def invited(request: HttpRequest, tender: Tender, form: InviteForm, user: User) -> bool:
    """Whether all who were ticked are invited; else none is, and the form says why."""
    at, given = timezone.now(), form.cleaned_data
    try:
        with transaction.atomic():
            for organisation in given["providers"]:
                row = Invitee(tender=tender, organisation=organisation, reason=given["reason"])
                row.invite(by=user, at=at)
    except NotReady as refused:
        form.add_error("providers", " ".join(refused.problems))
        return False
    number = len(given["providers"])
    words = ngettext("%(n)d provider is invited.", "%(n)d providers are invited.", number)
    if tender.status == Notice.Status.DRAFT:
        words = ngettext(
            "%(n)d provider is on the list, and told once the tender is published.",
            "%(n)d providers are on the list, and told once the tender is published.",
            number,
        )
    messages.success(request, words % {"n": number})
    return True


def matching(tender: Tender, words: str, *, qualify: bool) -> list[Organisation]:
    """Verified providers that are not on the list, one more than a page has: by name or number, or
    those of products that qualified on a shortlist of the tender."""
    if not words and not qualify:
        return []
    standing = Invitee.objects.on(tender).exclude(status=Invitee.Status.DECLINED)
    rows = invitable().exclude(pk__in=standing.values("organisation"))
    if qualify:
        releases = [
            each["id"]
            for shortlist in tender.shortlists.all()
            for each in shortlist.content["solutions"]
            if each["qualifies"]
        ]
        rows = rows.filter(solutions__releases__in=releases).distinct()
    if words:
        rows = rows.filter(pk__in=Organisation.objects.found_by(words))
    return list(rows.order_by("name", "pk")[: OFFERED + 1])


@require_POST
def invitee_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    tender, user, at = visible(request, reference), signed_in_user(request), timezone.now()
    require_person(tender, "edit", user, at=at)
    row = get_object_or_404(Invitee.objects.on(tender).filter(tender=tender), pk=pk)
    row.tender = tender
    row.remove(by=user, at=at)
    messages.success(request, gettext("%(name)s is off the list.") % {"name": row.organisation})
    return redirect("tender-invited", reference)


DECLINE = Question(
    _("Say that you will not bid"),
    _("The buyer reads it now. You bid on this tender only if it invites you again."),
    _("We shall not bid"),
    _("The buyer knows that you will not bid."),
    verb="decline",
    destructive=True,
)


def invitee_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """We shall not bid, with a reason or without."""
    rows = Invitee.objects.visible_to(request.user).select_related("tender__buyer", "organisation")
    row = get_object_or_404(rows, pk=pk)
    return tender_step(
        request,
        DECLINE,
        DeclineForm(posted(request)),
        row.decline,
        back=row.get_absolute_url(),
        trail=trail(row.tender),
        of=row,
        tender=row.tender,
        kicker=row.organisation.name,
    )


def invitations_of(tender: Tender, user: User) -> list[Invitee]:
    """Those of the reader's own providers; no statement where a call is open to all."""
    if tender.method == Notice.Method.OPEN:
        return []
    return list(Invitee.objects.on(tender).of_members(user, Role.EDITOR, Role.SIGNATORY))
