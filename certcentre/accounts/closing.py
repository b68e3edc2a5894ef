"""Closing an account: name and address go, what was done stays (design.md rule 14)."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts import steps
from certcentre.accounts.models import Invitation, Membership, Role, User
from certcentre.lifecycle import NotAllowed
from certcentre.log.models import record

NAME = "–"


def close_account(user: User, *, at: datetime) -> None:
    """End the person's roles, take back what waits at the address, and forget who it was."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        held = Membership.objects.filter(user=user, until=None).select_related("organisation")
        for one in held.order_by("organisation", "pk"):
            leave(one, user, at)
        for letter in Invitation.objects.open(at=at).filter(email=user.email):
            letter.withdraw(by=user, at=at)
        Invitation.objects.filter(email=user.email).update(email=nowhere(user))
        EmailAddress.objects.filter(user=user).delete()
        record(user, steps.ACCOUNT_CLOSED, by=user, at=at)
        user.set_unusable_password()
        User.objects.filter(pk=user.pk).update(
            name=NAME, email=nowhere(user), password=user.password, is_active=False, last_login=None
        )


def leave(held: Membership, user: User, at: datetime) -> None:
    """End one role; the last manager hands over or closes the organisation first."""
    alone = held.organisation.status != "closed" and held.role == Role.MANAGER
    others = held.organisation.memberships.filter(role=Role.MANAGER, until=None)
    if alone and not others.exclude(user=user).exists():
        raise NotAllowed(
            gettext(
                "You are the last manager of %(name)s. Make someone else manager or close it first."
            )
            % {"name": held.organisation.name}
        )
    Membership.objects.filter(pk=held.pk).update(until=at)
    detail = {"member": str(user.pk), "role": held.role}
    record(
        held, steps.MEMBERSHIP_ENDED, by=user, at=at, organisation=held.organisation, detail=detail
    )


def nowhere(user: User) -> str:
    """An address that reaches nobody, different for each."""
    return f"{user.pk}@closed.invalid"


class CloseForm(forms.Form):
    """The password, so that an open screen closes nobody's account."""

    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        if not self.user.check_password(given):
            raise forms.ValidationError(gettext("This is not your password."))
        return given


def account_close(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    form = CloseForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        close_account(user, at=timezone.now())
        logout(request)
        messages.success(request, gettext("Your account is closed. We no longer know your name."))
        return redirect("home")
    return render(request, "accounts/account_close.html", {"form": form})
