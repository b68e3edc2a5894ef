"""The page of a letter that invites somebody to join."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.abilities import refusal
from certcentre.accounts.models import Invitation, Organisation, Role, User
from certcentre.accounts.people import signed_in_user


@require_POST
def invitation_withdraw(request: HttpRequest, pk: uuid.UUID, invitation: uuid.UUID) -> HttpResponse:
    """A manager takes a letter back, or whoever it is for declines it."""
    user = signed_in_user(request)
    seen = Q(organisation__in=Organisation.objects.visible_to(user)) | Q(email=user.email.lower())
    letters = Invitation.objects.filter(seen, organisation=pk).select_related("organisation")
    letter = get_object_or_404(letters, pk=invitation)
    letter.withdraw(by=user, at=timezone.now())
    if letter.is_for(user):
        messages.success(request, gettext("Declined. The letter no longer works."))
        return redirect("organisations")
    words = gettext("The invitation is withdrawn; its address no longer works.")
    messages.success(request, words)
    return redirect(letter.organisation)


@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a letter. It says nothing about who has an account here."""
    letter = get_object_or_404(Invitation.objects.select_related("organisation"), token=token)
    user = request.user
    if request.method == "POST":
        if not isinstance(user, User):
            return redirect_to_login(request.path)
        letter.accept(by=user, at=timezone.now())
        words = gettext("You now act for %(name)s.") % {"name": letter.organisation.name}
        messages.success(request, words)
        return redirect(letter.organisation)
    now = timezone.now()
    refused = refusal(letter, "accept", user, now) if isinstance(user, User) else None
    context = {
        "invitation": letter,
        "open": letter.is_open(at=now),
        "unconfirmed": str(refused) if refused and refused.missing else "",
        "roles": [Role(role).label for role in letter.roles],
        "fits": isinstance(user, User) and letter.is_for(user),
    }
    return render(request, "accounts/invitation_accept.html", context)
