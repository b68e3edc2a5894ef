"""What people do about themselves and for their organisations."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from certcentre.accounts import history
from certcentre.accounts.forms import DetailsForm, InterestForm, InviteForm, RegisterForm
from certcentre.accounts.models import Interest, Invitation, Membership, Organisation, Role, User
from certcentre.log.history import history_lines

PAGE = 50
RECENT = 20  # entries of the history on an organisation's page


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of the pages, and of the mails to whoever is signed in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return set_language(request)


def managed(request: HttpRequest, pk: uuid.UUID) -> Organisation:
    """The organisation for its manager: 404 to who may not see it, 403 to who may not act."""
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    if not person(request).acts_for(found, Role.MANAGER):
        raise PermissionDenied
    return found


def person(request: HttpRequest) -> User:
    """Whoever is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was posted, even nothing."""
    return request.POST if request.method == "POST" else None


def organisations(request: HttpRequest) -> HttpResponse:
    """Mine; for the centre's officers also what waits, and a search over all."""
    user = person(request)
    context: dict[str, Any] = {"mine": Organisation.objects.acted_for_by(user)}
    if user.is_officer():
        words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
        found = Organisation.objects.found_by(words) if words else Organisation.objects.all()
        context |= {
            "officer": True,
            "q": words,
            "waiting": Organisation.objects.waiting(),
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        }
    return render(request, "accounts/organisations.html", context)


def organisation_new(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = Organisation.register(by=person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(
            request, _("Registered. The centre verifies name and number, then writes to you.")
        )
        return redirect(made)
    return render(request, "accounts/organisation_new.html", {"form": form})


def organisation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("verified_by"), pk=pk
    )
    user, now = person(request), timezone.now()
    held = found.memberships.filter(until=None).select_related("user").order_by("user__name", "pk")
    managing = any(row.user_id == user.pk and row.role == Role.MANAGER for row in held)
    twins = Organisation.objects.filter(
        country=found.country, register_number=found.register_number
    ).exclude(pk=found.pk)
    officer = user.is_officer()
    context = {
        "organisation": found,
        "members": held,
        "managing": managing,
        "officer": officer,
        "twins": twins if officer else [],
        "invitations": found.invitations.open(at=now) if managing else [],
        "interests": found.interests.filter(until=None).select_related("other"),
        "history": history_lines(history.of(found)[:RECENT]),
    }
    return render(request, "accounts/organisation.html", context)


def organisation_details(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = managed(request, pk)
    form = DetailsForm(
        sent(request),
        initial={name: getattr(found, name) for name in found.changeable_details()},
        may_change=found.changeable_details(),
    )
    if request.method == "POST" and form.is_valid():
        found.change_details(by=person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The details are changed."))
        return redirect(found)
    return render(
        request, "accounts/organisation_details.html", {"form": form, "organisation": found}
    )


def invite(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = managed(request, pk)
    form = InviteForm(sent(request), kind=found.kind)
    if request.method == "POST" and form.is_valid():
        letter = Invitation.send(found, by=person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("We are writing to %(address)s.") % {"address": letter.email})
        return redirect(found)
    return render(request, "accounts/invite.html", {"form": form, "organisation": found})


@require_POST
def invitation_withdraw(request: HttpRequest, pk: uuid.UUID, invitation: uuid.UUID) -> HttpResponse:
    found = managed(request, pk)
    letter = get_object_or_404(found.invitations, pk=invitation)
    letter.withdraw(by=person(request), at=timezone.now())
    messages.success(request, _("The invitation is withdrawn; its address no longer works."))
    return redirect(found)


@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a letter. It says nothing about who has an account here."""
    letter = get_object_or_404(Invitation.objects.select_related("organisation"), token=token)
    user = request.user
    if request.method == "POST":
        if not isinstance(user, User):
            return redirect_to_login(request.path)
        letter.accept(by=user, at=timezone.now())
        messages.success(
            request, _("You now act for %(name)s.") % {"name": letter.organisation.name}
        )
        return redirect(letter.organisation)
    context = {
        "invitation": letter,
        "open": letter.is_open(at=timezone.now()),
        "roles": [Role(role).label for role in letter.roles],
        "fits": isinstance(user, User) and user.email.lower() == letter.email,
    }
    return render(request, "accounts/invitation_accept.html", context)


@require_POST
def membership_end(request: HttpRequest, pk: uuid.UUID, membership: int) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    held = get_object_or_404(Membership, organisation=found, pk=membership)
    held.end(by=person(request), at=timezone.now())
    messages.success(request, _("The role has ended."))
    stays = Organisation.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect(found) if stays else redirect("organisations")


def interest_declare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = managed(request, pk)
    form = InterestForm(sent(request), organisation=found)
    if request.method == "POST" and form.is_valid():
        Interest.declare(found, by=person(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The interest is declared."))
        return redirect(found)
    return render(request, "accounts/interest_declare.html", {"form": form, "organisation": found})
