"""The page of a letter that invites somebody to join."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from certcentre.accounts.models import Invitation, Role, User
from certcentre.accounts.pages.organisations import managed
from certcentre.accounts.people import signed_in_user


@require_POST
def invitation_withdraw(request: HttpRequest, pk: uuid.UUID, invitation: uuid.UUID) -> HttpResponse:
    organisation = managed(request, pk, "invite")
    letter = get_object_or_404(organisation.invitations, pk=invitation)
    letter.withdraw(by=signed_in_user(request), at=timezone.now())
    words = gettext("The invitation is withdrawn; its address no longer works.")
    messages.success(request, words)
    return redirect(organisation)


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
    context = {
        "invitation": letter,
        "open": letter.is_open(at=timezone.now()),
        "roles": [Role(role).label for role in letter.roles],
        "fits": isinstance(user, User) and user.email.lower() == letter.email,
    }
    return render(request, "accounts/invitation_accept.html", context)
