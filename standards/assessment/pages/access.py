"""Access requests: a buyer asks to open evidence, its provider lets it in or does not."""

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.forms import NothingForm, ReasonForm
from certcentre.accounts.models import Organisation, Role
from certcentre.accounts.people import User, signed_in_user
from certcentre.log.history import history
from certcentre.paging import Numbered
from certcentre.step_page import Question, posted, step_page
from standards.assessment.access_request import (
    AccessRequest,
    buyers_of,
    require_asking,
)
from standards.assessment.access_terms import AccessTerms
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.forms import AskForm, TermsForm
from standards.assessment.solutions import Release

PER_PAGE = 50
ASK = Question(
    _("Ask to see evidence"),
    _(
        "The provider reads who you are and what you need it for, and lets you in for 90 days or "
        "says why not. You hear by mail. Each opening is logged, and the provider sees it."
    ),
    _("Send the request"),
    _("Sent. You hear by mail what the provider says."),
)
RENEW = Question(
    _("Ask for 90 more days"),
    _("The provider decides anew. What is open to you now stays open until then, or to its end."),
    _("Send the request"),
    _("Sent. You hear by mail what the provider says."),
    verb="renew",
)
GRANT = Question(
    _("Let them in"),
    _(
        "All members of the buyer open these pieces for 90 days. Each opening is logged. You may "
        "end it at any time, and remove a piece."
    ),
    _("Let them in for 90 days"),
    _("Let in. The buyer is told."),
    verb="grant",
    weighty=True,
)
REFUSE = Question(
    _("Do not let them in"),
    _("The buyer reads your reason, and may ask again."),
    _("Do not let them in"),
    _("Refused. The buyer is told, with your reason."),
    destructive=True,
    verb="refuse",
    weighty=True,
)
ACCEPT = Question(
    _("Accept the terms"),
    _("You accept them for your organisation. From then on its members open the evidence."),
    _("We accept these terms"),
    _("Accepted. The evidence is open to you."),
    verb="accept",
)
END = Question(
    _("End access now"),
    _("From this moment none of it opens any more. The other side reads your reason."),
    _("End it"),
    _("Ended. The other side is told."),
    destructive=True,
    verb="end",
)
TERMS = Question(
    _("Terms for opening evidence"),
    _(
        "Buyers accept them before they open anything. They hold for whatever you grant from now "
        "on; what was accepted before stays as it was. Without words there are none."
    ),
    _("Save the terms"),
    _("Saved. They hold for whatever you grant from now on."),
    verb="state",
)
Trail = list[tuple[str, str]]


def trail(request: AccessRequest | None = None) -> Trail:
    up = [(gettext("Access to evidence"), reverse("access-requests"))]
    return [*up, (str(request), request.get_absolute_url())] if request else up


@require_safe
def access_requests(request: HttpRequest) -> HttpResponse:
    """What my organisations asked for, and what they were asked, the latest first."""
    user, at = signed_in_user(request), timezone.now()
    with user.memberships_read_once():
        rows = AccessRequest.objects.visible_to(user).with_parties()
        page = Numbered(rows, PER_PAGE).get_page(request.GET.get("page"))
    mine = Organisation.objects.acted_for_by(user, Role.SIGNATORY).order_by("name", "pk")
    context = {
        "page": page,
        "lines": [(each, standing(each, at)) for each in page],
        "providers": mine.filter(kind=Organisation.Kind.PROVIDER),
    }
    return render(request, "assessment/access_requests.html", context)


def standing(request: AccessRequest, at: datetime) -> tuple[str, str]:
    """Where it stands, in words with the day that matters, and the kind of their tag."""
    day = date_format(timezone.localtime(request.over_at)) if request.over_at else ""
    if request.status == AccessRequest.Status.ASKED:
        return gettext("Waits for the provider"), "warn"
    if request.status == AccessRequest.Status.REFUSED:
        return gettext("Refused"), "bad"
    if not request.is_open(at=at):
        return gettext("Ended on %(day)s") % {"day": day}, ""
    if request.needs_terms:
        return gettext("Granted: its terms wait to be accepted"), "warn"
    return gettext("Open to %(day)s") % {"day": day}, "good"


def fetch(request: HttpRequest, pk: uuid.UUID) -> AccessRequest:
    rows = AccessRequest.objects.visible_to(signed_in_user(request)).with_parties()
    return get_object_or_404(rows, pk=pk)


@require_safe
def access_request(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was asked, where it stands, and what either side may do now."""
    row, user, at = fetch(request, pk), signed_in_user(request), timezone.now()
    context = {
        **shown(row, user, at),
        "providing": user.acts_for(row.provider, Role.SIGNATORY),
        "open": row.is_open(at=at),
        "history": history(row),
        "trail": trail(),
        **abilities(row, user, at=at).context,
    }
    return render(request, "assessment/access_request.html", context)


def shown(row: AccessRequest, user: User, at: datetime) -> dict[str, Any]:
    """What both sides read of a request. Pieces lead to their pages for whoever sees those."""
    return {
        "access": row,
        "standing": standing(row, at),
        "pieces": list(row.pieces.order_by("title", "pk")),
        "linked": user.acts_for(row.provider) or row.until is not None,
    }


def access_grant(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch(request, pk)
    return stepped(request, GRANT, row, NothingForm(posted(request)), row.grant)


def access_refuse(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch(request, pk)
    return stepped(request, REFUSE, row, reason_form(request), row.refuse)


def access_accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch(request, pk)
    return stepped(request, ACCEPT, row, NothingForm(posted(request)), row.accept)


def access_end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = fetch(request, pk)
    return stepped(request, END, row, reason_form(request), row.end)


def reason_form(request: HttpRequest) -> ReasonForm:
    form = ReasonForm(posted(request))
    form.fields["reason"].help_text = gettext("The other side reads it, and nobody else.")
    return form


def stepped(
    request: HttpRequest,
    question: Question,
    row: AccessRequest,
    form: Form,
    take: Callable[..., Any],
) -> HttpResponse:
    """A step on a request, beside what was asked."""
    terms = AccessTerms.of(row.provider).words if question is GRANT else row.terms
    return step_page(
        request,
        question,
        form,
        take,
        back=row.get_absolute_url(),
        trail=trail(row),
        of=row,
        template="assessment/access_step.html",
        kicker=str(row),
        terms=terms if question in (GRANT, ACCEPT) else "",
        **shown(row, signed_in_user(request), timezone.now()),
    )


def access_renew(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The same form as at first, filled in as it was then."""
    row = fetch(request, pk)
    release = row.declaration.release
    initial = {"purpose": row.purpose, "pieces": list(row.pieces.values_list("pk", flat=True))}
    return asked(request, RENEW, release, row.buyer, row.renew, initial=initial, of=row)


def declared(request: HttpRequest, number: str) -> Declaration:
    rows = Declaration.objects.visible_to(request.user).defer("body")
    return get_object_or_404(rows.select_related("release__solution__organisation"), number=number)


@require_safe
def access_ask_for(request: HttpRequest, number: str) -> HttpResponse:
    """For whom; with one buyer there is nothing to choose."""
    declaration = declared(request, number)
    able = list(buyers_of(signed_in_user(request)))
    if len(able) == 1:
        return redirect("access-ask", number, able[0].pk)
    context = {"declaration": declaration, "organisations": able}
    return render(request, "assessment/access_ask_for.html", context)


def access_ask(request: HttpRequest, number: str, pk: uuid.UUID) -> HttpResponse:
    """Which pieces, and what for; whoever has asked already is led to what they asked."""
    declaration, user = declared(request, number), signed_in_user(request)
    buyer = get_object_or_404(Organisation.objects.acted_for_by(user), pk=pk)
    require_asking(buyer, by=user)
    release = declaration.release
    waiting = AccessRequest.objects.of(buyer, release).waiting().first()
    if waiting and request.method != "POST":
        return redirect(waiting)
    return asked(request, ASK, release, buyer, partial(AccessRequest.ask, release, buyer=buyer))


def asked(
    request: HttpRequest,
    question: Question,
    release: Release,
    buyer: Organisation,
    take: Callable[..., AccessRequest],
    *,
    initial: dict[str, Any] | None = None,
    of: AccessRequest | None = None,
) -> HttpResponse:
    """The form of a request, with the terms that go with it."""
    declaration = AccessRequest.declaration_of(release, at=timezone.now())
    terms = AccessTerms.of(release.solution.organisation)
    pieces = Evidence.objects.to_ask_for(declaration).order_by("title", "pk")
    form = AskForm(posted(request), pieces=pieces, terms=terms, initial=initial)
    back = of.get_absolute_url() if of else reverse("declaration", args=[declaration.number])
    return step_page(
        request,
        question,
        form,
        take,
        back=back,
        trail=[*trail(), (declaration.number, back)],
        template="assessment/access_ask.html",
        onward=True,
        of=of,
        kicker=str(release),
        buyer=buyer,
        provider=release.solution.organisation,
        terms=terms.words,
        nothing=not pieces.exists(),
    )


def access_terms(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What buyers accept before they open anything of this provider's."""
    mine = Organisation.objects.acted_for_by(request.user).filter(kind=Organisation.Kind.PROVIDER)
    terms = AccessTerms.of(get_object_or_404(mine, pk=pk))
    form = TermsForm(posted(request), initial={"words": terms.words})
    back = reverse("access-requests")
    kicker = terms.organisation.name
    return step_page(
        request, TERMS, form, terms.state, back=back, trail=trail(), of=terms, kicker=kicker
    )
